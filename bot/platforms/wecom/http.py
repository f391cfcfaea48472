"""One guarded HTTP exchange: bounded in time and size, no redirects, no words of the URL in any error."""

import json
from typing import Any

import aiohttp
from yarl import URL

from bot.platforms.wecom.codes import Configuration, Outcome, Retry, Unknown

LARGEST_ANSWER = 1024 * 1024
TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5, sock_connect=5)
SERVER_PAUSE = 5.0


class Wire:
    """Calls to the one host that `api_base` names."""

    def __init__(self, session: aiohttp.ClientSession, api_base: str, timeout: aiohttp.ClientTimeout) -> None:
        self._session = session
        self._base = _base(api_base)
        self._timeout = timeout

    async def ask(
        self, method: str, path: str, params: dict[str, str], body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The JSON object answered, with an integer `errcode`. Raises `Outcome`."""
        url = (self._base / path).with_query(params)
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        failure: Outcome
        try:
            return await self._exchange(method, url, data)
        except Outcome as known:
            failure = known
        except aiohttp.ClientSSLError:
            failure = Configuration("企业微信服务器的证书不可信", 300.0)
        except aiohttp.ClientConnectorError:
            failure = Retry("无法连接企业微信服务器", SERVER_PAUSE)
        except aiohttp.ConnectionTimeoutError:
            failure = Retry("连接企业微信服务器超时", SERVER_PAUSE)
        except TimeoutError:
            failure = Unknown("企业微信服务器没有及时应答", SERVER_PAUSE)
        except (aiohttp.ClientError, OSError):
            failure = Unknown("与企业微信服务器的连接中断", SERVER_PAUSE)
        # Raised out here, the new error does not carry the old one, whose words may quote the URL.
        raise failure

    async def _exchange(self, method: str, url: URL, data: bytes | None) -> dict[str, Any]:
        headers = {"Accept-Encoding": "identity"}
        if data is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
        async with self._session.request(
            method, url, data=data, headers=headers, allow_redirects=False, timeout=self._timeout
        ) as response:
            _check_status(response)
            return _answer(await _read(response))


def _base(api_base: str) -> URL:
    """The base with its path; WeCom's own path is assumed where only a host is named."""
    url = URL(api_base)
    if url.scheme not in ("http", "https") or not url.host or url.user or url.query_string or url.fragment:
        raise ValueError("api_base must be an http(s) address without user, query or fragment")
    return url if url.path.strip("/") else url.with_path("/cgi-bin")


def _check_status(response: aiohttp.ClientResponse) -> None:
    status = response.status
    if status in (429, 503):
        raise Retry(f"企业微信服务器暂时拒绝（HTTP {status}）", SERVER_PAUSE)
    if status >= 500:
        raise Unknown(f"企业微信服务器出错（HTTP {status}）", SERVER_PAUSE)
    if 300 <= status < 400:
        raise Retry("企业微信服务器要求跳转，已拒绝", 60.0)
    if status != 200:
        raise Configuration(f"接口地址不可用（HTTP {status}），请检查 api_base", 300.0)
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise Unknown("企业微信服务器的应答被压缩，无法读取", SERVER_PAUSE)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    whole = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        whole += chunk
        if len(whole) > LARGEST_ANSWER:
            response.close()
            raise Unknown("企业微信服务器的应答过大", SERVER_PAUSE)
    return bytes(whole)


def _answer(raw: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        answer = None
    code = answer.get("errcode") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(code, int) or isinstance(code, bool):
        raise Unknown("企业微信服务器的应答不是预期的 JSON", SERVER_PAUSE)
    return answer
