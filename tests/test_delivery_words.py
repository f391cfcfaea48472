"""What a message says beside its record is read again when it is sent: a right withdrawn meanwhile counts."""

import inspect
from typing import Any

import pytest
from sqlalchemy import delete, select, update

import handlers
from cards import model
from handlers.rereading import READINGS
from storage.base import Base
from storage.org import Person as Colleague
from storage.org import Role
from storage.outbox import DROPPED
from storage.schema import Collaborator, Task
from tests.conversation import Bot, Person
from tests.logged import log
from tests.replicas import messages
from tests.soundness import findings

__all__ = ["log"]
pytestmark = pytest.mark.usefixtures("log")

LEAD = "新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机"
NEAR = "新线索 徐州宝利机械 周工 13700001111"
PEOPLE = Base.metadata.tables["people"]


async def colleague(bot: Bot, name: str) -> Any:
    asked: Any = select(Colleague.id, Colleague.unit_id).where(Colleague.name == name)
    [row] = await bot.rows(asked)
    return row


async def withdraw(bot: Bot, name: str) -> None:
    """Every role of a person ends."""
    await bot.write(delete(Role).where(Role.person_id == (await colleague(bot, name)).id))


async def choose(bot: Bot, chen: Person) -> None:
    """Two tasks of hers fit what she said; the question which one waits to be sent."""
    await chen.says("提醒我明天上午10点给甬江港务打电话")
    await chen.says("提醒我后天上午10点给甬江港务发报价")
    await bot.sandbox.say(chen.userid, "完成待办 给甬江港务")
    assert (await messages(bot))[-1].draw == "general.choose"


async def test_a_near_name_out_of_sight_by_now_is_left_out(bot: Bot, wu: Person) -> None:
    assert "C-1003" in await wu.says(NEAR)
    await bot.sandbox.say(wu.userid, NEAR.replace("机械", "工程").replace("1111", "2222"))

    await withdraw(bot, "吴国强")
    await bot.settle()

    assert "已建线索" in wu.card.title
    assert "C-1003" not in wu.card.words
    assert "宝利工程机械" not in wu.card.words


async def test_what_one_may_choose_from_is_what_one_sees_by_now(bot: Bot, chen: Person) -> None:
    await choose(bot, chen)
    other, me = await colleague(bot, "林浩"), await colleague(bot, "陈思雨")

    gone = {"owner_id": other.id, "unit_id": other.unit_id}
    await bot.write(update(Task).where(Task.code == "K-0701").values(gone))
    await bot.write(delete(Collaborator).where(Collaborator.person_id == me.id))
    await bot.settle()

    assert "是哪一条" in chen.card.title
    assert "K-0702" in chen.card.words
    assert "K-0701" not in chen.card.words
    assert "打电话" not in chen.card.words


async def test_nothing_left_to_choose_from_is_not_sent(bot: Bot, chen: Person) -> None:
    await choose(bot, chen)
    seen, other, me = len(chen.cards), await colleague(bot, "林浩"), await colleague(bot, "陈思雨")

    await bot.write(update(Task).values(owner_id=other.id, unit_id=other.unit_id))
    await bot.write(delete(Collaborator).where(Collaborator.person_id == me.id))
    await bot.settle()

    assert len(chen.cards) == seen
    assert (await messages(bot))[-1].state == DROPPED


async def test_who_is_on_a_company_is_not_told_to_whom_may_not_ask_any_more(
    bot: Bot, chen: Person, lin: Person
) -> None:
    await chen.says(LEAD)
    assert "有人跟进" in await lin.says("查重 恒通路桥")
    await bot.sandbox.say(lin.userid, "查重 恒通路桥")
    await bot.sandbox.say(lin.userid, "新线索 恒通路桥 13812345678")

    await withdraw(bot, "林浩")
    answers = lin.reads()
    await bot.settle()

    told = lin.reads().removeprefix(answers)
    assert "没有找到可告知的信息" in told
    assert "华东销售部" not in told
    assert "蒋敏" not in told
    last = (await messages(bot))[-1]
    assert (last.draw, last.state) == ("leads.taken", DROPPED)
    assert "无权" in last.reason
    assert await findings(bot) == []


async def test_who_is_on_a_company_is_not_told_across_an_isolated_border(
    bot: Bot, chen: Person, lin: Person
) -> None:
    await chen.says(LEAD)
    await bot.sandbox.say(lin.userid, "新线索 恒通路桥 13812345678")
    venture = (await colleague(bot, "覃川")).unit_id

    await bot.write(update(PEOPLE).where(PEOPLE.c.name == "林浩").values(unit_id=venture))
    await bot.settle()

    assert "华东销售部" not in lin.reads()
    assert (await messages(bot))[-1].state == DROPPED


async def test_who_is_on_a_company_of_a_pasted_list_is_told_by_the_same_rule(
    bot: Bot, chen: Person, lin: Person
) -> None:
    await chen.says("新线索 连云港海通路桥 张工 13512120002")
    await lin.says("1. 徐州大运路桥 李工 13512120001 两台摊铺机\n2. 连云港海通路桥 张工 13512120002")
    await bot.sandbox.tap(lin.userid, "全部录入")

    await withdraw(bot, "林浩")
    await bot.settle()

    assert "已录 1 条线索，1 条没有录" in lin.card.title
    assert "海通路桥" in lin.card.words
    assert "华东销售部" not in lin.card.words
    assert "蒋敏" not in lin.card.words


# Lists that tell of nobody's record: what the reader typed, did, or may say.
HARMLESS = {"answers", "changed", "examples", "filters", "guesses", "kept", "titles", "what"}
OWN_WORDS = {"leads.preview(rows)"}


def test_every_card_that_lists_things_beside_its_record_has_a_reading() -> None:
    assert handlers
    unread = {
        f"{name}({word.name})"
        for name, draw in model._cards.items()
        for word in inspect.signature(draw).parameters.values()
        if str(word.annotation).startswith("list[") and word.name not in HARMLESS and name not in READINGS
    }
    assert unread - OWN_WORDS == set()
    assert set(READINGS) <= set(model._cards)
