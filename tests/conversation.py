"""A company that can be talked to: real encryption, a real server, a pretend WeCom on the other side.

`says` posts a truly encrypted callback; what the bot answers lands on the pretend platform, where a test
reads it as the person would. Nothing of ours is mocked.
"""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy import Connection, Select, update

from bot.app import SERVICE, keyring_of, make_app
from bot.clock import Clock
from bot.config import config_from
from bot.loading import load_company
from bot.service import Service
from bot.work import Chore
from sandbox.app import Sandbox, running
from sandbox.shown import ShownCard
from sandbox.wecom import plaintexts
from sandbox.wecom.corp import App, Corp, User
from sandbox.wecom.plaintexts import Press
from storage.directory import ORG_VERSION
from storage.engine import open_engine
from storage.ledger import marks
from storage.migrate import migrate
from storage.types import keep_keys
from tests.postgres import Server, fresh_database
from tests.right_config import right

COMPANY = Path("sandbox/company")
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
WECOM = right()["wecom"][0]


def fill(url: str) -> None:
    """Migrate a store and load the sample company into it."""
    config = config_from(right() | {"database": {"url": url}})
    keys = keyring_of(config)
    engine = open_engine(url, durable=False, create=True, checked=False)
    keep_keys(engine.dialect, keys)
    migrate(engine)
    zone = NOW.tzinfo or UTC
    load_company(engine, keys, COMPANY, connections={"wecom": ("main",)}, now=NOW, zone=zone)
    engine.dispose()


@cache
def _template() -> Path:
    path = Path(mkdtemp(prefix="xiaoer-template-")) / "store.db"
    fill(f"sqlite:///{path}")
    return path


@contextmanager
def store(kind: str, folder: Path, postgres: Server | None) -> Iterator[str]:
    """The URL of a store with the sample company in it: a copy of one filled once."""
    if postgres is not None and kind == "postgresql":
        with fresh_database(postgres, fill) as url:
            yield url
    else:
        shutil.copy(_template(), folder / "store.db")
        yield f"sqlite:///{folder / 'store.db'}"


def everybody() -> list[User]:
    """The people of the sample company who have a WeCom account."""
    lines = (COMPANY / "people.csv").read_text(encoding="utf-8").splitlines()
    names = lines[0].split(",")
    rows = [dict(zip(names, line.split(","), strict=True)) for line in lines[1:]]
    visitor = User("Visitor01", "外部来访", title="访客", unit="")
    return [visitor] + [
        User(row["wecom_userid"], row["name"], title=row["title"], unit=row["unit"])
        for row in rows
        if row["wecom_userid"]
    ]


@dataclass
class Bot:
    """The bot with its company, as a test holds it."""

    sandbox: Sandbox
    service: Service
    site: str

    def person(self, userid: str) -> "Person":
        """Somebody with a phone in hand."""
        return Person(self, userid)

    async def settle(self) -> None:
        """Deliver everything that is due now."""
        delivery = self.service.delivery
        assert delivery is not None
        while await delivery.once():
            pass

    async def move(self, **by: float) -> None:
        """Let business time pass."""
        await self.service.move_clock(self.service.clock.now() + timedelta(**by))
        await self.settle()

    async def move_to(self, moment: datetime) -> None:
        """Let it be that moment."""
        await self.service.move_clock(moment)
        await self.settle()

    async def write(self, statement: Any) -> None:
        """Change something behind the bot's back, as an administrator's tool would."""

        def do(conn: Connection, _: datetime) -> None:
            conn.execute(statement)
            touched = marks.c.name == ORG_VERSION
            conn.execute(update(marks).where(touched).values(value=uuid4().hex))

        await self.service.run(Chore(f"test:{uuid4().hex}", do))

    async def rows(self, asked: Select[Any]) -> list[Any]:
        """Look into the store, past every scope."""

        def look(conn: Connection) -> list[Any]:
            return list(conn.execute(asked).all())

        return await self.service.read(look)


@dataclass
class Person:
    """Somebody with a phone in hand."""

    bot: Bot
    userid: str

    async def says(self, words: str) -> str:
        """Type a sentence; what is read afterwards comes back."""
        seen = self._count()
        outcome = await self.bot.sandbox.say(self.userid, words)
        assert outcome.status == 200, outcome
        await self.bot.settle()
        return self.reads(since=seen)

    async def taps(self, text: str, on: ShownCard | None = None) -> str:
        """Tap a button; what is read afterwards comes back."""
        seen = self._count()
        await self.bot.sandbox.tap(self.userid, text, on=on)
        await self.bot.settle()
        return self.reads(since=seen)

    async def forges(self, key: str) -> str:
        """Send the tap of a button that stands on somebody else's card."""
        seen = self._count()
        platform = self.bot.sandbox.wecom
        chat = self.bot.sandbox.chat(self.userid)
        press = Press("template_card_event", key, "lent-card", "button_interaction", "", {})
        caller = platform.caller(chat.corp_id, chat.agent_id)
        await self.bot.sandbox.callbacks.deliver(caller, plaintexts.press(chat, int(platform.now()), press))
        await self.bot.settle()
        return self.reads(since=seen)

    def reads(self, since: int = 0) -> str:
        """Everything received after the first `since` messages, as one text."""
        return "\n---\n".join(self._words()[since:])

    @property
    def cards(self) -> list[ShownCard]:
        """The cards on the phone as they look now."""
        return self.bot.sandbox.cards_to(self.userid)

    @property
    def card(self) -> ShownCard:
        """The newest card."""
        return self.cards[-1]

    def _count(self) -> int:
        return len(self._words())

    def _words(self) -> list[str]:
        seen = self.bot.sandbox.wecom.talks.with_person(self.userid)
        return [
            ShownCard(bubble).words
            if bubble.kind == "template_card"
            else str(bubble.body.get("content", "")).strip()
            for bubble in seen
            if bubble.side == "app" and not bubble.recalled
        ]


@asynccontextmanager
async def company(url: str, *, starts_at: datetime = NOW) -> AsyncIterator[Bot]:
    """The bot on a filled store, connected to a pretend WeCom; it delivers only when told to."""
    app = App(WECOM["agent_id"], WECOM["secret"], WECOM["token"], WECOM["encoding_aes_key"])
    sandbox = Sandbox([Corp(WECOM["corp_id"], "衡岳", [app], everybody())])
    async with running(sandbox):
        wecom = WECOM | {"api_base": sandbox.api_base}
        config = config_from(right() | {"database": {"url": url}, "wecom": [wecom]})
        made = make_app(config, clock=Clock(starts_at=starts_at), durable=False, tick=False, deliver=False)
        runner = web.AppRunner(made, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            address = f"http://127.0.0.1:{runner.addresses[0][1]}"
            await sandbox.connect(f"{address}/callback/wecom/main")
            yield Bot(sandbox, made[SERVICE], address)
        finally:
            await runner.cleanup()
