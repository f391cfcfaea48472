"""Leads from a fair, and a collision (S01), as people would type it."""

import asyncio
from pathlib import Path

from sqlalchemy import func, select, update

from storage.ledger import audit, inbox, outbox
from storage.org import Person as Person_
from storage.schema import Lead
from tests.conversation import Bot, Person, platform

__all__ = ["platform"]  # These stories are told on both platforms.

FAIR = "新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机 预算一百二十万左右"


async def test_a_sentence_becomes_a_stored_lead(bot: Bot, chen: Person) -> None:
    answer = await chen.says(FAIR)

    assert "已建线索 L-20961" in answer
    assert "未发现重复" in answer
    for fact in ("徐州恒通路桥", "王建国 13812345678", "摊铺机", "×2", "约120万元", "陈思雨"):
        assert fact in answer
    assert chen.card.buttons == ["跟进", "撤销"]
    [lead] = await bot.rows(select(Lead.__table__).where(Lead.code == "L-20961"))
    assert (lead.budget_min, lead.budget_max, lead.approx) == (120_000_000, 120_000_000, ["budget"])


async def test_a_stranger_learns_only_whom_to_talk_to(chen: Person, lin: Person) -> None:
    await chen.says(FAIR)

    answer = await lin.says("查下 恒通路桥 有没有人在跟")

    assert "掘进装备公司华东销售部" in answer
    assert "线索统筹蒋敏" in answer
    for secret in ("陈思雨", "13812345678", "王建国", "120", "L-20961", "摊铺机"):
        assert secret not in answer


async def test_an_isolated_company_neither_asks_nor_is_found(chen: Person, qin: Person) -> None:
    await chen.says(FAIR)

    answer = await qin.says("查下 恒通路桥 有没有人在跟")

    assert "没有找到可告知的信息" in answer
    assert "掘进" not in answer


async def test_the_same_company_is_stored_once(bot: Bot, chen: Person, lin: Person) -> None:
    await chen.says(FAIR)

    answer = await lin.says("新线索 恒通路桥 13812345678")

    assert "撞单" in answer
    assert "掘进装备公司华东销售部" in answer
    assert "草稿" in answer
    assert "陈思雨" not in answer
    assert len(await bot.rows(select(Lead.id).where(Lead.company.contains("恒通路桥")))) == 1


async def test_one_s_own_lead_is_offered_instead_of_a_second(chen: Person) -> None:
    await chen.says(FAIR)

    answer = await chen.says("新线索 徐州恒通路桥")

    assert "你已经有这条线索：L-20961" in answer


async def test_two_people_in_the_same_second_make_one_lead(bot: Bot, chen: Person, lin: Person) -> None:
    said = "新线索 连云港海通路桥有限公司 13955556666"

    await asyncio.gather(
        bot.sandbox.say(chen.userid, said),
        bot.sandbox.say(lin.userid, said),
    )
    await bot.settle()

    assert len(await bot.rows(select(Lead.id).where(Lead.company == "连云港海通路桥有限公司"))) == 1
    answers = [chen.reads(), lin.reads()]
    assert sum("已建线索" in answer for answer in answers) == 1
    assert sum("撞单" in answer for answer in answers) == 1


async def test_an_incomplete_sentence_is_kept_and_asked_about(bot: Bot, chen: Person) -> None:
    asked = await chen.says("刚展会上加的微信 老板姓赵 做养护的 电话回头给我")
    assert "哪家公司" in asked
    assert "赵老板" in asked

    answer = await chen.says("公司叫山东昱通路桥养护有限公司")

    assert "已建线索" in answer
    assert "山东昱通路桥养护有限公司" in answer
    assert "赵老板" in answer
    assert "养护" in answer
    assert "展会" in answer
    assert "电话之后直接发给我" in answer
    [lead] = await bot.rows(select(Lead.__table__).where(Lead.company == "山东昱通路桥养护有限公司"))
    assert lead.phone is None


async def test_a_draft_survives_another_question(chen: Person) -> None:
    await chen.says("新线索 老板姓赵 做养护的")
    await chen.says("我的线索")

    answer = await chen.says("公司叫山东昱通路桥养护有限公司")

    assert "已建线索" in answer
    assert "赵老板" in answer


async def test_the_phone_can_follow_later(chen: Person) -> None:
    await chen.says("新线索 徐州恒通路桥 王建国")

    answer = await chen.says("电话是13812345678")

    assert "已更新线索 L-20961" in answer
    assert "✎联系人" in answer
    assert "13812345678" in answer


async def test_a_changed_phone_is_checked_again(chen: Person, lin: Person) -> None:
    await chen.says(FAIR)
    await lin.says("新线索 佛山禅城市政养护有限公司")

    answer = await lin.says("电话是13812345678")

    assert "撞单" in answer
    assert "陈思雨" not in answer


async def test_an_engineer_s_colleague_in_finance_may_not_create(bot: Bot) -> None:
    yi = bot.person("YiWen")

    answer = await yi.says(FAIR)

    assert "销售、市场和各级经理" in answer
    assert not await bot.rows(select(Lead.id).where(Lead.company.contains("恒通路桥")))
    [refused] = await bot.rows(select(audit.c.changes).where(audit.c.action == "lead.create"))
    assert refused.changes == {"refused": "NotAllowed"}


async def test_somebody_else_s_lead_reads_like_none(chen: Person, lin: Person) -> None:
    await chen.says(FAIR)

    hidden = await lin.says("线索 L-20961")
    absent = await lin.says("线索 L-29999")

    assert hidden.replace("L-20961", "") == absent.replace("L-29999", "")
    assert "没有找到" in hidden


