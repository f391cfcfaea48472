"""Who can be put on a phone, and everything else the page needs for its first view."""

from dataclasses import asdict
from itertools import islice
from typing import Any

from sandbox.rig import Sandbox
from sandbox.switches import switches_of
from sandbox.talks import Chat

PHONES = 3
JOURNAL_LINES = 100


async def state_of(sandbox: Sandbox) -> dict[str, Any]:
    """People with unit and role, connections, clock, suggested phones, faults, newest journal lines."""
    wecom = sandbox.wecom
    lines = list(wecom.journal.entries)[-JOURNAL_LINES:]
    return {
        "run": sandbox.run,
        "people": people_of(sandbox),
        "connections": connections_of(sandbox),
        "clock": await sandbox.clock_view(),
        "phones": [chat.view() for chat in phones_of(sandbox)],
        "faults": wecom.faults.view(),
        "switches": switches_of(wecom.faults),
        "explain": sandbox.explain is not None,
        "suggest": sandbox.suggest is not None,
        "tour": steps_of(sandbox),
        "places": [asdict(place) for place in sandbox.places],
        "newest": wecom.trails.cause,
        "journal": [asdict(line) for line in lines],
    }


def people_of(sandbox: Sandbox) -> list[dict[str, Any]]:
    """One entry for every member and app that sees them."""
    return [
        {
            "platform": "wecom",
            "corp": corp.corp_id,
            "corp_name": corp.name,
            "agent": app.agent_id,
            "app_name": app.name,
            "userid": user.userid,
            "name": user.name,
            "title": user.title,
            "unit": user.unit,
            "role": user.role,
        }
        for corp in sandbox.wecom.corps
        for app in corp.apps
        for user in corp.members_seen_by(app)
    ]


def connections_of(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The apps, and whether each has a callback URL. No secret is among it."""
    return [
        {
            "platform": "wecom",
            "corp": corp.corp_id,
            "corp_name": corp.name,
            "agent": app.agent_id,
            "app_name": app.name,
            "connected": bool(sandbox.wecom.callback_urls[corp.corp_id, app.agent_id]),
        }
        for corp in sandbox.wecom.corps
        for app in corp.apps
    ]


def steps_of(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The guided first minute. Raises `LookupError` for a step of somebody who does not exist."""
    found = []
    for step in sandbox.tour:
        chat = sandbox.chat(step.userid, step.corp) if step.userid else None
        found.append(step.view(chat.corp_id, chat.agent_id) if chat else step.view())
    return found


def phones_of(sandbox: Sandbox) -> list[Chat]:
    """The suggested people who exist, filled up with the first others, at most three."""
    suggested = [chat for chat in (_find(sandbox, userid) for userid in sandbox.phones) if chat]
    others = (Chat(p["corp"], p["agent"], p["userid"]) for p in people_of(sandbox))
    wanted = PHONES if not suggested else max(2, len(suggested))
    chosen = list(dict.fromkeys(suggested))
    chosen += islice((chat for chat in others if chat not in chosen), max(0, wanted - len(chosen)))
    return chosen[:PHONES]


def _find(sandbox: Sandbox, userid: str) -> Chat | None:
    try:
        return sandbox.chat(userid)
    except LookupError:
        return None
