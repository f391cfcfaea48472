"""How often one member may hear from us; above its limits WeCom drops messages silently (doc/90312)."""

import time
from collections import deque
from collections.abc import Callable

PER_MINUTE = 30
PER_HOUR = 1000
MINUTE, HOUR = 60.0, 3600.0
MANY = 10_000


class Pace:
    """Counts what went to each member. `monotonic` gives seconds that never jump."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._sent: dict[str, deque[float]] = {}

    def wait(self, member: str, count: int = 1) -> float:
        """Seconds until `count` (at most 30) more messages may go to this member; 0 counts them as sent.

        Nothing is counted while there is something to wait for, so the caller may simply come back.
        """
        now = self._monotonic()
        sent = self._sent.setdefault(member, deque(maxlen=PER_HOUR))
        free = max(_free(sent, PER_MINUTE, MINUTE, count), _free(sent, PER_HOUR, HOUR, count))
        if free > now:
            return free - now
        sent.extend([now] * count)
        if len(self._sent) > MANY:
            self._sent = {name: times for name, times in self._sent.items() if times[-1] > now - HOUR}
        return 0.0


def _free(sent: deque[float], most: int, window: float, count: int) -> float:
    """The moment from which `count` more stay within `most` in any `window`."""
    index = len(sent) - most + count - 1
    return sent[index] + window if index >= 0 else 0.0
