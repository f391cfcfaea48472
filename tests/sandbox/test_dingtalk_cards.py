"""Interactive cards: strict when made, private where private, and replaced or changed by key."""

from typing import Any

import pytest

from tests.sandbox.dingtalk_company import CLIENT_ID, GROUP, OTHER_ID, to_group, to_person
from tests.sandbox.dingtalk_play import playing

ALL_BY_KEY = {"updateCardDataByKey": True, "updatePrivateDataByKey": True}


async def test_a_card_is_shown_and_its_delivery_confirmed() -> None:
    async with playing() as play:
        _, answer = await play.card(to_person())
        (card,) = play.dingtalk.cards_to("HY2001")
        (delivery,) = play.dingtalk.ledger

    (result,) = answer["result"]["deliverResults"]
    assert answer["result"]["outTrackId"] == "task-1"
    assert (result["spaceType"], result["spaceId"], result["success"]) == ("IM_ROBOT", "HY2001", True)
    assert result["carrierId"] == delivery.msgid
    assert (card.title, card.task_id, card.settled) == ("任务 T-3021", "task-1", "")
    assert card.buttons == ["1. 打电话", "完成", "改期"]
    assert card.words.splitlines() == [
        "任务 T-3021", "韩雪 · 今天", "金额", "35万", "1. 打电话", "上午", "2. 只看", "完成", "改期",
    ]  # fmt: skip


async def test_a_card_that_does_not_arrive_says_so_with_http_200() -> None:
    async with playing() as play:
        _, unknown = await play.card(to_person("a", "nobody"))
        _, left = await play.card(to_person("b", "HY2004"))
        _, group = await play.card(to_group("c", openSpaceId="dtv1.card//IM_GROUP.cidNo=="))
        play.dingtalk.server.troubles.add("undelivered")
        _, failed = await play.card(to_person("d"))

        for answer in (unknown, left, group, failed):
            (result,) = answer["result"]["deliverResults"]
            assert (answer["success"], result["success"]) == (True, False)
            assert result["errorMsg"]
        assert not len(play.dingtalk.ledger)


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("param.cardTemplateIdEmpty", {"cardTemplateId": ""}),
    ("param.templateNotExist", {"cardTemplateId": "no.schema"}),
    ("param.outTrackIdEmpty", {"outTrackId": ""}),
    ("param.error", {"outTrackId": "x" * 65}),
    ("param.cardPublicDataEmpty", {"cardData": {}}),
    ("param.error", {"cardData": {"cardParamMap": {"title": 7}}}),
    ("param.error", {"cardData": {"cardParamMap": {"buttons": []}}}),
    ("param.error", {"cardData": {"cardParamMap": {"stranger": "x"}}}),
    ("param.error", {"cardData": {"cardParamMap": {"title": "字" * 342}}}),
    ("param.error", {"privateData": {"HY2001": {"cardParamMap": {"title": "not private"}}}}),
    ("param.userIdNotExist", {"privateData": {"nobody": {"cardParamMap": {"voted": "yes"}}}}),
    ("param.openSpaceIdEmpty", {"openSpaceId": ""}),
    ("param.openSpaceIdInvalid", {"openSpaceId": "IM_ROBOT.HY2001"}),
    ("param.openSpaceIdInvalid", {"openSpaceId": "dtv1.card//NOWHERE.HY2001"}),
    ("param.openDeliverModelEmpty", {"imRobotOpenDeliverModel": None}),
    ("param.openDeliverModelEmpty", {"openSpaceId": f"dtv1.card//IM_GROUP.{GROUP}"}),
    ("param.openDeliverModelError", {"imRobotOpenDeliverModel": {"robotCode": CLIENT_ID}}),
    ("param.openDeliverModelError", {"imRobotOpenSpaceModel": {"supportForward": "false"}}),
    (
        "invalidParameter.robotCode.auth",
        {"imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": OTHER_ID}},
    ),
    ("param.empty", {"callbackType": "HTTP"}),
    ("param.error", {"userIdType": 3}),
]


@pytest.mark.parametrize(("code", "changed"), WRONG, ids=range(len(WRONG)))
async def test_wrong_cards_are_refused_and_leave_nothing(code: str, changed: dict[str, Any]) -> None:
    async with playing() as play:
        status, answer = await play.card({**to_person(), **changed})
        again, _ = await play.card(to_person())

        assert (status, answer["code"]) == (400, code)
        assert again == 200
        assert len(play.dingtalk.ledger) == 1


