"""Callbacks to the bot (doc/90930): encrypted, signed, five seconds each, three tries in all."""

import asyncio
import hmac
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from sandbox.trails import Trail, Try, real_now
from sandbox.wecom.crypto import CryptoRefused, Seal
from sandbox.wecom.plaintexts import Field
from sandbox.wecom.server import WeCom
from sandbox.wecom.tokens import Caller
from sandbox.wecom.xml import XmlRefused, read, write

TRIES = 3
VERIFY_SECONDS = 1.0
LARGEST_REPLY = 256 * 1024
SHOWN = 160  # So much of the encrypted text is kept to be looked at.


@dataclass(frozen=True, slots=True)
class Letter:
    """One try as it went over the wire; kept so that it can be sent again bit by bit."""

    caller: Caller
    url: str
    body: bytes
    plaintext: str
    trail: Trail | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a callback: how many tries, the last HTTP status, the decrypted passive reply."""

    tries: int
    status: int | None = None
    reply: str = ""
    problem: str = ""

    @property
    def arrived(self) -> bool:
        """Whether the bot answered 200 within the time."""
        return self.status == 200


class UrlRefused(Exception):
    """The callback URL did not prove itself; the words say how."""


class Callbacks:
    """Posts plaintexts to the apps. Needs `open` before use and `close` at the end."""

    def __init__(self, wecom: WeCom, *, timeout: float = 5.0) -> None:
        self._wecom = wecom
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None
        self.last: Letter | None = None

    def open(self) -> None:
        """Make the client session; needs a running loop."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._timeout))

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()

    async def verify(self, caller: Caller, url: str) -> None:
        """Saving a URL in the console: it must answer the decrypted echo within a second. `UrlRefused`."""
        echo = str(secrets.randbelow(10**19))
        query = _signed(self._seal(caller), self._seal(caller).encrypt(echo), self._wecom.now(), echo=True)
        timeout = aiohttp.ClientTimeout(total=VERIFY_SECONDS)
        try:
            async with self._client().get(_join(url, query), timeout=timeout) as response:
                body = await response.content.read(LARGEST_REPLY)
        except (aiohttp.ClientError, TimeoutError) as failed:
            raise UrlRefused("回调地址在一秒内没有应答") from failed
        if response.status != 200 or not hmac.compare_digest(body, echo.encode()):
            raise UrlRefused("回调地址的应答与解密后的 echostr 不一致")
        self._wecom.callback_urls[caller.corp.corp_id, caller.app.agent_id] = url

    async def deliver(self, caller: Caller, plaintext: str, trail: Trail | None = None) -> Outcome:
        """Hand one plaintext over, newly encrypted for each try; time-outs and lost connections repeat."""
        url = self._wecom.callback_url(caller)
        if not url:
            return Outcome(0, problem="这个应用没有配置回调地址")
        outcome = Outcome(0)
        for tries in range(1, TRIES + 1):
            outcome = await self._try(self._letter(caller, url, plaintext, trail), tries)
            if outcome.status is not None:
                break
        if outcome.arrived and self._wecom.faults.take("callback", "callback_twice"):
            await self._try(self._letter(caller, url, plaintext, trail), outcome.tries + 1)
        return outcome

    async def redeliver(self, *, exact: bool = False) -> Outcome:
        """Send the last callback again: newly encrypted as a retry would, or `exact`ly the same bytes."""
        if self.last is None:
            raise LookupError("还没有发过回调")
        if exact:
            return await self._try(self.last, 1)
        return await self.deliver(self.last.caller, self.last.plaintext, self.last.trail)

    async def _try(self, letter: Letter, tries: int) -> Outcome:
        self.last = letter
        headers = {"Content-Type": "text/xml; charset=utf-8"}
        url = URL(letter.url, encoded=True)
        began, start = real_now(), time.perf_counter()

        def note(words: str, status: int | None = None) -> None:
            ms = round((time.perf_counter() - start) * 1000, 1)
            self._note(letter, f"回调小二，第 {tries} 次：{words}", ms=ms)
            self._wecom.trails.tried(letter.trail, _tried(letter, began, ms, status, words))

        try:
            async with self._client().post(url, data=letter.body, headers=headers) as response:
                body = await response.content.read(LARGEST_REPLY)
        except (aiohttp.ClientError, TimeoutError) as failed:
            word = "超时" if isinstance(failed, asyncio.TimeoutError) else "连接不上"
            note(word)
            return Outcome(tries, problem=f"回调{word}")
        if self._wecom.faults.take(f"callback/{tries}", "lose_callback_answer"):
            note("应答在路上丢了")
            return Outcome(tries, problem="应答丢失")
        note(f"HTTP {response.status}", response.status)
        return self._read(letter, tries, response.status, body)

    def _read(self, letter: Letter, tries: int, status: int, body: bytes) -> Outcome:
        """Open the passive reply, if there is one; a broken one is shown as a problem."""
        if status != 200:
            return Outcome(tries, status, problem=f"回调得到 HTTP {status}")
        if body in (b"", b"success"):
            return Outcome(tries, status)
        try:
            envelope = read(body.decode())
            names = ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
            plaintext = self._seal(letter.caller).open(*(envelope.word(name) for name in names))
        except (UnicodeDecodeError, XmlRefused, CryptoRefused) as broken:
            self._note(letter, "被动回复无法识别", reason=str(broken))
            return Outcome(tries, status, problem=f"被动回复无法识别：{broken}")
        return Outcome(tries, status, reply=plaintext)

    def _letter(self, caller: Caller, url: str, plaintext: str, trail: Trail | None) -> Letter:
        seal = self._seal(caller)
        encrypted = seal.encrypt(plaintext)
        ids: list[Field] = [("ToUserName", caller.corp.corp_id), ("AgentID", str(caller.app.agent_id))]
        envelope = write([*ids, ("Encrypt", encrypted)])
        query = _signed(seal, encrypted, self._wecom.now())
        return Letter(caller, str(_join(url, query)), envelope.encode(), plaintext, trail)

    def _note(self, letter: Letter, words: str, **detail: object) -> None:
        app = {"corp": letter.caller.corp.corp_id, "agent": letter.caller.app.agent_id}
        self._wecom.journal.note("callback", words, **app, **detail)

    def _seal(self, caller: Caller) -> Seal:
        return Seal(caller.app.token, caller.app.aes_key, caller.corp.corp_id)

    def _client(self) -> aiohttp.ClientSession:
        assert self._session is not None, "the sandbox has not been started"
        return self._session


def _tried(letter: Letter, began: str, ms: float, status: int | None, words: str) -> Try:
    url = URL(letter.url, encoded=True)
    signature, timestamp, nonce = (
        url.query.get(name, "") for name in ("msg_signature", "timestamp", "nonce")
    )
    encrypted = read(letter.body.decode()).word("Encrypt")[:SHOWN]
    return Try(began, ms, url.path, len(letter.body), signature, timestamp, nonce, encrypted, status, words)


def _signed(seal: Seal, encrypted: str, now: float, *, echo: bool = False) -> dict[str, str]:
    """The query of one try: signature, ten-digit real time, fresh nonce."""
    timestamp, nonce = str(int(now)), str(secrets.randbelow(10**10))
    query = {
        "msg_signature": seal.sign(timestamp, nonce, encrypted),
        "timestamp": timestamp,
        "nonce": nonce,
    }
    return {**query, "echostr": encrypted} if echo else query


def _join(url: str, query: dict[str, str]) -> URL:
    """The URL with the query percent-encoded just as WeCom does it (%2B, %2F, %3D)."""
    return URL(f"{url}{'&' if '?' in url else '?'}{urlencode(query, safe='')}", encoded=True)
