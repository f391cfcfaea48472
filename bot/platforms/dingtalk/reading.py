"""JSON as plain values, read strictly: bounded, no repeated keys, no surprise of type ever raises."""

import json
from typing import Any

from bot.platforms.refused import BadCallback

LARGEST = 64 * 1024  # Bytes of one JSON text.
Row = dict[str, Any]


def read_row(data: bytes | str, largest: int = LARGEST) -> Row:
    """The one JSON object. Raises `BadCallback` for anything else."""
    if len(data) > largest:
        raise BadCallback("body too large")
    try:
        value = json.loads(data, object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BadCallback("not JSON") from None
    if not isinstance(value, dict):
        raise BadCallback("not a JSON object")
    return value


def word(row: Row, name: str) -> str:
    """The text of that name, "" without one or for anything else but text."""
    value = row.get(name)
    return value if isinstance(value, str) else ""


def id_word(row: Row, name: str, longest: int = 256) -> str:
    """Like `word` for ids, without blanks around. Raises `BadCallback` for an endless one."""
    value = word(row, name).strip()
    if len(value) > longest or not value.isprintable():
        raise BadCallback("an id is malformed")
    return value


def part(row: Row, name: str) -> Row:
    """The object of that name, empty for anything else."""
    value = row.get(name)
    return value if isinstance(value, dict) else {}


def number(row: Row, name: str) -> int:
    """Digits, as a number or as text; 0 for anything else."""
    value = row.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15 else 0


def dumps(value: Any) -> str:
    """JSON as it goes out: short, in the people's own letters, lone surrogates made harmless."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode()


def _once(pairs: list[tuple[str, Any]]) -> Row:
    row = dict(pairs)
    if len(row) != len(pairs):
        raise ValueError("a key is repeated")
    return row


def _refuse(_: str) -> None:
    raise ValueError("not a number of JSON")
