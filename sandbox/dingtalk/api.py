"""The HTTP side of the pretend DingTalk: both hosts and the Stream gateway under one prefix."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from sandbox.dingtalk import card_calls, contacts, robot, streaming, webhooks
from sandbox.dingtalk.codes import OldRefused, Refused
from sandbox.dingtalk.fields import Answer, Body, text
from sandbox.dingtalk.guard import SIGN_IN, Call, guarded, json_answer
from sandbox.dingtalk.rig import DINGTALK, DingTalk
from sandbox.dingtalk.server import Server
from sandbox.dingtalk.tokens import Caller
from sandbox.dingtalk.uploads import fetch, upload

HEADER = "x-acs-dingtalk-access-token"
XML = "<error><code>unsupported</code><message>send Accept: application/json</message></error>"

RobotCall = Callable[[Server, Caller, Body], Answer | Awaitable[Answer]]
CardCall = Callable[[Server, Any, Caller, Body], Awaitable[Answer]]
Contact = Callable[[Caller, Mapping[str, Any]], object]

ROBOT_CALLS: Mapping[str, RobotCall] = {
    # `oto` of the recall is spelled without a capital T, unlike the others; paths are compared exactly.
    "robot/oToMessages/batchSend": robot.send_to_people,
    "robot/groupMessages/send": robot.send_to_group,
    "robot/privateChatMessages/send": robot.send_to_group,
    "robot/otoMessages/batchRecall": robot.recall,
    "robot/groupMessages/recall": robot.group_recall,
    "robot/groupMessages/query": robot.group_read_status,
}
CARD_CALLS: Mapping[tuple[str, str], CardCall] = {
    ("POST", "card/instances"): card_calls.create,
    ("POST", "card/instances/deliver"): card_calls.deliver,
    ("POST", "card/instances/createAndDeliver"): card_calls.create_and_deliver,
    ("PUT", "card/instances"): card_calls.update,
    ("PUT", "card/streaming"): streaming.stream,
    ("POST", "card/callbacks/register"): card_calls.register,
}
CONTACT_CALLS: Mapping[str, Contact] = {
    "topapi/v2/user/get": contacts.user_get,
    "topapi/v2/user/getbymobile": contacts.user_by_mobile,
    "topapi/user/getbyunionid": contacts.user_by_union_id,
    "topapi/v2/user/list": contacts.user_list,
    "topapi/v2/department/listsub": contacts.department_list,
    "topapi/v2/department/get": contacts.department_get,
}


def add_routes(app: web.Application, prefix: str) -> None:
    """Open both hosts on an application that holds a `DingTalk`.

    Sends and cards meet the faults of `message/…`, tokens those of `gettoken`: the same switches as WeCom.
    """
    post, get = app.router.add_post, app.router.add_get
    post(f"{prefix}/v1.0/oauth2/accessToken", guarded(SIGN_IN, _access_token))
    get(f"{prefix}/gettoken", guarded(SIGN_IN, _gettoken, old=True))
    post(f"{prefix}/v1.0/gateway/connections/open", guarded("gateway/open", _open))
    get(f"{prefix}/connect", _connect)
    for path, call in ROBOT_CALLS.items():
        post(f"{prefix}/v1.0/{path}", guarded(f"message/{path}", _robot_call(call)))
    for (method, path), card_call in CARD_CALLS.items():
        handler = guarded(f"message/{path}", _card_call(card_call))
        app.router.add_route(method, f"{prefix}/v1.0/{path}", handler)
    get(f"{prefix}/v1.0/robot/oToMessages/readStatus", guarded("readStatus", _read_status))
    post(f"{prefix}/v1.0/robot/messageFiles/download", guarded("media/download", _download))
    get(f"{prefix}/files/{{name}}", guarded("media/file", fetch))
    post(f"{prefix}/media/upload", guarded("media/upload", upload, old=True))
    post(f"{prefix}/robot/sendBySession", guarded("message/session", _by_session, old=True))
    post(f"{prefix}/robot/send", guarded("message/webhook", _by_robot, old=True))
    for path, contact in CONTACT_CALLS.items():
        post(f"{prefix}/{path}", guarded(path, _contact_call(contact), old=True))
    app.router.add_route("*", f"{prefix}/{{unknown:.*}}", _not_found)


async def body_of(request: web.Request) -> Body:
    """The JSON object of a call to the new host. Raises `Refused`."""
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError) as broken:
        raise Refused("InvalidParameter", "the body is not JSON") from broken
    if not isinstance(body, dict):
        raise Refused("InvalidParameter", "the body is not a JSON object")
    return body


def _by_header(dingtalk: DingTalk, request: web.Request) -> Caller:
    return dingtalk.server.tokens.caller_of(request.headers.get(HEADER, ""))


async def _access_token(dingtalk: DingTalk, request: web.Request) -> Answer:
    body = await body_of(request)
    caller = dingtalk.server.app_of(body.get("appKey"), body.get("appSecret"))
    if caller is None:
        raise Refused("invalidClientIdOrSecret", "无效的clientId或者clientSecret")
    token, seconds = dingtalk.server.tokens.issue(caller)
    return {"accessToken": token, "expireIn": seconds}


async def _gettoken(dingtalk: DingTalk, request: web.Request) -> Answer:
    query = request.query
    caller = dingtalk.server.app_of(query.get("appkey"), query.get("appsecret"))
    if caller is None:
        raise OldRefused(40089)
    token, seconds = dingtalk.server.tokens.issue(caller)
    return {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": seconds}


async def _open(dingtalk: DingTalk, request: web.Request) -> Answer | web.StreamResponse:
    body = await body_of(request)
    opened = dingtalk.gateway.open(body, f"ws://{request.host}{dingtalk.prefix}/connect")
    if "application/json" not in request.headers.get("Accept", ""):
        return web.Response(text=XML, content_type="application/xml")
    return opened


async def _connect(request: web.Request) -> web.StreamResponse:
    return await request.app[DINGTALK].gateway.connect(request)


def _robot_call(call: RobotCall) -> Call:
    async def handle(dingtalk: DingTalk, request: web.Request) -> Answer:
        caller = _by_header(dingtalk, request)
        answer = call(dingtalk.server, caller, await body_of(request))
        return answer if isinstance(answer, dict) else await answer

    return handle


def _card_call(call: CardCall) -> Call:
    async def handle(dingtalk: DingTalk, request: web.Request) -> Answer:
        caller = _by_header(dingtalk, request)
        return await call(dingtalk.server, dingtalk.cards, caller, await body_of(request))

    return handle


async def _read_status(dingtalk: DingTalk, request: web.Request) -> Answer:
    return robot.read_status(dingtalk.server, _by_header(dingtalk, request), request.query)


async def _download(dingtalk: DingTalk, request: web.Request) -> Answer:
    caller, body = _by_header(dingtalk, request), await body_of(request)
    dingtalk.server.check_robot(caller, body.get("robotCode"))
    code = text(body, "downloadCode", "invalidParameter.downloadCode")
    name = dingtalk.server.media.link(code, caller.app.robot)
    return {"downloadUrl": f"{dingtalk.api_base}/files/{name}"}


def _json_only(request: web.Request) -> None:
    if request.content_type != "application/json":
        raise OldRefused(43004)


async def _by_session(dingtalk: DingTalk, request: web.Request) -> Answer:
    _json_only(request)
    return await webhooks.by_session(dingtalk.server, request.query, await request.read())


async def _by_robot(dingtalk: DingTalk, request: web.Request) -> Answer:
    _json_only(request)
    return await webhooks.by_robot(dingtalk.server, dingtalk.robots, request.query, await request.read())


def _contact_call(call: Contact) -> Call:
    async def handle(dingtalk: DingTalk, request: web.Request) -> Answer:
        caller = dingtalk.server.tokens.caller_of(request.query.get("access_token", ""))
        result = call(caller, await _fields(request))
        return {"errcode": 0, "errmsg": "ok", "request_id": "sandbox", "result": result}

    return handle


async def _fields(request: web.Request) -> Mapping[str, Any]:
    """The fields of a call to the old host, which takes JSON and forms. Raises `OldRefused`."""
    if request.content_type != "application/json":
        return dict(await request.post())
    try:
        body = json.loads(await request.read() or b"{}")
    except (ValueError, RecursionError) as broken:
        raise OldRefused(400002) from broken
    if not isinstance(body, dict):
        raise OldRefused(400002)
    return body


async def _not_found(_: web.Request) -> web.Response:
    words = "Specified api is not found, please check your url and method."
    return json_answer(Refused("InvalidAction.NotFound", words).answer(), 404)
