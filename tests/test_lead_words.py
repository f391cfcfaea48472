"""Nothing a salesperson types is lost: what no slot takes is kept, said back, or asked about."""

from typing import Any

from sqlalchemy import select

from storage.schema import Lead, Task
from tests.conversation import Bot, Person, platform

__all__ = ["platform"]  # These stories are told on both platforms.

BASE = "新线索 徐州大运路桥 李工 13512120001"


async def lead_of(bot: Bot, company: str = "徐州大运路桥") -> Any:
    """The one stored lead of that company."""
    [lead] = await bot.rows(select(Lead.__table__).where(Lead.company == company))
    return lead


async def none_stored(bot: Bot, company: str = "大运") -> bool:
    """Whether no lead of that company was stored."""
    return not await bot.rows(select(Lead.id).where(Lead.company.contains(company)))


async def test_what_no_slot_takes_is_the_lead_s_remark(bot: Bot, chen: Person) -> None:
    answer = await chen.says(f"{BASE} 13512120002 想看两台摊铺机和一台压路机 要求年底前交货 付款3-6-1")

    lead = await lead_of(bot)
    assert (lead.phone, lead.product, lead.qty) == ("13512120001", "摊铺机", 2)
    for kept in ("13512120002", "一台压路机", "要求年底前交货", "付款3-6-1"):
        assert kept in lead.note
    assert "备注\n13512120002" in answer


async def test_a_second_company_is_no_product(bot: Bot, chen: Person) -> None:
    await chen.says(f"{BASE} 和 连云港海通路桥 张工 13512120003")

    lead = await lead_of(bot)
    assert lead.product == ""
    assert lead.note == "连云港海通路桥 张工 13512120003"


async def test_a_remark_under_its_key_stands_without_the_key(bot: Bot, chen: Person) -> None:
    await chen.says("/线索 新增 公司=徐州大运路桥;备注=很急;付款方式=月结")

    assert (await lead_of(bot)).note == "很急；付款方式：月结"


async def test_something_more_is_added_to_the_remark(bot: Bot, chen: Person) -> None:
    await chen.says(f"{BASE} 要求年底前交货")

    answer = await chen.says("电话是13512120004 周末打不通")

    lead = await lead_of(bot)
    assert (lead.phone, lead.note) == ("13512120004", "要求年底前交货；周末打不通")
    assert "✎备注" in answer


async def test_the_price_of_one_is_no_budget(bot: Bot, chen: Person) -> None:
    answer = await chen.says(f"{BASE} 两台摊铺机 每台35万")

    lead = await lead_of(bot)
    assert (lead.unit_price, lead.qty, lead.budget_max) == (35_000_000, 2, None)
    assert "2 × 35万元 = 70万元" in answer


async def test_a_price_that_disagrees_with_the_budget_is_pointed_out(chen: Person) -> None:
    answer = await chen.says(f"{BASE} 两台摊铺机 每台35万 预算50万")

    assert "对不上" in answer


async def test_a_small_bare_budget_is_asked_about(bot: Bot, chen: Person) -> None:
    asked = await chen.says(f"{BASE} 预算 35")

    assert "35万 还是 35元" in asked
    assert await none_stored(bot)

    await chen.taps("预算35万")

    assert (await lead_of(bot)).budget_max == 35_000_000


async def test_a_budget_is_changed_to_a_range(bot: Bot, chen: Person) -> None:
    await chen.says(BASE)

    await chen.says("预算改成30到50万")

    lead = await lead_of(bot)
    assert (lead.budget_min, lead.budget_max) == (30_000_000, 50_000_000)


async def test_a_status_is_no_company(bot: Bot, chen: Person) -> None:
    await chen.says(BASE)
    code = (await lead_of(bot)).code

    for said in (f"{code} 改成作废", f"线索 {code} 作废", f"把{code}标记为无效"):
        assert "不能直接改成" in await chen.says(said)
    lead = await lead_of(bot)
    assert (lead.company, lead.status) == ("徐州大运路桥", "跟进中")


