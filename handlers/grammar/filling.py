"""From the words of a message to the slots of one command, as its declaration says."""

import re
from dataclasses import dataclass, field
from typing import Any

from handlers.grammar import companies, cued, kept, leftovers, numbers, staff, texts, times
from handlers.grammar.declared import Declared, Word
from handlers.grammar.forms import Form, Pair
from handlers.grammar.marks import LABEL, VALUE, WORD, Marks
from handlers.grammar.parse import Listener, Used
from handlers.grammar.spots import Spots
from handlers.slot_kinds import Type

_COURTESY = re.compile(r"(?:请问|帮我|麻烦|劳驾|你好|您好|小二|请|please|can you|could you|[ ,!])+")


@dataclass(frozen=True, slots=True)
class Question:
    """Something about one slot that must be asked, with its few answers."""

    slot: str
    text: str
    options: tuple[str, ...] = ()


@dataclass(slots=True)
class Filling:
    """One command being filled. `doubtful`: something was guessed, so it is shown back before use."""

    command: Declared
    spots: Spots
    marks: Marks
    headed: bool
    slots: dict[str, Any] = field(default_factory=dict)
    used: list[Used] = field(default_factory=list)
    approx: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    doubtful: bool = False
    # Whether a word may be taken for a company or a product only because of where it stands.
    guessing: bool = True
    # Whether what is left of the sentence is a text somebody may want.
    rest: bool = True
    # The parts of the message that became values, in the folded text.
    told: list[tuple[int, int]] = field(default_factory=list)
    _kinds: tuple[tuple[Type, Word], ...] = ()

    def __post_init__(self) -> None:
        self._kinds = tuple((one.slot.type, one) for one in self.command.parameters)

    @property
    def text(self) -> str:
        """The folded message."""
        return self.spots.text

    @property
    def listener(self) -> Listener:
        """Who listens."""
        return self.spots.listener

    def open(self, *kinds: Type) -> list[Word]:
        """The slots of these kinds that have no value yet, in catalogue order."""
        asked = {question.slot for question in self.questions}
        slots = self.slots
        return [
            one
            for kind, one in self._kinds
            if kind in kinds and one.name not in slots and one.name not in asked
        ]

    def put(self, name: str, value: Any, start: int, end: int, mark: int = VALUE) -> None:
        """Give a slot its value, said at `[start, end)`."""
        self.slots[name] = value
        self.marks.put(start, end, mark)
        folded = self.spots.folded
        if start < end:
            self.told.append((start, end))
            self.used.append(Used(name, folded.places[start], folded.ends[end - 1]))

    def ask(self, slot: str, text: str, options: tuple[str, ...] = ()) -> None:
        """Ask about a slot instead of guessing."""
        if all(question.slot != slot for question in self.questions):
            self.questions.append(Question(slot, text, options))

    def before(self, start: int, width: int = 8) -> str:
        """The words just before a place."""
        return self.text[max(0, start - width) : start]

    def original(self, start: int, end: int) -> str:
        """What the person wrote there."""
        return self.spots.folded.original(start, end)

    def noted(self) -> dict[str, str]:
        """Keys without a slot, and the words no slot took; the old words of a correction are no remark."""
        keeps = self.command.takes_notes and "corrects" not in self.slots
        rest = kept.remark_of(self) if keeps else ""
        if not rest:
            return dict(self.notes)
        said = self.notes.get(kept.REMARK)
        return {**self.notes, kept.REMARK: f"{said}；{rest}" if said else rest}


def fill(
    command: Declared,
    spots: Spots,
    spans: list[tuple[int, int]],
    *,
    headed: bool,
    guessing: bool = True,
    rest: bool = True,
    form: Form | None = None,
) -> Filling:
    """Fill the slots of a command. `spans`: the words that announced it."""
    filling = Filling(command, spots, Marks(spots.text, spots.fillers), headed, guessing=guessing, rest=rest)
    if courtesy := _COURTESY.match(spots.text):
        filling.marks.put(0, courtesy.end(), WORD)
    for start, end in spans:
        filling.marks.put(start, end, WORD)
    if form:
        _keyed(filling, form)
    wanted = {one.slot.type for one in command.parameters}
    for kinds, step in _STEPS:
        if wanted & kinds:
            step(filling)
    _references(filling)
    if "approx" in {one.name for one in command.parameters} and filling.approx:
        filling.slots["approx"] = list(dict.fromkeys(filling.approx))
    return filling


