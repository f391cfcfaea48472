"""Which characters of a message are spoken for, and by what."""

import re
from collections.abc import Iterable, Iterator

FREE, VALUE, LABEL, WORD = 0, 1, 2, 3
"""Nobody's; a value, which a quoted text may keep; what it leaves out: a cue or a time, a word of command."""

SEPARATORS = ",，;；。、!！?？\n|"
_RAISED = tuple(bytes(max(old, mark) for old in range(256)) for mark in (FREE, VALUE, LABEL, WORD))
_CUT = re.compile(rf"[{SEPARATORS}]|(?<![a-z]) | (?![a-z])|(?<=[a-z0-9]) (?=[0-9+])|:(?![0-9])|/(?![0-9a-z])")
_CLAUSE = re.compile(r"[,，;；。!！?？\n]+|(?<=[a-z])[.] |(?<=[一-鿿])\.(?![0-9])|$")
_BLANK = re.compile(r"(?<=[^a-z0-9+]) (?=[^a-z+])|(?<=[a-z0-9]) (?=[一-鿿])")


class Marks:
    """One byte a character."""

    def __init__(self, text: str, fillers: Iterable[tuple[int, int]]) -> None:
        self.text = text
        self.of = bytearray(len(text))
        self._fillers = tuple(fillers)

    def put(self, start: int, end: int, mark: int) -> None:
        """Mark a span; a label is never weakened to a value."""
        first, last = max(start, 0), min(end, len(self.of))
        if first < last:
            self.of[first:last] = self.of[first:last].translate(_RAISED[mark])

    def free(self, start: int, end: int) -> bool:
        """Whether no value stands there yet."""
        return VALUE not in self.of[start:end]

    def untouched(self, start: int, end: int) -> bool:
        """Whether nothing at all stands there yet."""
        return not any(self.of[start:end])

    def pieces(self) -> Iterator[tuple[int, int]]:
        """The runs that nothing has taken, cut at blanks and stops, fillers at their edges left out."""
        at = 0
        for cut in [*(hit.span() for hit in _CUT.finditer(self.text)), (len(self.text), len(self.text))]:
            yield from self._runs(at, cut[0])
            at = cut[1]

    def _runs(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        at = start
        while at < end:
            if self.of[at]:
                at += 1
                continue
            stop = at
            while stop < end and not self.of[stop]:
                stop += 1
            first, last = self.trimmed(at, stop)
            if first < last:
                yield first, last
            at = stop

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        """The span without fillers, blanks and stops at its edges."""
        changed = True
        while changed and start < end:
            changed = False
            while start < end and self.text[start] in EDGE:
                start, changed = start + 1, True
            while start < end and self.text[end - 1] in EDGE:
                end, changed = end - 1, True
            for first, last in self._fillers:
                if first == start and last <= end:
                    start, changed = last, True
                if last == end and first >= start:
                    end, changed = first, True
        return start, end

    def clauses(self) -> Iterator[tuple[int, int]]:
        """The clauses, without the stops between them."""
        at = 0
        for stop in _CLAUSE.finditer(self.text):
            if stop.start() > at:
                yield at, stop.start()
            at = stop.end()

    def phrases(self) -> Iterator[tuple[int, int]]:
        """The clauses, cut at the blanks between Chinese words too: many type a blank for a comma."""
        for start, end in self.clauses():
            at = start
            for blank in _BLANK.finditer(self.text, start, end):
                if blank.start() > at:
                    yield at, blank.start()
                at = blank.end()
            if end > at:
                yield at, end


EDGE = " ,，;；。、!！?？:：~…\n\"'“”「」‘’"
