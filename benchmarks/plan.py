"""How much is measured: the quick form says whether everything works, the long one fills the table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes of the stores, callbacks a turn, questions of each kind, entries of the record, starts."""

    sizes: tuple[int, ...] = (10_000, 100_000)
    callbacks: int = 1500
    each: int = 140
    entries: int = 100_000
    starts: int = 5


QUICK = Plan((10_000,), callbacks=600, each=40, entries=10_000, starts=2)
USUAL = Plan()
LONG = Plan((10_000, 100_000, 1_000_000), entries=1_000_000)
