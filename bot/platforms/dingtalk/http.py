"""Calls to DingTalk's two hosts, and to no other: JSON objects in and out, or an outcome (dingtalk.md §0)."""

from typing import Any

import aiohttp
from yarl import URL

from bot.platforms.dingtalk.codes import outcome, session_outcome
from bot.platforms.dingtalk.reading import Row, dumps, read_row
from bot.platforms.exchange import SERVER_PAUSE, Exchange
from bot.platforms.outcomes import Dead, Unknown
from bot.platforms.refused import BadCallback

CREDENTIAL = "x-acs-dingtalk-access-token"


class Wire:
    """Calls to the host that `api_base` names, and to addresses on the one that `oapi_base` names."""

    def __init__(
        self, session: aiohttp.ClientSession, api_base: str, oapi_base: str, timeout: aiohttp.ClientTimeout
    ) -> None:
        self._exchange = Exchange(session, "钉钉", timeout)
        self._api, self._oapi = _base(api_base), _base(oapi_base)

    async def ask(self, method: str, path: str, body: dict[str, Any], token: str = "") -> Row:
        """The JSON object answered with 200. Raises `Outcome`."""
        headers = {"Accept": "application/json"} | ({CREDENTIAL: token} if token else {})
        status, raw = await self._exchange.ask(method, self._api / path, dumps(body).encode(), headers)
        answer = _read(raw)
        if status != 200:
            raise outcome(status, answer or {})
        if answer is None:
            raise Unknown("钉钉服务器的应答不是预期的 JSON", SERVER_PAUSE)
        return answer

    async def reply(self, address: str, body: dict[str, Any]) -> None:
        """Post to a session's own address, if it lies on the host we were told of. Raises `Outcome`."""
        url = self._ours(address)
        status, raw = await self._exchange.ask("POST", url, dumps(body).encode(), {})
        answer = _read(raw)
        if status != 200 or answer is None or not isinstance(answer.get("errcode"), int | str):
            raise Unknown(f"钉钉服务器的应答不是预期的 JSON（HTTP {status}）", SERVER_PAUSE)
        if str(answer["errcode"]) != "0":
            raise session_outcome(_number(answer["errcode"]))

    def _ours(self, address: str) -> URL:
        try:
            url = URL(address)
            same = (url.scheme, url.host, url.port) == (self._oapi.scheme, self._oapi.host, self._oapi.port)
        except ValueError:
            same = False
        # Whoever could name another host would have the bot call it.
        if not same or url.user is not None:
            raise Dead("会话的回复地址不在 oapi_base 的主机上")
        return url


def _base(address: str) -> URL:
    url = URL(address)
    if url.scheme not in ("http", "https") or not url.host or url.user or url.query_string or url.fragment:
        raise ValueError("an API base must be an http(s) address without user, query or fragment")
    return url


def _read(raw: bytes) -> Row | None:
    try:
        return read_row(raw)
    except BadCallback:
        return None


def _number(code: int | str) -> int:
    text = str(code)
    return int(text) if len(text) < 12 and text.lstrip("-").isdecimal() else 0
