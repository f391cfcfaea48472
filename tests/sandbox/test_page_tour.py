"""The guided first minute in a real browser, with a bot that answers as a test tells it."""

from collections.abc import AsyncIterator
from xml.etree import ElementTree as ET

import pytest
from aiohttp import web
from playwright.async_api import Browser, expect

from sandbox.app import Sandbox, Step, running
from tests.sandbox.browsing import NO_SIDE_SCROLL, Clock, needs_chromium, opened
from tests.sandbox.company import button_card, small_corp
from tests.sandbox.conftest import Api
from tests.sandbox.small_bot import SmallBot

pytestmark = needs_chromium

TOUR = [
    Step("说一句。", "Say it.", userid="ChenSiyu", words="新线索 恒通", expect="新线索", look="answer"),
    Step("点【跟进】。", "Tap it.", userid="ChenSiyu", button="跟进"),
    Step("拨钟。", "Move the clock.", clock={"to": "tomorrow-8:30"}, look="clock"),
    Step("吴国强来问。", "Another asks.", userid="WuGuoqiang", phone=2, words="谁在跟"),
    Step("看看背后。", "Look behind.", look="happened"),
]


@pytest.fixture
async def sandbox(bot: SmallBot) -> AsyncIterator[Sandbox]:
    clock = Clock()
    sandbox = Sandbox(
        [small_corp(bot.url)],
        read_clock=clock.read,
        move_clock=clock.move,
        phones=["ChenSiyu", "LinHao"],
        tour=TOUR,
    )
    async with running(sandbox):
        yield sandbox


def answering_with_a_card(api: Api, bot: SmallBot) -> None:
    """Every sentence is answered, the first with a card."""

    async def answer(bot: SmallBot, message: ET.Element) -> web.StreamResponse:
        who = str(message.findtext("FromUserName"))
        if message.findtext("MsgType") == "text":
            texts = [one for one in bot.messages if one.findtext("MsgType") == "text"]
            if len(texts) == 1:
                await api.card(button_card(), who)
            else:
                await api.send("text", {"content": "陈思雨在跟"}, who)
        return web.Response()

    bot.answer = answer


@pytest.mark.parametrize("width", [1280, 390])
async def test_the_first_minute(browser: Browser, api: Api, bot: SmallBot, width: int) -> None:
    answering_with_a_card(api, bot)
    page, complaints = await opened(browser, api.sandbox, width)
    tour = page.get_by_role("region", name="一分钟导览")
    next_step = tour.get_by_role("button", name="下一步")

    await expect(tour).to_contain_text("1 / 5")
    box = page.locator("#phone-1 textarea")
    await expect(box).to_have_value("新线索 恒通")
    await expect(box).to_be_focused()
    await box.press("Enter")
    await expect(tour).to_contain_text("做到了")
    await next_step.click()

    button = page.locator("#phone-1").get_by_role("button", name="跟进")
    await expect(button).to_have_class("style-1 spot")
    assert bot.word("Event") is None
    await button.click()
    await expect(tour).to_contain_text("做到了")
    await next_step.click()

    await expect(page.get_by_role("button", name="明早 8:30")).to_have_class("spot")
    await page.get_by_role("button", name="明早 8:30").click()
    await expect(tour).to_contain_text("做到了")
    await next_step.click()

    second = page.locator("#phone-2")
    await expect(second).to_have_attribute("aria-label", "吴国强的手机")
    await expect(second.locator("textarea")).to_have_value("谁在跟")
    await second.locator("textarea").press("Enter")
    await expect(tour).to_contain_text("做到了")
    await next_step.click()

    await expect(page.locator("#happened .deed-words")).to_have_text("谁在跟")
    assert await page.evaluate(NO_SIDE_SCROLL)
    await tour.get_by_role("button", name="完成").click()
    await expect(tour).to_be_hidden()
    assert complaints == []


