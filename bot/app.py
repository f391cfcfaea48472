"""The web application: callbacks in, health out. Only here is the whole configuration known."""

import hmac
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import structlog
from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from bot import smart_bots
from bot.accounts import Accounts
from bot.bodies import read_body
from bot.channels import (
    DINGTALK,
    FOLDS,
    WECOM,
    WECOM_BOT,
    WECOM_RIGHT,
    PlatformChannel,
    open_dingtalk,
    open_wecom,
)
from bot.clock import Clock
from bot.config import Config
from bot.delivery import Channel
from bot.dingtalk_doors import DOORS, add_doors
from bot.dingtalk_line import listening
from bot.drawing import Drawing
from bot.hearing import short
from bot.line import Busy
from bot.platforms.taps import TapSigner
from bot.platforms.wecom.connection import WeComConnection
from bot.platforms.wecom.crypto import BadCallback
from bot.service import Service
from bot.twins import twins_of
from storage.engine import open_engine
from storage.faults import BadStore
from storage.keyring import Keyring
from storage.migrate import check_version
from storage.outbox import backlog
from storage.probe import check_keys
from storage.types import keep_keys

log = structlog.get_logger()

LARGEST = 64 * 1024
PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")
BODY_SECONDS = 5.0  # WeCom itself waits no longer for the whole exchange.
SERVICE: web.AppKey[Service] = web.AppKey("service", Service)
CONFIG: web.AppKey[Config] = web.AppKey("config", Config)
WECOMS: web.AppKey[dict[str, WeComConnection]] = web.AppKey("wecoms", dict)
METRICS: web.AppKey["Metrics"] = web.AppKey("metrics")
Watch = Callable[[str, dict[str, object]], None]


class Metrics:
    """What an operator watches, in a registry of its own so that two apps in one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.events = Counter("xiaoer_events", "Events taken", ["connection", "fate"], registry=self.registry)
        self.seconds = Histogram("xiaoer_ack_seconds", "Time to acknowledge", registry=self.registry)
        self.outbox = Gauge("xiaoer_outbox", "Messages by state", ["state"], registry=self.registry)
        self.waiting = Gauge("xiaoer_writer_waiting", "Events in line", registry=self.registry)


def keyring_of(config: Config) -> Keyring:
    """The keys of the store."""
    security = config.security
    return Keyring(
        tuple(key.reveal() for key in security.field_keys),
        security.blind_index_key.reveal(),
        security.audit_key.reveal(),
    )


def make_app(
    config: Config,
    *,
    clock: Clock | None = None,
    durable: bool = True,
    tick: bool = True,
    deliver: bool = True,
) -> web.Application:
    """The bot's application. Raises `BadStore` and its kin when the store cannot be used as it is."""
    keys = keyring_of(config)
    url = config.database.url.reveal()
    engine = open_engine(url, durable=durable)
    keep_keys(engine.dialect, keys)
    try:
        check_version(engine)
        with engine.execution_options(ro=True).connect() as conn:
            check_keys(conn, keys)
    except BaseException:
        engine.dispose()
        raise
    app = web.Application(client_max_size=LARGEST)
    service = Service(
        engine,
        keys,
        Accounts(FOLDS, twins_of(config)),
        clock or Clock(),
        in_hand_of(url),
        undo=config.bot.undo_window,
    )
    app[SERVICE], app[CONFIG], app[METRICS] = service, config, Metrics()
    app.cleanup_ctx.append(_running(tick=tick, deliver=deliver))
    app.router.add_get("/callback/wecom/{name}", verify_url)
    app.router.add_post("/callback/wecom/{name}", callback)
    add_doors(app)
    smart_bots.add_doors(app)
    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", metrics)
    return app


def in_hand_of(url: str) -> Path:
    """Where this process notes what it has in hand: beside a SQLite file, else in ./data."""
    path = Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else Path("data/xiaoer")
    return path.parent / f"{path.name}.in-hand"


