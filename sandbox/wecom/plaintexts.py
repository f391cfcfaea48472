"""The plaintext of callbacks (doc/90239, 90240): what a member said, sent or tapped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sandbox.talks import Chat
from sandbox.wecom.xml import Node, write

Field = tuple[str, Node]


@dataclass(frozen=True, slots=True)
class Press:
    """A tap on a card: which key, what was selected, and the right to update that comes with it."""

    event: str
    key: str
    task_id: str
    card_type: str
    response_code: str
    selected: Mapping[str, Sequence[str]]


def message(chat: Chat, at: int, msgid: str, msgtype: str, fields: Sequence[Field]) -> str:
    """A message; `at` is real time in seconds."""
    ids: list[Field] = [("MsgId", int(msgid)), ("AgentID", chat.agent_id)]
    return write([*_head(chat, at, msgtype), *fields, *ids])


def enter(chat: Chat, at: int) -> str:
    """The member opened the conversation."""
    fields: list[Field] = [("Event", "enter_agent"), ("EventKey", ""), ("AgentID", chat.agent_id)]
    return write([*_head(chat, at, "event"), *fields])


def press(chat: Chat, at: int, tapped: Press) -> str:
    """A tap on a button, a submit button or a menu entry. Menus carry no SelectedItems."""
    fields: list[Field] = [
        ("Event", tapped.event),
        ("EventKey", tapped.key),
        ("TaskId", tapped.task_id),
        ("CardType", tapped.card_type),
        ("ResponseCode", tapped.response_code),
        ("AgentID", chat.agent_id),
    ]
    if tapped.selected:
        fields.append(("SelectedItems", [_selected(key, ids) for key, ids in tapped.selected.items()]))
    return write([*_head(chat, at, "event"), *fields])


def _selected(question_key: str, option_ids: Sequence[str]) -> Field:
    options: list[Field] = [("OptionId", option_id) for option_id in option_ids]
    inside: list[Field] = [("QuestionKey", question_key), ("OptionIds", options)]
    return ("SelectedItem", inside)


def _head(chat: Chat, at: int, msgtype: str) -> list[Field]:
    return [
        ("ToUserName", chat.corp_id),
        ("FromUserName", chat.userid),
        ("CreateTime", at),
        ("MsgType", msgtype),
    ]
