"""The bot as a process to be killed: `python -m tests.crash_child STORE`, a bot for each line it reads.

It loads everything once, warms up on a store of its own, and forks for each bot, so that a restart costs
little; the bot is the real one, with production's durability. A line is JSON: `config`, `folder`, `now`
(ISO), and perhaps
`step`: where this bot kills itself, from the moment SIGUSR1 has armed it,
`tick`: "start" or "armed": when its clock strikes.
SIGUSR2 asks it to say `quiet` as soon as nothing waits to be delivered. Nothing of the product knows of this.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from sqlalchemy import func, select

from bot.accounts import Accounts
from bot.app import SERVICE, keyring_of, make_app
from bot.channels import FOLDS, PlatformChannel
from bot.clock import Clock, real_now
from bot.config import config_from
from bot.delivery import Delivery
from bot.event import Event, Kind
from bot.logs import configure_logs
from bot.pipeline import Pipeline
from bot.platforms.wecom.connection import WeComConnection
from bot.service import Service
from bot.work import Happened
from bot.writer import Writer
from storage.engine import open_engine
from storage.ledger import outbox
from storage.outbox import PENDING
from storage.types import keep_keys
from tests.right_config import right

LIFE = timedelta(seconds=0.5)  # Of a lease: whoever comes after the killed one need not wait long.
PAUSE = 0.02
Real = Callable[..., Any]

armed = False
asked = False


def say(*words: object) -> None:
    """One line, in one system call, so that a kill leaves whole lines only."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def die() -> None:
    if armed:
        os.kill(os.getpid(), signal.SIGKILL)


def before(real: Real) -> Real:
    def patched(*args: Any, **kwargs: Any) -> Any:
        die()
        return real(*args, **kwargs)

    return patched


def after_await(real: Real) -> Real:
    async def patched(*args: Any, **kwargs: Any) -> Any:
        found = await real(*args, **kwargs)
        die()
        return found

    return patched


def of_interest(work: Any) -> bool:
    """An event of a person, or a stroke of the clock; not the chores of delivery."""
    return isinstance(work, Happened) or work.key.startswith("tick:")


def performed(real: Real) -> Real:
    def patched(self: Any, conn: Any, work: Any) -> Any:
        done = real(self, conn, work)
        if of_interest(work):
            die()
        return done

    return patched


def written(real: Real) -> Real:
    def patched(self: Any, conn: Any) -> Any:
        effects = bool(self._rows or self._entries)
        real(self, conn)
        if effects:
            die()

    return patched


def committed(real: Real) -> Real:
    def patched(self: Any, outcome: Any) -> Any:
        if any(of_interest(job.work) for job, _ in outcome.answers):
            die()
        return real(self, outcome)

    return patched


def holding(real: Real) -> Real:
    """Acknowledged, and nothing delivered: from here the test kills."""

    async def patched(self: Any) -> Any:
        if armed:
            await asyncio.Event().wait()
        return await real(self)

    return patched


STEPS: dict[str, tuple[type, str, Callable[[Real], Real]]] = {
    "received": (WeComConnection, "read", before),
    "verified": (Service, "take", before),
    "performed": (Pipeline, "perform", performed),
    "written": (Pipeline, "end", written),
    "committed": (Writer, "_settle", committed),
    "acked": (Delivery, "_fill", holding),
    "leased": (Delivery, "_send", before),
    "sending": (PlatformChannel, "deliver", before),
    "sent": (Delivery, "_sent", before),
    "marked": (Delivery, "_sent", after_await),
}


def reporting(real: Real) -> Real:
    """Say `quiet` when asked to, once nothing waits."""

    async def patched(self: Any) -> Any:
        global asked
        busy = await real(self)
        if asked and not busy:
            waiting = select(func.count()).select_from(outbox).where(outbox.c.state == PENDING)
            if not await self._read(lambda conn: conn.scalar(waiting)):
                asked = False
                say("quiet")
        return busy

    return patched


async def live(order: dict[str, Any]) -> None:
    """Serve until killed."""
    clock = Clock(starts_at=datetime.fromisoformat(order["now"]))
    app = make_app(config_from(order["config"]), clock=clock, tick=False)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    schedule, strokes = app[SERVICE].schedule, set()

    def arm() -> None:
        global armed
        armed = True
        if order.get("tick") == "armed":
            strokes.add(asyncio.ensure_future(schedule.tick()))
        say("armed")

    def ask() -> None:
        global asked
        asked = True

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, arm)
    loop.add_signal_handler(signal.SIGUSR2, ask)
    if order.get("tick") == "start":
        await schedule.tick()
    say("serving", os.getpid(), runner.addresses[0][1])
    await asyncio.Event().wait()


def bear(order: dict[str, Any]) -> None:
    """One bot, in a process of its own."""
    os.chdir(order["folder"])
    configure_logs(as_json=True, level="ERROR")
    Delivery.__init__.__defaults__ = (LIFE,)
    Delivery.forever.__defaults__ = (PAUSE,)
    step = order.get("step")
    if step:
        owner, name, patch = STEPS[step]
        setattr(owner, name, patch(getattr(owner, name)))
    Delivery._fill = reporting(Delivery._fill)  # type: ignore[method-assign]
    asyncio.run(live(order))


def warm_up(url: str) -> None:
    """Let one sentence run, so that tables, grammars and dictionaries are loaded; it is undone."""
    config = config_from(right() | {"database": {"url": url}})
    keys = keyring_of(config)
    engine = open_engine(url, durable=False)
    keep_keys(engine.dialect, keys)
    pipeline = Pipeline(keys, Accounts(FOLDS), real_now, config.bot.undo_window)
    words = "提醒我明天上午10点给甬江港务打电话"
    event = Event("warm", "wecom", "main", "ChenSiyu", Kind.TEXT, real_now(), text=words)
    work = Happened(event, real_now(), real_now())
    with engine.connect() as conn, conn.begin() as transaction:
        pipeline.begin(conn, [work])
        pipeline.perform(conn, work)
        pipeline.end(conn)
        transaction.rollback()
    engine.dispose()


def main(url: str) -> None:
    warm_up(url)
    say("ready")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                bear(json.loads(line))
            finally:
                os._exit(1)
        os.waitpid(child, 0)
        say("ended", child)


if __name__ == "__main__":
    main(*sys.argv[1:])
