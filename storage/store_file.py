"""The file of an embedded store, looked at before SQLite touches it."""

import os
import tempfile
from pathlib import Path

from sqlalchemy import URL

from storage.faults import BadStore, NoStore

_PRIVATE = 0o600


def path_of(url: URL) -> Path:
    """The absolute path of the file that `url` names. Raises `BadStore` for a store in memory."""
    name = url.database or ""
    if not name or name == ":memory:" or name.startswith("file:"):
        raise BadStore(
            "database.url 需要一个文件路径,例如 sqlite:///data/xiaoer.db。\n"
            "database.url needs the path of a file, such as sqlite:///data/xiaoer.db."
        )
    return Path(name).resolve()


def look(path: Path, *, create: bool) -> None:
    """Make sure that the file is there, private, and writable. Raises `NoStore` and `BadStore`."""
    try:
        if create:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        elif not path.exists() or (path.is_file() and path.stat().st_size == 0):
            raise NoStore(path)
        # SQLite writes its journals beside the file, so the directory must take new files.
        with tempfile.TemporaryFile(dir=path.parent):
            pass
        os.close(os.open(path, os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if create else 0), _PRIVATE))
        _make_private(path)
    except OSError as error:
        raise BadStore(
            f"数据库文件或其目录无法写入:{path}({error.strerror})。请检查权限与磁盘。\n"
            f"The store or its directory cannot be written: {path} ({error.strerror}). Check rights and disk."
        ) from error


def damaged(path: Path, found: str) -> BadStore:
    """What to say of a file that is no store, or no longer."""
    return BadStore(
        f"数据库文件已损坏或不是数据库:{path}({found})。请勿删除;用 `xiaoer restore` 恢复备份。\n"
        f"The store is damaged or is no store: {path} ({found}). "
        "Keep it; `xiaoer restore` brings back a backup."
    )


def _make_private(path: Path) -> None:
    """Journals take the mode of the file when they are made; what is left from before is tightened too."""
    for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        if name.exists() and name.stat().st_mode & 0o077:
            name.chmod(_PRIVATE)
