"""`kill -9` wherever it hurts: the platform comes again, another process takes over, all happened once."""

import asyncio
import json
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select

from sandbox.app import Sandbox, running
from sandbox.wecom.corp import App, Corp
from storage.ledger import attempts, inbox, outbox
from storage.outbox import SENT
from storage.schema import Task
from tests.conversation import NOW, WECOM, everybody, fill, store
from tests.crash_child import STEPS
from tests.postgres import Server, fresh_database
from tests.posting import letter, message
from tests.right_config import right
from tests.soundness import findings_at, opened

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0
SOAK = bool(os.environ.get("XIAOER_SOAK"))
KILLS = 1000 if SOAK else 20
WHO = ("ChenSiyu", "LinHao", "WuGuoqiang", "QinChuan")
FEWER = ("performed", "committed", "sent")
ON_THE_WAY = [step for step in STEPS if step not in ("received", "verified", "written")]


@pytest.fixture(params=["sqlite", "postgresql"])
def durable_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A filled store that is opened with production's durability."""
    with ExitStack() as stack:
        if request.param == "postgresql":
            server: Server = request.getfixturevalue("durable_postgres")
            yield stack.enter_context(fresh_database(server, fill))
        else:
            yield stack.enter_context(store("sqlite", tmp_path, None))


