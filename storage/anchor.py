"""Heads of the chain, kept in a file outside the database: who can write to the database cannot change them.

One line each, `time length link`, appended and synced, never rewritten. A chain that does not contain every
head of the file was cut, rolled back or rewritten.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from storage.seal import head_of, link_at

LINE = 160  # More bytes than a line ever has.


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head of the chain, and when it was written down."""

    at: datetime
    length: int
    link: bytes

    def line(self) -> bytes:
        """As it stands in the file."""
        return f"{self.at.astimezone(UTC).isoformat()} {self.length} {self.link.hex()}\n".encode()


class BadAnchor(Exception):
    """A line of the anchor file that is none of ours."""


class Contradicted(Exception):
    """The stored chain does not contain the head written down last: it was cut, rolled back or rewritten."""

    def __init__(self, last: Anchor, length: int) -> None:
        super().__init__(
            f"审计链与文件外存的链头不符:{last.at.isoformat()} 记下 {last.length} 条,现有 {length} 条。"
            "请运行 `xiaoer audit verify --anchor`。\n"
            f"The chain lacks the head of {last.at.isoformat()} ({last.length} entries; now {length})."
        )
        self.last = last


def write_anchor(path: Path, engine: Engine, at: datetime) -> bool:
    """Write the present head down, after the sealer's COMMIT; False when it stands there already.

    Raises `Contradicted`, and writes nothing more until somebody has looked into it. Several processes may
    share the file: the head is read under its lock, so lengths never fall.
    """
    with _locked(path) as file:
        last = _last(file)
        with engine.execution_options(ro=True).connect() as conn:
            head = head_of(conn)
            if last is not None and last.length and link_at(conn, last.length) != last.link:
                raise Contradicted(last, head.length)
        if head.length == (last.length if last else 0):
            return False
        os.write(file, Anchor(at, head.length, head.link).line())
        os.fsync(file)
    return True


def read_anchors(path: Path, size: int | None = None) -> Iterator[Anchor]:
    """The heads written down, oldest first, within the first `size` bytes. Raises `BadAnchor`."""
    with path.open("rb") as lines:
        length, end = 0, 0
        for number, line in enumerate(lines, 1):
            end += len(line)
            # Begun after we looked, or torn by a power failure: never promised to anybody.
            if not line.endswith(b"\n") or (size is not None and end > size):
                return
            anchor = _read(line)
            if anchor is None or anchor.length < length:
                raise BadAnchor(f"{path}:{number}")
            length = anchor.length
            yield anchor


def _read(line: bytes) -> Anchor | None:
    try:
        at, length, link = line.decode("ascii").split()
        return Anchor(datetime.fromisoformat(at), int(length), bytes.fromhex(link))
    except ValueError:
        return None


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The file, made if missing, held against other processes; a torn last line is taken away."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        os.fchmod(file, 0o600)
        _sync_folder(path.parent)
        yield file
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
        os.close(file)


def _last(file: int) -> Anchor | None:
    """The last whole line. Raises `BadAnchor`."""
    size = os.fstat(file).st_size
    begin = max(0, size - 2 * LINE)
    tail = os.pread(file, size - begin, begin)
    whole = tail[: tail.rfind(b"\n") + 1]
    if len(whole) < len(tail):
        os.ftruncate(file, begin + len(whole))
    if not whole:
        return None
    anchor = _read(whole.splitlines()[-1])
    if anchor is None:
        raise BadAnchor("the last line")
    return anchor


def _sync_folder(folder: Path) -> None:
    """A file that was just made must still be there after a power failure."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
