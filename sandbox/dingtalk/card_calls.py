"""The calls under /v1.0/card: create, deliver, both at once, update, and the route for HTTP callbacks."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from sandbox.dingtalk.cards import (
    CARD,
    PARAM,
    Card,
    Cards,
    Change,
    change_card,
    new_card,
    options_in,
    person,
    private_in,
    public_in,
    track_of,
    union_ids_in,
)
from sandbox.dingtalk.codes import Refused
from sandbox.dingtalk.fields import Answer, Body, optional, part, text, yes
from sandbox.dingtalk.server import Server
from sandbox.dingtalk.tokens import Caller
from sandbox.ledger import Delivery
from sandbox.talks import Chat

SPACE = "dtv1.card//"
DELIVER_MODELS = {"IM_GROUP": "imGroupOpenDeliverModel", "IM_ROBOT": "imRobotOpenDeliverModel"}
SPACE_MODELS = {"IM_GROUP": "imGroupOpenSpaceModel", "IM_ROBOT": "imRobotOpenSpaceModel"}
Space = tuple[str, str]


async def create(server: Server, cards: Cards, caller: Caller, body: Body) -> Answer:
    """Make an instance without showing it to anybody. Raises `Refused`."""
    card = new_card(caller, body)
    cards.add(card)
    return {"success": True, "result": card.track}


async def deliver(server: Server, cards: Cards, caller: Caller, body: Body) -> Answer:
    """Show an instance in spaces. Raises `Refused`; what did not arrive is listed with HTTP 200."""
    spaces = _spaces(server, caller, body)
    card = cards.find(caller, track_of(body))
    return {"success": True, "result": await _deliver(server, card, body, spaces)}


async def create_and_deliver(server: Server, cards: Cards, caller: Caller, body: Body) -> Answer:
    """Both at once; nothing is made when a part of it is refused."""
    card = new_card(caller, body)
    if cards.is_known(caller, card.track):
        server.repeated += 1
    spaces = _spaces(server, caller, body)
    cards.add(card)
    results = await _deliver(server, card, body, spaces)
    return {"success": True, "result": {"outTrackId": card.track, "deliverResults": results}}


async def update(server: Server, cards: Cards, caller: Caller, body: Body) -> Answer:
    """Change variables, by key or the whole maps. Raises `Refused`."""
    card = cards.find(caller, track_of(body))
    public = public_in(caller, body) if "cardData" in body else None
    private = private_in(caller, body, union_ids=union_ids_in(body))
    if public is None and not private:
        raise Refused("param.cardDataAndPrivateDataBothEmpty")
    by_key, private_by_key = options_in(body)
    change = Change(public, private, by_key, private_by_key)
    reached = change_card(server, card, change)
    server.ledger.add(
        Delivery(
            msgid=card.copies[-1] if card.copies else "",
            corp_id=caller.org.corp_id,
            agent_id=caller.app.agent_id,
            kind="update",
            recipients=tuple(reached),
            at=server.now(),
            shown_at=await server.read_clock(),
            msgtype=CARD,
            body={"variables": dict(card.public)},
            task_id=card.track,
            trail=server.trails.cause,
        )
    )
    return {"success": True, "result": True}


async def register(server: Server, cards: Cards, caller: Caller, body: Body) -> Answer:
    """Keep where the presses of HTTP cards go. An earlier registration stays unless it is forced."""
    key = text(body, "callbackRouteKey", "param.empty")
    url = text(body, "callbackUrl", "param.empty")
    if urlsplit(url).scheme not in ("http", "https"):
        raise Refused(PARAM, "callbackUrl")
    wanted = (url, optional(body, "apiSecret", PARAM))
    place = (caller.app.client_id, key)
    if place not in cards.routes or yes(body, "forceUpdate", PARAM):
        cards.routes[place] = wanted
    url, secret = cards.routes[place]
    return {"success": True, "result": {"callbackUrl": url, "apiSecret": secret}}


def _spaces(server: Server, caller: Caller, body: Body) -> list[Space]:
    """The places named in openSpaceId, each with its deliver model. Raises `Refused`."""
    named = text(body, "openSpaceId", "param.openSpaceIdEmpty")
    found = []
    for one in named.split(";"):
        kind, dot, name = one.removeprefix(SPACE).partition(".")
        if not one.startswith(SPACE) or not dot or not name or kind.upper() not in DELIVER_MODELS:
            raise Refused("param.openSpaceIdInvalid", one)
        _check_models(server, caller, body, kind.upper())
        found.append((kind.upper(), name))
    return found


def _check_models(server: Server, caller: Caller, body: Body, kind: str) -> None:
    model = part(body, DELIVER_MODELS[kind], "param.openDeliverModelError")
    if not model:
        raise Refused("param.openDeliverModelEmpty", DELIVER_MODELS[kind])
    if kind == "IM_ROBOT" and model.get("spaceType") != "IM_ROBOT":
        raise Refused("param.openDeliverModelError", "spaceType")
    if kind == "IM_GROUP" or "robotCode" in model:
        server.check_robot(caller, model.get("robotCode"))
    space = part(body, SPACE_MODELS[kind], "param.openDeliverModelError")
    if space and not isinstance(space.get("supportForward"), bool):
        raise Refused("param.openDeliverModelError", "supportForward")


async def _deliver(server: Server, card: Card, body: Body, spaces: Sequence[Space]) -> list[Answer]:
    return [await _deliver_to(server, card, body, space) for space in spaces]


async def _deliver_to(server: Server, card: Card, body: Body, space: Space) -> Answer:
    """One line of deliverResults: decide by `success`, the HTTP status says nothing."""
    kind, name = space
    problem, chats = _chats(server, card, body, space)
    if not problem and server.troubles.take("undelivered"):
        problem = "send msg failed"
    if problem:
        return {"spaceType": kind, "spaceId": name, "success": False, "carrierId": "", "errorMsg": problem}
    card.space = space
    card.forwardable = bool(part(body, SPACE_MODELS[kind], PARAM).get("supportForward"))
    faces = {chat.userid: card.face(chat.userid) for chat in chats}
    settled = card.public.get("status", "")
    sent = await server.show(
        card.caller, chats, CARD, card.face(""), task_id=card.track, bodies=faces, settled=settled
    )
    card.copies.append(sent.msgid)
    return {"spaceType": kind, "spaceId": name, "success": True, "carrierId": sent.msgid, "errorMsg": ""}


def _chats(server: Server, card: Card, body: Body, space: Space) -> tuple[str, list[Chat]]:
    """A problem in words, or the conversations in which the card appears."""
    kind, name = space
    caller = card.caller
    if kind == "IM_ROBOT":
        try:
            userid = person(caller, name, union_ids=card.union_ids)
        except Refused:
            return "userId not exist", []
        user = caller.org.user(userid)
        if user is None or not caller.org.sees(caller.app, user):
            return "user is not visible to the robot", []
        return "", server.chats_to(caller, [userid])
    group = caller.org.group(name)
    if group is None or not group.robot:
        return "openConversationId invalid, or the robot is not in the group", []
    only = part(body, DELIVER_MODELS[kind], PARAM).get("recipients") or group.members
    members = [userid for userid in group.members if userid in only]
    return "", server.chats_to(caller, members, group.conversation_id)
