"""What every call goes through: the troubles that are switched on, refusals spelled out, the journal."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web

from sandbox.dingtalk.codes import FORCED, OldRefused, Refused
from sandbox.dingtalk.rig import DINGTALK, DingTalk
from sandbox.dingtalk.tokens import BadToken

Answer: TypeAlias = dict[str, object] | web.StreamResponse
Call = Callable[[DingTalk, web.Request], Awaitable[Answer]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SIGN_IN = "gettoken"
TOO_FAST = 90018
HTML = "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>"
TIMED_OUT = "isp.top-remote-connection-timeout"


def guarded(path: str, call: Call, *, old: bool = False) -> Handler:
    """A handler that meets faults under the name `path`; `old` answers errors with errcode and HTTP 200."""

    async def handle(request: web.Request) -> web.StreamResponse:
        dingtalk = request.app[DINGTALK]
        server, faults = dingtalk.server, dingtalk.server.faults
        start = time.perf_counter()
        if slow := faults.take(path, "slow"):
            await asyncio.sleep(slow.seconds)
        if path != SIGN_IN and faults.take(path, "stale_token"):
            server.tokens.expire()
        if server.troubles.take("html", path):
            return web.Response(status=503, text=HTML, content_type="text/html")
        fault = faults.take(path, "errcode", "http", "drop", "lose_answer")
        kind = fault.kind if fault else ""
        if kind == "drop":
            return _cut(request)
        if fault and kind == "http":
            return web.Response(status=fault.status, text="service unavailable")
        try:
            if fault and kind == "errcode":
                raise _forced(fault.code, old=old)
            if not dingtalk.pace.allow(path, request):
                raise _forced(TOO_FAST, old=old)
            answer = await call(dingtalk, request)
            word = "成功"
        except (Refused, OldRefused, BadToken) as refused:
            answer, word = _spelled(refused, dingtalk, old=old), f"返回 {_code(refused, old=old)}"
        late = server.troubles.take("late_504", path)
        word += "，但应答在路上丢了" if kind == "lose_answer" or late else ""
        ms = round((time.perf_counter() - start) * 1000, 1)
        server.journal.note("api", f"小二调用 {path}：{word}", path=path, ms=ms)
        if kind == "lose_answer":
            return _cut(request)
        if late:
            answer = OldRefused(15, TIMED_OUT).answer() if old else _late()
        return answer if isinstance(answer, web.StreamResponse) else json_answer(answer)

    return handle


def json_answer(answer: dict[str, object], status: int = 200) -> web.Response:
    """JSON as the platform writes it, Chinese as it is."""
    text = json.dumps(answer, ensure_ascii=False)
    return web.Response(status=status, text=text, content_type="application/json", charset="utf-8")


def _forced(code: int, *, old: bool) -> Refused | OldRefused:
    status, name, errcode = FORCED.get(code, (400, f"sandbox.{code}", code))
    if old:
        return OldRefused(errcode)
    scopes = {"accessdenieddetail": {"requiredScopes": ["Card.Instance.Write"]}} if code == 60011 else {}
    return Refused(name, "switched on in the sandbox", status, **scopes)


def _code(refused: Refused | OldRefused | BadToken, *, old: bool) -> str:
    if isinstance(refused, BadToken):
        return ("42001" if refused.expired else "40014") if old else "InvalidAuthentication"
    return str(refused.errcode if isinstance(refused, OldRefused) else refused.code)


def _spelled(refused: Refused | OldRefused | BadToken, dingtalk: DingTalk, *, old: bool) -> Answer:
    if isinstance(refused, BadToken):
        if old:
            return OldRefused(42001 if refused.expired else 40014).answer()
        body = Refused("InvalidAuthentication", "不合法的access_token").answer()
        return json_answer(body, dingtalk.bad_token_status)
    if isinstance(refused, OldRefused):
        return refused.answer()
    return json_answer(refused.answer(), refused.status)


def _late() -> web.Response:
    return json_answer(Refused(TIMED_OUT, "service timeout").answer(), 504)


def _cut(request: web.Request) -> web.Response:
    """Break the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
