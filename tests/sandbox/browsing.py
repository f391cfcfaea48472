"""The page in the system's Chromium: loudly skipped without one, an error in CI."""

import os
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, expect

from sandbox.app import Sandbox
from sandbox.clock import Target

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

needs_chromium: Sequence[pytest.MarkDecorator] = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"),
        reason="NO CHROMIUM: the page is not tested. Install it: apt-get install chromium",
    ),
]

NO_SIDE_SCROLL = "() => document.documentElement.scrollWidth === window.innerWidth"


class Clock:
    """Business time that starts on a Wednesday at ten in Shanghai."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)

    async def read(self) -> datetime:
        return self.now

    async def move(self, target: Target) -> None:
        self.now = target if isinstance(target, datetime) else self.now + timedelta(days=1)


async def opened(
    browser: Browser,
    sandbox: Sandbox,
    width: int = 1280,
    *,
    scheme: Literal["light", "dark"] = "light",
    locale: str = "zh-CN",
    query: str = "",
) -> tuple[Page, list[str]]:
    """The page, and what its console complains about."""
    page = await browser.new_page(
        viewport={"width": width, "height": 844}, locale=locale, color_scheme=scheme
    )
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{sandbox.url}/{query}")
    await expect(page.locator("#phone-1 .top h2")).to_have_text("小二")
    return page, complaints