def _keyed(filling: Filling, form: Form) -> None:
    """The 键=值 pairs: each value is read as its slot's type says; a key without a slot is a note."""
    for pair in form.wide if filling.command.takes_notes else form.pairs:
        if WORD in filling.marks.of[pair.start : pair.start + len(pair.key)]:
            continue  # new lead: Golden Bridge begins a command, and names no key
        filling.marks.put(pair.start, pair.value_start, LABEL)
        slot = next(
            (
                one
                for one in filling.command.parameters
                if pair.key in {key.lower() for key in one.slot.keys} and one.name not in filling.slots
            ),
            None,
        )
        value = filling.original(pair.value_start, pair.end).strip()
        if slot is None:
            filling.notes[filling.original(pair.start, pair.start + len(pair.key))] = value
            filling.marks.put(pair.value_start, pair.end, LABEL)
            continue
        if not value:
            continue
        if slot.slot.counted and _counts(filling, pair):
            continue  # 需求：两台摊铺机 is read like the same words in a sentence
        if slot.slot.type is Type.TEXT:
            _text_at(filling, slot, pair)
        elif slot.slot.type is Type.COMPANY:
            companies.name_at(filling, slot, pair.value_start, pair.end, LABEL)
        elif slot.slot.type is Type.MONEY:
            numbers.money_at(filling, slot, pair.value_start, pair.end)
        elif slot.slot.type is Type.QUANTITY:
            numbers.count_at(filling, slot, pair.value_start, pair.end)
        elif slot.slot.type in (Type.DATE, Type.DATETIME):
            times.time_at(filling, slot, pair.value_start, pair.end)
        elif slot.slot.type is Type.PERSON:
            staff.person_at(filling, slot, pair.value_start, pair.end)


def _counts(filling: Filling, pair: Pair) -> bool:
    return any(pair.value_start <= hit.start and hit.end <= pair.end for hit in filling.spots.quantities)


def _text_at(filling: Filling, slot: Word, pair: Pair) -> None:
    """The words under a key; a telephone number behind a contact's name is left to its own slot."""
    end = pair.end
    if not slot.slot.leftover:
        starts = [hit.start for hit in filling.spots.phones if pair.value_start < hit.start < end]
        end = min((end, *starts))
    start, end = filling.marks.trimmed(pair.value_start, end)
    if start < end:
        filling.put(slot.name, filling.original(start, end), start, end, LABEL)


def _references(filling: Filling) -> None:
    for one in filling.command.parameters:
        if not one.slot.reference or one.name in filling.slots:
            continue
        cue = next((hit for hit in cued.cues(filling, one.slot.cues)), None)
        if cue or not one.slot.cues:
            start, end = cue or (0, 0)
            filling.put(one.name, one.slot.reference, start, end, LABEL)


_STEPS = (
    ({Type.CODE}, numbers.codes),
    ({Type.PHONE}, numbers.phones),
    ({Type.COMPANY}, companies.named),
    ({Type.PERSON}, staff.people),
    ({Type.DATE, Type.DATETIME, Type.TIME, Type.PERIOD, Type.DURATION}, times.times),
    ({Type.MONEY, Type.PERCENT}, numbers.money),
    ({Type.QUANTITY}, numbers.counts),
    ({Type.TEXT}, texts.shaped),
    ({Type.TEXT}, texts.spotted),
    ({Type.CHOICE, Type.UNIT, Type.FLAG}, texts.choices),
    ({Type.TEXT, Type.COMPANY}, cued.cued),
    ({Type.TEXT, Type.COMPANY}, leftovers.tokens),
    ({Type.COMPANY}, companies.pointed),
    ({Type.TEXT}, leftovers.beside),
    ({Type.TEXT}, leftovers.leftover),
)
