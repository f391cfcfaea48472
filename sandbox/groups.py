"""Webhook robots of WeCom groups (doc/91770): push only, by a key, twenty messages a minute."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.aibot.answering import Answer, answered, object_of
from sandbox.aibot.bots import Place
from sandbox.aibot.contents import object_named
from sandbox.aibot.phones import Phones
from sandbox.aibot.pushes import CHECKS
from sandbox.aibot.rates import Windows
from sandbox.clock import ReadClock
from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.wecom.cards import NOTICES, check_card
from sandbox.wecom.codes import Refused
from sandbox.wecom.fields import Body, text
from sandbox.wecom.media import LARGEST, MediaStore

PER_MINUTE = 20
UPLOADED = ("file", "voice")

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Robot:
    """One robot in one group. Its key is the only secret."""

    key: str = field(repr=False)
    chatid: str
    name: str = "小二"


class Robots:
    """All webhook robots. `now` is real time in seconds; what they say appears on the members' phones."""

    def __init__(
        self,
        robots: Sequence[Robot],
        phones: Phones,
        *,
        read_clock: ReadClock,
        journal: Journal,
        faults: Faults | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._robots = {robot.key: robot for robot in robots}
        self._stopped: dict[str, int] = {}
        self._read_clock = read_clock
        self._rates = Windows(now, ((60.0, PER_MINUTE),))
        self._sent = 0
        self.media = MediaStore(now)
        self.phones, self.journal, self.faults = phones, journal, faults or Faults()

    def stop(self, key: str, code: int) -> None:
        """From now on the robot answers 93000 (removed), 93004 (disabled) or 93008 (not in the group)."""
        self._stopped[key] = code

    def robot(self, key: str) -> Robot:
        """The robot of a key. Raises `Refused`."""
        robot = self._robots.get(key)
        if robot is None or key in self._stopped:
            raise Refused(self._stopped.get(key, 93000))
        return robot

    async def send(self, key: str, body: Body) -> Answer:
        """Say something in the robot's group. Raises `Refused`."""
        robot = self.robot(key)
        kind = body.get("msgtype")
        content = self._content(robot, kind, body)
        if not self._rates.allow(key):
            raise Refused(45009)
        shown_at = await self._read_clock()
        self._sent += 1
        msgid, place = f"hook_{self._sent}", Place("", robot.chatid)
        self.phones.show(robot.name, place, "app", str(kind), content, shown_at, msgid=msgid)
        return {}

    def upload(self, key: str, kind: str, name: str, data: bytes) -> Answer:
        """Keep a file for this robot alone. Raises `Refused`."""
        robot = self.robot(key)
        if kind not in UPLOADED:
            raise Refused(40005)
        medium = self.media.add(robot.key, kind, name, data)
        return {"type": kind, "media_id": medium.media_id, "created_at": str(medium.created)}

    def _content(self, robot: Robot, kind: object, body: Body) -> Content:
        if not isinstance(kind, str) or kind not in (*CHECKS, *UPLOADED, "template_card"):
            raise Refused(40008)
        content = object_named(body, kind)
        if kind == "template_card":
            return self._card(robot, content)
        if kind in UPLOADED:
            if not self.media.knows(robot.key, text(content, "media_id")):
                raise Refused(40007)
            return {"media_id": text(content, "media_id")}
        return CHECKS[kind](content)

    def _card(self, robot: Robot, card: Body) -> Content:
        if card.get("card_type") not in NOTICES:
            raise Refused(42031)
        if card.get("action_menu"):
            raise Refused(40058, "nothing calls back from here: no action_menu")
        check_card(card, media_known=lambda name: self.media.knows(robot.key, name))
        return card


def add_routes(app: web.Application, robots: Robots) -> None:
    """Open /cgi-bin/webhook."""

    async def send(request: web.Request) -> web.StreamResponse:
        async def call() -> Answer:
            robots.robot(request.query.get("key", ""))
            return await robots.send(request.query.get("key", ""), object_of(await request.read()))

        return await answered(request, "webhook/send", robots.journal, robots.faults, call)

    async def upload(request: web.Request) -> web.StreamResponse:
        async def call() -> Answer:
            robots.robot(request.query.get("key", ""))
            name, data = await _medium(request)
            return robots.upload(request.query.get("key", ""), request.query.get("type", ""), name, data)

        return await answered(request, "webhook/upload_media", robots.journal, robots.faults, call)

    app.router.add_post("/cgi-bin/webhook/send", send)
    app.router.add_post("/cgi-bin/webhook/upload_media", upload)


async def _medium(request: web.Request) -> tuple[str, bytes]:
    """Name and bytes of the part `media`. Raises `Refused` 44001 without one, 45001 for too many bytes."""
    if not request.content_type.startswith("multipart/"):
        raise Refused(44001)
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "media" and part.filename:
            data = bytearray()
            while chunk := await part.read_chunk():
                data += chunk
                if len(data) > LARGEST:
                    raise Refused(45001)
            return part.filename, bytes(data)
    raise Refused(44001)
