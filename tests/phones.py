"""Phones of either platform, as a test uses them: the same gestures, the same reading."""

from collections.abc import Sequence
from typing import Protocol

from sandbox.app import Sandbox
from sandbox.dingtalk.cards import CARD
from sandbox.dingtalk.rig import DingTalk
from sandbox.dingtalk.shown import ACTION_CARD
from sandbox.dingtalk.shown import ShownCard as DingCard
from sandbox.shown import ShownCard
from sandbox.wecom import plaintexts
from sandbox.wecom.plaintexts import Press


class Shown(Protocol):
    """A card on a phone."""

    @property
    def title(self) -> str:
        """Its main title."""

    @property
    def settled(self) -> str:
        """The word in place of its buttons; empty while there is something to tap."""

    @property
    def words(self) -> str:
        """All one can read on it."""

    @property
    def buttons(self) -> list[str]:
        """The texts that can be tapped."""

    def key_of(self, text: str) -> str:
        """What is signed behind a button."""


class Phones(Protocol):
    """Everybody's phone on one platform."""

    async def say(self, userid: str, words: str) -> None:
        """Type a sentence."""

    async def tap(self, userid: str, text: str, on: Shown | None) -> None:
        """Tap a button, on the newest card that has it unless `on` names one."""

    async def forge(self, userid: str, key: str) -> None:
        """Send the tap of a button that stands on somebody else's card."""

    def cards(self, userid: str) -> Sequence[Shown]:
        """The cards on a phone as they look now, oldest first."""

    def words(self, userid: str) -> list[str]:
        """Everything received, oldest first, as one reads it now."""


class WecomPhones:
    """Phones with WeCom on them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def say(self, userid: str, words: str) -> None:
        """Type a sentence."""
        outcome = await self._sandbox.say(userid, words)
        assert outcome.status == 200, outcome

    async def tap(self, userid: str, text: str, on: Shown | None) -> None:
        """Tap a button."""
        assert on is None or isinstance(on, ShownCard)
        await self._sandbox.tap(userid, text, on=on)

    async def forge(self, userid: str, key: str) -> None:
        """Send the tap of a button that stands on somebody else's card."""
        platform, chat = self._sandbox.wecom, self._sandbox.chat(userid)
        press = Press("template_card_event", key, "lent-card", "button_interaction", "", {})
        caller = platform.caller(chat.corp_id, chat.agent_id)
        await self._sandbox.callbacks.deliver(caller, plaintexts.press(chat, int(platform.now()), press))

    def cards(self, userid: str) -> Sequence[Shown]:
        """The cards on a phone as they look now."""
        return self._sandbox.cards_to(userid)

    def words(self, userid: str) -> list[str]:
        """Everything received."""
        return [
            ShownCard(bubble).words
            if bubble.kind == "template_card"
            else str(bubble.body.get("content", "")).strip()
            for bubble in self._sandbox.wecom.talks.with_person(userid)
            if bubble.side == "app" and not bubble.recalled
        ]


class DingtalkPhones:
    """Phones with DingTalk on them."""

    def __init__(self, ding: DingTalk, userids: Sequence[str]) -> None:
        self._ding, self._userids = ding, userids

    async def say(self, userid: str, words: str) -> None:
        """Type a sentence."""
        outcome = await self._ding.say(userid, words)
        assert outcome.arrived, outcome

    async def tap(self, userid: str, text: str, on: Shown | None) -> None:
        """Tap a button."""
        assert on is None or isinstance(on, DingCard)
        await self._ding.tap(userid, text, on=on)

    async def forge(self, userid: str, key: str) -> None:
        """Send that tap from a card that was passed on against the bot's will."""
        server = self._ding.server
        cards = [card for owner in self._userids for card in self._ding.cards_to(owner)]
        lent = await self._ding.forward(cards[0], userid, forced=True)
        trail = server.trails.begin("tap", await server.read_clock(), lent.bubble.chat, name=lent.task_id)
        await self._ding.presses.press(lent.bubble, {"tap": key}, trail)

    def cards(self, userid: str) -> Sequence[Shown]:
        """The cards on a phone as they look now."""
        return self._ding.cards_to(userid)

    def words(self, userid: str) -> list[str]:
        """Everything received."""
        return [
            DingCard(bubble).words
            if bubble.kind in (CARD, ACTION_CARD)
            else str(bubble.body.get("content", "")).strip()
            for bubble in self._ding.server.talks.with_person(userid)
            if bubble.side == "app" and not bubble.recalled
        ]
