"""The msgKey templates of robot messages (robot-message-type): which fields each one needs, all strings."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.dingtalk.codes import Refused
from sandbox.dingtalk.fields import inner

LARGEST = 15_000
WRONG = "invalidParameter.msgParam.invalid"
FILE_TYPES = {"xlsx", "pdf", "zip", "rar", "doc", "docx"}
Content = dict[str, Any]
KnowsMedia = Callable[[str], bool]


def _buttons(title: str, url: str, count: int) -> tuple[str, ...]:
    named = ((f"{title}{n}", f"{url}{n}") for n in range(1, count + 1))
    return ("title", "text", *(name for pair in named for name in pair))


FIELDS: Mapping[str, tuple[str, ...]] = {
    "sampleText": ("content",),
    "sampleMarkdown": ("title", "text"),
    "sampleImageMsg": ("photoURL",),
    "sampleLink": ("text", "title", "picUrl", "messageUrl"),
    "sampleActionCard": ("title", "text", "singleTitle", "singleURL"),
    **{f"sampleActionCard{n}": _buttons("actionTitle", "actionURL", n) for n in (2, 3, 4, 5)},
    # The one with two buttons side by side spells its fields in its own way.
    "sampleActionCard6": _buttons("buttonTitle", "buttonUrl", 2),
    "sampleAudio": ("mediaId", "duration"),
    "sampleFile": ("mediaId", "fileName", "fileType"),
    "sampleVideo": ("duration", "videoMediaId", "videoType", "picMediaId", "height", "width"),
}
OPTIONAL = {"picUrl", "height", "width"}


def read(msg_key: object, msg_param: object, knows: KnowsMedia) -> tuple[str, Content]:
    """The kind of bubble and what is on it. Raises `Refused`."""
    if not msg_key:
        raise Refused("invalidParameter.msgKey.empty")
    if not isinstance(msg_key, str) or msg_key not in FIELDS:
        raise Refused("invalidParameter.msgKey.invalid")
    if isinstance(msg_param, str) and len(msg_param.encode()) > LARGEST:
        raise Refused("invalidParameter.msgParam.tooLong")
    fields = inner(msg_param, WRONG)
    needed = FIELDS[msg_key]
    for name, value in fields.items():
        if name not in needed or not isinstance(value, str):
            raise Refused(WRONG, name)
    for name in needed:
        if name not in OPTIONAL and not fields.get(name):
            raise Refused(WRONG, name)
    return _shown(msg_key, fields, knows)


def _shown(msg_key: str, fields: Mapping[str, str], knows: KnowsMedia) -> tuple[str, Content]:
    match msg_key:
        case "sampleText":
            return "text", {"content": fields["content"]}
        case "sampleMarkdown":
            return "markdown", {"title": fields["title"], "content": fields["text"]}
        case "sampleImageMsg":
            return "image", _medium(fields["photoURL"], knows)
        case "sampleLink":
            return "link", dict(fields)
        case "sampleAudio":
            return "voice", _medium(fields["mediaId"], knows)
        case "sampleFile":
            if fields["fileType"] not in FILE_TYPES:
                raise Refused(WRONG, "fileType")
            return "file", {**_medium(fields["mediaId"], knows), "name": fields["fileName"]}
        case "sampleVideo":
            return "video", _medium(fields["videoMediaId"], knows)
        case _:
            return "action_card", _action_card(fields)


def _action_card(fields: Mapping[str, str]) -> Content:
    pairs = [
        (title, url)
        for first, second in (("actionTitle", "actionURL"), ("buttonTitle", "buttonUrl"), ("single", ""))
        for title, url in _pairs(fields, first, second)
    ]
    return action_card(fields["title"], fields["text"], pairs)


def _pairs(fields: Mapping[str, str], title: str, url: str) -> list[tuple[str, str]]:
    if title == "single":
        return [(fields["singleTitle"], fields["singleURL"])] if "singleTitle" in fields else []
    return [(fields[f"{title}{n}"], fields[f"{url}{n}"]) for n in range(1, 6) if f"{title}{n}" in fields]


def action_card(title: str, text: str, buttons: list[tuple[str, str]]) -> Content:
    """An ActionCard as phones show it. Raises `Refused` for a button that leads nowhere."""
    if not all("://" in url for _, url in buttons):
        raise Refused("contain.unsafe.url")
    shown = [{"title": words, "url": url} for words, url in buttons]
    return {"title": title, "content": text, "buttons": shown}


def _medium(where: str, knows: KnowsMedia) -> Content:
    if where.startswith(("http://", "https://")):
        return {"url": where}
    if not knows(where):
        raise Refused("resource.not.found", "mediaId")
    return {"media_id": where}
