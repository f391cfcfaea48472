"""Customers: what each may see of them."""

from tests.conversation import Bot, Person


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
