"""Troubles one can switch on: the platform answers badly, slowly, or loses an answer."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["errcode", "http", "slow", "drop", "lose_answer", "lose_callback_answer"]


@dataclass(slots=True)
class Fault:
    """One trouble. `path` narrows it to calls such as message/send; `times` None lasts until the reset.

    `drop` cuts the connection before anything happened, `lose_answer` after the effect.
    """

    kind: Kind
    path: str = ""
    times: int | None = 1
    code: int = -1
    status: int = 503
    seconds: float = 6.0

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
            if fault.kind in kinds and fault.fits(path):
                self._count(fault)
                return fault
        return None

    def reset(self) -> None:
        """All is well again."""
        self._on.clear()

    def view(self) -> list[dict[str, Any]]:
        """What is switched on, as JSON."""
        return [asdict(fault) for fault in self._on]

    def _count(self, fault: Fault) -> None:
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._on.remove(fault)
