"""An organisation small enough to read: two apps, one group with somebody from outside, one custom robot."""

import json
from dataclasses import replace
from typing import Any

from sandbox.dingtalk.org import App, Group, GroupRobot, Org, User

CORP_ID = "dinghengyue0001"
CLIENT_ID = "dingxiaoerkey0001"
CLIENT_SECRET = "xiaoer-secret-for-tests-only"
OTHER_ID = "dingotherkey00002"
OTHER_SECRET = "other-secret-for-tests-only"
TEMPLATE = "11111111-2222-4333-8444-555555555555.schema"
VARIABLES = frozenset({"title", "status", "subtitle", "text", "facts", "items", "more_items", "buttons"})
VARIABLES |= {"select", "voted"}
GROUP = "cidHengyueGroupA=="
SILENT_GROUP = "cidHengyueGroupB=="
ROBOT = "0123abcd"
ROBOT_SECRET = "SECdemo5f1c0de77a24e0b9c3d6812ab9"
EVENT_TOKEN = "demoToken7"
AES_KEY = "kQ3vW8zR1tY6uI0oP5aS2dF7gH4jK9lZ3xC8vB1nM6Q"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)


def small_org(**app: Any) -> Org:
    """The organisation; what is given changes its first app."""
    xiaoer = App(
        CLIENT_ID,
        CLIENT_SECRET,
        2000001,
        template_id=TEMPLATE,
        variables=VARIABLES,
        private=frozenset({"voted"}),
        event_token=EVENT_TOKEN,
        event_aes_key=AES_KEY,
    )
    return Org(
        CORP_ID,
        "衡岳装备集团",
        apps=[replace(xiaoer, **app), App(OTHER_ID, OTHER_SECRET, 2000002, name="公告")],
        users=[
            User("HY2001", "韩雪", "销售", "西南销售部", mobile="19900001234", manager="HY2002"),
            User("HY2002", "罗强", "部门经理", "西南销售部"),
            User("HY2003", "秦越", "财务", "财务部"),
            User("HY2004", "旧人", "销售", "西南销售部", left=True),
            User("guest", "外部客户", outside=True),
        ],
        groups=[
            Group(GROUP, "西南项目群", ("HY2001", "HY2002", "guest")),
            Group(SILENT_GROUP, "闲聊群", ("HY2001", "HY2003"), robot=False),
        ],
        robots=[GroupRobot(ROBOT, GROUP, ROBOT_SECRET, ("提醒",))],
    )


def variables(**more: str) -> dict[str, str]:
    """A card of the template with two buttons and a tappable line."""
    buttons = [
        {"text": "完成", "tap": "t-done", "style": "primary"},
        {"text": "改期", "tap": "t-move", "style": "plain"},
    ]
    return {
        "title": "任务 T-3021",
        "status": "",
        "subtitle": "韩雪 · 今天",
        "facts": _json([{"label": "金额", "value": "35万", "changed": "false"}]),
        "items": _json(
            [{"text": "1. 打电话", "hint": "上午", "tap": "t-item"}, {"text": "2. 只看", "tap": ""}]
        ),
        "buttons": _json(buttons),
        **more,
    }


def to_person(track: str = "task-1", userid: str = "HY2001", **more: Any) -> dict[str, Any]:
    """A valid createAndDeliver for one person."""
    return {
        "cardTemplateId": TEMPLATE,
        "outTrackId": track,
        "callbackType": "STREAM",
        "cardData": {"cardParamMap": variables()},
        "openSpaceId": f"dtv1.card//IM_ROBOT.{userid}",
        "imRobotOpenSpaceModel": {"supportForward": False},
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": CLIENT_ID},
        **more,
    }


def to_group(track: str = "group-1", **more: Any) -> dict[str, Any]:
    """A valid createAndDeliver for the group."""
    return {
        "cardTemplateId": TEMPLATE,
        "outTrackId": track,
        "callbackType": "STREAM",
        "cardData": {"cardParamMap": variables()},
        "openSpaceId": f"dtv1.card//im_group.{GROUP}",
        "imGroupOpenSpaceModel": {"supportForward": True},
        "imGroupOpenDeliverModel": {"robotCode": CLIENT_ID},
        **more,
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
