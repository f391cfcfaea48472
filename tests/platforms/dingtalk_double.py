"""A small real server in DingTalk's place, with a ledger of what it was asked and answers to give first."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bot.platforms.dingtalk.connection import DingtalkConnection
from tests.platforms.dingtalk_post import CORP, NOW, ROBOT, SECRET, SIGNER

TEMPLATE = "11111111-2222-4333-8444-555555555555.schema"
Answer = tuple[int, Any] | Callable[[web.Request], Awaitable[web.StreamResponse]]
Made = Callable[..., DingtalkConnection]


class Clock:
    """Real time that moves when told."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@dataclass
class Pretend:
    """DingTalk's two hosts in one."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    logins: list[Answer] = field(default_factory=list)
    good: set[str] = field(default_factory=set)
    count: int = 0

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/v1.0/oauth2/accessToken", self.token)
        app.router.add_post("/robot/sendBySession", self.session)
        app.router.add_route("*", "/v1.0/{rest:.*}", self.api)
        return app

    def asked(self, path: str) -> list[dict[str, Any]]:
        """The bodies of the calls that ended in `path`."""
        return [body for called, body in self.calls if called.endswith(path)]

    async def token(self, request: web.Request) -> web.StreamResponse:
        self.count += 1
        if self.logins:
            return await _given(self.logins.pop(0), request)
        body = await request.json()
        if body != {"appKey": ROBOT, "appSecret": SECRET}:
            return web.json_response({"code": "invalidClientIdOrSecret"}, status=400)
        self.good = {f"token-{self.count}"}
        return web.json_response({"accessToken": f"token-{self.count}", "expireIn": 7200})

    async def session(self, request: web.Request) -> web.StreamResponse:
        assert "x-acs-dingtalk-access-token" not in request.headers
        return await self.taken(request, {"errcode": 0, "errmsg": "ok"})

    async def api(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("x-acs-dingtalk-access-token") not in self.good:
            return web.json_response({"code": "InvalidAuthentication"}, status=400)
        good: dict[str, Any] = {"success": True, "result": True}
        if request.path.endswith("createAndDeliver"):
            delivered = {"spaceType": "IM_ROBOT", "success": True, "carrierId": "pqk-1"}
            good["result"] = {"deliverResults": [delivered]}
        if request.path.endswith(("batchSend", "messages/send")):
            good = {"processQueryKey": "pqk-2", "invalidStaffIdList": []}
        return await self.taken(request, good)

    async def taken(self, request: web.Request, good: dict[str, Any]) -> web.StreamResponse:
        body = json.loads(await request.read())
        if self.answers:
            return await _given(self.answers.pop(0), request)
        self.calls.append((f"{request.method} {request.path}", body))
        return web.json_response(good)


async def _given(answer: Answer, request: web.Request) -> web.StreamResponse:
    if callable(answer):
        return await answer(request)
    status, body = answer
    if isinstance(body, str):
        return web.Response(text=body, status=status, content_type="text/html")
    return web.json_response(body, status=status)


def connected(
    session: aiohttp.ClientSession, base: str, clock: Callable[[], float], **changes: Any
) -> DingtalkConnection:
    """Our app `ding` at the pretend DingTalk, with the card template unless told otherwise."""
    given: dict[str, Any] = {
        "name": "ding", "corp_id": CORP, "client_id": ROBOT, "client_secret": SECRET, "robot_code": "",
        "card_template": TEMPLATE, "api_base": base, "oapi_base": base, "signer": SIGNER,
        "session": session, "clock": clock, "timeout": aiohttp.ClientTimeout(total=2), "spacing": 0.001,
    }  # fmt: skip
    return DingtalkConnection(**(given | changes))
