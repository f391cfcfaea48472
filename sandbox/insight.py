"""The part of the control API that looks behind the phones: what just happened, suggestions, counts."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.rig import Sandbox
from sandbox.tally import tally_of
from sandbox.trails import Trail

MOST = 8
LONGEST = 400


async def happened(sandbox: Sandbox, number: int, card: str = "") -> dict[str, Any]:
    """Everything about one gesture, or about what brought that card. Raises `LookupError`."""
    trail = sandbox.wecom.trails.of(number)
    explained = await _explained(sandbox, card or (trail.name if trail else ""))
    if card and explained:
        trail = _trail_of(sandbox, explained) or trail
    elif card and trail:
        explained = await _explained(sandbox, trail.name)
    if trail is None:
        raise LookupError("这是更早的事，经过已经不在了")
    return {
        "trail": trail.view(),
        "who": _who(sandbox, trail),
        "explained": explained,
        "explains": sandbox.explain is not None,
        "deliveries": [_delivery(sandbox, row) for row in sandbox.ledger if row.trail == trail.number],
    }


async def _explained(sandbox: Sandbox, name: str) -> dict[str, Any] | None:
    if sandbox.explain is None or not name:
        return None
    try:
        return dict(await sandbox.explain(name))
    except LookupError:
        return None


def _trail_of(sandbox: Sandbox, explained: Mapping[str, Any]) -> Trail | None:
    """The gesture that the bot names as the cause: a tap by its card, a message by its MsgId."""
    event: Mapping[str, Any] = explained.get("event") or {}
    msgid = str(event.get("key", "")).rpartition(":")[2]
    return sandbox.wecom.trails.named(str(event.get("card") or msgid))


def _who(sandbox: Sandbox, trail: Trail) -> dict[str, Any] | None:
    if trail.chat is None:
        return None
    user = sandbox.wecom.user_of(trail.chat)
    return {"name": user.name, "unit": user.unit, "title": user.title}


def _delivery(sandbox: Sandbox, row: Any) -> dict[str, Any]:
    corp = sandbox.wecom.corp(row.corp_id)
    users = [corp.user(name) if corp else None for name in row.recipients]
    names = [user.name if user else name for user, name in zip(users, row.recipients, strict=True)]
    return {
        "kind": row.kind,
        "msgtype": row.msgtype,
        "names": names,
        "at": row.taken,
        "title": str((row.body.get("main_title") or {}).get("title") or row.body.get("content") or ""),
        "task_id": row.task_id,
        "dropped": len(row.dropped),
    }


def add_routes(app: web.Application, key: web.AppKey[Sandbox]) -> None:
    """Open the three on an application that holds a `Sandbox` under `key`."""

    async def get_happened(request: web.Request) -> web.Response:
        trail, card = request.query.get("trail", ""), request.query.get("card", "")
        number = int(trail) if trail.isascii() and trail.isdecimal() else 0
        return _json(await happened(request.app[key], number, card))

    async def get_suggestions(request: web.Request) -> web.Response:
        sandbox, query = request.app[key], request.query
        text = query.get("text", "")[:LONGEST]
        if sandbox.suggest is None:
            return _json([])
        chat = sandbox.chat(query.get("userid", ""))
        found = await sandbox.suggest(chat.userid, text)
        return _json([_suggestion(one) for one in found[:MOST]])

    async def get_tally(request: web.Request) -> web.Response:
        return _json(await tally_of(request.app[key]))

    app.router.add_get("/sandbox/happened", get_happened)
    app.router.add_get("/sandbox/suggest", get_suggestions)
    app.router.add_get("/sandbox/tally", get_tally)


def _suggestion(one: Mapping[str, Any]) -> dict[str, str]:
    insert = str(one["insert"])
    return {"insert": insert, "label": str(one.get("label") or insert), "hint": str(one.get("hint") or "")}


def _json(data: object) -> web.Response:
    return web.json_response(data, dumps=lambda value: json.dumps(value, ensure_ascii=False, default=str))
