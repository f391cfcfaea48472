"""What the bot may answer inside the callback, and what of it is shown."""

import xml.etree.ElementTree as ET

import pytest
from aiohttp import web

from sandbox.app import Sandbox
from tests.sandbox.company import button_card
from tests.sandbox.conftest import Api
from tests.sandbox.small_bot import SmallBot, answering, passive


async def test_the_word_success_says_nothing(sandbox: Sandbox, bot: SmallBot) -> None:
    async def success(_bot: SmallBot, _message: ET.Element) -> web.StreamResponse:
        return web.Response(text="success")

    bot.answer = success

    assert (await sandbox.say("ChenSiyu", "好")).problem == ""
    assert sandbox.texts_to("ChenSiyu") == []


async def test_a_passive_text_is_shown_on_that_phone(sandbox: Sandbox, bot: SmallBot) -> None:
    bot.answer = answering(passive("<MsgType>text</MsgType><Content><![CDATA[收到]]></Content>"))
    await sandbox.say("ChenSiyu", "好")

    assert sandbox.texts_to("ChenSiyu") == ["收到"]
    assert [delivery.kind for delivery in sandbox.ledger] == ["passive"]


REFUSED = {
    passive("<MsgType>text</MsgType><Content>好</Content>", to="LinHao"): "ToUserName",
    passive("<MsgType>text</MsgType><Content>好</Content>", sender="ChenSiyu"): "FromUserName",
    passive("<MsgType>markdown</MsgType>"): "markdown",
    passive("<MsgType>update_button</MsgType><Button><ReplaceName>好</ReplaceName></Button>"): "不是点卡片",
    passive("<MsgType>image</MsgType><Image><MediaId>gone</MediaId></Image>"): "MediaId",
    passive("<MsgType>news</MsgType><ArticleCount>2</ArticleCount>"): "条数",
    "<xml>": "XML",
}


@pytest.mark.parametrize(("xml", "why"), REFUSED.items(), ids=list(REFUSED.values()))
async def test_a_wrong_passive_reply_is_not_shown(
    sandbox: Sandbox, bot: SmallBot, xml: str, why: str
) -> None:
    bot.answer = answering(xml)
    outcome = await sandbox.say("ChenSiyu", "好")

    assert why in outcome.problem
    assert sandbox.texts_to("ChenSiyu") == []


@pytest.mark.parametrize("body", ["ok", '"success"', "<xml><Encrypt>AAAA</Encrypt></xml>"])
async def test_an_answer_that_is_no_envelope_is_a_problem(sandbox: Sandbox, bot: SmallBot, body: str) -> None:
    async def odd(_bot: SmallBot, _message: ET.Element) -> web.StreamResponse:
        return web.Response(text=body)

    bot.answer = odd

    assert "无法识别" in (await sandbox.say("ChenSiyu", "好")).problem


async def test_a_passive_update_changes_the_card_of_the_one_who_tapped(api: Api, bot: SmallBot) -> None:
    await api.card(button_card(), "ChenSiyu|LinHao")
    word = "<MsgType>update_button</MsgType><Button><ReplaceName>已跟进</ReplaceName></Button>"
    bot.answer = answering(passive(word))
    await api.sandbox.tap("ChenSiyu", "跟进")

    assert api.sandbox.cards_to("ChenSiyu")[-1].settled == "已跟进"
    assert api.sandbox.cards_to("LinHao")[-1].settled == ""


async def test_a_passive_update_to_a_whole_card_is_checked_like_any_card(api: Api, bot: SmallBot) -> None:
    await api.card(button_card())
    head = "<MsgType>update_template_card</MsgType><TemplateCard><CardType>text_notice</CardType>"
    title = "<MainTitle><Title>已跟进</Title></MainTitle>"
    action = "<CardAction><Type>1</Type><Url>https://example.invalid</Url></CardAction>"
    bot.answer = answering(passive(f"{head}{title}</TemplateCard>"))
    assert "42045" in (await api.sandbox.tap("ChenSiyu", "跟进")).problem
    bot.answer = answering(passive(f"{head}{title}{action}</TemplateCard>"))
    await api.sandbox.tap("ChenSiyu", "跟进")

    assert api.sandbox.cards_to("ChenSiyu")[-1].title == "已跟进"
