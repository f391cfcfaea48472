"""How the page looks and is held: contrast, no sideways scrolling, keyboard alone, no fonts."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from sandbox.app import Sandbox, Step, running
from tests.sandbox import story
from tests.sandbox.browsing import CHROMIUM, FLAGS, NO_SIDE_SCROLL, Clock, needs_chromium, opened
from tests.sandbox.company import button_card, select_card, small_corp, vote_card
from tests.sandbox.conftest import Api
from tests.sandbox.small_bot import SmallBot

pytestmark = needs_chromium

PAGE = Path(__file__).parents[2] / "sandbox" / "page"

# Every visible piece of text with its colour and what lies behind it, as WCAG reckons contrast.
FAINT = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
  };
  const over = (top, under) => top.slice(0, 3).map((v, i) => v * top[3] + under[i] * (1 - top[3]));
  const behind = (node) => {
    const layers = [];
    for (let n = node; n; n = n.parentElement) layers.push(rgba(getComputedStyle(n).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const light = (c) => c.map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const faint = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement, style = getComputedStyle(node);
    if (!walk.currentNode.textContent.trim() || !node.checkVisibility({ visibilityProperty: true })) continue;
    if (node.closest(":disabled, .sr, .skip, noscript, .cipher")) continue;
    const ground = behind(node), ink = over(rgba(style.color), ground);
    const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${node.className} ${walk.currentNode.textContent.trim().slice(0, 20)}`);
  }
  return faint;
}"""  # noqa: E501

# Controls whose words are cut off or that lie over each other.
CLIPPED = """() => [...document.querySelectorAll("button:not(.chain button), summary, h1, h2, h3, time")]
  .filter((n) => n.checkVisibility() && n.clientWidth > 1 && n.scrollWidth > n.clientWidth + 1)
  .map((n) => n.textContent)"""


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
        tour=[Step("导览的一步，说得长一些，看它怎样换行：按回车发送。", userid="ChenSiyu", words="你好")],
    )
    async with running(sandbox):
        yield sandbox


def everything(task_id: str) -> dict[str, Any]:
    """A card with all the parts that WeCom knows for one with buttons."""
    return button_card(
        task_id,
        source={"desc": "小二 CRM", "desc_color": 1},
        action_menu={"desc": "更多", "action_list": [{"text": "不再提醒", "key": "mute"}]},
        quote_area={"type": 0, "title": "原话", "quote_text": "要三台，月底前报价"},
        sub_title_text="请在今天内联系，逾期会提醒主管",
        horizontal_content_list=[
            {"keyname": "客户", "value": "徐州恒通路桥工程有限公司"},
            {"keyname": "官网", "value": "打开", "type": 1, "url": "https://example.invalid"},
        ],
        button_selection={
            "question_key": "who",
            "title": "交给",
            "option_list": [{"id": "a", "text": "林浩"}, {"id": "b", "text": "吴国强"}],
        },
    )


async def filled(api: Api, page: Page) -> None:
    """A conversation with every kind of bubble."""
    for number, card in enumerate((everything("all-1"), vote_card(), select_card())):
        assert (await api.card(card))["errcode"] == 0
        await expect(page.locator("#phone-1 .card")).to_have_count(number + 1)
    await api.send("markdown", {"content": '## 标题\n> 引用\n<font color="warning">逾期</font> `码`'})
    box = page.locator("#phone-1 textarea")
    await box.fill("「小二：明天报价」\n- - - - - - - - - - - - - - -\n好的")
    await box.press("Enter")
    await expect(page.locator("#phone-1 .cited")).to_be_visible()


async def test_a_choice_too_long_for_its_box_is_written_out(browser: Browser, api: Api) -> None:
    long = "徐州恒通路桥工程有限公司（华东销售部 陈思雨）"
    card = select_card()
    card["select_list"][0]["option_list"][0]["text"] = long
    page, complaints = await opened(browser, api.sandbox, 390)
    await api.card(card)
    box = page.locator("#phone-1 .question").first
    await expect(box.locator(".whole")).to_be_hidden()

    await box.locator("select").select_option("mon")

    await expect(box.locator(".whole")).to_have_text(long)
    assert await page.evaluate(NO_SIDE_SCROLL)
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
async def test_everything_can_be_read(
    browser: Browser, api: Api, bot: SmallBot, scheme: Literal["light", "dark"], width: int
) -> None:
    page, complaints = await opened(browser, api.sandbox, width, scheme=scheme)
    await filled(api, page)
    for opener, sheet in (("#open-happened", ".station"), ("#open-faults", ".board div")):
        await page.locator(opener).click()
        await expect(page.locator(sheet).first).to_be_visible()
        assert await page.evaluate(FAINT) == []
        assert await page.evaluate(CLIPPED) == []
        assert await page.evaluate(NO_SIDE_SCROLL)
    assert complaints == []


