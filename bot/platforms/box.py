"""The AES envelope WeCom and DingTalk share, with every check possible (doc/90968, dingtalk.md §3.2).

The library supplies AES and padding; it accepts broken padding and lengths, so reading is strict here.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets

from wechatpy.crypto.base import WeChatCipher
from wechatpy.crypto.pkcs7 import PKCS7Encoder

from bot.platforms.refused import BadCallback


def glued_sha1(*parts: str) -> str:
    """The lower-case hex SHA-1 over the sorted strings, glued together (wecom.md §1.1, dingtalk.md §3.2)."""
    ordered = sorted(part.encode("utf-8", "surrogatepass") for part in parts)
    return hashlib.sha1(b"".join(ordered), usedforsecurity=False).hexdigest()


class Box:
    """Seals and opens messages for one receiver. Raises `ValueError` for a key that cannot be genuine."""

    def __init__(self, aes_key: str, receiver: str) -> None:
        self._receiver = receiver.encode()
        self._cipher = WeChatCipher(_aes_key(aes_key))

    def decrypt(self, encrypt: str) -> str:
        """The message inside, after the strict order of wecom.md §1.2; verify the signature first."""
        body = _unpadded(self._cipher.decrypt(_ciphertext(encrypt)))
        length = int.from_bytes(body[16:20], "big")
        if len(body) < 20 or 20 + length > len(body):
            raise BadCallback("message length wrong")
        if not hmac.compare_digest(body[20 + length :], self._receiver):
            raise BadCallback("meant for another receiver", 403)
        try:
            return body[20 : 20 + length].decode()
        except UnicodeDecodeError:
            raise BadCallback("message is not UTF-8") from None

    def encrypt(self, text: str, *, random: bytes | None = None) -> str:
        """Base64 of the encrypted message. `random` is 16 bytes, chosen freshly unless given."""
        message = text.encode()
        start = secrets.token_bytes(16) if random is None else random
        body = start + len(message).to_bytes(4, "big") + message + self._receiver
        sealed: bytes = self._cipher.encrypt(PKCS7Encoder.encode(body))
        return base64.b64encode(sealed).decode()


def _aes_key(text: str) -> bytes:
    key = b""
    if re.fullmatch(r"[A-Za-z0-9+/]{43}", text):
        key = base64.b64decode(text + "=")
    if len(key) != 32:
        raise ValueError("the EncodingAESKey must be exactly 43 base64 characters")
    return key


def _ciphertext(encrypt: str) -> bytes:
    try:
        sealed = base64.b64decode(encrypt.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise BadCallback("not base64") from None
    if not sealed or len(sealed) % 16:
        raise BadCallback("ciphertext length wrong")
    return sealed


def _unpadded(body: bytes) -> bytes:
    """Take off PKCS#7 padding to 32 bytes, which may be 1 to 32 equal bytes."""
    pad = body[-1]
    if not 1 <= pad <= 32 or pad > len(body) or body[-pad:] != bytes([pad]) * pad:
        raise BadCallback("padding wrong")
    return body[:-pad]
