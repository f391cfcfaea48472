"""Follow-ups (S03): what was said, and the next step."""

from sqlalchemy import select

from storage.schema import Followup
from tests.conversation import Bot, Person, platform

__all__ = ["platform"]  # These stories are told on both platforms.

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


async def content_of(bot: Bot) -> str:
    rows = await bot.rows(select(Followup.__table__).order_by(Followup.id.desc()).limit(1))
    return str(rows[0].content)


async def test_what_was_said_is_kept_whole(bot: Bot, chen: Person) -> None:
    await chen.says(FAIR)
    said = {
        MET: "今天见了王总，设备部更认三岳，价格要再压5个点",
        "跟进 恒通路桥：王总嫌贵，三岳报了118万，下一步：下周三下午3点去工地演示": "王总嫌贵，三岳报了118万",
        "今天见了恒通路桥的王总，方案认可，等他们开会": "今天见了恒通路桥的王总，方案认可，等他们开会",
        "跟进 L-20961 王总说付款想改成3-5-2，要我们周五前回": "王总说付款想改成3-5-2，要我们周五前回",
        "跟进 恒通路桥 内容=王总同意试用两周": "王总同意试用两周",
        "follow up 恒通路桥 met Mr Wang, he asked for 5 percent": "met Mr Wang, he asked for 5 percent",
    }
    for words, kept in said.items():
        await chen.says(words)

        assert await content_of(bot) == kept, words


async def test_a_next_step_on_a_day(bot: Bot, chen: Person) -> None:
    await chen.says(FAIR)

    answer = await chen.says("跟进 恒通路桥 聊得不错，方案他们认可，周五再联系")

    assert "下一步\n11-20 周五 再联系" in answer
    assert await content_of(bot) == "聊得不错，方案他们认可"


async def test_a_slip_in_the_word_of_command_is_no_part_of_it(bot: Bot, chen: Person) -> None:
    await chen.says(FAIR)
    await chen.says("跟近 恒通路桥 今天打了电话没人接")

    assert await content_of(bot) == "今天打了电话没人接"


async def test_a_long_follow_up_is_cut_on_the_card_alone(bot: Bot, chen: Person) -> None:
    await chen.says(FAIR)
    told = "和王总从摊铺机的租期一直谈到售后响应时间，" * 6 + "最后他说再想想"

    answer = await chen.says(f"跟进 恒通路桥 {told}")

    assert "最后他说再想想" not in answer
    assert "…" in answer
    assert await content_of(bot) == told


async def test_what_was_said_before_the_company_is_kept(bot: Bot, chen: Person) -> None:
    await chen.says("跟进 今天见了王总，设备部更认三岳，价格要再压5个点")
    await chen.says("青浦环城")

    assert await content_of(bot) == "今天见了王总，设备部更认三岳，价格要再压5个点"


async def test_a_code_of_somebody_else_is_refused_and_falls_on_nobody(
    bot: Bot, chen: Person, lin: Person
) -> None:
    await chen.says(FAIR)
    await lin.says("新线索 苏州宏达 李总 13900001111")

    hidden = await lin.says("跟进 L-20961 今天见了王总，聊得不错还要再来一次")
    absent = await lin.says("跟进 L-99999 今天见了王总，聊得不错还要再来一次")

    assert "没有找到“L-20961”" in hidden
    assert hidden.replace("L-20961", "") == absent.replace("L-99999", "")
    assert not await bot.rows(select(Followup.id).where(Followup.content.contains("聊得不错")))


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
