"""Spelling for a smart bot: markdown anywhere, a template card in a private chat (doc/101031, 101138).

One answer is one message here, so what a card has no room for goes into markdown instead.
"""

import re
from typing import Any

from bot.platforms.wecom import wording
from bot.platforms.wecom.cards import Sign, in_words, spell, spell_face
from cards.model import Card, Message

LONGEST = 20_480  # Bytes of markdown.
SPARE = 16
SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!])")
LEADING = re.compile(r"^(\s*)([-+>]|\d+\.)(?=\s)", re.MULTILINE)


def spell_private(message: Message, *, sign: Sign, task_id: str, public_url: str) -> dict[str, Any]:
    """The one body for a private chat: a card where it has buttons or fits one, else markdown."""
    *_, last = spell(message, sign=sign, task_id=task_id, public_url=public_url)
    return last if last["msgtype"] == "template_card" else spell_words(message)


def spell_words(message: Message) -> dict[str, Any]:
    """The one body for a group, where smart bots can send no cards."""
    card = message if isinstance(message, Card) else Card("", text=message.text)
    return {"msgtype": "markdown", "markdown": {"content": _markdown(in_words(card, message))}}


def spell_in_place(message: Message, *, sign: Sign, task_id: str, public_url: str) -> dict[str, Any]:
    """The answer to a tap that shows the tapped card's new state, whole and under the task id it has."""
    face = spell_face(message, sign=sign, task_id=task_id, public_url=public_url)
    return {"response_type": "update_template_card", "template_card": face}


def _markdown(words: str) -> str:
    """Plain words that show as they are, every line on its own, within the limit of bytes."""
    words = wording.block(words)
    safe = LEADING.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", words)).replace("\n", "\n\n")
    raw = safe.encode()
    if len(raw) <= LONGEST:
        return safe or "（无内容）"
    return raw[: LONGEST - SPARE].decode(errors="ignore").rstrip("\\") + "……"
