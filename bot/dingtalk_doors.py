"""DingTalk's HTTP doors, for connections that do not listen by Stream (dingtalk.md §1.1, §3, §6.6)."""

import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from aiohttp import web

from bot.bodies import read_body
from bot.dingtalk import Ears
from bot.platforms.dingtalk.crypto import EventCipher
from bot.platforms.dingtalk.happenings import from_http
from bot.platforms.dingtalk.reading import read_row
from bot.platforms.dingtalk.signatures import check_card, check_robot
from bot.platforms.refused import BadCallback, ComeAgain

log = structlog.get_logger()

SIGNED = ("timestamp", "sign", "x-ddpaas-signature-timestamp", "x-ddpaas-signature")


@dataclass(frozen=True, slots=True)
class Door:
    """One connection's secrets and ears. Without a cipher there is no door for events."""

    ears: Ears
    secret: str
    cipher: EventCipher | None

    @property
    def card_secret(self) -> str:
        """What we register for card callbacks; it follows from the client secret, which it does not tell."""
        return hmac.new(self.secret.encode(), b"xiaoer card callback", hashlib.sha256).hexdigest()


DOORS: web.AppKey[Mapping[str, Door]] = web.AppKey("dingtalk doors", Mapping)
Handle = Callable[[Door, web.Request], Awaitable[web.Response]]


def add_doors(app: web.Application) -> None:
    """Three doors for each connection in http mode; the app sets `DOORS` when it starts."""
    for name, handle in (("robot", robot), ("card", card), ("event", event)):
        app.router.add_post("/callback/dingtalk/{name}/" + name, _guarded(handle))


async def robot(door: Door, request: web.Request) -> web.Response:
    """A robot message. Its signature does not cover the body, so it serves only its first moments."""
    check_robot(_headers(request), door.secret, time.time())
    await door.ears.message(read_row(await read_body(request)))
    return web.json_response({})


async def card(door: Door, request: web.Request) -> web.Response:
    """A click on a card, answered with the card's new state."""
    check_card(_headers(request), door.card_secret, time.time())
    answer = await door.ears.press(read_row(await read_body(request)))
    response = web.json_response(answer.response)
    await response.prepare(request)
    await response.write_eof()
    if answer.then:
        await answer.then()
    return response


async def event(door: Door, request: web.Request) -> web.Response:
    """An event of the corp, or a check of the address. Not followed: no `success`, so it comes again."""
    if door.cipher is None:
        raise web.HTTPNotFound(text="")
    row = door.cipher.read(list(request.query.items()), await read_body(request), time.time())
    happening = from_http(row, door.ears.connection.receiver)
    if happening is not None and not await door.ears.follow(happening):
        return web.Response(status=503)
    return web.json_response(door.cipher.answer(time.time()))


def _guarded(handle: Handle) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        door = request.app[DOORS].get(request.match_info["name"])
        if door is None:
            raise web.HTTPNotFound(text="")
        try:
            return await handle(door, request)
        except BadCallback as bad:
            return web.Response(status=bad.status)
        except ComeAgain:
            # Not committed: without a 200 the platform may come again.
            return web.Response(status=503)
        except web.HTTPException:
            raise
        except Exception:
            log.exception("dingtalk callback not carried out", connection=door.ears.connection.name)
            return web.Response(status=503)

    return answer


def _headers(request: web.Request) -> dict[str, str]:
    """The signed headers. Raises `BadCallback` for one that is repeated."""
    found = {name: request.headers.getall(name, []) for name in SIGNED}
    if any(len(values) > 1 for values in found.values()):
        raise BadCallback("a header is repeated", 403)
    return {name: values[0] for name, values in found.items() if values}
