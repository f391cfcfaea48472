"""The body of a robot message (receive-message): what a person said, as JSON that goes to the bot."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.dingtalk.ids import conversation_of, dingtalk_id, union_id
from sandbox.dingtalk.org import Group, User
from sandbox.dingtalk.tokens import Caller

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """Who says it, where, and how to answer. `at_ms` and `until_ms` are real time."""

    caller: Caller
    user: User
    group: Group | None
    msgid: str
    at_ms: int
    webhook: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class Quoted:
    """The message that is replied to. `key` is the processQueryKey of one the robot sent."""

    msgid: str
    words: str
    sender_id: str
    at_ms: int
    key: str = ""


def body(head: Head, msgtype: str, payload: Mapping[str, Any]) -> Body:
    """The whole message. An external contact comes without a userid, as on the real platform."""
    org, app, user, group = head.caller.org, head.caller.app, head.user, head.group
    robot = {"dingtalkId": dingtalk_id(org.corp_id, app.robot)}
    where: Body = {"conversationType": "1", "conversationId": _private(head)}
    if group is not None:
        where = {
            "conversationType": "2",
            "conversationId": group.conversation_id,
            "conversationTitle": group.title,
            "isInAtList": True,
            "atUsers": [robot],
        }
    inside: Body = {} if user.outside else {"senderCorpId": org.corp_id, "senderStaffId": user.userid}
    return {
        "msgtype": msgtype,
        "msgId": head.msgid,
        "createAt": head.at_ms,
        **where,
        "senderId": dingtalk_id(org.corp_id, user.userid),
        "senderNick": user.name,
        **inside,
        "senderUnionId": union_id(user.userid),
        "chatbotCorpId": org.corp_id,
        "chatbotUserId": robot["dingtalkId"],
        "robotCode": app.robot,
        "isAdmin": False,
        "sessionWebhook": head.webhook,
        "sessionWebhookExpiredTime": head.until_ms,
        "senderPlatform": "Mac",
        **payload,
    }


def text(words: str, *, in_group: bool, quoted: Quoted | None = None) -> Body:
    """A typed sentence. In groups the mention is taken out and leaves a blank.

    The shape of a quoted reply is not documented; these are the fields that connectors read (unconfirmed).
    """
    content: Body = {"content": f" {words}" if in_group else words}
    if quoted is None:
        return {"text": content}
    replied = {
        "msgType": "text",
        "msgId": quoted.msgid,
        "senderId": quoted.sender_id,
        "createdAt": quoted.at_ms,
        "content": {"text": quoted.words},
    }
    more = {"originalMsgId": quoted.msgid}
    if quoted.key:
        more["originalProcessQueryKey"] = quoted.key
    return {"text": {**content, "isReplyMsg": True, "repliedMsg": replied}, **more}


def quota_used_up() -> Body:
    """What is left of a message when the month's pushes are used up: an error instead of the text."""
    return {"errorCode": "20001", "errorMessage": "推送量已达本月上限"}


def _private(head: Head) -> str:
    return conversation_of(head.caller.org.corp_id, head.caller.app.agent_id, head.user.userid)
