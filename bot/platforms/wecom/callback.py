"""From the raw query and body of a callback to verified plaintext. Nothing here awaits or stores."""

import re
from collections.abc import Sequence

from bot.platforms.wecom.crypto import BadCallback, Cipher
from bot.platforms.wecom.tree import read_tree

LARGEST_BODY = 64 * 1024
LONGEST_ECHO = 4096
ECHO = re.compile(r"[0-9A-Za-z_-]{1,128}", re.ASCII)

Query = Sequence[tuple[str, str]]


def read_callback(cipher: Cipher, query: Query, body: bytes, now: float) -> str:
    """The decrypted XML of a POST. `query` is the raw list of pairs, so that repeated names are seen.

    What happens before the signature is known to be good costs little: one pass over at most 64 KiB.
    """
    if len(body) > LARGEST_BODY:
        raise BadCallback("body too large")
    signature, timestamp, nonce = signed(query)
    envelope = read_tree(body, depth=2, elements=16)
    encrypt = envelope.name_word("Encrypt")
    if not encrypt:
        raise BadCallback("nothing encrypted in the envelope")
    cipher.verify(signature, timestamp, nonce, encrypt, now)
    return cipher.decrypt(encrypt)


def read_echo(cipher: Cipher, query: Query, now: float) -> str:
    """The words to answer when the console checks the callback URL (wecom.md §1.3).

    A captured message carries the same signature as an echo. Only short plain words go back, or this
    would decrypt other people's messages for whoever captured them.
    """
    signature, timestamp, nonce = signed(query)
    # A sender may leave "+" unescaped, which the query parser has turned into a blank.
    echo = _one(query, "echostr").replace(" ", "+")
    if not echo or len(echo) > LONGEST_ECHO:
        raise BadCallback("no echo to check")
    cipher.verify(signature, timestamp, nonce, echo, now)
    words = cipher.decrypt(echo)
    if not ECHO.fullmatch(words):
        raise BadCallback("not an echo", 403)
    return words


def signed(query: Query) -> tuple[str, str, str]:
    """Signature, timestamp and nonce of a callback; an absent one is empty. Raises `BadCallback`."""
    names = [name for name, _ in query]
    if len(set(names)) != len(names):
        raise BadCallback("a parameter is repeated")
    return _one(query, "msg_signature"), _one(query, "timestamp"), _one(query, "nonce")


def _one(query: Query, name: str) -> str:
    return next((value for known, value in query if known == name), "")