async def test_it_is_skipped_for_good_and_may_be_seen_again(browser: Browser, sandbox: Sandbox) -> None:
    page, complaints = await opened(browser, sandbox)
    tour = page.locator("#tour")
    await tour.get_by_role("button", name="跳过这步").click()
    await expect(tour).to_contain_text("2 / 5")
    await page.reload()
    await expect(tour).to_contain_text("2 / 5")
    await tour.get_by_role("button", name="不看了").click()
    await page.reload()
    await expect(page.locator("#clock")).to_have_text("11月18日 周三 10:00")
    await expect(tour).to_be_hidden()

    await page.goto(f"{sandbox.url}/?tour=1")
    await expect(tour).to_contain_text("1 / 5")
    await tour.get_by_role("button", name="不看了").click()
    await page.get_by_role("button", name="导览").click()
    await expect(tour).to_contain_text("1 / 5")
    assert complaints == []


async def test_the_whole_minute_needs_no_more_than_the_enter_key(
    browser: Browser, api: Api, bot: SmallBot
) -> None:
    answering_with_a_card(api, bot)
    page, complaints = await opened(browser, api.sandbox)
    tour = page.locator("#tour")
    focused = page.locator(":focus")
    onward = [("说一句", "textarea"), ("点【跟进】", "跟进"), ("拨钟", "明早 8:30"), ("吴国强", "textarea")]

    for words, control in onward:
        await expect(tour).to_contain_text(words)
        if control == "textarea":
            await expect(focused).not_to_have_value("")
        else:
            await expect(focused).to_have_text(control)
        await page.keyboard.press("Enter")
        await expect(tour).to_contain_text("做到了")
        await expect(focused).to_have_text("下一步")
        await page.keyboard.press("Enter")

    await expect(tour).to_contain_text("看看背后")
    await expect(focused).to_have_text("完成")
    await page.keyboard.press("Enter")
    await expect(tour).to_be_hidden()
    await expect(focused).to_have_text("导览")
    assert complaints == []


async def test_it_takes_the_keyboard_from_nobody_who_types(browser: Browser, api: Api, bot: SmallBot) -> None:
    page, _ = await opened(browser, api.sandbox)
    tour, other = page.locator("#tour"), page.locator("#phone-2 textarea")
    await expect(tour).to_contain_text("1 / 5")
    await other.press_sequentially("谁在跟")

    await page.locator("#phone-1 form button.primary").click()
    await expect(page.locator("#phone-1 .mine")).to_have_count(1)
    await other.focus()
    await api.send("text", {"content": "新线索"})

    await expect(tour).to_contain_text("做到了")
    await expect(other).to_be_focused()


async def test_what_was_done_stays_done_in_the_other_language(
    browser: Browser, api: Api, bot: SmallBot
) -> None:
    answering_with_a_card(api, bot)
    page, complaints = await opened(browser, api.sandbox)
    await page.locator("#phone-1 textarea").press("Enter")
    await expect(page.locator("#tour")).to_contain_text("做到了")

    await page.get_by_role("button", name="EN").click()

    await expect(page.locator("#tour")).to_contain_text("Say it.Done")
    await expect(page.locator("#phone-1 textarea")).to_have_value("")
    assert complaints == []


async def test_that_the_answers_are_chinese_is_said_once(browser: Browser, sandbox: Sandbox) -> None:
    page, complaints = await opened(browser, sandbox, locale="en-US")
    note = page.get_by_role("note")
    await expect(note).to_contain_text("answers in Chinese")
    await note.get_by_role("button", name="Got it").click()
    await expect(note).to_be_hidden()

    await page.reload()

    await expect(page.locator("#tour")).to_contain_text("1 / 5")
    await expect(note).to_be_hidden()
    assert complaints == []


async def test_it_speaks_english_to_an_english_browser(browser: Browser, sandbox: Sandbox) -> None:
    page, complaints = await opened(browser, sandbox, locale="en-US")
    await expect(page.locator("#tour")).to_contain_text("Say it.")
    await page.get_by_role("button", name="中文").click()
    await expect(page.locator("#tour")).to_contain_text("说一句。")
    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert complaints == []
