"""What the bot says appears on the phones: words, cards, growing streams, and cards that change."""

from collections.abc import Mapping
from typing import Any

from sandbox.aibot.bots import Place
from sandbox.aibot.cards import check_new_card, check_updated_card
from sandbox.aibot.contents import Chunk
from sandbox.aibot.server import Aibot
from sandbox.aibot.turns import Stream, Turn
from sandbox.wecom.codes import Refused
from sandbox.wecom.fields import Body
from sandbox.wecom.updating import whole_card


async def show(aibot: Aibot, place: Place, kind: str, body: Mapping[str, Any], task_id: str = "") -> str:
    """Show a message in a conversation; the answer is its msgid."""
    shown_at = await aibot.read_clock()
    msgid = aibot.new_msgid()
    aibot.phones.show(aibot.bot.bot_id, place, "app", kind, body, shown_at, msgid=msgid, task_id=task_id)
    return msgid


async def show_card(aibot: Aibot, place: Place, card: Body) -> str:
    """Show a new card. Raises `Refused`."""
    check_new_card(card, aibot.used_tasks)
    task_id = str(card.get("task_id", ""))
    if task_id:
        aibot.used_tasks.add(task_id)
    return await show(aibot, place, "template_card", card, task_id)


async def grow(aibot: Aibot, turn: Turn, chunk: Chunk) -> Stream:
    """Show a stream's newest state. Raises `Refused` when it has ended or its minutes are over."""
    stream = turn.streams.get(chunk.id)
    if stream is None:
        msgid = await show(aibot, turn.place, "markdown", chunk.body())
        stream = turn.streams[chunk.id] = Stream(chunk.id, msgid, aibot.now(), chunk.finish)
        return stream
    if chunk.feedback:
        raise Refused(40058, "stream.feedback only in the first reply")
    if stream.finished or aibot.now() >= stream.began + aibot.pace.stream:
        raise Refused(846608)
    for bubble in aibot.phones.talks.copies(stream.msgid):
        before = {name: bubble.body[name] for name in ("feedback",) if name in bubble.body}
        aibot.phones.talks.change(bubble, body={**chunk.body(), **before})
    stream.finished = chunk.finish
    return stream


def update_card(aibot: Aibot, turn: Turn, body: Body) -> None:
    """Put a new card in the place of the tapped one, for some or for all who have it. Raises `Refused`."""
    if body.get("response_type") != "update_template_card" or "msgtype" in body:
        raise Refused(40008, "response_type must be update_template_card, without msgtype")
    card = body.get("template_card")
    if not isinstance(card, dict):
        raise Refused(40063, "template_card")
    check_updated_card(card, turn.task_id)
    copies = aibot.phones.talks.copies(turn.tapped)
    wanted = _userids(body)
    changing = [copy for copy in copies if not wanted or copy.chat.userid.casefold() in wanted]
    if not changing:
        raise Refused(40003, "userids")
    for copy in changing:
        aibot.phones.talks.change(copy, **whole_card(card))


def _userids(body: Body) -> set[str]:
    """Whose copies change; nobody named means everybody."""
    names = body.get("userids") or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Refused(40058, "userids")
    return {name.casefold() for name in names}
