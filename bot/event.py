"""What has happened, whichever platform told us: the one shape the pipeline knows."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

# Platforms whose cards change only in the answer to their tap, and where nothing is pushed.
ANSWERS_ONLY = frozenset({"wecom_bot"})


class Kind(StrEnum):
    """What somebody did."""

    TEXT = "text"
    VOICE = "voice"
    IMAGE = "image"
    FILE = "file"
    LINK = "link"
    LOCATION = "location"
    TAP = "tap"
    ENTER = "enter"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody says they are. Degrees, WGS-84 or GCJ-02 as the platform gives them."""

    latitude: float
    longitude: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A thing sent along; `media` is the platform's id for fetching it later."""

    media: str
    name: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A tapped button: the packed tap, already verified, and the card it was on.

    `in_place`: the answer to the callback itself carries the card's new state, so no other message may.
    """

    tap: str
    card: str
    response_code: str = ""
    selected: tuple[str, ...] = ()
    expired: bool = False
    in_place: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, taken from verified bytes only.

    `key` names it for ever: the same event delivered again has the same key, another event never has.
    `sender` is the platform's user id as it came; comparing follows the platform's own rule; empty, or a
    made-up name that no account has, for somebody who is not of the company. `chat` is the group, where
    `group` says so. `reply_to` is an address the platform gave for answering this event alone, a secret in
    itself; empty where there is none. `once`: it takes a single answer.
    """

    key: str
    platform: str
    connection: str
    sender: str
    kind: Kind
    sent_at: datetime
    text: str = ""
    chat: str = ""
    press: Press | None = None
    place: Place | None = None
    attachment: Attachment | None = None
    group: bool = False
    quoted: str = ""
    reply_to: str = field(default="", repr=False)
    once: bool = False
