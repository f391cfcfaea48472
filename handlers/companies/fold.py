"""One spelling for names that look the same: width, case, traditional characters, invisible marks."""

import re
import unicodedata
from functools import cache

from opencc import OpenCC

MOST = 100  # characters of a name that are looked at; longer input is cut, never refused
_RAW = 400  # read this much before invisible marks are dropped, so that normalising stays cheap
_PLAIN = re.compile("[一-鿿()（）]{1,100}")  # nearly every name: no more to fold than brackets
_INVISIBLE = {"Cf", "Cc", "Cs", "Mn", "Me", "Co", "Cn"}


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def simplified(text: str) -> str:
    """Traditional characters made simplified, position for position; text that would change length stays."""
    if text.isascii():
        return text
    short: str = _simplifier().convert(text)
    return short if len(short) == len(text) else text


def visible(text: str) -> str:
    """`text` without zero-width, direction, control and combining marks; any blank is a space."""
    kept = (
        " " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c) not in _INVISIBLE
    )
    return "".join(kept)


def folded(name: str) -> str:
    """`name` as it is compared: cut to 100 characters, NFKC, lower case, simplified, single blanks."""
    if _PLAIN.fullmatch(name):
        return simplified(name.replace("（", "(").replace("）", ")"))
    if name.isascii():
        text = visible(name[:_RAW]).casefold()
    else:
        text = unicodedata.normalize("NFKC", visible(name[:_RAW])).casefold()
        text = visible(unicodedata.normalize("NFKC", text)[:_RAW])
        text = simplified(text)
    return " ".join(text.split())[:MOST].strip()


def folded_in_place(text: str) -> str:
    """`text` folded without moving any character, so that positions found in it hold in the original."""
    if text.isascii():
        return text.lower()
    return simplified("".join(_one(c) for c in text))


def _one(char: str) -> str:
    if "一" <= char <= "鿿":
        return char
    if 0xD800 <= ord(char) <= 0xDFFF:
        return " "
    wide = unicodedata.normalize("NFKC", char).lower()
    return wide if len(wide) == 1 else char
