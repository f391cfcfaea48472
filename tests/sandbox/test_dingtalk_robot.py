"""Tokens and robot messages: strict about what is sent, and quiet about who did not get it."""

import json
from typing import Any

import aiohttp
import pytest

from sandbox.faults import Fault
from tests.sandbox.dingtalk_company import (
    CLIENT_ID,
    CLIENT_SECRET,
    GROUP,
    OTHER_ID,
    OTHER_SECRET,
    PNG,
    SILENT_GROUP,
)
from tests.sandbox.dingtalk_play import Play, playing

TO_PEOPLE = "robot/oToMessages/batchSend"
TO_GROUP = "robot/groupMessages/send"


def message(key: str = "sampleText", **fields: Any) -> dict[str, Any]:
    return {"msgKey": key, "msgParam": json.dumps(fields or {"content": "好"}), "robotCode": CLIENT_ID}


async def send(play: Play, userids: list[str], **changed: Any) -> tuple[int, dict[str, Any]]:
    return await play.post(TO_PEOPLE, {**message(), "userIds": userids, **changed})


async def test_both_hosts_give_the_same_token_and_take_it() -> None:
    async with playing() as play:
        first = await play.sign_in()
        query = {"appkey": CLIENT_ID, "appsecret": CLIENT_SECRET}
        _, old = await play.call("GET", "gettoken", **query)
        status, _ = await send(play, ["HY2001"])
        found = await play.old("topapi/v2/user/get", {"userid": "HY2001"})

    assert (first["expireIn"], old["expires_in"], old["errcode"]) == (7200, 7200, 0)
    assert first["accessToken"] == old["access_token"]
    assert (status, found["errcode"]) == (200, 0)


async def test_wrong_credentials_are_refused_by_both() -> None:
    async with playing() as play:
        new = await play.post("oauth2/accessToken", {"appKey": CLIENT_ID, "appSecret": "no"})
        _, old = await play.call("GET", "gettoken", appkey=CLIENT_ID, appsecret="no")

    assert (new[0], new[1]["code"]) == (400, "invalidClientIdOrSecret")
    assert old["errcode"] == 40089


@pytest.mark.parametrize("status", [400, 401])
async def test_an_expired_token_is_refused_by_both(status: int) -> None:
    async with playing(bad_token_status=status) as play:
        play.dingtalk.server.tokens.expire()
        new = await send(play, ["HY2001"])
        old = await play.old("topapi/v2/user/get", {"userid": "HY2001"})
        play.dingtalk.server.tokens.revoke()
        gone = await play.old("topapi/v2/user/get", {"userid": "HY2001"})
        await play.sign_in()
        again = await send(play, ["HY2001"])

    assert (new[0], new[1]["code"]) == (status, "InvalidAuthentication")
    assert (old["errcode"], gone["errcode"], again[0]) == (42001, 40014, 200)


async def test_a_message_lands_on_phones_and_the_rest_are_listed() -> None:
    async with playing() as play:
        status, answer = await send(play, ["HY2001", "HY2002", "HY2004", "nobody", "guest"])
        (delivery,) = play.dingtalk.ledger
        texts = play.dingtalk.texts_to("HY2001"), play.dingtalk.texts_to("HY2002")

    assert status == 200
    assert answer["invalidStaffIdList"] == ["HY2004", "nobody", "guest"]
    assert (delivery.msgid, delivery.recipients) == (answer["processQueryKey"], ("HY2001", "HY2002"))
    assert texts == (["好"], ["好"])


async def test_flow_control_is_only_said_in_the_answer() -> None:
    async with playing() as play:
        play.dingtalk.server.troubles.add("flow_control")
        status, answer = await send(play, ["HY2001"])

    assert (status, answer["flowControlledStaffIdList"]) == (200, ["HY2001"])
    assert play.dingtalk.texts_to("HY2001") == []


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("invalidParameter.robotCode.empty", {"robotCode": ""}),
    ("invalidParameter.robotCode.auth", {"robotCode": OTHER_ID}),
    ("invalidParameter.robotCode.notExsit", {"robotCode": "stranger"}),
    ("invalidParameter.userIds.empty", {"userIds": []}),
    ("invalidParameter.userIds.overMax", {"userIds": [str(n) for n in range(21)]}),
    ("invalidParameter.msgKey.empty", {"msgKey": ""}),
    ("invalidParameter.msgKey.invalid", {"msgKey": "sampleActionCard1"}),
    ("invalidParameter.msgParam.invalid", {"msgParam": {"content": "an object"}}),
    ("invalidParameter.msgParam.invalid", {"msgParam": "no JSON"}),
    ("invalidParameter.msgParam.invalid", {"msgParam": '{"content": 7}'}),
    ("invalidParameter.msgParam.invalid", {"msgParam": '{"content": "x", "title": "y"}'}),
    ("invalidParameter.msgParam.invalid", {"msgKey": "sampleMarkdown", "msgParam": '{"text": "x"}'}),
    ("invalidParameter.msgParam.tooLong", {"msgParam": json.dumps({"content": "x" * 15_000})}),
    ("contain.unsafe.url", message("sampleActionCard", title="t", text="x", singleTitle="a", singleURL="b")),
    ("resource.not.found", message("sampleImageMsg", photoURL="@lADgone")),
    ("invalidParameter.msgParam.invalid", message("sampleFile", mediaId="@", fileName="a", fileType="exe")),
]


