"""From the slots of a command to its deed, or to the one question that is still open."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cards import general
from cards.words import day, money
from handlers.desk import Desk
from handlers.reply import Reply
from handlers.routing import Command, Parameter
from handlers.slots import Type

# Kept in a draft beside the slots: what was said under keys nobody declared, and the words themselves.
KEPT = ("note", "heard")


def missing_of(command: Command, slots: Mapping[str, Any]) -> list[Parameter]:
    """The required words that nobody has said, the most important first."""
    return [one for one in command.parameters if one.required and one.name not in slots]


def carry_out(desk: Desk, command: Command, slots: Mapping[str, Any]) -> Reply:
    """Call the handler. Raises what it raises."""
    reply = command.handler(desk, **typed(command, slots))
    if reply.keep_draft:
        desk.drafts.keep(command.intent, dict(slots), "", open_=False)
    return reply


def ask_rest(
    desk: Desk,
    command: Command,
    slots: Mapping[str, Any],
    asked: str,
    question: str = "",
    answers: Iterable[str] = (),
) -> Reply:
    """Keep what was said as the open draft, and ask for the word `asked`."""
    desk.drafts.keep(command.intent, dict(slots), asked)
    slot = next((one.slot for one in command.parameters if one.name == asked), None)
    text = question or question_of(command, asked)
    if slot and slot.example and "例如" not in text:
        text = f"{text}（例如：{slot.example}）"
    offered = [answer for answer in answers if not _past(desk, answer)]
    return Reply(general.ask, text=text, noted=noted(command, slots), answers=offered)


def _past(desk: Desk, answer: str) -> bool:
    """Whether an offered time is over: nobody plans for it."""
    try:
        at = datetime.fromisoformat(answer)
    except ValueError:
        return False
    return at < desk.local_now if at.tzinfo else at.date() < desk.local_now.date()


def question_of(command: Command, asked: str) -> str:
    """How the word `asked` is asked for; empty where nothing was."""
    slot = next((one.slot for one in command.parameters if one.name == asked), None)
    return (slot.question or f"{slot.label}是什么？") if slot else ""


def noted(command: Command, slots: Mapping[str, Any]) -> str:
    """What has been understood so far, as a person would write it."""
    kinds = {one.name: one.slot for one in command.parameters}
    known = [
        (kinds[name].label, _shown(kinds[name].type, value)) for name, value in slots.items() if name in kinds
    ]
    return "，".join(f"{label} {value}" for label, value in known if not value.startswith("@"))


def _shown(kind: Type, value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    if kind is Type.MONEY:
        return money(int(Decimal(str(value)) * 100))
    if kind in (Type.DATE, Type.DATETIME):
        at = _typed(Type.DATETIME, str(value))
        return f"{day(at.date())} {at:%H:%M}" if isinstance(at, datetime) else day(at)
    return str(value)


def typed(command: Command, slots: Mapping[str, Any]) -> dict[str, Any]:
    """Slot values as the handler takes them: JSON numbers become exact, texts of time become times."""
    kinds = {parameter.name: parameter.slot for parameter in command.parameters}
    found = {name: _typed(kinds[name].type, value) for name, value in slots.items() if name in kinds}
    return found | {name: slots[name] for name in KEPT if name in slots and takes(command, name)}


def takes(command: Command, name: str) -> bool:
    """Whether the handler has a parameter of that name, declared or kept."""
    code = command.handler.__code__
    return name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def _typed(kind: Type, value: Any) -> Any:
    if kind is Type.MONEY:
        return Decimal(str(value))
    if kind is Type.DATE:
        return date.fromisoformat(value)
    if kind is Type.DATETIME:
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return value
