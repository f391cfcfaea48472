"""Messages to a session webhook and to a custom robot (custom-robots-send-group-messages)."""

import hmac
import json
from collections import deque
from collections.abc import Mapping
from typing import Any

from sandbox.dingtalk.codes import OldRefused, Refused
from sandbox.dingtalk.crypto import robot_sign
from sandbox.dingtalk.org import GroupRobot
from sandbox.dingtalk.server import Server
from sandbox.dingtalk.templates import Content, action_card
from sandbox.dingtalk.tokens import Caller

LARGEST = 20_000
HOUR_MS = 3_600_000
PER_MINUTE = 20
PAUSE = 600
MOST_MENTIONS = 50
Answer = dict[str, object]
Body = Mapping[str, Any]

WORDS: Mapping[str, tuple[str, ...]] = {
    "text": ("content",),
    "markdown": ("title", "text"),
    "link": ("title", "text", "messageUrl"),
}


class CustomRobots:
    """Counts what each custom robot sends: twenty a minute, and then nothing for ten."""

    def __init__(self) -> None:
        self._times: dict[str, deque[float]] = {}
        self._paused: dict[str, float] = {}
        self._seen: set[tuple[str, str]] = set()

    def allow(self, token: str, now: float) -> None:
        """Count one message. Raises `OldRefused` 410100."""
        if self._paused.get(token, 0.0) > now:
            raise OldRefused(410100)
        times = self._times.setdefault(token, deque())
        while times and times[0] <= now - 60:
            times.popleft()
        if len(times) >= PER_MINUTE:
            self._paused[token] = now + PAUSE
            raise OldRefused(410100)
        times.append(now)

    def is_repeat(self, token: str, body: Body) -> bool:
        """Whether this robot sent a message of that msgUuid before; without one nothing is a repeat."""
        key = (token, str(body.get("msgUuid") or ""))
        if not key[1]:
            return False
        before = key in self._seen
        self._seen.add(key)
        return before


async def by_session(server: Server, query: Mapping[str, str], raw: bytes) -> Answer:
    """Answer to a message through its session. Raises `OldRefused` (300001 when its time is over)."""
    target = server.sessions.target_of(query.get("session", ""))
    kind, content = read(_parsed(raw))
    await show_to(server, target.caller, target.userid, target.group, kind, content)
    return {"errcode": 0, "errmsg": "ok"}


async def show_to(
    server: Server, caller: Caller, userid: str, group: str, kind: str, content: Content
) -> None:
    """Show an answer to whoever spoke: to them alone, or to their group."""
    found = caller.org.group(group) if group else None
    members = found.members if found else (userid,)
    await server.show(caller, server.chats_to(caller, members, group), kind, content)


async def by_robot(server: Server, robots: CustomRobots, query: Mapping[str, str], raw: bytes) -> Answer:
    """Push into a group. Raises `OldRefused`."""
    caller, robot = _robot(server, query.get("access_token", ""))
    body = _parsed(raw)
    kind, content = read(body)
    _check_security(robot, query, content, int(server.now() * 1000))
    robots.allow(robot.token, server.now())
    if robots.is_repeat(robot.token, body):
        server.repeated += 1
        return {"errcode": 0, "errmsg": "ok"}
    await show_to(server, caller, "", robot.conversation_id, kind, content)
    return {"errcode": 0, "errmsg": "ok"}


def read(body: Body) -> tuple[str, Content]:
    """The kind of bubble and what is on it. Raises `OldRefused`."""
    kind = body.get("msgtype")
    if kind not in (*WORDS, "actionCard", "feedCard"):
        raise OldRefused(400105)
    inside = body.get(str(kind))
    if not isinstance(inside, dict):
        raise OldRefused(40035)
    at = _mentions(body)
    if kind in WORDS:
        fields = {name: _words(inside, name) for name in WORDS[str(kind)]}
        if kind == "link":
            return "link", {**fields, "picUrl": str(inside.get("picUrl", ""))}
        return str(kind), {
            "title": fields.get("title", ""),
            "content": fields.get("content") or fields["text"],
            **at,
        }
    return ("action_card", _action_card(inside)) if kind == "actionCard" else ("feed_card", _feed(inside))


def _action_card(inside: Body) -> Content:
    if "singleTitle" in inside:
        buttons = [(_words(inside, "singleTitle"), _words(inside, "singleURL"))]
    else:
        if inside.get("btnOrientation", "0") not in ("0", "1"):
            raise OldRefused(40035, "btnOrientation")
        buttons = [(_words(one, "title"), _words(one, "actionURL")) for one in _list(inside, "btns")]
    try:
        return action_card(_words(inside, "title"), _words(inside, "text"), buttons)
    except Refused as unsafe:
        raise OldRefused(430101, unsafe.code) from unsafe


def _feed(inside: Body) -> Content:
    names = ("title", "messageURL", "picURL")
    return {"links": [{name: _words(one, name) for name in names} for one in _list(inside, "links")]}


def _mentions(body: Body) -> Content:
    """Who is mentioned; a mention also has to stand in the text, which is the sender's business."""
    at = body.get("at") or {}
    people = at.get("atUserIds", []) if isinstance(at, dict) else None
    if not isinstance(people, list) or len(people) > MOST_MENTIONS:
        raise OldRefused(40035, "at")
    return {"at": people} if people else {}


def _words(inside: Body, name: str) -> str:
    value = inside.get(name)
    if not isinstance(value, str) or not value:
        raise OldRefused(40035, name)
    return value


def _list(inside: Body, name: str) -> list[Body]:
    value = inside.get(name)
    if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
        raise OldRefused(40035, name)
    return value


def _parsed(raw: bytes) -> Body:
    if len(raw) > LARGEST:
        raise OldRefused(460101)
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as broken:
        raise OldRefused(40035) from broken
    if not isinstance(body, dict):
        raise OldRefused(40035)
    return body


def _robot(server: Server, token: str) -> tuple[Caller, GroupRobot]:
    for caller in server.callers():
        for robot in caller.org.robots:
            if robot.token == token:
                return caller, robot
    raise OldRefused(400101)


def _check_security(robot: GroupRobot, query: Mapping[str, str], content: Content, now_ms: int) -> None:
    """Everything that is configured must pass. Raises `OldRefused` 310000."""
    said = json.dumps(content, ensure_ascii=False)
    if robot.keywords and not any(word in said for word in robot.keywords):
        raise OldRefused(310000, "keywords not in content")
    if not robot.secret:
        return
    timestamp = query.get("timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit()) or abs(now_ms - int(timestamp)) >= HOUR_MS:
        raise OldRefused(310000, "invalid timestamp")
    expected = robot_sign(robot.secret, timestamp)
    if not hmac.compare_digest(expected.encode(), query.get("sign", "").encode()):
        raise OldRefused(310000, "sign not match")
