"""One event, one transaction: inbox, effects in a savepoint, audit, what must be said. Nobody else commits.

Runs in the writer's thread (`bot/writer.py`), many events to a COMMIT. A refusal undoes the effects, yet the
event is recorded and answered; so is a bug, with a reference number.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.accounts import Accounts
from bot.event import Event, Kind
from bot.hearing import STRANGER, hear, only_asks, short, tap_reads, trace
from bot.messages import queued, updates
from bot.stage import Undone
from bot.work import Chore, Done, Happened, Prepared, Work
from cards import general
from handlers.desk import Actor, Desk, roles_of, scope_of
from handlers.grammar.parse import UNKNOWN, Parse
from handlers.policies.inforce import rules_for
from handlers.records import Several
from handlers.refusal import Refusal
from handlers.reply import Reply
from handlers.routing import router
from handlers.turns import Attempt, Turn, heard
from storage import inbox
from storage.alone import share_rights
from storage.audit import Entry, write_entries
from storage.directory import Organisation, OrganisationCache, PersonFact
from storage.faults import is_trouble
from storage.keyring import Keyring
from storage.outbox import new_code, queue
from storage.session import changes_of, open_session
from storage.talk import Drafts, Talk, hold_talk, load_talk, save_talks

log = structlog.get_logger()

CODE_LIFE = timedelta(hours=72)  # WeCom: a response code works once, within 72 hours.


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one event came to, before it is written."""

    turn: Turn
    talk: Talk | None
    rows: list[dict[str, Any]]
    entries: list[Entry]
    trace: dict[str, Any]


