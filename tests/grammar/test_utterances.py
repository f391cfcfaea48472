"""The sample company's own sentences: those for what is built must come out as written there."""

from typing import Any

import pytest

from handlers.grammar.parse import EXTERNAL, REFUSED, UNKNOWN
from tests.grammar.company import commands, differences, heard, utterances

BUILT = [one for one in utterances() if one["intent"] in {*commands(), EXTERNAL, REFUSED, UNKNOWN}]
LATER = [one for one in utterances() if one not in BUILT]


@pytest.mark.parametrize("one", BUILT, ids=lambda one: one["id"])
def test_what_is_built_is_understood(one: dict[str, Any]) -> None:
    parse = heard(one["text"], one["from"], one.get("context"), one["story"])

    assert parse.intent == one["intent"]
    assert not differences(one["slots"], parse.slots)


@pytest.mark.parametrize("one", LATER, ids=lambda one: one["id"])
def test_what_is_not_built_yet_is_not_forced_into_something_else(one: dict[str, Any]) -> None:
    parse = heard(one["text"], one["from"], one.get("context"), one["story"])

    assert parse.intent == UNKNOWN
    assert parse.confidence < 0.5
    assert all(guess.confidence < 0.5 for guess in parse.candidates)


def test_a_draft_asks_for_the_company_and_invents_nothing() -> None:
    parse = heard("刚展会上加的微信 老板姓赵 做养护的 电话回头给我")

    assert parse.missing == ("customer",)
    assert parse.ask
    assert "phone" not in parse.slots
