"""Everything the pretend platform remembers about one smart bot."""

import itertools
import secrets
import time
from collections.abc import Callable, Sequence
from datetime import date

from sandbox.aibot.bots import Bot, Group, Pace, Place
from sandbox.aibot.files import Files
from sandbox.aibot.phones import Phones
from sandbox.aibot.rates import A_MINUTE_AND_AN_HOUR, Windows
from sandbox.aibot.turns import Kind, Turn
from sandbox.aibot.vouchers import Vouchers
from sandbox.clock import ReadClock
from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.wecom.corp import Corp
from sandbox.wecom.media import MediaStore

AT_ONCE = 3  # Messages of one member that may wait for their answer (doc/100719).


class CannotSay(Exception):
    """Something the client would not let a member do; the words say why."""


class Aibot:
    """The state around one bot. `now` is real time in seconds, `read_clock` the business clock.

    It is in callback mode while `callback_url` is set, else in long-connection mode; never in both.
    """

    def __init__(
        self,
        bot: Bot,
        corp: Corp,
        groups: Sequence[Group],
        *,
        read_clock: ReadClock,
        callback_url: str = "",
        pace: Pace | None = None,
        now: Callable[[], float] = time.time,
        journal: Journal | None = None,
        faults: Faults | None = None,
        phones: Phones | None = None,
    ) -> None:
        self.bot, self.corp, self.callback_url = bot, corp, callback_url
        self.read_clock, self.now = read_clock, now
        self.pace = pace or Pace()
        self.journal = journal or Journal()
        self.faults = faults or Faults()
        self.phones = phones or Phones(groups, self.journal)
        self.files = Files(now)
        self.media = MediaStore(now)
        self.vouchers = Vouchers(now)
        self.rates = Windows(now, A_MINUTE_AND_AN_HOUR)
        self.turns: dict[str, Turn] = {}
        self.used_tasks: set[str] = set()
        self.spoken: set[str] = set()  # Conversations in which a member has written to the bot.
        self.entered: dict[str, date] = {}
        self.url = ""  # Where the platform is served, once it runs.
        self._numbers = itertools.count(1)

    @property
    def by_callback(self) -> bool:
        """Whether the bot is in callback mode."""
        return bool(self.callback_url)

    def place(self, userid: str, chatid: str = "") -> Place:
        """Where a member speaks. Raises `LookupError`: nobody of that name, no such group, not in it."""
        user = self.corp.user(userid)
        if user is None or user.status == 5:
            raise LookupError(f"没有这个人：{userid}")
        if chatid and user.userid not in self.phones.group(chatid).members:
            raise LookupError(f"{userid} 不在这个群里：{chatid}")
        return Place(user.userid, chatid)

    def begin(self, kind: Kind, place: Place, *, task_id: str = "", tapped: str = "") -> Turn:
        """A member does something. Raises `CannotSay` with three messages still unanswered."""
        now = self.now()
        mine = [t for t in self.turns.values() if t.kind == "message" and t.place.userid == place.userid]
        if kind == "message" and sum(t.busy(now, self.pace.stream) for t in mine) >= AT_ONCE:
            raise CannotSay("同一个人最多有三条消息在等回答，请稍后再发")
        turn = Turn(kind, place, self.new_msgid(), now, task_id=task_id, tapped=tapped)
        self.turns[turn.msgid] = turn
        if kind == "message":
            self.spoken.add(place.conversation)
        return turn

    def new_msgid(self) -> str:
        """An opaque name, as long as the platform's."""
        return f"CAIQ{next(self._numbers)}{secrets.token_hex(8)}"
