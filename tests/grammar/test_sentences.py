"""Our own sentences, each to the last slot; and how well intents are told apart."""

from collections import Counter

import pytest

from tests.grammar.company import commands, differences, heard
from tests.grammar.fresh_table import FRESH
from tests.grammar.sentences_table import SENTENCES, Row
from tests.grammar.street_table import STREET

ALL = (*SENTENCES, *FRESH, *STREET)


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one[0][:24]}|{one[3].get('context', '')}")
def test_a_sentence_means_what_the_table_says(one: Row) -> None:
    text, intent, slots, how = one
    parse = heard(text, how.get("speaker", "陈思雨"), how.get("context"))

    assert parse.intent == intent
    assert not differences(slots, parse.slots)
    assert parse.answers == how.get("answers", False)


def test_every_command_is_in_the_table_several_times() -> None:
    counted = Counter(intent for _, intent, _, _ in ALL)

    assert all(counted[intent] >= 6 for intent in commands())
    assert counted["none.unknown"] >= 40


@pytest.mark.parametrize("intent", sorted(commands()))
def test_the_examples_of_a_command_are_that_command(intent: str) -> None:
    context = {"list": "lead"} if "list" in commands()[intent].about else None

    for example in commands()[intent].examples:
        assert heard(example, context=context).intent == intent, example