@pytest.mark.parametrize(("code", "changed"), WRONG, ids=range(len(WRONG)))
async def test_wrong_messages_are_refused(code: str, changed: dict[str, Any]) -> None:
    async with playing() as play:
        status, answer = await send(play, ["HY2001"], **changed)

        assert (status, answer["code"]) == (400, code)
        assert not len(play.dingtalk.ledger)


async def test_the_two_buttons_side_by_side_spell_their_fields_differently() -> None:
    link = "https://example.invalid"
    six = message(
        "sampleActionCard6", title="t", text="x", buttonTitle1="一", buttonUrl1=link, buttonTitle2="二",
        buttonUrl2=link,
    )  # fmt: skip
    async with playing() as play:
        good, _ = await send(play, ["HY2001"], **six)
        bad, _ = await send(play, ["HY2001"], **{**six, "msgKey": "sampleActionCard2"})
        (card,) = play.dingtalk.cards_to("HY2001")

    assert (good, bad) == (200, 400)
    assert card.words == "t\nx\n一\n二"
    assert card.buttons == []


async def test_a_group_message_is_on_every_members_phone() -> None:
    async with playing() as play:
        status, _ = await play.post(TO_GROUP, {**message(), "openConversationId": GROUP})
        unknown = await play.post(TO_GROUP, {**message(), "openConversationId": "cidNo=="})
        outside = await play.post(TO_GROUP, {**message(), "openConversationId": SILENT_GROUP})
        none = await play.post(TO_GROUP, message())
        texts = [play.dingtalk.texts_to(who, GROUP) for who in ("HY2001", "HY2002", "guest")]

    assert status == 200
    assert texts == [["好"]] * 3
    assert play.dingtalk.texts_to("HY2001", "") == []
    assert unknown[1]["code"] == "invalid.openConversationId"
    assert outside[1]["code"] == "bot.forbidden.sendMessage"
    assert none[1]["code"] == "miss.openConversationId"


async def test_who_has_read_it_is_told_to_those_who_quote_the_key() -> None:
    async with playing() as play:
        _, sent = await send(play, ["HY2001", "HY2002"])
        key = sent["processQueryKey"]
        await play.dingtalk.say("HY2001", "看到了")
        query = {"robotCode": CLIENT_ID, "processQueryKey": key}
        _, answer = await play.call("GET", "v1.0/robot/oToMessages/readStatus", **query)
        raw = f"{play.dingtalk.api_base}/v1.0/robot/oToMessages/readStatus?robotCode={CLIENT_ID}"
        headers = {"x-acs-dingtalk-access-token": play.token}
        async with play.session.get(f"{raw}&processQueryKey={key}", headers=headers) as unquoted:
            assert unquoted.status == 400
        play.clock.seconds += 24 * 3600
        await play.sign_in()
        late, _ = await play.call("GET", "v1.0/robot/oToMessages/readStatus", **query)

    assert late == 400
    found = {one["userId"]: one["readStatus"] for one in answer["messageReadInfoList"]}
    assert answer["sendStatus"] == "SUCCESS"
    assert found == {"HY2001": "READ", "HY2002": "UNREAD"}


async def test_a_message_can_be_recalled_for_a_day_under_the_path_with_a_small_t() -> None:
    async with playing() as play:
        keys = [(await send(play, ["HY2001"]))[1]["processQueryKey"] for _ in range(2)]
        body = {"robotCode": CLIENT_ID, "processQueryKeys": [keys[0], "unknown"]}
        wrong_path, _ = await play.post("robot/oToMessages/batchRecall", body)
        _, answer = await play.post("robot/otoMessages/batchRecall", body)
        play.clock.seconds += 24 * 3600
        await play.sign_in()
        _, late = await play.post("robot/otoMessages/batchRecall", {**body, "processQueryKeys": [keys[1]]})

    assert wrong_path == 404
    assert (answer["successResult"], list(answer["failedResult"])) == ([keys[0]], ["unknown"])
    assert (late["successResult"], list(late["failedResult"])) == ([], [keys[1]])
    assert play.dingtalk.texts_to("HY2001") == ["好"]


