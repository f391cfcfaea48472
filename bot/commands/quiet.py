"""What the scheduler says of itself: nothing, as long as it works."""

import logging
from asyncio import CancelledError

LIBRARY = "apscheduler"


def quiet_scheduler() -> None:
    """Leave out the lines for every look, and the failure of a job that the end of the program cut short."""
    logging.getLogger(LIBRARY).setLevel(logging.WARNING)
    executor = logging.getLogger(f"{LIBRARY}.executors.default")
    if _is_failure not in executor.filters:
        executor.addFilter(_is_failure)


def _is_failure(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], CancelledError))
