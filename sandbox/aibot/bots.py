"""What a smart bot is, where it is spoken to, and how patient the platform is. Plain frozen values."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Bot:
    """One bot. By callback it needs `token` and `aes_key` (43 characters), by long connection `secret`."""

    bot_id: str
    name: str = "小二"
    token: str = field(default="", repr=False)
    aes_key: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Group:
    """A group chat with robots in it. `members` are userids."""

    chatid: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Who speaks, and in which group; without one it is their private chat with the bot."""

    userid: str
    chatid: str = ""

    @property
    def chattype(self) -> Literal["single", "group"]:
        """The word of the protocol."""
        return "group" if self.chatid else "single"

    @property
    def conversation(self) -> str:
        """What rates are counted for: the group, or the member."""
        return self.chatid or self.userid


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds the platform waits. How often it polls a stream is not documented (doc/101031)."""

    callback: float = 5.0
    verify: float = 1.0
    poll: float = 1.0
    stream: float = 360.0
    answer: float = 5.0  # For a welcome and a card update over the long connection.
    subscribes: int = 10  # Subscriptions a minute; the real number is not documented.
