"""Every code that WeCom gives for a card that is wrong, and every type of card that is right."""

from collections.abc import Mapping
from typing import Any

import pytest

from sandbox.wecom.cards import check_card
from sandbox.wecom.codes import Refused
from tests.sandbox.company import button_card, news_notice, select_card, text_notice, vote_card
from tests.sandbox.conftest import Api

LONG = "键" * 342  # 1026 bytes
ROW = {"keyname": "类型", "value": "事假"}
OPTION = {"id": "a", "text": "甲"}
QUESTION = {"question_key": "q", "option_list": [OPTION]}
URL = "https://example.invalid"


def selection(**more: Any) -> dict[str, Any]:
    return button_card(button_selection={**QUESTION, **more})


def vote(**more: Any) -> dict[str, Any]:
    return vote_card(checkbox={**QUESTION, **more})


def options(count: int) -> list[dict[str, str]]:
    return [{"id": str(number), "text": "甲"} for number in range(count)]


def rows(*more: dict[str, Any]) -> dict[str, Any]:
    return button_card(horizontal_content_list=list(more))


def button(**more: Any) -> dict[str, Any]:
    return button_card(button_list=[more])


def menu(*actions: dict[str, Any]) -> dict[str, Any]:
    return button_card(action_menu={"desc": "更多", "action_list": list(actions)})


WRONG: list[tuple[int, dict[str, Any]]] = [
    (42027, rows({"value": "事假"})),
    (42028, text_notice(card_action={"type": 1})),
    (42028, text_notice(jump_list=[{"title": "看", "type": 1}])),
    (42028, rows({"keyname": "链接", "type": 1})),
    (42028, button(text="打开", type=1)),
    (42028, button_card(quote_area={"type": 1, "quote_text": "…"})),
    (42029, rows({"keyname": "附件", "type": 2, "value": "a.pdf"})),
    (40007, rows({"keyname": "附件", "type": 2, "value": "a.pdf", "media_id": "gone"})),
    (42030, text_notice(card_action={"type": 2})),
    (42030, text_notice(jump_list=[{"title": "看", "type": 2}])),
    (42031, button_card(card_type="button")),
    (42031, button_card(card_type=["button_interaction"])),
    (42031, {}),
    (42033, text_notice(jump_list=[{"type": 1, "url": URL}])),
    (42033, news_notice(vertical_content_list=[{"desc": "川菜"}])),
    (42035, rows(*[ROW] * 7)),
    (42036, news_notice(vertical_content_list=[{"title": "菜单"}] * 5)),
    (42037, selection(option_list=options(11))),
    (42037, selection(option_list=[])),
    (42037, vote(option_list=options(21))),
    (42038, button(key="k")),
    (42039, button(text="跟进")),
    (42039, button(text="跟进", key=LONG)),
    (42039, button_card(button_list=[{"text": "甲", "key": "k"}, {"text": "乙", "key": "k"}])),
    (42040, selection(option_list=[{"text": "甲"}])),
    (42040, selection(option_list=[{"id": "x" * 129, "text": "甲"}])),
    (42040, vote(option_list=[OPTION, OPTION])),
    (42041, selection(option_list=[{"id": "a"}])),
    (42042, text_notice(jump_list=[{"title": "看"}] * 4)),
    (42043, selection(question_key="")),
    (42043, vote(question_key=LONG)),
    (42043, select_card(select_list=[QUESTION, QUESTION])),
    (42044, news_notice(card_image={"aspect_ratio": 2.0})),
    (42044, news_notice(card_image=None)),
    (42044, news_notice(image_text_area={"title": "无图"})),
    (42045, text_notice(card_action=None)),
    (42045, news_notice(card_action={"type": 0})),
    (42045, button_card(card_action={"type": 3})),
    (42046, vote_card(submit_button={"text": "投票"})),
    (42046, select_card(submit_button={"text": "提交", "key": LONG})),
    (42047, select_card(select_list=[])),
    (42047, select_card(select_list=[{**QUESTION, "question_key": str(i)} for i in range(4)])),
    (42049, vote_card(submit_button={"text": "", "key": "k"})),
    (42050, rows({"keyname": "联系人", "type": 3, "value": "李四"})),
    (42051, menu({"text": "甲", "key": "k"}, {"text": "乙", "key": "k"})),
    (42051, menu({"text": "甲", "key": LONG})),
    (40058, menu(*[{"text": str(i), "key": str(i)} for i in range(4)])),
    (40058, menu({"key": "k"})),
    (40058, button_card(main_title={"desc": "没有标题"})),
    (40058, text_notice(main_title={})),
    (40058, button_card(button_list=[{"text": str(i), "key": str(i)} for i in range(7)])),
    (40058, button(text="跟进", key="k", style=5)),
    (40058, button(text=7, key="k")),
    (40058, button_card(main_title="标题")),
    (40058, button_card(button_list="跟进")),
    (40058, button_card(source={"desc_color": 4})),
    (40058, news_notice(card_image={"url": URL, "aspect_ratio": 3})),
    (40058, vote(mode="1")),
]


