"""The sample company on DingTalk: the real bot, by Stream or by HTTP, at a pretend DingTalk."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from shutil import copy
from tempfile import mkdtemp
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from aiohttp.test_utils import unused_port
from sqlalchemy import Connection, Select

from bot.app import SERVICE, keyring_of, make_app
from bot.clock import Clock
from bot.config import config_from
from bot.loading import load_company
from bot.service import Service
from sandbox.dingtalk.app import running
from sandbox.dingtalk.org import Group, Org, User
from sandbox.dingtalk.rig import DingTalk
from sandbox.dingtalk.shown import ShownCard
from sandbox.wecom.callbacks import Outcome
from storage.engine import open_engine
from storage.migrate import migrate
from storage.types import keep_keys
from tests.conversation import COMPANY, NOW
from tests.platforms.dingtalk_app import CORP, DING, pretend_app
from tests.postgres import Server, fresh_database
from tests.right_config import right

GROUP = "cidSalesGroup=="
LU, NIE, ZHU, GUEST = "HY1053", "HY1054", "HY1058", "outside-1"


def fill(url: str) -> None:
    """Migrate a store and load the sample company with its DingTalk accounts."""
    config = config_from(right() | {"database": {"url": url}})
    keys, engine = keyring_of(config), open_engine(url, durable=False, create=True, checked=False)
    keep_keys(engine.dialect, keys)
    migrate(engine)
    connections = {"wecom": ("main",), "dingtalk": ("ding",)}
    load_company(engine, keys, COMPANY, connections=connections, now=NOW, zone=ZoneInfo("Asia/Shanghai"))
    engine.dispose()


@cache
def _template() -> Path:
    path = Path(mkdtemp(prefix="xiaoer-ding-")) / "store.db"
    fill(f"sqlite:///{path}")
    return path


@contextmanager
def store(kind: str, folder: Path, postgres: Server | None) -> Iterator[str]:
    """The URL of a store with the company in it."""
    if postgres is not None and kind == "postgresql":
        with fresh_database(postgres, fill) as url:
            yield url
    else:
        copy(_template(), folder / "store.db")
        yield f"sqlite:///{folder / 'store.db'}"


def members() -> list[User]:
    """The people of the sample company who have a DingTalk account, and somebody from outside."""
    lines = (COMPANY / "people.csv").read_text(encoding="utf-8").splitlines()
    names = lines[0].split(",")
    rows = [dict(zip(names, line.split(","), strict=True)) for line in lines[1:]]
    return [User(GUEST, "访客", outside=True)] + [
        User(row["dingtalk_userid"], row["name"], unit=row["unit"]) for row in rows if row["dingtalk_userid"]
    ]


@dataclass
class DingBot:
    """The bot with its company, as a test holds it."""

    ding: DingTalk
    service: Service
    site: str

    async def settle(self) -> None:
        """Deliver everything that is due now."""
        delivery = self.service.delivery
        assert delivery is not None
        while await delivery.once():
            pass

    async def says(self, userid: str, words: str, group: str = "") -> list[str]:
        """Type a sentence; the words and cards that come of it, as one reads them."""
        seen = len(self.read_by(userid))
        outcome = await self.ding.say(userid, words, group)
        assert outcome.arrived, outcome
        await self.settle()
        return self.read_by(userid)[seen:]

    async def taps(
        self, userid: str, text: str, on: ShownCard | None = None, *, late: bool = False
    ) -> Outcome:
        """Tap a button; what the callback came to, before anything is delivered."""
        return await self.ding.tap(userid, text, on=on, late=late)

    def card(self, userid: str) -> ShownCard:
        """The newest card as it looks now."""
        return self.ding.cards_to(userid)[-1]

    def read_by(self, userid: str) -> list[str]:
        """Everything on somebody's phone that came from the bot."""
        cards = [card.words for card in self.ding.cards_to(userid)]
        return [*self.ding.texts_to(userid), *cards]

    async def rows(self, asked: Select[Any]) -> list[Any]:
        """Look into the store, past every scope."""

        def look(conn: Connection) -> list[Any]:
            return list(conn.execute(asked).all())

        return await self.service.read(look)


@asynccontextmanager
async def company(
    url: str, *, mode: str = "stream", cards: bool = True, redeliver_after: float = 0.5
) -> AsyncIterator[DingBot]:
    """The bot on a filled store; it delivers only when told to."""
    app = pretend_app()
    group = Group(GROUP, "销售群", (LU, NIE, GUEST))
    org = Org(CORP, "衡岳", [app], members(), groups=[group])
    async with running(DingTalk([org], redeliver_after=redeliver_after)) as ding:
        settings = DING | {"mode": mode, "api_base": ding.api_base, "oapi_base": ding.api_base}
        if not cards:
            del settings["card_template_id"]
        tree = right() | {"database": {"url": url}, "dingtalk": [settings]}
        del tree["wecom"]
        runner, site = await _served(tree)
        try:
            if mode == "http":
                doors = f"{site}/callback/dingtalk/ding"
                org.apps = [replace(app, mode="http", robot_url=f"{doors}/robot", event_url=f"{doors}/event")]
            else:
                await ding.connected()
            yield DingBot(ding, runner.app[SERVICE], site)
        finally:
            await runner.cleanup()


async def _served(tree: dict[str, Any]) -> tuple[web.AppRunner, str]:
    """The running application and its address, which it knows as its public one."""
    port = unused_port()
    site = f"http://127.0.0.1:{port}"
    config = config_from(tree | {"server": {"public_url": site}})
    app = make_app(config, clock=Clock(starts_at=NOW), durable=False, tick=False, deliver=False)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner, site
