"""How often an app may call one API in a second; above it the platform says 403, or errcode 90018."""

from collections import deque
from collections.abc import Callable

from aiohttp import web


class Pace:
    """Counts the calls of the last second of real time, for each token and API. `most` None: no limit."""

    def __init__(self, now: Callable[[], float], most: int | None) -> None:
        self._now, self._most = now, most
        self._times: dict[tuple[str, str], deque[float]] = {}

    def allow(self, path: str, request: web.Request) -> bool:
        """Whether one more call gets through; if so, it is counted."""
        if self._most is None:
            return True
        token = request.headers.get("x-acs-dingtalk-access-token") or request.query.get("access_token", "")
        times = self._times.setdefault((path, token), deque())
        while times and times[0] <= self._now() - 1:
            times.popleft()
        if len(times) >= self._most:
            return False
        times.append(self._now())
        return True
