"""URL mode: from the raw query and JSON body of a callback to its verified content, and the answer back.

Signature and cipher are those of a self-built app with an empty receive id (doc/101033); only the envelope
is JSON.
"""

import json
from typing import Any

from bot.platforms.refused import BadCallback
from bot.platforms.wecom.callback import Query, signed
from bot.platforms.wecom.crypto import Cipher

LARGEST_BODY = 64 * 1024


def read_content(cipher: Cipher, query: Query, body: bytes, now: float) -> dict[str, Any]:
    """The decrypted JSON object of a POST. `now` is real Unix seconds. Raises only `BadCallback`."""
    if len(body) > LARGEST_BODY:
        raise BadCallback("body too large", 413)
    signature, timestamp, nonce = signed(query)
    encrypt = object_in(body).get("encrypt")
    if not isinstance(encrypt, str) or not encrypt:
        raise BadCallback("nothing encrypted in the envelope")
    cipher.verify(signature, timestamp, nonce, encrypt, now)
    return object_in(cipher.decrypt(encrypt).encode())


def object_in(raw: bytes) -> dict[str, Any]:
    """The JSON object in these bytes, whose names are given once. Raises `BadCallback`."""
    try:
        found = json.loads(raw, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise BadCallback("not JSON") from None
    if not isinstance(found, dict):
        raise BadCallback("not a JSON object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Two readers may each take another one of two equal names.
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is repeated")
    return found


def sealed(cipher: Cipher, content: dict[str, Any], query: Query, now: float) -> bytes:
    """The body of a passive reply: the callback's own nonce, the time as a number (doc/101033)."""
    nonce = signed(query)[2]
    encrypt = cipher.encrypt(json.dumps(content, ensure_ascii=False))
    envelope = {
        "encrypt": encrypt,
        "msgsignature": cipher.sign(str(int(now)), nonce, encrypt),
        "timestamp": int(now),
        "nonce": nonce,
    }
    return json.dumps(envelope).encode()
