"""Media: uploads that never expire (media/upload), and received files by code (messageFiles/download)."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.dingtalk.codes import OldRefused, Refused
from sandbox.dingtalk.org import Org

MEGABYTE = 1024 * 1024
LARGEST = 20 * MEGABYTE
SIZES = {"image": LARGEST, "voice": 2 * MEGABYTE, "video": LARGEST, "file": LARGEST}
ENDINGS = {
    "image": {"jpg", "jpeg", "gif", "png", "bmp"},
    "voice": {"amr", "mp3", "wav"},
    "video": {"mp4"},
    "file": {"doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "pdf", "rar"},
}
CONTENT_TYPES = {"image": "image/png", "voice": "audio/amr", "video": "video/mp4"}


@dataclass(frozen=True, slots=True)
class Medium:
    """One stored file. `robot` is the robotCode that may fetch it, where a person sent it."""

    media_id: str
    corp_id: str
    kind: str
    name: str
    created: int
    data: bytes = field(repr=False)
    robot: str = ""

    @property
    def content_type(self) -> str:
        """What the bytes are, as far as the platform tells."""
        if self.data.startswith(b"\xff\xd8"):
            return "image/jpeg"
        return CONTENT_TYPES.get(self.kind, "application/octet-stream")


class MediaStore:
    """Takes files in and gives them out again."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._media: dict[str, Medium] = {}
        self._links: dict[str, Medium] = {}

    def add(self, org: Org, kind: str, name: str, data: bytes, robot: str = "") -> Medium:
        """Store a file. Raises `OldRefused` for a wrong type, ending or size."""
        if kind not in SIZES:
            raise OldRefused(40004)
        # What a person sends may have any ending; the list binds only those who upload.
        if not robot and name.rpartition(".")[2].lower() not in ENDINGS[kind]:
            raise OldRefused(40005)
        if not data or len(data) > SIZES[kind]:
            raise OldRefused(40006)
        media_id = ("dc" if robot else "@lAD") + secrets.token_urlsafe(24)
        medium = Medium(media_id, org.corp_id, kind, name, int(self._now() * 1000), data, robot)
        self._media[media_id] = medium
        return medium

    def find(self, media_id: str) -> Medium | None:
        """A file of any organisation, for the page."""
        return self._media.get(media_id)

    def knows(self, org: Org, media_id: str) -> bool:
        """Whether a bot of this organisation uploaded that file."""
        medium = self._media.get(media_id)
        return medium is not None and medium.corp_id == org.corp_id and not medium.robot

    def link(self, download_code: str, robot: str) -> str:
        """A one-time name under which a received file can be fetched. Raises `Refused`."""
        medium = self._media.get(download_code)
        if medium is None or medium.robot != robot:
            raise Refused("invalidParameter.downloadCode")
        name = secrets.token_hex(16)
        self._links[name] = medium
        return name

    def fetch(self, name: str) -> Medium | None:
        """The file behind a link."""
        return self._links.get(name)
