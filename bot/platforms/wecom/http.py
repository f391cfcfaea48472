"""Calls to WeCom's API: every answer is a JSON object with an `errcode`, or an outcome."""

import json
from typing import Any

import aiohttp
from yarl import URL

from bot.platforms.exchange import LARGEST_ANSWER, SERVER_PAUSE, TIMEOUT, Exchange
from bot.platforms.wecom.codes import Configuration, Retry, Unknown

__all__ = ["LARGEST_ANSWER", "TIMEOUT", "Wire"]


class Wire:
    """Calls to the one host that `api_base` names."""

    def __init__(self, session: aiohttp.ClientSession, api_base: str, timeout: aiohttp.ClientTimeout) -> None:
        self._exchange = Exchange(session, "企业微信", timeout)
        self._base = _base(api_base)

    async def ask(
        self, method: str, path: str, params: dict[str, str], body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The JSON object answered, with an integer `errcode`. Raises `Outcome`."""
        return await self.ask_at(method, (self._base / path).with_query(params), body)

    async def ask_at(self, method: str, url: URL, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """The same at an address that the caller has checked. Raises `Outcome`."""
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        status, raw = await self._exchange.ask(method, url, data, {})
        _check_status(status)
        return _answer(raw)


def _base(api_base: str) -> URL:
    """The base with its path; WeCom's own path is assumed where only a host is named."""
    url = URL(api_base)
    if url.scheme not in ("http", "https") or not url.host or url.user or url.query_string or url.fragment:
        raise ValueError("api_base must be an http(s) address without user, query or fragment")
    return url if url.path.strip("/") else url.with_path("/cgi-bin")


def _check_status(status: int) -> None:
    if status in (429, 503):
        raise Retry(f"企业微信服务器暂时拒绝（HTTP {status}）", SERVER_PAUSE)
    if status >= 500:
        raise Unknown(f"企业微信服务器出错（HTTP {status}）", SERVER_PAUSE)
    if status != 200:
        raise Configuration(f"接口地址不可用（HTTP {status}），请检查 api_base", 300.0)


def _answer(raw: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        answer = None
    code = answer.get("errcode") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(code, int) or isinstance(code, bool):
        raise Unknown("企业微信服务器的应答不是预期的 JSON", SERVER_PAUSE)
    return answer
