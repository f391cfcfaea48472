"""Callbacks over HTTP: robot messages, card presses and encrypted events, POSTed to the bot's URLs."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox.dingtalk.crypto import CryptoRefused, Seal, card_sign, event_sign, robot_sign
from sandbox.dingtalk.letters import Letter, Lost, Reply
from sandbox.dingtalk.server import Server
from sandbox.dingtalk.tokens import Caller

LARGEST_REPLY = 64 * 1024


class UrlRefused(Exception):
    """The event URL did not prove itself; the words say how."""


@dataclass(frozen=True, slots=True)
class _Request:
    """One POST bit by bit, so that it can be sent again as somebody would who has overheard it."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    query: Mapping[str, str] | None


class Posting:
    """POSTs letters. Needs `open` before use and `close` at the end."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._session: aiohttp.ClientSession | None = None
        self._last: _Request | None = None

    def open(self) -> None:
        """Make the client session; needs a running loop."""
        self._session = aiohttp.ClientSession()

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()

    async def robot(self, caller: Caller, letter: Letter, seconds: float) -> Reply:
        """A message to the robot's URL, signed with the app's secret. Raises `Lost`."""
        timestamp = self._milliseconds()
        sign = robot_sign(caller.app.client_secret, timestamp)
        status, body = await self._post(
            caller.app.robot_url, letter.data, {"timestamp": timestamp, "sign": sign}, seconds
        )
        return Reply(status, _object(body))

    async def card(self, url: str, api_secret: str, letter: Letter, seconds: float) -> Reply:
        """A press to the URL of a registered route, signed if a secret was registered. Raises `Lost`."""
        timestamp = self._milliseconds()
        headers = {
            "x-ddpaas-signature-timestamp": timestamp,
            "x-ddpaas-signature": card_sign(api_secret, timestamp),
        }
        status, body = await self._post(url, letter.data, headers if api_secret else {}, seconds)
        return Reply(status, _object(body))

    async def event(self, caller: Caller, data: Mapping[str, Any], seconds: float) -> Reply:
        """An event, sealed; done only when a sealed `success` comes back. Raises `Lost`."""
        app = caller.app
        seal = Seal(app.event_token, app.event_aes_key, app.client_id)
        timestamp, nonce = self._milliseconds(), secrets.token_urlsafe(6)
        encrypted = seal.encrypt(json.dumps(data, ensure_ascii=False))
        signature = event_sign(app.event_token, timestamp, nonce, encrypted)
        query = {"signature": signature, "msg_signature": signature, "timestamp": timestamp, "nonce": nonce}
        status, body = await self._post(app.event_url, {"encrypt": encrypted}, {}, seconds, query)
        answer = _object(body)
        names = ("encrypt", "msg_signature", "timeStamp", "nonce")
        try:
            words = seal.open(*(str(answer.get(name, "")) for name in names))
        except CryptoRefused as refused:
            self._server.journal.note("event", f"事件的应答无法识别：{refused.reason}", status=status)
            return Reply(status, {"status": "LATER"})
        done = status == 200 and words == "success"
        return Reply(status, {"status": "SUCCESS" if done else "LATER"})

    async def verify(self, caller: Caller, seconds: float = 1.5) -> None:
        """Saving the event URL in the console: a sealed check_url wants a sealed success. `UrlRefused`."""
        try:
            reply = await self.event(caller, {"EventType": "check_url"}, seconds)
        except Lost as lost:
            raise UrlRefused("事件地址没有应答") from lost
        if reply.data["status"] != "SUCCESS":
            raise UrlRefused("事件地址的应答不是加密的 success")

    async def repeat(self, seconds: float) -> int:
        """Send the last request again, bit by bit; the status. Raises `LookupError`, `Lost`."""
        if self._session is None or self._last is None:
            raise LookupError("还没有发过回调")
        status, _ = await self._send(self._session, self._last, seconds)
        return status

    async def _post(
        self,
        url: str,
        data: Mapping[str, Any],
        headers: Mapping[str, str],
        seconds: float,
        query: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes]:
        assert self._session is not None, "the sandbox has not been started"
        if not url:
            raise Lost("没有配置回调地址")
        typed = {"Content-Type": "application/json; charset=utf-8", **headers}
        self._last = _Request(url, json.dumps(data, ensure_ascii=False).encode(), typed, query)
        return await self._send(self._session, self._last, seconds)

    async def _send(self, session: aiohttp.ClientSession, one: _Request, seconds: float) -> tuple[int, bytes]:
        timeout = aiohttp.ClientTimeout(total=seconds)
        try:
            async with session.post(
                one.url, data=one.body, headers=one.headers, params=one.query, timeout=timeout,
                allow_redirects=False,
            ) as response:  # fmt: skip
                return response.status, await response.content.read(LARGEST_REPLY)
        except TimeoutError as late:
            raise Lost("回调超时") from late
        except aiohttp.ClientError as failed:
            raise Lost("回调连接不上") from failed

    def _milliseconds(self) -> str:
        return str(int(self._server.now() * 1000))


def _object(body: bytes) -> Mapping[str, Any]:
    """The JSON object of an answer; an empty one for anything else."""
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
