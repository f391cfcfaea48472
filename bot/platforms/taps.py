"""Signing what a button means, so that only buttons we drew take effect.

A tap is not bound to a person: rights are checked where it takes effect.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 1024  # Bytes; WeCom's limit for a button's key.
MAC = 16  # Bytes kept of the HMAC-SHA256, 128 bits.
EXPIRY = 5  # Bytes of Unix seconds.
PURPOSE = b"xiaoer tap 1"


class BadTap(Exception):
    """Not a tap we signed for this connection."""


class TapTooLong(ValueError):
    """The packed tap does not fit into a button's key."""


@dataclass(frozen=True, slots=True)
class SignedTap:
    """A genuine packed tap, and whether its time is over."""

    packed: str
    expired: bool


class TapSigner:
    """Signs with the first key, reads with any. Keys have at least 32 bytes."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) < 32 for key in keys):
            raise ValueError("tap keys need at least 32 bytes each")
        self._keys = tuple(keys)

    def sign(self, packed: str, *, connection: str, expires: int) -> str:
        """At most 1024 URL-safe characters. `expires` is Unix seconds. Raises `TapTooLong`."""
        body = expires.to_bytes(EXPIRY, "big") + packed.encode()
        text = base64.urlsafe_b64encode(_mac(self._keys[0], connection, body) + body).rstrip(b"=").decode()
        if len(text) > LONGEST:
            raise TapTooLong("a tap longer than 1024 bytes")
        return text

    def read(self, text: str, *, connection: str, now: float) -> SignedTap:
        """What `sign` was given. `now` is real Unix seconds. Raises `BadTap` for anything forged or lent."""
        raw = _raw(text)
        mac, body = raw[:MAC], raw[MAC:]
        # Every key is tried, so that the time taken does not tell which one fits.
        genuine = [hmac.compare_digest(mac, _mac(key, connection, body)) for key in self._keys]
        if len(raw) <= MAC + EXPIRY or not any(genuine):
            raise BadTap("not a tap of ours")
        return SignedTap(body[EXPIRY:].decode(), now >= int.from_bytes(body[:EXPIRY], "big"))


def _mac(key: bytes, connection: str, body: bytes) -> bytes:
    name = connection.encode()
    covered = PURPOSE + len(name).to_bytes(4, "big") + name + body
    return hmac.digest(key, covered, hashlib.sha256)[:MAC]


def _raw(text: str) -> bytes:
    if len(text) > LONGEST or not re.fullmatch(r"[A-Za-z0-9_-]+", text, re.ASCII):
        raise BadTap("not the shape of a tap")
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise BadTap("not base64") from None
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise BadTap("not spelt as we spell it")
    return raw