def _running(*, tick: bool, deliver: bool) -> Callable[[web.Application], AsyncIterator[None]]:
    async def run(app: web.Application) -> AsyncIterator[None]:
        config = app[CONFIG]
        async with aiohttp.ClientSession() as session:
            tap_keys = [config.security.tap_key.reveal()]
            public_url = config.server.public_url or ""
            wecoms = open_wecom(config.wecom, public_url, tap_keys, session)
            app[WECOMS] = wecoms
            channels: dict[tuple[str, str], Channel] = {
                (WECOM, name): PlatformChannel(connection, WECOM_RIGHT) for name, connection in wecoms.items()
            }
            dings = open_dingtalk(config.dingtalk, config.bot.name, tap_keys, session)
            channels |= {(DINGTALK, name): PlatformChannel(connection) for name, connection in dings.items()}
            bots = smart_bots.open_bots(config, TapSigner(tap_keys), session)
            channels |= {(WECOM_BOT, one.name): PlatformChannel(one.speaks) for one in bots}
            service = app[SERVICE]
            service.start(channels, tick=tick, deliver=deliver)
            drawing = Drawing(service.keys, service.clock.now, config.bot.undo_window, frozenset(channels))
            async with (
                listening(config, dings, service, drawing, session) as doors,
                smart_bots.listening(bots, config, service, drawing) as ears,
            ):
                app[DOORS], app[smart_bots.DOORS] = doors, ears
                yield
            await service.stop()

    return run


def _connection(request: web.Request) -> WeComConnection:
    found = request.app[WECOMS].get(request.match_info["name"])
    if found is None:
        raise web.HTTPNotFound(text="")
    return found


async def verify_url(request: web.Request) -> web.Response:
    """WeCom checks the callback URL: the decrypted echo, and nothing else."""
    try:
        return web.Response(text=_connection(request).echo(_query(request), time.time()))
    except BadCallback as bad:
        return web.Response(status=bad.status)


async def callback(request: web.Request) -> web.Response:
    """An encrypted callback: verified, decrypted, committed, then acknowledged. Never a word to a forger."""
    started, count = time.monotonic(), request.app[METRICS].events
    connection = _connection(request)
    try:
        event = connection.read(_query(request), await read_body(request, BODY_SECONDS), time.time())
    except BadCallback as bad:
        count.labels(connection.name, "refused").inc()
        return web.Response(status=bad.status)
    try:
        done = await request.app[SERVICE].take(event)
    except Busy:
        # Not committed: without a 200 the platform comes again.
        count.labels(connection.name, "busy").inc()
        return web.Response(status=503)
    except Exception:
        log.exception("event not carried out", event_id=short(event.key))
        count.labels(connection.name, "failed").inc()
        return web.Response(status=503)
    count.labels(connection.name, "repeated" if done.repeated else "done").inc()
    request.app[METRICS].seconds.observe(time.monotonic() - started)
    return web.Response()


def _query(request: web.Request) -> list[tuple[str, str]]:
    return list(request.query.items())


async def alive(request: web.Request) -> web.Response:
    """The process lives."""
    return web.json_response({"alive": True})


async def ready(request: web.Request) -> web.Response:
    """Database and migrations are in order, and the backlog is bearable."""
    service = request.app[SERVICE]
    problems = []
    try:
        await service.read(lambda conn: check_version(service.engine))
    except (BadStore, Busy) as problem:
        problems.append(type(problem).__name__)
    if not service.writer.alive or service.writer.oldest > 3:
        problems.append("writer")
    return web.json_response({"ready": not problems, "problems": problems}, status=503 if problems else 200)


async def metrics(request: web.Request) -> web.Response:
    """Prometheus figures, with the token; without one only straight from this host."""
    if not _may_watch(request):
        raise web.HTTPNotFound(text="")
    service, found = request.app[SERVICE], request.app[METRICS]
    found.waiting.set(service.writer.waiting)
    for state, number in (await service.read(backlog)).items():
        found.outbox.labels(state).set(number)
    return web.Response(body=generate_latest(found.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _may_watch(request: web.Request) -> bool:
    token = request.app[CONFIG].server.metrics_token
    if token is not None:
        said = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(said.encode(), token.reveal().encode())
    # A proxy on this host passes the whole world on from the loopback address.
    passed_on = any(name in request.headers for name in PASSED_ON)
    return request.remote in ("127.0.0.1", "::1") and not passed_on
