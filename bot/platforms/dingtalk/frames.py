"""Stream frames: one JSON object each, whose `data` is a text that holds JSON again (dingtalk.md §2)."""

from dataclasses import dataclass
from typing import Any

from bot.platforms.dingtalk.reading import Row, dumps, id_word, part, read_row, word

MESSAGES = "/v1.0/im/bot/messages/get"
PRESSES = "/v1.0/card/instances/callback"
SUBSCRIPTIONS = (
    {"type": "EVENT", "topic": "*"},
    {"type": "CALLBACK", "topic": MESSAGES},
    {"type": "CALLBACK", "topic": PRESSES},
)
LARGEST_FRAME = 1024 * 1024  # Bytes.
FINE, BAD, UNKNOWN = 200, 400, 404


@dataclass(frozen=True, slots=True)
class Frame:
    """What the gateway pushed. `message_id` names this push; the same message may come under another."""

    kind: str
    topic: str
    message_id: str
    headers: Row
    data: str

    def row(self) -> Row:
        """What is inside `data`. Raises `BadCallback`."""
        return read_row(self.data or "{}")


def read_frame(text: str) -> Frame:
    """Raises `BadCallback` for what is no frame."""
    row = read_row(text, LARGEST_FRAME)
    headers = part(row, "headers")
    return Frame(
        word(row, "type").upper(),
        word(headers, "topic"),
        id_word(headers, "messageId"),
        headers,
        word(row, "data"),
    )


def ack(frame: Frame, data: dict[str, Any], *, code: int = FINE) -> str:
    """The frame that answers `frame`. `data` for a message is `{"response": null}`."""
    return dumps(
        {
            "code": code,
            "headers": {"messageId": frame.message_id, "contentType": "application/json"},
            "message": "OK" if code == FINE else "refused",
            "data": dumps(data),
        }
    )
