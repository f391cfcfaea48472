"""People talk to the smart bot: alone with it, and in a group where outsiders read along."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, func, select

from bot.hearing import STRANGER
from bot.messages import ELSEWHERE
from storage.schema import Lead, Task
from tests.platforms.smart_bot import GROUP, SmartBot, company

LEAD = "新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机"
REMIND = "提醒我明天上午10点给甬江港务打电话"
CHEN, LIN = "ChenSiyu", "LinHao"


@pytest.fixture(params=["callback", "socket"])
async def bot(request: pytest.FixtureRequest, store_url: str) -> AsyncIterator[SmartBot]:
    async with company(store_url, request.param) as bot:
        yield bot


async def leads(bot: SmartBot) -> int:
    def count(conn: Connection) -> int:
        return conn.scalar(select(func.count()).select_from(Lead).where(Lead.company == "徐州恒通路桥")) or 0

    return await bot.service.read(count)


async def done(bot: SmartBot) -> int:
    def count(conn: Connection) -> int:
        asked = select(func.count()).select_from(Task)
        return conn.scalar(asked.where(Task.code == "K-0701", Task.done_at.is_not(None))) or 0

    return await bot.service.read(count)


async def test_alone_with_the_bot_a_lead_is_logged_and_answered_with_a_card(bot: SmartBot) -> None:
    await bot.says(CHEN, LEAD)

    assert await leads(bot) == 1
    card = bot.smart.cards_to(CHEN)[-1]
    assert "徐州恒通路桥" in card.words
    assert bot.app.cards_to(CHEN) == []


async def test_a_tapped_card_shows_at_once_what_became_of_it(bot: SmartBot) -> None:
    await bot.says(CHEN, REMIND)

    await bot.smart.tap(CHEN, "完成")

    await bot.smart.until(lambda: bot.smart.cards_to(CHEN)[0].settled)
    assert bot.smart.cards_to(CHEN)[0].settled == "已完成"
    assert await done(bot) == 1


async def test_in_a_group_business_is_answered_in_private_and_the_group_is_told_so(bot: SmartBot) -> None:
    await bot.says(CHEN, LEAD, GROUP.chatid)

    assert await leads(bot) == 1
    assert [words.strip() for words in bot.smart.texts_in(GROUP.chatid)] == [ELSEWHERE]
    assert "徐州恒通路桥" in bot.app.cards_to(CHEN)[-1].words
    assert bot.smart.cards_to(CHEN) == []


async def test_a_question_asked_in_a_group_goes_on_in_private(bot: SmartBot) -> None:
    await bot.says(CHEN, "提醒我给甬江港务打电话", GROUP.chatid)
    assert "甬江港务" not in "".join(bot.smart.texts_in(GROUP.chatid))

    await bot.app.say(CHEN, "明天上午10点")
    await bot.settle()

    assert "甬江港务" in bot.app.cards_to(CHEN)[-1].words
    assert "K-0701" in bot.app.cards_to(CHEN)[-1].words


async def test_what_tells_nothing_is_said_in_the_group(bot: SmartBot) -> None:
    await bot.says(CHEN, "你好", GROUP.chatid)
    await bot.says("Visitor01", LEAD, GROUP.chatid)

    first, second = bot.smart.texts_in(GROUP.chatid)
    assert first.startswith("我在")
    assert second.startswith(STRANGER[:8])
    assert await leads(bot) == 0


async def test_nothing_in_a_group_gives_away_whether_a_company_is_known(bot: SmartBot) -> None:
    await bot.says(CHEN, LEAD)
    before = len(bot.smart.texts_in(GROUP.chatid))

    await bot.says(LIN, "查重 徐州恒通路桥", GROUP.chatid)
    await bot.says(LIN, "查重 南宁青禾苗圃", GROUP.chatid)

    known, unknown = bot.smart.texts_in(GROUP.chatid)[before:]
    assert known == unknown
    assert "华东销售部" in "".join([*bot.app.texts_to(LIN), *(card.words for card in bot.app.cards_to(LIN))])
