"""Make the READMEs' pictures from a demo that really runs: `make pictures`. Needs the system's Chromium.

The moving ones are APNG: the frames are screenshots, joined chunk by chunk, so no drawing library is needed.
"""

import asyncio
import re
import shutil
import struct
import sys
import tempfile
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page, async_playwright, expect

PICTURES = Path(__file__).parent / "pictures"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
LARGEST = 1_500_000  # Bytes of a moving picture.
WORDS = {"zh-CN": ("做到了", "下一步"), "en-US": ("Done", "Next")}


def chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    """Type and content of every chunk of a PNG."""
    found, at = [], len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        found.append((png[at + 4 : at + 8], png[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def chunk(kind: bytes, content: bytes) -> bytes:
    """One chunk with its length and its checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def moving(frames: Sequence[tuple[bytes, float]]) -> bytes:
    """One endless APNG out of screenshots of one size, each with its seconds."""
    head = chunks(frames[0][0])[0][1]
    width, height = struct.unpack_from(">II", head)
    written = [chunk(b"IHDR", head), chunk(b"acTL", struct.pack(">II", len(frames), 0))]
    number = 0
    for index, (png, seconds) in enumerate(frames):
        if (b"IHDR", head) not in chunks(png):
            raise ValueError("the frames are not all of one size and kind")
        shape = struct.pack(">5I2H2B", number, width, height, 0, 0, int(seconds * 1000), 1000, 0, 0)
        written.append(chunk(b"fcTL", shape))
        number += 1
        for data in (content for kind, content in chunks(png) if kind == b"IDAT"):
            if index == 0:
                written.append(chunk(b"IDAT", data))
            else:
                written.append(chunk(b"fdAT", struct.pack(">I", number) + data))
                number += 1
    return SIGNATURE + b"".join(written) + chunk(b"IEND", b"")


@asynccontextmanager
async def demo() -> AsyncIterator[str]:
    """The address of a fresh demo; afterwards it is ended, and nothing of it is left."""
    xiaoer = Path(sys.executable).with_name("xiaoer")
    with tempfile.TemporaryDirectory() as folder:
        order = [str(xiaoer), "demo", "--port", "0", "--data", f"{folder}/demo"]
        running = await asyncio.create_subprocess_exec(*order, stdout=asyncio.subprocess.PIPE)
        try:
            assert running.stdout is not None
            heard = ""
            while "Ctrl-C" not in heard:
                line = await running.stdout.readline()
                if not line:
                    raise RuntimeError(f"the demo ended: {heard}")
                heard += line.decode()
            yield re.findall(r"http://127\.0\.0\.1:\d+", heard)[0]
        finally:
            running.terminate()
            await running.wait()


async def opened(
    browser: Browser,
    address: str,
    width: int,
    scheme: Scheme,
    locale: str,
    scale: float = 1,
) -> Page:
    """The page of the demo, ready."""
    page = await browser.new_page(
        viewport={"width": width, "height": 760 if width > 400 else 844}, locale=locale, color_scheme=scheme,
        device_scale_factor=scale, reduced_motion="reduce",
    )  # fmt: skip
    await page.goto(address)
    await expect(page.locator("#phone-1 .top h2")).to_have_text("小二")
    return page


async def first_minute(browser: Browser, locale: str, name: str) -> None:
    """The tour, done with the Enter key, as a moving picture."""
    done, onward = WORDS[locale]
    async with demo() as address:
        page = await opened(browser, f"{address}/?tour=1", 1280, "light", locale, 0.75)
        if locale == "en-US":
            await page.get_by_role("button", name="Got it").click()
            await page.locator("#phone-1 textarea").focus()
        tour, frames = page.locator("#tour"), []
        for step in range(1, 7):
            await expect(tour).to_contain_text(f"{step} / 7")
            await expect(page.locator(":focus")).not_to_have_text(onward)
            if step in (1, 3):
                frames.append((await page.screenshot(), 2.2))
            await page.keyboard.press("Enter")
            await expect(tour).to_contain_text(done)
            await expect(page.locator(":focus")).to_have_text(onward)
            await settled(page)
            frames.append((await page.screenshot(), 2.8))
            await page.keyboard.press("Enter")
        await expect(page.locator(".station.done")).to_have_count(7)
        await settled(page)
        frames.append((await page.screenshot(), 4.0))
    picture = moving(frames)
    if len(picture) > LARGEST:
        raise ValueError(f"{name} has {len(picture)} bytes")
    await asyncio.to_thread((PICTURES / name).write_bytes, picture)
    print(f"{name}: {len(frames)} frames, {len(picture) // 1024} KiB")


async def settled(page: Page) -> None:
    """Until two looks in a row are the same."""
    before = b""
    while (now := await page.screenshot()) != before:
        before = now
        await page.evaluate("() => new Promise((done) => setTimeout(done, 250))")


async def stills(browser: Browser) -> None:
    """The page after the first sentences, in both widths and both lights, and what lies behind it."""
    async with demo() as address:
        page = await opened(browser, address, 1280, "light", "zh-CN")
        await settled(page)
        await page.screenshot(path=PICTURES / "tour-1280-light.png")
        for step in range(1, 7):
            await page.keyboard.press("Enter")
            await expect(page.locator(":focus")).to_have_text("下一步")
            await page.keyboard.press("Enter")
            await expect(page.locator(":focus")).not_to_have_text("下一步")
            if step == 3:
                await phones(browser, address)
        await page.keyboard.press("Enter")
        await settled(page)
        await page.screenshot(path=PICTURES / "happened-1280-light.png")
        await page.locator("#open-faults").click()
        await page.get_by_role("switch", name="丢回答").click()
        await settled(page)
        await page.screenshot(path=PICTURES / "faults-1280-light.png")


async def phones(browser: Browser, address: str) -> None:
    """The phones as they are now, without the tour."""
    for width in (1280, 390):
        for scheme in SCHEMES:
            page = await opened(browser, address, width, scheme, "zh-CN")
            await page.locator("#tour button").last.click()
            await settled(page)
            await page.screenshot(path=PICTURES / f"phones-{width}-{scheme}.png")
            await page.close()


async def main() -> None:
    """All of them."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("no Chromium: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        await first_minute(browser, "zh-CN", "first-minute-zh.png")
        await first_minute(browser, "en-US", "first-minute-en.png")
        await stills(browser)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
