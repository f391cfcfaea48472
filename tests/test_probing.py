"""Writing is no way to find out who is on a company; what breaks loses nothing that was typed."""

import pytest

from handlers.leads import opening, rules
from tests.conversation import Person, platform
from tests.logged import log

__all__ = ["log", "platform"]

MINE = "新线索 徐州恒通路桥 王建国 13812345678"
FREE = "新线索 海口青禾机械 13900002222"


@pytest.fixture
def one_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """One check a day, so that it is soon used up."""
    monkeypatch.setattr(rules, "CHECKS_A_DAY", 1)


@pytest.mark.usefixtures("one_check")
async def test_without_a_check_left_taken_and_free_read_the_same(chen: Person, lin: Person) -> None:
    await chen.says(MINE)
    assert "撞单" in await lin.says(MINE)

    taken, free = await lin.says(MINE), await lin.says(FREE)

    assert taken == free
    assert "明天零点恢复" in free


@pytest.mark.usefixtures("one_check")
async def test_a_phone_tells_nothing_either(chen: Person, lin: Person) -> None:
    await chen.says(MINE)
    await lin.says(FREE)
    await lin.says("查重 徐州恒通路桥")

    assert await lin.says("电话是13812345678") == await lin.says("电话是13900003333")


@pytest.mark.usefixtures("one_check")
async def test_a_near_hit_is_an_answer_that_costs_a_check(chen: Person, lin: Person) -> None:
    await chen.says(MINE)
    assert "相近" in await lin.says("新线索 徐州衡通路桥 13900004444")

    assert "明天零点恢复" in await lin.says(FREE)


@pytest.mark.parametrize("much", ["预算99999999999999999999亿", "摊铺机99999999999999台"])
async def test_what_no_lead_is_worth_is_refused_with_an_example_and_kept(chen: Person, much: str) -> None:
    answer = await chen.says(f"新线索 徐州大运路桥 13512120001 {much}")

    assert "太大" in answer
    assert "例如" in answer
    assert "大运" in await chen.says("我的草稿")


@pytest.mark.usefixtures("log")
async def test_what_was_typed_survives_a_bug(chen: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(opening, "hold", broken)

    assert "存进草稿" in await chen.says(MINE)
    assert "徐州恒通路桥" in await chen.says("我的草稿")


async def test_what_is_not_understood_gets_an_example(chen: Person) -> None:
    answer = await chen.says("快点!!!")

    assert "提醒我明天10点" in answer
    assert "存进草稿" in answer
