"""Frames of the long connection (doc/101463): JSON objects with cmd, headers.req_id and body."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.aibot.answering import object_of
from sandbox.wecom.codes import Refused
from sandbox.wecom.fields import Body, part, text

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")  # Everything below a space but tab and newline.


@dataclass(frozen=True, slots=True)
class Frame:
    """What the bot wants."""

    cmd: str
    req_id: str
    body: Body


def read(raw: str) -> Frame:
    """One frame from the bot. Raises `Refused`."""
    found = object_of(CONTROL.sub("", raw))
    return Frame(text(found, "cmd"), text(part(found, "headers"), "req_id"), part(found, "body"))


def pushed(cmd: str, req_id: str, body: Mapping[str, Any]) -> str:
    """A frame from the platform."""
    return json.dumps({"cmd": cmd, "headers": {"req_id": req_id}, "body": body}, ensure_ascii=False)


def acknowledged(req_id: str, answer: Mapping[str, object]) -> str:
    """The answer to a frame; it has no cmd."""
    return json.dumps({"headers": {"req_id": req_id}, **answer}, ensure_ascii=False)


def req_id_of(raw: str) -> str:
    """The req_id of a frame that cannot be read otherwise, or nothing."""
    try:
        return text(part(object_of(CONTROL.sub("", raw)), "headers"), "req_id")
    except Refused:
        return ""
