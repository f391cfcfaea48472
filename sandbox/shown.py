"""A card as it looks on one phone at one moment, with the words a test or a person would look for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.talks import Bubble
from sandbox.wecom.gestures import button_keys, menu_keys

# Fields whose text nobody sees.
HIDDEN = {
    "key",
    "id",
    "question_key",
    "task_id",
    "card_type",
    "url",
    "icon_url",
    "image_url",
    "userid",
    "appid",
}
HIDDEN |= {"pagepath", "media_id", "selected_id"}


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A snapshot: it keeps the old face of the card, also after an update."""

    bubble: Bubble

    @property
    def title(self) -> str:
        """The main title."""
        return str((self.bubble.body.get("main_title") or {}).get("title", ""))

    @property
    def task_id(self) -> str:
        """The task_id it was sent under."""
        return self.bubble.task_id

    @property
    def settled(self) -> str:
        """The word on the greyed-out button; empty while there is something to tap."""
        return self.bubble.settled

    @property
    def words(self) -> str:
        """Everything one can read on it, one piece a line."""
        return "\n".join([*_words(self.bubble.body), *([self.settled] if self.settled else [])])

    @property
    def buttons(self) -> list[str]:
        """The texts that can be tapped, menu entries last; none once it is greyed out or recalled."""
        return [] if self.settled or self.bubble.recalled else list(self.keys().values())

    def keys(self) -> dict[str, str]:
        """Key → text of all buttons and menu entries of this face of the card."""
        return {**button_keys(self.bubble.body), **menu_keys(self.bubble.body)}

    def key_of(self, text: str) -> str:
        """The key behind a button's text. Raises `LookupError` that names the buttons there are."""
        for key, shown in self.keys().items():
            if shown == text:
                return key
        raise LookupError(f"没有按钮“{text}”，有：{'、'.join(self.keys().values())}")


def _words(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for inner, item in value.items():
            yield from _words(item, inner)
    elif isinstance(value, list):
        for item in value:
            yield from _words(item, name)
    elif isinstance(value, str) and value and name not in HIDDEN:
        yield value
