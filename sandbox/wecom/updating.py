"""message/update_template_card (doc/94888): a greyed-out button or a whole new card, for some or for all."""

from collections.abc import Mapping
from typing import Any

from sandbox.ledger import Delivery, Kind
from sandbox.talks import Bubble
from sandbox.wecom.cards import INTERACTIVE, check_card
from sandbox.wecom.codes import Refused
from sandbox.wecom.fields import Body, number, part, text
from sandbox.wecom.recipients import Recipients, check_agent, resolve
from sandbox.wecom.server import WeCom
from sandbox.wecom.tokens import Caller

Answer = dict[str, object]


async def update_template_card(wecom: WeCom, caller: Caller, body: Body) -> Answer:
    """Change a card once with the right that a response_code gives. Raises `Refused`."""
    check_agent(caller, body)
    code = text(body, "response_code")
    delivery = wecom.ledger.find(wecom.responses.message_of(caller, code))
    if delivery is None or delivery.recalled:
        # Which code a recalled card gives is unknown; there is no longer a task to update.
        raise Refused(42016)
    change = _change(wecom, caller, body, delivery)
    found = _recipients(caller, body, delivery)
    wecom.responses.use(code)
    await show_update(wecom, delivery, [user.userid for user in found.users], change, "update")
    lists = {
        "invaliduser": list(found.bad_users),
        "invalidparty": [int(party) for party in found.bad_parties],
        "invalidtag": [int(tag) for tag in found.bad_tags],
    }
    return {name: bad for name, bad in lists.items() if bad}


def _change(wecom: WeCom, caller: Caller, body: Body, delivery: Delivery) -> Mapping[str, Any]:
    """What a bubble becomes. Exactly one of button and template_card may be given."""
    button, card = part(body, "button"), part(body, "template_card")
    if bool(button) == bool(card):
        raise Refused(40058, "exactly one of button and template_card")
    if button:
        if delivery.body.get("card_type") not in INTERACTIVE:
            raise Refused(40058, "this card has no button")
        return greyed(text(button, "replace_name"))
    check_card(card, media_known=lambda media_id: wecom.media.knows(caller.corp.corp_id, media_id))
    return whole_card(card)


def greyed(word: str) -> Mapping[str, Any]:
    """The change that leaves the card but replaces its buttons by a word."""
    if not word:
        raise Refused(40063, "replace_name")
    return {"settled": word}


def whole_card(card: Body) -> Mapping[str, Any]:
    """The change to a new card; with replace_text its buttons are greyed out, else they live again."""
    return {"body": card, "settled": text(card, "replace_text"), "chosen": {}}


def _recipients(caller: Caller, body: Body, delivery: Delivery) -> Recipients:
    """Those among the task's recipients who are named; everyone with atall."""
    if number(body, "atall", range(2)):
        return resolve(caller, delivery.recipients, (), ())
    users, parties, tags = (_names(body, name) for name in ("userids", "partyids", "tagids"))
    if not (users or parties or tags):
        raise Refused(82001)
    if len(users) > 1000:
        raise Refused(40032)
    found = resolve(caller, users, parties, tags)
    had_it = {*delivery.recipients, *delivery.dropped}
    strangers = tuple(user.userid for user in found.users if user.userid not in had_it)
    left = tuple(user for user in found.users if user.userid in had_it)
    if not left:
        raise Refused(81013, extra={"invaliduser": [*found.bad_users, *strangers]})
    return Recipients(left, (*found.bad_users, *strangers), found.bad_parties, found.bad_tags)


def _names(body: Body, name: str) -> list[str]:
    values = body.get(name) or []
    wanted = str if name == "userids" else int
    if not isinstance(values, list) or not all(type(value) is wanted for value in values):
        raise Refused(40058, name)
    return [str(value) for value in values]


async def show_update(
    wecom: WeCom, delivery: Delivery, userids: list[str], change: Mapping[str, Any], kind: Kind
) -> list[Bubble]:
    """Change the copies of these members and write it into the ledger."""
    copies = [copy for copy in wecom.talks.copies(delivery.msgid) if copy.chat.userid in userids]
    wecom.ledger.add(
        Delivery(
            msgid=delivery.msgid,
            corp_id=delivery.corp_id,
            agent_id=delivery.agent_id,
            kind=kind,
            recipients=tuple(copy.chat.userid for copy in copies),
            at=wecom.now(),
            shown_at=await wecom.read_clock(),
            msgtype="template_card",
            body=change.get("body", {"replace_name": change.get("settled", "")}),
            task_id=delivery.task_id,
            trail=wecom.trails.cause,
        )
    )
    return [wecom.talks.change(copy, **change) for copy in copies]
