"""Behind the phones in a real browser: what just happened, fault switches, suggestions."""

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from aiohttp import ClientError, web
from playwright.async_api import Browser, Page, expect

from sandbox.app import Sandbox, running
from sandbox.clock import Target
from tests.sandbox import story
from tests.sandbox.browsing import NO_SIDE_SCROLL, Clock, needs_chromium, opened
from tests.sandbox.company import button_card, small_corp
from tests.sandbox.conftest import Api
from tests.sandbox.small_bot import SmallBot

pytestmark = needs_chromium

STATIONS = [
    "加密的回调",
    "解密后的事件",
    "听懂了什么",
    "用了什么权限",
    "写了哪些行",
    "审计行",
    "排队并送出的消息",
]


@pytest.fixture
async def sandbox(bot: SmallBot) -> AsyncIterator[Sandbox]:
    clock = Clock()
    sandbox = Sandbox(
        [small_corp(bot.url)],
        read_clock=clock.read,
        move_clock=clock.move,
        explain=story.explain,
        suggest=story.suggest,
        tally=story.tally,
        phones=["ChenSiyu", "LinHao", "WuGuoqiang"],
    )
    async with running(sandbox):
        yield sandbox


async def say(page: Page, words: str, phone: int = 1) -> None:
    box = page.locator(f"#phone-{phone} textarea")
    await box.fill(words)
    await box.press("Enter")
    await expect(page.locator(f"#phone-{phone} .mine").last).to_be_visible()


async def test_seven_stations_tell_what_just_happened(
    browser: Browser, sandbox: Sandbox, bot: SmallBot
) -> None:
    page, complaints = await opened(browser, sandbox)
    await say(page, story.SAID)
    await page.get_by_role("button", name="刚才发生了什么").first.click()

    stations = page.locator(".station")
    await expect(stations.locator("h3")).to_have_count(7)
    titles = [text.split(" ")[0] for text in await stations.locator("h3").all_inner_texts()]
    assert titles == STATIONS
    await expect(stations.nth(0)).to_contain_text(bot.queries[-1]["msg_signature"][:20])
    await expect(stations.nth(0)).to_contain_text(f"{len(bot.bodies[-1])} 字节")
    await expect(stations.nth(1)).to_contain_text(str(bot.word("MsgId")))
    assert await stations.nth(2).locator("mark").all_inner_texts() == ["徐州恒通路桥", "王总", "3"]
    await expect(stations.nth(2).locator(".reading")).to_contain_text("customer.create")
    await expect(stations.nth(3)).to_contain_text("sales@华东销售部")
    await expect(stations.nth(4).locator("del")).to_have_text("新")
    await expect(stations.nth(5)).to_contain_text("MAC 0123456789abcdef")
    await expect(stations.nth(6)).to_contain_text("35 毫秒")
    assert complaints == []


async def test_the_panel_never_covers_an_input(browser: Browser, sandbox: Sandbox) -> None:
    for width in (1280, 390):
        page, complaints = await opened(browser, sandbox, width)
        await page.get_by_role("button", name="刚才发生了什么").first.click()
        await say(page, "你好")
        assert await page.evaluate(NO_SIDE_SCROLL)
        for box in await page.locator("textarea:visible").all():
            covered = "box => { const r = box.getBoundingClientRect();"
            covered += " return document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2) !== box; }"
            assert not await box.evaluate(covered)
        assert complaints == []
        await page.close()


async def test_an_older_bubble_is_looked_behind(browser: Browser, api: Api, bot: SmallBot) -> None:
    page, complaints = await opened(browser, api.sandbox)
    await say(page, "第一句")
    await say(page, "第二句", 2)
    deed = page.locator(".deed-words")
    await page.locator("#phone-1 .mine").get_by_role("button", name="刚才发生了什么").click()
    await expect(deed).to_have_text("第一句")
    await say(page, "第三句", 3)
    await expect(deed).to_have_text("第三句")
    await api.card(button_card())
    await page.locator("#phone-1").get_by_role("button", name="跟进").click()
    await expect(deed).to_have_text("点了【跟进】")
    await page.keyboard.press("Escape")
    assert complaints == []


