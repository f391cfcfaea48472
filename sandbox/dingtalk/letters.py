"""What is handed to the bot, by Stream or by HTTP, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Letter:
    """One message, press or event; kept to be handed over again. `more` are headers of an event."""

    kind: Literal["robot", "card", "event"]
    data: Mapping[str, Any]
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """The bot's answer: a status as in HTTP, and the object in it."""

    status: int
    data: Mapping[str, Any]


class Lost(Exception):
    """No answer; the words say why. `sent`: whether something may have reached the bot."""

    def __init__(self, words: str, *, sent: bool = True) -> None:
        super().__init__(words)
        self.sent = sent
