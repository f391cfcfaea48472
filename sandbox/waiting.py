"""Waiting for something on the phones, without polling and without sleeping."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sandbox.journal import Journal

T = TypeVar("T")


async def until(journal: Journal, condition: Callable[[], T], seconds: float) -> T:
    """The first true value of `condition`, looked at again after every piece of news. `TimeoutError`."""
    with journal.listening() as news:
        async with asyncio.timeout(seconds):
            while not (found := condition()):
                await news.get()
    return found
