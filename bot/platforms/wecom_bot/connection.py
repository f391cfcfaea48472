"""One smart bot (智能机器人), as the rest of the bot sees it: read what came, answer where it was said.

It answers and does not start a conversation: what is to be pushed goes to the person's account of the app.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from bot.event import Event
from bot.platforms.refused import BadCallback
from bot.platforms.taps import TapSigner
from bot.platforms.wecom.callback import Query, read_echo
from bot.platforms.wecom.client import Sent
from bot.platforms.wecom.codes import Dead
from bot.platforms.wecom.crypto import Cipher
from bot.platforms.wecom_bot.envelope import read_content, sealed
from bot.platforms.wecom_bot.events import Receiver, read_event
from bot.platforms.wecom_bot.spelling import spell_in_place, spell_private, spell_words
from cards.model import Message, Tap

DAY = 86_400
TAP_LIFE = 30  # Days a button works.
Body = dict[str, Any]


class Way(Protocol):
    """How an answer gets out: by the address that came with the words, or by the long connection."""

    def __call__(self, body: Body, *, userid: str, chat: str, reply_to: str) -> Awaitable[None]:
        """Send one body to a group, or to a person where `chat` is empty. Raises `Outcome`."""


class SmartBot:
    """A smart bot in either mode. `cipher` is None where it speaks by long connection."""

    def __init__(
        self,
        receiver: Receiver,
        signer: TapSigner,
        way: Way,
        *,
        cipher: Cipher | None = None,
        public_url: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.receiver = receiver
        self.name = receiver.connection
        self._signer, self._way, self._cipher = signer, way, cipher
        self._public_url, self._clock = public_url, clock

    def read(self, query: Query, body: bytes, now: float) -> Event:
        """The event a POST brings. `now` is real Unix seconds. Raises only `BadCallback`."""
        return self.event(read_content(self._key(), query, body, now), now)

    def event(self, content: Body, now: float) -> Event:
        """The event in a callback's content. Raises only `BadCallback`."""
        return read_event(content, self.receiver, self._signer, now)

    def echo(self, query: Query, now: float) -> str:
        """The exact body that answers a check of the callback URL. Raises only `BadCallback`."""
        return read_echo(self._key(), query, now)

    def in_place(self, message: Message, task_id: str) -> Body:
        """The answer to a tap: the tapped card as it is now."""
        return spell_in_place(message, sign=self._sign, task_id=task_id, public_url=self._public_url)

    def sealed(self, content: Body, query: Query) -> bytes:
        """The body of a passive reply to the callback of that query."""
        return sealed(self._key(), content, query, self._clock())

    async def deliver(
        self, userid: str, message: Message, *, task_id: str, chat: str = "", reply_to: str = ""
    ) -> Sent:
        """Answer in the group `chat`, or privately. Raises `Outcome`."""
        if chat:
            body = spell_words(message)
        else:
            body = spell_private(message, sign=self._sign, task_id=task_id, public_url=self._public_url)
        await self._way(body, userid=userid, chat=chat, reply_to=reply_to)
        return Sent()

    async def update(
        self, userid: str, message: Message, *, response_code: str, task_id: str = "", again: bool = False
    ) -> Sent:
        """A smart bot's card changes only in the answer to its tap. Raises `Dead`."""
        raise Dead("智能机器人的卡片只能在点击时更新")

    def _key(self) -> Cipher:
        if self._cipher is None:
            raise BadCallback("this bot speaks by long connection", 404)
        return self._cipher

    def _sign(self, tap: Tap) -> str:
        # Whole days keep a card repeated on the same day the same to the byte.
        expires = (int(self._clock()) // DAY + TAP_LIFE + 1) * DAY
        return self._signer.sign(tap.pack(), connection=self.receiver.scope, expires=expires)
