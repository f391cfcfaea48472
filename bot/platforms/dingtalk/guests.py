"""Where to answer people who are not employees: a conversation's own address, which lives an hour or so.

It is kept in this process alone: a secret that opens a conversation to anybody is not stored.
"""

from collections import OrderedDict
from collections.abc import Callable

MANY = 1000
LIFE = 5400.0  # Seconds, the longest life seen (dingtalk.md §1.2).


class Guests:
    """The newest addresses. `clock` gives real Unix seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._addresses: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def keep(self, guest: str, address: str, now: float) -> None:
        """Remember it as the newest; the oldest are forgotten."""
        self._addresses[guest] = (address, now + LIFE)
        self._addresses.move_to_end(guest)
        while len(self._addresses) > MANY:
            self._addresses.popitem(last=False)

    def address(self, guest: str) -> str:
        """The guest's address, "" where there is none that lives."""
        address, until = self._addresses.get(guest, ("", 0.0))
        return address if self._clock() < until else ""
