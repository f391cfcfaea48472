"""A sealed mark in the store by which a wrong or missing key is noticed before anything else is read."""

import base64
import binascii
import hmac
import json

from sqlalchemy import Connection, insert, select, update

from storage.keyring import CannotUnseal, Keyring
from storage.ledger import marks

NAME = "key_probe"
WHERE = "marks.key_probe"
SAMPLE = "小二"


class WrongKeys(Exception):
    """The keys of the configuration are not the keys of this store."""

    def __init__(self, which: str) -> None:
        super().__init__(
            f"密钥与数据库不符：[security] {which} 打不开这个库。请换回原来的密钥；"
            "轮换时旧密钥要留在 field_keys 里。"
            f"\n[security] {which} does not open this store: put the former key back."
        )


def check_keys(conn: Connection, keys: Keyring) -> None:
    """Raise `WrongKeys` unless these keys open the store's probe, all three kinds of them."""
    sealed = conn.scalar(select(marks.c.value).where(marks.c.name == NAME))
    try:
        proof = json.loads(keys.unseal(base64.b64decode(sealed or "", validate=True), WHERE))
    except (CannotUnseal, binascii.Error):
        raise WrongKeys("field_keys") from None
    for which, value in _proof(keys).items():
        if not hmac.compare_digest(proof[which], value):
            raise WrongKeys(which)


def write_probe(conn: Connection, keys: Keyring) -> None:
    """Seal the probe under the newest key: at the first migration, and again when a rotation has finished."""
    sealed = base64.b64encode(keys.seal(json.dumps(_proof(keys)).encode(), WHERE)).decode()
    if has_probe(conn):
        conn.execute(update(marks).where(marks.c.name == NAME).values(value=sealed))
    else:
        conn.execute(insert(marks).values(name=NAME, value=sealed))


def has_probe(conn: Connection) -> bool:
    """Whether the store carries a probe."""
    return conn.scalar(select(marks.c.name).where(marks.c.name == NAME)) is not None


def _proof(keys: Keyring) -> dict[str, str]:
    return {
        "blind_index_key": keys.blind(NAME, SAMPLE),
        "audit_key": keys.mac(NAME.encode(), SAMPLE.encode()).hex()[:32],
    }
