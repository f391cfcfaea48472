"""Smart bots (智能机器人) of the running bot: their doors, their long connections, and answers to taps."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
import structlog
from aiohttp import web

from bot.bodies import read_body
from bot.clock import real_now
from bot.config import Config, WecomBot
from bot.drawing import Drawing
from bot.event import Event
from bot.facing import Facing
from bot.leading import Leading
from bot.line import Busy
from bot.platforms.refused import BadCallback, ComeAgain
from bot.platforms.taps import TapSigner
from bot.platforms.wecom.crypto import Cipher
from bot.platforms.wecom_bot.answering import ByAddress
from bot.platforms.wecom_bot.connection import Body, SmartBot, Way
from bot.platforms.wecom_bot.events import Receiver
from bot.platforms.wecom_bot.socket import LongConnection
from bot.service import Service
from bot.twins import twin_of
from bot.work import Done

log = structlog.get_logger()

HOME = "https://qyapi.weixin.qq.com/cgi-bin"
BODY_SECONDS = 5.0  # WeCom waits no longer for the whole exchange.
PATIENCE = 4.0  # Seconds for the answer to a tap; WeCom waits five and asks once.


@dataclass(slots=True)
class Bot:
    """One smart bot. `line` is its long connection, None in callback mode."""

    speaks: SmartBot
    line: LongConnection | None = None
    take: Callable[[Event], Any] | None = None

    @property
    def name(self) -> str:
        """Our name for the connection."""
        return self.speaks.name

    async def taken(self, event: Event) -> Body | None:
        """Commit an event; for a tap, the tapped card as it is then. Raises `ComeAgain`."""
        if self.take is None:
            raise ComeAgain
        found: Body | None = await self.take(event)
        return found


DOORS: web.AppKey[Mapping[str, Bot]] = web.AppKey("smart bots", Mapping)


def open_bots(config: Config, signer: TapSigner, session: aiohttp.ClientSession) -> list[Bot]:
    """Every `[[wecom_bot]]`."""
    homes = {one.name: one.api_base for one in config.wecom}
    public_url = config.server.public_url or ""
    found = []
    for one in config.wecom_bot:
        home = homes.get(twin_of(one.name, list(homes)) or "", HOME)
        receiver = Receiver(one.name, one.bot_id or "", config.bot.name)
        found.append(_open(one, receiver, signer, session, home, public_url))
    return found


def _open(
    one: WecomBot, receiver: Receiver, signer: TapSigner, session: aiohttp.ClientSession, home: str, page: str
) -> Bot:
    if one.token and one.encoding_aes_key:
        cipher = Cipher(one.token.reveal(), one.encoding_aes_key.reveal(), "")
        way: Way = ByAddress(session, home, time.time)
        return Bot(SmartBot(receiver, signer, way, cipher=cipher, public_url=page))
    bot: Bot

    def read(body: Body) -> Event:
        return bot.speaks.event(body, time.time())

    async def take(event: Event) -> Body | None:
        return await bot.taken(event)

    line = LongConnection(
        session, ws_base=one.ws_base, bot_id=one.bot_id or "",
        secret=one.secret.reveal() if one.secret else "", read=read, take=take, clock=time.time,
    )  # fmt: skip
    bot = Bot(SmartBot(receiver, signer, line, public_url=page), line)
    return bot


@asynccontextmanager
async def listening(
    bots: Sequence[Bot], config: Config, service: Service, drawing: Drawing
) -> AsyncIterator[Mapping[str, Bot]]:
    """Listen while this lasts. Of several processes one holds a bot's long connection."""
    facing = Facing(service.pipeline.accounts, drawing, service.run, service.read, real_now)
    tasks = []
    for bot in bots:
        bot.take = partial(_take, bot, service, facing)
        if bot.line is not None:
            leading = Leading(f"wecom_bot:{bot.name}", bot.line.forever, service.run)
            tasks.append(asyncio.create_task(leading.forever(), name=f"smart-bot-{bot.name}"))
    try:
        yield {bot.name: bot for bot in bots if bot.line is None}
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _take(bot: Bot, service: Service, facing: Facing, event: Event) -> Body | None:
    # A tap comes once: what we cannot answer in time is carried out all the same.
    taking = asyncio.ensure_future(service.take(event))
    taking.add_done_callback(_told)
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.shield(taking)
            face = await facing.face(event)
    except (Busy, TimeoutError):
        raise ComeAgain from None
    if face is None:
        return None
    body = bot.speaks.in_place(face.message, face.task_id)
    await facing.written(event, face)
    return body


def _told(taking: "asyncio.Future[Done]") -> None:
    if not taking.cancelled() and (error := taking.exception()) and not isinstance(error, Busy):
        log.error("smart bot event not carried out", exc_info=error)


def add_doors(app: web.Application) -> None:
    """One address for each bot in callback mode; the app sets `DOORS` when it starts."""
    app.router.add_get("/callback/wecom-bot/{name}", verify_url)
    app.router.add_post("/callback/wecom-bot/{name}", callback)


async def verify_url(request: web.Request) -> web.Response:
    """WeCom checks the callback URL: the decrypted echo, and nothing else."""
    try:
        return web.Response(text=_bot(request).speaks.echo(list(request.query.items()), time.time()))
    except BadCallback as bad:
        return web.Response(status=bad.status)


async def callback(request: web.Request) -> web.Response:
    """An encrypted callback: committed, then answered with the tapped card or with nothing."""
    bot, query = _bot(request), list(request.query.items())
    try:
        body = await read_body(request, BODY_SECONDS)
        face = await bot.taken(bot.speaks.read(query, body, time.time()))
    except BadCallback as bad:
        return web.Response(status=bad.status)
    except ComeAgain:
        return web.Response(status=503)
    except Exception:
        log.exception("smart bot callback not carried out", connection=bot.name)
        return web.Response(status=503)
    if face is None:
        return web.Response()
    return web.Response(body=bot.speaks.sealed(face, query), content_type="application/json")


def _bot(request: web.Request) -> Bot:
    found = request.app[DOORS].get(request.match_info["name"])
    if found is None:
        raise web.HTTPNotFound(text="")
    return found
