"""The WebSocket door of long connections: frames in, acknowledgements out."""

import asyncio
from collections.abc import Mapping

from aiohttp import WSMsgType, web

from sandbox.aibot.answering import Answer, refusal
from sandbox.aibot.commands import run
from sandbox.aibot.frames import Frame, acknowledged, read, req_id_of
from sandbox.aibot.line import Connection, Line
from sandbox.wecom.codes import Refused

LARGEST_FRAME = 2 * 1024 * 1024
OK: Answer = {"errcode": 0, "errmsg": "ok"}


async def serve(request: web.Request, lines: Mapping[str, Line]) -> web.WebSocketResponse:
    """One connection from its first frame to its end; the first one must subscribe."""
    ws = web.WebSocketResponse(heartbeat=30, max_msg_size=LARGEST_FRAME)
    await ws.prepare(request)
    connection = Connection(request, ws)
    line: Line | None = None
    try:
        async for message in ws:
            if message.type is not WSMsgType.TEXT:
                continue
            line = await _one(connection, line, lines, message.data)
    finally:
        if line is not None:
            line.leave(connection)
    return ws


async def _one(connection: Connection, line: Line | None, lines: Mapping[str, Line], raw: str) -> Line | None:
    """Answer one frame; from its subscription on a connection belongs to a bot."""
    try:
        frame = read(raw)
        if frame.cmd == "aibot_subscribe":
            line, answer = _subscribe(connection, lines, frame), OK
        elif line is None:
            raise Refused(846609)
        else:
            return await _obey(connection, line, frame)
    except Refused as refused:
        answer = refusal(refused)
    await _acknowledge(connection, req_id_of(raw), answer)
    return line


def _subscribe(connection: Connection, lines: Mapping[str, Line], frame: Frame) -> Line:
    bot_id = frame.body.get("bot_id")
    line = lines.get(bot_id) if isinstance(bot_id, str) else None
    if line is None:
        raise Refused(40001)
    line.subscribe(connection, frame.body)
    return line


async def _obey(connection: Connection, line: Line, frame: Frame) -> Line:
    """Run one command and meet the troubles that are switched on for it."""
    aibot, path = line.aibot, f"aibot/{frame.cmd}"
    slow = aibot.faults.take(path, "slow")
    if slow:
        await asyncio.sleep(slow.seconds)
    fault = aibot.faults.take(path, "errcode", "drop", "lose_answer")
    if fault and fault.kind == "drop":
        return line
    try:
        if fault and fault.kind == "errcode":
            raise Refused(fault.code, "switched on in the sandbox")
        answer = {**OK, **await run(line, connection, frame)}
    except Refused as refused:
        answer = refusal(refused)
    code = answer["errcode"]
    words = f"小二发来 {frame.cmd}：" + ("成功" if code == 0 else f"返回 {code}")
    aibot.journal.note("api", words, path=path, errcode=code)
    if not (fault and fault.kind == "lose_answer"):
        await _acknowledge(connection, frame.req_id, answer)
    return line


async def _acknowledge(connection: Connection, req_id: str, answer: Answer) -> None:
    if not connection.ws.closed:
        await connection.ws.send_str(acknowledged(req_id, answer))
