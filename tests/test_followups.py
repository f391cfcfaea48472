"""Follow-ups (S03): what was said, and the next step."""

from sqlalchemy import select

from storage.schema import Followup
from tests.conversation import Bot, Person

FAIR = "新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机 预算一百二十万左右"
MET = "跟进 恒通 今天见了王总，设备部更认三岳，价格要再压5个点，下周三下午3点去他们工地演示"


async def test_a_long_sentence_is_taken_apart(bot: Bot, chen: Person) -> None:
    await chen.says(FAIR)

    answer = await chen.says(MET)

    assert "徐州恒通路桥" in answer
    assert "王总" in answer
    assert "三岳" in answer
    assert "11-25 15:00" in answer
    assert "演示" in answer
    [row] = await bot.rows(select(Followup.__table__).where(Followup.competitor == "三岳"))
    assert row.effective


async def test_follow_up_from_the_card_asks_what_happened(bot: Bot, chen: Person) -> None:
    await chen.says(FAIR)

    asked = await chen.taps("跟进")
    answer = await chen.says("今天见了王总，方案基本认可，等他们内部开会")

    assert "聊得怎么样" in asked
    assert "已记跟进" in answer
    assert "徐州恒通路桥" in answer


async def test_a_follow_up_too_short_says_so(chen: Person) -> None:
    await chen.says(FAIR)

    answer = await chen.says("跟进 恒通路桥 打了电话")

    assert "不算一次有效跟进" in answer


async def test_the_same_words_again_do_not_count(chen: Person) -> None:
    await chen.says(FAIR)
    said = "跟进 恒通路桥 今天和王总通了电话，他说下周给答复"
    await chen.says(said)

    assert "不算一次有效跟进" in await chen.says(said)


async def test_a_stranger_s_customer_is_not_found(bot: Bot, chen: Person, lin: Person) -> None:
    await chen.says(FAIR)

    answer = await lin.says("跟进 徐州恒通路桥 今天见了王总，聊得不错还要再来一次")

    assert "没有找到" in answer
    assert not await bot.rows(select(Followup.id).where(Followup.content.contains("聊得不错")))
