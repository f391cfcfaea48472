"""The cipher of event callbacks (callback-event-message-body-encryption-and-decryption), and the signatures.

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
AES_KEY_LENGTH = 43


class CryptoRefused(Exception):
    """Bytes that are not what they claim to be. `reason` is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def hmac_sign(secret: str, message: str) -> str:
    """Base64 of HMAC-SHA256."""
    return base64.b64encode(hmac.new(secret.encode(), message.encode(), hashlib.sha256).digest()).decode()


def robot_sign(secret: str, timestamp: str) -> str:
    """The signature of robot callbacks and of custom robots: the secret is key and part of the message."""
    return hmac_sign(secret, f"{timestamp}\n{secret}")


def card_sign(api_secret: str, timestamp: str) -> str:
    """The signature of card callbacks over HTTP (x-ddpaas-signature): over the timestamp alone."""
    return hmac_sign(api_secret, timestamp)


def event_sign(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """SHA-1 over the four strings, sorted and joined without separator."""
    joined = "".join(sorted([token, timestamp, nonce, encrypted]))
    return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Seal:
    """Encrypts, signs and opens what passes between DingTalk and one app. `owner` is its client id."""

    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    owner: str

    def encrypt(self, text: str, random: bytes | None = None) -> str:
        """Base64 without newlines. `random` (16 bytes) is given only to reproduce golden vectors."""
        message = text.encode()
        body = (random or os.urandom(16)) + struct.pack(">I", len(message)) + message + self.owner.encode()
        pad = BLOCK - len(body) % BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(body + bytes([pad]) * pad) + encryptor.finalize()).decode()

    def letter(self, text: str, timestamp: str, nonce: str, random: bytes | None = None) -> dict[str, str]:
        """A sealed answer, under exactly the names that are used on the wire."""
        encrypted = self.encrypt(text, random)
        signature = event_sign(self.token, timestamp, nonce, encrypted)
        return {"msg_signature": signature, "timeStamp": timestamp, "nonce": nonce, "encrypt": encrypted}

    def open(self, encrypted: str, signature: str, timestamp: str, nonce: str) -> str:
        """Check the signature first, then decrypt. Raises `CryptoRefused`."""
        expected = event_sign(self.token, timestamp, nonce, encrypted)
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            raise CryptoRefused("signature_mismatch")
        try:
            data = base64.b64decode(encrypted, validate=True)
        except (ValueError, binascii.Error) as broken:
            raise CryptoRefused("decrypt_failed") from broken
        if not data or len(data) % 16:
            raise CryptoRefused("decrypt_failed")
        decryptor = self._cipher().decryptor()
        return self._read(_unpad(decryptor.update(data) + decryptor.finalize()))

    def _read(self, body: bytes) -> str:
        if len(body) < 20:
            raise CryptoRefused("decrypt_failed")
        (length,) = struct.unpack(">I", body[16:20])
        if 20 + length > len(body):
            raise CryptoRefused("decrypt_failed")
        if body[20 + length :] != self.owner.encode():
            raise CryptoRefused("owner_mismatch")
        try:
            return body[20 : 20 + length].decode()
        except UnicodeDecodeError as broken:
            raise CryptoRefused("decrypt_failed") from broken

    def _cipher(self) -> Cipher[modes.CBC]:
        # The last character may carry spare bits that are not zero; a lenient decoder ignores them.
        try:
            key = base64.b64decode(self.aes_key + "=")
        except (ValueError, binascii.Error) as broken:
            raise CryptoRefused("bad_aes_key") from broken
        if len(self.aes_key) != AES_KEY_LENGTH or len(key) != 32:
            raise CryptoRefused("bad_aes_key")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def _unpad(body: bytes) -> bytes:
    pad = body[-1]
    if not 1 <= pad <= BLOCK or pad > len(body) or body[-pad:] != bytes([pad]) * pad:
        raise CryptoRefused("decrypt_failed")
    return body[:-pad]