async def test_the_keyboard_is_enough(browser: Browser, api: Api, bot: SmallBot) -> None:
    await api.card(button_card())
    page, complaints = await opened(browser, api.sandbox)
    await page.locator("#tour").get_by_role("button", name="完成").press("Enter")
    await page.locator("#phone-1 textarea").focus()
    await page.keyboard.type("你好")
    await page.keyboard.press("Enter")
    await expect(page.locator("#phone-1 .mine")).to_have_count(1)

    await page.locator("#phone-1 .talk").focus()
    await page.keyboard.press("ArrowUp")
    await expect(page.locator("#phone-1 .mine")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".deed-words")).to_have_text("你好")
    await page.keyboard.press("q")
    await expect(page.locator("#phone-1 .quoted")).to_contain_text("陈思雨：你好")
    await page.keyboard.press("Escape")
    await expect(page.locator("#phone-1 .quoted")).to_be_hidden()

    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Shift+Tab")
    await expect(page.locator("#phone-1").get_by_role("button", name="转商机")).to_be_focused()
    await page.keyboard.press("Enter")
    await api.sandbox.until(lambda: bot.word("EventKey") == "convert")

    await page.get_by_role("tab", name="刚才发生了什么").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("tab", name="故障")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Escape")
    await expect(page.locator("#drawer")).to_be_hidden()
    await expect(page.locator("#open-faults")).to_be_focused()
    assert complaints == []


async def test_tab_leads_from_the_chooser_into_the_conversation(browser: Browser, sandbox: Sandbox) -> None:
    page, complaints = await opened(browser, sandbox)
    await page.locator("#phone-1").get_by_role("combobox").focus()
    await expect(page.locator("#people-1")).to_be_visible()

    await page.keyboard.press("Tab")

    await expect(page.locator("#phone-1 .talk")).to_be_focused()
    await expect(page.locator("#people-1")).to_be_hidden()
    assert complaints == []


async def test_what_comes_is_told_to_a_screen_reader(browser: Browser, sandbox: Sandbox) -> None:
    page, _ = await opened(browser, sandbox)
    talk = page.get_by_role("log", name=re.compile("陈思雨与小二的对话"))
    await expect(talk).to_have_attribute("aria-live", "polite")
    unnamed = """() => [...document.querySelectorAll("button, input, textarea, select, summary, [role]")]
      .filter((n) => n.checkVisibility() && !["presentation", "status", "alert"].includes(n.getAttribute("role")))
      .filter((n) => !(n.getAttribute("aria-label") || n.labels?.length || n.getAttribute("aria-labelledby") || n.textContent.trim()))
      .map((n) => n.outerHTML)"""  # noqa: E501
    assert await page.evaluate(unnamed) == []


async def test_chinese_is_shown_without_any_font(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "none").mkdir()
    config = tmp_path / "fonts.conf"
    config.write_text(
        f"<fontconfig><dir>{tmp_path}/none</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>"
    )
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page, complaints = await opened(browser, sandbox)
        await page.wait_for_function(ONE_LOADED, polling=100)
        inks: int = await page.evaluate(DIFFERENT_INKS)
        await browser.close()

    assert inks == 4  # A machine with boxes draws the same box four times.
    assert complaints == []


ONE_LOADED = """() => [...document.fonts].some((face) =>
  face.family.includes("Sandbox ") && face.status === "loaded")"""
DIFFERENT_INKS = """() => {
  const inks = new Set();
  for (const letter of "线索商机") {
    const canvas = new OffscreenCanvas(40, 40), pen = canvas.getContext("2d");
    pen.font = '32px "Sandbox CJK", "Sandbox Rest"'; pen.fillText(letter, 2, 34);
    inks.add(pen.getImageData(0, 0, 40, 40).data.join());
  }
  return inks.size;
}"""


def test_every_word_of_the_page_has_its_english() -> None:
    english = (PAGE / "english.js").read_text(encoding="utf-8")
    known = set(re.findall(r'^  "((?:[^"\\]|\\.)*)":', english, re.MULTILINE))
    said = set(re.findall(r'data-(?:t|label)="([^"]*)"', (PAGE / "index.html").read_text(encoding="utf-8")))
    for script in PAGE.glob("*.js"):
        said |= set(re.findall(r'(?<![\w.])t\("((?:[^"\\]|\\.)*)"', script.read_text(encoding="utf-8")))

    assert said - known == set()


def test_nothing_of_the_page_is_from_elsewhere_or_becomes_markup() -> None:
    for file in PAGE.glob("*.*"):
        if file.suffix in (".js", ".css", ".html"):
            text = file.read_text(encoding="utf-8")
            assert "innerHTML" not in text, file
            assert not re.search(r"(src|href|import|url\()\s*=?\s*[\"'(]https?:", text), file
            assert len(text.splitlines()) <= 150 or file.name == "english.js", file
