"""The aiohttp application of the sandbox: pretend WeCom, control API and page under one address."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web

from sandbox import control
from sandbox.clock import DEFAULT_ZONE, MoveClock, ReadClock
from sandbox.control import SANDBOX
from sandbox.doors import add_headers, own_machine_only, spell_problems
from sandbox.pages import add_page
from sandbox.rig import Explain, Sandbox
from sandbox.wecom import api
from sandbox.wecom.corp import Corp

__all__ = ["SANDBOX", "Sandbox", "application", "make_app", "running"]

# The largest media file as base64 from the page, with the frame around it.
LARGEST_REQUEST = 29 * 1024 * 1024


def make_app(
    corps: Sequence[Corp],
    *,
    read_clock: ReadClock,
    move_clock: MoveClock,
    explain: Explain | None = None,
    phones: Sequence[str] = (),
    zone: ZoneInfo = DEFAULT_ZONE,
    font: Path | None = None,
) -> web.Application:
    """The whole sandbox as one application; `app[SANDBOX]` is the `Sandbox` in it.

    `phones` are the userids shown first; `font` is a WOFF2 file for machines without Chinese fonts.
    """
    sandbox = Sandbox(
        corps, read_clock=read_clock, move_clock=move_clock, explain=explain, phones=phones, zone=zone
    )
    return application(sandbox, font=font)


def application(sandbox: Sandbox, *, font: Path | None = None) -> web.Application:
    """An application around a sandbox that exists already."""
    app = web.Application(client_max_size=LARGEST_REQUEST, middlewares=[own_machine_only, spell_problems])
    app[SANDBOX] = sandbox
    app[api.WECOM] = sandbox.wecom
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(_end_listening)
    app.cleanup_ctx.append(_client)
    api.add_routes(app)
    control.add_routes(app)
    add_page(app, font)
    return app


async def _client(app: web.Application) -> AsyncIterator[None]:
    app[SANDBOX].callbacks.open()
    yield
    await app[SANDBOX].callbacks.close()


async def _end_listening(app: web.Application) -> None:
    app[SANDBOX].wecom.journal.close()


@asynccontextmanager
async def running(sandbox: Sandbox, *, port: int = 0, font: Path | None = None) -> AsyncIterator[Sandbox]:
    """Serve a sandbox on loopback; afterwards `sandbox.url` and `sandbox.api_base` are known."""
    runner = web.AppRunner(application(sandbox, font=font), access_log=None, shutdown_timeout=1.0)
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
