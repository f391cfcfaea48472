"""Reading fields of a body that may hold anything: the right type, or a refusal with the given code."""

import json
from collections.abc import Mapping
from typing import Any

from sandbox.dingtalk.codes import Refused

Body = Mapping[str, Any]
Answer = dict[str, object]

KEY_BYTES = 100
VALUE_BYTES = 1024


def text(body: Body, name: str, code: str) -> str:
    """A string that must be there and not be empty."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(code, name)
    return value


def optional(body: Body, name: str, code: str) -> str:
    """A string, empty when absent."""
    value = body.get(name, "")
    if not isinstance(value, str):
        raise Refused(code, name)
    return value


def part(body: Body, name: str, code: str) -> Body:
    """A nested object, empty when absent or null."""
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused(code, name)
    return value


def names(body: Body, name: str, code: str) -> list[str]:
    """A list of non-empty strings that must be there."""
    value = body.get(name)
    if not isinstance(value, list) or not value or not all(isinstance(one, str) and one for one in value):
        raise Refused(code, name)
    return value


def yes(body: Body, name: str, code: str) -> bool:
    """A JSON boolean, false when absent."""
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise Refused(code, name)
    return value


def inner(words: object, code: str) -> Body:
    """The object inside a JSON string."""
    if not isinstance(words, str):
        raise Refused(code, "a JSON string is needed")
    try:
        value = json.loads(words)
    except (ValueError, RecursionError) as broken:
        raise Refused(code, "not JSON") from broken
    if not isinstance(value, dict):
        raise Refused(code, "not a JSON object")
    return value


def param_map(holder: Body, code: str) -> dict[str, str]:
    """The cardParamMap in it, empty when absent: string to string, within the documented bytes."""
    found = part(holder, "cardParamMap", code)
    for key, value in found.items():
        if not isinstance(value, str):
            raise Refused(code, f"cardParamMap.{key} is not a string")
        if not key or len(key.encode()) > KEY_BYTES:
            raise Refused(code, f"cardParamMap key longer than {KEY_BYTES} bytes")
        if len(value.encode()) > VALUE_BYTES:
            raise Refused(code, f"cardParamMap.{key} longer than {VALUE_BYTES} bytes")
    return dict(found)
