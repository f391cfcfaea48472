"""The checks on a smart bot's template cards (doc/101032): an app's checks, and what is different here."""

import re
from collections.abc import Container
from typing import Any

from sandbox.aibot.contents import feedback_of
from sandbox.wecom.cards import INTERACTIVE, check_card, has_menu
from sandbox.wecom.codes import Refused
from sandbox.wecom.fields import Body, many, number, text

TASK_ID = re.compile(r"[0-9A-Za-z_@-]{1,128}")
QUESTION_BYTES = 200
SMART_REPLY = 3


def check_new_card(card: Body, used: Container[str]) -> None:
    """A card that is sent: its task_id was never used by this bot. Raises `Refused`."""
    _check(card)
    task_id = card.get("task_id", "")
    if not task_id and card["card_type"] not in INTERACTIVE and not has_menu(card):
        return
    # One table calls task_id optional for a card with several selectors; nothing could answer such a tap.
    if not isinstance(task_id, str) or not TASK_ID.fullmatch(task_id):
        raise Refused(42014)
    if task_id in used:
        raise Refused(42014, "the same task_id twice")


def check_updated_card(card: Body, task_id: str) -> None:
    """A card that takes the place of the tapped one, under its task_id. Raises `Refused`."""
    _check(card)
    if text(card, "task_id") != task_id:
        raise Refused(42014, "task_id is not that of the event")


def _check(card: Body) -> None:
    for jump in many(card, "jump_list"):
        if (
            jump.get("type") == SMART_REPLY
            and not 1 <= len(text(jump, "question").encode()) <= QUESTION_BYTES
        ):
            raise Refused(40058, "jump_list.question")
    # Attachments and buttons that open a page belong to apps alone.
    for row in many(card, "horizontal_content_list"):
        number(row, "type", (0, 1, 3))
    for button in many(card, "button_list"):
        number(button, "type", (0,))
    feedback_of(card)
    check_card(_as_of_an_app(card), media_known=lambda _: False)


def _as_of_an_app(card: Body) -> dict[str, Any]:
    """The card with its smart replies as plain words, which is how an app's checks know them."""
    jumps = [
        {**jump, "type": 0} if jump.get("type") == SMART_REPLY else jump for jump in many(card, "jump_list")
    ]
    return {**card, "jump_list": jumps}
