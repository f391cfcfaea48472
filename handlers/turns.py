"""One turn: what somebody said or tapped becomes the call of a handler.

The one door behind every door: chat text, card tap, command line.
"""

import re
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

from cards import general
from cards.model import Tap
from handlers import include
from handlers.desk import Desk
from handlers.general.carrying import KEPT, ask_rest, carry_out, missing_of, takes
from handlers.general.coding import meant
from handlers.general.drafts import put_aside, still_open
from handlers.grammar.parse import REFUSED, UNKNOWN, Parse
from handlers.grammar.understand import understand
from handlers.language.quotes import answer_starts
from handlers.listening import listener_for
from handlers.refusal import ChangedSince, Refusal
from handlers.reply import Reply
from handlers.routing import Command, router
from storage.talk import DRAFT_LIFE, Draft

for _noun in include:
    import_module(f"handlers.{_noun}.commands")

NUMBER = re.compile(r"[+\d][\d\s-]{6,19}")
NOTHING = re.compile(r"^(没有|没|无|暂无|不知道|不清楚|跳过|none|no|skip|n/a)$")


class OnlyTools(Refusal):
    """这个我不能做。要看什么数据，请找你的主管或管理员开通；我会做的，说“帮助”。"""


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
        slots, begun = continued
        attempt.intent, attempt.slots = begun.intent, slots
        return _call(desk, begun, slots, parse, draft)
    command = router.commands.get(parse.intent)
    if command is None:
        return _unknown(desk, text, parse, draft)
    aside = draft is not None and _leaves(command, text)
    if aside:
        desk.drafts.set_aside()
    attempt.slots = _slots(command, parse, text)
    turn = _call(desk, command, attempt.slots, parse, None)
    if draft is not None and aside:
        turn.reply.also(general.say, text=put_aside(draft))
    return turn


def heard(desk: Desk, text: str, draft: Draft | None = None) -> Parse:
    """What was understood, without acting on it."""
    own = answer_starts(text)
    draft = None if NOUN_FIRST.match(text, own) else draft or desk.draft(DRAFT_LIFE)
    parse = understand(text[own:], listener_for(desk, draft), router.commands)
    parse = meant(parse, router.commands.get(parse.intent), text[own:])
    if not own:
        return parse
    # Positions are told in the whole message.
    used = tuple(replace(one, start=one.start + own, end=one.end + own) for one in parse.used)
    return replace(parse, used=used)


# Commands that leave an open draft open: they are questions beside it, or are about it.
BESIDE = {
    "help",
    "smalltalk",
    "choice.select",
    "lead.query",
    "customer.query",
    "task.query",
    "lead.dup_check",
    "draft.query",
    "draft.resume",
    "draft.cancel",
}
# Whoever begins anew with a noun has turned to something else, be it only to look.
NOUN_FIRST = re.compile(r"\s*(待办|任务|客户|线索|跟进)(?=\s|$)")


def _leaves(command: Command, text: str) -> bool:
    if command.intent in BESIDE:
        return command.noun in ("lead", "customer", "task") and NOUN_FIRST.match(text) is not None
    return True


def _slots(command: Command, parse: Parse, text: str) -> dict[str, Any]:
    slots = dict(parse.slots)
    if parse.notes and command.takes_notes:
        slots["note"] = "；".join(f"{key}：{value}" for key, value in parse.notes.items())
    if takes(command, "heard"):
        own = answer_starts(text)
        used = [[one.slot, one.start - own, one.end - own] for one in parse.used]
        slots["heard"] = {"text": text[own:], "used": used}
    return slots


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
    new = {name: value for name, value in _slots(command, parse, text).items() if name in {*known, *KEPT}}
    if NUMBER.fullmatch(str(new.get("customer", ""))) and "phone" in known:
        # Asked for the company, one pastes the number: it is kept where it belongs, and one is asked again.
        new["phone"] = re.sub(r"[\s-]", "", new.pop("customer"))
    if draft.asked in known and NOTHING.match(text.strip()):
        return dict(draft.slots), command
    if new.keys() <= set(KEPT):
        return None
    if "heard" in draft.slots and "content" not in new:
        # What was told first is what is kept; now only the rest of it was said.
        new.pop("heard", None)
    if "note" in draft.slots and "note" in new:
        new["note"] = _joined(str(draft.slots["note"]), str(new["note"]))
    return {**draft.slots, **new}, command


def _joined(*notes: str) -> str:
    """Notes of several messages; what is still to be done comes last."""
    pieces = [piece for note in notes for piece in note.split("；") if piece]
    return "；".join(sorted(dict.fromkeys(pieces), key=lambda piece: piece.startswith("接着：")))


def _call(desk: Desk, command: Command, slots: dict[str, Any], parse: Parse, draft: Draft | None) -> Turn:
    desk.check_may(command.needs)
    missing = missing_of(command, slots)
    if missing:
        return _ask(desk, command, slots, missing[0].name, parse, draft)
    if parse.ask and not command.reads:
        # Ambiguous, not incomplete: nothing is guessed where something would be written.
        return _ask(desk, command, slots, next(iter(parse.missing), ""), parse, draft)
    if draft is not None:
        desk.drafts.finish(draft.id)
    return Turn(carry_out(desk, command, slots), command.intent, parse)


def _ask(
    desk: Desk, command: Command, slots: dict[str, Any], asked: str, parse: Parse, draft: Draft | None
) -> Turn:
    if draft is not None:
        desk.drafts.finish(draft.id)
    reply = ask_rest(desk, command, slots, asked, parse.ask or "", parse.options)
    return Turn(reply, command.intent, parse)


def _unknown(desk: Desk, text: str, parse: Parse, draft: Draft | None) -> Turn:
    """Not understood: the nearest things, each with an example; what was typed stays in 草稿.

    What was understood, but is not to be done or cannot be done yet, is answered in its own words.
    """
    if parse.ask:
        return Turn(Reply(general.say, text=parse.ask, answers=list(parse.options)), UNKNOWN, parse)
    desk.drafts.keep(UNKNOWN, {"text": text}, "", open_=False)
    near = [router.commands[guess.intent] for guess in parse.candidates if guess.intent in router.commands]
    guesses = [[command.words[0], command.examples[0]] for command in near if command.examples][:3]
    reply = Reply(general.not_understood, guesses=guesses)
    if draft is not None and (question := still_open(draft)):
        reply.also(general.say, text=question)
    return Turn(reply, UNKNOWN, parse)


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
