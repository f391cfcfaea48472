"""One person with an account on each platform: one record, one to-do list, cards that agree."""

from collections.abc import AsyncIterator

import pytest

from tests.conversation import Bot, both

LEAD = "新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机"
REMIND = "提醒我明天上午10点给甬江港务打电话"
CHEN = "ChenSiyu"


@pytest.fixture
async def sides(store_url: str) -> AsyncIterator[tuple[Bot, Bot]]:
    """The same bot as it is seen from WeCom and from DingTalk."""
    async with both(store_url) as sides:
        yield sides


async def test_a_lead_from_dingtalk_is_acted_upon_in_wecom_and_both_show_the_same(
    sides: tuple[Bot, Bot],
) -> None:
    wecom, ding = (side.person(CHEN) for side in sides)
    await ding.says(LEAD)
    await wecom.says("线索 L-20961")
    assert "徐州恒通路桥" in wecom.card.words

    await wecom.says("L-20961 电话是13900001111")

    assert "13900001111" in ding.card.words
    assert "13900001111" in wecom.cards[0].words


async def test_what_is_done_in_one_is_done_in_the_other(sides: tuple[Bot, Bot]) -> None:
    wecom, ding = (side.person(CHEN) for side in sides)
    await ding.says(REMIND)
    await wecom.says("待办 K-0701")
    assert not wecom.card.settled

    await ding.taps("完成", on=ding.cards[0])

    assert ding.cards[0].settled == "已完成"
    assert wecom.cards[0].settled == "已完成"


async def test_a_conversation_goes_on_where_the_person_goes_on(sides: tuple[Bot, Bot]) -> None:
    wecom, ding = (side.person(CHEN) for side in sides)
    await ding.says("提醒我给甬江港务打电话")

    answer = await wecom.says("明天上午10点")

    assert "K-0701" in answer
    assert "K-0701" not in ding.reads()


async def test_a_push_reaches_the_person_once(sides: tuple[Bot, Bot]) -> None:
    wecom, ding = (side.person(CHEN) for side in sides)
    await ding.says("提醒我今天上午10点05分给甬江港务打电话")

    await sides[0].move(minutes=10)

    told = [card for side in (wecom, ding) for card in side.cards if "逾期" in card.title]
    assert len(told) == 1
