"""Making any words fit to be shown: bounded, without hidden characters, never markup."""

import hashlib
from collections.abc import Sequence

from bot.platforms.words import block, clings, line, shorten
from cards.model import Item

__all__ = ["LISTED", "block", "line", "listing", "shorten", "split"]

MESSAGE = 2048  # Bytes of a text message; WeCom cuts the rest silently (doc/90236).
SPARE = 64  # Bytes of it kept for "(1/8)", the mark and the words that something was left out.
PARTS = 8
LISTED = 10

SPACES = "\u2005\u2006\u2009\u200a"


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
    while end > 1 and clings(text[end]):
        end -= 1
    return end


def _mark(name: str) -> str:
    digest = int.from_bytes(hashlib.sha256(name.encode("utf-8", "replace")).digest()[:3], "big")
    return "".join(SPACES[digest >> shift & 3] for shift in range(0, 24, 2))
