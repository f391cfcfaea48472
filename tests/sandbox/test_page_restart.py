"""The page while its server is gone, and when it comes back: the same run, or another that knows nothing."""

from contextlib import AsyncExitStack

from playwright.async_api import Browser, expect

from sandbox.app import Sandbox, running
from tests.sandbox.browsing import needs_chromium, opened
from tests.sandbox.company import small_corp
from tests.sandbox.small_bot import SmallBot

pytestmark = needs_chromium


async def test_a_page_outlives_its_server(browser: Browser, bot: SmallBot) -> None:
    first, second = Sandbox([small_corp(bot.url)]), Sandbox([small_corp(bot.url)])
    async with AsyncExitStack() as stack:
        async with running(first):
            port = int(first.url.rpartition(":")[2])
            page, _ = await opened(browser, first)
            bar, phone = page.locator("#offline"), page.locator("#phone-1")
            await expect(bar).to_be_hidden()
            await phone.locator("textarea").fill("你好")
            await phone.locator("textarea").press("Enter")
            await expect(phone.locator(".mine")).to_have_count(1)

        await expect(bar).to_contain_text("自己接上")

        await stack.enter_async_context(running(second, port=port))
        await expect(page.locator("#toast")).to_contain_text("从头开始")
        await expect(bar).to_be_hidden()
        await expect(phone.locator(".mine")).to_have_count(0)


async def test_a_broken_line_to_the_same_run_loses_nothing(browser: Browser, bot: SmallBot) -> None:
    sandbox = Sandbox([small_corp(bot.url)])
    async with running(sandbox):
        page, _ = await opened(browser, sandbox)
        phone = page.locator("#phone-1")
        await phone.locator("textarea").fill("写到一半")
        sandbox.wecom.journal.close()
        await expect(page.locator("#offline")).to_be_visible()
        await sandbox.say("ChenSiyu", "从别处说的")

        await expect(page.locator("#offline")).to_be_hidden()
        await expect(phone.locator(".mine .text")).to_have_text(["从别处说的"])
        await expect(phone.locator("textarea")).to_have_value("写到一半")
