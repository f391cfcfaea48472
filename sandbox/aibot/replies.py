"""Passive replies (doc/101031): which plaintext is allowed in which situation, and what becomes of it."""

from sandbox.aibot.answering import object_of
from sandbox.aibot.contents import chunk_of, object_named, welcome_of
from sandbox.aibot.server import Aibot
from sandbox.aibot.showing import grow, show, show_card, update_card
from sandbox.aibot.turns import Turn
from sandbox.wecom.codes import Refused
from sandbox.wecom.fields import Body


async def show_reply(aibot: Aibot, turn: Turn, plaintext: str) -> None:
    """Show the answer to what a member did. Raises `Refused` for one that does not belong here."""
    body = object_of(plaintext)
    if turn.kind == "card":
        update_card(aibot, turn, body)
    elif turn.kind == "enter":
        await show_welcome(aibot, turn, body)
    elif turn.kind == "message":
        await _show_answer(aibot, turn, body)
    else:
        raise Refused(40008, "feedback is answered by an empty body")


async def show_refreshed(aibot: Aibot, turn: Turn, plaintext: str, stream_id: str) -> None:
    """Show the answer to a poll. Raises `Refused` for another stream."""
    body = object_of(plaintext)
    if body.get("msgtype") not in ("stream", "stream_with_template_card"):
        raise Refused(40008, "a refresh is answered by the stream")
    if chunk_of(body, pictures=True).id != stream_id:
        raise Refused(40058, "stream.id is not the one that was asked for")
    await _show_stream(aibot, turn, body)


async def show_welcome(aibot: Aibot, turn: Turn, body: Body) -> None:
    """Greet somebody who has opened the chat: words or a card. Raises `Refused`."""
    kind = body.get("msgtype")
    if kind == "text":
        await show(aibot, turn.place, "text", welcome_of(body))
    elif kind == "template_card":
        await show_card(aibot, turn.place, object_named(body, "template_card"))
    else:
        raise Refused(40008, "a welcome is text or template_card")


async def _show_answer(aibot: Aibot, turn: Turn, body: Body) -> None:
    kind = body.get("msgtype")
    if kind in ("stream", "stream_with_template_card"):
        await _show_stream(aibot, turn, body)
    elif kind == "template_card":
        await show_card(aibot, turn.place, object_named(body, "template_card"))
        turn.carded = True
    else:
        raise Refused(40008, "a message is answered by stream, template_card or stream_with_template_card")


async def _show_stream(aibot: Aibot, turn: Turn, body: Body) -> None:
    """A stream may bring one card along, once."""
    await grow(aibot, turn, chunk_of(body, pictures=True))
    if body["msgtype"] == "stream_with_template_card" and "template_card" in body:
        if turn.carded:
            raise Refused(40058, "the card was sent already")
        await show_card(aibot, turn.place, object_named(body, "template_card"))
        turn.carded = True
