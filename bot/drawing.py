"""Drawing a queued message for its recipient, with the recipient's sight and the record's present state."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from bot.event import ANSWERS_ONLY
from cards.model import Message, find_card
from handlers.desk import Actor, Desk, roles_of, scope_of
from handlers.policies.inforce import rules_for
from handlers.rereading import reread
from handlers.views import drawn, row_of
from storage.directory import AccountFact, Organisation, OrganisationCache
from storage.keyring import Keyring
from storage.ledger import copies, inbox
from storage.session import open_session
from storage.talk import Talk


@dataclass(frozen=True, slots=True)
class Address:
    """Which account of the recipient is written to, or, with `chat`, which group."""

    platform: str
    connection: str
    userid: str
    chat: str = ""
    reply_to: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Ready:
    """A message as it goes out now. `copy`: the card it renews. `version`: of the record that is shown."""

    row: Any
    message: Message
    address: Address
    task_id: str
    copy: Any = None
    version: int = 0
    anew: bool = False  # where the copy can no longer be renewed, a fresh card is sent

    @property
    def fresh_id(self) -> str:
        """The task id of the fresh card."""
        return _task_id(self.row.key)


@dataclass(frozen=True, slots=True)
class Gone:
    """Nothing goes out: the recipient may no longer see it, or cannot be reached."""

    row: Any
    reason: str


class Drawing:
    """Reads what a message needs. Runs in a reader's thread."""

    def __init__(
        self,
        keys: Keyring,
        clock: Callable[[], datetime],
        undo: timedelta,
        reachable: frozenset[tuple[str, str]],
    ) -> None:
        self._keys, self._clock, self._undo, self._reachable = keys, clock, undo, reachable
        self._cache = OrganisationCache()

    def draw(self, conn: Connection, row: Any) -> Ready | Gone:
        """The message of an outbox row, or why there is none."""
        if row.person_id is None:
            words = row.args["words"]
            address = _spoken_from(row)
            return Ready(row, find_card(row.draw)(**words), address, _task_id(row.key))
        org = self._cache.get(conn)
        person = org.people.get(row.person_id)
        now = self._clock()
        if person is None or (person.left_at and person.left_at <= now):
            return Gone(row, "收件人已离职")
        found = self._address(org, row)
        if found is None:
            return Gone(row, "收件人没有可送达的账号")
        address = found
        rules = rules_for(org, person.unit_id, self._undo)
        roles = frozenset(held.role for held in roles_of(person, now))
        actor = Actor(person, roles, f"{address.platform}:{address.connection}", "")
        with open_session(conn, scope_of(person, org, rules, now)) as session:
            desk = Desk(session, actor, now, org, rules, self._keys, row.cause, Talk(person.id, ""))
            message = _drawn(desk, row)
            if message is None:
                return Gone(row, "收件人已无权查看，或记录已不在")
            shown = row_of(desk, row.noun, row.record_id) if row.record_id else None
            version = shown.version if shown else 0
        if row.copy_id is None:
            return Ready(row, message, address, _task_id(row.key), version=version)
        copy = conn.execute(select(copies).where(copies.c.id == row.copy_id)).one_or_none()
        if copy is None:
            return Gone(row, "卡片已不在")
        return Ready(row, message, address, copy.task_id, copy, version, self._told_anew(conn, row, copy))

    def _told_anew(self, conn: Connection, row: Any, copy: Any) -> bool:
        """Whether a fresh card may stand in where this one can no longer be renewed.

        Only for the newest card a person has of the record, and not for the one who made the change: that
        one reads the answer. What happens by itself is told by its own message.
        """
        newer = select(copies.c.id).where(
            copies.c.noun == copy.noun,
            copies.c.record_id == copy.record_id,
            copies.c.person_id == copy.person_id,
            copies.c.id > copy.id,
            copies.c.platform.not_in(ANSWERS_ONLY),
        )
        if conn.scalar(newer.limit(1)) is not None:
            return False
        caused = conn.execute(select(inbox.c.person_id).where(inbox.c.key == row.cause)).one_or_none()
        return caused is not None and bool(caused.person_id != row.person_id)

    def _address(self, org: Organisation, row: Any) -> Address | None:
        if row.userid and (row.platform, row.connection) in self._reachable:
            return _spoken_from(row)
        for account in org.accounts_of(row.person_id):
            if (account.platform, account.connection) in self._reachable:
                return _address_of(account)
        return None


def _drawn(desk: Desk, row: Any) -> Message | None:
    args = row.args
    words = reread(desk, row.draw, args["words"])
    if words is None:
        return None
    return drawn(desk, row.draw, row.noun or "", args["ids"], words, many=args["many"])


def _spoken_from(row: Any) -> Address:
    return Address(row.platform, row.connection, row.userid, row.chat or "", row.reply_to or "")


def _address_of(account: AccountFact) -> Address:
    return Address(account.platform, account.connection, account.userid)


def _task_id(key: str) -> str:
    # The occurrence's own key: the platform shows a repetition once.
    return "xe-" + hashlib.sha256(key.encode()).hexdigest()[:40]
