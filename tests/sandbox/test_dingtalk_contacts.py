"""The contact list as an app reads it, and the events that tell of its changes by Stream."""

from typing import Any

import pytest

from sandbox.dingtalk.org import Department, User
from tests.sandbox.dingtalk_company import CORP_ID, small_org
from tests.sandbox.dingtalk_play import Frame, acked, playing


async def test_departments_and_members_page_by_page() -> None:
    async with playing() as play:
        below = await play.old("topapi/v2/department/listsub")
        sales = next(d["dept_id"] for d in below["result"] if d["name"] == "西南销售部")
        root = await play.old("topapi/v2/department/get", {"dept_id": 1})
        first = await play.old("topapi/v2/user/list", {"dept_id": sales, "cursor": 0, "size": 1})
        cursor = first["result"]["next_cursor"]
        second = await play.old("topapi/v2/user/list", {"dept_id": sales, "cursor": cursor, "size": 1})
        leaf = await play.old("topapi/v2/department/listsub", {"dept_id": sales})

    assert root["result"]["name"] == "衡岳装备集团"
    assert [one["parent_id"] for one in below["result"]] == [1, 1]
    assert [user["userid"] for user in first["result"]["list"]] == ["HY2001"]
    assert (first["result"]["has_more"], second["result"]["has_more"]) == (True, False)
    assert [user["userid"] for user in second["result"]["list"]] == ["HY2002"]
    assert leaf["result"] == []


async def test_fields_without_a_value_are_absent() -> None:
    async with playing() as play:
        full = (await play.old("topapi/v2/user/get", {"userid": "HY2001"}))["result"]
        bare = (await play.old("topapi/v2/user/get", {"userid": "HY2002"}))["result"]
        found = (await play.old("topapi/v2/user/getbymobile", {"mobile": "19900001234"}))["result"]
        union = (await play.old("topapi/user/getbyunionid", {"unionid": full["unionid"]}))["result"]

    assert (full["name"], full["mobile"], full["manager_userid"]) == ("韩雪", "19900001234", "HY2002")
    assert not {"mobile", "manager_userid", "email"} & bare.keys()
    assert (found["userid"], union["userid"]) == ("HY2001", "HY2001")


WRONG: list[tuple[int, str, dict[str, Any]]] = [
    (33012, "topapi/v2/user/get", {}),
    (60121, "topapi/v2/user/get", {"userid": "hy2001"}),
    (60121, "topapi/v2/user/get", {"userid": "HY2004"}),
    (60121, "topapi/v2/user/get", {"userid": "guest"}),
    (40104, "topapi/v2/user/getbymobile", {}),
    (60121, "topapi/v2/user/getbymobile", {"mobile": "1"}),
    (60003, "topapi/v2/department/get", {"dept_id": 99}),
    (400002, "topapi/v2/user/list", {"dept_id": 1, "size": 101}),
    (400002, "topapi/v2/user/list", {"dept_id": "x", "size": 1}),
]


@pytest.mark.parametrize(("code", "path", "body"), WRONG, ids=range(len(WRONG)))
async def test_what_is_not_there_is_refused(code: int, path: str, body: dict[str, Any]) -> None:
    async with playing() as play:
        assert (await play.old(path, body))["errcode"] == code


def done(frame: Frame) -> Frame:
    return acked(frame, {"status": "SUCCESS"})


async def test_every_change_is_told() -> None:
    org = small_org()
    org.apps = org.apps[:1]
    async with playing(org) as play:
        bot = await play.bot()
        bot.answer = done
        changes = play.dingtalk.changes
        outcomes = [
            *await changes.join(org, User("HY2009", "新人", unit="财务部")),
            *await changes.modify(org, "HY2009", name="新人甲"),
            *await changes.leave(org, "HY2009"),
            *await changes.add_department(org, Department(77, "新部门")),
            *await changes.modify_department(org, 77, name="改名部门"),
            *await changes.remove_department(org, 77),
        ]
        gone = await play.old("topapi/v2/user/get", {"userid": "HY2009"})

    assert {outcome.status for outcome in outcomes} == {200}
    assert [frame["headers"]["eventType"] for frame in bot.frames] == [
        "user_add_org", "user_modify_org", "user_leave_org",
        "org_dept_create", "org_dept_modify", "org_dept_remove",
    ]  # fmt: skip
    assert {(frame["type"], frame["headers"]["topic"]) for frame in bot.frames} == {("EVENT", "*")}
    assert bot.frames[0]["headers"]["eventCorpId"] == CORP_ID
    assert bot.data(0)["userId"] == ["HY2009"]
    assert bot.data(1)["diffInfo"] == {
        "prev": {"name": "新人"}, "curr": {"name": "新人甲"}, "userid": "HY2009",
    }  # fmt: skip
    assert bot.data(3)["deptId"] == [77]
    assert gone["errcode"] == 60121


async def test_an_event_comes_again_when_the_bot_asks_for_it() -> None:
    org = small_org()
    org.apps = org.apps[:1]
    async with playing(org, redeliver_after=0.05) as play:
        bot = await play.bot()
        bot.answer = lambda frame: acked(frame, {"status": "SUCCESS" if len(bot.frames) == 3 else "LATER"})
        (outcome,) = await play.dingtalk.changes.leave(org, "HY2001")

    assert (outcome.tries, outcome.status) == (3, 200)
    assert len({frame["headers"]["eventId"] for frame in bot.frames}) == 1


@pytest.mark.parametrize("userid", ["nobody", "HY2004"])
async def test_nobody_cannot_leave(userid: str) -> None:
    async with playing() as play:
        with pytest.raises(LookupError):
            await play.dingtalk.changes.leave(play.dingtalk.server.orgs[0], userid)
