"""The aiohttp application of the sandbox: pretend WeCom, control API and page under one address."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

from aiohttp import web

from sandbox import control
from sandbox.clock import DEFAULT_ZONE, MoveClock, ReadClock
from sandbox.control import SANDBOX
from sandbox.doors import add_headers, own_machine_only, spell_problems
from sandbox.pages import add_page
from sandbox.people import steps_of
from sandbox.places import SPOTS, Spot
from sandbox.rig import Count, Explain, Sandbox, Suggest
from sandbox.tour import Step
from sandbox.wecom import api
from sandbox.wecom.corp import Corp

__all__ = ["SANDBOX", "Sandbox", "Spot", "Step", "application", "make_app", "running"]

# The largest media file as base64 from the page, with the frame around it.
LARGEST_REQUEST = 29 * 1024 * 1024


def make_app(
    corps: Sequence[Corp],
    *,
    read_clock: ReadClock,
    move_clock: MoveClock,
    explain: Explain | None = None,
    suggest: Suggest | None = None,
    tally: Count | None = None,
    tour: Sequence[Step] = (),
    places: Sequence[Spot] = SPOTS,
    phones: Sequence[str] = (),
    zone: ZoneInfo = DEFAULT_ZONE,
) -> web.Application:
    """The whole sandbox as one application; `app[SANDBOX]` is the `Sandbox` in it.

    `phones` are the userids shown first. What the bot knows comes as functions: `explain(name)` what happened
    around an event, `suggest(userid, text)` what one may type, `tally()` what it queued and sent.
    Raises `LookupError` when a step of the `tour` is somebody's who does not exist.
    """
    sandbox = Sandbox(
        corps, read_clock=read_clock, move_clock=move_clock, explain=explain, suggest=suggest, tally=tally,
        tour=tour, places=places, phones=phones, zone=zone,
    )  # fmt: skip
    return application(sandbox)


def application(sandbox: Sandbox) -> web.Application:
    """An application around a sandbox that exists already. Raises as `make_app`."""
    steps_of(sandbox)
    app = web.Application(client_max_size=LARGEST_REQUEST, middlewares=[own_machine_only, spell_problems])
    app[SANDBOX] = sandbox
    app[api.WECOM] = sandbox.wecom
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(_end_listening)
    app.cleanup_ctx.append(_client)
    api.add_routes(app)
    control.add_routes(app)
    add_page(app)
    return app


async def _client(app: web.Application) -> AsyncIterator[None]:
    app[SANDBOX].callbacks.open()
    yield
    await app[SANDBOX].callbacks.close()


async def _end_listening(app: web.Application) -> None:
    app[SANDBOX].wecom.journal.close()


@asynccontextmanager
async def running(sandbox: Sandbox, *, port: int = 0) -> AsyncIterator[Sandbox]:
    """Serve a sandbox on loopback; afterwards `sandbox.url` and `sandbox.api_base` are known."""
    runner = web.AppRunner(application(sandbox), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        sandbox.url = f"http://127.0.0.1:{_port(runner)}"
        yield sandbox
    finally:
        await runner.cleanup()


def _port(runner: web.AppRunner) -> int:
    return int(runner.addresses[0][1])
