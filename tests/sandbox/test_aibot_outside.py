"""The long connection and the envelopes against WeCom's own npm packages.

`make test` needs no Node: without it, or without the packages, these are skipped with the line to install.
Where NODE_PATH names a place (as in a CI that has them), a missing package is an error.
"""

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.aibot.app import running
from sandbox.aibot.rig import AibotSandbox
from sandbox.faults import Fault
from tests.sandbox.aibot_line import dialled
from tests.sandbox.aibot_small_bot import BOT, GROUP, Body, SmallAibot, always, small_aibot, stream
from tests.sandbox.company import AES_KEY, TOKEN, small_corp

HERE = Path(__file__).parent
NODE = shutil.which("node")
SECONDS = 20.0  # A slow machine takes a while to start Node.


def _places() -> str:
    """Where Node looks for packages: where one says, else where `npm install --global` puts them."""
    if "NODE_PATH" in os.environ or (npm := shutil.which("npm")) is None:
        return os.environ.get("NODE_PATH", "")
    found = subprocess.run([npm, "root", "--global"], capture_output=True, text=True, check=False)
    return found.stdout.strip()


PLACES = _places() if NODE else ""


def _needs(package: str, version: str) -> pytest.MarkDecorator:
    there = any((Path(place) / package).is_dir() for place in PLACES.split(os.pathsep) if place)
    return pytest.mark.skipif(
        not there and "NODE_PATH" not in os.environ,
        reason=f"NO {package}: the pretend smart bot server is not held against it. "
        f"Install Node, then: npm install --global {package}@{version}",
    )


needs_sdk = _needs("@wecom/aibot-node-sdk", "1.0.7")
needs_crypto = _needs("@wecom/crypto", "1.0.1")


