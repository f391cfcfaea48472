"""What each phone shows: one conversation for each member and app, made of bubbles."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from sandbox.journal import Journal

Side = Literal["person", "app", "other"]


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation as one member's phone shows it: with an app alone, or the `group` the app is also in."""

    corp_id: str
    agent_id: int
    userid: str
    platform: str = "wecom"
    group: str = ""

    def view(self) -> dict[str, Any]:
        """The names by which the page addresses it."""
        names = {"corp": self.corp_id, "agent": self.agent_id, "userid": self.userid}
        return {**names, "platform": self.platform, "group": self.group}


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message on the screen. `settled` is the word on a greyed-out button; `at` is business time.

    `trail` is the gesture behind it: its own, or the one it most likely follows from. In a group, `other` is
    the side of what another member said, and `author` that member's name.
    """

    number: int
    chat: Chat
    side: Side
    kind: str
    body: Mapping[str, Any]
    at: datetime
    msgid: str = ""
    task_id: str = ""
    settled: str = ""
    recalled: bool = False
    problem: str = ""
    chosen: Mapping[str, list[str]] = field(default_factory=dict)
    trail: int = 0
    author: str = ""

    def view(self) -> dict[str, Any]:
        """The bubble as JSON."""
        return {
            "number": self.number,
            **self.chat.view(),
            "side": self.side,
            "kind": self.kind,
            "body": self.body,
            "at": self.at.isoformat(),
            "msgid": self.msgid,
            "task_id": self.task_id,
            "settled": self.settled,
            "recalled": self.recalled,
            "problem": self.problem,
            "chosen": self.chosen,
            "trail": self.trail,
            "author": self.author,
        }


class Talks:
    """All conversations. Every new or changed bubble is told to the open pages."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._chats: dict[Chat, dict[int, Bubble]] = {}
        self._copies: dict[str, dict[int, Chat]] = {}
        self._number = 0

    def add(
        self,
        chat: Chat,
        side: Side,
        kind: str,
        body: Mapping[str, Any],
        at: datetime,
        *,
        msgid: str = "",
        task_id: str = "",
        trail: int = 0,
        author: str = "",
    ) -> Bubble:
        """Show one more bubble."""
        self._number += 1
        bubble = Bubble(self._number, chat, side, kind, body, at, msgid, task_id, trail=trail, author=author)
        self._keep(bubble)
        return bubble

    def change(self, bubble: Bubble, **what: Any) -> Bubble:
        """Show a bubble differently, in its old place."""
        changed = replace(bubble, **what)
        self._keep(changed)
        return changed

    def of(self, chat: Chat) -> list[Bubble]:
        """The bubbles of one conversation, oldest first."""
        return list(self._chats.get(chat, {}).values())

    def with_person(self, userid: str) -> list[Bubble]:
        """Everything that one member sees, over all apps, oldest first."""
        wanted = userid.casefold()
        found = [
            bubble
            for chat, bubbles in self._chats.items()
            if chat.userid.casefold() == wanted
            for bubble in bubbles.values()
        ]
        return sorted(found, key=lambda bubble: bubble.number)

    def copies(self, msgid: str) -> list[Bubble]:
        """The copies of one sent message on all phones."""
        return [self._chats[chat][number] for number, chat in self._copies.get(msgid, {}).items()]

    def now(self, bubble: Bubble) -> Bubble:
        """The bubble as it looks by now."""
        return self._chats[bubble.chat][bubble.number]

    def _keep(self, bubble: Bubble) -> None:
        self._chats.setdefault(bubble.chat, {})[bubble.number] = bubble
        if bubble.msgid:
            self._copies.setdefault(bubble.msgid, {})[bubble.number] = bubble.chat
        self._journal.tell("bubble", bubble.view())
