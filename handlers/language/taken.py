"""What digits are already spoken for: phones, codes, cards, dates, order numbers. They are no money."""

import re

from handlers.language.codes import find_codes
from handlers.language.fold import LIMIT
from handlers.language.phones import CARD, NAMED_OTHERWISE, find_phones

_DATE = re.compile(
    r"(?<![0-9])(?:20[0-9]{2}[-/.][0-9]{1,2}(?:[-/.][0-9]{1,2})?|[0-9]{1,2}[-/.:][0-9]{1,2}[-/.:][0-9]{1,4}"
    r"|20[2-9][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])|[0-2]?[0-9]:[0-5][0-9])(?![0-9万亿])"
)
_NUMBERED = re.compile(r"[a-z0-9][a-z0-9-]{3,30}", re.I)
_MIXED = re.compile(
    r"(?<![a-z0-9])(?=[a-z0-9-]{0,20}[a-z])(?=[a-z0-9-]{0,20}[0-9])[a-z0-9-]{12,24}(?![a-z0-9])", re.I
)


_LISTED = re.compile(r"(?:^|(?<=[ ;:]))[0-9]{1,2}[.、)](?![0-9])")


def taken_spans(text: str) -> list[tuple[int, int]]:
    """Spans of a folded text that hold no amount."""
    text = text[:LIMIT]
    spans = [(found.start, found.end) for found in (*find_phones(text), *find_codes(text))]
    spans += [hit.span() for pattern in (_DATE, CARD, _MIXED, _LISTED) for hit in pattern.finditer(text)]
    for cue in NAMED_OTHERWISE.finditer(text):
        if number := _NUMBERED.match(text, cue.end()):
            spans.append(number.span())
    return spans
