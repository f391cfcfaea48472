"""What is asked not to be done is not done, what cannot be done yet is said; nothing said before is lost."""

from sqlalchemy import func, select

from storage.schema import Lead, Task
from tests.conversation import Bot, Person, platform

__all__ = ["platform"]


async def leads(bot: Bot) -> int:
    """How many leads there are."""
    [(count,)] = await bot.rows(select(func.count(Lead.id)))
    return int(count)


async def test_a_lead_that_is_not_to_be_made_is_not_made_and_one_hears_why(bot: Bot, chen: Person) -> None:
    before = await leads(bot)

    answer = await chen.says("不要给徐州大运路桥建线索")

    assert await leads(bot) == before
    assert "没" in answer
    assert "没听懂" not in answer


async def test_what_comes_later_says_so_and_what_can_be_done_now(bot: Bot, chen: Person) -> None:
    answer = await chen.says("签到 徐州恒通路桥")

    assert "还" in answer
    assert "没听懂" not in answer


async def test_an_hour_said_later_belongs_to_the_day_said_before(bot: Bot, chen: Person) -> None:
    await chen.says("提醒我下周三给甬江港务打电话")

    await chen.says("10点")

    rows = await bot.rows(select(Task.due_at).order_by(Task.id.desc()).limit(1))
    assert f"{rows[0].due_at:%m-%d}" == "11-25"
