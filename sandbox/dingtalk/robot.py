"""Robot messages to people and groups, their read status and recall (qyapi_robot_sendmsg)."""

from collections.abc import Mapping

from sandbox.dingtalk import templates
from sandbox.dingtalk.codes import Refused
from sandbox.dingtalk.fields import Answer, Body, names, text
from sandbox.dingtalk.org import Group
from sandbox.dingtalk.server import Server
from sandbox.dingtalk.tokens import Caller
from sandbox.ledger import Delivery
from sandbox.talks import Bubble

MOST_PEOPLE = 20
DAY = 24 * 3600


async def send_to_people(server: Server, caller: Caller, body: Body) -> Answer:
    """One to one. Whoever does not get it is listed, with HTTP 200. Raises `Refused`."""
    server.check_robot(caller, body.get("robotCode"))
    userids = names(body, "userIds", "invalidParameter.userIds.empty")
    if len(userids) > MOST_PEOPLE:
        raise Refused("invalidParameter.userIds.overMax")
    kind, content = _content(server, caller, body)
    found = [userid for userid in dict.fromkeys(userids) if _is_reachable(caller, userid)]
    slowed = found if server.troubles.take("flow_control") else []
    reached = [] if slowed else found
    delivery = await server.show(caller, server.chats_to(caller, reached), kind, content)
    return {
        "processQueryKey": delivery.msgid,
        "invalidStaffIdList": [userid for userid in userids if userid not in found],
        "flowControlledStaffIdList": slowed,
    }


async def send_to_group(server: Server, caller: Caller, body: Body) -> Answer:
    """Into a group the robot is in. Raises `Refused`."""
    server.check_robot(caller, body.get("robotCode"))
    group = group_of(caller, text(body, "openConversationId", "miss.openConversationId"))
    kind, content = _content(server, caller, body)
    chats = server.chats_to(caller, group.members, group.conversation_id)
    return {"processQueryKey": (await server.show(caller, chats, kind, content)).msgid}


def group_of(caller: Caller, conversation_id: str) -> Group:
    """The group of that id, with the robot in it. Raises `Refused`."""
    group = caller.org.group(conversation_id)
    if group is None:
        raise Refused("invalid.openConversationId")
    if not group.robot:
        raise Refused("bot.forbidden.sendMessage", "the robot is not a member of the group")
    return group


def read_status(server: Server, caller: Caller, query: Mapping[str, str]) -> Answer:
    """Who has read a one-to-one message, within a day. A key that was not quoted is not found."""
    server.check_robot(caller, query.get("robotCode"))
    delivery = _sent(server, caller, query.get("processQueryKey", ""))
    if delivery is None or delivery.at + DAY <= server.now():
        raise Refused("resource.not.found", "processQueryKey")
    people = [_reading(server, caller, copy) for copy in server.talks.copies(delivery.msgid)]
    status = "RECALLED" if delivery.recalled else "SUCCESS"
    return {"sendStatus": status, "messageReadInfoList": people}


def group_read_status(server: Server, caller: Caller, body: Body) -> Answer:
    """Who has read a message in a group."""
    server.check_robot(caller, body.get("robotCode"))
    group_of(caller, text(body, "openConversationId", "miss.openConversationId"))
    delivery = _sent(server, caller, text(body, "processQueryKey", "resource.not.found"))
    if delivery is None:
        raise Refused("resource.not.found", "processQueryKey")
    readers = [copy.chat.userid for copy in server.talks.copies(delivery.msgid) if server.has_read(copy)]
    return {"sendStatus": "SUCCESS", "readUserIds": readers, "hasMore": False}


def recall(server: Server, caller: Caller, body: Body) -> Answer:
    """Take messages back within a day; what cannot be is listed with its reason. Raises `Refused`."""
    server.check_robot(caller, body.get("robotCode"))
    keys = names(body, "processQueryKeys", "invalidParameter.processQueryKeys.empty")
    if len(keys) > MOST_PEOPLE:
        raise Refused("invalidParameter.processQueryKeys.overMax")
    failed: dict[str, str] = {}
    for key in keys:
        delivery = _sent(server, caller, key)
        if delivery is None:
            failed[key] = "processQueryKey not exist"
        elif delivery.at + DAY <= server.now():
            failed[key] = "over 24 hours"
        else:
            delivery.recalled = True
            for copy in server.talks.copies(key):
                server.talks.change(copy, recalled=True)
    return {"successResult": [key for key in keys if key not in failed], "failedResult": failed}


def group_recall(server: Server, caller: Caller, body: Body) -> Answer:
    """The same for messages in a group."""
    group_of(caller, text(body, "openConversationId", "miss.openConversationId"))
    return recall(server, caller, body)


def _content(server: Server, caller: Caller, body: Body) -> tuple[str, templates.Content]:
    return templates.read(
        body.get("msgKey"), body.get("msgParam"), lambda media_id: server.media.knows(caller.org, media_id)
    )


def _is_reachable(caller: Caller, userid: str) -> bool:
    user = caller.org.user(userid)
    return user is not None and caller.org.sees(caller.app, user)


def _sent(server: Server, caller: Caller, key: str) -> Delivery | None:
    delivery = server.ledger.find(key)
    theirs = (caller.org.corp_id, caller.app.agent_id)
    return delivery if delivery and (delivery.corp_id, delivery.agent_id) == theirs else None


def _reading(server: Server, caller: Caller, copy: Bubble) -> Answer:
    user = caller.org.user(copy.chat.userid)
    word = "READ" if server.has_read(copy) else "UNREAD"
    return {"name": user.name if user else "", "userId": copy.chat.userid, "readStatus": word}
