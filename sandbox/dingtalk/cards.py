"""Interactive cards (create-and-deliver-cards): instances, their variables, and on whose phones they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.dingtalk.codes import Refused
from sandbox.dingtalk.fields import Body, optional, param_map, part, text, yes
from sandbox.dingtalk.ids import union_id
from sandbox.dingtalk.server import Server
from sandbox.dingtalk.tokens import Caller

LONGEST_TRACK = 64
CARD = "interactive_card"
PARAM = "param.error"
Variables = dict[str, str]


@dataclass(slots=True)
class Card:
    """One instance. `private` is by userid; `copies` are the processQueryKeys of its deliveries."""

    caller: Caller
    track: str
    template_id: str
    public: Variables
    private: dict[str, Variables]
    callback_type: str = ""
    route_key: str = ""
    union_ids: bool = False
    copies: list[str] = field(default_factory=list)
    space: tuple[str, str] = ("", "")
    forwardable: bool = False
    guids: set[str] = field(default_factory=set)

    def face(self, userid: str) -> dict[str, Any]:
        """What one person sees of it."""
        variables = {**self.public, **self.private.get(userid, {})}
        return {"template_id": self.template_id, "variables": variables}


class Cards:
    """The instances of this run, by app and outTrackId, and the HTTP routes that were registered."""

    def __init__(self) -> None:
        self._cards: dict[tuple[str, str], Card] = {}
        self.routes: dict[tuple[str, str], tuple[str, str]] = {}

    def add(self, card: Card) -> None:
        """Keep a new one. Raises `Refused` for an outTrackId that was used before."""
        key = (card.caller.app.client_id, card.track)
        if key in self._cards:
            raise Refused("param.cardAlreadyExist")
        self._cards[key] = card

    def find(self, caller: Caller, track: str) -> Card:
        """The instance of that outTrackId. Raises `Refused`."""
        card = self._cards.get((caller.app.client_id, track))
        if card is None:
            raise Refused("param.cardNotExist")
        return card

    def is_known(self, caller: Caller, track: str) -> bool:
        """Whether the app used that outTrackId before."""
        return (caller.app.client_id, track) in self._cards


def track_of(body: Body) -> str:
    """The outTrackId. Raises `Refused` for none or a longer one than is allowed."""
    track = text(body, "outTrackId", "param.outTrackIdEmpty")
    if len(track) > LONGEST_TRACK:
        raise Refused(PARAM, f"outTrackId longer than {LONGEST_TRACK}")
    return track


def new_card(caller: Caller, body: Body) -> Card:
    """A checked instance, not yet kept. Raises `Refused`."""
    template_id = text(body, "cardTemplateId", "param.cardTemplateIdEmpty")
    if template_id != caller.app.template_id:
        raise Refused("param.templateNotExist")
    if "cardParamMap" not in part(body, "cardData", "param.cardPublicDataEmpty"):
        raise Refused("param.cardPublicDataEmpty")
    union_ids = union_ids_in(body)
    callback_type = optional(body, "callbackType", PARAM)
    route_key = optional(body, "callbackRouteKey", PARAM)
    if callback_type == "HTTP" and not route_key:
        raise Refused("param.empty", "callbackRouteKey")
    public = public_in(caller, body)
    private = private_in(caller, body, union_ids=union_ids)
    return Card(
        caller, track_of(body), template_id, public, private, callback_type, route_key, union_ids=union_ids
    )


def public_in(caller: Caller, body: Body) -> Variables:
    """The variables of cardData, declared in the template. Raises `Refused`."""
    found = param_map(part(body, "cardData", PARAM), PARAM)
    check_declared(caller, found)
    return found


def check_declared(caller: Caller, found: Mapping[str, str], *, private: bool = False) -> None:
    """A template has the variables it was built with; private ones are marked so. Raises `Refused`."""
    declared = caller.app.private if private else caller.app.variables
    strangers = sorted(found.keys() - declared) if declared or private else []
    if strangers:
        raise Refused(PARAM, f"the template has no such variables: {', '.join(strangers)}")


def private_in(caller: Caller, body: Body, *, union_ids: bool) -> dict[str, Variables]:
    """privateData by userid. Raises `Refused`."""
    found: dict[str, Variables] = {}
    for name, inside in part(body, "privateData", PARAM).items():
        if not isinstance(inside, dict):
            raise Refused(PARAM, "privateData")
        variables = param_map(inside, PARAM)
        check_declared(caller, variables, private=True)
        found[person(caller, name, union_ids=union_ids)] = variables
    return found


def union_ids_in(body: Body) -> bool:
    """Whether the people of a request are named by unionId. Raises `Refused`."""
    kind = body.get("userIdType", 1)
    if kind not in (1, 2) or isinstance(kind, bool):
        raise Refused(PARAM, "userIdType")
    return bool(kind == 2)


def person(caller: Caller, name: str, *, union_ids: bool) -> str:
    """The userid of a member that is named in a request. Raises `Refused`."""
    for user in caller.org.users:
        if not user.outside and name == (union_id(user.userid) if union_ids else user.userid):
            return user.userid
    raise Refused("param.userIdNotExist", name)


@dataclass(frozen=True, slots=True)
class Change:
    """New variables. Without `by_key` the whole map is replaced, and what is not in it is gone."""

    public: Variables | None
    private: Mapping[str, Variables]
    by_key: bool = False
    private_by_key: bool = False


def options_in(body: Body) -> tuple[bool, bool]:
    """updateCardDataByKey and updatePrivateDataByKey. Raises `Refused`."""
    options = part(body, "cardUpdateOptions", PARAM)
    return yes(options, "updateCardDataByKey", PARAM), yes(options, "updatePrivateDataByKey", PARAM)


def change_card(server: Server, card: Card, change: Change) -> list[str]:
    """Apply a change and show it on every phone that has the card; the userids."""
    if change.public is not None:
        card.public = {**card.public, **change.public} if change.by_key else change.public
    for userid, variables in change.private.items():
        before = card.private.get(userid, {}) if change.private_by_key else {}
        card.private[userid] = {**before, **variables}
    reached = []
    for key in card.copies:
        for copy in server.talks.copies(key):
            face = card.face(copy.chat.userid)
            settled = face["variables"].get("status", "")
            server.talks.change(copy, body=face, settled=settled, chosen={}, problem="")
            reached.append(copy.chat.userid)
    return reached
