"""The callback cipher of WeCom, written from the protocol facts alone (doc/90968).

It shares nothing with the bot's own cipher on purpose: a mistake made twice would cancel itself out.
"""

import base64
import binascii
import hashlib
import hmac
import os
import struct
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32


class CryptoRefused(Exception):
    """Bytes that are not what they claim to be. `reason` is one word for tests and the journal."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def sign(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """SHA-1 over the four strings, sorted and joined without separator."""
    joined = "".join(sorted([token, timestamp, nonce, encrypted]))
    return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Seal:
    """Encrypts, signs and opens what passes between one app and WeCom."""

    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    receiveid: str

    def key(self) -> bytes:
        """The 32 bytes behind the 43 characters. Raises `CryptoRefused`."""
        try:
            key = base64.b64decode(self.aes_key + "=", validate=True)
        except (ValueError, binascii.Error) as broken:
            raise CryptoRefused("bad_key") from broken
        if len(self.aes_key) != 43 or len(key) != 32:
            raise CryptoRefused("bad_key")
        return key

    def encrypt(self, text: str, random: bytes | None = None) -> str:
        """Base64 of the ciphertext. `random` (16 bytes) is given only to reproduce golden vectors."""
        message = text.encode()
        head = (random or os.urandom(16)) + struct.pack(">I", len(message))
        body = head + message + self.receiveid.encode()
        pad = BLOCK - len(body) % BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(body + bytes([pad]) * pad) + encryptor.finalize()).decode()

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        """The signature for this app's token."""
        return sign(self.token, timestamp, nonce, encrypted)

    def open(self, encrypted: str, signature: str, timestamp: str, nonce: str) -> str:
        """Check the signature first, then decrypt. Raises `CryptoRefused`."""
        if not hmac.compare_digest(self.sign(timestamp, nonce, encrypted).encode(), signature.encode()):
            raise CryptoRefused("bad_signature")
        return self.decrypt(encrypted)

    def decrypt(self, encrypted: str) -> str:
        """The text inside, after every check of the format. Raises `CryptoRefused`."""
        try:
            cipher_bytes = base64.b64decode(encrypted, validate=True)
        except (ValueError, binascii.Error) as broken:
            raise CryptoRefused("bad_base64") from broken
        if not cipher_bytes or len(cipher_bytes) % 16:
            raise CryptoRefused("bad_ciphertext_length")
        decryptor = self._cipher().decryptor()
        return self._read(_unpad(decryptor.update(cipher_bytes) + decryptor.finalize()))

    def _read(self, body: bytes) -> str:
        if len(body) < 20:
            raise CryptoRefused("bad_message_length")
        (length,) = struct.unpack(">I", body[16:20])
        if 20 + length > len(body):
            raise CryptoRefused("bad_message_length")
        if body[20 + length :] != self.receiveid.encode():
            raise CryptoRefused("receiveid_mismatch")
        try:
            return body[20 : 20 + length].decode()
        except UnicodeDecodeError as broken:
            raise CryptoRefused("bad_text") from broken

    def _cipher(self) -> Cipher[modes.CBC]:
        key = self.key()
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def _unpad(body: bytes) -> bytes:
    pad = body[-1]
    if not 1 <= pad <= BLOCK or pad > len(body) or body[-pad:] != bytes([pad]) * pad:
        raise CryptoRefused("bad_padding")
    return body[:-pad]
