"""The sample company with a smart bot beside its WeCom app, in either mode, on one pretend WeCom."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlalchemy import Connection, func, select

from bot.app import SERVICE, make_app
from bot.clock import Clock
from bot.config import config_from
from bot.service import Service
from sandbox.aibot.app import add_routes
from sandbox.aibot.bots import Bot as PretendBot
from sandbox.aibot.bots import Group
from sandbox.aibot.rig import AibotSandbox
from sandbox.app import application
from sandbox.rig import Sandbox
from sandbox.wecom.corp import App, Corp
from storage.ledger import inbox
from tests.conversation import NOW, WECOM, everybody
from tests.right_config import letters, right

GROUP = Group("wrSalesGroup01", "销售群", ("ChenSiyu", "LinHao", "Visitor01"))
SMART = {"callback": {"token": "aiBotTok3n", "encoding_aes_key": letters("smart-aes", 43)}}
SOCKET = {"bot_id": "aib_hengyue_01", "secret": letters("smart", 40)}


@dataclass
class SmartBot:
    """The running bot, its app's phones, and its smart bot's."""

    app: Sandbox
    smart: AibotSandbox
    service: Service

    async def settle(self) -> None:
        """Deliver everything that is due now."""
        delivery = self.service.delivery
        assert delivery is not None
        while await delivery.once():
            pass

    async def says(self, userid: str, words: str, group: str = "") -> None:
        """Somebody writes to the smart bot; everything is delivered afterwards."""
        heard = await self.service.read(_heard)
        await self.smart.say(userid, words, group)
        # By long connection nothing says when a message has been taken in.
        async with asyncio.timeout(10):
            while await self.service.read(_heard) == heard:
                await asyncio.sleep(0.01)
        await self.settle()


def _heard(conn: Connection) -> int:
    return conn.scalar(select(func.count()).select_from(inbox)) or 0


@asynccontextmanager
async def company(url: str, mode: str) -> AsyncIterator[SmartBot]:
    """The bot on a filled store; it delivers only when told to."""
    corp = Corp(
        WECOM["corp_id"],
        "衡岳",
        [App(WECOM["agent_id"], WECOM["secret"], WECOM["token"], WECOM["encoding_aes_key"])],
        everybody(),
    )
    by_callback = SMART["callback"]
    pretend = PretendBot(
        SOCKET["bot_id"], "小二", by_callback["token"], by_callback["encoding_aes_key"], SOCKET["secret"]
    )
    sandbox = Sandbox([corp])
    smart = AibotSandbox(pretend, corp, [GROUP], journal=sandbox.wecom.journal)
    platform = application(sandbox)
    add_routes(platform, [smart])
    async with _served(platform) as home:
        sandbox.url = smart.aibot.url = home
        settings = by_callback if mode == "callback" else SOCKET | {"ws_base": smart.ws_base}
        tree = right() | {
            "database": {"url": url},
            "wecom": [WECOM | {"api_base": sandbox.api_base}],
            "wecom_bot": [{"name": "groups", **settings}],
        }
        made = _bot(tree)
        async with _served(made) as site:
            await sandbox.connect(f"{site}/callback/wecom/main")
            if mode == "callback":
                await smart.connect(f"{site}/callback/wecom-bot/groups")
            else:
                await smart.until(lambda: smart.line.live)
            yield SmartBot(sandbox, smart, made[SERVICE])


def _bot(tree: dict[str, Any]) -> web.Application:
    return make_app(config_from(tree), clock=Clock(starts_at=NOW), durable=False, tick=False, deliver=False)


@asynccontextmanager
async def _served(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
