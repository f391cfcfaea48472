"""What 小二 understands of a sentence, without any effect: the machine contract of the command catalogue."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from handlers.desk import Actor, Desk, roles_of, scope_of
from handlers.grammar.parse import Context, Listener, Parse
from handlers.grammar.understand import understand
from handlers.listening import listener_for, person_named
from handlers.policies.inforce import rules_for
from handlers.refusal import NotFound
from handlers.routing import router
from storage.directory import OrganisationCache, PersonFact
from storage.keyring import Keyring
from storage.session import open_session
from storage.talk import Talk

CONTEXT = ("pending", "focus", "list", "push", "last")


class BadQuestion(ValueError):
    """A question that is not in the form of the contract; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence, who says it and when, and what the conversation holds."""

    text: str
    name: str
    now: datetime
    context: Context = field(default_factory=Context)
    id: Any = None


class Ear:
    """Understands on a connection that only reads; the organisation is read once."""

    def __init__(self, conn: Connection, keys: Keyring, undo: timedelta) -> None:
        self._conn, self._keys, self._undo = conn, keys, undo
        self._org = OrganisationCache().get(conn)

    def hear(self, question: Question) -> dict[str, Any]:
        """The answer in the form of the contract. An unknown speaker is an outsider."""
        try:
            person = person_named(self._org, question.name)
        except NotFound:
            return answer_of(outsider(question))
        if person.left_at and person.left_at <= question.now:
            return answer_of(outsider(question))
        return answer_of(self._understood(person, question))

    def _understood(self, person: PersonFact, question: Question) -> Parse:
        org, now = self._org, question.now
        rules = rules_for(org, person.unit_id, self._undo)
        actor = Actor(person, frozenset(held.role for held in roles_of(person, now)), "cli", "")
        with open_session(self._conn, scope_of(person, org, rules, now)) as session:
            desk = Desk(session, actor, now, org, rules, self._keys, "parse", Talk(person.id, ""))
            listener = replace(listener_for(desk, None), context=question.context)
            return understand(question.text, listener, router.commands)


def outsider(question: Question) -> Parse:
    """What is understood of somebody whom the company does not know: nobody's rights, nobody's records."""
    nobody = Listener(
        question.now, speaker="", colleagues=tuple, is_working_day=lambda day: day.weekday() < 5
    )
    return understand(question.text, nobody, router.commands)


def answer_of(parse: Parse) -> dict[str, Any]:
    """A parse as the contract spells it."""
    return {
        "intent": parse.intent,
        "slots": dict(parse.slots),
        "missing": list(parse.missing),
        "confidence": parse.confidence,
        "candidates": [{"intent": one.intent, "confidence": one.confidence} for one in parse.candidates],
        "ask": parse.ask,
    }


def context_of(said: object) -> Context:
    """`{"focus": "lead", "chat": "group"}` as a value. Raises `BadQuestion`."""
    if not isinstance(said, Mapping):
        raise BadQuestion('context 要是 {…}，例：{"focus": "lead"}')
    known = {*CONTEXT, "chat"}
    if unknown := [str(key) for key in said if key not in known]:
        raise BadQuestion(f"context 里没有 {unknown[0][:40]}；可以写 {'、'.join(sorted(known))}")
    if not all(isinstance(value, str) for value in said.values()):
        raise BadQuestion("context 的值要是文字")
    if said.get("chat", "private") not in ("group", "private"):
        raise BadQuestion("context 的 chat 只能是 group 或 private")
    words = {key: said[key] for key in CONTEXT if key in said}
    return Context(**words, group=said.get("chat") == "group")


def question_of(line: str) -> tuple[dict[str, Any], Context]:
    """A line of a batch: its object and its context. Raises `BadQuestion`."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        raise BadQuestion("不是 JSON") from None
    if not isinstance(said, dict):
        raise BadQuestion("要是 {…}")
    for name in ("text", "as", "now"):
        if not isinstance(said.get(name), str):
            raise BadQuestion(f"缺少 {name}，或它不是文字")
    if "id" not in said:
        raise BadQuestion("缺少 id")
    return said, context_of(said.get("context") or {})
