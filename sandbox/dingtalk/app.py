"""The pretend DingTalk as an aiohttp application of its own, or as a part of the sandbox's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from sandbox.dingtalk.api import add_routes
from sandbox.dingtalk.rig import DINGTALK, DingTalk

LARGEST_REQUEST = 29 * 1024 * 1024


def mount(app: web.Application, dingtalk: DingTalk) -> None:
    """Open the platform under its prefix on an application."""
    app[DINGTALK] = dingtalk
    app.cleanup_ctx.append(_client)
    app.on_shutdown.append(_end_connections)
    add_routes(app, dingtalk.prefix)


async def _client(app: web.Application) -> AsyncIterator[None]:
    posting = app[DINGTALK].callbacks.posting
    posting.open()
    yield
    await posting.close()


async def _end_connections(app: web.Application) -> None:
    await app[DINGTALK].gateway.stop()
    app[DINGTALK].server.journal.close()


@asynccontextmanager
async def running(dingtalk: DingTalk, *, port: int = 0) -> AsyncIterator[DingTalk]:
    """Serve it on loopback; afterwards `dingtalk.api_base` is known."""
    app = web.Application(client_max_size=LARGEST_REQUEST)
    mount(app, dingtalk)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        dingtalk.listen_on(f"http://127.0.0.1:{int(runner.addresses[0][1])}")
        yield dingtalk
    finally:
        await runner.cleanup()
