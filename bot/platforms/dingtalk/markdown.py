"""Any words in DingTalk's markdown: what a person wrote stays text, never markup (dingtalk.md §5.6).

Whether a backslash escapes is not documented, so signs that could mean something become their wide twins.
"""

import re

from bot.platforms.words import block, line

NEWLINE = "  \n  "
LARGEST = 15_000  # Bytes of the parameters of one message.
CUT = "…（后文从略）"

_ANYWHERE = str.maketrans("*`[]<~|", "＊｀［］＜～｜")
_UNDERSCORE = re.compile(r"(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])")
_IN_FRONT = re.compile(r"^(\s*)([#>=+])", re.MULTILINE)
_DASHES = re.compile(r"^(\s*)-(?=[-\s])", re.MULTILINE)
_WIDE = {"#": "＃", ">": "＞", "=": "＝", "+": "＋"}


def plain(text: str) -> str:
    """The words with their line breaks, none of which is markup."""
    return _harmless(block(text))


def plain_line(text: str, limit: int) -> str:
    """The same on one line of at most `limit` characters."""
    return _harmless(line(text, limit))


def paragraphs(text: str) -> str:
    """Harmless words with line breaks as DingTalk shows them."""
    return NEWLINE.join(part.rstrip() for part in text.split("\n"))


def fit(text: str, size: int, cut: str = CUT) -> str:
    """At most `size` bytes of UTF-8, ending in `cut` when something is missing."""
    if len(text.encode("utf-8", "replace")) <= size:
        return text
    room = size - len(cut.encode())
    return text.encode("utf-8", "replace")[:room].decode(errors="ignore").rstrip() + cut


def _harmless(text: str) -> str:
    text = _UNDERSCORE.sub("＿", text.translate(_ANYWHERE))
    text = _IN_FRONT.sub(lambda found: found[1] + _WIDE[found[2]], text)
    return _DASHES.sub(lambda found: found[1] + "－", text)
