"""The page in a real browser: speak, tap, choose, move the clock, on a wide screen and on a narrow one."""

from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from aiohttp import web
from playwright.async_api import Browser, expect

from sandbox.app import Sandbox, running
from tests.sandbox.browsing import NO_SIDE_SCROLL, Clock, needs_chromium, opened
from tests.sandbox.company import button_card, small_corp, vote_card
from tests.sandbox.conftest import Api
from tests.sandbox.small_bot import SmallBot

HOSTILE = "<img src=x onerror=alert(1)>"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)

pytestmark = needs_chromium


@pytest.fixture
async def sandbox(bot: SmallBot) -> AsyncIterator[Sandbox]:
    clock = Clock()
    phones = ["ChenSiyu", "LinHao"]
    sandbox = Sandbox([small_corp(bot.url)], read_clock=clock.read, move_clock=clock.move, phones=phones)
    async with running(sandbox):
        yield sandbox


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
    await page.locator("#picked").evaluate("field => field.closest('details').open = true")
    await page.locator("#picked").fill("2026-11-20T14:05")
    await page.get_by_role("button", name="拨钟").click()
    await expect(page.locator("#clock")).to_have_text("11月20日 周五 14:05")
    picker = page.get_by_role("combobox", name="第 2 部手机是谁的")
    await picker.fill("华南 经理")
    await expect(page.get_by_role("option")).to_have_count(2)  # He sees two apps.
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
    assert await page.evaluate(NO_SIDE_SCROLL)
    assert complaints == []


async def test_a_double_tap_calls_the_bot_twice(browser: Browser, api: Api, bot: SmallBot) -> None:
    await api.card(button_card())
    page, complaints = await opened(browser, api.sandbox)
    await page.locator("#phone-1").get_by_role("button", name="跟进").dblclick()

    await api.sandbox.until(lambda: len(taps(bot)) == 2)
    assert len({tap.findtext("ResponseCode") for tap in taps(bot)}) == 2
    assert complaints == []


def taps(bot: SmallBot) -> list[ET.Element]:
    return [message for message in bot.messages if message.findtext("Event") == "template_card_event"]


async def test_the_tray_sends_what_a_person_would(
    browser: Browser, api: Api, bot: SmallBot, tmp_path: Path
) -> None:
    picture = tmp_path / "名片.png"
    picture.write_bytes(PNG)
    page, complaints = await opened(browser, api.sandbox)
    phone = page.locator("#phone-1")
    plus = phone.get_by_role("button", name="发语音、位置、图片或文件")

    await plus.click()
    await phone.get_by_role("button", name="位置", exact=True).click()
    await phone.get_by_role("button", name="徐州东站").click()
    await expect(phone.locator(".mine .place")).to_contain_text("徐州东站")
    assert bot.word("Label") == "徐州市云龙区 徐州东站"

    await plus.click()
    await phone.get_by_role("button", name="语音", exact=True).click()
    await phone.get_by_label("说了什么").fill("我的任务")
    await phone.get_by_label("说了什么").press("Enter")
    await expect(phone.locator(".mine .voice")).to_contain_text("我的任务")
    assert (bot.word("Format"), bot.word("Recognition")) == ("amr", "我的任务")

    await plus.click()
    async with page.expect_file_chooser() as chooser:
        await phone.get_by_role("button", name="图片", exact=True).click()
    await (await chooser.value).set_files(picture)
    await expect(phone.locator(".mine .photo")).to_have_attribute("alt", "名片.png")

    await plus.click()
    await phone.get_by_role("button", name="文件", exact=True).press("Escape")
    await expect(plus).to_be_focused()
    assert [error for error in complaints if "decode" not in error] == []


async def test_a_message_is_quoted(browser: Browser, api: Api, bot: SmallBot) -> None:
    await api.send("text", {"content": "明天报价"})
    page, complaints = await opened(browser, api.sandbox)
    phone = page.locator("#phone-1")
    await phone.locator(".theirs .text").hover()
    await phone.get_by_role("button", name="引用").click()
    await phone.get_by_role("textbox").fill("好的")
    await phone.get_by_role("textbox").press("Enter")

    await expect(phone.locator(".mine .cited")).to_have_text("小二：明天报价")
    assert (bot.word("Content") or "").startswith("「小二：明天报价」")
    assert (bot.word("Content") or "").endswith("好的")
    assert complaints == []
