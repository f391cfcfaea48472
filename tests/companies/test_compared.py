"""`[conflict] compare`: what settles that somebody is on a company, unit by unit; names are still near."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from handlers.companies.index import EVERYTHING, Identity, find_duplicates, match_keys_of
from handlers.policies.customs import Compared
from handlers.policies.document import load_policies
from handlers.policies.inforce import Rules
from storage.engine import open_engine
from storage.keyring import Keyring
from storage.matching import index_keys
from storage.migrate import migrate
from storage.org import Unit
from storage.schema import Lead
from storage.scope import Scope
from storage.session import open_session
from storage.types import keep_keys

KEYS = Keyring([b"f" * 32], b"b" * 32, b"a" * 32)
NAME, MOBILE, LANDLINE = "徐州恒通路桥工程有限公司", "13812345678", "0516-83661234"
KNOWN = Identity((NAME,), (MOBILE, LANDLINE), "91320300MA1XXXXX0A")
AT = datetime(2026, 11, 18, tzinfo=UTC)
SET = """
[conflict]
compare = ["规范名称"]

[[unit_override]]
unit = "B1"
set = { "conflict.compare" = ["手机", "固话"] }

[[unit_override]]
unit = "C1"
set = { "conflict.compare" = ["统一社会信用代码"] }
"""


@pytest.fixture(scope="module")
def conn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    with _stored(tmp_path_factory.mktemp("compared") / "store.db") as found:
        yield found


@contextmanager
def _stored(path: Path) -> Iterator[Connection]:
    engine = open_engine(f"sqlite:///{path}", create=True, checked=False)
    keep_keys(engine.dialect, KEYS)
    migrate(engine)
    unit = {"id": 1, "code": "U", "name": "单元", "kind": "group", "isolated": False}
    with engine.begin() as found:
        found.execute(insert(Unit), unit | {"platform": "", "note": ""})
        index_keys(found, Lead(id=1, unit_id=1), match_keys_of(KNOWN, KEYS), 0, fresh=True)
        lead = {"id": 1, "code": "L-1", "company": NAME, "unit_id": 1}
        found.execute(insert(Lead), lead | {"version": 1, "created_at": AT})
        yield found
    engine.dispose()


def certain(conn: Connection, asked: Identity, compared: frozenset[Compared]) -> bool:
    with open_session(conn, Scope(1)) as session:
        found = find_duplicates(session, KEYS, asked, 0, compared=compared)
    return any(one.certain for one in found)


@pytest.mark.parametrize(
    ("asked", "by"),
    [
        (Identity((NAME,)), Compared.NAME),
        (Identity((), (MOBILE,)), Compared.MOBILE),
        (Identity((), (LANDLINE,)), Compared.LANDLINE),
        (Identity((), (), KNOWN.registration), Compared.REGISTRATION),
    ],
)
def test_each_settles_it_only_where_the_policy_compares_it(
    conn: Connection, asked: Identity, by: Compared
) -> None:
    assert certain(conn, asked, EVERYTHING)
    assert certain(conn, asked, frozenset({by}))
    assert not certain(conn, asked, EVERYTHING - {by})
    assert not certain(conn, asked, frozenset())


def test_an_equal_name_that_settles_nothing_is_still_near(conn: Connection) -> None:
    with open_session(conn, Scope(1)) as session:
        (found,) = find_duplicates(session, KEYS, Identity((NAME,)), 0, compared=frozenset())

    assert (found.record_id, found.certain, found.score, found.why) == (1, False, 1.0, "同名")


def test_every_unit_compares_what_it_says_or_what_the_units_above_say() -> None:
    policies = load_policies(SET)

    def compared(*path: str) -> frozenset[Compared]:
        return Rules(policies.for_unit(path), timedelta(minutes=15)).compared

    assert compared("G") == {Compared.NAME}
    assert compared("G", "B1") == compared("G", "B1", "D1") == {Compared.MOBILE, Compared.LANDLINE}
    assert compared("G", "B1", "C1") == {Compared.REGISTRATION}
    assert Rules(load_policies(""), timedelta()).compared == EVERYTHING
