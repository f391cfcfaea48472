"""One guarded HTTP exchange: bounded in time and size, no redirects, no words of the URL in any error."""

from collections.abc import Mapping

import aiohttp
from yarl import URL

from bot.platforms.outcomes import Configuration, Outcome, Retry, Unknown

LARGEST_ANSWER = 1024 * 1024
TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5, sock_connect=5)
SERVER_PAUSE = 5.0


class Exchange:
    """Calls to one platform, called `name` (in Chinese) where something goes wrong."""

    def __init__(self, session: aiohttp.ClientSession, name: str, timeout: aiohttp.ClientTimeout) -> None:
        self._session = session
        self._name = name
        self._timeout = timeout

    async def ask(
        self, method: str, url: URL, data: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        """HTTP status and body. Raises `Outcome` for what never came, and for redirects."""
        failure: Outcome
        try:
            return await self._exchange(method, url, data, headers)
        except Outcome as known:
            failure = known
        except aiohttp.ClientSSLError:
            failure = Configuration(f"{self._name}服务器的证书不可信", 300.0)
        except aiohttp.ClientConnectorError:
            failure = Retry(f"无法连接{self._name}服务器", SERVER_PAUSE)
        except aiohttp.ConnectionTimeoutError:
            failure = Retry(f"连接{self._name}服务器超时", SERVER_PAUSE)
        except TimeoutError:
            failure = Unknown(f"{self._name}服务器没有及时应答", SERVER_PAUSE)
        except (aiohttp.ClientError, OSError):
            failure = Unknown(f"与{self._name}服务器的连接中断", SERVER_PAUSE)
        # Raised out here, the new error does not carry the old one, whose words may quote the URL.
        raise failure

    async def _exchange(
        self, method: str, url: URL, data: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        sent = {"Accept-Encoding": "identity", **headers}
        if data is not None:
            sent["Content-Type"] = "application/json; charset=utf-8"
        async with self._session.request(
            method, url, data=data, headers=sent, allow_redirects=False, timeout=self._timeout
        ) as response:
            if 300 <= response.status < 400:
                raise Retry(f"{self._name}服务器要求跳转，已拒绝", 60.0)
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise Unknown(f"{self._name}服务器的应答被压缩，无法读取", SERVER_PAUSE)
            return response.status, await self._read(response)

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        whole = bytearray()
        async for chunk in response.content.iter_chunked(64 * 1024):
            whole += chunk
            if len(whole) > LARGEST_ANSWER:
                response.close()
                raise Unknown(f"{self._name}服务器的应答过大", SERVER_PAUSE)
        return bytes(whole)