@pytest.mark.parametrize(("code", "card"), WRONG, ids=[f"{code}-{n}" for n, (code, _) in enumerate(WRONG)])
def test_a_wrong_card_is_refused_with_its_code(code: int, card: Mapping[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        check_card(card, media_known=lambda media_id: False)

    assert refused.value.code == code


RIGHT = [
    button_card(),
    vote_card(),
    select_card(),
    text_notice(),
    news_notice(),
    text_notice(main_title={}, sub_title_text="只有一行字"),
    text_notice(card_action={"type": 2, "appid": "wx1"}, jump_list=[{"title": "看", "type": 0}] * 3),
    rows(*[ROW] * 5, {"keyname": "附件", "type": 2, "value": "a.pdf", "media_id": "known"}),
    button(text="打开", type=1, url=URL),
    button(text="跟进", key="键" * 341),
    vote_card(checkbox={**QUESTION, "option_list": options(20)}, submit_button={"key": "k"}),
    menu({"text": "不再提醒", "key": "mute"}),
    news_notice(card_image=None, image_text_area={"image_url": URL, "type": 1, "url": URL}),
    button_card(main_title={"title": "字" * 200}),
]


@pytest.mark.parametrize("card", RIGHT, ids=range(len(RIGHT)))
async def test_a_right_card_is_sent(api: Api, card: dict[str, Any]) -> None:
    known = [row for row in card.get("horizontal_content_list", []) if row.get("media_id")]
    for row in known:
        row["media_id"] = await upload(api)

    answer = await api.card(card)

    assert answer["errcode"] == 0, answer


async def upload(api: Api) -> str:
    medium = api.sandbox.wecom.media.add("ww1f2e3d4c5b6a7980", "file", "a.pdf", b"%PDF-1.7 small")
    return medium.media_id


@pytest.mark.parametrize("task_id", ["", "有汉字", "a b", "x" * 129, 17, None, "a\n"])
async def test_a_task_id_of_other_characters_is_refused(api: Api, task_id: Any) -> None:
    answer = await api.card(button_card(task_id))

    assert answer["errcode"] == 42014


async def test_a_notice_needs_a_task_id_only_with_a_menu(api: Api) -> None:
    with_menu = text_notice(action_menu={"action_list": [{"text": "静音", "key": "mute"}]})

    assert (await api.card(text_notice()))["errcode"] == 0
    assert (await api.card(with_menu))["errcode"] == 42014


async def test_a_task_id_is_taken_once_by_each_app(api: Api) -> None:
    first = await api.card(button_card("lead-1"))
    second = await api.card(button_card("lead-1", main_title={"title": "别的"}))

    assert first["errcode"] == 0
    assert second["errcode"] == 42014
    assert len(api.sandbox.cards_to("ChenSiyu")) == 1


async def test_an_interactive_card_needs_a_callback_url(api: Api) -> None:
    api.sandbox.wecom.callback_urls = dict.fromkeys(api.sandbox.wecom.callback_urls, "")

    assert (await api.card(button_card()))["errcode"] == 43012
    assert (await api.card(text_notice()))["errcode"] == 0
