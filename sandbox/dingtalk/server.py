"""Everything the pretend DingTalk remembers, in one place, handed to the functions that answer calls."""

import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.clock import ReadClock
from sandbox.dingtalk.codes import Refused
from sandbox.dingtalk.ids import query_key
from sandbox.dingtalk.media import MediaStore
from sandbox.dingtalk.org import Org, User
from sandbox.dingtalk.sessions import Sessions
from sandbox.dingtalk.tokens import Caller, Tokens
from sandbox.dingtalk.troubles import Troubles
from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.ledger import Delivery, Ledger
from sandbox.talks import Bubble, Chat, Talks
from sandbox.trails import Trails

PLATFORM = "dingtalk"


@dataclass(slots=True)
class Shelf:
    """What another stand-in may share with this one, so that one page shows both."""

    journal: Journal = field(default_factory=Journal)
    faults: Faults = field(default_factory=Faults)
    ledger: Ledger = field(default_factory=Ledger)
    talks: Talks | None = None
    trails: Trails | None = None


class Server:
    """The state of the stand-in. `now` is real time in seconds, `read_clock` the business clock."""

    def __init__(
        self,
        orgs: Sequence[Org],
        *,
        read_clock: ReadClock,
        now: Callable[[], float] = time.time,
        shelf: Shelf | None = None,
    ) -> None:
        shelf = shelf or Shelf()
        self.orgs = orgs
        self.read_clock, self.now = read_clock, now
        self.journal, self.faults, self.ledger = shelf.journal, shelf.faults, shelf.ledger
        self.talks = shelf.talks or Talks(self.journal)
        self.trails = shelf.trails or Trails(self.journal)
        self.troubles = Troubles()
        self.tokens = Tokens(now)
        self.sessions = Sessions(now)
        self.media = MediaStore(now)
        self.read_up_to: dict[Chat, int] = {}  # The newest bubble each member has certainly seen.
        self.repeated = 0  # Repeats that were recognised and not shown again.
        self.base_url = ""

    def callers(self) -> list[Caller]:
        """All apps of all organisations."""
        return [Caller(org, app) for org in self.orgs for app in org.apps]

    def app_of(self, client_id: object, client_secret: object) -> Caller | None:
        """The app of these credentials, or nobody."""
        if not isinstance(client_id, str) or not isinstance(client_secret, str):
            return None
        for caller in self.callers():
            same = hmac.compare_digest(caller.app.client_secret.encode(), client_secret.encode())
            if caller.app.client_id == client_id and same:
                return caller
        return None

    def caller_of(self, chat: Chat) -> Caller:
        """The app at the other end of a conversation. Raises `LookupError`."""
        for caller in self.callers():
            if (caller.org.corp_id, caller.app.agent_id) == (chat.corp_id, chat.agent_id):
                return caller
        raise LookupError(f"没有这个应用：{chat.corp_id} {chat.agent_id}")

    def user_of(self, chat: Chat) -> User:
        """The member on this end of a conversation. Raises `LookupError`."""
        user = self.caller_of(chat).org.user(chat.userid)
        if user is None:
            raise LookupError(f"没有这个人：{chat.userid}")
        return user

    def chat_of(
        self, userid: str, group: str = "", corp_id: str | None = None, agent_id: int | None = None
    ) -> Chat:
        """A member's conversation with the first app that fits; `group` by its id or title. `LookupError`."""
        for caller in self.callers():
            org, app = caller.org, caller.app
            user = org.user(userid)
            if user is None or corp_id not in (None, org.corp_id) or agent_id not in (None, app.agent_id):
                continue
            if not group and org.sees(app, user):
                return Chat(org.corp_id, app.agent_id, userid, PLATFORM)
            for one in org.groups if group else ():
                if group in (one.conversation_id, one.title) and userid in one.members:
                    return Chat(org.corp_id, app.agent_id, userid, PLATFORM, one.conversation_id)
        raise LookupError(f"没有这个人：{userid}" + (f"，或不在群里：{group}" if group else ""))

    def check_robot(self, caller: Caller, robot_code: object) -> None:
        """A robotCode must be there and belong to the app of the token. Raises `Refused`."""
        if not robot_code:
            raise Refused("invalidParameter.robotCode.empty")
        if robot_code == caller.app.robot:
            return
        known = any(robot_code == other.app.robot for other in self.callers())
        raise Refused("invalidParameter.robotCode.auth" if known else "invalidParameter.robotCode.notExsit")

    def chats_to(self, caller: Caller, userids: Sequence[str], group: str = "") -> list[Chat]:
        """The conversations on which a message to these members appears."""
        ids = (caller.org.corp_id, caller.app.agent_id)
        return [Chat(*ids, userid, PLATFORM, group) for userid in userids]

    async def show(
        self,
        caller: Caller,
        chats: Sequence[Chat],
        kind: str,
        body: Mapping[str, Any],
        *,
        task_id: str = "",
        bodies: Mapping[str, Mapping[str, Any]] | None = None,
        settled: str = "",
    ) -> Delivery:
        """Put a message of an app on phones and into the ledger; `bodies` by userid where they differ."""
        shown_at = await self.read_clock()
        delivery = Delivery(
            msgid=query_key(),
            corp_id=caller.org.corp_id,
            agent_id=caller.app.agent_id,
            kind="send",
            recipients=tuple(chat.userid for chat in chats),
            at=self.now(),
            shown_at=shown_at,
            msgtype=kind,
            body=body,
            task_id=task_id,
            trail=self.trails.cause,
        )
        self.ledger.add(delivery)
        for chat in chats:
            bubble = self.talks.add(
                chat, "app", kind, (bodies or {}).get(chat.userid, body), shown_at,
                msgid=delivery.msgid, task_id=task_id, trail=delivery.trail,
            )  # fmt: skip
            if settled:
                self.talks.change(bubble, settled=settled)
        return delivery

    def has_seen(self, chat: Chat) -> None:
        """A member who acts in a conversation has read what is in it."""
        bubbles = self.talks.of(chat)
        self.read_up_to[chat] = bubbles[-1].number if bubbles else 0

    def has_read(self, bubble: Bubble) -> bool:
        """Whether the member has certainly seen a bubble."""
        return bubble.number <= self.read_up_to.get(bubble.chat, 0)