async def test_a_manager_sees_the_branch_and_a_neighbour_does_not(bot: Bot, chen: Person, wu: Person) -> None:
    await chen.says(FAIR)

    assert "徐州恒通路桥" in await wu.says("线索 L-20961")
    assert "没有找到" in await bot.person("TianYe").says("线索 L-20961")


async def test_a_lent_button_changes_nothing(bot: Bot, chen: Person, lin: Person) -> None:
    await chen.says(FAIR)

    answer = await lin.forges(chen.card.key_of("撤销"))

    assert "没有可以撤销的操作" in answer
    assert await bot.rows(select(Lead.id).where(Lead.code == "L-20961"))


async def test_my_leads_are_listed_and_a_number_opens_one(chen: Person) -> None:
    await chen.says(FAIR)

    listed = await chen.says("我的线索")
    opened = await chen.says("1")

    assert "我的线索 · 3 条" in listed
    assert "1. 徐州恒通路桥" in listed
    assert "线索 L-20961" in opened
    assert "王建国" in opened


async def test_the_same_callback_again_changes_nothing(bot: Bot, chen: Person) -> None:
    await chen.says(FAIR)
    before = [await bot.rows(select(func.count()).select_from(table)) for table in (audit, inbox, outbox)]

    for exact in (True, False, True):
        await bot.sandbox.redeliver(exact=exact)
    await bot.settle()

    after = [await bot.rows(select(func.count()).select_from(table)) for table in (audit, inbox, outbox)]
    assert before == after
    assert len([card for card in chen.cards if "已建线索" in card.title]) == 1


async def test_equal_words_on_purpose_are_two_events(bot: Bot, chen: Person) -> None:
    await chen.says("提醒我明天上午10点给甬江港务打电话")
    await chen.says("提醒我明天上午10点给甬江港务打电话")

    assert len([card for card in chen.cards if "已记待办" in card.title]) == 2


async def test_nothing_understood_is_kept_and_answered_with_examples(bot: Bot, chen: Person) -> None:
    answer = await chen.says("今天的晚霞真好看啊哈哈哈")

    assert "没听懂" in answer
    assert "草稿" in answer


async def test_an_unknown_account_gets_help_and_nothing_else(bot: Bot, chen: Person) -> None:
    await chen.says(FAIR)
    visitor = bot.person("Visitor01")

    for said in (FAIR, "线索 L-20961", "帮助", "撤销"):
        answer = await visitor.says(said)
        assert "管理员" in answer
        assert "恒通" not in answer
    assert len(await bot.rows(select(Lead.id).where(Lead.company.contains("恒通路桥")))) == 1


async def test_somebody_who_has_left_can_do_nothing_at_once(bot: Bot, chen: Person) -> None:
    await chen.says(FAIR)
    card = chen.card

    await bot.write(update(Person_).where(Person_.name == "陈思雨").values(left_at=bot.service.clock.now()))
    said = await chen.says("我的线索")
    await chen.taps("撤销", on=card)

    assert "L-20961" not in said
    assert await bot.rows(select(Lead.id).where(Lead.code == "L-20961"))


async def test_the_checks_of_a_day_are_rationed(bot: Bot, lin: Person) -> None:
    for number in range(31):
        # Not read on the phone: WeCom shows one member no more than thirty messages a minute.
        await bot.sandbox.say(lin.userid, f"查重 徐州测试{number}号路桥有限公司")

    said = [row.args["words"].get("text", "") for row in await bot.rows(select(outbox).order_by(outbox.c.id))]
    assert ["用完了" in words for words in said] == [False] * 30 + [True]
    assert "蒋敏" in said[-1]


async def test_phones_lie_encrypted(bot: Bot, chen: Person, store_url: str) -> None:
    await chen.says(FAIR)

    if store_url.startswith("sqlite"):
        path = Path(store_url.removeprefix("sqlite:///"))
        kept = b"".join(part.read_bytes() for part in path.parent.glob("store.db*") if part.is_file())
        assert b"13812345678" not in kept
        assert "王建国 13812345678".encode() not in kept
    [lead] = await bot.rows(select(Lead.__table__).where(Lead.code == "L-20961"))
    assert lead.phone == "13812345678"


async def test_another_line_is_another_customer(bot: Bot, chen: Person) -> None:
    answer = await chen.says("新线索 彭城地铁4号线项目经理部 刘工 13512127777")

    assert "已建线索" in answer
    assert "彭城地铁4号线项目经理部" in answer


async def test_another_city_is_another_customer(lin: Person) -> None:
    answer = await lin.says("新线索 佛山恒通 王总 13512127778")

    assert "已建线索" in answer
    assert "佛山恒通" in answer


async def test_undo_does_not_bring_back_what_is_somebody_else_s_now(
    bot: Bot, chen: Person, lin: Person
) -> None:
    await chen.says("新线索 徐州甲乙丙重工 张三 13512120001")
    await chen.says("电话是13512120002")
    card = chen.card
    await lin.says("新线索 佛山丁戊己建设 李四 13512120001")

    answer = await chen.taps("撤销", on=card)

    assert "已有别人在跟" in answer


async def test_a_number_given_for_the_company_is_kept_as_the_number(chen: Person) -> None:
    await chen.says("新线索")

    asked = await chen.says("13912345678")
    answer = await chen.says("徐州大运路桥")

    assert "哪家公司" in asked
    assert "13912345678" in answer
