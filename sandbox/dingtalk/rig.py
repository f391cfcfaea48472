"""The pretend DingTalk as tests and the page hold it: people who speak and tap, and what they see."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from time import time
from typing import TypeVar

from aiohttp import web

from sandbox.clock import ReadClock
from sandbox.dingtalk.callbacks import Callbacks
from sandbox.dingtalk.cards import CARD, Cards
from sandbox.dingtalk.changes import Changes
from sandbox.dingtalk.gateway import Gateway
from sandbox.dingtalk.gestures import Gestures
from sandbox.dingtalk.org import Org
from sandbox.dingtalk.pace import Pace
from sandbox.dingtalk.presses import Presses
from sandbox.dingtalk.server import PLATFORM, Server, Shelf
from sandbox.dingtalk.shown import ACTION_CARD, ShownCard
from sandbox.dingtalk.webhooks import CustomRobots
from sandbox.ledger import Ledger
from sandbox.talks import Bubble, Chat
from sandbox.waiting import until
from sandbox.wecom.callbacks import Outcome
from sandbox.wecom.selections import check_live

PREFIX = "/dingtalk"
T = TypeVar("T")


async def real_time() -> datetime:
    """The clock of a stand-in that was given none."""
    return datetime.now(UTC)


class DingTalk:
    """One pretend DingTalk and its people. Userids suffice where they are unique; a group by id or title.

    `redeliver_after`: seconds without an answer until a message is pushed again (about 60 on the real one);
    `card_seconds`: how long a tap waits. `bad_token_status`: 400 as documented, or 401 as also seen.
    `calls_per_second`: how often an app may call one API (20 on the real one), None without a limit.
    """

    def __init__(
        self,
        orgs: Sequence[Org],
        *,
        read_clock: ReadClock = real_time,
        now: Callable[[], float] = time,
        shelf: Shelf | None = None,
        redeliver_after: float = 5.0,
        card_seconds: float = 2.0,
        bad_token_status: int = 400,
        calls_per_second: int | None = None,
        prefix: str = PREFIX,
    ) -> None:
        self.server = Server(orgs, read_clock=read_clock, now=now, shelf=shelf)
        self.gateway = Gateway(self.server)
        self.callbacks = Callbacks(
            self.server, self.gateway, redeliver_after=redeliver_after, card_seconds=card_seconds
        )
        self.cards, self.robots = Cards(), CustomRobots()
        self.presses = Presses(self.server, self.cards, self.callbacks)
        self.gestures = Gestures(self.server, self.callbacks, self.presses)
        self.changes = Changes(self.server, self.callbacks)
        self.bad_token_status, self.prefix = bad_token_status, prefix
        self.pace = Pace(now, calls_per_second)

    @property
    def api_base(self) -> str:
        """What the bot's `api_base` and `oapi_base` are to be, once the sandbox runs."""
        return self.server.base_url

    @property
    def ledger(self) -> Ledger:
        """Every delivery the platform accepted."""
        return self.server.ledger

    def listen_on(self, url: str) -> None:
        """Tell it the address under which it is reached, without the prefix."""
        self.server.base_url = f"{url}{self.prefix}"

    def chat(
        self, userid: str, group: str = "", corp_id: str | None = None, agent_id: int | None = None
    ) -> Chat:
        """A member's conversation. Raises `LookupError`."""
        return self.server.chat_of(userid, group, corp_id, agent_id)

    async def say(
        self,
        userid: str,
        words: str,
        group: str = "",
        *,
        mention: bool = True,
        quoted: Bubble | None = None,
        corp_id: str | None = None,
        agent_id: int | None = None,
    ) -> Outcome:
        """A member types a sentence; returns when it was acknowledged or given up. Raises `LookupError`."""
        chat = self.chat(userid, group, corp_id, agent_id)
        return await self.gestures.say(chat, words, mention=mention, quoted=quoted)

    async def tap(
        self,
        userid: str,
        text: str,
        on: ShownCard | None = None,
        selected: Mapping[str, str] | None = None,
        *,
        late: bool = False,
    ) -> Outcome:
        """Tap the button of that text, on the newest card that has it unless `on` names one.

        `late` taps the face that `on` remembers, even if it has changed by now: a tap that was on its way.
        Raises `LookupError` without such a button, `CannotTap` where the client would not allow it.
        """
        card = on or self._card_with(userid, text)
        bubble = card.bubble if late else self.server.talks.now(card.bubble)
        if not late:
            check_live(bubble)
        return await self.gestures.tap(bubble, ShownCard(bubble).key_of(text), selected)

    def cards_to(self, userid: str) -> list[ShownCard]:
        """The cards on a member's phone as they look now, in groups too, oldest first."""
        return [ShownCard(b) for b in self._received(userid) if b.kind in (CARD, ACTION_CARD)]

    def texts_to(self, userid: str, group: str | None = None) -> list[str]:
        """The texts and markdown a member received, oldest first; of one group, or with "" one to one."""
        wanted = group and self.chat(userid, group).group
        return [
            str(bubble.body["content"])
            for bubble in self._received(userid)
            if bubble.kind in ("text", "markdown") and (group is None or bubble.chat.group == wanted)
        ]

    async def until(self, condition: Callable[[], T], seconds: float = 5.0) -> T:
        """Wait for something to become true on the phones, and return it. Raises `TimeoutError`."""
        return await until(self.server.journal, condition, seconds)

    async def connected(self, count: int = 1, seconds: float = 5.0) -> None:
        """Wait until that many Stream connections are open. Raises `TimeoutError`."""
        await self.until(lambda: len(self.gateway.connections) >= count, seconds)

    async def redeliver(self, *, exact: bool = False) -> Outcome:
        """Push the last message or event again, with the same msgId or `exact`ly. Raises `LookupError`."""
        return await self.callbacks.redeliver(exact=exact)

    async def forward(self, card: ShownCard, userid: str, *, forced: bool = False) -> ShownCard:
        """Pass a card on to another member. `CannotTap` where the bot did not allow it, unless `forced`."""
        bubble = await self.gestures.forward(card.bubble, self.chat(userid), forced=forced)
        return ShownCard(bubble)

    def _card_with(self, userid: str, text: str) -> ShownCard:
        cards = self.cards_to(userid)
        for card in reversed(cards):
            if text in card.buttons:
                return card
        there = "；".join(f"{card.title}：{'、'.join(card.buttons)}" for card in cards)
        raise LookupError(f"{userid} 没有带按钮“{text}”的卡片。现有：{there or '没有卡片'}")

    def _received(self, userid: str) -> list[Bubble]:
        seen = self.server.talks.with_person(userid)
        return [
            bubble
            for bubble in seen
            if bubble.side == "app" and not bubble.recalled and bubble.chat.platform == PLATFORM
        ]


DINGTALK = web.AppKey("dingtalk", DingTalk)
