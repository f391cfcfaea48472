"""Which events a process had in hand, for whoever comes after a death that left no word.

A file per process, in one directory: written before a batch is carried out, emptied after its COMMIT, not
fsynced, because it is to outlive the process and not the machine. What is being understood beside the writer
stands in it too. Its owner holds a lock on it while alive. Whoever finds the file of a dead process tells
the store (`storage.inbox.suspect`), so that replicas on other hosts know as well.
"""

import fcntl
import json
import os
import secrets
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_SUFFIX = ".in-hand"
# One crash leaves one batch; more than this are the remains of a process that died again and again.
_MOST = 1024


def own_path(directory: Path) -> Path:
    """A path in `directory` that no other process uses."""
    return directory / f"{os.getpid()}-{secrets.token_hex(4)}{_SUFFIX}"


@dataclass(frozen=True, slots=True)
class Leftover:
    """The keys that a dead process had in hand. The file stays until somebody has written them down again."""

    keys: tuple[str, ...]
    path: Path
    descriptor: int

    def remove(self) -> None:
        """The keys are in safe hands."""
        self.path.unlink(missing_ok=True)
        os.close(self.descriptor)


def claim_leftovers(directory: Path) -> list[Leftover]:
    """The files in `directory` whose owners are dead, now ours. No two processes claim the same."""
    claimed = []
    for path in sorted(directory.glob(f"*{_SUFFIX}")):
        descriptor = _claim(path)
        if descriptor is not None:
            claimed.append(Leftover(_read(descriptor), path, descriptor))
    return claimed


class InHand:
    """The file of this process; any thread may write to it.

    `suspects` are keys from unclean ends that have not been seen to pass yet.
    """

    def __init__(self, path: Path, leftovers: Iterable[Leftover] = ()) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = path
        self._descriptor = _create(path)
        self._lock = threading.Lock()
        self._batch: list[str] = []
        self._beside: dict[str, None] = {}
        taken = list(leftovers)
        self.suspects = dict.fromkeys(key for leftover in taken for key in leftover.keys)
        self.clear()
        for leftover in taken:
            leftover.remove()

    def hold(self, keys: Iterable[str]) -> None:
        """Note what is about to be carried out."""
        with self._lock:
            self._batch = list(keys)
            self._write()

    def clear(self) -> None:
        """Nothing is being carried out."""
        self.hold(())

    @contextmanager
    def beside(self, key: str) -> Iterator[None]:
        """Note what is being understood beside the writer, as long as this lasts."""
        with self._lock:
            self._beside[key] = None
            self._write()
        try:
            yield
        finally:
            with self._lock:
                self._beside.pop(key, None)

    def suspect(self, key: str) -> None:
        """Somebody else has died of this one, perhaps: let it run alone here too."""
        self.suspects.setdefault(key)

    def acquit(self, key: str) -> None:
        """This one has passed, and we are still here."""
        self.suspects.pop(key, None)

    def close(self) -> None:
        """A clean end. The file stays if a suspect has not come again yet."""
        self.clear()
        if not self.suspects:
            self._path.unlink(missing_ok=True)
        os.close(self._descriptor)

    def _write(self) -> None:
        keys = [*self.suspects, *self._beside, *self._batch]
        # A disk without space must not stop events that the store itself can still take.
        with suppress(OSError):
            # Emptied first: a kill between the two calls finds nothing being carried out yet.
            os.ftruncate(self._descriptor, 0)
            if keys:
                os.pwrite(self._descriptor, json.dumps(keys[-_MOST:]).encode(), 0)


def _create(path: Path) -> int:
    """Open and lock our own file; once more if somebody took it for a dead one's in between."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if path.exists() and path.stat().st_ino == os.fstat(descriptor).st_ino:
            return descriptor
        os.close(descriptor)


def _claim(path: Path) -> int | None:
    """The locked file, or None if its owner lives or somebody else was quicker."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.stat().st_ino == os.fstat(descriptor).st_ino:
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None


def _read(descriptor: int) -> tuple[str, ...]:
    raw = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
    try:
        keys = json.loads(raw) if raw else []
    except ValueError:
        # Cut off by a dying machine: what it held is not known any more.
        return ()
    return tuple(key for key in keys if isinstance(key, str)) if isinstance(keys, list) else ()