class Pipeline:
    """Carries out works for the writer. `real_now` is the real clock, for leases and logs alone."""

    def __init__(
        self, keys: Keyring, accounts: Accounts, real_now: Callable[[], datetime], undo: timedelta
    ) -> None:
        self.keys = keys
        self.accounts = accounts
        self.real_now = real_now
        self.undo = undo
        self.cache = OrganisationCache()
        self._org: Organisation | None = None
        self._rows: list[dict[str, Any]] = []
        self._entries: list[Entry] = []
        self._traces: list[dict[str, Any]] = []
        self._talks: dict[tuple[int, str], Talk] = {}

    # What the writer calls, in this order.

    def begin(self, conn: Connection, works: Sequence[Work]) -> Mapping[str, Done]:
        """Record the events of a batch; those seen before are answered."""
        # Whoever changes rights waits for this batch, or this batch for them and then reads theirs.
        share_rights(conn)
        self._org = self.cache.get(conn)
        happened = [work for work in works if isinstance(work, Happened)]
        fresh = inbox.record(conn, [self._inbox_row(work) for work in happened])
        return {work.key: Done(work.key, repeated=True) for work in happened if work.key not in fresh}

    def perform(self, conn: Connection, work: Work) -> Done:
        """Carry one work out."""
        if isinstance(work, Chore):
            return Done(work.key, value=work.do(conn, self.real_now()))
        org = self._org or self.cache.get(conn)
        person = self.accounts.person(org, work.event)
        if person is None:
            return self._gather(work, self._stranger(work))
        return self._gather(work, self._known(conn, org, person, work))

    def forget(self, conn: Connection, work: Work) -> None:
        """The event will come in another transaction."""
        if isinstance(work, Happened):
            inbox.forget(conn, work.key)

    def end(self, conn: Connection) -> None:
        """Audit, conversations and outbox of the whole batch, in one go each."""
        inbox.explain(conn, self._traces)
        save_talks(conn, self._talks.values())
        write_entries(conn, self.keys, self._entries)
        queue(conn, self._rows)
        self.discard()

    def discard(self) -> None:
        """The transaction is gone, and what it gathered."""
        self._rows, self._entries, self._traces, self._talks, self._org = [], [], [], {}, None

    def find(self, conn: Connection, key: str) -> Done | None:
        """Whether an event was committed after all."""
        return Done(key, repeated=True) if inbox.known(conn, key) else None

    def attempt(self, conn: Connection, key: str) -> int:
        """One more try at a suspect."""
        return inbox.count_attempt(conn, key, self.real_now())

    def park(self, conn: Connection, work: Work, why: str) -> Done:
        """A poison event is set aside; the platform need not repeat it."""
        inbox.park(conn, work.key, why, self.real_now())
        if isinstance(work, Happened):
            inbox.record(conn, [self._inbox_row(work)])
        log.error("event parked", key=short(work.key), why=why)
        return Done(work.key, parked=True)

    # One event.

    def prepare(self, conn: Connection, event: Event, at: datetime) -> Prepared | None:
        """Understand the words, and answer what only asks, beside the writer on a connection that reads.

        It holds only if conversation and organisation are still the same when it is stored. None: the writer
        has everything to do.
        """
        org = self.cache.get(conn)
        person = self.accounts.person(org, event)
        if person is None or not only_asks(event):
            return None
        talk = load_talk(conn, person.id, _conversation(event))
        desk = self.desk(conn, org, person, Happened(event, at, at), talk)
        attempt = Attempt()
        try:
            if event.text.strip():
                attempt.parse = heard(desk, event.text)
            turn = hear(desk, event, attempt) if _reads(event, attempt.parse) else None
        except Exception:  # Whatever it is, the writer will meet it again and answer it.
            return None
        finally:
            desk.session.close()
        return Prepared(attempt.parse, turn, talk, org.version)

    def _known(self, conn: Connection, org: Organisation, person: PersonFact, work: Happened) -> Outcome:
        chat = _conversation(work.event)
        version = self._held(conn, person.id, chat)
        ready = work.prepared
        if ready and (ready.talk.version, ready.org_version) != (version, org.version):
            ready = None
        # A copy, because a failed transaction comes again with what was prepared.
        talk = replace(ready.talk) if ready else load_talk(conn, person.id, chat)
        desk = self.desk(conn, org, person, work, talk)
        if ready and ready.turn:
            return self._settle(conn, desk, work, ready.turn, [])
        attempt = Attempt(parse=ready.parse if ready else None)
        try:
            turn = hear(desk, work.event, attempt)
            desk.session.flush()
        except Exception as error:
            if is_trouble(error):
                raise
            raise Undone(partial(self._instead, desk, work, attempt, error)) from error
        finally:
            desk.session.close()
        return self._settle(conn, desk, work, turn, changes_of(desk.session))

    def _held(self, conn: Connection, person_id: int, chat: str) -> int:
        """The version of the conversation, which nobody else changes until COMMIT."""
        if earlier := self._talks.get((person_id, chat)):
            save_talks(conn, [earlier])
        return hold_talk(conn, person_id, chat)

    def _instead(
        self, desk: Desk, work: Happened, attempt: Attempt, error: Exception, conn: Connection
    ) -> Done:
        """What is said, and remembered, when nothing has taken effect."""
        if isinstance(error, Several):
            turn = Turn(error.reply, attempt.intent, attempt.parse)
        elif isinstance(error, Refusal):
            turn = self._refused(conn, desk, error, attempt)
        else:
            turn = self._bug(conn, desk, work, attempt, error)
        return self._gather(work, self._settle(conn, desk, work, turn, []))

    def _gather(self, work: Happened, outcome: Outcome) -> Done:
        """Keep for `end` what is written once a batch."""
        if talk := outcome.talk:
            self._talks[(talk.person_id, talk.chat)] = talk
        self._rows += outcome.rows
        self._entries += outcome.entries
        self._traces.append(outcome.trace)
        return Done(work.key, turn=outcome.turn, card=work.event.press.card if work.event.press else "")

    def desk(
        self, conn: Connection, org: Organisation, person: PersonFact, work: Happened, talk: Talk
    ) -> Desk:
        rules = rules_for(org, person.unit_id, self.undo)
        roles = frozenset(held.role for held in roles_of(person, work.at))
        door = f"{work.event.platform}:{work.event.connection}".rstrip(":")
        actor = Actor(person, roles, door, talk.chat, work.event.group)
        scope = scope_of(person, org, rules, work.at)
        session = open_session(conn, scope, org.clear_above, savepoint=False)
        return Desk(session, actor, work.at, org, rules, self.keys, work.key, talk)

    def _refused(self, conn: Connection, desk: Desk, refusal: Refusal, attempt: Attempt) -> Turn:
        """An expected no: nothing took effect, but what was typed is not lost."""
        if attempt.slots and attempt.intent in router.commands and not router.commands[attempt.intent].reads:
            drafts = Drafts(conn, desk.actor.id, desk.actor.chat, desk.now)
            drafts.keep(attempt.intent, attempt.slots, "", open_=False)
        reply = Reply(general.say, text=refusal.text)
        return Turn(reply, attempt.intent, attempt.parse, refused=type(refusal).__name__)

    def _bug(self, conn: Connection, desk: Desk, work: Happened, attempt: Attempt, error: Exception) -> Turn:
        """What nobody expected. The words are kept as they were typed: their slots may be the trouble."""
        if words := work.event.text.strip():
            Drafts(conn, desk.actor.id, desk.actor.chat, desk.now).keep(
                UNKNOWN, {"text": words}, "", open_=False
            )
        reference = short(work.key)
        log.error("event failed", reference=reference, intent=attempt.intent, exc_info=error)
        kept = "你打的字已经存进草稿，不会丢。" if words else ""
        text = f"出了点问题，这次没有生效，请稍后再试。{kept}要反馈的话，编号：{reference}"
        return Turn(Reply(general.say, text=text), attempt.intent, attempt.parse, refused="Bug")

    def _settle(
        self, conn: Connection, desk: Desk, work: Happened, turn: Turn, changes: Sequence[Any]
    ) -> Outcome:
        """Remember the conversation, and put together what is to be written."""
        talk, reply = desk.talk, turn.reply
        talk.focus = reply.focus or talk.focus
        if reply.listing:
            talk.listing = (*reply.listing, work.at.isoformat())
        talk.question = reply.question
        if changes and not turn.intent.startswith("tap:undo"):
            talk.last = (work.key, turn.intent, work.at.isoformat())
        if (press := work.event.press) and press.card:
            new_code(conn, press.card, press.response_code, self.real_now() + CODE_LIFE)
        rows = queued(reply, work, desk.actor.id, self.real_now())
        rows += updates(conn, changes, work, self.real_now())
        explained = {"of": work.key, "who": desk.actor.id, "how": trace(turn)}
        return Outcome(turn, talk, rows, self._recorded(desk, work, turn, changes), explained)

    def _recorded(self, desk: Desk, work: Happened, turn: Turn, changes: Sequence[Any]) -> list[Entry]:
        common = (work.key, work.at, self.real_now(), desk.actor.id, desk.actor.door, turn.intent)
        if turn.refused:
            return [Entry(*common, None, None, {"refused": turn.refused})]
        return [
            Entry(*common, change.noun, change.record_id, {"what": change.what, "fields": change.values})
            for change in changes
        ]

    def _stranger(self, work: Happened) -> Outcome:
        """An account nobody has linked gets help and nothing else."""
        speaks = work.event.kind not in (Kind.OTHER, Kind.ENTER)
        reply = Reply(general.say, text=STRANGER) if speaks else Reply()
        rows = queued(reply, work, None, self.real_now())
        turn = Turn(reply, "none.external")
        return Outcome(turn, None, rows, [], {"of": work.key, "who": None, "how": trace(turn)})

    def _inbox_row(self, work: Happened) -> dict[str, Any]:
        event = work.event
        body: dict[str, Any] = {"text": event.text, "sender": event.sender}
        if event.press:
            body |= {"tap": event.press.tap, "card": event.press.card}
        if event.place:
            body |= {"place": [event.place.latitude, event.place.longitude, event.place.label]}
        return {
            "key": work.key, "platform": event.platform, "connection": event.connection, "person_id": None,
            "kind": str(event.kind), "body": body, "at": work.at, "received_at": work.received_at,
            "trace": None,
        }  # fmt: skip


def _conversation(event: Event) -> str:
    """Which conversation it belongs to. What is said in a group is answered, and goes on, in private."""
    return "" if event.group else event.chat


def _reads(event: Event, parse: Parse | None) -> bool:
    """Whether it only asks: then nothing but inbox, focus and answer is left for the writer."""
    if parse is None:
        return tap_reads(event)
    command = router.commands.get(parse.intent)
    # What lacks a word becomes a draft, and a draft is written.
    return command is not None and command.reads and not parse.missing and parse.ask is None
