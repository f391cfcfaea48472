"""The record is linked while the bot runs, and its head stands outside the store."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from storage.anchor import read_anchors
from storage.ledger import audit
from tests.conversation import Bot, Person


async def test_what_was_recorded_is_linked_and_the_head_noted(bot: Bot, chen: Person) -> None:
    await chen.says("新线索 徐州恒通路桥 王建国 13812345678")

    sealed = await bot.service.sealing.once(datetime.now(UTC))
    again = await bot.service.sealing.once(datetime.now(UTC))

    [(entries,)] = await bot.rows(select(func.count()).select_from(audit))
    assert sealed == entries > 0
    assert again == 0
    assert [head.length for head in read_anchors(bot.service.anchor)][-1] == entries
