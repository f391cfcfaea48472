"""What is said back to a card callback: the card's new state as texts (dingtalk.md §6.2, §6.7)."""

from collections.abc import Mapping
from typing import Any

from bot.platforms.dingtalk.reading import dumps

BY_KEY = {"updateCardDataByKey": True, "updatePrivateDataByKey": True}


def card_answer(public: Mapping[str, object], private: Mapping[str, object] | None = None) -> dict[str, Any]:
    """The response for a clicked card; `private` is for the person who clicked. Empty: no change."""
    answer: dict[str, Any] = {}
    if public:
        answer["cardData"] = {"cardParamMap": texts(public)}
    if private:
        answer["userPrivateData"] = {"cardParamMap": texts(private)}
    return answer | {"cardUpdateOptions": BY_KEY} if answer else {}


def texts(values: Mapping[str, object]) -> dict[str, str]:
    """Every value as DingTalk wants it: a text. `None` is left out."""
    return {name: _text(value) for name, value in values.items() if value is not None}


def _text(value: object) -> str:
    return value if isinstance(value, str) else dumps(value)
