"""Events of a corp, such as changes in its contacts, told by Stream or over HTTP (dingtalk.md §2.2, §3.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.platforms.dingtalk.events import Receiver
from bot.platforms.dingtalk.reading import Row, id_word
from bot.platforms.refused import BadCallback

CHECKS = frozenset({"check_url", "check_create_suite_url", "check_update_suite_url"})
ABOUT = frozenset({"eventtype", "eventtime", "corpid", "bizid", "eventid", "timestamp"})


@dataclass(frozen=True, slots=True)
class Happening:
    """`key` names it for ever. The names in `data` are lower-case: the two doors spell them differently."""

    key: str
    kind: str
    data: Mapping[str, Any]


def from_stream(headers: Row, data: Row, receiver: Receiver) -> Happening:
    """An EVENT frame. Raises only `BadCallback`."""
    return _made(id_word(headers, "eventType"), id_word(headers, "eventId"), headers, data, receiver)


def from_http(row: Row, receiver: Receiver) -> Happening | None:
    """A decrypted event; None when only the address is being checked. Raises only `BadCallback`."""
    folded = _folded(row)
    kind = id_word(folded, "eventtype")
    if kind in CHECKS:
        return None
    event_id = id_word(folded, "eventid") or id_word(folded, "timestamp")
    data = {name: value for name, value in folded.items() if name not in ABOUT}
    return _made(kind, event_id, folded, data, receiver)


def _made(kind: str, event_id: str, about: Row, data: Row, receiver: Receiver) -> Happening:
    about = _folded(about)
    corp = id_word(about, "eventcorpid") or id_word(about, "corpid")
    if corp != receiver.corp_id:
        raise BadCallback("meant for another corp", 403)
    if not kind or not event_id:
        raise BadCallback("an event without kind or id")
    return Happening(f"{receiver.scope}:event:{event_id}"[:160], kind, _folded(data))


def _folded(row: Row) -> Row:
    return {name.lower(): value for name, value in row.items()}
