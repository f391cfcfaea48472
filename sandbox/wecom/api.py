"""The HTTP side of the pretend WeCom: /cgi-bin, where business errors come with HTTP 200."""

import asyncio
import inspect
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.wecom import contacts, sending, updating
from sandbox.wecom.codes import Refused
from sandbox.wecom.server import WeCom
from sandbox.wecom.tokens import Caller
from sandbox.wecom.uploads import media_get, media_upload

WECOM = web.AppKey("wecom", WeCom)
PREFIX = "/cgi-bin/"

Answer = dict[str, object]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Read = Callable[[Caller, Any], Answer]
Write = Callable[[WeCom, Caller, dict[str, Any]], Answer | Awaitable[Answer]]

READS: dict[str, Read] = {
    "user/get": contacts.user_get,
    "user/simplelist": contacts.user_simplelist,
    "user/list": contacts.user_list,
    "department/list": contacts.department_list,
    "department/simplelist": contacts.department_simplelist,
    "getcallbackip": lambda _caller, _query: {"ip_list": ["127.0.0.1"]},
    "get_api_domain_ip": lambda _caller, _query: {"ip_list": ["127.0.0.1"]},
}
WRITES: dict[str, Write] = {
    "message/send": sending.send,
    "message/recall": sending.recall,
    "message/update_template_card": updating.update_template_card,
}


def add_routes(app: web.Application) -> None:
    """Open /cgi-bin on an application that holds a `WeCom`."""
    app.router.add_get(f"{PREFIX}gettoken", _guarded(_gettoken))
    app.router.add_get(f"{PREFIX}media/get", _guarded(media_get))
    app.router.add_post(f"{PREFIX}media/upload", _guarded(media_upload))
    for path, read in READS.items():
        app.router.add_get(f"{PREFIX}{path}", _guarded(_reading(read)))
    for path, write in WRITES.items():
        app.router.add_post(f"{PREFIX}{path}", _guarded(_writing(write)))


def _reading(read: Read) -> Callable[[WeCom, web.Request], Awaitable[Answer]]:
    async def handle(wecom: WeCom, request: web.Request) -> Answer:
        return read(wecom.tokens.caller_of(request.query.get("access_token", "")), request.query)

    return handle


def _writing(write: Write) -> Callable[[WeCom, web.Request], Awaitable[Answer]]:
    async def handle(wecom: WeCom, request: web.Request) -> Answer:
        caller = wecom.tokens.caller_of(request.query.get("access_token", ""))
        answer = write(wecom, caller, await _body(request))
        return await answer if inspect.isawaitable(answer) else answer

    return handle


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError) as broken:
        raise Refused(40035, "Warning: wrong json format.") from broken
    if not isinstance(body, dict):
        raise Refused(40035, "Warning: wrong json format.")
    return body


async def _gettoken(wecom: WeCom, request: web.Request) -> Answer:
    corp_id, secret = request.query.get("corpid", ""), request.query.get("corpsecret", "")
    if not corp_id:
        raise Refused(41002)
    if not secret:
        raise Refused(41004)
    corp = wecom.corp(corp_id)
    if corp is None:
        raise Refused(40013)
    for app in corp.apps:
        if secrets.compare_digest(app.secret.encode(), secret.encode()):
            token, seconds = wecom.tokens.issue(Caller(corp, app))
            return {"access_token": token, "expires_in": seconds}
    raise Refused(40001)


def _guarded(call: Callable[[WeCom, web.Request], Awaitable[Answer | web.StreamResponse]]) -> Handler:
    """Meet the troubles that are switched on, spell refusals as JSON, and write the journal."""

    async def handle(request: web.Request) -> web.StreamResponse:
        wecom = request.app[WECOM]
        path = request.path.removeprefix(PREFIX)
        start = time.perf_counter()
        slow = wecom.faults.take(path, "slow")
        if slow:
            await asyncio.sleep(slow.seconds)
        if path != "gettoken" and wecom.faults.take(path, "stale_token"):
            wecom.tokens.expire()
        fault = wecom.faults.take(path, "errcode", "http", "drop", "lose_answer")
        if fault and fault.kind == "drop":
            return _cut(request)
        if fault and fault.kind == "http":
            return web.Response(status=fault.status, text="service unavailable")
        answer = await _answer(wecom, request, call, fault.code if fault and fault.kind == "errcode" else 0)
        took = round((time.perf_counter() - start) * 1000, 1)
        code = answer.get("errcode") if isinstance(answer, dict) else 0
        lost = fault is not None and fault.kind == "lose_answer"
        words = f"小二调用 {path}：" + ("成功" if code == 0 else f"返回 {code}")
        words += "，但应答在路上丢了" if lost else ""
        wecom.journal.note("api", words, path=path, errcode=code, ms=took)
        if lost:
            return _cut(request)
        return answer if isinstance(answer, web.StreamResponse) else _spell(answer)

    return handle


async def _answer(
    wecom: WeCom,
    request: web.Request,
    call: Callable[[WeCom, web.Request], Awaitable[Answer | web.StreamResponse]],
    forced: int,
) -> Answer | web.StreamResponse:
    try:
        if forced:
            raise Refused(forced, "switched on in the sandbox")
        answer = await call(wecom, request)
    except Refused as refused:
        return refused.answer(hint=f"{int(wecom.now())}{secrets.randbelow(10**8):08}")
    return {"errcode": 0, "errmsg": "ok", **answer} if isinstance(answer, dict) else answer


def _spell(answer: Answer) -> web.Response:
    text = json.dumps(answer, ensure_ascii=False)
    return web.Response(text=text, content_type="application/json", charset="UTF-8")


def _cut(request: web.Request) -> web.Response:
    """Break the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
