"""WeCom's callback cipher, with every check the protocol allows (doc/90930, doc/90968).

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

TIMESTAMP = re.compile(r"[0-9]{10}", re.ASCII)
WINDOW = 600.0  # Seconds of real time, before and after.
SHORTEST_TOKEN = 6
LONGEST_NONCE = 128


class BadCallback(Exception):
    """A callback we refuse. `status` is 400 (malformed) or 403 (not for us); the words never quote it."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


class Cipher:
    """One connection's Token and EncodingAESKey. `receive_id` is the corp id, "" for a smart bot."""

    def __init__(self, token: str, encoding_aes_key: str, receive_id: str, *, window: float = WINDOW) -> None:
        """Raises `ValueError` for a token or key that cannot be genuine, without printing it."""
        if len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
            raise ValueError(f"the WeCom token needs at least {SHORTEST_TOKEN} letters and digits")
        key = _aes_key(encoding_aes_key)
        self._token = token
        self._receive_id = receive_id.encode()
        self._window = window
        self._cipher = WeChatCipher(key)

    def sign(self, timestamp: str, nonce: str, encrypt: str) -> str:
        """The lower-case hex SHA-1 over the four sorted strings (wecom.md §1.1)."""
        parts = sorted(
            part.encode("utf-8", "surrogatepass") for part in (self._token, timestamp, nonce, encrypt)
        )
        return hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest()

    def verify(self, signature: str, timestamp: str, nonce: str, encrypt: str, now: float) -> None:
        """Refuse anything not signed with our token near `now`, which is real time in Unix seconds.

        The strings are glued without separators, so one genuine callback verifies under other splits of
        timestamp and nonce. Ten digits near `now` leave few; the event's key must come from the content.
        """
        if not TIMESTAMP.fullmatch(timestamp) or len(nonce) > LONGEST_NONCE:
            raise BadCallback("timestamp or nonce malformed", 403)
        if abs(now - int(timestamp)) > self._window:
            raise BadCallback("timestamp outside the window", 403)
        wanted = self.sign(timestamp, nonce, encrypt)
        if not hmac.compare_digest(wanted.encode(), signature.encode("utf-8", "surrogatepass")):
            raise BadCallback("signature differs", 403)

    def decrypt(self, encrypt: str) -> str:
        """The message inside, after the strict order of wecom.md §1.2. Verify the signature first."""
        body = _unpadded(self._cipher.decrypt(_ciphertext(encrypt)))
        length = int.from_bytes(body[16:20], "big")
        if len(body) < 20 or 20 + length > len(body):
            raise BadCallback("message length wrong")
        if not hmac.compare_digest(body[20 + length :], self._receive_id):
            raise BadCallback("meant for another receiver", 403)
        try:
            return body[20 : 20 + length].decode()
        except UnicodeDecodeError:
            raise BadCallback("message is not UTF-8") from None

    def encrypt(self, text: str, *, random: bytes | None = None) -> str:
        """Base64 of the encrypted message. `random` is 16 bytes, chosen freshly unless given."""
        message = text.encode()
        start = secrets.token_bytes(16) if random is None else random
        body = start + len(message).to_bytes(4, "big") + message + self._receive_id
        sealed: bytes = self._cipher.encrypt(PKCS7Encoder.encode(body))
        return base64.b64encode(sealed).decode()

    def envelope(self, text: str, timestamp: str, nonce: str, *, random: bytes | None = None) -> str:
        """The XML of an encrypted passive reply (wecom.md §1.5). `nonce` may not hold `]]>`."""
        if not TIMESTAMP.fullmatch(timestamp) or "]]>" in nonce:
            raise ValueError("timestamp or nonce malformed")
        encrypt = self.encrypt(text, random=random)
        signature = self.sign(timestamp, nonce, encrypt)
        return (
            f"<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{signature}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        )


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
