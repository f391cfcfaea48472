"""What a smart bot may say (doc/101031, 101138): markdown, streams, welcome texts and media."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.wecom.codes import Refused
from sandbox.wecom.fields import Body, cut, many, part, text
from sandbox.wecom.media import check_medium

LONGEST = 20_480  # Bytes of markdown and of a stream's whole text.
WELCOME_BYTES = 2048
MEDIA = ("file", "image", "voice", "video")
MOST_ITEMS = 10

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chunk:
    """One state of a stream: the whole text so far, pictures only at the end, a feedback id at the start."""

    id: str
    finish: bool
    content: str
    pictures: int = 0
    feedback: str = ""

    def body(self) -> Content:
        """As it is shown."""
        told = {"content": self.content, "finish": self.finish, "pictures": self.pictures}
        return {**told, "feedback": self.feedback} if self.feedback else told


def object_named(body: Body, name: str) -> Body:
    """The content under the name of its type. Raises `Refused` 40063 when it is not there."""
    if not isinstance(body.get(name), dict):
        raise Refused(40063, name)
    return part(body, name)


def markdown_of(body: Body) -> Content:
    """A markdown message. Raises `Refused`."""
    content = object_named(body, "markdown")
    words = text(content, "content")
    if not words:
        raise Refused(44004)
    check_length(words, "markdown.content")
    feedback = feedback_of(content)
    return {"content": words, "feedback": feedback} if feedback else {"content": words}


def welcome_of(body: Body) -> Content:
    """A welcome text; the length at which it is cut is that of other passive texts. Raises `Refused`."""
    words = text(object_named(body, "text"), "content")
    if not words:
        raise Refused(44004)
    return {"content": cut(words, WELCOME_BYTES)}


def medium_of(body: Body, kind: str, known: Callable[[str], bool]) -> Content:
    """A file, picture, voice or video that was uploaded before. Raises `Refused`."""
    content = object_named(body, kind)
    media_id = text(content, "media_id")
    if not known(media_id):
        raise Refused(40007)
    words = {"title": cut(text(content, "title"), 128), "description": cut(text(content, "description"), 512)}
    return {"media_id": media_id, **(words if kind == "video" else {})}


def chunk_of(body: Body, *, pictures: bool) -> Chunk:
    """One state of a stream. Raises `Refused`; `pictures` says whether this door takes them at all."""
    stream = object_named(body, "stream")
    name, words, finish = text(stream, "id"), text(stream, "content"), stream.get("finish", False)
    if not name:
        raise Refused(40063, "stream.id")
    if not isinstance(finish, bool):
        raise Refused(40058, "stream.finish is not a boolean")
    check_length(words, "stream.content")
    items = many(stream, "msg_item")
    if items and not pictures:
        raise Refused(40058, "stream.msg_item is not supported here")
    if items and not finish:
        raise Refused(40058, "stream.msg_item only with finish")
    if len(items) > MOST_ITEMS:
        raise Refused(40058, "stream.msg_item size")
    for item in items:
        _check_picture(item)
    return Chunk(name, finish, words, len(items), feedback_of(stream))


def feedback_of(content: Body) -> str:
    """The feedback id, at most 256 bytes, or nothing. Raises `Refused`."""
    name = text(part(content, "feedback"), "id")
    if len(name.encode()) > 256:
        raise Refused(40058, "feedback.id")
    return name


def check_length(words: str, name: str) -> None:
    """Refuse more bytes than fit; what the platform really does is cutting or refusing."""
    if len(words.encode()) > LONGEST:
        raise Refused(40058, f"{name} exceed max length {LONGEST}")


def _check_picture(item: Body) -> None:
    if item.get("msgtype") != "image":
        raise Refused(40058, "stream.msg_item.msgtype")
    image = part(item, "image")
    check_medium("image", picture_of(image))


def picture_of(image: Body) -> bytes:
    """The bytes of a picture that came as base64 with its md5. Raises `Refused`."""
    try:
        data = base64.b64decode(text(image, "base64"), validate=True)
    except ValueError as broken:
        raise Refused(40058, "image.base64") from broken
    if hashlib.md5(data, usedforsecurity=False).hexdigest() != text(image, "md5").lower():
        raise Refused(40058, "image.md5")
    return data
