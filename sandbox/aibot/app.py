"""The doors of smart bots on an aiohttp application: response_url, files, and the long connection."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from sandbox.aibot import sockets
from sandbox.aibot.answering import Answer, answered, object_of
from sandbox.aibot.files import PATH as FILES
from sandbox.aibot.files import respond_with
from sandbox.aibot.responding import respond
from sandbox.aibot.rig import SOCKET, AibotSandbox
from sandbox.aibot.vouchers import PATH as RESPONSE

AIBOTS = web.AppKey("aibots", Sequence[AibotSandbox])


def add_routes(app: web.Application, sandboxes: Sequence[AibotSandbox]) -> None:
    """Serve these bots; the client sessions live as long as the application."""
    app[AIBOTS] = sandboxes
    app.cleanup_ctx.append(_clients)
    app.on_shutdown.append(_close)
    app.router.add_post(RESPONSE, _respond)
    app.router.add_get(FILES + "{name}", _file)
    app.router.add_get(SOCKET, _socket)


async def _respond(request: web.Request) -> web.StreamResponse:
    code = request.query.get("response_code", "")
    sandboxes = request.app[AIBOTS]
    found = next((one for one in sandboxes if one.aibot.vouchers.has(code)), sandboxes[0])
    aibot = found.aibot

    async def call() -> Answer:
        return await respond(aibot, code, object_of(await request.read()))

    return await answered(request, "aibot/response", aibot.journal, aibot.faults, call)


async def _file(request: web.Request) -> web.StreamResponse:
    found = (one.aibot.files.find(request.path) for one in request.app[AIBOTS])
    return respond_with(next((stored for stored in found if stored), None))


async def _socket(request: web.Request) -> web.StreamResponse:
    lines = {one.aibot.bot.bot_id: one.line for one in request.app[AIBOTS]}
    return await sockets.serve(request, lines)


async def _clients(app: web.Application) -> AsyncIterator[None]:
    for one in app[AIBOTS]:
        one.callbacks.open()
    yield
    for one in app[AIBOTS]:
        await one.callbacks.close()


async def _close(app: web.Application) -> None:
    for one in app[AIBOTS]:
        await one.polls.close()
        await one.line.close()


@asynccontextmanager
async def running(*sandboxes: AibotSandbox, port: int = 0) -> AsyncIterator[None]:
    """Serve bots alone on loopback; their addresses are known afterwards."""
    app = web.Application()
    add_routes(app, sandboxes)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        for one in sandboxes:
            one.aibot.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield
    finally:
        await runner.cleanup()
