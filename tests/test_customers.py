"""Customers: what each may see of them."""

from tests.conversation import Bot, Person, platform

__all__ = ["platform"]  # These stories are told on both platforms.


async def test_the_owner_sees_everything(bot: Bot) -> None:
    answer = await bot.person("LuoBin").says("我的客户")

    assert "我的客户" in answer


async def test_a_short_name_opens_the_card(bot: Bot, chen: Person) -> None:
    listed = await chen.says("我的客户")
    first = listed.split("1. ")[1].split("\n")[0].split(" ")[0]

    answer = await chen.says("1")

    assert first[:4] in answer
    assert "负责人" in answer


async def test_hidden_and_absent_read_the_same(chen: Person) -> None:
    hidden = await chen.says("查客户 甬江港务")
    absent = await chen.says("查客户 乌有港务")

    assert hidden.strip().replace("甬江港务", "") == absent.strip().replace("乌有港务", "")
    assert "没有找到" in hidden


async def test_the_coordinator_sees_names_and_nothing_else(bot: Bot) -> None:
    answer = await bot.person("JiangMin").says("查客户 甬江港务")

    assert "甬江港务集团有限公司" in answer
    assert "汪洋" in answer
    for secret in ("裘成栋", "19900005001", "战略", "贺明"):
        assert secret not in answer


async def test_an_administrator_sees_no_customers(bot: Bot) -> None:
    assert "没有找到" in await bot.person("CuiNing").says("查客户 甬江港务")


async def test_the_isolated_company_s_customers_stay_its_own(bot: Bot, qin: Person) -> None:
    mine = await qin.says("我的客户")
    above = await bot.person("FengYue").says("我的客户")

    assert "没有找到" not in mine
    assert "没有找到" in above


async def test_words_that_name_nobody_never_stand_for_one_s_own_customers(chen: Person) -> None:
    await chen.says("客户 青浦环城")
    for words, said in (
        ("查客户 华", "华"),
        ("查客户 zzz", "zzz"),
        ("查重 完全没有这家公司", "完全没有这家公司"),
    ):
        answer = await chen.says(words)

        assert f"“{said}”" in answer, words
        assert "没有找到" in answer, words
        assert "青浦环城" not in answer, words


async def test_part_of_a_name_finds_its_customers(chen: Person) -> None:
    assert "南通海门基础工程有限公司" in await chen.says("查客户 海门基")


async def test_a_colleague_s_customers_as_far_as_one_sees_them(wu: Person, chen: Person, lin: Person) -> None:
    theirs = await wu.says("陈思雨的客户")
    hidden = await lin.says("陈思雨的客户")

    assert "陈思雨的客户 · 3 家" in theirs
    assert "青浦环城" in theirs
    assert "陈思雨的客户：没有找到" in hidden


async def test_the_coordinator_s_lists_hold_names_and_nothing_else(bot: Bot, chen: Person) -> None:
    jiang = bot.person("JiangMin")
    await chen.says("新线索 徐州恒通路桥 王建国 13812345678 预算120万")

    listed = await jiang.says("客户列表")
    assert "客户 · " in listed
    opened = await jiang.says("1")
    lead = await jiang.says("查 L-20961")

    assert "负责人" in opened
    assert "徐州恒通路桥" in lead
    for answer in (listed, opened, lead):
        for secret in ("战略", "重点", "王建国", "13812345678", "120万", "1990000", "跟进中"):
            assert secret not in answer


async def test_names_are_not_sorted_out_by_what_is_hidden(bot: Bot) -> None:
    assert "没有找到" in await bot.person("JiangMin").says("战略客户")


async def test_a_code_opens_its_record_or_reads_like_one_that_is_not_there(bot: Bot, chen: Person) -> None:
    [own] = [line for line in (await chen.says("客户 青浦环城")).splitlines() if line.startswith("客户 C-")]
    code = own.removeprefix("客户 ")

    assert "青浦环城" in await chen.says(f"查客户 {code}")
    hidden, absent = await chen.says("查客户 C-1001"), await chen.says("查客户 C-9999")
    assert hidden.replace("C-1001", "") == absent.replace("C-9999", "")
