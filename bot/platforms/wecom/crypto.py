"""WeCom's callback cipher: signature, time and the sealed message (doc/90930, doc/90968)."""

import hmac
import re

from bot.platforms.box import Box, glued_sha1
from bot.platforms.refused import BadCallback

__all__ = ["BadCallback", "Cipher"]

TIMESTAMP = re.compile(r"[0-9]{10}", re.ASCII)
WINDOW = 600.0  # Seconds of real time, before and after.
SHORTEST_TOKEN = 6
LONGEST_NONCE = 128


class Cipher:
    """One connection's Token and EncodingAESKey. `receive_id` is the corp id, "" for a smart bot."""

    def __init__(self, token: str, encoding_aes_key: str, receive_id: str, *, window: float = WINDOW) -> None:
        """Raises `ValueError` for a token or key that cannot be genuine, without printing it."""
        if len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
            raise ValueError(f"the WeCom token needs at least {SHORTEST_TOKEN} letters and digits")
        self._token = token
        self._window = window
        self._box = Box(encoding_aes_key, receive_id)

    def sign(self, timestamp: str, nonce: str, encrypt: str) -> str:
        """The lower-case hex SHA-1 over the four sorted strings (wecom.md §1.1)."""
        return glued_sha1(self._token, timestamp, nonce, encrypt)

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
        """The message inside. Verify the signature first."""
        return self._box.decrypt(encrypt)

    def encrypt(self, text: str, *, random: bytes | None = None) -> str:
        """Base64 of the encrypted message. `random` is 16 bytes, chosen freshly unless given."""
        return self._box.encrypt(text, random=random)

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
