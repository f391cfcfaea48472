"""The guided first minute, as data given by whoever starts the sandbox: nothing of a company is here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.clock import Move

Look = Literal["", "answer", "input", "clock", "happened", "faults", "others"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what to read, and at most one thing to do.

    `userid` is put on phone `phone` (counted from 1; 0: where they are, else the last). `words` are prefilled
    and the person presses Enter; `button` is the text of the button to tap; `clock` is a move as in `POST
    /sandbox/clock`. `expect`: done only when a message with these words has come, on whichever phone. `look`:
    what to point at afterwards. `corp` only where the userid is not unique.
    """

    zh: str
    en: str = ""
    userid: str = ""
    phone: int = 0
    words: str = ""
    button: str = ""
    clock: Mapping[str, Any] = field(default_factory=dict)
    expect: str = ""
    look: Look = ""
    corp: str | None = None

    def __post_init__(self) -> None:
        """Raises `ValueError` for a step that could never be done."""
        if not self.zh:
            raise ValueError("每一步都要有文字")
        if len([what for what in (self.words, self.button, self.clock) if what]) > 1:
            raise ValueError(f"一步只做一件事：{self.zh}")
        if (self.words or self.button) and not self.userid:
            raise ValueError(f"谁来做这一步：{self.zh}")
        if self.clock:
            Move.model_validate(self.clock)

    def view(self, corp: str = "", agent: int = 0) -> dict[str, Any]:
        """The step as JSON, with the conversation it takes place in."""
        return {
            "zh": self.zh,
            "en": self.en or self.zh,
            "userid": self.userid,
            "corp": corp,
            "agent": agent,
            "phone": self.phone,
            "words": self.words,
            "button": self.button,
            "clock": dict(self.clock),
            "expect": self.expect,
            "look": self.look,
        }
