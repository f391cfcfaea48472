"""One WeCom app, as the rest of the bot sees it: read what came, deliver what is to be said."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

import aiohttp

from bot.event import Event
from bot.platforms.taps import TapSigner
from bot.platforms.wecom.callback import Query, read_callback, read_echo
from bot.platforms.wecom.cards import spell, spell_update
from bot.platforms.wecom.client import Sent, WeComClient
from bot.platforms.wecom.codes import Dead, Retry
from bot.platforms.wecom.crypto import Cipher
from bot.platforms.wecom.events import Receiver, fold_userid, read_event
from bot.platforms.wecom.http import TIMEOUT
from bot.platforms.wecom.limits import Pace
from cards.model import Message, Tap

DAY = 86_400
TAP_LIFE = 30  # Days a button works.


class WeComConnection:
    """A self-built app of one corp. Raises `ValueError` for settings that cannot be right."""

    def __init__(
        self,
        name: str,
        corp_id: str,
        agent_id: int,
        secret: str,
        token: str,
        encoding_aes_key: str,
        api_base: str,
        public_url: str,
        signer: TapSigner,
        session: aiohttp.ClientSession,
        clock: Callable[[], float] = time.time,
        *,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
        pace: Pace | None = None,
    ) -> None:
        if not name or not corp_id or not secret or agent_id <= 0:
            raise ValueError("name, corp_id, agent_id and secret are needed")
        self.name = name
        self.receiver = Receiver(name, corp_id, agent_id)
        self._cipher = Cipher(token, encoding_aes_key, corp_id)
        self._public_url = _checked_url(public_url)
        self._signer = signer
        self._clock = clock
        self._pace = pace or Pace()
        self.client = WeComClient(
            session,
            corp_id=corp_id,
            agent_id=agent_id,
            secret=secret,
            api_base=api_base,
            clock=clock,
            timeout=timeout,
        )

    def read(self, query: Query, body: bytes, now: float) -> Event:
        """The event a POST brings. `now` is real Unix seconds. Raises only `BadCallback`."""
        return read_event(read_callback(self._cipher, query, body, now), self.receiver, self._signer, now)

    def echo(self, query: Query, now: float) -> str:
        """The exact body that answers a check of the callback URL. Raises only `BadCallback`."""
        return read_echo(self._cipher, query, now)

    async def deliver(
        self, userid: str, message: Message, *, task_id: str, chat: str = "", reply_to: str = ""
    ) -> Sent:
        """Say it to one member; the last body's answer. `task_id` names the occurrence, so that a repetition
        is shown once; repeat a failed call with the same one. An app hears no groups, and needs no address.
        Raises `Outcome`.
        """
        if chat:
            raise Dead("企业微信应用不在群里")
        bodies = spell(message, sign=self._sign, task_id=task_id, public_url=self._public_url)
        wait = self._pace.wait(fold_userid(userid), len(bodies))
        if wait:
            raise Retry("已达到企业微信对单个成员的发送频率", wait)
        sent = Sent()
        for body in bodies:
            sent = _reached(userid, await self.client.send([userid], body))
        return sent

    async def update(
        self, userid: str, message: Message, *, response_code: str, task_id: str = "", again: bool = False
    ) -> Sent:
        """Show the new state on the card `response_code` belongs to, which works once. `again`: an earlier
        try may have used it. Raises `Expired` when a fresh card is needed, else as `deliver`.
        """
        change = spell_update(
            message, sign=self._sign, task_id=task_id or "update", public_url=self._public_url
        )
        sent = await self.client.update_card([userid], change, response_code=response_code, again=again)
        return _reached(userid, sent)

    def _sign(self, tap: Tap) -> str:
        # Whole days keep a card repeated on the same day the same to the byte.
        expires = (int(self._clock()) // DAY + TAP_LIFE + 1) * DAY
        return self._signer.sign(tap.pack(), connection=self.receiver.scope, expires=expires)


def _reached(userid: str, sent: Sent) -> Sent:
    if fold_userid(userid) in sent.invalid:
        raise Dead("成员不在应用可见范围内，或没有接口许可")
    return sent


def _checked_url(public_url: str) -> str:
    parts = urlsplit(public_url)
    if public_url and (parts.scheme not in ("http", "https") or not parts.hostname or len(public_url) > 2048):
        raise ValueError("public_url must be an http(s) address of at most 2048 characters")
    return public_url