async def test_an_out_track_id_is_never_used_twice() -> None:
    async with playing() as play:
        await play.card(to_person())
        status, answer = await play.card(to_person(userid="HY2002"))

        assert (status, answer["code"]) == (400, "param.cardAlreadyExist")
        assert play.dingtalk.server.repeated == 1
        assert play.dingtalk.cards_to("HY2002") == []


async def test_a_card_can_be_made_first_and_delivered_later() -> None:
    async with playing() as play:
        body = to_person()
        _, made = await play.post("card/instances", body)
        before = play.dingtalk.cards_to("HY2001")
        _, delivered = await play.post("card/instances/deliver", body)
        missing = await play.post("card/instances/deliver", {**body, "outTrackId": "other"})

    assert (made["result"], before) == ("task-1", [])
    assert delivered["result"][0]["success"]
    assert missing[1]["code"] == "param.cardNotExist"


async def test_an_update_replaces_everything_unless_it_is_by_key() -> None:
    async with playing() as play:
        await play.card(to_person())
        change = {"outTrackId": "task-1", "cardData": {"cardParamMap": {"status": "已完成"}}}
        by_key, _ = await play.put("card/instances", {**change, "cardUpdateOptions": ALL_BY_KEY})
        (kept,) = play.dingtalk.cards_to("HY2001")
        whole, _ = await play.put("card/instances", change)
        (bare,) = play.dingtalk.cards_to("HY2001")
        nothing = await play.put("card/instances", {"outTrackId": "task-1"})
        unknown = await play.put("card/instances", {**change, "outTrackId": "no"})

    assert (by_key, kept.title, kept.settled, kept.buttons) == (200, "任务 T-3021", "已完成", [])
    assert (whole, bare.title, bare.words) == (200, "", "已完成")
    assert nothing[1]["code"] == "param.cardDataAndPrivateDataBothEmpty"
    assert unknown[1]["code"] == "param.cardNotExist"
    assert [row.kind for row in play.dingtalk.ledger] == ["send", "update", "update"]


async def test_private_data_is_seen_by_its_person_only() -> None:
    async with playing() as play:
        await play.card(to_group(privateData={"HY2002": {"cardParamMap": {"voted": "你选了甲"}}}))
        (mine,), (others,) = play.dingtalk.cards_to("HY2002"), play.dingtalk.cards_to("HY2001")

    assert "你选了甲" in mine.words
    assert "你选了甲" not in others.words


async def test_a_route_is_kept_until_it_is_forced() -> None:
    async with playing() as play:
        one = {"callbackRouteKey": "xiaoer-main", "callbackUrl": "http://127.0.0.1:1/a", "apiSecret": "s"}
        _, first = await play.post("card/callbacks/register", one)
        _, second = await play.post("card/callbacks/register", {**one, "callbackUrl": "http://127.0.0.1:1/b"})
        _, forced = await play.post(
            "card/callbacks/register", {**one, "callbackUrl": "http://127.0.0.1:1/b", "forceUpdate": True}
        )

    assert first["result"] == second["result"] == {"callbackUrl": "http://127.0.0.1:1/a", "apiSecret": "s"}
    assert forced["result"]["callbackUrl"] == "http://127.0.0.1:1/b"


async def test_a_variable_grows_while_it_is_written() -> None:
    async with playing() as play:
        await play.card(to_person())
        one = {"outTrackId": "task-1", "guid": "g1", "key": "text", "content": "写了一半"}
        for body in (one, one, {**one, "guid": "g2", "content": "，写完了", "isFinalize": True}):
            assert (await play.put("card/streaming", body))[0] == 200
        (grown,) = play.dingtalk.cards_to("HY2001")
        await play.put("card/streaming", {**one, "guid": "g3", "content": "重写", "isFull": True})
        (full,) = play.dingtalk.cards_to("HY2001")
        wrong = [
            (await play.put("card/streaming", {**one, "guid": "g4", **changed}))[1]["code"]
            for changed in (
                {"guid": ""},
                {"key": ""},
                {"content": ""},
                {"content": "x" * 1025},
                {"key": "no"},
            )
        ]

    assert "写了一半，写完了" in grown.words.splitlines()
    assert "重写" in full.words.splitlines()
    assert wrong == [
        "param.stream.guidEmpty", "param.stream.keyEmpty", "param.stream.contentEmpty",
        "param.stream.content", "param.error",
    ]  # fmt: skip
