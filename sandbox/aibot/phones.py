"""What members see: their private chat with a bot, and each their own copy of what is said in a group."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sandbox.aibot.bots import Group, Place
from sandbox.journal import Journal
from sandbox.shown import ShownCard
from sandbox.talks import Bubble, Chat, Side, Talks

PLATFORM = "wecom_bot"
TEXTS = ("text", "markdown", "markdown_v2")


class Phones:
    """All conversations with bots and in groups. Several bots and webhook robots may share one.

    With the `talks` of a pretend WeCom the bubbles stand on the same phones as those of its apps.
    """

    def __init__(self, groups: Sequence[Group], journal: Journal, talks: Talks | None = None) -> None:
        self.talks = talks or Talks(journal)
        self._groups = {group.chatid: group for group in groups}

    def group(self, chatid: str) -> Group:
        """The group of that id. Raises `LookupError`."""
        group = self._groups.get(chatid)
        if group is None:
            raise LookupError(f"没有这个群：{chatid}")
        return group

    def knows(self, chatid: str) -> bool:
        """Whether there is such a group."""
        return chatid in self._groups

    def show(
        self,
        bot_id: str,
        place: Place,
        side: Literal["person", "app"],
        kind: str,
        body: Mapping[str, Any],
        at: datetime,
        *,
        msgid: str,
        task_id: str = "",
        author: str = "",
    ) -> list[Bubble]:
        """Show a message on every phone that it reaches; `author` is the name of the member who speaks."""
        shown = []
        for chat in self._chats(bot_id, place):
            whose: Side = "other" if side == "person" and chat.userid != place.userid else side
            name = author if whose == "other" else ""
            bubble = self.talks.add(chat, whose, kind, body, at, msgid=msgid, task_id=task_id, author=name)
            shown.append(bubble)
        return shown

    def private(self, bot_id: str, userid: str) -> list[Bubble]:
        """One member's private chat with a bot, oldest first."""
        return self.talks.of(_private(bot_id, userid))

    def in_group(self, chatid: str, userid: str = "") -> list[Bubble]:
        """A group as one member sees it, the first member unless one is named."""
        return self.talks.of(_in_group(chatid, userid or self.group(chatid).members[0]))

    def seen_by(self, userid: str) -> list[Bubble]:
        """What a member's phone shows of bots and groups, oldest first."""
        return [b for b in self.talks.with_person(userid) if b.chat.platform == PLATFORM]

    def place_of(self, bubble: Bubble) -> Place:
        """Where a bubble is: who looks at it, and in which group."""
        return Place(bubble.chat.userid, bubble.chat.group)

    def _chats(self, bot_id: str, place: Place) -> list[Chat]:
        if not place.chatid:
            return [_private(bot_id, place.userid)]
        return [_in_group(place.chatid, member) for member in self.group(place.chatid).members]


def _private(bot_id: str, userid: str) -> Chat:
    """A private chat is filed under its bot, where an app's is filed under corp and agent."""
    return Chat(bot_id, 0, userid, PLATFORM)


def _in_group(chatid: str, userid: str) -> Chat:
    """A group belongs to no bot: several may speak in it."""
    return Chat("", 0, userid, PLATFORM, chatid)


def texts(bubbles: Sequence[Bubble]) -> list[str]:
    """The words that came from bots and robots, oldest first."""
    return [str(b.body["content"]) for b in bubbles if b.side == "app" and b.kind in TEXTS]


def cards(bubbles: Sequence[Bubble]) -> list[ShownCard]:
    """The cards that came from bots and robots, oldest first."""
    return [ShownCard(b) for b in bubbles if b.side == "app" and b.kind == "template_card"]
