"""The control API under /sandbox: what the page reads, posts and listens to."""

import asyncio
import json
from contextlib import suppress
from dataclasses import asdict
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel

from sandbox import insight
from sandbox.clock import Move
from sandbox.faults import Fault
from sandbox.journal import Listener
from sandbox.people import state_of
from sandbox.requests import SAY, Flip, SayEnter, SayLink, SayLocation, SayText, Tap, Trouble
from sandbox.rig import Sandbox
from sandbox.switches import switches_of, turn
from sandbox.wecom.callbacks import Outcome
from sandbox.wecom.selections import check_live
from sandbox.wecom.uploads import respond_with

SANDBOX = web.AppKey("sandbox", Sandbox)
KEEP_ALIVE_SECONDS = 15.0

M = TypeVar("M", bound=BaseModel)


def add_routes(app: web.Application) -> None:
    """Open /sandbox on an application that holds a `Sandbox`."""
    app.router.add_get("/sandbox/state", _state)
    app.router.add_get("/sandbox/talk", _talk)
    app.router.add_get("/sandbox/ledger", _ledger)
    app.router.add_get("/sandbox/events", _events)
    app.router.add_get("/sandbox/explain/{msgid}", _explain)
    app.router.add_get("/sandbox/media/{media_id}", _media)
    app.router.add_post("/sandbox/say", _say)
    app.router.add_post("/sandbox/tap", _tap)
    app.router.add_post("/sandbox/clock", _clock)
    app.router.add_post("/sandbox/fault", _fault)
    app.router.add_post("/sandbox/switch", _switch)
    app.router.add_post("/sandbox/reset-faults", _reset_faults)
    insight.add_routes(app, SANDBOX)


async def _state(request: web.Request) -> web.Response:
    return _json(await state_of(request.app[SANDBOX]))


async def _talk(request: web.Request) -> web.Response:
    sandbox, query = request.app[SANDBOX], request.query
    agent = query.get("agent", "")
    try:
        chat = sandbox.chat(query.get("userid", ""), query.get("corp"), int(agent) if agent else None)
    except (LookupError, ValueError) as unknown:
        return _problem(404, str(unknown))
    return _json({"bubbles": [bubble.view() for bubble in sandbox.wecom.talks.of(chat)]})


async def _ledger(request: web.Request) -> web.Response:
    return _json({"deliveries": [delivery.view() for delivery in request.app[SANDBOX].ledger]})


async def _say(request: web.Request) -> web.Response:
    sandbox = request.app[SANDBOX]
    said = SAY.validate_json(await request.read())
    chat = sandbox.chat(said.userid, said.corp, said.agent)
    match said:
        case SayText():
            outcome = await sandbox.gestures.say(chat, said.content)
        case SayLocation():
            outcome = await sandbox.send_location(chat, said.latitude, said.longitude, said.label)
        case SayLink():
            outcome = await sandbox.send_link(chat, said.title, said.description, said.url)
        case SayEnter():
            outcome = await sandbox.gestures.enter(chat)
        case _:
            outcome = await sandbox.send_medium(chat, said.type, said.name, said.data, said.words)
    return _json(_outcome(outcome))


async def _tap(request: web.Request) -> web.Response:
    sandbox = request.app[SANDBOX]
    tap = await _read(request, Tap)
    chat = sandbox.chat(tap.userid, tap.corp, tap.agent)
    card = next((b for b in sandbox.wecom.talks.of(chat) if b.task_id == tap.task_id), None)
    if card is None:
        raise LookupError("没有这张卡片")
    check_live(card)
    return _json(_outcome(await sandbox.gestures.tap(card, tap.key, tap.selected)))


async def _clock(request: web.Request) -> web.Response:
    return _json(await request.app[SANDBOX].move(await _read(request, Move)))


async def _fault(request: web.Request) -> web.Response:
    sandbox = request.app[SANDBOX]
    trouble = await _read(request, Trouble)
    answer: dict[str, object] = {}
    match trouble.kind:
        case "expire_tokens":
            sandbox.wecom.tokens.expire()
        case "revoke_tokens":
            sandbox.wecom.tokens.revoke()
        case "expire_responses":
            sandbox.wecom.responses.expire()
        case "redeliver":
            answer = _outcome(await sandbox.redeliver(exact=trouble.exact))
        case "rate_limited":
            sandbox.wecom.faults.add(Fault("errcode", trouble.path, trouble.times, code=45009))
        case kind:
            lasting = trouble.model_dump(exclude={"kind", "exact"})
            sandbox.wecom.faults.add(Fault(kind, **lasting))
    sandbox.wecom.journal.note("fault", f"故障开关：{trouble.kind}")
    return _json({**answer, "faults": _tell_faults(sandbox)})


async def _switch(request: web.Request) -> web.Response:
    sandbox = request.app[SANDBOX]
    flip = await _read(request, Flip)
    switch = turn(sandbox.wecom.faults, flip.name, on=flip.on)
    sandbox.wecom.journal.note("fault", f"{switch.words}：{'打开' if flip.on else '关闭'}")
    return _json({"faults": _tell_faults(sandbox), "switches": switches_of(sandbox.wecom.faults)})


async def _reset_faults(request: web.Request) -> web.Response:
    sandbox = request.app[SANDBOX]
    sandbox.wecom.faults.reset()
    sandbox.wecom.journal.note("fault", "故障开关：全部恢复正常")
    return _json({"faults": _tell_faults(sandbox)})


def _tell_faults(sandbox: Sandbox) -> list[dict[str, object]]:
    view = sandbox.wecom.faults.view()
    switches = switches_of(sandbox.wecom.faults)
    sandbox.wecom.journal.tell("faults", {"faults": view, "switches": switches})
    return view


async def _explain(request: web.Request) -> web.Response:
    explain = request.app[SANDBOX].explain
    if explain is None:
        return _problem(404, "没有接上讲解")
    try:
        return _json(dict(await explain(request.match_info["msgid"])))
    except LookupError:
        return _problem(404, "没有找到这条消息的经过")


async def _media(request: web.Request) -> web.StreamResponse:
    medium = request.app[SANDBOX].wecom.media.find(request.match_info["media_id"])
    return _problem(404, "没有这个文件，或已过三天") if medium is None else respond_with(medium)


async def _events(request: web.Request) -> web.StreamResponse:
    """Server-sent events until the page goes away or the sandbox ends."""
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    )
    with request.app[SANDBOX].wecom.journal.listening() as news, suppress(ConnectionError):
        await response.prepare(request)
        await response.write(b"retry: 1000\n\n")
        while (line := await _next_line(news)) is not None:
            await response.write(line)
    return response


async def _next_line(news: Listener) -> bytes | None:
    """The next event as it goes over the wire, a sign of life after a quiet while, `None` at the end."""
    try:
        async with asyncio.timeout(KEEP_ALIVE_SECONDS):
            piece = await news.get()
    except TimeoutError:
        return b": still here\n\n"
    if piece is None:
        return None
    data = json.dumps(piece.data, ensure_ascii=False, default=str)
    return f"event: {piece.kind}\ndata: {data}\n\n".encode()


async def _read(request: web.Request, model: type[M]) -> M:
    return model.model_validate_json(await request.read())


def _outcome(outcome: Outcome) -> dict[str, object]:
    told = asdict(outcome)
    del told["reply"]
    return {"arrived": outcome.arrived, **told}


def _json(data: object) -> web.Response:
    return web.json_response(data, dumps=lambda value: json.dumps(value, ensure_ascii=False, default=str))


def _problem(status: int, words: str) -> web.Response:
    return web.json_response({"problem": words}, status=status)
