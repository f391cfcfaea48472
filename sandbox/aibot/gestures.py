"""What a member does with a smart bot: say, quote, send, open the chat, tap a card, judge an answer."""

import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from sandbox.aibot import bodies
from sandbox.aibot.bots import Place
from sandbox.aibot.files import new_key
from sandbox.aibot.server import Aibot, CannotSay
from sandbox.aibot.turns import Turn
from sandbox.talks import Bubble
from sandbox.wecom.callbacks import Outcome
from sandbox.wecom.crypto import Seal
from sandbox.wecom.gestures import button_keys, menu_keys
from sandbox.wecom.selections import CannotTap, selected_on

HandOver = Callable[[Turn, dict[str, Any]], Awaitable[Outcome]]


class Gestures:
    """Turns what hands do into bubbles and callbacks; `hand_over` takes a callback to the bot."""

    def __init__(self, aibot: Aibot, hand_over: HandOver) -> None:
        self._aibot = aibot
        self._hand_over = hand_over

    async def say(
        self, place: Place, words: str, *, quote: Mapping[str, Any] | str = "", mention: bool = True
    ) -> Outcome:
        """A text. In a group the bot hears only what is addressed to it, `@` and name in front."""
        if place.chatid and not mention:
            await self._show(place, "text", {"content": words}, self._aibot.new_msgid())
            return Outcome(0, problem="没有 @ 机器人，机器人听不到")
        content = f"@{self._aibot.bot.name} {words}" if place.chatid else words
        return await self.send(place, "text", {"content": content}, {"content": content}, quote=quote)

    async def mix(self, place: Place, words: str, picture: bytes) -> Outcome:
        """Words and a picture in one message."""
        said = f"@{self._aibot.bot.name} {words}" if place.chatid else words
        items = [
            {"msgtype": "text", "text": {"content": said}},
            {"msgtype": "image", "image": self._filed("picture.png", picture)},
        ]
        return await self.send(place, "mixed", {"msg_item": items}, {"content": said})

    async def picture(self, place: Place, data: bytes) -> Outcome:
        """A picture, which the bot fetches. Only in a private chat."""
        return await self.send(place, "image", self._filed("picture.png", data), {"name": "picture.png"})

    async def file(self, place: Place, name: str, data: bytes) -> Outcome:
        """A file of at most 100 MB, which the bot fetches. Only in a private chat."""
        return await self.send(place, "file", self._filed(name, data), {"name": name})

    async def voice(self, place: Place, words: str) -> Outcome:
        """A voice message: the bot gets what was understood of it. Only in a private chat."""
        return await self.send(place, "voice", {"content": words}, {"words": words})

    async def video(self, place: Place, data: bytes) -> Outcome:
        """A video; documented for the long connection alone. Only in a private chat."""
        if self._aibot.by_callback:
            raise CannotSay("回调方式不收视频")
        return await self.send(place, "video", self._filed("video.mp4", data), {"name": "video.mp4"})

    async def send(
        self,
        place: Place,
        kind: str,
        content: Mapping[str, Any],
        shown: Mapping[str, Any],
        *,
        quote: Mapping[str, Any] | str = "",
    ) -> Outcome:
        """Show a message on the phones and call the bot with it. Raises `CannotSay`."""
        if place.chatid and kind not in ("text", "mixed"):
            raise CannotSay("群里只能 @ 机器人说文字或图文")
        turn = self._aibot.begin("message", place)
        bubbles = await self._show(place, kind, shown, turn.msgid)
        quoted = {"msgtype": "text", "text": {"content": quote}} if isinstance(quote, str) else dict(quote)
        body = bodies.message(self._aibot, turn, kind, content, quoted if quote else None)
        outcome = await self._handed(turn, body)
        if not outcome.arrived:
            for bubble in bubbles:
                self._aibot.phones.talks.change(bubble, problem=outcome.problem)
        return outcome

    async def enter(self, place: Place) -> Outcome:
        """Open the private chat: the first time of a business day the bot is told."""
        today = (await self._aibot.read_clock()).date()
        if self._aibot.entered.get(place.userid) == today:
            return Outcome(0, problem="今天已经进入过会话")
        self._aibot.entered[place.userid] = today
        turn = self._aibot.begin("enter", Place(place.userid))
        return await self._handed(turn, bodies.event(self._aibot, turn, "enter_chat", {}))

    async def tap(
        self, bubble: Bubble, key: str, selected: Mapping[str, Sequence[str]] | None = None
    ) -> Outcome:
        """Tap a button or menu entry of a card as `bubble` shows it. Raises `CannotTap`."""
        card = bubble.body
        in_menu = key in menu_keys(card)
        if not in_menu and key not in button_keys(card):
            raise CannotTap("这张卡片上没有这个按钮")
        chosen = {} if in_menu else selected_on(card, selected or {})
        talks = self._aibot.phones.talks
        talks.change(talks.now(bubble), chosen=chosen)
        place = self._aibot.phones.place_of(bubble)
        turn = self._aibot.begin("card", place, task_id=bubble.task_id, tapped=bubble.msgid)
        detail = bodies.tapped(str(card["card_type"]), key, bubble.task_id, chosen)
        return await self._handed(turn, bodies.event(self._aibot, turn, "template_card_event", detail))

    async def judge(
        self, bubble: Bubble, kind: int, content: str = "", reasons: Sequence[int] = ()
    ) -> Outcome:
        """Thumbs for an answer: 1 accurate, 2 not, 3 taken back. Raises `CannotTap` where nobody asked."""
        feedback = bubble.body.get("feedback")
        name = feedback.get("id") if isinstance(feedback, dict) else feedback
        if not name:
            raise CannotTap("这条回答不收评价")
        turn = self._aibot.begin("feedback", self._aibot.phones.place_of(bubble))
        detail = {"id": name, "type": kind, "content": content, "inaccurate_reason_list": list(reasons)}
        return await self._handed(turn, bodies.event(self._aibot, turn, "feedback_event", detail))

    async def _handed(self, turn: Turn, body: dict[str, Any]) -> Outcome:
        try:
            return await self._hand_over(turn, body)
        finally:
            turn.waiting = False

    async def _show(self, place: Place, kind: str, body: Mapping[str, Any], msgid: str) -> list[Bubble]:
        shown_at = await self._aibot.read_clock()
        user = self._aibot.corp.user(place.userid)
        author = user.name if user else ""
        return self._aibot.phones.show(
            self._aibot.bot.bot_id, place, "person", kind, body, shown_at, msgid=msgid, author=author
        )

    def _filed(self, name: str, data: bytes) -> dict[str, str]:
        """Where the bot finds a file: under the bot's own key by callback, else under one of its own."""
        if self._aibot.by_callback:
            key = Seal("", self._aibot.bot.aes_key, "").key()
            return {"url": self._aibot.url + self._aibot.files.add(name, data, key)}
        key = new_key()
        path = self._aibot.files.add(name, data, key)
        return {"url": self._aibot.url + path, "aeskey": base64.b64encode(key).decode()}
