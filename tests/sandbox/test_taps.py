"""Taps on cards as the bot hears of them, and taps that the client does not allow."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping

import pytest

from sandbox.wecom.selections import CannotTap
from tests.sandbox.company import button_card, select_card, text_notice, vote_card
from tests.sandbox.conftest import Api
from tests.sandbox.small_bot import SmallBot


def chosen(message: ET.Element) -> Mapping[str, list[str | None]]:
    return {
        item.findtext("QuestionKey", ""): [option.text for option in item.iter("OptionId")]
        for item in message.iter("SelectedItem")
    }


async def test_a_tap_tells_key_task_and_a_fresh_code(api: Api, bot: SmallBot) -> None:
    sent = await api.card(button_card())
    await api.sandbox.tap("ChenSiyu", "跟进")
    await api.sandbox.tap("ChenSiyu", "转商机")

    keys = [message.findtext("EventKey") for message in bot.messages]
    codes = {message.findtext("ResponseCode") for message in bot.messages} | {sent["response_code"]}
    assert keys == ["follow", "convert"]
    assert (bot.word("Event"), bot.word("TaskId")) == ("template_card_event", "lead-1")
    assert (bot.word("CardType"), bot.word("MsgId")) == ("button_interaction", None)
    assert bot.last.find("SelectedItems") is None
    assert len(codes) == 3


async def test_the_code_of_a_tap_updates_the_card(api: Api, bot: SmallBot) -> None:
    await api.card(button_card(), "ChenSiyu|LinHao")
    await api.sandbox.tap("ChenSiyu", "跟进")
    await api.update(bot.word("ResponseCode") or "", atall=1, button={"replace_name": "已跟进"})

    assert api.sandbox.cards_to("LinHao")[-1].settled == "已跟进"
    with pytest.raises(LookupError, match="没有带按钮"):
        await api.sandbox.tap("LinHao", "跟进")


async def test_a_greyed_button_cannot_be_tapped_unless_the_tap_was_on_its_way(
    api: Api, bot: SmallBot
) -> None:
    sent = await api.card(button_card())
    card = api.sandbox.cards_to("ChenSiyu")[-1]
    await api.update(str(sent["response_code"]), atall=1, template_card=text_notice())

    with pytest.raises(LookupError):
        await api.sandbox.tap("ChenSiyu", "跟进", on=card)
    await api.sandbox.tap("ChenSiyu", "跟进", on=card, late=True)
    assert (bot.word("EventKey"), bot.word("CardType")) == ("follow", "button_interaction")


async def test_a_settled_or_recalled_card_says_why_it_cannot_be_tapped(api: Api) -> None:
    sent = await api.card(button_card())
    card = api.sandbox.cards_to("ChenSiyu")[-1]
    await api.update(str(sent["response_code"]), atall=1, button={"replace_name": "已跟进"})
    with pytest.raises(CannotTap, match="已跟进"):
        await api.sandbox.tap("ChenSiyu", "跟进", on=card)

    await api.post("message/recall", {"msgid": sent["msgid"]})
    with pytest.raises(CannotTap, match="撤回"):
        await api.sandbox.tap("ChenSiyu", "跟进", on=card)


async def test_selections_are_told_as_chosen_or_as_preset(api: Api, bot: SmallBot) -> None:
    await api.card(select_card())
    await api.sandbox.tap("ChenSiyu", "提交")
    assert chosen(bot.last) == {"day": ["tue"], "shift": ["am"]}
    await api.sandbox.tap("ChenSiyu", "提交", selected={"shift": ["pm"]})
    assert chosen(bot.last) == {"day": ["tue"], "shift": ["pm"]}

    await api.card(vote_card())
    await api.sandbox.tap("ChenSiyu", "投票")
    assert chosen(bot.last) == {"place": ["b"]}
    await api.sandbox.tap("ChenSiyu", "投票", selected={"place": ["a", "b"]})
    assert chosen(bot.last) == {"place": ["a", "b"]}


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("提交", {"day": ["sunday"]}),
        ("提交", {"month": ["mon"]}),
        ("提交", {"day": ["mon", "tue"]}),
        ("投票", {"place": []}),
    ],
)
async def test_what_a_card_does_not_offer_cannot_be_chosen(
    api: Api, bot: SmallBot, text: str, selected: dict[str, list[str]]
) -> None:
    await api.card(select_card())
    await api.card(vote_card())

    with pytest.raises(CannotTap):
        await api.sandbox.tap("ChenSiyu", text, selected=selected)
    assert bot.messages == []


async def test_a_menu_entry_has_its_own_event_without_selections(api: Api, bot: SmallBot) -> None:
    menu = {"desc": "更多", "action_list": [{"text": "不再提醒", "key": "mute"}]}
    question = {"question_key": "q", "option_list": [{"id": "a", "text": "甲"}]}
    await api.card(button_card(action_menu=menu, button_selection=question))
    await api.sandbox.tap("ChenSiyu", "不再提醒")

    assert (bot.word("Event"), bot.word("EventKey")) == ("template_card_menu_event", "mute")
    assert bot.last.find("SelectedItems") is None
