"""message/send (doc/90236) and message/recall (doc/94867)."""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.ledger import Delivery
from sandbox.talks import Chat
from sandbox.wecom.cards import INTERACTIVE, check_card, has_menu, is_interactive
from sandbox.wecom.codes import Refused
from sandbox.wecom.contents import check_content
from sandbox.wecom.fields import Body, number, part, text
from sandbox.wecom.recipients import Recipients, check_agent, recipients_of
from sandbox.wecom.server import WeCom
from sandbox.wecom.tokens import Caller

RECALL_SECONDS = 24 * 3600
LONGEST_INTERVAL = 4 * 3600
TASK_ID = re.compile(r"[0-9A-Za-z_@-]{1,128}")

Answer = dict[str, object]


async def send(wecom: WeCom, caller: Caller, body: Body) -> Answer:
    """Send one message to its recipients. Raises `Refused`."""
    shown_at = await wecom.read_clock()  # The only wait; from here on nothing comes between check and effect.
    check_agent(caller, body)
    content = _content(wecom, caller, body)
    interval = number(body, "duplicate_check_interval", range(LONGEST_INTERVAL + 1), default=1800)
    found = recipients_of(caller, body)
    fingerprint = _fingerprint(caller, body)
    before = wecom.repeats.get(fingerprint)
    if body.get("enable_duplicate_check") == 1 and before and before[0] + interval > wecom.now():
        wecom.repeated += 1
        wecom.journal.note("api", "内容相同，平台按去重规则没有再发", msgid=before[1]["msgid"])
        return before[1]
    if body["msgtype"] == "template_card":
        _check_task(wecom, caller, content)
    delivery = _deliver(wecom, caller, str(body["msgtype"]), content, found, shown_at)
    answer: Answer = {**found.lists(), "msgid": delivery.msgid}
    if delivery.msgtype == "template_card" and is_interactive(content):
        corp_id, agent_id = delivery.corp_id, delivery.agent_id
        answer["response_code"] = wecom.responses.issue(corp_id, agent_id, delivery.msgid)
    wecom.repeats[fingerprint] = (wecom.now(), answer)
    return answer


def _content(wecom: WeCom, caller: Caller, body: Body) -> Mapping[str, Any]:
    def media_known(media_id: str) -> bool:
        return wecom.media.knows(caller.corp.corp_id, media_id)

    if body.get("msgtype") != "template_card":
        return check_content(body, media_known=media_known)
    card = part(body, "template_card")
    check_card(card, media_known=media_known)
    if card["card_type"] in INTERACTIVE and not wecom.callback_url(caller):
        raise Refused(43012)
    return card


def _check_task(wecom: WeCom, caller: Caller, card: Body) -> None:
    """The task_id: needed where taps call back, of few characters, never used twice by one app."""
    task_id = card.get("task_id", "")
    if not task_id and card["card_type"] not in INTERACTIVE and not has_menu(card):
        return
    if not isinstance(task_id, str) or not TASK_ID.fullmatch(task_id):
        raise Refused(42014)
    if wecom.ledger.task(caller.corp.corp_id, caller.app.agent_id, task_id):
        wecom.repeated += 1
        raise Refused(42014, "task_id was used before")


def _fingerprint(caller: Caller, body: Body) -> bytes:
    """What makes two messages the same for the duplicate check: app, recipients, type and content."""
    names = ("touser", "toparty", "totag", "msgtype", str(body["msgtype"]))
    same = [caller.corp.corp_id, caller.app.agent_id, *(body.get(name) for name in names)]
    return hashlib.sha256(json.dumps(same, sort_keys=True).encode()).digest()


def _deliver(
    wecom: WeCom,
    caller: Caller,
    msgtype: str,
    content: Mapping[str, Any],
    found: Recipients,
    shown_at: datetime,
) -> Delivery:
    corp_id, agent_id = caller.corp.corp_id, caller.app.agent_id
    names = [user.userid for user in found.users]
    reached = [name for name in names if wecom.rates.allow(corp_id, agent_id, name)]
    delivery = Delivery(
        msgid="msg_" + secrets.token_urlsafe(24),
        corp_id=corp_id,
        agent_id=agent_id,
        kind="send",
        recipients=tuple(reached),
        at=wecom.now(),
        shown_at=shown_at,
        msgtype=msgtype,
        body=content,
        task_id=str(content.get("task_id", "")) if msgtype == "template_card" else "",
        dropped=tuple(name for name in names if name not in reached),
        trail=wecom.trails.cause,
    )
    wecom.ledger.add(delivery)
    if delivery.dropped:
        wecom.journal.note("api", "一分钟超过 30 条，平台悄悄丢弃", userids=list(delivery.dropped))
    for name in reached:
        chat = Chat(corp_id, agent_id, name)
        wecom.talks.add(
            chat, "app", msgtype, content, shown_at,
            msgid=delivery.msgid, task_id=delivery.task_id, trail=delivery.trail,
        )  # fmt: skip
    return delivery


def recall(wecom: WeCom, caller: Caller, body: Body) -> Answer:
    """Take a message back within 24 hours, by the app that sent it. Raises `Refused`."""
    msgid = text(body, "msgid")
    if not msgid:
        raise Refused(40063, "msgid")
    delivery = wecom.ledger.find(msgid)
    theirs = (caller.corp.corp_id, caller.app.agent_id)
    if delivery is None or (delivery.corp_id, delivery.agent_id) != theirs:
        raise Refused(40058, "msgid")
    if delivery.at + RECALL_SECONDS <= wecom.now():
        raise Refused(42052)
    delivery.recalled = True
    for copy in wecom.talks.copies(msgid):
        wecom.talks.change(copy, recalled=True)
    return {}
