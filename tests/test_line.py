"""Who is let into the line: everybody while it moves, nobody who would wait too long."""

from dataclasses import dataclass

import pytest

from bot.line import Busy, Job, Line


@dataclass(frozen=True, slots=True)
class Named:
    """A work that is only a key."""

    key: str


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("bot.line.monotonic", clock)
    return clock


@pytest.fixture
def line(clock: Clock) -> Line[Named, str]:
    return Line(2000, 1.0)


def join(line: Line[Named, str], *numbers: int) -> None:
    for number in numbers:
        line.put(Job(Named(str(number)), 3.0))


def test_a_slow_machine_whose_line_moves_refuses_nobody(clock: Clock, line: Line[Named, str]) -> None:
    """64 in flight at 40 a second, with a hitch: the first in line has waited over two seconds."""
    join(line, *range(64))
    for number in range(64, 200):
        clock.now += 0.9 if number == 120 else 0.025
        assert len(line.take(1, ())) == 1
        join(line, number)


def test_a_line_that_does_not_move_refuses(clock: Clock, line: Line[Named, str]) -> None:
    join(line, 1)
    clock.now += 1.1

    with pytest.raises(Busy, match="does not move"):
        join(line, 2)

    line.take(1, ())
    join(line, 3)


def test_whoever_would_wait_too_long_is_refused_at_once(clock: Clock, line: Line[Named, str]) -> None:
    join(line, *range(300))
    for _ in range(20):
        line.take(10, ())
        clock.now += 0.2

    with pytest.raises(Busy, match="too slow"):
        join(line, *range(300, 500))

    assert 95 <= len(line) <= 105  # 20 ms each: as many as go in two seconds.


def test_one_halt_is_soon_forgotten(clock: Clock, line: Line[Named, str]) -> None:
    join(line, 0, 1)
    line.take(1, ())
    clock.now += 30
    line.take(1, ())

    for number in range(2, 30):
        join(line, number, 100 + number)
        clock.now += 0.01
        line.take(2, ())
    join(line, *range(200, 300))


def test_what_is_put_back_was_not_carried_out(clock: Clock, line: Line[Named, str]) -> None:
    """Ten are taken and nine come back each time: the pace is that of the one."""
    join(line, *range(60))
    for _ in range(20):
        taken = line.take(10, ())
        clock.now += 0.05
        line.put_back(taken[1:])
    line.take(1, ())

    with pytest.raises(Busy, match="too slow"):
        join(line, *range(60, 100))

    assert 38 <= len(line) <= 42
