"""How often something may happen: counted over sliding windows of real time."""

from collections import deque
from collections.abc import Callable, Sequence

A_MINUTE_AND_AN_HOUR = ((60.0, 30), (3600.0, 1000))  # One conversation of a smart bot, and its uploads.


class Windows:
    """Counts for each name; `limits` are pairs of seconds and the most that may happen within them."""

    def __init__(self, now: Callable[[], float], limits: Sequence[tuple[float, int]]) -> None:
        self._now = now
        self._limits = limits
        self._longest = max(seconds for seconds, _ in limits)
        self._times: dict[str, deque[float]] = {}

    def allow(self, name: str) -> bool:
        """Whether once more is allowed; if so, it is counted."""
        now = self._now()
        times = self._times.setdefault(name, deque())
        while times and times[0] <= now - self._longest:
            times.popleft()
        for seconds, most in self._limits:
            if sum(1 for time in times if time > now - seconds) >= most:
                return False
        times.append(now)
        return True
