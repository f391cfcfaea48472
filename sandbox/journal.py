"""What happens behind the phones, told live to every open page and to tests that wait for something."""

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

KEPT = 500
BACKLOG = 2000  # A listener that is so far behind is cut off; a page then reconnects and loads afresh.


@dataclass(frozen=True, slots=True)
class News:
    """One live event: `kind` is bubble, clock, faults or journal; `data` goes out as JSON."""

    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal, in real time. It never holds a secret, a token or a whole URL."""

    at: str
    kind: str
    words: str
    detail: Mapping[str, Any] = field(default_factory=dict)


Listener = asyncio.Queue[News | None]


class Journal:
    """Keeps the last lines and hands every piece of news to whoever listens."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=KEPT)
        self._listeners: set[Listener] = set()

    def note(self, kind: str, words: str, **detail: object) -> None:
        """Write one line: `kind` is callback, api, clock or fault."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        entry = Entry(at, kind, words, detail)
        self.entries.append(entry)
        self.tell("journal", asdict(entry))

    def tell(self, kind: str, data: Mapping[str, Any]) -> None:
        """Tell the listeners without writing a line."""
        for listener in tuple(self._listeners):
            listener.put_nowait(News(kind, data))
            if listener.qsize() > BACKLOG:
                self._dismiss(listener)

    @contextmanager
    def listening(self) -> Iterator[Listener]:
        """A queue of everything told from now on; `None` in it means that nothing more will come."""
        listener: Listener = asyncio.Queue()
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def close(self) -> None:
        """Send every listener home, so that open pages do not hold up the shutdown."""
        for listener in tuple(self._listeners):
            self._dismiss(listener)

    def _dismiss(self, listener: Listener) -> None:
        self._listeners.discard(listener)
        listener.put_nowait(None)
