"""The demo: bot, pretend WeCom and a company in one process, on two ports of this machine.

Nothing takes a short cut: the page speaks with the pretend WeCom, which calls the bot back encrypted, and the
bot answers through the HTTP API.
"""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from pathlib import Path

from aiohttp import web
from sqlalchemy import Engine

from bot.app import SERVICE, keyring_of, make_app
from bot.clock import Clock, real_now
from bot.commands.answers import Refused
from bot.config import Config, config_from
from bot.demo_clock import keep_clock
from bot.demo_company import corps_of, latest, link_everybody, phones_of
from bot.demo_data import ANEW, DemoData
from bot.demo_page import counter, suggester, tour_of
from bot.explain import explainer, move_name
from bot.linked import connections_in
from bot.loading import load_company
from bot.service import Service
from handlers.org.files import read_source
from handlers.policies.inforce import DEFAULT_ZONE, rules_for
from sandbox.app import SANDBOX
from sandbox.app import make_app as make_sandbox
from sandbox.clock import MoveClock, Target
from sandbox.wecom.corp import Corp
from storage.directory import Organisation, OrganisationCache
from storage.engine import open_engine
from storage.faults import BadStore
from storage.keyring import Keyring
from storage.migrate import migrate
from storage.probe import WrongKeys, check_keys
from storage.types import keep_keys

HOST = "127.0.0.1"
MORNING = time(8, 30)
COMPANY = Path(__file__).parent.parent / "sandbox" / "company"


@dataclass(frozen=True, slots=True)
class Ready:
    """A demo whose store is filled: all it takes to open its doors."""

    config: Config
    corps: Sequence[Corp]
    phones: Sequence[str]
    somebody: str
    """Whose name an example may use."""
    starts_at: datetime
    zone: tzinfo
    company: str
    people: int
    given: Sequence[str]
    """Those who got a WeCom account for the demo."""


def listen(port: int) -> socket.socket:
    """A socket of this machine only. Raises `Refused` when somebody has the port."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((HOST, port))
        sock.listen(128)
    except OSError as error:
        sock.close()
        raise Refused(
            f"端口 {port} 用不了（{error.strerror}）。换一个：xiaoer demo --port {_another(port)}\n"
            f"Port {port} cannot be used: try another."
        ) from None
    return sock


def _another(port: int) -> int:
    return port + 1 if port < 65535 else 8080


def prepare(data: DemoData, org: Path | None, *, page: int, bot: int) -> Ready:
    """Make the store and load the company. Raises `Refused`, `BadOrganisation`, `BadStore`, `WrongKeys`."""
    folder = _chosen(data, org)
    connections = connections_in(folder)
    config = config_from(data.settings(connections["wecom"], page=page, bot=bot))
    begins = _now_of(folder)
    keys = keyring_of(config)
    engine = _opened(data.url, keys)
    try:
        load_company(
            engine, keys, folder, connections=connections, now=begins, zone=config.bot.timezone, door="demo"
        )
        given = link_everybody(engine, keys, config.wecom[0].name, begins)
        data.remember(folder)
        return _ready(engine, config, begins, given)
    finally:
        engine.dispose()


def _opened(url: str, keys: Keyring) -> Engine:
    """The store, brought to this version. Raises `Refused` that says how to begin anew."""
    try:
        engine = open_engine(url, create=True)
        try:
            keep_keys(engine.dialect, keys)
            migrate(engine)
            with engine.execution_options(ro=True).connect() as conn:
                check_keys(conn, keys)
        except BaseException:
            engine.dispose()
            raise
        return engine
    except (BadStore, WrongKeys) as bad:
        raise Refused(f"{bad}\n{ANEW}") from bad


def _ready(engine: Engine, config: Config, begins: datetime, given: Sequence[str]) -> Ready:
    with engine.execution_options(ro=True).connect() as conn:
        org = OrganisationCache().get(conn)
        if not org.people:
            raise Refused("这个公司没有人。people.csv 里至少要有一个人 · the company has nobody in it")
        starts_at = max(begins, latest(conn) or begins)
        phones = phones_of(conn, org, starts_at)
    top = _top(org)
    name = org.units[top].name
    zone = rules_for(org, top, config.bot.undo_window).zone
    people = [org.people[one.person_id].name for one in org.accounts.values() if one.userid in phones[:1]]
    somebody = (people or [one.name for one in org.people.values()])[0]
    corps = corps_of(config, org)
    return Ready(config, corps, phones, somebody, starts_at, zone, name, len(org.people), given)


def _chosen(data: DemoData, org: Path | None) -> Path:
    """The folder to load: the one named, else the one of last time, else the sample company."""
    before = data.company()
    if org is None:
        return Path(before) if before and Path(before).exists() else COMPANY
    if before and Path(before) != org.absolute():
        raise Refused(
            f"{data.path} 里已经是另一个公司（{before}）。重新开始加 --reset；都要就用 --data 换文件夹。\n"
            "This directory holds another company: begin anew with --reset, or give another with --data."
        )
    return org.absolute()


def _now_of(folder: Path) -> datetime:
    """The moment at which the company's records begin; without one, the present."""
    said = (read_source(folder).records or {}).get("now")
    try:
        found = datetime.fromisoformat(str(said))
    except ValueError:
        return datetime.now(UTC)
    return found if found.tzinfo else found.replace(tzinfo=DEFAULT_ZONE)


