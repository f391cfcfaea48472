"""The business clock: given, and movable for rehearsals. Leases, tokens and logs never use it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def real_now() -> datetime:
    """The real time, in UTC."""
    return datetime.now(UTC)


class Clock:
    """Business time: real time plus a shift. It only ever moves forward from where it is."""

    def __init__(self, real: Callable[[], datetime] = real_now, starts_at: datetime | None = None) -> None:
        self._real = real
        self._shift = timedelta(0) if starts_at is None else starts_at - real()

    def now(self) -> datetime:
        """The present moment of the business, in UTC."""
        return (self._real() + self._shift).astimezone(UTC)

    def move_to(self, moment: datetime) -> datetime:
        """Let it be that moment. Raises `ValueError` for one that is past."""
        if moment < self.now():
            raise ValueError("the clock does not go back")
        self._shift = moment - self._real()
        return self.now()

    @property
    def shifted(self) -> bool:
        """Whether business time is not real time: said loudly wherever it matters."""
        return abs(self._shift) > timedelta(seconds=1)