@dataclass
class Life:
    """A bot in a process of its own, which may be killed and started again, and the platform it talks to."""

    url: str
    folder: Path
    sandbox: Sandbox
    process: asyncio.subprocess.Process
    hours: int = 0  # by which business time has moved on
    pid: int = 0
    site: str = ""
    seen: list[str] = field(default_factory=list)

    async def start(self, step: str = "", tick: str = "") -> None:
        """Another one takes over; `step` is where it is going to die once it is armed."""
        wecom = WECOM | {"api_base": self.sandbox.api_base}
        order = {
            "config": right() | {"database": {"url": self.url}, "wecom": [wecom]},
            "folder": str(self.folder), "now": NOW.replace(hour=10 + self.hours).isoformat(),
            "step": step, "tick": tick,
        }  # fmt: skip
        assert self.process.stdin
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.pid, port = map(int, await self.hear("serving"))
        self.site = f"http://127.0.0.1:{port}"
        await self.sandbox.connect(f"{self.site}/callback/wecom/main")

    async def hear(self, word: str) -> list[str]:
        """Wait until it says that."""
        assert self.process.stdout
        async with asyncio.timeout(PATIENCE):
            while True:
                said = (await self.process.stdout.readline()).decode().split()
                assert said, "the process has ended"
                if said[0] == word:
                    return said[1:]

    async def arm(self) -> None:
        """From now on it dies at its step."""
        os.kill(self.pid, signal.SIGUSR1)
        await self.hear("armed")

    async def kill(self) -> None:
        """kill -9."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        await self.hear("ended")

    async def end(self, step: str) -> None:
        """Wait until it has killed itself at its step; where it only holds still, kill it there."""
        await (self.kill() if step == "acked" else self.hear("ended"))

    async def quiet(self) -> None:
        """Wait until everything has been delivered."""
        os.kill(self.pid, signal.SIGUSR2)
        await self.hear("quiet")

    def rows(self, asked: Any) -> list[Any]:
        """Look into the store."""
        engine = opened(self.url)
        try:
            with engine.execution_options(ro=True).connect() as conn, conn.begin():
                return list(conn.execute(asked).all())
        finally:
            engine.dispose()

    def told(self, words: str) -> int:
        """How many messages with these words the platform has accepted for anybody."""
        return sum(words in json.dumps(row.body, ensure_ascii=False) for row in self.sandbox.ledger.sent())


@asynccontextmanager
async def life(url: str, folder: Path) -> AsyncIterator[Life]:
    """A pretend platform, and the ground from which bots are started; nobody survives it."""
    app = App(WECOM["agent_id"], WECOM["secret"], WECOM["token"], WECOM["encoding_aes_key"])
    (folder / "warm").mkdir()
    with store("sqlite", folder / "warm", None) as warm:
        pass
    async with running(Sandbox([Corp(WECOM["corp_id"], "衡岳", [app], everybody())])) as sandbox:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.crash_child", warm, cwd=ROOT,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        it = Life(url, folder, sandbox, process)
        try:
            await it.hear("ready")
            yield it
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def tasks(it: Life, words: str) -> list[Any]:
    return it.rows(select(Task.__table__).where(Task.content.contains(words)))


async def test_a_sentence_survives_death_at_every_step(durable_url: str, tmp_path: Path) -> None:
    async with life(durable_url, tmp_path) as it:
        for n, step in enumerate(STEPS):
            words = f"给第{n}家打电话"
            await it.start(step)
            await it.arm()
            outcome = await it.sandbox.say("ChenSiyu", f"提醒我明天上午10点{words}")
            if step in ("received", "verified", "performed", "written", "committed"):
                assert not outcome.arrived
            await it.end(step)

            await it.start()
            assert (await it.sandbox.redeliver()).arrived
            await it.quiet()
            assert len(tasks(it, words)) == 1, step
            assert it.told(words) == 1, step
            await it.kill()
        assert len(it.rows(select(inbox.c.key))) == len(STEPS)
        assert it.rows(select(attempts.c.key).where(attempts.c.parked.is_not(None))) == []
    assert findings_at(durable_url) == []


@pytest.mark.parametrize("button", ["完成", "撤销"])
async def test_a_tap_survives_death_at_every_step(durable_url: str, tmp_path: Path, button: str) -> None:
    """Done: one change, one answer, the card shows it. Undone: the record is gone, and that is said once."""
    async with life(durable_url, tmp_path) as it:
        for n, step in enumerate(ON_THE_WAY if SOAK or button == "完成" else FEWER):
            words = f"给第{n}家打电话"
            await it.start(step)
            await it.sandbox.say("ChenSiyu", f"提醒我明天上午10点{words}")
            await it.quiet()
            [task] = tasks(it, words)
            card = it.sandbox.cards_to("ChenSiyu")[-1]
            before = it.told("已撤销" if button == "撤销" else f"已完成 {task.code}")
            await it.arm()
            await it.sandbox.tap("ChenSiyu", button, on=card)
            await it.end(step)

            await it.start()
            assert (await it.sandbox.redeliver()).arrived
            assert (await it.sandbox.redeliver()).arrived
            await it.quiet()
            left = tasks(it, words)
            if button == "完成":
                assert [(row.version, row.done_at is not None) for row in left] == [(2, True)], step
                assert it.told(f"已完成 {task.code}") == before + 1, step
                assert "完成" not in next(
                    one.buttons for one in it.sandbox.cards_to("ChenSiyu") if one.task_id == card.task_id
                ), step
            else:
                assert left == [], step
                assert it.told("已撤销") == before + 1, step
            await it.kill()
    assert findings_at(durable_url) == []


async def test_an_alert_survives_death_at_every_step(durable_url: str, tmp_path: Path) -> None:
    async with life(durable_url, tmp_path) as it:
        for hour, step in enumerate(step for step in ON_THE_WAY if step not in ("acked", "marked")):
            words = f"给第{hour}家打电话"
            await it.start(step, tick="armed")
            await it.sandbox.say("ChenSiyu", f"提醒我今天{11 + hour}点{words}")
            await it.quiet()
            await it.kill()
            it.hours += 1
            await it.start(step, tick="armed")
            os.kill(it.pid, signal.SIGUSR1)
            await it.hear("ended")

            await it.start(tick="start")
            await it.quiet()
            alerts = it.rows(
                select(outbox.c.state).where(outbox.c.draw == "tasks.overdue", outbox.c.kind == "push")
                .where(outbox.c.record_id == tasks(it, words)[0].id)
            )  # fmt: skip
            assert [row.state for row in alerts] == [SENT], step
            assert it.told(f"待办逾期 · {tasks(it, words)[0].code}") == 1, step
            await it.kill()
    assert findings_at(durable_url) == []


async def test_killed_at_random_under_load_nothing_is_lost_or_doubled(
    durable_url: str, tmp_path: Path
) -> None:
    seed = int(os.environ.get("XIAOER_SEED", random.randrange(2**32)))
    print("seed", seed)
    rng = random.Random(seed)
    everything, again = list[str](), list[str]()
    async with life(durable_url, tmp_path) as it, aiohttp.ClientSession() as session:
        for kill in range(KILLS + 1):
            await it.start()
            # What was not acknowledged comes again, and so does some of the rest.
            for one in again:
                while not await acknowledged(session, it.site, one):
                    assert it.pid
            if kill == KILLS:
                break
            fresh = [_reminder(rng, f"第{kill}批第{n}家") for n in range(12)]
            everything += fresh
            posts = [asyncio.create_task(acknowledged(session, it.site, one)) for one in fresh]
            await asyncio.sleep(rng.random() * 0.25)  # The random moment itself.
            await it.kill()
            acked = [one for one, done in zip(fresh, posts, strict=True) if await done]
            stored = {row.key for row in it.rows(select(inbox.c.key))}
            assert {_key(one) for one in acked} <= stored, seed
            again = [one for one in fresh if one not in acked or rng.random() < 0.3]
        await it.quiet()

        found = it.rows(
            select(Task.content, func.count()).where(Task.content.contains("批第")).group_by(Task.content)
        )
        assert len(found) == len(everything), seed
        assert {count for _, count in found} == {1}, seed
        assert it.rows(select(attempts.c.key).where(attempts.c.parked.is_not(None))) == [], seed
        assert {row.content: it.told(f'{row.content}"') for row in found} == dict.fromkeys(
            (row.content for row in found), 1
        ), seed
    assert findings_at(durable_url) == []


def _reminder(rng: random.Random, what: str) -> str:
    return message(f"提醒我明天上午10点给{what}打电话", sender=rng.choice(WHO))


def _key(plaintext: str) -> str:
    return f"wecom:main:{plaintext.partition('<MsgId>')[2].partition('<')[0]}"


async def acknowledged(session: aiohttp.ClientSession, site: str, plaintext: str) -> bool:
    """Hand it in, newly encrypted; whether it was taken."""
    one = letter(plaintext)
    try:
        async with session.post(one.url(site), data=one.body) as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False
