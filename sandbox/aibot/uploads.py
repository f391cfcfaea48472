"""Media over the long connection (doc/101463): announced, sent in chunks, put together and checked."""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field

from sandbox.aibot.answering import Answer
from sandbox.aibot.contents import MEDIA
from sandbox.aibot.rates import A_MINUTE_AND_AN_HOUR, Windows
from sandbox.aibot.server import Aibot
from sandbox.wecom.codes import Refused
from sandbox.wecom.fields import Body, number, text
from sandbox.wecom.media import TOO_BIG

LIFE = 30 * 60
CHUNK = 512 * 1024
MOST_CHUNKS = 100
MEGABYTE = 1024 * 1024
SIZES = {"image": 2 * MEGABYTE, "voice": 2 * MEGABYTE, "video": 10 * MEGABYTE, "file": 20 * MEGABYTE}
MD5 = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(slots=True)
class Upload:
    """A file on its way. `size` is what was announced, `until` real time."""

    kind: str
    name: str
    size: int
    chunks: int
    md5: str
    until: float
    parts: dict[int, bytes] = field(default_factory=dict)


class Uploads:
    """The files on their way to one bot; they survive its connections."""

    def __init__(self, aibot: Aibot) -> None:
        self._aibot = aibot
        self._open: dict[str, Upload] = {}
        self._rates = Windows(aibot.now, A_MINUTE_AND_AN_HOUR)

    def begin(self, body: Body) -> Answer:
        """Announce a file. Raises `Refused` for what will not be taken."""
        kind, name, md5 = text(body, "type"), text(body, "filename"), text(body, "md5").lower()
        if kind not in MEDIA:
            raise Refused(40005)
        if not 1 <= len(name.encode()) <= 256:
            raise Refused(40058, "filename")
        size = body.get("total_size")
        if type(size) is not int or size < 5:
            raise Refused(40006)
        if size > SIZES[kind]:
            raise Refused(TOO_BIG[kind])
        chunks = number(body, "total_chunks", range(1, MOST_CHUNKS + 1))
        if md5 and not MD5.fullmatch(md5):
            raise Refused(40058, "md5")
        if not self._rates.allow("uploads"):
            raise Refused(45009)
        upload_id = "up_" + secrets.token_urlsafe(24)
        self._open[upload_id] = Upload(kind, name, size, chunks, md5, self._aibot.now() + LIFE)
        return {"body": {"upload_id": upload_id}}

    def add(self, body: Body) -> Answer:
        """Take one chunk, in any order; the same once more does no harm. Raises `Refused`."""
        _, upload = self._named(body)
        index = number(body, "chunk_index", range(upload.chunks), default=-1)
        try:
            data = base64.b64decode(text(body, "base64_data"), validate=True)
        except ValueError as broken:
            raise Refused(40058, "base64_data") from broken
        if not 1 <= len(data) <= CHUNK:
            raise Refused(40058, "base64_data size")
        upload.parts[index] = data
        return {}

    def finish(self, body: Body) -> Answer:
        """Put the chunks together. Raises `Refused` for one missing, another size, md5 or kind."""
        upload_id, upload = self._named(body)
        if len(upload.parts) < upload.chunks:
            raise Refused(40058, "chunks missing")
        data = b"".join(upload.parts[index] for index in range(upload.chunks))
        if len(data) != upload.size:
            raise Refused(40006)
        if upload.md5 and hashlib.md5(data, usedforsecurity=False).hexdigest() != upload.md5:
            raise Refused(40058, "md5")
        medium = self._aibot.media.add(self._aibot.bot.bot_id, upload.kind, upload.name, data)
        del self._open[upload_id]
        found = {"type": upload.kind, "media_id": medium.media_id, "created_at": str(medium.created)}
        return {"body": found}

    def _named(self, body: Body) -> tuple[str, Upload]:
        upload_id = text(body, "upload_id")
        upload = self._open.get(upload_id)
        if upload is None or upload.until <= self._aibot.now():
            raise Refused(40058, "upload_id")
        return upload_id, upload