async def test_another_app_cannot_recall_it() -> None:
    async with playing() as play:
        _, sent = await send(play, ["HY2001"])
        await play.sign_in(OTHER_ID, OTHER_SECRET)
        body = {"robotCode": OTHER_ID, "processQueryKeys": [sent["processQueryKey"]]}
        _, answer = await play.post("robot/otoMessages/batchRecall", body)

    assert answer["successResult"] == []


async def test_an_uploaded_picture_can_be_sent_and_a_received_one_fetched() -> None:
    async with playing() as play:
        bot = await play.bot()
        url = f"{play.dingtalk.api_base}/media/upload"
        form = aiohttp.FormData({"type": "image"})
        form.add_field("media", PNG, filename="图.png", content_type="image/png")
        async with play.session.post(url, data=form, params={"access_token": play.token}) as response:
            uploaded = await response.json()
        sent, _ = await send(play, ["HY2001"], **message("sampleImageMsg", photoURL=uploaded["media_id"]))
        chat = play.dingtalk.chat("HY2001")
        await play.dingtalk.gestures.send_picture(chat, "现场.png", PNG)
        code = bot.data()["content"]["downloadCode"]
        ask = {"robotCode": CLIENT_ID, "downloadCode": code}
        _, link = await play.post("robot/messageFiles/download", ask)
        _, wrong = await play.post("robot/messageFiles/download", {**ask, "downloadCode": "dcgone"})
        async with play.session.get(link["downloadUrl"]) as file:
            content = await file.read()
        async with play.session.get(
            link["downloadUrl"], headers={"x-acs-dingtalk-access-token": play.token}
        ) as refused:
            assert refused.status == 400

    assert (uploaded["errcode"], uploaded["media_id"][:4], sent) == (0, "@lAD", 200)
    assert content == PNG
    assert wrong["code"] == "invalidParameter.downloadCode"


TROUBLES: list[tuple[Fault, int, str]] = [
    (Fault("errcode", "message", code=45009), 403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"),
    (Fault("errcode", "message", code=90020), 403, "Forbidden.AccessDenied.ApiCountLimitForOrg"),
    (Fault("errcode", "message", code=-1), 500, "system.busy"),
    (Fault("errcode", "message", code=60011), 403, "Forbidden.AccessDenied.AccessTokenPermissionDenied"),
    (Fault("stale_token", "message"), 400, "InvalidAuthentication"),
]


@pytest.mark.parametrize(("fault", "status", "code"), TROUBLES, ids=[code for _, _, code in TROUBLES])
async def test_a_switched_on_trouble_is_met_once(fault: Fault, status: int, code: str) -> None:
    async with playing() as play:
        play.dingtalk.server.faults.add(fault.fresh(""))
        refused, answer = await send(play, ["HY2001"])
        await play.sign_in()
        served, _ = await send(play, ["HY2001"])

    assert (refused, answer["code"], served) == (status, code, 200)


async def test_an_html_page_and_a_time_out_after_the_message_went_out() -> None:
    async with playing() as play:
        url, headers = (
            f"{play.dingtalk.api_base}/v1.0/{TO_PEOPLE}",
            {"x-acs-dingtalk-access-token": play.token},
        )
        play.dingtalk.server.troubles.add("html", "message")
        async with play.session.post(url, json={}, headers=headers) as page:
            assert (page.status, page.content_type) == (503, "text/html")
        play.dingtalk.server.troubles.add("late_504", "message")
        status, answer = await send(play, ["HY2001"])

    assert (status, answer["code"]) == (504, "isp.top-remote-connection-timeout")
    assert play.dingtalk.texts_to("HY2001") == ["好"]


async def test_a_missing_permission_on_the_old_host_is_wrapped() -> None:
    async with playing() as play:
        play.dingtalk.server.faults.add(Fault("errcode", "topapi", code=60011))
        answer = await play.old("topapi/v2/user/get", {"userid": "HY2001"})

    assert (answer["errcode"], answer["sub_code"]) == (88, "60011")


async def test_too_many_calls_of_one_api_in_a_second_are_refused() -> None:
    async with playing(calls_per_second=2) as play:
        answers = [await send(play, ["HY2001"]) for _ in range(3)]
        old = [await play.old("topapi/v2/user/get", {"userid": "HY2001"}) for _ in range(3)]
        play.clock.seconds += 1
        after, _ = await send(play, ["HY2001"])

    assert [status for status, _ in answers] == [200, 200, 403]
    assert answers[2][1]["code"] == "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"
    assert [answer["errcode"] for answer in old] == [0, 0, 90018]
    assert after == 200
