"""Callbacks as bytes, sealed by the sandbox's own cipher: genuine ones, and every way of spoiling them."""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import aiohttp
from sqlalchemy import select
from yarl import URL

from sandbox.shown import ShownCard
from sandbox.wecom.crypto import Seal
from sandbox.wecom.plaintexts import Press, press
from storage.ledger import inbox
from tests.conversation import WECOM, Bot

CORP, AGENT = WECOM["corp_id"], WECOM["agent_id"]
SEAL = Seal(WECOM["token"], WECOM["encoding_aes_key"], CORP)


def message(
    words: str, *, sender: str = "ChenSiyu", number: int = 0, corp: str = CORP, agent: object = AGENT
) -> str:
    """The plaintext of something typed; without a number it gets one that nobody has used."""
    return (
        f"<xml><ToUserName><![CDATA[{corp}]]></ToUserName><FromUserName><![CDATA[{sender}]]></FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{words}]]></Content><MsgId>{number or secrets.randbits(62)}</MsgId>"
        f"<AgentID>{agent}</AgentID></xml>"
    )


@dataclass(frozen=True)
class Letter:
    """A callback as it goes over the wire. `query` is spelt as given, repetitions and all."""

    query: Sequence[tuple[str, str]]
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/xml"})
    name: str = "main"

    def but(self, **other: Any) -> "Letter":
        """The same letter with something else in it."""
        return replace(self, **other)

    def asking(self, **values: str) -> "Letter":
        """The same letter with other values in its query."""
        return self.but(query=[(name, values.get(name, value)) for name, value in self.query])

    def url(self, site: str) -> URL:
        """Where it goes to."""
        return URL(f"{site}/callback/wecom/{self.name}?{urlencode(self.query)}", encoded=True)


def signed(
    encrypt: str, *, at: float | None = None, nonce: str = "", seal: Seal = SEAL
) -> list[tuple[str, str]]:
    """The query of a genuine callback around these words."""
    stamp, nonce = str(int(time.time() if at is None else at)), nonce or str(secrets.randbelow(10**10))
    return [("msg_signature", seal.sign(stamp, nonce, encrypt)), ("timestamp", stamp), ("nonce", nonce)]


def envelope(encrypt: str, *more: str) -> bytes:
    """The body around the encrypted words; `more` are further elements."""
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><AgentID><![CDATA[{AGENT}]]></AgentID>"
        f"<Encrypt><![CDATA[{encrypt}]]></Encrypt>{''.join(more)}</xml>"
    ).encode()


def letter(plaintext: str, *, at: float | None = None, seal: Seal = SEAL) -> Letter:
    """A genuine callback, newly encrypted each time."""
    encrypt = seal.encrypt(plaintext)
    return Letter(signed(encrypt, at=at, seal=seal), envelope(encrypt))


def enclosing(encrypt: str) -> Letter:
    """A rightly signed callback around anything at all."""
    return Letter(signed(encrypt), envelope(encrypt))


@dataclass(frozen=True)
class Answer:
    """What the bot said to a callback."""

    status: int
    body: bytes
    headers: Mapping[str, str]


async def post(bot: Bot, one: Letter) -> Answer:
    """Hand a letter in."""
    async with aiohttp.ClientSession() as session:
        return await post_in(session, bot.site, one)


async def post_in(session: aiohttp.ClientSession, site: str, one: Letter) -> Answer:
    """Hand a letter in over a connection that stays open."""
    async with session.post(one.url(site), data=one.body, headers=one.headers) as response:
        return Answer(response.status, await response.read(), dict(response.headers))


async def fetch(bot: Bot, query: Sequence[tuple[str, str]], name: str = "main") -> Answer:
    """Ask the callback URL to prove itself."""
    url = Letter(query, b"", name=name).url(bot.site)
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return Answer(response.status, await response.read(), dict(response.headers))


def pressed(bot: Bot, card: ShownCard, text: str, *, at: int = 0) -> str:
    """The plaintext of a tap on a card as it was seen; each carries a right of its own to renew the card."""
    bubble = card.bubble
    chat = bubble.chat
    code = bot.sandbox.wecom.responses.issue(chat.corp_id, chat.agent_id, bubble.msgid)
    kind = str(bubble.body["card_type"])
    tapped = Press("template_card_event", card.key_of(text), bubble.task_id, kind, code, {})
    return press(chat, at or int(time.time()), tapped)


async def insist(bot: Bot, plaintext: str, tries: int = 20) -> Answer:
    """Hand a message in as the platform does: newly encrypted after each refusal for lack of time."""
    answer = await post(bot, letter(plaintext))
    while answer.status == 503 and tries:
        answer, tries = await post(bot, letter(plaintext)), tries - 1
    return answer


async def came(bot: Bot) -> int:
    """How many events the store knows of."""
    return len(await bot.rows(select(inbox.c.key)))
