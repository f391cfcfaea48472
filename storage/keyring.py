"""Keys for what lies at rest: sealing with AES-GCM, a blind index for equality, and MACs for the record."""

import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# What a sealed value is bound to: its column, or its column and its row.
COLUMN, ROW = b"\x01", b"\x02"
ID_BYTES = 4
NONCE_BYTES = 12


class CannotUnseal(Exception):
    """A sealed value that no key of this keyring opens, or one that was moved or altered."""


def key_id(key: bytes) -> bytes:
    """A short public name of a key, stored beside what it sealed."""
    return sha256(b"xiaoer key id" + key).digest()[:ID_BYTES]


@dataclass(frozen=True, slots=True, eq=False)
class Keyring:
    """The keys of one store. `field_keys` newest first: the first seals, every one of them opens."""

    field_keys: Sequence[bytes] = field(repr=False)
    blind_key: bytes = field(repr=False)
    audit_key: bytes = field(repr=False)
    _ciphers: dict[bytes, AESGCM] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for key in self.field_keys:
            self._ciphers[key_id(key)] = AESGCM(key)

    def seal(self, plain: bytes, where: str, row: str | None = None) -> bytes:
        """Encrypt for one place (`table.column`), and for one row of it: the result opens nowhere else.

        The nonce is random.
        """
        name = key_id(self.field_keys[0])
        nonce = os.urandom(NONCE_BYTES)
        head = (COLUMN if row is None else ROW) + name
        return head + nonce + self._ciphers[name].encrypt(nonce, plain, _bound(head, where, row))

    def unseal(self, sealed: bytes, where: str, row: str | None = None) -> bytes:
        """Decrypt what `seal` made for the same place and row. Raises `CannotUnseal`."""
        head, rest = sealed[: 1 + ID_BYTES], sealed[1 + ID_BYTES :]
        cipher = self._ciphers.get(head[1:])
        if head[:1] not in (COLUMN, ROW) or cipher is None or len(rest) <= NONCE_BYTES:
            raise CannotUnseal(where)
        # What was sealed before its row was known says so itself, under its own tag.
        row = row if head[:1] == ROW else None
        try:
            return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], _bound(head, where, row))
        except InvalidTag:
            raise CannotUnseal(where) from None

    def blind(self, kind: str, value: str) -> str:
        """An index that tells equal values apart from different ones, and nothing more."""
        return hmac.new(self.blind_key, f"{kind}\0{value}".encode(), sha256).hexdigest()[:32]

    def mac(self, *parts: bytes) -> bytes:
        """The keyed MAC of a record entry; every part is preceded by its length, so none can slide."""
        framed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        return hmac.new(self.audit_key, framed, sha256).digest()


def _bound(head: bytes, where: str, row: str | None) -> bytes:
    place = where if row is None else f"{where}\0{row}"
    return head + place.encode("utf-8", "replace")
