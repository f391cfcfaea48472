"""The page in a real browser: speak, tap, choose, move the clock, on a wide screen and on a narrow one."""

import os
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright, expect

from sandbox.app import Sandbox, running
from sandbox.clock import Target
from tests.sandbox.company import button_card, small_corp, vote_card
from tests.sandbox.conftest import Api
from tests.sandbox.small_bot import SmallBot

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
HOSTILE = "<img src=x onerror=alert(1)>"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"),
        reason="NO CHROMIUM: the page is not tested. Install it: apt-get install chromium",
    ),
]


class Clock:
    """Business time that starts on a Wednesday at ten in Shanghai."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)

    async def read(self) -> datetime:
        return self.now

    async def move(self, target: Target) -> None:
        self.now = target if isinstance(target, datetime) else self.now + timedelta(days=1)


@pytest.fixture
async def sandbox(bot: SmallBot) -> AsyncIterator[Sandbox]:
    clock = Clock()
    phones = ["ChenSiyu", "LinHao"]
    sandbox = Sandbox([small_corp(bot.url)], read_clock=clock.read, move_clock=clock.move, phones=phones)
    async with running(sandbox):
        yield sandbox


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


async def opened(browser: Browser, sandbox: Sandbox, width: int = 1280) -> tuple[Page, list[str]]:
    """The page, and what its console complains about."""
    page = await browser.new_page(viewport={"width": width, "height": 844}, locale="zh-CN")
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(sandbox.url)
    await expect(page.locator("#phone-1 .top h2")).to_have_text("小二")
    return page, complaints


async def test_a_sentence_a_card_a_tap(browser: Browser, api: Api, bot: SmallBot) -> None:
    async def card(_bot: SmallBot, message: ET.Element) -> web.StreamResponse:
        if message.findtext("MsgType") == "text":
            await api.card(button_card(main_title={"title": f"新线索 {HOSTILE}"}))
        elif message.findtext("Event") == "template_card_event":
            code = message.findtext("ResponseCode") or ""
            await api.update(code, atall=1, button={"replace_name": "已跟进"})
        return web.Response()

    bot.answer = card
    page, complaints = await opened(browser, api.sandbox)
    phone = page.locator("#phone-1")
    await phone.get_by_role("textbox").fill(HOSTILE)
    await phone.get_by_role("textbox").press("Enter")

    await expect(phone.locator(".mine .text")).to_have_text(HOSTILE)
    await phone.get_by_role("button", name="跟进").click()
    await expect(phone.get_by_role("button", name="已跟进")).to_be_disabled()
    assert bot.word("EventKey") == "follow"
    assert await page.locator("img[src=x]").count() == 0
    assert complaints == []


async def test_a_vote_tells_what_is_checked(browser: Browser, api: Api, bot: SmallBot) -> None:
    await api.card(vote_card())
    page, complaints = await opened(browser, api.sandbox)
    phone = page.locator("#phone-1")
    await phone.get_by_label("爬山").check()
    await phone.get_by_label("桌游").uncheck()
    async with page.expect_response("**/sandbox/tap"):
        await phone.get_by_role("button", name="投票").click()

    assert [option.text for option in bot.last.iter("OptionId")] == ["a"]
    await expect(phone.get_by_label("爬山")).to_be_checked()
    assert complaints == []


async def test_the_clock_moves_and_people_are_chosen(browser: Browser, api: Api, bot: SmallBot) -> None:
    page, complaints = await opened(browser, api.sandbox)
    await expect(page.locator("#clock")).to_have_text("11月18日 周三 10:00")
    await page.get_by_role("button", name="明早 8:30").click()
    await expect(page.locator("#clock")).to_have_text("11月19日 周四 08:30")

    await api.send("text", {"content": "有撞单"}, "WuGuoqiang")
    await page.get_by_role("button", name="吴国强").click()
    await expect(page.locator("#phone-2 .theirs .text")).to_have_text("有撞单")
    await expect(page.locator("#others")).to_be_hidden()
    picker = page.locator("#phone-2 .owner input")
    await picker.fill("林浩 · 华南销售部 · 部门经理 · 衡岳装备集团 小二")
    await picker.press("Enter")
    await expect(page.locator("#phone-2")).to_have_attribute("aria-label", "林浩的手机")
    assert complaints == []


async def test_one_phone_on_a_narrow_screen(browser: Browser, api: Api, bot: SmallBot) -> None:
    page, complaints = await opened(browser, api.sandbox, width=390)
    await expect(page.locator("#phone-2")).to_be_hidden()
    await api.card(button_card(), "LinHao")

    tab = page.get_by_role("navigation").get_by_role("button", name="林浩")
    await expect(tab).to_contain_text("1")
    await tab.click()
    await expect(page.locator("#phone-2").get_by_role("button", name="转商机")).to_be_in_viewport()
    await expect(tab).not_to_contain_text("1")
    assert await page.evaluate("() => document.documentElement.scrollWidth") == 390
    assert complaints == []
