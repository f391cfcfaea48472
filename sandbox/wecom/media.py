"""Temporary media (doc/90253): kept for three days of real time, shared by all apps of a corp."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.wecom.codes import Refused

LIFE = 3 * 24 * 3600
LARGEST = 20 * 1024 * 1024
SIZES = {"image": 10 * 1024 * 1024, "voice": 2 * 1024 * 1024, "video": 10 * 1024 * 1024, "file": LARGEST}
TOO_BIG = {"image": 40009, "voice": 45001, "video": 40011, "file": 45001}
CONTENT_TYPES = {"image": "image/png", "voice": "audio/amr", "video": "video/mp4"}


@dataclass(frozen=True, slots=True)
class Medium:
    """One stored file."""

    media_id: str
    corp_id: str
    kind: str
    name: str
    created: int
    data: bytes = field(repr=False)

    @property
    def content_type(self) -> str:
        """What the bytes are, as far as WeCom tells."""
        if self.data.startswith(b"\xff\xd8"):
            return "image/jpeg"
        return CONTENT_TYPES.get(self.kind, "application/octet-stream")


class MediaStore:
    """Takes files in and gives them out again while they live."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._media: dict[str, Medium] = {}

    def add(self, corp_id: str, kind: str, name: str, data: bytes) -> Medium:
        """Store a file. Raises `Refused` for a wrong type, size or content."""
        check_medium(kind, data)
        medium = Medium("m_" + secrets.token_urlsafe(40), corp_id, kind, name, int(self._now()), data)
        self._media[medium.media_id] = medium
        return medium

    def get(self, corp_id: str, media_id: str) -> Medium:
        """A living file of this corp. Raises `Refused` 40007."""
        medium = self.find(media_id)
        if medium is None or medium.corp_id != corp_id:
            raise Refused(40007)
        return medium

    def find(self, media_id: str) -> Medium | None:
        """A living file of any corp, for the page."""
        medium = self._media.get(media_id)
        if medium is None or medium.created + LIFE <= self._now():
            return None
        return medium

    def knows(self, corp_id: str, media_id: str) -> bool:
        """Whether the corp has this file."""
        medium = self.find(media_id)
        return medium is not None and medium.corp_id == corp_id


def check_medium(kind: str, data: bytes) -> None:
    """Refuse what WeCom refuses: every file is over 5 bytes, and of the kind that is claimed."""
    if kind not in SIZES:
        raise Refused(40005)
    if not data:
        raise Refused(44001)
    if len(data) <= 5:
        raise Refused(40006)
    if len(data) > SIZES[kind]:
        raise Refused(TOO_BIG[kind])
    if kind == "image" and not data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        raise Refused(40123)
    if kind == "voice" and not data.startswith(b"#!AMR"):
        raise Refused(40004)
    if kind == "video" and data[4:8] != b"ftyp":
        raise Refused(40004)
