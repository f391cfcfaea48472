"""Troubles one can switch on: the platform answers badly, slowly, or loses an answer."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

Kind = Literal[
    "errcode", "http", "slow", "drop", "lose_answer", "lose_callback_answer", "stale_token", "callback_twice"
]  # fmt: skip


@dataclass(slots=True)
class Fault:
    """One trouble. `path` narrows it to calls such as message/send; `times` None lasts until the reset.

    `drop` cuts the connection before anything happened, `lose_answer` after the effect. It meets the first of
    `every` so many calls. `switch` is the switch of the page that made it.
    """

    kind: Kind
    path: str = ""
    times: int | None = 1
    code: int = -1
    status: int = 503
    seconds: float = 6.0
    every: int = 1
    switch: str = ""
    _met: int = 0

    def fresh(self, switch: str) -> "Fault":
        """The same trouble from its beginning, under the name of a switch."""
        return replace(self, switch=switch, _met=0)

    def strikes(self) -> bool:
        """Whether it is this call's turn."""
        self._met += 1
        return (self._met - 1) % self.every == 0

    def fits(self, path: str) -> bool:
        """Whether a call to `path` (without /cgi-bin/) meets this trouble."""
        return path.startswith(self.path.removeprefix("/cgi-bin/").strip("/"))


class Faults:
    """The troubles that are switched on."""

    def __init__(self) -> None:
        self._on: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Switch one on, behind those already there."""
        self._on.append(fault)

    def take(self, path: str, *kinds: Kind) -> Fault | None:
        """The first trouble of these kinds that this call meets; it counts as met."""
        for fault in self._on:
            if fault.kind in kinds and fault.fits(path) and fault.strikes():
                self._count(fault)
                return fault
        return None

    def reset(self) -> None:
        """All is well again."""
        self._on.clear()

    def view(self) -> list[dict[str, Any]]:
        """What is switched on, as JSON."""
        return [
            {name: value for name, value in asdict(fault).items() if name != "_met"} for fault in self._on
        ]

    def remove(self, switch: str) -> None:
        """Switch off what a switch of the page has made."""
        self._on = [fault for fault in self._on if fault.switch != switch]

    def switched_on(self) -> set[str]:
        """The switches that are on."""
        return {fault.switch for fault in self._on if fault.switch}

    def _count(self, fault: Fault) -> None:
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._on.remove(fault)
