"""How a follow-up looks."""

from dataclasses import dataclass
from datetime import datetime, time

from cards.general import undo_button
from cards.model import Card, Line, Message, card
from cards.words import cut, day, moment

SHOWN = 80  # characters of what was said; the record keeps all of it


@dataclass(frozen=True, slots=True)
class FollowupView:
    """A follow-up as one recipient may see it."""

    id: int
    about: str
    author: str
    content: str
    at: datetime
    contact: str = ""
    competitor: str = ""
    next_action: str = ""
    next_at: datetime | None = None
    effective: bool = True


def _when(at: datetime | None) -> str:
    """A day alone is kept as its first moment."""
    return day(at.date()) if at and at.time() == time() else moment(at)


@card
def logged(followup: FollowupView, undo: str = "", hint: str = "") -> Message:
    """What was understood of it, and the next step."""
    step = f"{_when(followup.next_at)} {followup.next_action}".strip()
    facts = (
        ("客户", followup.about),
        ("联系人", followup.contact),
        ("竞品", followup.competitor),
        ("下一步", step),
    )
    weak = "" if followup.effective else "内容太短或与之前重复，不算一次有效跟进；再补几句具体情况吧。"
    return Card(
        "已记跟进",
        lines=tuple(Line(label, value) for label, value in facts if value),
        text="\n".join(part for part in (cut(followup.content, SHOWN), hint, weak) if part),
        buttons=undo_button(undo),
    )
