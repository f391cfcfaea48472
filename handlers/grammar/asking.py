"""Which slots are missing, and the one question that is put."""

from handlers.grammar import companies
from handlers.grammar.filling import Filling
from handlers.grammar.wording import worded


def missing_of(filling: Filling) -> tuple[str, ...]:
    """Required slots without a value, in catalogue order."""
    companies.at_hand(filling)
    return tuple(
        one.name for one in filling.command.parameters if one.required and one.name not in filling.slots
    )


def question_of(filling: Filling, missing: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    """The most important question and its few answers; None when all is clear."""
    doubts = {question.slot: question for question in filling.questions}
    for name in missing:
        if name in doubts:
            return doubts[name].text, doubts[name].options
    if missing:
        slot = next(one.slot for one in filling.command.parameters if one.name == missing[0])
        chinese = slot.question or f"{slot.label}是什么？"
        english = slot.question_en or f"What is the {slot.english}?"
        return worded(filling, chinese, english), tuple(slot.choices)
    if filling.questions:
        first = filling.questions[0]
        return first.text, first.options
    return None, ()
