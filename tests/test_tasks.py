"""Tasks: promised, overdue, done (S03), as people would type it."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from storage.schema import Task
from tests.conversation import Bot, Person, platform

__all__ = ["platform"]  # These stories are told on both platforms.

ZONE = ZoneInfo("Asia/Shanghai")


async def test_a_day_off_is_kept_and_a_working_day_offered(chen: Person) -> None:
    answer = await chen.says("提醒我大后天给甬江港务打电话")

    assert "给甬江港务打电话" in answer
    assert "11-21 周六" in answer
    assert "改到11-20 周五" in chen.card.buttons

    moved = await chen.taps("改到11-20 周五")

    assert "原定\n11-21 周六" in moved
    assert "✎时间\n11-20 周五" in moved


async def test_a_make_up_saturday_is_a_working_day(chen: Person) -> None:
    answer = await chen.says("提醒我11月28日给甬江港务打电话")

    assert "11-28 周六" in answer
    assert not [button for button in chen.card.buttons if button.startswith("改到")]


async def test_a_task_without_a_time_asks_for_it(chen: Person) -> None:
    asked = await chen.says("提醒我给甬江港务打电话")
    assert "什么时候" in asked

    answer = await chen.says("明天上午10点")

    assert "已记待办" in answer
    assert "11-19 周四 10:00" in answer
    assert "给甬江港务打电话" in answer


async def test_an_overdue_task_is_pushed_once(bot: Bot, chen: Person) -> None:
    await chen.says("提醒我今天上午11点给甬江港务打电话")
    before = len(chen.cards)

    await bot.move(minutes=59)
    assert len(chen.cards) == before

    await bot.move(minutes=2)
    await bot.move(hours=1)
    await bot.move(days=1)

    alerts = [card for card in chen.cards[before:] if "待办逾期" in card.title]
    assert len(alerts) == 1
    assert "给甬江港务打电话" in alerts[0].words


async def test_done_on_the_card_is_done_on_every_card(bot: Bot, chen: Person) -> None:
    await chen.says("提醒我今天上午11点给甬江港务打电话")
    made = chen.card
    await bot.move(hours=2)
    alert = chen.card

    answer = await chen.taps("完成", on=alert)

    assert "已完成 K-0701" in answer
    shown = [card for card in chen.cards if card.task_id in (made.task_id, alert.task_id)]
    assert all("完成" not in card.buttons for card in shown)
    assert [card.settled for card in shown if card.task_id == alert.task_id] == ["已完成"]


async def test_an_alert_does_not_spend_the_button_of_the_first_card(bot: Bot, chen: Person) -> None:
    await chen.says("提醒我今天上午11点给甬江港务打电话")
    made = chen.card
    await bot.move(hours=2)
    assert "待办逾期" in chen.card.title

    answer = await chen.taps("完成", on=made)

    assert "已完成 K-0701" in answer


async def test_a_button_from_before_a_move_shows_the_task_as_it_is(bot: Bot, chen: Person) -> None:
    await chen.says("提醒我大后天给甬江港务打电话")
    made = chen.card
    await chen.says("待办改到下周二")

    await bot.sandbox.tap(chen.userid, "改到11-20 周五", on=made, late=True)
    await bot.settle()

    assert "按钮没有生效" in chen.reads()
    assert "11-24 周二" in chen.card.words


async def test_undone_a_completion_is_shown_open_again(bot: Bot, chen: Person) -> None:
    await chen.says("提醒我今天上午11点给甬江港务打电话")
    await bot.move(hours=2)
    await chen.taps("完成")
    done = chen.card

    await chen.taps("撤销", on=done)

    assert "完成" in chen.card.buttons
    [again] = [card for card in chen.cards if card.task_id == done.task_id]
    assert "已完成" not in again.words
    assert "完成" in again.buttons
    assert "已完成 K-0701" in await chen.taps("完成", on=again)


async def test_both_sides_see_a_task_open_again(bot: Bot, wu: Person, chen: Person) -> None:
    await wu.says("让陈思雨明天上午10点前整理恒通的报价资料")
    await chen.taps("完成")
    await chen.taps("撤销")

    assert "完成" in wu.card.buttons
    assert "完成" in chen.card.buttons


async def test_a_reopened_task_alerts_again(bot: Bot, chen: Person) -> None:
    await chen.says("提醒我今天上午11点给甬江港务打电话")
    await bot.move(hours=2)
    await chen.taps("完成")
    await chen.taps("撤销")
    before = len(chen.cards)

    await bot.move(minutes=1)
    await bot.move(minutes=1)

    assert len([card for card in chen.cards[before:] if "待办逾期" in card.title]) == 1


async def test_an_undone_move_alerts_for_the_time_that_holds_again(bot: Bot, chen: Person) -> None:
    await chen.says("提醒我今天上午11点给甬江港务打电话")
    await bot.move(minutes=50)
    await chen.says("待办改到今天上午10点55分")
    moved = chen.card
    await bot.move(minutes=8)
    await chen.taps("撤销", on=moved)
    before = len(chen.cards)

    await bot.move(minutes=3)

    assert len([card for card in chen.cards[before:] if "待办逾期" in card.title]) == 1


async def test_an_alert_is_no_act_that_stands_against_undo(bot: Bot, chen: Person) -> None:
    await chen.says("提醒我今天上午10点05分给甬江港务打电话")
    made = chen.card
    await bot.move(minutes=6)

    assert "已撤销" in await chen.taps("撤销", on=made)


async def test_a_late_second_tap_changes_nothing(bot: Bot, chen: Person, platform: str) -> None:
    await chen.says("提醒我今天上午11点给甬江港务打电话")
    card = chen.card
    await chen.taps("完成", on=card)
    [before] = await bot.rows(select(Task.__table__).where(Task.code == "K-0701"))

    for _ in range(3):
        await bot.sandbox.tap(chen.userid, "完成", on=card, late=True)
    await bot.settle()

    [after] = await bot.rows(select(Task.__table__).where(Task.code == "K-0701"))
    assert before == after
    # WeCom names every tap; in DingTalk the same button of the same state is the same tap.
    assert ("已经完成" in chen.reads()) == (platform == "wecom")
    assert chen.cards[0].settled == "已完成"


async def test_a_list_and_the_second_of_it(chen: Person) -> None:
    await chen.says("提醒我明天上午10点给甬江港务打电话")
    await chen.says("提醒我明天下午3点交周报")

    listed = await chen.says("我的待办")
    answer = await chen.says("待办第2个完成")

    assert "1. 给甬江港务打电话" in listed
    assert "2. 交周报" in listed
    assert "已完成 K-0702" in answer


async def three(chen: Person) -> None:
    for words in ("明天上午10点交周报", "明天上午11点给甬江港务打电话", "后天上午10点交方案"):
        await chen.says(f"提醒我{words}")
    await chen.says("我的待办")


async def test_positions_mean_the_list_that_was_shown(chen: Person) -> None:
    await three(chen)

    done = await chen.says("第2个做完了")
    moved = await chen.says("把第三个改到下周五")
    first = await chen.says("待办第1个完成")

    assert "已完成 K-0702" in done
    assert "待办 K-0703 已改期" in moved
    assert "11-27 周五" in moved
    assert "已完成 K-0701" in first


async def test_not_done_never_does_it_and_opens_what_was_done(bot: Bot, chen: Person) -> None:
    await three(chen)

    assert "K-0701 本来就没划掉" in await chen.says("待办第1个没做完")
    await chen.says("第1个做完了")
    opened = await chen.says("待办第1个没做完")

    assert "待办 K-0701" in opened
    assert "完成" in chen.card.buttons
    assert not await bot.rows(select(Task.id).where(Task.done_at.is_not(None), Task.code == "K-0701"))
    assert not await bot.rows(select(Task.id).where(Task.code == "K-0704"))


async def test_a_position_beyond_the_list_says_how_many_there_are(chen: Person) -> None:
    await three(chen)

    answer = await chen.says("第9个做完了")

    assert "3 条" in answer
    assert "我的待办" in answer


async def test_a_position_without_a_fresh_list_shows_the_list_first(bot: Bot, chen: Person) -> None:
    await three(chen)
    await bot.move(minutes=11)

    shown = await chen.says("待办第2个完成")
    assert "先对一下序号" in shown
    assert not await bot.rows(select(Task.id).where(Task.done_at.is_not(None), Task.code == "K-0702"))

    assert "已完成 K-0702" in await chen.says("待办第2个完成")


async def test_done_words_after_an_alert_mean_that_task(bot: Bot, chen: Person) -> None:
    await chen.says("提醒我今天上午11点给甬江港务打电话")
    await bot.move(hours=2)

    answer = await chen.says("做完了")

    assert "已完成 K-0701" in answer


async def test_a_manager_gives_a_task_and_is_told_when_it_is_done(bot: Bot, wu: Person, chen: Person) -> None:
    answer = await wu.says("让陈思雨明天上午10点前整理恒通的报价资料")
    assert "陈思雨" in answer
    assert "吴国强给你安排了待办" in chen.card.title

    await chen.taps("完成")

    assert "完成于" in wu.reads()
    assert wu.card.settled == "已完成"


async def test_a_task_for_somebody_outside_one_s_unit_is_refused(bot: Bot, chen: Person) -> None:
    answer = await chen.says("让林浩明天上午10点给甬江港务打电话")

    assert "不在你的单元" in answer
    assert not await bot.rows(select(Task.id).where(Task.code == "K-0701"))


async def test_the_past_is_refused_with_an_example(chen: Person) -> None:
    answer = await chen.says("提醒我今天早上9点给甬江港务打电话")

    assert "已经过" in answer
    assert "例如" in answer


async def test_undo_takes_it_back_once(bot: Bot, chen: Person) -> None:
    await chen.says("提醒我明天上午10点给甬江港务打电话")

    asked = await chen.says("撤销")
    assert "新建的待办 K-0701" in asked
    done = await chen.taps("确认撤销")
    again = await chen.taps("确认撤销")

    assert "已撤销" in done
    assert "已经撤销过" in again or "没有可以撤销的" in again
    assert not await bot.rows(select(Task.id).where(Task.code == "K-0701"))


@pytest.mark.parametrize(("minutes", "undone"), [(14, True), (16, False)])
async def test_undo_works_for_fifteen_minutes(bot: Bot, chen: Person, minutes: int, undone: bool) -> None:
    await chen.says("提醒我明天上午10点给甬江港务打电话")
    card = chen.card

    await bot.move(minutes=minutes)
    answer = await chen.taps("撤销", on=card)

    assert ("已撤销" in answer) is undone


async def test_nobody_undoes_what_another_has_acted_on(bot: Bot, wu: Person, chen: Person) -> None:
    await wu.says("让陈思雨明天上午10点前整理报价资料")
    made = wu.card
    await chen.taps("完成")

    answer = await wu.forges(made.key_of("撤销"))

    assert "又有别的改动" in answer


async def test_three_ticks_at_once_alert_once(bot: Bot, chen: Person) -> None:
    await chen.says("提醒我今天上午11点给甬江港务打电话")
    before = len(chen.cards)

    await bot.service.move_clock(datetime(2026, 11, 18, 12, 0, tzinfo=ZONE))
    await asyncio.gather(*(bot.service.schedule.tick() for _ in range(3)))
    await bot.settle()

    assert len(chen.cards) == before + 1


async def test_a_task_is_moved(chen: Person) -> None:
    await chen.says("提醒我明天上午10点给甬江港务打电话")

    answer = await chen.says("待办改到后天下午3点")

    assert "原定\n11-19 周四 10:00" in answer
    assert "✎时间\n11-20 周五 15:00" in answer


async def test_a_moved_task_alerts_for_its_new_time_alone(bot: Bot, chen: Person) -> None:
    await chen.says("提醒我今天上午11点给甬江港务打电话")
    await chen.says("待办改到今天下午3点")
    before = len(chen.cards)

    await bot.move(hours=2)
    assert len(chen.cards) == before
    await bot.move(hours=4)

    assert len([card for card in chen.cards[before:] if "待办逾期" in card.title]) == 1


async def test_whoever_set_a_task_keeps_hold_of_it(bot: Bot) -> None:
    luo, lu = bot.person("LuoBin"), bot.person("LuYiming")

    told = await luo.says("让鲁一鸣明天上午9点去送资料")
    done = await luo.says("K-0701 做完了")

    assert "已记待办 K-0701" in told
    assert "已完成 K-0701" in done
    assert lu.card.settled == "已完成"


async def test_a_task_named_by_its_code_is_shown_not_done(bot: Bot, chen: Person) -> None:
    await chen.says("提醒我明天上午10点给甬江港务打电话")

    answer = await chen.says("K-0701")

    assert "待办 K-0701" in answer
    assert "已完成" not in answer
