"""message/send and message/recall: recipients, limits, repeats, and what the phones show."""

from typing import Any

import pytest

from tests.sandbox.company import button_card
from tests.sandbox.conftest import Api, RealTime


async def test_a_text_lands_on_the_phone_and_in_the_ledger(api: Api, real_time: RealTime) -> None:
    answer = await api.send("text", {"content": "已建线索"}, "ChenSiyu|LinHao")

    (delivery,) = api.sandbox.ledger
    assert (answer["errcode"], delivery.msgid) == (0, answer["msgid"])
    assert delivery.recipients == ("ChenSiyu", "LinHao")
    assert (delivery.kind, delivery.at, delivery.recalled) == ("send", real_time.seconds, False)
    assert api.sandbox.texts_to("chensiyu") == ["已建线索"]


async def test_a_long_text_is_cut_at_a_whole_character(api: Api) -> None:
    await api.send("text", {"content": "字" * 1000})

    assert api.sandbox.texts_to("ChenSiyu") == ["字" * 682]


async def test_recipients_that_do_not_exist_are_named_in_lower_case(api: Api) -> None:
    answer = await api.send("text", {"content": "好"}, "CHENSIYU|NoBody|JiangMin")

    assert answer["errcode"] == 0
    assert answer["invaliduser"] == "nobody|jiangmin"
    assert api.sandbox.ledger.to("ChenSiyu")[0].recipients == ("ChenSiyu",)


async def test_nobody_or_only_wrong_names_is_refused(api: Api) -> None:
    nobody = await api.send("text", {"content": "好"}, "")
    wrong = await api.send("text", {"content": "好"}, "NoBody|JiangMin", toparty="77", totag="3")

    assert nobody["errcode"] == 82001
    assert wrong["errcode"] == 81013
    assert (wrong["invaliduser"], wrong["invalidparty"], wrong["invalidtag"]) == (
        "nobody|jiangmin",
        "77",
        "3",
    )
    assert not len(api.sandbox.ledger)


@pytest.mark.parametrize(
    ("field", "count", "code"), [("touser", 1001, 40032), ("toparty", 101, 82002), ("totag", 101, 82003)]
)
async def test_too_many_recipients_are_refused(api: Api, field: str, count: int, code: int) -> None:
    answer = await api.send("text", {"content": "好"}, **{field: "|".join(map(str, range(count)))})

    assert answer["errcode"] == code


async def test_everyone_is_everyone_in_the_visible_range(api: Api) -> None:
    await api.send("text", {"content": "好"}, "@all")

    (delivery,) = api.sandbox.ledger
    assert delivery.recipients == ("ChenSiyu", "LinHao", "WuGuoqiang")


async def test_a_department_reaches_its_members(api: Api) -> None:
    listed = await api.get("department/list", access_token=api.token)
    east = next(d["id"] for d in listed["department"] if d["name"] == "华东销售部")
    await api.send("text", {"content": "好"}, "", toparty=str(east))

    (delivery,) = api.sandbox.ledger
    assert delivery.recipients == ("ChenSiyu", "WuGuoqiang")


WRONG: list[tuple[int, str, Any, dict[str, Any]]] = [
    (44004, "text", {"content": ""}, {}),
    (44004, "markdown", {}, {}),
    (40058, "markdown", {"content": "字" * 700}, {}),
    (40058, "text", {"content": 7}, {}),
    (40063, "text", None, {}),
    (40008, "fax", {"content": "好"}, {}),
    (40007, "image", {"media_id": "gone"}, {}),
    (40063, "textcard", {"title": "只有标题"}, {}),
    (40058, "textcard", {"title": "标题", "description": "说明", "url": "no-scheme"}, {}),
    (45008, "news", {"articles": [{"title": "新闻"}] * 9}, {}),
    (40063, "news", {"articles": []}, {}),
    (40074, "news", {"articles": [{"title": "新闻"}]}, {"safe": 1}),
    (40058, "text", {"content": "好"}, {"safe": 7}),
    (40058, "text", {"content": "好"}, {"duplicate_check_interval": 14401}),
]


@pytest.mark.parametrize(("code", "msgtype", "content", "more"), WRONG, ids=range(len(WRONG)))
async def test_wrong_content_is_refused(
    api: Api, code: int, msgtype: str, content: Any, more: dict[str, Any]
) -> None:
    answer = await api.send(msgtype, content, **more)

    assert answer["errcode"] == code
    assert not len(api.sandbox.ledger)


async def test_the_duplicate_check_holds_for_its_interval(api: Api, real_time: RealTime) -> None:
    check: dict[str, Any] = {"enable_duplicate_check": 1, "duplicate_check_interval": 600}
    first = await api.send("text", {"content": "提醒"}, **check)
    real_time.seconds += 599
    same = await api.send("text", {"content": "提醒"}, **check)
    other = await api.send("text", {"content": "提醒"}, "LinHao", **check)
    real_time.seconds += 1
    later = await api.send("text", {"content": "提醒"}, **check)

    assert same == first
    assert len({first["msgid"], other["msgid"], later["msgid"]}) == 3
    assert api.sandbox.texts_to("ChenSiyu") == ["提醒", "提醒"]


async def test_without_the_check_the_same_text_comes_twice(api: Api) -> None:
    await api.send("text", {"content": "提醒"})
    await api.send("text", {"content": "提醒"})

    assert api.sandbox.texts_to("ChenSiyu") == ["提醒", "提醒"]


async def test_the_thirty_first_message_in_a_minute_is_dropped_without_a_word(
    api: Api, real_time: RealTime
) -> None:
    answers = [await api.send("text", {"content": str(n)}, "ChenSiyu|LinHao") for n in range(30)]
    dropped = await api.send("text", {"content": "30"}, "ChenSiyu")
    real_time.seconds += 60
    after = await api.send("text", {"content": "31"}, "ChenSiyu")

    assert {answer["errcode"] for answer in [*answers, dropped, after]} == {0}
    assert api.sandbox.texts_to("ChenSiyu") == [*map(str, range(30)), "31"]
    assert [d.dropped for d in api.sandbox.ledger if d.dropped] == [("ChenSiyu",)]


async def test_only_interactive_cards_carry_a_response_code(api: Api) -> None:
    assert "response_code" in await api.card(button_card())
    assert "response_code" not in await api.send("text", {"content": "好"})


async def test_a_message_can_be_recalled_for_a_day(api: Api, real_time: RealTime) -> None:
    early = await api.send("text", {"content": "错了"})
    late = await api.send("text", {"content": "留着"})

    assert (await api.post("message/recall", {"msgid": early["msgid"]}))["errcode"] == 0
    assert (await api.post("message/recall", {"msgid": "unknown"}))["errcode"] == 40058
    assert (await api.post("message/recall", {}))["errcode"] == 40063
    real_time.seconds += 24 * 3600
    await api.sign_in()
    assert (await api.post("message/recall", {"msgid": late["msgid"]}))["errcode"] == 42052
    assert api.sandbox.texts_to("ChenSiyu") == ["留着"]
    assert [delivery.recalled for delivery in api.sandbox.ledger] == [True, False]
