"""Active replies by response_url (doc/101138): plain JSON, once, within the hour."""

from typing import Any

from sandbox.aibot.answering import Answer
from sandbox.aibot.cards import check_new_card
from sandbox.aibot.contents import markdown_of, object_named
from sandbox.aibot.server import Aibot
from sandbox.aibot.showing import show, show_card
from sandbox.wecom.codes import Refused


async def respond(aibot: Aibot, code: str, body: dict[str, Any]) -> Answer:
    """Say something in the conversation that a code is good for. Raises `Refused`; then it is not used up."""
    place = aibot.vouchers.place_of(code)
    kind = body.get("msgtype")
    if kind == "markdown":
        content = markdown_of(body)
        _count(aibot, place.conversation)
        aibot.vouchers.use(code)
        await show(aibot, place, "markdown", content)
    elif kind == "template_card":
        if place.chatid:
            raise Refused(40008, "template_card only in single chats")
        card = object_named(body, "template_card")
        check_new_card(card, aibot.used_tasks)
        _count(aibot, place.conversation)
        aibot.vouchers.use(code)
        await show_card(aibot, place, card)
    else:
        raise Refused(40008)
    return {}


def _count(aibot: Aibot, conversation: str) -> None:
    if not aibot.rates.allow(conversation):
        raise Refused(45009)