async def test_without_an_explanation_three_stations_speak(browser: Browser, sandbox: Sandbox) -> None:
    sandbox.explain = None
    page, complaints = await opened(browser, sandbox)
    await say(page, "你好")
    await page.get_by_role("button", name="刚才发生了什么").first.click()

    await expect(page.locator(".station.done")).to_have_count(2)
    await expect(page.locator(".station.dark")).to_have_count(4)
    await expect(page.locator(".station").nth(2)).to_contain_text("没有接上讲解")
    assert complaints == []


async def test_a_moved_clock_is_told_too(browser: Browser, sandbox: Sandbox) -> None:
    page, complaints = await opened(browser, sandbox)
    await page.get_by_role("button", name="刚才发生了什么").click()
    await page.get_by_role("button", name="+1 小时").click()

    await expect(page.locator(".deed-words")).to_have_text("时钟拨到 2026-11-18 11:00")
    await expect(page.locator(".station").first).to_contain_text("没有回调")
    assert complaints == []


async def test_what_a_moved_clock_set_off_is_explained(browser: Browser, sandbox: Sandbox) -> None:
    async def named(target: Target) -> str:
        await move(target)
        return "clock:this"

    async def explain(name: str) -> Mapping[str, Any]:
        assert name == "clock:this"
        told = await story.explain(name)
        return {**told, "event": None, "understood": None, "rights": None}

    move, sandbox.move_clock, sandbox.explain = sandbox.move_clock, named, explain
    page, complaints = await opened(browser, sandbox)
    await page.get_by_role("button", name="刚才发生了什么").click()
    await page.get_by_role("button", name="+1 小时").click()

    stations = page.locator(".station")
    await expect(stations.nth(4)).to_contain_text("L-20961")
    await expect(stations.nth(5)).to_contain_text("#12")
    await expect(stations.nth(6)).to_contain_text("leads.created")
    await expect(stations.nth(3)).to_contain_text("没有人在问")
    await expect(page.locator(".station.dark")).to_have_count(0)
    assert complaints == []


async def test_faults_are_switched_and_nothing_is_lost(browser: Browser, api: Api, bot: SmallBot) -> None:
    async def repeat_until_told(_bot: SmallBot, message: ET.Element) -> web.StreamResponse:
        told = message.findtext("MsgType") != "text"
        while not told:
            with suppress(ClientError):
                await api.send("text", {"content": "收到"}, enable_duplicate_check=1)
                told = True
        return web.Response()

    bot.answer = repeat_until_told
    page, complaints = await opened(browser, api.sandbox)
    await page.get_by_role("button", name="故障").click()
    lost = page.get_by_role("switch", name="丢回答")
    await lost.click()
    await expect(lost).to_be_checked()
    await page.get_by_role("switch", name="重发回调").click()
    await say(page, "你好")

    await expect(page.locator("#phone-1 .theirs .text")).to_have_text(["收到"])
    board = page.locator(".board div")
    await expect(board.filter(has_text="平台收下").locator("strong")).to_have_text("1")
    await expect(board.filter(has_text="拦下的重复").locator("strong")).not_to_have_text("0")
    await expect(board.filter(has_text="还在等").locator("strong")).to_have_text("1")
    await expect(page.locator(".verdict .good")).to_have_count(2)
    await page.get_by_role("button", name="全部恢复正常").click()
    await expect(lost).not_to_be_checked()
    assert complaints == []


async def test_suggestions_are_taken_with_the_keyboard(
    browser: Browser, sandbox: Sandbox, bot: SmallBot
) -> None:
    page, complaints = await opened(browser, sandbox)
    box = page.locator("#phone-1 textarea")
    await box.press("ArrowDown")
    options = page.locator("#phone-1").get_by_role("option")
    await expect(options).to_have_count(3)
    await box.press("Escape")
    await expect(options).to_have_count(0)

    await box.press_sequentially("我")
    await expect(options).to_have_text(["我的任务看要做的事", "我是ChenSiyu"])
    await box.press("ArrowDown")
    await expect(box).to_have_attribute("aria-activedescendant", "suggestions-1-0")
    await box.press("Enter")
    await expect(box).to_have_value("我的任务")
    await expect(page.locator("#phone-1 .mine")).to_have_count(0)
    await box.press("Enter")
    await expect(page.locator("#phone-1 .mine .text")).to_have_text("我的任务")
    assert complaints == []
