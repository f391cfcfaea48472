"""What a conversation holds: the record at hand, the last list, an open question, what was done last.

Stored, so it survives a restart and is shared by replicas; one row per person and chat, locked while an event
of that person runs, so that events take effect in their order.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.ledger import conversations, drafts, rations
from storage.types import for_rows

# Both of business time: what is older is gone.
DRAFT_LIFE = timedelta(hours=24)
LIST_LIFE = timedelta(minutes=10)  # A list is open for “第2个”.


@dataclass(frozen=True, slots=True)
class Draft:
    """A half-finished command: what was understood so far, and which slot was asked for."""

    id: int
    intent: str
    slots: dict[str, Any]
    asked: str
    at: datetime
    words: str = field(default="")


@dataclass
class Talk:
    """The state of one conversation. Times are ISO text of business time.

    `draft`: the one that was open when it was loaded; `version`: how many events it had seen by then.
    """

    person_id: int
    chat: str
    focus: tuple[str, int] | None = None
    listing: tuple[str, tuple[int, ...], str] | None = None  # noun, ids, when
    question: dict[str, Any] | None = None
    push: tuple[str, int] | None = None
    last: tuple[str, str, str] | None = None  # cause, intent, when
    version: int = 0
    draft: Draft | None = None

    def open_list(self, now: datetime, noun: str = "") -> tuple[int, ...] | None:
        """The ids of the list just shown (of this noun), None when there is none or it is too old."""
        if self.listing is None or (noun and self.listing[0] != noun):
            return None
        return self.listing[1] if now - datetime.fromisoformat(self.listing[2]) <= LIST_LIFE else None


# Statements are built once: building costs more than asking.
_mine = and_(conversations.c.person_id == bindparam("who"), conversations.c.chat == bindparam("where"))
_HOLD = select(conversations.c.version).where(_mine).with_for_update()
_BEGIN = postgresql.insert(conversations).on_conflict_do_nothing()
_open = and_(
    drafts.c.person_id == conversations.c.person_id,
    drafts.c.chat == conversations.c.chat,
    drafts.c.open == 1,
)
_LOAD = (
    select(conversations.c.state, conversations.c.version, drafts)
    .select_from(conversations.outerjoin(drafts, _open))
    .where(_mine)
    .order_by(drafts.c.id.desc())
    .limit(1)
)


def _save(maker: Any) -> Any:
    asked = maker(conversations)
    changed = {"state": asked.excluded.state, "version": asked.excluded.version}
    return asked.on_conflict_do_update(index_elements=["person_id", "chat"], set_=changed)


_SAVE = {"postgresql": _save(postgresql.insert), "sqlite": _save(sqlite.insert)}


def hold_talk(conn: Connection, person_id: int, chat: str) -> int:
    """Lock the conversation until the transaction ends; its version, 0 before the first event."""
    me = {"who": person_id, "where": chat}
    version = conn.scalar(_HOLD, me)
    if version is None and conn.dialect.name == "postgresql":
        # There is nothing to lock before the first words, and two replicas may hear those at once.
        conn.execute(_BEGIN, {"person_id": person_id, "chat": chat, "state": {}, "version": 0})
        version = conn.scalar(_HOLD, me)
    return version or 0


def load_talk(conn: Connection, person_id: int, chat: str) -> Talk:
    """The conversation as it is now, and the draft that is open in it."""
    row = conn.execute(_LOAD, {"who": person_id, "where": chat}).one_or_none()
    if row is None:
        return Talk(person_id, chat)
    state, listing = row.state, row.state.get("listing")
    return Talk(
        person_id,
        chat,
        _pair(state.get("focus")),
        (listing[0], tuple(listing[1]), listing[2]) if listing else None,
        state.get("question"),
        _pair(state.get("push")),
        tuple(state["last"]) if state.get("last") else None,
        row.version,
        Draft(row.id, row.intent, row.slots, row.asked, row.at) if row.id else None,
    )


def _pair(value: Any) -> tuple[str, int] | None:
    return (value[0], value[1]) if value else None


def save_talks(conn: Connection, talks: Iterable[Talk]) -> None:
    """Keep what these conversations, which the transaction holds, are after one event more."""
    rows = [
        {
            "person_id": talk.person_id,
            "chat": talk.chat,
            "state": {name: getattr(talk, name) for name in _KEPT},
            "version": talk.version + 1,
        }
        for talk in talks
    ]
    if rows:
        conn.execute(_SAVE[conn.dialect.name], for_rows(conversations, rows))


_KEPT = ("focus", "listing", "question", "push", "last")


class Drafts:
    """The half-finished commands of one person in one chat; at most one is open."""

    def __init__(self, conn: Connection, person_id: int, chat: str, now: datetime) -> None:
        self._conn, self._person_id, self._chat, self._now = conn, person_id, chat, now

    def find(self, draft_id: int) -> Draft | None:
        """One's own draft of that id, unless it is too old."""
        asked = select(drafts).where(self._mine(), self._alive(), drafts.c.id == draft_id)
        row = self._conn.execute(asked).one_or_none()
        return None if row is None else Draft(row.id, row.intent, row.slots, row.asked, row.at)

    def keep(self, intent: str, slots: dict[str, Any], asked: str, *, open_: bool = True) -> int:
        """Keep a draft; its id. An open one takes the place of the one that was open, which is set aside.

        What says the same already, and what is too old, goes.
        """
        if open_:
            self.set_aside()
        gone = [one.id for one in self.waiting() if (one.intent, one.slots) == (intent, slots)]
        stale = or_(drafts.c.id.in_(gone), ~self._alive())
        self._conn.execute(delete(drafts).where(self._mine(), drafts.c.open == 0, stale))
        made = self._conn.execute(
            insert(drafts), for_rows(drafts, [{
                "person_id": self._person_id, "chat": self._chat, "intent": intent, "slots": slots,
                "asked": asked, "open": int(open_), "at": self._now,
            }])[0],
        )  # fmt: skip
        (draft_id,) = made.inserted_primary_key or (0,)
        return int(draft_id)

    def set_aside(self) -> None:
        """The open draft waits in 草稿."""
        self._conn.execute(update(drafts).where(self._mine(), drafts.c.open == 1).values(open=0))

    def finish(self, draft_id: int) -> None:
        """The draft has become a record."""
        self._conn.execute(delete(drafts).where(self._mine(), drafts.c.id == draft_id))

    def waiting(self) -> list[Draft]:
        """What lies in 草稿, newest first, the open one included."""
        asked = select(drafts).where(self._mine(), self._alive()).order_by(drafts.c.id.desc())
        return [
            Draft(row.id, row.intent, row.slots, row.asked, row.at)
            for row in self._conn.execute(asked.limit(10))
        ]

    def _alive(self) -> Any:
        return drafts.c.at >= self._now - DRAFT_LIFE

    def _mine(self) -> Any:
        return (drafts.c.person_id == self._person_id) & (drafts.c.chat == self._chat)


def used_ration(conn: Connection, person_id: int, what: str, day: str) -> int:
    """How many of the day's have been used."""
    mine = (rations.c.person_id == person_id) & (rations.c.what == what) & (rations.c.day == day)
    return conn.scalar(select(func.coalesce(func.max(rations.c.used), 0)).where(mine)) or 0


def take_ration(conn: Connection, person_id: int, what: str, day: str, limit: int) -> bool:
    """Use one of the day's `limit`; False when none is left."""
    mine = (rations.c.person_id == person_id) & (rations.c.what == what) & (rations.c.day == day)
    used = used_ration(conn, person_id, what, day)
    if used >= limit:
        return False
    if used:
        conn.execute(update(rations).where(mine).values(used=rations.c.used + 1))
    else:
        conn.execute(insert(rations), {"person_id": person_id, "what": what, "day": day, "used": 1})
    return True
