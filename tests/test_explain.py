"""What just happened: from one message to what was understood, written and said."""

from pathlib import Path
from typing import Any

import pytest

from bot.explain import explainer
from tests.conversation import company, store

LEAD = "新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机 预算一百二十万左右"


async def test_a_message_is_explained_by_the_number_wecom_gave_it(tmp_path: Path) -> None:
    with store("sqlite", tmp_path, None) as url:
        async with company(url) as bot:
            chen = bot.person("ChenSiyu")
            await chen.says(LEAD)
            spoken = bot.sandbox.wecom.talks.with_person("ChenSiyu")[0].msgid
            told: dict[str, Any] = dict(await explainer(bot.service)(spoken))

    (change,) = (one for one in told["changes"] if one["noun"] == "lead")
    (message,) = told["messages"]
    assert told["event"]["text"] == LEAD
    assert told["event"]["person"] == "陈思雨"
    assert told["understood"]["intent"] == told["outcome"]["intent"] == "lead.create"
    assert told["understood"]["slots"]["customer"] == "徐州恒通路桥"
    assert told["rights"]["roles"] == [{"role": "sales", "unit": "华东销售部", "rows": "own"}]
    assert (change["code"], change["what"]) == ("L-20961", "created")
    assert change["fields"]["phone"] == [None, "138****5678"]
    assert (message["to"], message["state"]) == ("陈思雨", "sent")
    assert message["queued_at"] <= message["sent_at"]


async def test_a_card_is_explained_by_its_newest_tap_else_by_what_brought_it(tmp_path: Path) -> None:
    with store("sqlite", tmp_path, None) as url:
        async with company(url) as bot:
            chen, explain = bot.person("ChenSiyu"), explainer(bot.service)
            await chen.says(LEAD)
            card = chen.card
            brought: dict[str, Any] = dict(await explain(card.bubble.msgid))
            await chen.taps("撤销")
            tapped: dict[str, Any] = dict(await explain(card.task_id))

    assert brought["event"]["text"] == LEAD
    assert tapped["event"]["kind"] == "tap"
    assert tapped["outcome"]["intent"].startswith("tap:")


async def test_a_refusal_is_explained_too(tmp_path: Path) -> None:
    with store("sqlite", tmp_path, None) as url:
        async with company(url) as bot:
            await bot.person("DengLi").says(LEAD)
            spoken = bot.sandbox.wecom.talks.with_person("DengLi")[0].msgid
            told: dict[str, Any] = dict(await explainer(bot.service)(spoken))

    assert told["outcome"]["refused"] == "NotAllowed"
    assert [change["noun"] for change in told["changes"]] == [""]


async def test_what_nobody_knows_is_not_found(tmp_path: Path) -> None:
    with store("sqlite", tmp_path, None) as url:
        async with company(url) as bot:
            with pytest.raises(LookupError):
                await explainer(bot.service)("%")
