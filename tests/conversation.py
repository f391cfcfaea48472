"""A company that can be talked to: real encryption, a real server, a pretend WeCom on the other side.

`says` posts a truly encrypted callback; what the bot answers lands on the pretend platform, where a test
reads it as the person would. Nothing of ours is mocked.
"""

import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, cast
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from sqlalchemy import Connection, Select, insert, select, update

from bot.app import SERVICE, keyring_of, make_app
from bot.clock import Clock
from bot.config import config_from
from bot.loading import load_company
from bot.service import Service
from bot.work import Chore
from sandbox.app import Sandbox, running
from sandbox.dingtalk.app import running as ding_running
from sandbox.dingtalk.org import Org
from sandbox.dingtalk.org import User as DingUser
from sandbox.dingtalk.rig import DingTalk
from sandbox.wecom.corp import App, Corp, User
from storage.directory import ORG_VERSION
from storage.engine import open_engine
from storage.ledger import marks
from storage.migrate import migrate
from storage.org import Account
from storage.turnstile import write
from storage.types import keep_keys
from tests.phones import DingtalkPhones, Phones, Shown, WecomPhones
from tests.platforms.dingtalk_app import DING, pretend_app
from tests.postgres import Server, fresh_database
from tests.right_config import right

COMPANY = Path("sandbox/company")


@pytest.fixture(params=["wecom", "dingtalk"])
def platform(request: pytest.FixtureRequest) -> str:
    """Import it into a module whose stories are told on both platforms."""
    return str(request.param)


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
    with write(engine) as conn:
        _join_dingtalk(conn)
    engine.dispose()


def _join_dingtalk(conn: Connection) -> None:
    """Everybody has the same user id on DingTalk too, so that one story is told on both platforms."""
    for one in conn.execute(select(Account.person_id, Account.userid)).all():
        names = {"platform": "dingtalk", "connection": DING["name"], "folded": one.userid}
        conn.execute(insert(Account).values(person_id=one.person_id, userid=one.userid, **names))


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
    phones: Phones

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
        seen = self.count()
        await self.bot.phones.say(self.userid, words)
        await self.bot.settle()
        return self.reads(since=seen)

    async def taps(self, text: str, on: Shown | None = None) -> str:
        """Tap a button; what is read afterwards comes back."""
        seen = self.count()
        await self.bot.phones.tap(self.userid, text, on)
        await self.bot.settle()
        return self.reads(since=seen)

    async def forges(self, key: str) -> str:
        """Send the tap of a button that stands on somebody else's card."""
        seen = self.count()
        await self.bot.phones.forge(self.userid, key)
        await self.bot.settle()
        return self.reads(since=seen)

    def reads(self, since: int = 0) -> str:
        """Everything received after the first `since` messages, as one text."""
        return "\n---\n".join(self.bot.phones.words(self.userid)[since:])

    @property
    def cards(self) -> Sequence[Any]:
        """The cards on the phone as they look now."""
        return self.bot.phones.cards(self.userid)

    @property
    def card(self) -> Any:
        """The newest card."""
        return self.cards[-1]

    def count(self) -> int:
        """How many messages have been received."""
        return len(self.bot.phones.words(self.userid))


@asynccontextmanager
async def company(url: str, *, starts_at: datetime = NOW, platform: str = "wecom") -> AsyncIterator[Bot]:
    """The bot on a filled store, connected to a pretend platform; it delivers only when told to."""
    connected = _on_dingtalk if platform == "dingtalk" else _on_wecom
    async with connected(url, starts_at) as bot:
        yield bot


@asynccontextmanager
async def _on_wecom(url: str, starts_at: datetime) -> AsyncIterator[Bot]:
    async with _wecom() as sandbox, _served(_tree(sandbox=sandbox), url, starts_at) as (service, address):
        await sandbox.connect(f"{address}/callback/wecom/main")
        yield Bot(sandbox, service, address, WecomPhones(sandbox))


@asynccontextmanager
async def _on_dingtalk(url: str, starts_at: datetime) -> AsyncIterator[Bot]:
    async with _dingtalk() as ding, _served(_tree(ding=ding), url, starts_at) as (service, address):
        await ding.connected()
        yield _seen_from(ding, service, address)


@asynccontextmanager
async def both(url: str, *, starts_at: datetime = NOW) -> AsyncIterator[tuple[Bot, Bot]]:
    """One bot on both platforms at once, as seen from WeCom and from DingTalk."""
    async with (
        _wecom() as sandbox,
        _dingtalk() as ding,
        _served(_tree(sandbox, ding), url, starts_at) as (service, address),
    ):
        await sandbox.connect(f"{address}/callback/wecom/main")
        await ding.connected()
        yield Bot(sandbox, service, address, WecomPhones(sandbox)), _seen_from(ding, service, address)


@asynccontextmanager
async def _wecom() -> AsyncIterator[Sandbox]:
    app = App(WECOM["agent_id"], WECOM["secret"], WECOM["token"], WECOM["encoding_aes_key"])
    sandbox = Sandbox([Corp(WECOM["corp_id"], "衡岳", [app], everybody())])
    async with running(sandbox):
        yield sandbox


@asynccontextmanager
async def _dingtalk() -> AsyncIterator[DingTalk]:
    people = [DingUser(one.userid, one.name, unit=one.unit) for one in everybody()]
    ding = DingTalk([Org(DING["corp_id"], "衡岳", [pretend_app()], people)])
    async with ding_running(ding):
        yield ding


def _seen_from(ding: DingTalk, service: Service, address: str) -> Bot:
    # What tests ask of both is called the same; a test of WeCom alone is not run here.
    sandbox = cast(Sandbox, ding)
    return Bot(sandbox, service, address, DingtalkPhones(ding, [one.userid for one in everybody()]))


def _tree(sandbox: Sandbox | None = None, ding: DingTalk | None = None) -> dict[str, Any]:
    tree = right()
    del tree["wecom"]
    if sandbox:
        tree |= {"wecom": [WECOM | {"api_base": sandbox.api_base}]}
    if ding:
        tree |= {"dingtalk": [DING | {"api_base": ding.api_base, "oapi_base": ding.api_base}]}
    return tree


@asynccontextmanager
async def _served(tree: dict[str, Any], url: str, starts_at: datetime) -> AsyncIterator[tuple[Service, str]]:
    config = config_from(tree | {"database": {"url": url}})
    made = make_app(config, clock=Clock(starts_at=starts_at), durable=False, tick=False, deliver=False)
    runner = web.AppRunner(made, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield made[SERVICE], f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
