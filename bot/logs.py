"""One line per happening, JSON or for people. What is secret by its type stays secret, whoever logs it.

Log event ids, not contents. Nothing a stranger sends can break a line, colour a terminal or leak a key: text
is made harmless, URLs lose their query, and a value of a type not known here shows only its type.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping
from datetime import date, time, timedelta
from enum import Enum
from pathlib import PurePath
from types import TracebackType
from typing import TextIO
from uuid import UUID

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.secrets import REDACTED, Secret

LONGEST = 1000
DEEPEST = 4
_PLAIN = (int, float, date, time, timedelta, UUID, PurePath)

# A URL keeps scheme, host and path; user, query and fragment may be keys. A bare path keeps no query either.
_URL = re.compile(r"\b([a-zA-Z][a-zA-Z0-9+.-]{1,20}://)(?:[^\s/?#@]*@)?([^\s?#'\"]*)(?:[?#][^\s'\"]*)?")
_QUERY = re.compile(r"\?[^\s?'\"]*=[^\s'\"]*")


def configure_logs(*, as_json: bool, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send our lines and those of every library through the same cleaning, to `stream` (standard error)."""
    out = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        name_failure,
        harmless,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(as_json, out)],
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _renderer(as_json: bool, out: TextIO) -> Processor:
    if as_json:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=out.isatty(), timestamp_key="at", sort_keys=False)


def harmless(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Clean every value; structlog's own entries, which begin with an underscore, pass."""
    return {
        key if key.startswith("_") else clean_text(key): _kept(key, value) for key, value in event.items()
    }


def _kept(key: str, value: object) -> object:
    return value if key.startswith("_") else clean(value)


def clean(value: object, depth: int = 0) -> object:
    """The value as it may be written: secrets are stars, bytes a count, the unknown only its type."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Secret):
        return REDACTED
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    if isinstance(value, Enum):
        return clean(value.value, depth)
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, _PLAIN):
        return value if type(value) in (int, float) else clean_text(str(value))
    return _clean_inside(value, depth)


def _clean_inside(value: object, depth: int) -> object:
    if depth < DEEPEST and isinstance(value, Mapping):
        return {clean_text(str(clean(key))): clean(inner, depth + 1) for key, inner in value.items()}
    if depth < DEEPEST and isinstance(value, list | tuple | set | frozenset):
        return [clean(inner, depth + 1) for inner in value]
    return f"<{type(value).__name__}>"


def clean_text(text: str) -> str:
    """One short line: URLs without query, no control, direction or zero-width signs, cut at `LONGEST`."""
    cut = text[: LONGEST + 1]
    bare = _QUERY.sub("?…", _URL.sub(r"\1\2", cut))
    shown = bare if bare.isprintable() else "".join(map(_visible, bare))
    return shown if len(text) <= LONGEST else f"{shown[:LONGEST]}…"


def _visible(sign: str) -> str:
    return sign if sign.isprintable() else sign.encode("unicode_escape", "surrogatepass").decode("ascii")


def name_failure(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Put an exception as its type and places. Its message stays out: it may quote what somebody typed."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    failure = given[1] if isinstance(given, tuple) else given
    if isinstance(failure, BaseException):
        event["failure"], event["where"] = _kind(failure), _places(failure.__traceback__)
        cause = failure.__cause__ or failure.__context__
        if cause is not None:
            event["cause"] = _kind(cause)
    return event


def _kind(failure: BaseException) -> str:
    """The type, and the operating system's or database's own code for it, which quotes nothing."""
    code = getattr(failure, "errno", None) or getattr(getattr(failure, "orig", failure), "sqlstate", None)
    return f"{type(failure).__name__}({code})" if code else type(failure).__name__


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-12:]
    return [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