async def test_what_one_asks_not_to_do_is_not_done(bot: Bot, chen: Person) -> None:
    for said in (
        "不要给徐州大运路桥建线索",
        "先别建 徐州大运路桥 13512120001",
        "先别建线索 徐州大运路桥 李工 13512120001",
        "don't create a lead for 徐州大运路桥",
    ):
        await chen.says(said)
        assert await none_stored(bot), said


async def test_a_form_in_any_order_fills_every_slot(bot: Bot, chen: Person) -> None:
    form = "联系人：李工 13512120001\n预算：80万\n公司：徐州大运路桥\n需求：两台摊铺机，一台压路机"
    await chen.says(f"{form}\n职务：设备科长")

    lead = await lead_of(bot)
    assert (lead.contact, lead.phone, lead.product, lead.qty) == ("李工", "13512120001", "摊铺机", 2)
    assert lead.budget_max == 80_000_000
    assert lead.note == "职务：设备科长；一台压路机"


async def test_the_second_deed_of_a_sentence_is_offered(bot: Bot, chen: Person) -> None:
    answer = await chen.says("录一条线索 徐州大运路桥 李工 13512120001 然后明天10点提醒我回访")

    assert "你还说了：“明天10点提醒我回访”" in answer
    assert (await lead_of(bot)).note == ""

    answer = await chen.taps("接着做")

    assert "已记待办" in answer
    assert "11-19 周四 10:00" in answer


async def test_a_reminder_to_repeat_is_not_made_a_single_one_silently(bot: Bot, chen: Person) -> None:
    before = await bot.rows(select(Task.id))

    answer = await chen.says("每周一提醒我交周报")

    assert "还不能重复提醒（每周一）" in answer
    assert await bot.rows(select(Task.id)) == before

    assert "已记待办" in await chen.taps("11-23")


LIST = (
    "1. 徐州大运路桥 李工 13512120001 两台摊铺机 每台35万\n2. 连云港海通路桥\t张工\t13512120002\n"
    "要求年底前交货"
)


async def test_a_pasted_list_is_shown_and_stored_when_confirmed(bot: Bot, chen: Person) -> None:
    answer = await chen.says(LIST)

    assert "读出 2 条线索，还没有录" in answer
    assert await none_stored(bot)

    answer = await chen.taps("全部录入")

    assert "已录 2 条线索" in answer
    assert (await lead_of(bot)).unit_price == 35_000_000
    second = await lead_of(bot, "连云港海通路桥")
    assert (second.contact, second.phone, second.note) == ("张工", "13512120002", "要求年底前交货")


async def test_a_pasted_list_is_stored_once(bot: Bot, chen: Person, platform: str) -> None:
    await chen.says(LIST)
    card = chen.card
    key = card.key_of("全部录入")
    await chen.taps("全部录入", on=card)

    answer = await chen.forges(key)

    # In DingTalk the same button of the same state is the same tap, and has been answered.
    assert platform == "dingtalk" or "已经录过" in answer
    assert len(await bot.rows(select(Lead.id).where(Lead.company == "徐州大运路桥"))) == 1


async def test_what_somebody_is_on_is_left_out_of_a_pasted_list(bot: Bot, chen: Person, lin: Person) -> None:
    await chen.says("新线索 连云港海通路桥 张工 13512120002")
    await lin.says(LIST)

    answer = await lin.taps("全部录入")

    assert "已录 1 条线索，1 条没有录" in answer
    assert "掘进装备公司华东销售部" in answer
    assert "陈思雨" not in answer


async def test_a_pasted_list_can_be_taken_back(bot: Bot, chen: Person) -> None:
    await chen.says(LIST)
    await chen.taps("全部录入")

    await chen.taps("撤销")

    assert await none_stored(bot)
    assert await none_stored(bot, "海通")


async def test_whoever_asks_how_to_import_is_told(chen: Person) -> None:
    assert "一行一条" in await chen.says("导入线索")
