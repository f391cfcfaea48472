"""A smart bot as tests and the page hold it: members who speak and tap, and a look at what they see."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sandbox.aibot import phones
from sandbox.aibot.bots import Bot, Group, Pace
from sandbox.aibot.callbacks import Callbacks
from sandbox.aibot.gestures import Gestures
from sandbox.aibot.line import Line
from sandbox.aibot.phones import Phones
from sandbox.aibot.replies import show_reply
from sandbox.aibot.server import Aibot
from sandbox.aibot.streams import Polls
from sandbox.aibot.turns import Turn
from sandbox.clock import ReadClock
from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.rig import real_time
from sandbox.shown import ShownCard
from sandbox.talks import Bubble
from sandbox.waiting import until
from sandbox.wecom.callbacks import Outcome
from sandbox.wecom.codes import Refused
from sandbox.wecom.corp import Corp
from sandbox.wecom.selections import check_live

SOCKET = "/aibot/socket"
T = TypeVar("T")


class AibotSandbox:
    """One pretend smart bot and the people around it. With a `callback_url` it is in callback mode."""

    def __init__(
        self,
        bot: Bot,
        corp: Corp,
        groups: Sequence[Group] = (),
        *,
        callback_url: str = "",
        read_clock: ReadClock = real_time,
        pace: Pace | None = None,
        now: Callable[[], float] = time.time,
        journal: Journal | None = None,
        faults: Faults | None = None,
        shared_phones: Phones | None = None,
    ) -> None:
        self.aibot = Aibot(
            bot, corp, groups, read_clock=read_clock, callback_url=callback_url, pace=pace, now=now,
            journal=journal, faults=faults, phones=shared_phones,
        )  # fmt: skip
        self.callbacks = Callbacks(self.aibot)
        self.polls = Polls(self.aibot, self.callbacks)
        self.line = Line(self.aibot)
        self.gestures = Gestures(self.aibot, self._hand_over)

    @property
    def ws_base(self) -> str:
        """What the bot's `ws_base` is to be, once the sandbox runs."""
        return self.aibot.url.replace("http", "ws", 1) + SOCKET

    async def connect(self, url: str) -> None:
        """Save a callback address as in the console, after it has proved itself. Raises `UrlRefused`."""
        await self.callbacks.verify(url)
        await self.line.close()

    async def say(
        self,
        userid: str,
        words: str,
        group: str = "",
        *,
        quote: Mapping[str, Any] | str = "",
        mention: bool = True,
    ) -> Outcome:
        """A member writes, alone with the bot or in a group; returns when the callback has been answered."""
        place = self.aibot.place(userid, group)
        return await self.gestures.say(place, words, quote=quote, mention=mention)

    async def send_picture(self, userid: str, data: bytes, words: str = "", group: str = "") -> Outcome:
        """A picture, with words where there are some; in a group it always has words."""
        place = self.aibot.place(userid, group)
        if words or group:
            return await self.gestures.mix(place, words, data)
        return await self.gestures.picture(place, data)

    async def send_voice(self, userid: str, words: str) -> Outcome:
        """A voice message that says these words."""
        return await self.gestures.voice(self.aibot.place(userid), words)

    async def send_file(self, userid: str, name: str, data: bytes) -> Outcome:
        """A file."""
        return await self.gestures.file(self.aibot.place(userid), name, data)

    async def enter(self, userid: str) -> Outcome:
        """A member opens the private chat."""
        return await self.gestures.enter(self.aibot.place(userid))

    async def tap(
        self,
        userid: str,
        text: str,
        on: ShownCard | None = None,
        selected: Mapping[str, Sequence[str]] | None = None,
        *,
        late: bool = False,
    ) -> Outcome:
        """Tap the button of that text, as `sandbox.rig.Sandbox.tap` does for an app."""
        card = on or self._card_with(userid, text)
        bubble = card.bubble if late else self.aibot.phones.talks.now(card.bubble)
        if not late:
            check_live(bubble)
        return await self.gestures.tap(bubble, ShownCard(bubble).key_of(text), selected)

    async def judge(self, userid: str, kind: int, content: str = "", reasons: Sequence[int] = ()) -> Outcome:
        """Thumbs for the newest answer that asked for them. Raises `LookupError` without one."""
        for bubble in reversed(self.seen_by(userid)):
            if bubble.side == "app" and bubble.body.get("feedback"):
                return await self.gestures.judge(bubble, kind, content, reasons)
        raise LookupError(f"{userid} 没有可以评价的回答")

    def seen_by(self, userid: str) -> list[Bubble]:
        """Everything on a member's phone that has to do with bots, oldest first."""
        return self.aibot.phones.seen_by(userid)

    def texts_to(self, userid: str) -> list[str]:
        """What the bot said to a member alone, oldest first."""
        return phones.texts(self.aibot.phones.private(self.aibot.bot.bot_id, userid))

    def texts_in(self, chatid: str, userid: str = "") -> list[str]:
        """What was said by bots in a group, as one member sees it."""
        return phones.texts(self.aibot.phones.in_group(chatid, userid))

    def cards_to(self, userid: str) -> list[ShownCard]:
        """The cards on a member's phone as they look now, oldest first."""
        return phones.cards(self.seen_by(userid))

    async def until(self, condition: Callable[[], T], seconds: float = 5.0) -> T:
        """Wait for something to become true on the phones, and return it. Raises `TimeoutError`."""
        return await until(self.aibot.journal, condition, seconds)

    async def _hand_over(self, turn: Turn, body: dict[str, Any]) -> Outcome:
        """Take a callback to the bot in the mode it is in."""
        if not self.aibot.by_callback:
            return await self.line.hand_over(turn, body)
        # A tap comes once only: without an answer in time it is dropped (doc/101027).
        outcome = await self.callbacks.deliver(body, **({"tries": 1} if turn.kind == "card" else {}))
        if not outcome.reply:
            return outcome
        try:
            await show_reply(self.aibot, turn, outcome.reply)
        except Refused as refused:
            words = f"被动回复没有显示：{refused.code} {refused.why}".rstrip()
            self.aibot.journal.note("callback", words)
            return Outcome(outcome.tries, outcome.status, outcome.reply, words)
        self.polls.follow(turn)
        return outcome

    def _card_with(self, userid: str, text: str) -> ShownCard:
        cards = self.cards_to(userid)
        for card in reversed(cards):
            if text in card.buttons:
                return card
        there = "；".join(f"{card.title}：{'、'.join(card.buttons)}" for card in cards)
        raise LookupError(f"{userid} 没有带按钮“{text}”的卡片。现有：{there or '没有卡片'}")
