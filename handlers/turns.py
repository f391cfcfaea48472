"""One turn: what somebody said or tapped becomes the call of a handler.

The one door behind every door: chat text, card tap, command line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

from cards import general
from cards.model import Tap
from handlers import include
from handlers.desk import Desk
from handlers.grammar.parse import REFUSED, UNKNOWN, Parse
from handlers.grammar.understand import understand
from handlers.language.quotes import answer_starts
from handlers.listening import listener_for
from handlers.refusal import ChangedSince, Refusal
from handlers.reply import Reply
from handlers.routing import Command, router
from handlers.slots import Type
from storage.talk import Draft

for _noun in include:
    import_module(f"handlers.{_noun}.commands")

DRAFT_LIFE = timedelta(hours=24)
NUMBER = re.compile(r"[+\d][\d\s-]{6,19}")
NOTHING = re.compile(r"^(没有|没|无|暂无|不知道|不清楚|跳过|none|no|skip|n/a)$")


class OnlyTools(Refusal):
    """这个我不能做。需要什么数据，请走正常的权限申请。"""


@dataclass
class Turn:
    """What came of one event: the reply, and how it was understood."""

    reply: Reply
    intent: str
    parse: Parse | None = None
    refused: str = ""
    keep: tuple[str, dict[str, Any], str] | None = None  # a draft to keep although the rest was undone


@dataclass
class Attempt:
    """What is being tried, filled as the turn goes on, so that a refusal can still keep what was typed."""

    intent: str = UNKNOWN
    parse: Parse | None = None
    slots: dict[str, Any] = field(default_factory=dict)


def said(desk: Desk, text: str, attempt: Attempt) -> Turn:
    """Somebody has said something."""
    draft = desk.draft(DRAFT_LIFE)
    parse = attempt.parse or heard(desk, text, draft)
    attempt.parse, attempt.intent, attempt.slots = parse, parse.intent, dict(parse.slots)
    if parse.intent == REFUSED:
        raise OnlyTools
    if draft is not None and (continued := _continued(desk, parse, draft, text)):
        slots, command = continued
        attempt.intent, attempt.slots = command.intent, slots
        return _call(desk, command, slots, parse, draft)
    meant = router.commands.get(parse.intent)
    if meant is None:
        return _unknown(desk, text, parse)
    if draft is not None and meant.intent not in ASIDES:
        desk.drafts.set_aside()
    slots = dict(parse.slots)
    if parse.notes and meant.takes_notes:
        slots["note"] = "；".join(f"{key}：{value}" for key, value in parse.notes.items())
    return _call(desk, meant, slots, parse, None)


def heard(desk: Desk, text: str, draft: Draft | None = None) -> Parse:
    """What was understood, without acting on it."""
    own = answer_starts(text)
    parse = understand(text[own:], listener_for(desk, draft or desk.draft(DRAFT_LIFE)), router.commands)
    if not own:
        return parse
    # Positions are told in the whole message.
    used = tuple(replace(one, start=one.start + own, end=one.end + own) for one in parse.used)
    return replace(parse, used=used)


# Commands that leave an open draft open: they are questions beside it, not something new.
ASIDES = {
    "help",
    "smalltalk",
    "choice.select",
    "lead.query",
    "customer.query",
    "task.query",
    "lead.dup_check",
}


def _continued(desk: Desk, parse: Parse, draft: Draft, text: str) -> tuple[dict[str, Any], Command] | None:
    """The draft's slots with what was said now, when it continues the draft."""
    command = router.commands.get(draft.intent)
    if command is None:
        return None
    known = {parameter.name for parameter in command.parameters}
    update_of = f"{command.noun}.update"
    continues = (parse.answers and parse.intent == draft.intent) or (
        parse.intent == update_of and "lead" not in parse.slots
    )
    if not continues:
        return None
    new = {name: value for name, value in parse.slots.items() if name in known}
    if NUMBER.fullmatch(str(new.get("customer", ""))) and "phone" in known:
        # Asked for the company, one pastes the number: it is kept where it belongs, and one is asked again.
        new["phone"] = re.sub(r"[\s-]", "", new.pop("customer"))
    if draft.asked in known and NOTHING.match(text.strip()):
        new = {}
    elif not new:
        return None
    return {**draft.slots, **new}, command


def _call(desk: Desk, command: Command, slots: dict[str, Any], parse: Parse, draft: Draft | None) -> Turn:
    desk.check_may(command.needs)
    missing = [one for one in command.parameters if one.required and one.name not in slots]
    if missing:
        question = parse.ask or missing[0].slot.question or f"{missing[0].slot.label}是什么？"
        return _ask(desk, command, slots, question, missing[0].name, parse, draft)
    if parse.ask and not command.reads:
        # Ambiguous, not incomplete: nothing is guessed where something would be written.
        return _ask(desk, command, slots, parse.ask, next(iter(parse.missing), ""), parse, draft)
    if draft is not None:
        desk.drafts.finish(draft.id)
    reply = command.handler(desk, **typed(command, slots))
    if reply.keep_draft:
        desk.drafts.keep(command.intent, slots, "", open_=False)
    return Turn(reply, command.intent, parse)


def _ask(
    desk: Desk,
    command: Command,
    slots: dict[str, Any],
    question: str,
    asked: str,
    parse: Parse,
    draft: Draft | None,
) -> Turn:
    if draft is not None:
        desk.drafts.finish(draft.id)
    desk.drafts.keep(command.intent, slots, asked)
    labels = {one.name: one.slot.label for one in command.parameters}
    known = [(labels[name], _shown(value)) for name, value in slots.items() if name in labels]
    noted = "，".join(f"{label} {value}" for label, value in known if not value.startswith("@"))
    example = next((one.slot.example for one in command.parameters if one.name == asked), "")
    text = f"{question}（例如：{example}）" if example and "例如" not in question else question
    return Turn(
        Reply(general.ask, text=text, noted=noted, answers=list(parse.options)), command.intent, parse
    )


def _shown(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _unknown(desk: Desk, text: str, parse: Parse) -> Turn:
    """Not understood: the nearest things, each with an example; what was typed stays in 草稿."""
    desk.drafts.keep(UNKNOWN, {"text": text}, "", open_=False)
    near = [router.commands[guess.intent] for guess in parse.candidates if guess.intent in router.commands]
    guesses = [[command.words[0], command.examples[0]] for command in near if command.examples][:3]
    return Turn(Reply(general.not_understood, guesses=guesses), UNKNOWN, parse)


def typed(command: Command, slots: Mapping[str, Any]) -> dict[str, Any]:
    """Slot values as the handler takes them: JSON numbers become exact, texts of time become times."""
    kinds = {parameter.name: parameter.slot for parameter in command.parameters}
    found = {name: _typed(kinds[name].type, value) for name, value in slots.items() if name in kinds}
    return found | ({"note": slots["note"]} if command.takes_notes and "note" in slots else {})


def _typed(kind: Type, value: Any) -> Any:
    if kind is Type.MONEY:
        return Decimal(str(value))
    if kind is Type.DATE:
        return date.fromisoformat(value)
    if kind is Type.DATETIME:
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return value


def tapped(desk: Desk, tap: Tap, attempt: Attempt) -> Turn:
    """Somebody has tapped a button. 【…】 that stands for words is as good as saying them."""
    if isinstance(tap, general.Say):
        return said(desk, tap.words, attempt)
    route = router.find_tap(tap)
    if route is None:
        raise ChangedSince
    attempt.intent = f"tap:{tap.name}"
    desk.check_may(route.needs)
    return Turn(route.handler(desk, tap), attempt.intent)
