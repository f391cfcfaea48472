"""How a follow-up looks."""

from dataclasses import dataclass
from datetime import datetime

from cards.general import undo_button
from cards.model import Card, Line, Message, card
from cards.words import moment


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


@card
def logged(followup: FollowupView, undo: str = "", hint: str = "") -> Message:
    """What was understood of it, and the next step."""
    step = f"{moment(followup.next_at)} {followup.next_action}".strip()
    facts = (
        ("客户", followup.about),
        ("联系人", followup.contact),
        ("内容", followup.content),
        ("竞品", followup.competitor),
        ("下一步", step),
    )
    weak = "" if followup.effective else "内容太短或与之前重复，不算一次有效跟进；再补几句具体情况吧。"
    return Card(
        "已记跟进",
        lines=tuple(Line(label, value) for label, value in facts if value),
        text="\n".join(part for part in (hint, weak) if part),
        buttons=undo_button(undo),
    )
