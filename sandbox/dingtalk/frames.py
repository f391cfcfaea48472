"""Frames of Stream mode (developerpedia, learn/stream/protocol): `data` is a string that holds JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["SYSTEM", "EVENT", "CALLBACK"]

ROBOT_TOPIC = "/v1.0/im/bot/messages/get"
CARD_TOPIC = "/v1.0/card/instances/callback"
EVERY_EVENT = "*"
JSON_TYPE = "application/json"


class BadAck(Exception):
    """A frame from the bot that is not the answer to anything; the words say why."""


@dataclass(frozen=True, slots=True)
class Ack:
    """What the bot answered: its code, its words, and the object inside `data`."""

    code: int
    message: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Push:
    """What is to go to one of an app's connections. `more` are headers of events."""

    kind: Kind
    topic: str
    data: Mapping[str, Any]
    more: Mapping[str, str]


def frame(push: Push, message_id: str, connection_id: str, app_id: str, at_ms: int) -> str:
    """The text of one frame. Every header is a string."""
    headers = {
        "topic": push.topic,
        "messageId": message_id,
        "contentType": JSON_TYPE,
        "time": str(at_ms),
        "appId": app_id,
        "connectionId": connection_id,
        **push.more,
    }
    data = json.dumps(push.data, ensure_ascii=False)
    whole = {"specVersion": "1.0", "type": push.kind, "headers": headers, "data": data}
    return json.dumps(whole, ensure_ascii=False)


def read_ack(words: str) -> tuple[str, Ack]:
    """The messageId an answer belongs to, and the answer. Raises `BadAck`."""
    answer = _object(words, "不是 JSON 对象")
    headers = answer.get("headers")
    if not isinstance(headers, dict) or not isinstance(headers.get("messageId"), str):
        raise BadAck("没有 headers.messageId")
    if headers.get("contentType") != JSON_TYPE:
        raise BadAck("headers.contentType 不是 application/json")
    code = answer.get("code")
    if isinstance(code, bool) or not isinstance(code, int):
        raise BadAck("code 不是数字")
    data = answer.get("data")
    if not isinstance(data, str):
        raise BadAck("data 不是字符串")
    inside = _object(data, "data 里不是 JSON 对象")
    return headers["messageId"], Ack(code, str(answer.get("message", "")), inside)


def _object(words: str, problem: str) -> dict[str, Any]:
    try:
        value = json.loads(words)
    except (ValueError, RecursionError) as broken:
        raise BadAck(problem) from broken
    if not isinstance(value, dict):
        raise BadAck(problem)
    return value
