"""Progress on the terminal, on standard error and only where somebody watches."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from sqlalchemy import Engine, event

from bot.commands.answers import err

T = TypeVar("T")


def _bar() -> Progress:
    words, count = TextColumn("{task.description}"), MofNCompleteColumn()
    columns = (SpinnerColumn(), words, BarColumn(), count, TimeElapsedColumn())
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)


def tracked(items: Iterable[T], words: str, total: int) -> Iterator[T]:
    """The items, with a bar while they are taken."""
    with _bar() as bar:
        task = bar.add_task(words, total=total)
        for item in items:
            yield item
            bar.advance(task)


@contextmanager
def counted(words: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar that is told how far the work has come."""
    with _bar() as bar:
        task = bar.add_task(words, total=total)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def counting(engine: Engine, words: str) -> Iterator[None]:
    """A bar for work whose length nobody knows beforehand: it counts the transactions of this engine."""
    with _listening(engine, "commit", words):
        yield


@contextmanager
def stepping(engine: Engine, words: str) -> Iterator[None]:
    """The same for work that is one long transaction: it counts the statements."""
    with _listening(engine, "after_cursor_execute", words):
        yield


@contextmanager
def _listening(engine: Engine, happening: str, words: str) -> Iterator[None]:
    with _bar() as bar:
        task = bar.add_task(words, total=None)

        def step(*_: object) -> None:
            bar.advance(task)

        event.listen(engine, happening, step)
        try:
            yield
        finally:
            event.remove(engine, happening, step)
