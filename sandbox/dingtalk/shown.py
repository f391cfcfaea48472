"""A card as it looks on one phone at one moment: an interactive card of the template, or an ActionCard."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sandbox.dingtalk.cards import CARD
from sandbox.talks import Bubble

ACTION_CARD = "action_card"
SEND_MESSAGE = ("dtmd", "dingtalkclient", "/sendMessage")
# What of an entry of a list variable a person can read.
READ = ("label", "text", "value", "hint")
TAPPABLE = ("items", "more_items", "buttons")


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A snapshot: it keeps the old face of the card, also after an update."""

    bubble: Bubble

    @property
    def title(self) -> str:
        """The main title."""
        return str(self._faces().get("title", ""))

    @property
    def task_id(self) -> str:
        """The outTrackId it was sent under; an ActionCard has none."""
        return self.bubble.task_id

    @property
    def settled(self) -> str:
        """The word that stands in place of the buttons; empty while there is something to tap."""
        return self.bubble.settled

    @property
    def words(self) -> str:
        """Everything one can read on it, one piece a line."""
        return "\n".join(piece for piece in self._pieces() if piece)

    @property
    def buttons(self) -> list[str]:
        """The texts that can be tapped; none once it is settled or recalled."""
        return [] if self.settled or self.bubble.recalled else list(self.keys().values())

    def keys(self) -> dict[str, str]:
        """Tap → text of everything that can be tapped on this face of the card."""
        if self.bubble.kind == ACTION_CARD:
            buttons = self.bubble.body["buttons"]
            return {one["url"]: one["title"] for one in buttons if sent_by(one["url"]) is not None}
        entries = (one for name in TAPPABLE for one in entries_of(self._faces(), name))
        return {str(one["tap"]): str(one.get("text", "")) for one in entries if one.get("tap")}

    def key_of(self, text: str) -> str:
        """The tap behind a text. Raises `LookupError` that names what there is."""
        for key, shown in self.keys().items():
            if shown == text:
                return key
        raise LookupError(f"没有按钮“{text}”，有：{'、'.join(self.keys().values())}")

    def select(self) -> Mapping[str, Any]:
        """The one selector of the card: {name, label, options: [{id, text}], selected}; empty without."""
        found = _json(self._faces().get("select", ""))
        return found if isinstance(found, dict) else {}

    def _faces(self) -> Mapping[str, Any]:
        body = self.bubble.body
        found: Mapping[str, Any] = body.get("variables", {}) if self.bubble.kind == CARD else body
        return found

    def _pieces(self) -> Iterator[str]:
        face = self._faces()
        if self.bubble.kind == ACTION_CARD:
            yield from (str(face["title"]), str(face["content"]))
            yield from (str(one["title"]) for one in face["buttons"])
            return
        for name, value in face.items():
            if name in TAPPABLE and self.settled and name == "buttons":
                continue
            listed = entries_of(face, name)
            yield from (piece for one in listed for piece in _read(one))
            if not listed and value != "[]":
                yield value


def _read(entry: Mapping[str, Any]) -> Iterator[str]:
    """An entry as the template draws it: what has just become different carries a mark."""
    words = [str(entry[part]) for part in READ if part in entry]
    if words and entry.get("changed") == "true":
        words[0] = f"✎{words[0]}"
    yield from words


def entries_of(face: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The entries of a variable that holds a JSON list; nothing is drawn of any other."""
    found = _json(face.get(name, ""))
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def sent_by(url: str) -> str | None:
    """The words that a dtmd link makes the client send in the person's name; None for another link."""
    parts = urlsplit(url)
    if (parts.scheme, parts.netloc, parts.path) != SEND_MESSAGE:
        return None
    return parse_qs(parts.query).get("content", [""])[0]


def _json(words: object) -> object:
    try:
        return json.loads(str(words))
    except (ValueError, RecursionError):
        return None
