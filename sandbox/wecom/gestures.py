"""What a member does on the phone: say, send, open the conversation, tap a card."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.talks import Bubble, Chat
from sandbox.trails import Trail
from sandbox.wecom import plaintexts
from sandbox.wecom.callbacks import Callbacks, Outcome
from sandbox.wecom.cards import has_menu
from sandbox.wecom.fields import many, part
from sandbox.wecom.passive import PassiveRefused, show_reply
from sandbox.wecom.plaintexts import Field, Press
from sandbox.wecom.selections import CannotTap, selected_on
from sandbox.wecom.server import WeCom


class Gestures:
    """Turns what hands do into bubbles and callbacks."""

    def __init__(self, wecom: WeCom, callbacks: Callbacks) -> None:
        self._wecom = wecom
        self._callbacks = callbacks
        self._msgid = 0

    async def send(self, chat: Chat, kind: str, body: Mapping[str, Any], fields: Sequence[Field]) -> Outcome:
        """Show a message on the member's phone and call the bot back with it."""
        msgid = self._next_msgid()
        shown_at = await self._wecom.read_clock()
        said = str(body.get("content") or body.get("label") or body.get("words") or body.get("name") or kind)
        trail = self._wecom.trails.begin("message", shown_at, chat, name=msgid, words=said)
        bubble = self._wecom.talks.add(chat, "person", kind, body, shown_at, msgid=msgid, trail=trail.number)
        plaintext = plaintexts.message(chat, int(self._wecom.now()), msgid, kind, fields)
        outcome = await self._hand_over(chat, plaintext, trail)
        if not outcome.arrived:
            self._wecom.talks.change(bubble, problem=outcome.problem)
        return outcome

    async def say(self, chat: Chat, words: str) -> Outcome:
        """A text message."""
        return await self.send(chat, "text", {"content": words}, [("Content", words)])

    async def enter(self, chat: Chat) -> Outcome:
        """Open the conversation."""
        trail = self._wecom.trails.begin("enter", await self._wecom.read_clock(), chat)
        return await self._hand_over(chat, plaintexts.enter(chat, int(self._wecom.now())), trail)

    async def tap(
        self, bubble: Bubble, key: str, selected: Mapping[str, Sequence[str]] | None = None
    ) -> Outcome:
        """Tap a button, submit button or menu entry of a card as `bubble` shows it. Raises `CannotTap`."""
        card = bubble.body
        in_menu = key in menu_keys(card)
        if not in_menu and key not in button_keys(card):
            raise CannotTap("这张卡片上没有这个按钮")
        chosen = {} if in_menu else selected_on(card, selected or {})
        chat = bubble.chat
        at, shown = await self._wecom.read_clock(), {**button_keys(card), **menu_keys(card)}
        trail = self._wecom.trails.begin("tap", at, chat, name=bubble.task_id, words=shown[key])
        self._wecom.talks.change(self._wecom.talks.now(bubble), chosen=chosen, trail=trail.number)
        tapped = Press(
            event="template_card_menu_event" if in_menu else "template_card_event",
            key=key,
            task_id=bubble.task_id,
            card_type=str(card["card_type"]),
            response_code=self._wecom.responses.issue(chat.corp_id, chat.agent_id, bubble.msgid),
            selected=chosen,
        )
        plaintext = plaintexts.press(chat, int(self._wecom.now()), tapped)
        return await self._hand_over(chat, plaintext, trail, tapped=bubble.msgid)

    async def _hand_over(self, chat: Chat, plaintext: str, trail: Trail, tapped: str = "") -> Outcome:
        caller = self._wecom.caller(chat.corp_id, chat.agent_id)
        trail.plaintext = plaintext
        outcome = await self._callbacks.deliver(caller, plaintext, trail)
        trail.reply = outcome.reply
        if outcome.reply:
            try:
                await show_reply(self._wecom, chat, outcome.reply, tapped)
            except PassiveRefused as refused:
                self._wecom.journal.note("callback", f"被动回复没有显示：{refused}")
                return Outcome(outcome.tries, outcome.status, outcome.reply, str(refused))
        return outcome

    def _next_msgid(self) -> str:
        """A 64-bit number above 2^53 that no earlier run of the sandbox has used either."""
        self._msgid = max(self._msgid + 1, time.time_ns())
        return str(self._msgid)


def button_keys(card: Mapping[str, Any]) -> dict[str, str]:
    """Key → text of what calls back below the card; buttons that open a page are not among them."""
    buttons = [button for button in many(card, "button_list") if button.get("type", 0) == 0]
    keys = {str(button["key"]): str(button["text"]) for button in buttons}
    submit = part(card, "submit_button")
    if submit and card.get("card_type") in ("vote_interaction", "multiple_interaction"):
        keys[str(submit["key"])] = str(submit.get("text", "提交"))
    return keys


def menu_keys(card: Mapping[str, Any]) -> dict[str, str]:
    """Key → text of the corner menu."""
    actions = many(part(card, "action_menu"), "action_list") if has_menu(card) else []
    return {str(action["key"]): str(action["text"]) for action in actions}
