"""Spans of a day as a policy file writes them: "08:30-12:00", up to "24:00", never across midnight."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

MINUTES_A_DAY = 24 * 60

_SPAN = re.compile(r"\s*([0-9]{1,2})[:：]([0-9]{2})\s*[-–—~～至]\s*([0-9]{1,2})[:：]([0-9]{2})\s*")


class BadSpan(ValueError):
    """A span that cannot be read; the text is Chinese, for whoever wrote the file."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Working time `[start, end)` of one day, in minutes after local midnight, 0 ≤ start < end ≤ 1440."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


Spans = tuple[Span, ...]


def parse_span(text: str) -> Span:
    """`08:30-12:00` as a Span; raises BadSpan."""
    found = _SPAN.fullmatch(text[:40])
    if not found:
        raise BadSpan(f"时段“{text[:40]}”看不懂，写成 08:30-12:00 的样子")
    hours_from, minutes_from, hours_to, minutes_to = (int(part) for part in found.groups())
    start, end = hours_from * 60 + minutes_from, hours_to * 60 + minutes_to
    if minutes_from > 59 or minutes_to > 59 or start >= MINUTES_A_DAY or end > MINUTES_A_DAY:
        raise BadSpan(f"时段“{text}”不是一天里的钟点，最晚到 24:00")
    if end == start:
        raise BadSpan(f"时段“{text}”是空的")
    if end < start:
        raise BadSpan(f"时段“{text}”跨过了午夜：请拆成两段，{_clock(start)}-24:00 与 00:00-{_clock(end)}")
    return Span(start, end)


def parse_spans(texts: Iterable[str]) -> Spans:
    """The spans of one day in order; raises BadSpan when one is wrong or two overlap."""
    return in_order(parse_span(text) for text in texts)


def in_order(spans: Iterable[Span]) -> Spans:
    """Spans sorted by their start; raises BadSpan when two overlap."""
    ordered = tuple(sorted(spans))
    for earlier, later in pairwise(ordered):
        if later.start < earlier.end:
            raise BadSpan(f"时段“{earlier}”与“{later}”重叠")
    return ordered


def minutes_of(spans: Iterable[Span]) -> int:
    """Working minutes in the spans together."""
    return sum(span.end - span.start for span in spans)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
