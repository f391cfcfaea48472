"""What lies encrypted opens in its own column, in its own row, for the person it was written for."""

from typing import Any

import pytest
from sqlalchemy import Table, select, text, update

from storage.keyring import CannotUnseal, Keyring
from storage.ledger import conversations, copies, drafts, inbox, outbox
from storage.types import Sealed, SealedJson
from tests.conversation import Bot, Person
from tests.logged import log
from tests.soundness import findings

__all__ = ["log"]
pytestmark = pytest.mark.usefixtures("log")

PLACES = [
    (inbox, "body", "key", {"key": "another"}),
    (inbox, "trace", "key", {"key": "another"}),
    (outbox, "args", "id", {"person_id": 1}),
    (outbox, "args", "id", {"key": "another"}),
    (copies, "args", "id", {"person_id": 1}),
    (copies, "response_code", "id", {"task_id": "another"}),
    (drafts, "slots", "id", {"person_id": 1}),
    (conversations, "state", "person_id", {"chat": "another"}),
]


async def two_of_each(bot: Bot, chen: Person, lin: Person) -> None:
    """Two people, each with events, answers, a card and a draft."""
    await chen.says("新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机")
    await lin.says("新线索 佛山禅城市政养护有限公司")
    for one in (chen, lin):
        await one.says("提醒我给甬江港务打电话")


@pytest.mark.parametrize(("table", "column", "name", "moved"), PLACES)
async def test_what_is_moved_to_another_row_does_not_open(
    bot: Bot, chen: Person, lin: Person, table: Table, column: str, name: str, moved: dict[str, Any]
) -> None:
    await two_of_each(bot, chen, lin)
    rows = await bot.rows(select(table).where(table.c[column].is_not(None)).order_by(table.c[name]))
    one, other = rows[0], rows[-1]
    engine = bot.service.engine
    asked = select(table.c[column]).where(table.c[name] == getattr(other, name))
    with engine.connect() as conn, conn.begin() as transaction:
        assert conn.execute(asked).scalar() == getattr(other, column)
        stolen = f"(SELECT {column} FROM {table.name} WHERE {name} = :one)"
        order = text(f"UPDATE {table.name} SET {column} = {stolen} WHERE {name} = :other")
        conn.execute(order, {"one": getattr(one, name), "other": getattr(other, name)})
        with pytest.raises(CannotUnseal):
            conn.execute(asked).scalar()
        transaction.rollback()
    with engine.connect() as conn, conn.begin() as transaction:
        if conn.dialect.name == "postgresql":
            conn.execute(text("SET LOCAL session_replication_role = replica"))
        mine = table.c[name] == getattr(other, name)
        conn.execute(update(table).where(mine).values(moved))
        where = [table.c[key] == value for key, value in moved.items()]
        with pytest.raises(CannotUnseal):
            conn.execute(select(table.c[column]).where(*where)).scalars().all()
        transaction.rollback()
    assert await findings(bot) == []


def test_every_sealed_column_of_the_machinery_says_what_it_is_bound_to() -> None:
    """The record itself is bound by its MAC."""
    kinds = (Sealed, SealedJson)
    free = [
        f"{table.name}.{one.name}"
        for table in (inbox, outbox, copies, drafts, conversations)
        for one in table.c
        if isinstance(one.type, kinds) and not one.type.of
    ]
    assert free == []


def test_a_value_bound_to_its_row_does_not_pass_for_one_that_is_not() -> None:
    keys = Keyring([b"f" * 32], b"b" * 32, b"a" * 32)
    bound, free = keys.seal(b"words", "t.c", "row 1"), keys.seal(b"words", "t.c")

    assert keys.unseal(bound, "t.c", "row 1") == keys.unseal(free, "t.c") == b"words"
    for sealed, where, row in (
        (bound, "t.c", "row 2"),
        (bound, "t.c", None),
        (bound, "t.d", "row 1"),
        (b"\x01" + bound[1:], "t.c", None),
        (b"\x02" + free[1:], "t.c", "row 1"),
        (b"\x02" + free[1:], "t.c", None),
    ):
        with pytest.raises(CannotUnseal):
            keys.unseal(sealed, where, row)
