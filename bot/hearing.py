"""What an event means: words, a tap, or something we cannot read. No transaction, no platform."""

import hashlib
from typing import Any

from bot.event import Event, Kind
from cards import general
from cards.model import Tap
from handlers.desk import Desk
from handlers.reply import Reply
from handlers.routing import router
from handlers.turns import Attempt, Turn, said, tapped

STRANGER = (
    "你好，我是小二。你的账号还没有和公司通讯录对上，请联系公司的系统管理员开通；开通后说“帮助”就能开始。"
)
DEAF = "这种消息我还看不懂。请打字，或者用“语音转文字”再发一次。"


def hear(desk: Desk, event: Event, attempt: Attempt) -> Turn:
    """One event of somebody we know, as a turn of the conversation. Raises what handlers raise."""
    if desk.actor.person.left_at and desk.actor.person.left_at <= desk.now:
        return Turn(Reply(general.say, text=STRANGER), "none.external")
    if event.kind is Kind.TAP and event.press:
        return _pressed(desk, event, attempt)
    if event.kind is Kind.ENTER:
        return Turn(Reply(), "enter")
    if event.text.strip():
        return said(desk, event.text, attempt)
    silent = event.kind is Kind.OTHER
    return Turn(Reply() if silent else Reply(general.say, text=DEAF).openly(), f"none.{event.kind}")


def _pressed(desk: Desk, event: Event, attempt: Attempt) -> Turn:
    press = event.press
    if press is None or not press.tap:
        return Turn(Reply(), "tap:none")
    if press.expired:
        return Turn(Reply(general.say, text="这张卡片太旧了，请说“帮助”或重新查一下最新的。"), "tap:expired")
    try:
        tap = Tap.unpack(press.tap)
    except ValueError:
        return Turn(Reply(general.say, text="这张卡片是旧版本的，请重新查一下最新的。"), "tap:old")
    return tapped(desk, tap, attempt)


def only_asks(event: Event) -> bool:
    """Whether it may be answered beside the writer: words, or a tap that only shows."""
    return event.kind in (Kind.TEXT, Kind.VOICE) or tap_reads(event)


def tap_reads(event: Event) -> bool:
    """Whether a tapped button only shows something."""
    if event.press is None or event.press.expired:
        return False
    try:
        route = router.find_tap(Tap.unpack(event.press.tap))
    except ValueError:
        return False
    return bool(route and route.reads)


def trace(turn: Turn) -> dict[str, Any]:
    """How it was understood, for whoever asks why."""
    parse = turn.parse
    understood = None
    if parse is not None:
        understood = {
            "intent": parse.intent, "slots": dict(parse.slots), "confidence": parse.confidence,
            "used": [[one.slot, one.start, one.end] for one in parse.used],
            "candidates": [[one.intent, one.confidence] for one in parse.candidates],
        }  # fmt: skip
    return {"intent": turn.intent, "refused": turn.refused, "understood": understood}


def short(key: str) -> str:
    """A reference number for an event, to read out on the phone."""
    return hashlib.sha256(key.encode()).hexdigest()[:10]
