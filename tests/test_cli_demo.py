"""`xiaoer demo`: a real process on free ports, used through the page's own API."""

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.demo_data import DemoData
from tests.cli_case import COMPANY, xiaoer
from tests.org.company import write_folder

ENTRY = [sys.executable, "-c", "from bot.cli import main; main()", "demo", "--port", "0"]
LEAD = "新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机 预算一百二十万左右"


@dataclass
class Demo:
    """A demo that runs."""

    address: str
    greeting: str
    session: aiohttp.ClientSession

    async def get(self, path: str) -> Any:
        """GET as JSON."""
        async with self.session.get(f"{self.address}/sandbox/{path}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def post(self, path: str, **body: Any) -> Any:
        """POST as JSON."""
        async with self.session.post(f"{self.address}/sandbox/{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def card(self, userid: str, title: str) -> Any:
        """The first card on a phone whose title holds these words, waited for on the page's own news."""
        async with asyncio.timeout(20), self.session.get(f"{self.address}/sandbox/events") as news:
            while True:
                talk = await self.get(f"talk?userid={userid}")
                for bubble in talk["bubbles"]:
                    if title in bubble["body"].get("main_title", {}).get("title", ""):
                        return bubble
                await news.content.readuntil(b"\n\n")


@contextmanager
def process(data: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and what it said until its address was known; ended by SIGTERM."""
    order = [*ENTRY, "--data", str(data), *more]
    environ = {**os.environ, "COLUMNS": "200"}
    with subprocess.Popen(order, stdout=subprocess.PIPE, text=True, env=environ) as running:
        assert running.stdout
        heard = ""
        for line in running.stdout:
            heard += line
            if "Ctrl-C" in line:
                break
        try:
            yield running, heard
        finally:
            running.send_signal(signal.SIGTERM)
            running.communicate(timeout=20)


@asynccontextmanager
async def demo(data: Path, *more: str) -> AsyncIterator[Demo]:
    """The demo with a client for its page."""
    with process(data, *more) as (running, heard):
        found = re.search(r"http://127\.0\.0\.1:\d+", heard)
        assert found, heard
        async with aiohttp.ClientSession() as session:
            yield Demo(found[0], heard, session)
    assert running.returncode == 0


async def test_the_first_minute(tmp_path: Path) -> None:
    data = tmp_path / "demo"
    async with demo(data) as page:
        state = await page.get("state")
        said = await page.post("say", type="text", userid="ChenSiyu", content=LEAD)
        card = await page.card("ChenSiyu", "L-20961")
        await page.post("say", type="text", userid="LinHao", content="新线索 恒通路桥 13812345678")
        warned = await page.card("LinHao", "撞单")
        keys = {button["text"]: button["key"] for button in card["body"]["button_list"]}
        tap = await page.post("tap", userid="ChenSiyu", task_id=card["task_id"], key=keys["跟进"])
        spoken = next(b for b in (await page.get("talk?userid=ChenSiyu"))["bubbles"] if b["side"] == "person")
        told = await page.get(f"explain/{spoken['msgid']}")
        offered = await page.get("suggest?userid=ChenSiyu&text=新线")
        counted = await page.get("tally")
        moved = await page.post("clock", to="next-working-day")
        before = await page.get("tally")
        heard = await asyncio.to_thread(
            xiaoer, "say", "提醒我今天下午3点开会", "--as", "林浩", "--config", str(data / "config.toml")
        )
        recounted = await page.get("tally")
        await page.post("clock", at="2026-11-21T09:00:00+08:00")
        overdue = await page.card("LuoBin", "K-0696")
        behind = await page.get(f"happened?trail={overdue['trail']}")
        checked = await asyncio.to_thread(xiaoer, "check", "--config", str(data / "config.toml"))

    assert {phone["userid"] for phone in state["phones"]} >= {"ChenSiyu", "LinHao"}
    assert len(state["people"]) == 66
    assert all(one["connected"] for one in state["connections"])
    assert state["clock"]["now"].startswith("2026-11-18T10:00")
    assert said["arrived"]
    assert tap["arrived"]
    assert "13812345678" not in json.dumps(warned["body"], ensure_ascii=False)
    assert told["outcome"]["intent"] == "lead.create"
    assert offered[0]["insert"].startswith("新线索")
    assert counted["bot"]["events"] == 3
    assert counted["bot"]["dead"] == counted["doubled"] == 0
    assert {step["userid"] for step in state["tour"]} == {"ChenSiyu", "LinHao", ""}
    assert moved["now"].startswith("2026-11-19T08:30")
    assert "11-19 周四 15:00" in heard.out
    assert recounted["bot"] == before["bot"] | {"waiting": 0}
    assert overdue["side"] == "app"
    assert {one["door"] for one in behind["explained"]["changes"]} == {"schedule"}
    assert "K-0696" in {one["code"] for one in behind["explained"]["changes"]}
    assert "罗斌" in {one["to"] for one in behind["explained"]["messages"]}
    assert "✗" not in checked.out
    assert checked.status == 0


async def test_a_second_start_goes_on_where_the_first_ended(tmp_path: Path) -> None:
    data = tmp_path / "demo"
    async with demo(data) as page:
        await page.post("clock", at="2026-11-19T09:00:00+08:00")
        await page.post("say", type="text", userid="ChenSiyu", content=LEAD)
        await page.card("ChenSiyu", "L-20961")
    keys = re.findall("_keys? = .*", (data / "config.toml").read_text(encoding="utf-8"))

    async with demo(data) as page:
        again = await page.get("state")
        await page.post("say", type="text", userid="ChenSiyu", content="我的线索")
        listed = await page.card("ChenSiyu", "我的线索")
        other = await asyncio.to_thread(xiaoer, "demo", "--port", "0", "--data", str(data))

    assert again["clock"]["now"].startswith("2026-11-19T09:00")
    assert "L-20961" in json.dumps(listed["body"], ensure_ascii=False)
    assert keys == re.findall("_keys? = .*", (data / "config.toml").read_text(encoding="utf-8"))
    assert len(keys) == 5
    assert (data / "config.toml").stat().st_mode & 0o077 == 0
    assert other.status == 1
    assert "--data" in other.err


async def test_another_company_in_the_same_formats(tmp_path: Path) -> None:
    own = tmp_path / "own"
    write_folder(
        own,
        ["H,海风,,group,,,", "A,甲公司,H,company,,,", "B,乙公司,H,company,,,"],
        ["甲一,A,,,sales@A,,second:jia,,,,", "乙二,B,,,sales@B,,,D$2,,,", "丙三,B,,,,,,,,,"],
    )

    async with demo(tmp_path / "demo", "--org", str(own)) as page:
        state = await page.get("state")
        names = {person["name"]: person["userid"] for person in state["people"]}
        for userid in names.values():
            await page.post("say", type="text", userid=userid, content="帮助")
        greeting = page.greeting

    assert set(names) == {"甲一", "乙二", "丙三"}
    assert len(state["connections"]) == 2
    assert "海风" in greeting
    assert "2人没有企业微信账号" in greeting


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = xiaoer("demo", "--port", str(port), "--data", str(tmp_path / "demo"))

    assert told.status == 1
    assert f"--port {port + 1 if port < 65535 else 8080}" in told.err
    assert not (tmp_path / "demo").exists()


def test_unreadable_files_are_told_with_their_places(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(COMPANY, broken)
    (broken / "records.json").write_text("{,}", encoding="utf-8")
    (broken / "units.csv").write_text("code,name\nX", encoding="utf-8")

    told = xiaoer("demo", "--port", "0", "--org", str(broken), "--data", str(tmp_path / "demo"))

    assert told.status == 1
    assert "records.json" in told.err
    assert xiaoer("demo", "--port", "0", "--org", str(tmp_path / "nowhere")).status == 2


def test_a_directory_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")

    told = xiaoer("demo", "--port", "0", "--reset", "--data", str(tmp_path))

    assert told.status == 1
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.fixture(scope="module")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a demo that has run once."""
    data = tmp_path_factory.mktemp("once") / "demo"
    with process(data):
        return data


@pytest.fixture
def prepared(run_once: Path, tmp_path: Path) -> Path:
    """A copy of it, to spoil."""
    return Path(shutil.copytree(run_once, tmp_path / "demo"))


def test_another_company_on_old_data_is_refused_until_reset(prepared: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(COMPANY, other)

    told = xiaoer("demo", "--port", "0", "--org", str(other), "--data", str(prepared))
    with process(prepared, "--org", str(other), "--reset") as (_, heard):
        pass

    assert told.status == 1
    assert "--reset" in told.err
    assert "http://" in heard


@pytest.mark.parametrize("fate", ["newer", "damaged", "keyless", "unreadable"])
def test_data_that_cannot_be_used_is_said_with_a_way_out(prepared: Path, fate: str) -> None:
    store, config = prepared / "xiaoer.db", prepared / "config.toml"
    if fate == "newer":
        with sqlite3.connect(store) as conn:
            conn.execute("UPDATE alembic_version SET version_num = '9999'")
        conn.close()
    elif fate == "damaged":
        store.write_bytes(b"nothing at all, " * 4096)
    elif fate == "keyless":
        config.unlink()
    else:
        config.write_text("= = =", encoding="utf-8")

    told = xiaoer("demo", "--port", "0", "--data", str(prepared))
    held = DemoData(prepared)
    held.reset()
    held.close()

    assert told.status == 1
    assert "--reset" in told.err
    assert "Traceback" not in told.err
    assert not store.exists()
