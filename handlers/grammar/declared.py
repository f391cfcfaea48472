"""What the grammar asks of a declared command; the router's own satisfy it, without being imported."""

from collections.abc import Sequence
from typing import Protocol

from handlers.slot_kinds import Slot


class Word(Protocol):
    """A slot of a command."""

    @property
    def name(self) -> str:
        """Its name in the contract."""

    @property
    def slot(self) -> Slot:
        """Its kind."""

    @property
    def required(self) -> bool:
        """Whether the command is incomplete without it."""


class Declared(Protocol):
    """One thing a person can say."""

    @property
    def intent(self) -> str:
        """Such as lead.create."""

    @property
    def words(self) -> tuple[str, ...]:
        """Chinese words that announce it, canonical first."""

    @property
    def english(self) -> tuple[str, ...]:
        """English words that announce it."""

    @property
    def shapes(self) -> tuple[str, ...]:
        """Regular expressions over folded text that announce it."""

    @property
    def weak(self) -> tuple[str, ...]:
        """Words that announce it when the conversation holds one of `about`, or as well as they can."""

    @property
    def about(self) -> tuple[str, ...]:
        """Nouns the conversation may hold; `list` is an open list."""

    @property
    def alone(self) -> tuple[tuple[str, ...], ...]:
        """Slots that announce it when a message holds nothing else."""

    @property
    def makes(self) -> bool:
        """Whether it makes something new, for which the record at hand never stands in."""

    @property
    def takes_notes(self) -> bool:
        """Whether it keeps what no slot took as a remark."""

    @property
    def reads(self) -> bool:
        """Whether it only looks."""

    @property
    def exact(self) -> bool:
        """Whether its words are never guessed from a slip."""

    @property
    def opens(self) -> tuple[str, ...]:
        """Slots of colleagues that announce it at the head of the message: 让小陈…."""

    @property
    def parameters(self) -> Sequence[Word]:
        """Its slots, in catalogue order."""
