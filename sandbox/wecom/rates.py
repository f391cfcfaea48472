"""How much one app may send to one member (doc/90312); what is above is dropped without a word."""

from collections import deque
from collections.abc import Callable

PER_MINUTE = 30
PER_HOUR = 1000


class Rates:
    """Counts deliveries for each app and member over the last hour of real time."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._times: dict[tuple[str, int, str], deque[float]] = {}

    def allow(self, corp_id: str, agent_id: int, userid: str) -> bool:
        """Whether one more message gets through; if so, it is counted."""
        now = self._now()
        times = self._times.setdefault((corp_id, agent_id, userid), deque())
        while times and times[0] <= now - 3600:
            times.popleft()
        within_minute = sum(1 for time in times if time > now - 60)
        if within_minute >= PER_MINUTE or len(times) >= PER_HOUR:
            return False
        times.append(now)
        return True
