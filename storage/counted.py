"""What an import did, by kind."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counted:
    """How many were added, changed, removed, and were the same already."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    same: int = 0

    @property
    def idle(self) -> bool:
        """Whether nothing had to be done."""
        return not (self.added or self.changed or self.removed)
