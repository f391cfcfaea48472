"""What the store refuses at the end of an event costs that event alone, and leaves nothing behind."""

import asyncio
import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, select, text

from storage.ledger import audit, inbox, outbox
from storage.org import Person as Colleague
from storage.schema import Task
from storage.turnstile import write
from tests.conversation import Bot, Person
from tests.logged import log
from tests.posting import came, letter, message, post
from tests.soundness import findings

__all__ = ["log"]
pytestmark = pytest.mark.usefixtures("log")

REMIND = "提醒我明天上午10点给甬江港务打电话"
# Where the end of an event writes, and what tells that from earlier writes to the same table.
WRITES = {"conversations": "AND NEW.version > 0", "audit": "", "outbox": ""}


@contextmanager
def refused(engine: Engine, table: str, person_id: int) -> Iterator[None]:
    """The database itself takes no row of this person into the table."""
    mine = f"NEW.person_id = {person_id} {WRITES[table]}"
    with write(engine) as conn:
        if engine.dialect.name == "postgresql":
            conn.execute(
                text(
                    "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                    "$$ BEGIN RAISE EXCEPTION 'refused'; END $$"
                )
            )
            how = f"FOR EACH ROW WHEN ({mine}) EXECUTE FUNCTION refuse()"
        else:
            how = f"WHEN {mine} BEGIN SELECT RAISE(ABORT, 'refused'); END"
        conn.execute(text(f"CREATE TRIGGER refusing BEFORE INSERT ON {table} {how}"))
    try:
        yield
    finally:
        on = f" ON {table}" if engine.dialect.name == "postgresql" else ""
        with write(engine) as conn:
            conn.execute(text(f"DROP TRIGGER refusing{on}"))


@pytest.mark.parametrize("table", WRITES)
async def test_what_cannot_be_stored_at_the_end_leaves_nothing_and_comes_again(
    bot: Bot, chen: Person, lin: Person, log: io.StringIO, table: str
) -> None:
    asked = select(Colleague.__table__).where(Colleague.name == "陈思雨")
    [me] = await bot.rows(asked)
    hers, his = message(REMIND, sender=chen.userid), message(REMIND, sender=lin.userid)

    with refused(bot.service.engine, table, me.id):
        answers = await asyncio.gather(*(post(bot, letter(one)) for one in (hers, his)))
        assert [answer.status for answer in answers] == [503, 200]
        assert await came(bot) == 1
        for one in (audit.c.person_id, outbox.c.person_id, inbox.c.person_id, Task.owner_id):
            assert await bot.rows(select(one).where(one == me.id)) == []
    assert "甬江" not in log.getvalue()

    assert (await post(bot, letter(hers))).status == 200
    await bot.settle()
    assert await came(bot) == 2
    assert (len(chen.cards), len(lin.cards)) == (1, 1)
    assert await findings(bot) == []
