"""What a person does on the phone: say, speak, send, reply to a message, tap a card."""

import json
from collections.abc import Mapping
from typing import Any

from sandbox.dingtalk import messages, webhooks
from sandbox.dingtalk.callbacks import Callbacks
from sandbox.dingtalk.codes import OldRefused
from sandbox.dingtalk.ids import dingtalk_id, message_id
from sandbox.dingtalk.letters import Letter
from sandbox.dingtalk.messages import Head, Quoted
from sandbox.dingtalk.presses import Presses
from sandbox.dingtalk.server import Server
from sandbox.dingtalk.sessions import Target
from sandbox.dingtalk.shown import ACTION_CARD, ShownCard, sent_by
from sandbox.talks import Bubble, Chat
from sandbox.wecom.callbacks import Outcome
from sandbox.wecom.selections import CannotTap

Payload = Mapping[str, Any]


class Gestures:
    """Turns what hands do into bubbles and callbacks."""

    def __init__(self, server: Server, callbacks: Callbacks, presses: Presses) -> None:
        self._server, self._callbacks, self._presses = server, callbacks, presses

    async def say(
        self, chat: Chat, words: str, *, mention: bool = True, quoted: Bubble | None = None
    ) -> Outcome:
        """A typed sentence, in a group with or without a mention of the robot."""
        payload = messages.text(words, in_group=bool(chat.group), quoted=self._quote(quoted))
        return await self.send(chat, "text", {"content": words}, payload, mention=mention)

    async def send_picture(self, chat: Chat, name: str, data: bytes, *, words: str = "") -> Outcome:
        """A picture, or with `words` a rich text of words and picture in that order."""
        code = self._store(chat, "image", name, data)
        picture = {"downloadCode": code, "pictureDownloadCode": code}
        body = {"media_id": code, "name": name, "words": words}
        if words:
            shown = f" {words}" if chat.group else words
            rich = {"richText": [{"text": shown}, {"type": "picture", **picture}]}
            return await self.send(chat, "richText", body, {"content": rich})
        return await self.send(chat, "picture", body, {"content": picture})

    async def send_voice(
        self, chat: Chat, name: str, data: bytes, words: str, duration_ms: int = 4000
    ) -> Outcome:
        """A voice message, with what the platform heard in it. One to one only. Raises `CannotTap`."""
        code = self._store(chat, "voice", name, data, private=True)
        content = {"duration": duration_ms, "downloadCode": code, "recognition": words}
        return await self.send(chat, "audio", {"media_id": code, "words": words}, {"content": content})

    async def send_file(self, chat: Chat, name: str, data: bytes) -> Outcome:
        """A file. One to one only. Raises `CannotTap`."""
        code = self._store(chat, "file", name, data, private=True)
        content = {"fileName": name, "downloadCode": code}
        return await self.send(chat, "file", {"media_id": code, "name": name}, {"content": content})

    async def send(
        self, chat: Chat, msgtype: str, shown: Payload, payload: Payload, *, mention: bool = True
    ) -> Outcome:
        """Show a message on the phones of the conversation and hand it to the robot, if it may hear it."""
        server = self._server
        msgid, shown_at = message_id(), await server.read_clock()
        said = str(shown.get("content") or shown.get("words") or shown.get("name") or msgtype)
        trail = server.trails.begin("message", shown_at, chat, name=msgid, words=said)
        server.has_seen(chat)
        bubble = server.talks.add(chat, "person", msgtype, shown, shown_at, msgid=msgid, trail=trail.number)
        for other in self._others(chat):
            name = server.user_of(chat).name
            server.talks.add(
                other, "other", msgtype, shown, shown_at, msgid=msgid, trail=trail.number, author=name
            )
        group = server.caller_of(chat).org.group(chat.group) if chat.group else None
        if group is not None and not (mention and group.robot):
            return Outcome(0)
        if server.troubles.take("quota"):
            payload = messages.quota_used_up()
        head = self._head(chat, msgid)
        data = messages.body(head, msgtype, payload)
        trail.plaintext = json.dumps(data, ensure_ascii=False)
        outcome = await self._callbacks.deliver(head.caller, Letter("robot", data), trail)
        trail.reply = outcome.reply
        if not outcome.arrived:
            server.talks.change(bubble, problem=outcome.problem)
        elif head.caller.app.mode == "http":
            await self._show_reply(chat, outcome.reply)
        return outcome

    async def tap(self, bubble: Bubble, key: str, selected: Mapping[str, str] | None = None) -> Outcome:
        """Tap what `key` stands for on this face of a card. Raises `CannotTap`."""
        card, chat = ShownCard(bubble), bubble.chat
        names = card.keys()
        if key not in names:
            raise CannotTap("这张卡片上没有这个按钮")
        if bubble.kind == ACTION_CARD:
            # In a group the words go without a mention, so that the robot does not hear them.
            return await self.say(chat, sent_by(key) or "", mention=not chat.group)
        params = {**_selected(card, selected or {}), "tap": key}
        at = await self._server.read_clock()
        trail = self._server.trails.begin("tap", at, chat, name=bubble.task_id, words=names[key])
        self._server.has_seen(chat)
        chosen = {name: [value] for name, value in params.items() if name != "tap"}
        now = self._server.talks.now(bubble)
        self._server.talks.change(now, chosen=chosen, trail=trail.number, problem="")
        return await self._presses.press(bubble, params, trail)

    async def forward(self, bubble: Bubble, to: Chat, *, forced: bool = False) -> Bubble:
        """Pass a card on: the copy is renewed with the others. Raises `CannotTap`."""
        if not (forced or self._presses.is_forwardable(bubble)):
            raise CannotTap("这张卡片不能转发")
        now, at = self._server.talks.now(bubble), await self._server.read_clock()
        copy = self._server.talks.add(
            to, "app", now.kind, now.body, at, msgid=now.msgid, task_id=now.task_id, trail=now.trail
        )
        return self._server.talks.change(copy, settled=now.settled)

    def _head(self, chat: Chat, msgid: str) -> Head:
        server = self._server
        caller, user = server.caller_of(chat), server.user_of(chat)
        key, until_ms = server.sessions.issue(Target(caller, user.userid, chat.group))
        webhook = f"{server.base_url}/robot/sendBySession?session={key}"
        group = caller.org.group(chat.group) if chat.group else None
        return Head(caller, user, group, msgid, int(server.now() * 1000), webhook, until_ms)

    def _others(self, chat: Chat) -> list[Chat]:
        caller = self._server.caller_of(chat)
        group = caller.org.group(chat.group) if chat.group else None
        names = [name for name in group.members if name != chat.userid] if group else []
        return self._server.chats_to(caller, names, chat.group)

    def _store(self, chat: Chat, kind: str, name: str, data: bytes, *, private: bool = False) -> str:
        if private and chat.group:
            raise CannotTap("群里的语音和文件，机器人收不到")
        caller = self._server.caller_of(chat)
        return self._server.media.add(caller.org, kind, name, data, robot=caller.app.robot).media_id

    def _quote(self, bubble: Bubble | None) -> Quoted | None:
        if bubble is None:
            return None
        chat, by_robot = bubble.chat, bubble.side == "app"
        sender = self._server.caller_of(chat).app.robot if by_robot else chat.userid
        words = str(bubble.body.get("content") or bubble.body.get("words") or "")
        at_ms = int(bubble.at.timestamp() * 1000)
        key = bubble.msgid if by_robot else ""
        return Quoted(bubble.msgid, words, dingtalk_id(chat.corp_id, sender), at_ms, key)

    async def _show_reply(self, chat: Chat, reply: str) -> None:
        """The message in an HTTP answer; `empty` and nothing at all mean no message."""
        body = json.loads(reply)
        if body.get("msgtype", "empty") == "empty":
            return
        try:
            kind, content = webhooks.read(body)
        except OldRefused as refused:
            self._server.journal.note("callback", f"应答里的消息不能显示：{refused.errmsg}")
            return
        caller = self._server.caller_of(chat)
        await webhooks.show_to(self._server, caller, chat.userid, chat.group, kind, content)


def _selected(card: ShownCard, given: Mapping[str, str]) -> dict[str, str]:
    """The choice in the card's selector, as given or as preset. Raises `CannotTap`."""
    select = card.select()
    name = str(select.get("name", ""))
    if not name:
        if given:
            raise CannotTap("卡片上没有选择项")
        return {}
    offered = [str(one["id"]) for one in select.get("options", [])]
    chosen = given.get(name) or str(select.get("selected", ""))
    if not given.keys() <= {name} or (chosen and chosen not in offered):
        raise CannotTap("卡片上没有这个选项")
    return {name: chosen} if chosen else {}
