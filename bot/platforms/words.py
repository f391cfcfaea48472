"""Making any words fit to be shown on any platform: bounded, without hidden characters."""

import re
import unicodedata

LONGEST = 20_000  # Characters looked at; more than any platform shows of what we send.
MARKS_IN_A_ROW = 4

PLAIN = re.compile("[ -~\n\u3000-\u303f\u4e00-\u9fff\uff01-\uff9f]*")
TAG = re.compile(r"<(?=\s*[A-Za-z/!?@])")
# Letters that show nothing although Unicode does not call them format characters.
BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")


def block(text: str) -> str:
    """The words with their line breaks, free of control, zero-width and direction characters.

    `<` before a tag or mention becomes `＜`: a text message would make a link or a mention of it.
    """
    text = text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n")
    if not PLAIN.fullmatch(text):
        text = _visible(text)
    return TAG.sub("＜", text).strip()


def line(text: str, limit: int) -> str:
    """The words on one line of at most `limit` characters."""
    return shorten(" ".join(block(text[: limit * 20]).split()), limit)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, ending in … when something is missing; accents stay with their letter."""
    if len(text) <= limit:
        return text
    end = limit - 1
    while end > 0 and clings(text[end]):
        end -= 1
    return text[:end].rstrip() + "…"


def _visible(text: str) -> str:
    shown, marks = list[str](), 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if char == "\n" or category in ("Zl", "Zp"):
            shown.append("\n")
        elif char == "\t" or category == "Zs":
            shown.append(" ")
        elif category == "Cs":
            shown.append("\ufffd")
        elif category not in ("Cc", "Cf") and char not in BLANKS and marks <= MARKS_IN_A_ROW:
            shown.append(char)
    return "".join(shown)


def clings(char: str) -> bool:
    """Whether it belongs to the character before it."""
    return unicodedata.category(char) in ("Mn", "Me", "Mc") or "\U0001f3fb" <= char <= "\U0001f3ff"
