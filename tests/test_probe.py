"""Whoever comes with other keys than the store's is noticed before anything else is read."""

import pytest
from sqlalchemy import Engine

from storage import ledger
from storage.keyring import Keyring
from storage.migrate import migrate
from storage.probe import WrongKeys, check_keys, write_probe
from tests.empty_stores import KEYS, either, path, shared, store

__all__ = ["either", "path", "shared", "store"]


def test_a_wrong_key_of_any_kind_is_noticed(either: Engine) -> None:
    migrate(either)
    wrong = b"w" * 32

    with either.connect() as conn:
        check_keys(conn, KEYS)
        for keys, named in (
            (Keyring([wrong], b"b" * 32, b"a" * 32), "field_keys"),
            (Keyring([b"f" * 32], wrong, b"a" * 32), "blind_index_key"),
            (Keyring([b"f" * 32], b"b" * 32, wrong), "audit_key"),
        ):
            with pytest.raises(WrongKeys, match=named):
                check_keys(conn, keys)


def test_a_new_key_opens_while_the_old_one_is_kept(store: Engine) -> None:
    migrate(store)
    rotating = Keyring([b"n" * 32, b"f" * 32], b"b" * 32, b"a" * 32)
    rotated = Keyring([b"n" * 32], b"b" * 32, b"a" * 32)

    with store.begin() as conn:
        check_keys(conn, rotating)
        write_probe(conn, rotating)
        check_keys(conn, rotated)


def test_a_store_without_a_probe_is_not_trusted(store: Engine) -> None:
    migrate(store)
    with store.begin() as conn:
        conn.execute(ledger.marks.delete())

        with pytest.raises(WrongKeys):
            check_keys(conn, KEYS)