class Outsider:
    """The Node process: what happens to it comes line by line."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def told(self, event: str) -> Body:
        """The next event of that name; others before it are passed over."""
        assert self._process.stdout is not None
        while True:
            line = await asyncio.wait_for(self._process.stdout.readline(), SECONDS)
            assert line, "the client has ended"
            found: Body = json.loads(line)
            if found["event"] == event:
                return found


@asynccontextmanager
async def outsider(
    sandbox: AibotSandbox, *, secret: str = BOT.secret, heartbeat: int = 30_000
) -> AsyncIterator[Outsider]:
    """Start the client and let it go when the test is over."""
    assert NODE is not None, "NODE_PATH is set, but there is no node"
    process = await asyncio.create_subprocess_exec(
        NODE, str(HERE / "aibot_client.mjs"), sandbox.ws_base, BOT.bot_id, secret, str(heartbeat),
        stdin=PIPE, stdout=PIPE, env={**os.environ, "NODE_PATH": PLACES},
    )  # fmt: skip
    try:
        yield Outsider(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await asyncio.wait_for(process.wait(), SECONDS)


@pytest.fixture
async def sandbox() -> AsyncIterator[AibotSandbox]:
    sandbox = AibotSandbox(BOT, small_corp(), [GROUP])
    async with running(sandbox):
        yield sandbox


@needs_sdk
async def test_it_answers_with_a_stream(sandbox: AibotSandbox) -> None:
    async with outsider(sandbox) as client:
        await client.told("authenticated")
        await sandbox.say("ChenSiyu", "查排班")
        assert (await client.told("message"))["chattype"] == "single"
        await client.told("done")
        await sandbox.say("WuGuoqiang", "查线索", GROUP.chatid)
        await client.told("done")

    assert sandbox.texts_to("ChenSiyu") == ["收到：查排班"]
    assert sandbox.texts_in(GROUP.chatid, "ChenSiyu") == ["收到：查线索"]


@needs_sdk
async def test_it_sends_a_card_and_renews_it_when_tapped(sandbox: AibotSandbox) -> None:
    async with outsider(sandbox) as client:
        await client.told("authenticated")
        await sandbox.say("ChenSiyu", "卡片")
        await client.told("done")
        await sandbox.tap("ChenSiyu", "跟进")
        assert (await client.told("tap"))["key"] == "follow"
        await client.told("done")

    [card] = sandbox.cards_to("ChenSiyu")
    assert (card.title, card.settled) == ("已跟进", "已跟进")


@needs_sdk
async def test_it_greets_and_speaks_up_by_itself(sandbox: AibotSandbox) -> None:
    async with outsider(sandbox) as client:
        await client.told("authenticated")
        await sandbox.enter("ChenSiyu")
        await client.told("done")
        for group in ("", GROUP.chatid):
            await sandbox.say("ChenSiyu", "主动", group)
            await client.told("done")

    assert sandbox.texts_to("ChenSiyu") == ["你好", "**早**"]
    assert sandbox.texts_in(GROUP.chatid) == ["**早**"]


@needs_sdk
async def test_it_reads_a_file_and_sends_one(sandbox: AibotSandbox) -> None:
    async with outsider(sandbox) as client:
        await client.told("authenticated")
        await sandbox.send_file("ChenSiyu", "名单 一.xlsx", b"PK" * 1000)
        kept = await client.told("file")
        await sandbox.say("ChenSiyu", "文件")
        await client.told("message")
        await client.told("done")

    assert (kept["filename"], kept["sha256"]) == ("名单 一.xlsx", hashlib.sha256(b"PK" * 1000).hexdigest())
    sent = sandbox.seen_by("ChenSiyu")[-1]
    medium = sandbox.aibot.media.get(BOT.bot_id, sent.body["media_id"])
    assert (sent.kind, medium.name, len(medium.data)) == ("file", "名单.txt", 600_000)


@needs_sdk
async def test_it_is_told_of_a_refusal(sandbox: AibotSandbox) -> None:
    async with outsider(sandbox) as client:
        await client.told("authenticated")
        await sandbox.say("ChenSiyu", "太长")
        assert (await client.told("refused"))["code"] == 40058

    assert sandbox.texts_to("ChenSiyu") == []


@needs_sdk
async def test_it_comes_back_after_a_broken_connection(sandbox: AibotSandbox) -> None:
    async with outsider(sandbox) as client:
        await client.told("authenticated")
        sandbox.line.cut()
        await client.told("disconnected")
        await client.told("authenticated")
        assert (await sandbox.say("ChenSiyu", "还在吗")).arrived
        await client.told("done")

    assert sandbox.texts_to("ChenSiyu") == ["收到：还在吗"]


@needs_sdk
async def test_it_gives_up_a_silent_connection(sandbox: AibotSandbox) -> None:
    silence = Fault("drop", "aibot/ping", 2)
    sandbox.aibot.faults.add(silence)
    async with outsider(sandbox, heartbeat=50) as client:
        await client.told("authenticated")
        await client.told("disconnected")
        await client.told("authenticated")

    assert sandbox.aibot.faults.view() == []


@needs_sdk
async def test_it_yields_to_a_newer_connection(sandbox: AibotSandbox, session: aiohttp.ClientSession) -> None:
    async with outsider(sandbox) as client:
        await client.told("authenticated")
        async with dialled(session, sandbox.ws_base) as newer:
            assert await newer.subscribe() == 0
            await client.told("replaced")
            await sandbox.say("ChenSiyu", "好")
            assert (await newer.push())["body"]["text"] == {"content": "好"}


@needs_sdk
async def test_it_is_told_that_its_secret_is_wrong(sandbox: AibotSandbox) -> None:
    async with outsider(sandbox, secret="wrong") as client:
        assert "40001" in (await client.told("error"))["words"]


def _outside(**request: Any) -> Body:
    """Ask the script with npm's @wecom/crypto."""
    assert NODE is not None, "NODE_PATH is set, but there is no node"
    asked = json.dumps({"key": AES_KEY, "token": TOKEN, **request})
    done = subprocess.run(
        [NODE, str(HERE / "aibot_envelope.mjs")],
        input=asked,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NODE_PATH": PLACES},
    )
    assert done.returncode == 0, done.stderr
    answer: Body = json.loads(done.stdout)
    return answer


@needs_crypto
async def test_a_callback_and_its_answer_pass_somebody_elses_cipher() -> None:
    class Foreign(SmallAibot):
        def sealed(self, body: Body, nonce: str) -> Body:
            return _outside(plain=json.dumps(body), timestamp=1764000006, nonce=nonce)

    async with small_aibot(Foreign) as bot:
        bot.answer = always(stream("好"))
        sandbox = AibotSandbox(BOT, small_corp(), [GROUP], callback_url=bot.url)
        async with running(sandbox):
            assert (await sandbox.say("ChenSiyu", "新线索 徐州恒通 🚧")).problem == ""

    query, encrypted = bot.queries[0], json.loads(bot.raw[0])["encrypt"]
    opened = _outside(encrypted=encrypted, timestamp=query["timestamp"], nonce=query["nonce"])
    assert (opened["id"], opened["signature"]) == ("", query["msg_signature"])
    assert json.loads(opened["message"])["text"] == {"content": "新线索 徐州恒通 🚧"}
    assert sandbox.texts_to("ChenSiyu") == ["好"]
