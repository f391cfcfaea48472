"""What is selected on a card when its button is tapped: given by the person, else as the card preset it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.talks import Bubble
from sandbox.wecom.fields import many, part

Chosen = dict[str, list[str]]


class CannotTap(Exception):
    """A tap that the client would not allow; the words say why."""


def check_live(bubble: Bubble) -> None:
    """Refuse a tap where the client shows a greyed-out button, or no card any more."""
    if bubble.recalled:
        raise CannotTap("这张卡片已被撤回")
    if bubble.settled:
        raise CannotTap(f"按钮已变灰：{bubble.settled}")


def questions_of(card: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The selectors that this type of card draws, in order."""
    kind = card.get("card_type")
    if kind == "button_interaction":
        selection = part(card, "button_selection")
        return [selection] if selection else []
    if kind == "vote_interaction":
        return [part(card, "checkbox")]
    return many(card, "select_list") if kind == "multiple_interaction" else []


def selected_on(card: Mapping[str, Any], given: Mapping[str, Sequence[str]]) -> Chosen:
    """The option ids for every question. Raises `CannotTap` for what the card does not offer."""
    questions = {str(question["question_key"]): question for question in questions_of(card)}
    if not given.keys() <= questions.keys():
        raise CannotTap("卡片上没有这个选项")
    is_vote = card.get("card_type") == "vote_interaction"
    chosen = {key: _ids(question, given.get(key), is_vote) for key, question in questions.items()}
    if is_vote and not any(chosen.values()):
        raise CannotTap("请先选择")
    return chosen


def _ids(question: Mapping[str, Any], given: Sequence[str] | None, is_vote: bool) -> list[str]:
    options = many(question, "option_list")
    offered = [str(option["id"]) for option in options]
    if given is None or question.get("disable"):
        if is_vote:
            return [str(option["id"]) for option in options if option.get("is_checked")]
        return [str(question.get("selected_id") or offered[0])]
    if not set(given) <= set(offered):
        raise CannotTap("卡片上没有这个选项")
    most = len(offered) if is_vote and question.get("mode") == 1 else 1
    if not 1 <= len(given) <= most:
        raise CannotTap("请选择一项" if most == 1 else "请先选择")
    return list(given)
