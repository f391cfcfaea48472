"""Making any words fit to be shown: bounded, without hidden characters, never markup."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from cards.model import Item

LONGEST = 20_000  # Characters looked at; more than WeCom shows in any number of messages we send.
MESSAGE = 2048  # Bytes of a text message; WeCom cuts the rest silently (doc/90236).
SPARE = 64  # Bytes of it kept for "(1/8)", the mark and the words that something was left out.
PARTS = 8
LISTED = 10
MARKS_IN_A_ROW = 4

PLAIN = re.compile("[ -~\n\u3000-\u303f\u4e00-\u9fff\uff01-\uff9f]*")
TAG = re.compile(r"<(?=\s*[A-Za-z/!?@])")
# Letters that show nothing although Unicode does not call them format characters.
BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
SPACES = "\u2005\u2006\u2009\u200a"


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
    while end > 0 and _clings(text[end]):
        end -= 1
    return text[:end].rstrip() + "…"


def listing(text: str, items: Sequence[Item], limit: int) -> str:
    """Words and a numbered list in `limit` (at least 160) characters: first hints go, then ends of names."""
    shown = [(line(item.text, 60) or "—", line(item.hint, 60)) for item in items[:LISTED]]
    tail = f"…另有 {len(items) - LISTED} 条" if len(items) > LISTED else ""
    full = _numbered(text, [line(f"{name} {hint}", 130) for name, hint in shown], tail)
    if len(full) <= limit:
        return full
    head = shorten(text, limit if not items else 40)
    for width in range(60, 3, -1):
        full = _numbered(head, [shorten(name, width) for name, _ in shown], tail)
        if len(full) <= limit:
            break
    return full


def split(text: str, task_id: str) -> list[str]:
    """Text messages of at most 2048 bytes, cut at line breaks where possible, counted (1/2).

    Each ends in a few thin spaces that differ by task: WeCom's duplicate check then drops a repeated
    message, but not another one that happens to use the same words.
    """
    rest, parts = block(text) or "（无内容）", list[str]()
    while rest and len(parts) < PARTS:
        end = _cut(rest, MESSAGE - SPARE)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip("\n")
    if rest:
        parts[-1] = parts[-1][:-12] + "…（后文从略）"
    counts = [f"({n}/{len(parts)})\n" if len(parts) > 1 else "" for n in range(1, len(parts) + 1)]
    return [count + part + _mark(f"{task_id}/{count}") for count, part in zip(counts, parts, strict=True)]


def _numbered(head: str, names: Sequence[str], tail: str) -> str:
    lines = [head, *(f"{n}. {name}" for n, name in enumerate(names, 1)), tail]
    return "\n".join(part for part in lines if part)


def _cut(text: str, size: int) -> int:
    """How many characters fit into `size` bytes, up to the last line break if it is not far."""
    raw = text.encode()
    if len(raw) <= size:
        return len(text)
    end = len(raw[:size].decode(errors="ignore"))
    newline = text.rfind("\n", end // 2, end)
    if newline > 0:
        return newline
    while end > 1 and _clings(text[end]):
        end -= 1
    return end


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


def _clings(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me", "Mc") or "\U0001f3fb" <= char <= "\U0001f3ff"


def _mark(name: str) -> str:
    digest = int.from_bytes(hashlib.sha256(name.encode("utf-8", "replace")).digest()[:3], "big")
    return "".join(SPACES[digest >> shift & 3] for shift in range(0, 24, 2))
