"""The part of a message that quotes another one: data, never a command."""

import re

# WeCom's clients put the quoted words in corner brackets, then a line of dashes, then the answer.
_QUOTE = re.compile(r"\A\s*「[^」]{0,2000}」\s*\n(?:\s*-){3,}[-\s]*\n")


def answer_starts(text: str) -> int:
    """Where the speaker's own words begin, after a quoted message; 0 when nothing is quoted."""
    found = _QUOTE.match(text[:4000])
    return found.end() if found else 0
