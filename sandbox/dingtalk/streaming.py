"""PUT card/streaming (api-streamingupdate): one variable grows while the bot is still writing it."""

from sandbox.dingtalk.cards import Cards, Change, change_card, check_declared, track_of
from sandbox.dingtalk.codes import Refused
from sandbox.dingtalk.fields import VALUE_BYTES, Answer, Body, optional, text, yes
from sandbox.dingtalk.server import Server
from sandbox.dingtalk.tokens import Caller


async def stream(server: Server, cards: Cards, caller: Caller, body: Body) -> Answer:
    """Append to a variable or, with isFull, replace it. A known guid changes nothing. Raises `Refused`."""
    card = cards.find(caller, track_of(body))
    guid = text(body, "guid", "param.stream.guidEmpty")
    key = text(body, "key", "param.stream.keyEmpty")
    words = optional(body, "content", "param.stream.contentEmpty")
    is_full = yes(body, "isFull", "param.stream.isFull")
    ends = yes(body, "isFinalize", "param.stream.isFinalize"), yes(body, "isError", "param.stream.isError")
    if not words and not any(ends):
        raise Refused("param.stream.contentEmpty")
    check_declared(caller, {key: words})
    if guid in card.guids:
        server.repeated += 1
        return {"success": True, "result": True}
    if len(words.encode()) > VALUE_BYTES:
        raise Refused("param.stream.content", "content is too large")
    card.guids.add(guid)
    whole = words if is_full else card.public.get(key, "") + words
    change_card(server, card, Change({key: whole}, {}, by_key=True))
    return {"success": True, "result": True}
