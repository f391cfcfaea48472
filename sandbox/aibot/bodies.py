"""The plaintext of callbacks (doc/100719, 101027), the same for both modes."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.aibot.server import Aibot
from sandbox.aibot.turns import Turn
from sandbox.aibot.vouchers import PATH

Body = dict[str, Any]


def message(aibot: Aibot, turn: Turn, msgtype: str, content: Mapping[str, Any], quote: Body | None) -> Body:
    """What a member said; `quote` is what they answered to."""
    body = {**_head(aibot, turn, turn.msgid), **_voucher(aibot, turn), "msgtype": msgtype, msgtype: content}
    return {**body, "quote": quote} if quote else body


def refresh(aibot: Aibot, turn: Turn, stream_id: str) -> Body:
    """The platform asks how far a stream has come."""
    return {**_head(aibot, turn, aibot.new_msgid()), "msgtype": "stream", "stream": {"id": stream_id}}


def event(aibot: Aibot, turn: Turn, kind: str, detail: Mapping[str, Any]) -> Body:
    """Something that is not a message. Only a tapped card may be answered actively."""
    head = {**_head(aibot, turn, turn.msgid), "create_time": int(aibot.now())}
    if turn.kind == "card":
        head |= _voucher(aibot, turn)
    return {**head, "msgtype": "event", "event": {"eventtype": kind, kind: detail}}


def tapped(card_type: str, key: str, task_id: str, chosen: Mapping[str, Sequence[str]]) -> Body:
    """The detail of a tap, spelled as in the samples of doc/101027."""
    items = [{"question_key": name, "option_ids": {"option_id": list(ids)}} for name, ids in chosen.items()]
    detail: Body = {"card_type": card_type, "event_key": key, "task_id": task_id}
    return {**detail, "selected_items": {"selected_item": items}} if items else detail


def disconnected(aibot: Aibot) -> Body:
    """A newer connection has taken this one's place."""
    return {
        "msgid": aibot.new_msgid(),
        "create_time": int(aibot.now()),
        "aibotid": aibot.bot.bot_id,
        "msgtype": "event",
        "event": {"eventtype": "disconnected_event", "disconnected_event": {}},
    }


def _head(aibot: Aibot, turn: Turn, msgid: str) -> Body:
    place = turn.place
    group = {"chatid": place.chatid} if place.chatid else {}
    ids = {"msgid": msgid, "aibotid": aibot.bot.bot_id, **group, "chattype": place.chattype}
    return {**ids, "from": {"userid": place.userid}}


def _voucher(aibot: Aibot, turn: Turn) -> Body:
    """The address of an active reply. Over the long connection one answers by frames instead."""
    if not aibot.by_callback:
        return {}
    return {"response_url": f"{aibot.url}{PATH}?response_code={aibot.vouchers.issue(turn.place)}"}
