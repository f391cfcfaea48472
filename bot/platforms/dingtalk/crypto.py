"""The encrypted event callback over HTTP: query, signature, sealed JSON, sealed answer (dingtalk.md §3)."""

import hmac
import secrets
from collections.abc import Sequence

from bot.platforms.box import Box, glued_sha1
from bot.platforms.dingtalk.reading import Row, read_row, word
from bot.platforms.dingtalk.signatures import WINDOW, check_fresh
from bot.platforms.refused import BadCallback

LONGEST_NONCE = 128
SHORTEST_TOKEN = 3
NAMES = {"msg_signature": "signature", "timeStamp": "timestamp"}  # Pages and samples differ.
SUCCESS = "success"


class EventCipher:
    """One subscription's token, AES key and owner key (the client id)."""

    def __init__(self, token: str, aes_key: str, owner: str, *, window: float = WINDOW) -> None:
        """Raises `ValueError` for what cannot be genuine, without printing it."""
        if len(token) < SHORTEST_TOKEN or not owner:
            raise ValueError("the event token and the owner key are needed")
        self._token = token
        self._box = Box(aes_key, owner)
        self._window = window

    def read(self, query: Sequence[tuple[str, str]], body: bytes, now: float) -> Row:
        """The event in a POST, as one flat object. `now` is real Unix seconds. Raises only `BadCallback`."""
        given = _signed(query)
        encrypt = word(read_row(body), "encrypt")
        if not encrypt:
            raise BadCallback("nothing encrypted in the envelope")
        timestamp, nonce = given.get("timestamp", ""), given.get("nonce", "")
        check_fresh(timestamp, now, self._window)
        if len(nonce) > LONGEST_NONCE:
            raise BadCallback("nonce malformed", 403)
        wanted = glued_sha1(self._token, timestamp, nonce, encrypt)
        if not hmac.compare_digest(
            wanted.encode(), given.get("signature", "").encode("utf-8", "surrogatepass")
        ):
            raise BadCallback("signature differs", 403)
        return read_row(self._box.decrypt(encrypt).encode())

    def answer(self, now: float) -> dict[str, str]:
        """The sealed `success` that ends a delivery."""
        return self.seal(SUCCESS, str(int(now * 1000)), secrets.token_urlsafe(12))

    def seal(self, text: str, timestamp: str, nonce: str, *, random: bytes | None = None) -> dict[str, str]:
        """The four keys of an answer. `random` is 16 bytes, chosen freshly unless given."""
        encrypt = self._box.encrypt(text, random=random)
        signature = glued_sha1(self._token, timestamp, nonce, encrypt)
        return {"msg_signature": signature, "timeStamp": timestamp, "nonce": nonce, "encrypt": encrypt}


def _signed(query: Sequence[tuple[str, str]]) -> dict[str, str]:
    if len(dict(query)) != len(query):
        raise BadCallback("a parameter is repeated")
    given: dict[str, str] = {}
    for name, value in query:
        # DingTalk may send a value under both of its names.
        if given.setdefault(NAMES.get(name, name), value) != value:
            raise BadCallback("a parameter contradicts itself")
    return given
