"""One DingTalk app, as the rest of the bot sees it: read what came, deliver what is to be said."""

import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import aiohttp

from bot.event import Event
from bot.platforms.dingtalk.answers import card_answer
from bot.platforms.dingtalk.cards import Sign, Values, spell, wants_card
from bot.platforms.dingtalk.client import SPACING, DingtalkClient, Sent, Spelt
from bot.platforms.dingtalk.codes import SessionOver, Unsafe
from bot.platforms.dingtalk.events import GUEST, Receiver, read_message, read_press
from bot.platforms.dingtalk.guests import Guests
from bot.platforms.dingtalk.reading import Row
from bot.platforms.dingtalk.spoken import marked_again, session_body, spell_spoken, without_buttons
from bot.platforms.dingtalk.turns import Turns
from bot.platforms.exchange import TIMEOUT
from bot.platforms.outcomes import Dead, Expired, Unknown
from bot.platforms.taps import TapSigner
from cards.model import Message, Text

TAP_LIFE = 30 * 86_400  # Seconds a button works.
ANSWERING = 3.0  # Seconds at most that a renewal waits for the answer to a click on the same card.
REMEMBERED = 1000  # Cards shown, and messages of unknown fate, that are remembered at most.
UNSAID = Text("这条消息里有钉钉安全检查不放行的内容，没有发出。请说“帮助”，换个说法再查一次。")


class DingtalkConnection:
    """An internal app of one corp. `callback_route` is empty where callbacks come by Stream."""

    def __init__(
        self,
        name: str,
        corp_id: str,
        client_id: str,
        client_secret: str,
        robot_code: str,
        card_template: str,
        api_base: str,
        oapi_base: str,
        signer: TapSigner,
        session: aiohttp.ClientSession,
        clock: Callable[[], float] = time.time,
        *,
        robot_name: str = "小二",
        callback_route: str = "",
        timeout: aiohttp.ClientTimeout = TIMEOUT,
        spacing: float = SPACING,
    ) -> None:
        self.name = name
        self.receiver = Receiver(name, corp_id, robot_code or client_id, robot_name)
        self.guests = Guests(clock)
        self._template, self._signer, self._clock = card_template, signer, clock
        self._newest = 0  # Unix seconds at which the taps drawn last expire.
        self._turns = Turns(ANSWERING)
        self._shown: OrderedDict[str, tuple[str, Message]] = OrderedDict()
        self._doubtful: OrderedDict[str, None] = OrderedDict()
        self.client = DingtalkClient(
            session,
            client_id=client_id,
            client_secret=client_secret,
            robot_code=self.receiver.robot_code,
            api_base=api_base,
            oapi_base=oapi_base,
            route=callback_route,
            clock=clock,
            timeout=timeout,
            spacing=spacing,
        )

    def read_message(self, row: Row, now: float) -> Event:
        """The event of a robot message; a guest's address for replying is kept. Raises only `BadCallback`."""
        event = read_message(row, self.receiver, self._signer, now)
        if event.sender.startswith(GUEST) and event.reply_to:
            self.guests.keep(event.sender, event.reply_to, now)
        return event

    def read_press(self, row: Row, now: float) -> Event:
        """The event of a card callback. Raises only `BadCallback`."""
        return read_press(row, self.receiver, self._signer, now)

    def shown(self, userid: str, card: str) -> Message | None:
        """What this process last showed this member on that card, if it has sent it."""
        owner, message = self._shown.get(card, ("", None))
        return message if owner == userid else None

    async def deliver(
        self, userid: str, message: Message, *, task_id: str, chat: str = "", reply_to: str = ""
    ) -> Sent:
        """Say it to one member, to the group `chat`, or to a guest who has just spoken. `reply_to` is the
        conversation's own address. A card is known by `task_id` and shown once; words of unknown fate are not
        repeated. Raises `Outcome`.
        """
        guest = userid.startswith(GUEST)
        if chat or guest:
            return await self._to_conversation(
                chat, reply_to or (self.guests.address(userid) if guest else ""), message
            )
        try:
            return await self._to_member(userid, message, task_id)
        except Unsafe:
            if message == UNSAID:
                raise
            return _reached(userid, await self.client.send([userid], self._spoken(UNSAID)))

    async def update(
        self, userid: str, message: Message, *, response_code: str, task_id: str = "", again: bool = False
    ) -> Sent:
        """Show the new state on the card that `response_code` names, as often as needed. Raises `Expired`
        when a fresh card is needed, else as `deliver`.
        """
        if not self._template:
            raise Expired("没有卡片模板，只能另发一张")
        async with self._turns.of(response_code):
            return await self.client.update_card(response_code, self._spell(message))

    def answering(self, card: str) -> AbstractAsyncContextManager[None]:
        """While this lasts, nothing else of this process renews the card: the later answer would undo it."""
        return self._turns.of(card)

    def answer(self, message: Message | None) -> dict[str, Any]:
        """The response to a click on a card whose present state `message` is; None: nothing is to change."""
        return card_answer(self._spell(message)) if message is not None else {}

    async def _to_member(self, userid: str, message: Message, task_id: str) -> Sent:
        if self._template and wants_card(message):
            values = self._spell(message)
            sent = await self.client.create_card(userid, task_id, self._template, values)
            self._shown[task_id] = (userid, message)
            while len(self._shown) > REMEMBERED:
                self._shown.popitem(last=False)
            return sent
        return await self._say(userid, message, task_id)

    async def _say(self, userid: str, message: Message, task_id: str) -> Sent:
        """Words cannot be sent idempotently: what is said in conversation is not repeated, a card once."""
        again = task_id in self._doubtful
        spelt = self._spoken(message)
        try:
            sent = await self.client.send([userid], marked_again(spelt) if again else spelt)
        except Unknown as unknown:
            if again or isinstance(message, Text):
                raise Dead(f"不知道有没有送达，不再重发：{unknown.reason}") from None
            self._doubtful[task_id] = None
            while len(self._doubtful) > REMEMBERED:
                self._doubtful.popitem(last=False)
            raise
        return _reached(userid, sent)

    async def _to_conversation(self, chat: str, address: str, message: Message) -> Sent:
        """By its own address while that lives, else to the group; a guest in private has nothing else."""
        spelt = without_buttons(self._spoken(message))
        try:
            if address:
                try:
                    await self.client.reply(address, session_body(spelt))
                    return Sent()
                except SessionOver:
                    if not chat:
                        raise
            if chat:
                return await self.client.send_group(chat, spelt)
        except Unknown as unknown:
            raise Dead(f"不知道有没有送达，不再重发：{unknown.reason}") from None
        raise Dead("外部人员的会话回复地址已失效")

    def _spell(self, message: Message) -> Values:
        return spell(message, self._signing())

    def _spoken(self, message: Message) -> Spelt:
        return spell_spoken(message, self._signing())

    def _signing(self) -> Sign:
        """Signs the taps of one drawing. No two drawings end in the same second, so that each state of a card
        carries taps of its own (see `events.read_press`).
        """
        self._newest = max(self._newest + 1, int(self._clock()) + TAP_LIFE)
        expires, connection = self._newest, self.receiver.scope
        return lambda tap: self._signer.sign(tap.pack(), connection=connection, expires=expires)


def _reached(userid: str, sent: Sent) -> Sent:
    if userid in sent.invalid:
        raise Dead("成员不存在，或不在应用可见范围内")
    return sent
