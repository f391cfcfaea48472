"""Answers of the platform: errcode, errmsg with a hint, and the troubles that are switched on."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.wecom.codes import Refused

Answer = dict[str, object]
MEANINGS: Mapping[int, str] = {
    40050: "invalid chatid",
    846605: "invalid req_id",
    846608: "stream message update expired",
    846609: "aibot websocket not subscribed",
    93000: "invalid webhook url",
    93004: "robot is disabled",
    93008: "robot is not in the group",
}


def refusal(refused: Refused) -> Answer:
    """The body of a refusal."""
    answer = refused.answer(hint=str(secrets.randbelow(10**18)))
    meaning = MEANINGS.get(refused.code)
    if meaning:
        answer["errmsg"] = str(answer["errmsg"]).replace("error", meaning, 1)
    return answer


def object_of(raw: str | bytes) -> dict[str, Any]:
    """The JSON object in these bytes. Raises `Refused` 40035."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as broken:
        raise Refused(40035, "Warning: wrong json format.") from broken
    if not isinstance(found, dict):
        raise Refused(40035, "Warning: wrong json format.")
    return found


async def answered(
    request: web.Request, path: str, journal: Journal, faults: Faults, call: Callable[[], Awaitable[Answer]]
) -> web.StreamResponse:
    """Run one call: business errors come with HTTP 200, and every answer is written into the journal."""
    slow = faults.take(path, "slow")
    if slow:
        await asyncio.sleep(slow.seconds)
    fault = faults.take(path, "errcode", "http", "drop", "lose_answer")
    if fault and fault.kind == "drop":
        return _cut(request)
    if fault and fault.kind == "http":
        return web.Response(status=fault.status, text="service unavailable")
    try:
        if fault and fault.kind == "errcode":
            raise Refused(fault.code, "switched on in the sandbox")
        answer: Answer = {"errcode": 0, "errmsg": "ok", **await call()}
    except Refused as refused:
        answer = refusal(refused)
    code = answer["errcode"]
    journal.note(
        "api", f"小二调用 {path}：" + ("成功" if code == 0 else f"返回 {code}"), path=path, errcode=code
    )
    if fault and fault.kind == "lose_answer":
        return _cut(request)
    text = json.dumps(answer, ensure_ascii=False)
    return web.Response(text=text, content_type="application/json", charset="UTF-8")


def _cut(request: web.Request) -> web.Response:
    """Break the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