def _top(org: Organisation) -> int:
    return next(unit.id for unit in org.units.values() if unit.parent_id is None)


async def run(ready: Ready, page: socket.socket, bot: socket.socket, started: Callable[[], None]) -> None:
    """Keep both doors open until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    clock = Clock(starts_at=ready.starts_at)
    keep_clock(ready.config.database.url.reveal(), clock.now())
    application = make_app(ready.config, clock=clock)
    async with _serving(application, bot):
        sandbox_app = make_sandbox(
            ready.corps,
            read_clock=lambda: _read(clock),
            move_clock=_mover(application[SERVICE], ready),
            explain=explainer(application[SERVICE]),
            suggest=suggester(application[SERVICE]),
            tally=counter(application[SERVICE]),
            tour=tour_of(ready.phones),
            phones=ready.phones,
        )
        sandbox = sandbox_app[SANDBOX]
        async with _serving(sandbox_app, page):
            sandbox.url = f"http://{HOST}:{page.getsockname()[1]}"
            for corp, one in zip(ready.corps, ready.config.wecom, strict=True):
                address = f"http://{HOST}:{bot.getsockname()[1]}/callback/wecom/{one.name}"
                await sandbox.connect(address, corp.corp_id, one.agent_id)
            for line in remarks(ready):
                sandbox.wecom.journal.note("demo", line)
            started()
            await stop.wait()


@contextlib.asynccontextmanager
async def _serving(app: web.Application, sock: socket.socket) -> AsyncIterator[None]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=3.0)
    await runner.setup()
    try:
        await web.SockSite(runner, sock).start()
        yield
    finally:
        await runner.cleanup()


async def _read(clock: Clock) -> datetime:
    return clock.now()


def _mover(service: Service, ready: Ready) -> MoveClock:
    async def move(target: Target) -> str:
        moment = target if isinstance(target, datetime) else await _next_morning(service, ready)
        began = real_now()
        try:
            await service.move_clock(moment)
        except ValueError:
            raise ValueError("时钟只能向前拨") from None
        keep_clock(ready.config.database.url.reveal(), service.clock.now())
        return move_name(began, real_now())

    return move


async def _next_morning(service: Service, ready: Ready) -> datetime:
    """Half past eight of the next working day, by the company's own calendar."""
    org = await service.read(OrganisationCache().get)
    rules = rules_for(org, _top(org), ready.config.bot.undo_window)
    today = service.clock.now().astimezone(rules.zone).date()
    return datetime.combine(rules.calendar.next_working_day(today), MORNING, rules.zone)


def remarks(ready: Ready) -> list[str]:
    """What somebody at the page should know."""
    found = []
    if ready.given:
        names = "、".join(ready.given[:5]) + ("等" if len(ready.given) > 5 else "")
        count = f"{len(ready.given)}人没有企业微信账号（{names}）"
        found.append(f"{count}，演示里给了他们一个；演示页上还没有钉钉的手机")
    return found
