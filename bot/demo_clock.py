"""A demo's clock as other terminals know it: a small file beside the store says how far ahead it is."""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import real_now

SQLITE = "sqlite:///"


def keep_clock(url: str, now: datetime) -> None:
    """Tell the commands that business time is `now`."""
    file = _file(url)
    if file is None:
        return
    new = file.with_name(f"{file.name}.new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as written:
        json.dump({"ahead_seconds": (now - real_now()).total_seconds()}, written)
    new.replace(file)


def business_now(url: str) -> datetime:
    """The present moment for a command on this store: real time, unless a demo has moved its clock."""
    file = _file(url)
    try:
        said = json.loads(file.read_text(encoding="utf-8")) if file else {}
        return real_now() + timedelta(seconds=float(said.get("ahead_seconds", 0)))
    except (OSError, ValueError, TypeError, AttributeError, OverflowError):
        return real_now()


def _file(url: str) -> Path | None:
    """Beside a SQLite file; demos have no other store."""
    return Path(f"{url.removeprefix(SQLITE)}.clock") if url.startswith(SQLITE) else None
