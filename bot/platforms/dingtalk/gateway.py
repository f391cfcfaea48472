"""Opening a Stream connection: ask for a ticket, then connect with it, once (dingtalk.md §2.1)."""

import asyncio
from typing import Any

import aiohttp
from yarl import URL

from bot.platforms.dingtalk.frames import LARGEST_FRAME, SUBSCRIPTIONS
from bot.platforms.dingtalk.reading import dumps, read_row, word
from bot.platforms.exchange import TIMEOUT, Exchange
from bot.platforms.outcomes import Outcome
from bot.platforms.refused import BadCallback

USER_AGENT = "xiaoer-python/1.0"
HANDSHAKE = 10.0  # Seconds.
CLOSING = 0.5  # Seconds for a farewell.


class NotOpened(Exception):
    """No connection this time. `denied`: the credentials were refused. The words hold no secret."""

    def __init__(self, reason: str, *, denied: bool = False) -> None:
        super().__init__(reason)
        self.denied = denied


class Gateway:
    """The way to Stream connections of one app. `heartbeat`: seconds between pings; half that for a pong."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        client_id: str,
        client_secret: str,
        api_base: str,
        *,
        heartbeat: float = 30.0,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
    ) -> None:
        self._session, self._heartbeat = session, heartbeat
        self._exchange = Exchange(session, "钉钉", timeout)
        self._base = URL(api_base)
        self._login: dict[str, Any] = {
            "clientId": client_id, "clientSecret": client_secret, "subscriptions": SUBSCRIPTIONS,
            "ua": USER_AGENT,
        }  # fmt: skip

    async def open(self) -> aiohttp.ClientWebSocketResponse:
        """A new connection. Raises `NotOpened`."""
        url = await self._ticketed()
        try:
            # The heartbeat begins only after the handshake; a host that says nothing is given up.
            async with asyncio.timeout(HANDSHAKE):
                return await self._session.ws_connect(
                    url, heartbeat=self._heartbeat, max_msg_size=LARGEST_FRAME,
                    timeout=aiohttp.ClientWSTimeout(ws_close=CLOSING),
                )  # fmt: skip
        except aiohttp.WSServerHandshakeError as refused:
            reason = f"websocket refused, HTTP {refused.status}"
        except (aiohttp.ClientError, OSError, TimeoutError) as failure:
            reason = f"websocket failed: {type(failure).__name__}"
        # Raised out here, so that the library's words, which hold the ticket, do not come along.
        raise NotOpened(reason)

    async def _ticketed(self) -> URL:
        headers = {"Accept": "application/json"}
        url = self._base / "v1.0/gateway/connections/open"
        try:
            status, raw = await self._exchange.ask("POST", url, dumps(self._login).encode(), headers)
        except Outcome as outcome:
            raise NotOpened(outcome.reason) from None
        try:
            answer = read_row(raw)
        except BadCallback:
            answer = {}
        if status != 200:
            denied = status == 401 or word(answer, "code") in ("authFailed", "invalidClientIdOrSecret")
            raise NotOpened(f"gateway answered HTTP {status}", denied=denied)
        return self._address(word(answer, "endpoint"), word(answer, "ticket"))

    def _address(self, endpoint: str, ticket: str) -> URL:
        try:
            url = URL(endpoint)
        except ValueError:
            url = URL()
        if not ticket or not self._trusts(url):
            raise NotOpened("gateway named no endpoint of its own domain")
        return url.update_query(ticket=ticket)

    def _trusts(self, url: URL) -> bool:
        """The gateway chooses the host; it must lie in the domain of the API we were configured for."""
        secure = self._base.scheme == "https"
        if url.scheme != ("wss" if secure else "ws") or url.user is not None or not url.host:
            return False
        ours, theirs = str(self._base.host), url.host
        domain = ".".join(ours.split(".")[-2:])
        related = not _numeric(ours) and "." in ours and theirs.endswith(f".{domain}")
        return theirs == ours or related


def _numeric(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()
