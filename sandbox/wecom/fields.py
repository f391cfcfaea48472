"""Reading fields of a request body that may hold anything: the right type, or a refusal with a code."""

from collections.abc import Container, Mapping
from typing import Any

from sandbox.wecom.codes import Refused

Body = Mapping[str, Any]


def text(body: Body, name: str, default: str = "") -> str:
    """A string, or the default when absent. Raises `Refused` (40058) for another type."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise Refused(40058, f"{name} is not a string")
    return value


def part(body: Body, name: str) -> Body:
    """A nested object, empty when absent."""
    value = body.get(name) or {}
    if not isinstance(value, dict):
        raise Refused(40058, f"{name} is not an object")
    return value


def many(body: Body, name: str) -> list[Body]:
    """A list of objects, empty when absent."""
    value = body.get(name) or []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Refused(40058, f"{name} is not a list of objects")
    return value


def number(body: Body, name: str, allowed: Container[int], default: int = 0) -> int:
    """A JSON integer out of the allowed ones; a numeric string or a boolean is not one."""
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        raise Refused(40058, name)
    return value


def short_key(body: Body, name: str, code: int, most: int = 1024) -> str:
    """A key that must be there and fit its number of bytes, else the given code."""
    value = body.get(name)
    if not isinstance(value, str) or not value or len(value.encode()) > most:
        raise Refused(code)
    return value


def cut(words: str, most: int) -> str:
    """The text cut to that many UTF-8 bytes, never in the middle of a character."""
    return words.encode()[:most].decode(errors="ignore")
