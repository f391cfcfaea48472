"""From verified plaintext to the one event the pipeline knows (doc/90239, doc/90240).

A tap counts only if we signed it for this connection; a menu's key counts as the words it stands for.
"""

import hashlib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.event import Attachment, Event, Kind, Place, Press
from bot.platforms.taps import BadTap, TapSigner
from bot.platforms.wecom.crypto import BadCallback
from bot.platforms.wecom.tree import Node, read_tree

PLATFORM = "wecom"
OPEN = "open"  # The key of the button that opens the chosen item of a list.
CHOICE = "item"  # The question that list asks. Its options' ids are signed taps.

USERID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_\-@.]{0,63}", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,20}", re.ASCII)
SECONDS = re.compile(r"[0-9]{1,10}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who must be meant: our name for the connection, its corp and its agent."""

    connection: str
    corp_id: str
    agent_id: int

    @property
    def scope(self) -> str:
        """What a tap is signed for: the same name on another platform is another connection."""
        return f"{PLATFORM}:{self.connection}"


def fold_userid(userid: str) -> str:
    """The form in which two WeCom user ids are compared: WeCom ignores case."""
    return userid.strip().lower()


def read_event(plaintext: str, receiver: Receiver, signer: TapSigner, now: float) -> Event:
    """The event in a decrypted callback. `now` is real Unix seconds. Raises only `BadCallback`."""
    try:
        tree = read_tree(plaintext.encode(), depth=16, elements=4096)
    except UnicodeEncodeError:
        raise BadCallback("message is not UTF-8") from None
    if tree.name_word("ToUserName") != receiver.corp_id:
        raise BadCallback("meant for another corp", 403)
    kind, parts = _content(tree, receiver, signer, now)
    _check_agent(tree, receiver, kind)
    return Event(
        key=_key(tree, receiver),
        platform=PLATFORM,
        connection=receiver.connection,
        sender=_sender(tree, kind),
        kind=kind,
        sent_at=_sent_at(tree),
        text=parts.text,
        press=parts.press,
        place=parts.place,
        attachment=parts.attachment,
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    text: str = ""
    press: Press | None = None
    place: Place | None = None
    attachment: Attachment | None = None


def _content(tree: Node, receiver: Receiver, signer: TapSigner, now: float) -> tuple[Kind, _Parts]:
    media = tree.name_word("MediaId")
    match tree.name_word("MsgType").lower():
        case "text":
            return Kind.TEXT, _Parts(text=tree.word("Content"))
        case "voice":
            return Kind.VOICE, _Parts(text=tree.word("Recognition"), attachment=Attachment(media))
        case "image":
            return Kind.IMAGE, _Parts(attachment=Attachment(media, url=tree.name_word("PicUrl")))
        case "file" | "video":
            return Kind.FILE, _Parts(attachment=Attachment(media, name=tree.word("FileName")))
        case "link":
            page = Attachment("", name=tree.word("Title"), url=tree.name_word("Url"))
            return Kind.LINK, _Parts(text=tree.word("Description"), attachment=page)
        case "location":
            return Kind.LOCATION, _Parts(place=_place(tree))
        case "event":
            return _happening(tree, receiver, signer, now)
        case "":
            raise BadCallback("no message type")
    return Kind.OTHER, _Parts()


def _happening(tree: Node, receiver: Receiver, signer: TapSigner, now: float) -> tuple[Kind, _Parts]:
    match tree.name_word("Event").lower():
        case "enter_agent" | "subscribe":
            return Kind.ENTER, _Parts()
        case "click" if tree.name_word("EventKey"):
            return Kind.TEXT, _Parts(text=tree.name_word("EventKey"))
        case "template_card_event" | "template_card_menu_event":
            press = _press(tree, receiver, signer, now)
            return (Kind.TAP, _Parts(press=press)) if press else (Kind.OTHER, _Parts())
    return Kind.OTHER, _Parts()


def _press(tree: Node, receiver: Receiver, signer: TapSigner, now: float) -> Press | None:
    """The tap behind a pressed button, or None for one we never signed for this connection."""
    key = tree.name_word("EventKey")
    chosen = _chosen(tree)
    try:
        if key == OPEN:
            key, chosen = (chosen[0] if len(chosen) == 1 else ""), []
        tap = signer.read(key, connection=receiver.scope, now=now)
        others = [signer.read(option, connection=receiver.scope, now=now) for option in chosen]
    except BadTap:
        return None
    return Press(
        tap=tap.packed,
        card=tree.name_word("TaskId"),
        response_code=tree.name_word("ResponseCode"),
        selected=tuple(other.packed for other in others),
        expired=tap.expired,
    )


def _chosen(tree: Node) -> list[str]:
    """The ids chosen under our question; one or many items look the same here."""
    items = tree.find("SelectedItems") or Node("")
    return [
        option.text.strip()
        for item in items.all("SelectedItem")
        if item.name_word("QuestionKey") == CHOICE
        for option in (item.find("OptionIds") or Node("")).all("OptionId")
    ]


def _place(tree: Node) -> Place:
    try:
        latitude, longitude = float(tree.word("Location_X")), float(tree.word("Location_Y"))
    except ValueError:
        raise BadCallback("coordinates malformed") from None
    # NaN fails both comparisons.
    if not (math.fabs(latitude) <= 90 and math.fabs(longitude) <= 180):
        raise BadCallback("coordinates out of range")
    return Place(latitude, longitude, tree.word("Label"))


def _check_agent(tree: Node, receiver: Receiver, kind: Kind) -> None:
    """Two apps may share one key pair. Only events that do nothing may come without an agent."""
    agent = tree.name_word("AgentID")
    if not agent and kind is Kind.OTHER:
        return
    if not NUMBER.fullmatch(agent) or int(agent) != receiver.agent_id:
        raise BadCallback("meant for another app", 403)


def _sender(tree: Node, kind: Kind) -> str:
    sender = tree.name_word("FromUserName")
    if not USERID.fullmatch(sender) and (sender or kind is not Kind.OTHER):
        raise BadCallback("sender malformed")
    return sender


def _sent_at(tree: Node) -> datetime:
    seconds = tree.name_word("CreateTime")
    if not SECONDS.fullmatch(seconds):
        raise BadCallback("time malformed")
    return datetime.fromtimestamp(int(seconds), UTC)


def _key(tree: Node, receiver: Receiver) -> str:
    """A message is its MsgId. An event has none: it is everything it says.

    The protocol's own FromUserName + CreateTime takes simultaneous events for one (wecom.md §1.6).
    """
    number = tree.name_word("MsgId")
    if tree.name_word("MsgType").lower() != "event" and NUMBER.fullmatch(number) and int(number):
        return f"{receiver.scope}:{int(number)}"
    digest = hashlib.sha256()
    # The order of WeCom's elements is not fixed.
    for child in sorted(tree.children, key=lambda node: node.name):
        for part in _parts_of(child, child.name):
            digest.update(len(part).to_bytes(4, "big") + part.encode())
    return f"{receiver.scope}:{digest.hexdigest()}"


def _parts_of(node: Node, path: str) -> Iterator[str]:
    if not node.children:
        yield path
        yield node.text.strip()
    for child in node.children:
        yield from _parts_of(child, f"{path}/{child.name}")
