"""Callback mode: encrypted JSON to the bot, and its sealed answer back (doc/101033)."""

import asyncio
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from sandbox.aibot.server import Aibot
from sandbox.wecom.callbacks import Outcome, UrlRefused
from sandbox.wecom.codes import Refused
from sandbox.wecom.crypto import CryptoRefused, Seal

TRIES = 3
TOO_LATE = (aiohttp.ClientError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Letter:
    """One try as it goes over the wire."""

    url: URL
    body: bytes
    nonce: str
    plaintext: str


class Callbacks:
    """Posts plaintexts to one bot. Needs `open` before use and `close` at the end."""

    def __init__(self, aibot: Aibot) -> None:
        self._aibot = aibot
        self._session: aiohttp.ClientSession | None = None
        self._seal = Seal(aibot.bot.token, aibot.bot.aes_key, "")
        self.last: Letter | None = None

    def open(self) -> None:
        """Make the client session; needs a running loop."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._aibot.pace.callback))

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()

    async def verify(self, url: str) -> None:
        """Saving an address in the console: within a second the decrypted echo, exactly. `UrlRefused`."""
        echo = str(secrets.randbelow(10**19))
        encrypted = self._seal.encrypt(echo)
        query = {**self._signed(encrypted), "echostr": encrypted}
        timeout = aiohttp.ClientTimeout(total=self._aibot.pace.verify)
        try:
            async with self._client().get(_join(url, query), timeout=timeout) as response:
                body = await response.read()
        except TOO_LATE as failed:
            raise UrlRefused("回调地址在一秒内没有应答") from failed
        if response.status != 200 or not hmac.compare_digest(body, echo.encode()):
            raise UrlRefused("回调地址的应答与解密后的 echostr 不一致")
        self._aibot.callback_url = url

    async def deliver(self, body: dict[str, Any], *, tries: int = TRIES) -> Outcome:
        """Hand one callback over, newly encrypted for each try; time-outs and lost connections repeat."""
        plaintext = json.dumps(body, ensure_ascii=False)
        outcome = Outcome(0)
        for number in range(1, tries + 1):
            outcome = await self._try(self._letter(plaintext), number)
            if outcome.status is not None:
                break
        if outcome.arrived and self._aibot.faults.take("callback", "callback_twice"):
            return await self._again(plaintext, outcome)
        return outcome

    async def redeliver(self, *, exact: bool = False) -> Outcome:
        """Send the last callback again: newly encrypted, or `exact`ly the same bytes. `LookupError`."""
        if self.last is None:
            raise LookupError("还没有发过回调")
        return await self._try(self.last if exact else self._letter(self.last.plaintext), 1)

    async def _again(self, plaintext: str, first: Outcome) -> Outcome:
        """The same callback once more: a bot answers it with the same stream."""
        second = await self._try(self._letter(plaintext), first.tries + 1)
        if _stream_of(first.reply) != _stream_of(second.reply):
            self._aibot.journal.note("callback", "重复的回调得到了另一个流")
            return Outcome(second.tries, first.status, first.reply, "重复的回调得到了另一个流")
        return Outcome(second.tries, first.status, first.reply, first.problem)

    async def _try(self, letter: Letter, number: int) -> Outcome:
        self.last = letter
        headers = {"Content-Type": "application/json; charset=utf-8"}
        try:
            async with self._client().post(letter.url, data=letter.body, headers=headers) as response:
                answer = await response.read()
        except TOO_LATE as failed:
            word = "超时" if isinstance(failed, asyncio.TimeoutError) else "连接不上"
            self._note(number, word)
            return Outcome(number, problem=f"回调{word}")
        if self._aibot.faults.take(f"callback/{number}", "lose_callback_answer"):
            self._note(number, "应答在路上丢了")
            return Outcome(number, problem="应答丢失")
        self._note(number, f"HTTP {response.status}")
        return self._read(letter, number, response.status, answer)

    def _read(self, letter: Letter, number: int, status: int, answer: bytes) -> Outcome:
        if status != 200:
            return Outcome(number, status, problem=f"回调得到 HTTP {status}")
        if not answer:
            return Outcome(number, status)
        try:
            return Outcome(number, status, reply=self._opened(letter, answer))
        except (UnicodeDecodeError, ValueError, CryptoRefused, Refused) as broken:
            self._aibot.journal.note("callback", "被动回复无法识别", reason=str(broken))
            return Outcome(number, status, problem=f"被动回复无法识别：{broken}")

    def _opened(self, letter: Letter, answer: bytes) -> str:
        """The plaintext of a passive reply. Raises for an envelope that is not exactly as documented."""
        envelope = json.loads(answer.decode())
        if not isinstance(envelope, dict) or envelope.keys() != {
            "encrypt",
            "msgsignature",
            "timestamp",
            "nonce",
        }:
            raise ValueError("信封的字段不对")
        encrypted, signature = envelope["encrypt"], envelope["msgsignature"]
        if not isinstance(encrypted, str) or not isinstance(signature, str):
            raise ValueError("encrypt 或 msgsignature 不是字符串")
        if type(envelope["timestamp"]) is not int:
            raise ValueError("timestamp 不是整数")
        if envelope["nonce"] != letter.nonce:
            raise ValueError("nonce 不是这次回调的")
        return self._seal.open(encrypted, signature, str(envelope["timestamp"]), letter.nonce)

    def _letter(self, plaintext: str) -> Letter:
        encrypted = self._seal.encrypt(plaintext)
        query = self._signed(encrypted)
        body = json.dumps({"encrypt": encrypted}).encode()
        return Letter(_join(self._aibot.callback_url, query), body, query["nonce"], plaintext)

    def _signed(self, encrypted: str) -> dict[str, str]:
        timestamp, nonce = str(int(self._aibot.now())), str(secrets.randbelow(10**10))
        signature = self._seal.sign(timestamp, nonce, encrypted)
        return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}

    def _note(self, number: int, words: str) -> None:
        words = f"回调智能机器人，第 {number} 次：{words}"
        self._aibot.journal.note("callback", words, bot=self._aibot.bot.bot_id)

    def _client(self) -> aiohttp.ClientSession:
        assert self._session is not None, "the sandbox has not been started"
        return self._session


def _stream_of(reply: str) -> object:
    """The stream id in a plaintext, if there is one."""
    try:
        stream = json.loads(reply).get("stream")
        return stream.get("id") if isinstance(stream, dict) else None
    except (ValueError, AttributeError):
        return None


def _join(url: str, query: dict[str, str]) -> URL:
    """The address with the query percent-encoded as WeCom does it (%2B, %2F, %3D)."""
    return URL(f"{url}{'&' if '?' in url else '?'}{urlencode(query, safe='')}", encoded=True)
