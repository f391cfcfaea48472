"""Bodies as DingTalk sends them, for tests."""

import json
from typing import Any

from bot.event import Event
from bot.platforms.dingtalk.events import Receiver, read_message, read_press
from bot.platforms.taps import TapSigner

CORP, ROBOT, SECRET = "dingdemocorp0001", "dingdemoappkey01", "demo-secret-not-real"
NOW = 1767225601.0
SIGNER = TapSigner([b"k" * 32])
HERE = Receiver("ding", CORP, ROBOT)
OTHER_CORP = "dingothercorp001"


def message(**changes: Any) -> dict[str, Any]:
    """A robot message in a private chat; a change to None takes a field away."""
    body: dict[str, Any] = {
        "msgtype": "text", "msgId": "msgK3v0demo0001==", "createAt": 1767225600000, "conversationType": "1",
        "conversationId": "cidPrivate==", "senderId": "$:LWCP_v1:$aaaa", "senderNick": "李雷",
        "senderCorpId": CORP, "senderStaffId": "u1001", "chatbotCorpId": CORP, "robotCode": ROBOT,
        "chatbotUserId": "$:LWCP_v1:$bot", "sessionWebhook": "https://oapi.dingtalk.com/robot/sendBySession?session=s",
        "sessionWebhookExpiredTime": 1767231000000, "text": {"content": "你好"},
    }  # fmt: skip
    return {name: value for name, value in (body | changes).items() if value is not None}


def in_group(words: str, **changes: Any) -> dict[str, Any]:
    """The same in a group, where the robot was called."""
    at = [{"dingtalkId": "$:LWCP_v1:$bot"}]
    group = {"conversationType": "2", "conversationId": "cidDemoGroupA==", "atUsers": at}
    return message(**(group | {"text": {"content": words}} | changes))


def pressed(tap: str, **changes: Any) -> dict[str, Any]:
    """A card callback whose button carries `tap`."""
    content = json.dumps({"cardPrivateData": {"actionIds": ["tap"], "params": {"tap": tap}}})
    body = {
        "type": "actionCallback", "outTrackId": "xe-1", "corpId": CORP, "userId": "u1001", "userIdType": 1,
        "content": content,
    }  # fmt: skip
    return {name: value for name, value in (body | changes).items() if value is not None}


def heard(body: dict[str, Any]) -> Event:
    """The event in a message."""
    return read_message(body, HERE, SIGNER, NOW)


def touched(body: dict[str, Any], now: float = NOW) -> Event:
    """The event in a card callback."""
    return read_press(body, HERE, SIGNER, now)
