"""Rights to renew a card: some are spent by one renewal, some last as long as the card."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.clock import real_now
from bot.delivery import Undelivered
from cards.model import Card
from storage.ledger import copies, outbox
from storage.outbox import new_code
from tests.conversation import Bot, Person
from tests.logged import log
from tests.pretend_channel import PretendChannel, delivery_through
from tests.replicas import messages
from tests.soundness import findings

__all__ = ["log"]
pytestmark = pytest.mark.usefixtures("log")

LEAD = "新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机"
PHONES = ("13900001111", "13900002222", "13900003333")


async def change_often(bot: Bot, chen: Person, channel: PretendChannel) -> Any:
    """A lead, changed three times; each time everything is delivered. The copy of its first card."""
    delivery = delivery_through(bot, channel)
    await bot.sandbox.say(chen.userid, LEAD)
    await delivery.once()
    for phone in PHONES:
        await bot.sandbox.say(chen.userid, f"电话是{phone}")
        await delivery.once()
    first = select(func.min(copies.c.id)).scalar_subquery()
    [copy] = await bot.rows(select(copies).where(copies.c.id == first))
    return copy


def shown(message: Any) -> str:
    assert isinstance(message, Card)
    return " ".join(line.value for line in message.lines)


async def test_a_right_that_lasts_renews_a_card_any_number_of_times(bot: Bot, chen: Person) -> None:
    channel = PretendChannel()

    copy = await change_often(bot, chen, channel)

    mine = [(code, shown(message)) for task, code, message in channel.renewed if task == copy.task_id]
    assert [code for code, _ in mine] == [copy.task_id] * 3
    assert all(phone in words for phone, (_, words) in zip(PHONES, mine, strict=True))
    assert (copy.response_code, copy.code_until) == (copy.task_id, None)
    assert len(channel.sent) == 1 + len(PHONES)
    assert await findings(bot) == []


async def test_each_renewal_may_bring_the_next_right(bot: Bot, chen: Person) -> None:
    channel = PretendChannel(right=lambda task_id, number: f"code-{number}", renewable_for=timedelta(hours=1))

    copy = await change_often(bot, chen, channel)

    used = [code for task, code, _ in channel.renewed if task == copy.task_id]
    assert len(used) == len(set(used)) == 3
    assert copy.response_code not in (*used, None)
    assert real_now() < copy.code_until <= real_now() + timedelta(hours=1)
    assert await findings(bot) == []


async def test_a_right_without_a_next_one_is_spent(bot: Bot, chen: Person) -> None:
    channel = PretendChannel(right=lambda task_id, number: "once" if number == 1 else "")

    copy = await change_often(bot, chen, channel)

    assert [code for _, code, _ in channel.renewed] == ["once"]
    assert (copy.response_code, copy.code_until) == (None, None)


async def test_a_platform_that_takes_a_lasting_right_back_ends_it(bot: Bot, chen: Person) -> None:
    channel = PretendChannel(problem=Undelivered("expired", "卡片已不在"))

    copy = await change_often(bot, chen, channel)

    assert channel.renewed == []
    assert copy.response_code is None
    assert {row.state for row in await messages(bot, outbox.c.kind == "update")} == {"sent"}


async def test_a_tap_does_not_put_an_end_to_a_lasting_right(bot: Bot, chen: Person) -> None:
    copy = await change_often(bot, chen, PretendChannel())
    until = real_now() + timedelta(hours=72)

    with bot.service.engine.connect() as conn, conn.begin():
        new_code(conn, copy.task_id, copy.task_id, until)
        kept = conn.execute(select(copies).where(copies.c.id == copy.id)).one()
        new_code(conn, copy.task_id, "another", until)
        brought = conn.execute(select(copies).where(copies.c.id == copy.id)).one()

    assert (kept.response_code, kept.code_until) == (copy.task_id, None)
    assert (brought.response_code, brought.code_until) == ("another", until)
