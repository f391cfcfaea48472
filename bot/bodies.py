"""The body of a callback: whole, in the clear and in time, or refused."""

import asyncio

import aiohttp
from aiohttp import web

from bot.platforms.refused import BadCallback

BODY_SECONDS = 5.0  # No platform waits longer for the whole exchange.


async def read_body(request: web.Request, seconds: float = BODY_SECONDS) -> bytes:
    """As many bytes as the application lets in, within so many seconds. Raises `BadCallback`."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise BadCallback("compressed", 415)
    try:
        async with asyncio.timeout(seconds):
            return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise BadCallback("body too large", 413) from None
    except TimeoutError:
        raise BadCallback("body too slow", 408) from None
    except (ConnectionError, aiohttp.ClientError, aiohttp.http.HttpProcessingError):
        raise BadCallback("body cut off") from None
