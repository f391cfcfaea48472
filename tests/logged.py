"""The log as production writes it, caught in memory: `log` is everything written during a test."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import configure_logs


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What our code and every library write, from the finest level on, cleaned as in production."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    configure_logs(as_json=True, level="DEBUG", stream=written)
    try:
        yield written
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()


def errors(log: io.StringIO) -> list[str]:
    """The lines that would wake somebody up."""
    return [line for line in log.getvalue().splitlines() if '"level": "error"' in line or "critical" in line]
