"""What a handler answers: which card, of which record, to whom. Never finished text.

The outbox stores just that; delivery draws it with the recipient's sight and the record's present state.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from cards.model import Message, card_name
from storage.base import Owned


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing to be said. `to` None: to whoever spoke. `key` names the occurrence of a push."""

    draw: str
    noun: str = ""
    ids: tuple[int, ...] = ()
    many: bool = False
    words: dict[str, Any] = field(default_factory=dict)
    to: int | None = None
    key: str = ""
    urgent: bool = False


class Reply:
    """What is said to the actor, told to others, and remembered of the conversation."""

    def __init__(
        self,
        draw: Callable[..., Message] | None = None,
        record: Owned | Sequence[Owned] | None = None,
        /,
        **words: Any,
    ) -> None:
        self.sayings: list[Saying] = []
        self.focus: tuple[str, int] | None = None
        self.listing: tuple[str, tuple[int, ...]] | None = None
        self.question: dict[str, Any] | None = None
        self.keep_draft: bool = False
        self.open: bool = False
        if draw is not None:
            self._say(draw, record, words, None, "", urgent=False)
            if isinstance(record, Owned):
                self.focus = (record.noun, record.id)
            elif record:
                self.listing = (record[0].noun, tuple(row.id for row in record))

    def tell(
        self,
        person_id: int,
        draw: Callable[..., Message],
        record: Owned | None = None,
        *,
        key: str,
        urgent: bool = False,
        **words: Any,
    ) -> Self:
        """Also tell somebody. `key` names the occurrence, so that nobody hears of it twice."""
        self._say(draw, record, words, person_id, key, urgent=urgent)
        return self

    def also(self, draw: Callable[..., Message], record: Owned | None = None, /, **words: Any) -> Self:
        """A second message to the actor."""
        self._say(draw, record, words, None, "", urgent=False)
        return self

    def openly(self) -> Self:
        """It tells nothing of the business: in a group everybody may read it."""
        self.open = True
        return self

    def asking(self, **question: Any) -> Self:
        """Leave a question open: the next fitting words answer it."""
        self.question = question
        return self

    def _say(
        self,
        draw: Callable[..., Message],
        record: Owned | Sequence[Owned] | None,
        words: dict[str, Any],
        to: int | None,
        key: str,
        *,
        urgent: bool,
    ) -> None:
        rows = [record] if isinstance(record, Owned) else list(record or ())
        many = record is not None and not isinstance(record, Owned)
        noun = rows[0].noun if rows else ""
        ids = tuple(row.id for row in rows)
        self.sayings.append(Saying(card_name(draw), noun, ids, many, words, to, key, urgent))
