"""A tap on an interactive card (event-callback-card): what it becomes, and what the answer changes."""

import json
from collections.abc import Mapping
from typing import Any

from sandbox.dingtalk.callbacks import Callbacks, Route
from sandbox.dingtalk.cards import Card, Cards, Change, change_card, check_declared, options_in
from sandbox.dingtalk.codes import Refused
from sandbox.dingtalk.fields import param_map, part
from sandbox.dingtalk.ids import union_id
from sandbox.dingtalk.letters import Letter, Lost, Reply
from sandbox.dingtalk.server import Server
from sandbox.talks import Bubble
from sandbox.trails import Trail
from sandbox.wecom.callbacks import Outcome

ACTION = "tap"
BAD = "response.invalid"
TOO_SLOW = "操作超时，请稍后再试"


class Presses:
    """Calls the bot back with a tap, waits as long as the client does, and applies the answer."""

    def __init__(self, server: Server, cards: Cards, callbacks: Callbacks) -> None:
        self._server, self._cards, self._callbacks = server, cards, callbacks

    async def press(self, bubble: Bubble, params: Mapping[str, str], trail: Trail) -> Outcome:
        """Hand one tap over. A late or wrong answer changes nothing, and the phone says so."""
        caller = self._server.caller_of(bubble.chat)
        card = self._cards.find(caller, bubble.task_id)
        data = _data(card, bubble.chat.userid, params)
        if self._server.troubles.take("broken_content"):
            data["content"] = data["content"][:-3]
        letter = Letter("card", data)
        route = self._route(card)
        if route is None:
            return self._failed(bubble, Outcome(0, problem="这张卡片没有声明可用的回调方式"))
        try:
            reply = await self._callbacks.press(caller, letter, route, trail)
            if self._server.faults.take("callback", "callback_twice"):
                reply = await self._callbacks.press(caller, letter, route, trail)
        except Lost as lost:
            problem = str(lost) if not lost.sent else f"{TOO_SLOW}（{lost}）"
            return self._failed(bubble, Outcome(int(lost.sent), problem=problem))
        if reply.status != 200:
            return self._failed(bubble, Outcome(1, reply.status, problem=f"卡片回调得到 {reply.status}"))
        return self._apply(card, bubble, reply, trail, in_stream=not route.url)

    def is_forwardable(self, bubble: Bubble) -> bool:
        """Whether the bot lets people pass this card on. Raises `Refused` for one that is none."""
        return self._cards.find(self._server.caller_of(bubble.chat), bubble.task_id).forwardable

    def _route(self, card: Card) -> Route | None:
        """Where presses of this card go. Without a type in capitals, clicks never arrive."""
        if card.callback_type == "STREAM":
            return Route()
        found = self._cards.routes.get((card.caller.app.client_id, card.route_key))
        return Route(*found) if card.callback_type == "HTTP" and found else None

    def _apply(self, card: Card, bubble: Bubble, reply: Reply, trail: Trail, *, in_stream: bool) -> Outcome:
        answer = json.dumps(reply.data, ensure_ascii=False)
        trail.reply = answer
        try:
            response = part(reply.data, "response", BAD) if in_stream else reply.data
            change_card(self._server, card, _change(card, bubble.chat.userid, response))
        except Refused as refused:
            problem = f"回调的应答不能显示：{refused.message}"
            return self._failed(bubble, Outcome(1, 200, answer, problem))
        return Outcome(1, 200, answer)

    def _failed(self, bubble: Bubble, outcome: Outcome) -> Outcome:
        self._server.journal.note("callback", outcome.problem, task_id=bubble.task_id)
        self._server.talks.change(self._server.talks.now(bubble), problem=outcome.problem)
        return outcome


def _data(card: Card, userid: str, params: Mapping[str, str]) -> dict[str, Any]:
    """The callback: its content is JSON in a string."""
    kind, place = card.space
    content = {"cardPrivateData": {"actionIds": [ACTION], "params": dict(params)}}
    named = union_id(userid) if card.union_ids else userid
    data: dict[str, Any] = {
        "type": "actionCallback",
        "outTrackId": card.track,
        "corpId": card.caller.org.corp_id,
        "userId": named,
        "content": json.dumps(content, ensure_ascii=False),
    }
    if card.callback_type == "HTTP":
        return data
    more = {"userIdType": 2 if card.union_ids else 1, "spaceType": "IM", "spaceId": place}
    return {**data, **more, "extension": json.dumps({"spaceType": kind})}


def _change(card: Card, userid: str, response: Mapping[str, Any]) -> Change:
    """What the answer changes; userPrivateData is for the one who tapped. Raises `Refused`."""
    by_key, private_by_key = options_in(response)
    public, private = None, {}
    if "cardData" in response:
        public = param_map(part(response, "cardData", BAD), BAD)
        check_declared(card.caller, public)
    if "userPrivateData" in response:
        mine = param_map(part(response, "userPrivateData", BAD), BAD)
        check_declared(card.caller, mine, private=True)
        private = {userid: mine}
    return Change(public, private, by_key, private_by_key)
