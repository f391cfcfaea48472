"""What was begun and not finished: put aside, found again, sent or dropped."""

from sqlalchemy import select

from storage.ledger import drafts
from storage.schema import Lead, Task
from tests.conversation import Bot, Person, platform

__all__ = ["platform"]  # These stories are told on both platforms.

BEGUN = "新线索 老板姓赵 做养护的"


async def test_never_mind_puts_the_draft_aside_and_says_how_to_get_it_back(bot: Bot, chen: Person) -> None:
    for words in ("算了", "取消", "不弄了", "先不录了", "那先不录了吧", "算了。"):
        await chen.says(BEGUN)

        answer = await chen.says(words)

        assert "线索先不录" in answer, words
        assert "继续" in answer
    assert not await bot.rows(select(Lead.id).where(Lead.code == "L-20961"))
    assert not await bot.rows(select(drafts.c.id).where(drafts.c.open == 1))


async def test_never_mind_while_nothing_is_open_says_so(chen: Person) -> None:
    for words in ("算了", "取消", "不弄了"):
        answer = await chen.says(words)

        assert "没有正在写的" in answer, words
        assert "撤销" in answer


async def test_never_mind_is_no_answer_to_a_question_for_free_words(bot: Bot, chen: Person) -> None:
    await chen.says("新线索 徐州恒通路桥 王建国")
    await chen.taps("跟进")

    answer = await chen.says("算了")

    assert "跟进先不录" in answer


async def test_words_that_only_begin_like_it_are_an_answer(chen: Person) -> None:
    await chen.says("新线索 徐州恒通路桥 王建国")
    await chen.taps("跟进")

    answer = await chen.says("算了一下他们的总账，三台一起要比租便宜")

    assert "已记跟进" in answer


async def test_going_on_asks_the_open_question_again(chen: Person) -> None:
    for words in ("继续", "接着录", "继续吧"):
        await chen.says(BEGUN)
        await chen.says("算了")

        asked = await chen.says(words)

        assert "哪家公司" in asked, words
        assert "赵老板" in asked
    answer = await chen.says("山东昱通路桥养护有限公司")
    assert "已建线索" in answer
    assert "赵老板" in answer
    assert "草稿箱是空的" in await chen.says("继续")


async def test_a_new_command_leaves_the_draft_and_says_so(bot: Bot, chen: Person) -> None:
    await chen.says(BEGUN)

    answer = await chen.says("待办 明天上午10点交周报")

    assert "已记待办" in answer
    assert "没写完的线索先放进草稿了" in answer
    assert not await bot.rows(select(drafts.c.id).where(drafts.c.open == 1))


async def test_a_question_that_begins_with_a_noun_leaves_the_draft_too(bot: Bot, chen: Person) -> None:
    for words in ("客户 青浦环城", "线索 恒通", "线索"):
        await chen.says(BEGUN)

        answer = await chen.says(words)

        assert "没写完的线索先放进草稿了" in answer or "没有找到" in answer, words
    asked = await chen.says("我的草稿")
    assert "草稿 · 1 份" in asked


async def test_words_not_understood_leave_the_question_open_and_say_it(chen: Person) -> None:
    await chen.says("提醒我给甬江港务打电话")

    answer = await chen.says("咕噜咕噜哗啦啦这是什么呀呀呀")

    assert "待办还没写完：什么时候？" in answer
    assert "已记待办" in await chen.says("明天上午10点")


async def test_drafts_are_listed_to_go_on_or_to_drop(bot: Bot, chen: Person) -> None:
    await chen.says(BEGUN)
    await chen.says("提醒我给甬江港务打电话")

    listed = await chen.says("我的草稿")
    assert "1. 待办" in listed
    assert "2. 线索" in listed
    assert "赵老板" in listed

    asked = await chen.says("2")
    assert "哪家公司" in asked
    await chen.says("草稿")
    dropped = await chen.taps("丢掉第1个")

    assert "已丢掉草稿" in dropped
    assert "草稿 · 1 份" in await chen.says("我的草稿")


async def test_several_drafts_are_offered_when_one_goes_on(chen: Person) -> None:
    await chen.says(BEGUN)
    await chen.says("提醒我给甬江港务打电话")
    await chen.says("算了")

    assert "草稿 · 2 份" in await chen.says("继续")


async def test_what_was_refused_is_kept_to_be_changed_and_sent(bot: Bot, chen: Person) -> None:
    await chen.says("让林浩明天上午10点给甬江港务打电话")

    shown = await chen.says("继续")
    assert "给甬江港务打电话" in shown
    assert "提交" in chen.card.buttons
    answer = await chen.says("让罗斌")

    assert "已记待办" in answer
    [task] = await bot.rows(select(Task.__table__).where(Task.code == "K-0701"))
    assert task.content == "给甬江港务打电话"


async def test_sent_again_unchanged_it_is_refused_again_and_still_there(chen: Person) -> None:
    await chen.says("让林浩明天上午10点给甬江港务打电话")
    await chen.says("继续")

    assert "不在你的单元" in await chen.taps("提交")
    assert "草稿 · 1 份" in await chen.says("我的草稿")


async def test_a_draft_lives_for_a_day(bot: Bot, chen: Person) -> None:
    await chen.says(BEGUN)
    await chen.says("我的草稿")
    card = chen.card
    await bot.move(hours=24, minutes=1)

    late = await chen.taps("丢掉第1个", on=card)

    assert "已经不在了" in late
    assert "草稿箱是空的" in await chen.says("我的草稿")


async def test_a_draft_of_somebody_else_is_not_there(bot: Bot, chen: Person, lin: Person) -> None:
    await chen.says(BEGUN)
    await chen.says("我的草稿")
    key = chen.card.key_of("丢掉第1个")

    assert "已经不在了" in await lin.forges(key)
    assert "草稿箱是空的" in await lin.says("我的草稿")
    assert "草稿 · 1 份" in await chen.says("我的草稿")


async def test_words_not_understood_lie_among_the_drafts(chen: Person) -> None:
    await chen.says("咕噜咕噜哗啦啦这是什么呀呀呀")

    assert "咕噜咕噜" in await chen.says("我的草稿")
    assert "换个说法" in await chen.says("1")
