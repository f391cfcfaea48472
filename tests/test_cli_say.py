"""`xiaoer say`: the same handlers, in a terminal, also beside a running bot."""

import asyncio
import base64
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.speaking import Terminal
from storage.ledger import outbox
from tests.cli_case import AT, Desk, filled
from tests.conversation import company

LEAD = "新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机 预算一百二十万左右"


@pytest.fixture(params=["sqlite", "postgresql"])
def on(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    server = request.getfixturevalue("durable_postgres") if request.param == "postgresql" else None
    with filled(tmp_path, server) as made:
        monkeypatch.chdir(tmp_path)  # without a file beside it, notes of what is in hand go to ./data
        yield made


def test_a_sentence_becomes_a_lead_and_a_card(on: Desk) -> None:
    told = on("say", LEAD, "--as", "陈思雨", "--json")

    (message,) = told.json["messages"]
    fields = {field["label"]: field["value"] for field in message["card"]["fields"]}
    assert told.status == 0
    assert message["to"] == "陈思雨"
    assert "L-20961" in message["card"]["title"]
    assert "L-20961" in message["text"]
    assert "徐州恒通路桥" in fields["公司"]
    assert {"撤销"} <= {button["text"] for button in message["card"]["buttons"]}


def test_a_tap_on_its_button_takes_effect(on: Desk) -> None:
    (message,) = on("say", LEAD, "--as", "陈思雨", "--json").json["messages"]
    code = next(button["code"] for button in message["card"]["buttons"] if button["text"] == "撤销")

    told = on("say", "--tap", code, "--as", "陈思雨", "--json")

    assert told.status == 0
    assert told.json["messages"]
    assert "L-20961" not in on("say", "我的线索", "--as", "陈思雨").out


def test_a_forged_button_is_refused(on: Desk) -> None:
    (message,) = on("say", LEAD, "--as", "陈思雨", "--json").json["messages"]
    code = message["card"]["buttons"][0]["code"]
    forged = ("B" if code[0] == "A" else "A") + code[1:]
    made_up = base64.urlsafe_b64encode(b"\0" * 40).decode().rstrip("=")

    told = [on("say", "--tap", wrong, "--as", "陈思雨") for wrong in (forged, made_up, "x")]

    assert [one.status for one in told] == [1, 1, 1]
    assert all("say" in one.err for one in told)


def test_the_card_is_drawn_for_the_eye(on: Desk) -> None:
    told = on("say", LEAD, "--as", "陈思雨")

    assert "L-20961" in told.out
    assert "【撤销】" in told.out
    assert "--tap " in told.out


def test_what_somebody_typed_cannot_colour_the_terminal(on: Desk) -> None:
    told = on("say", "新线索 [bold]红\x1b[31m公司 13812345678", "--as", "陈思雨")

    assert "\x1b[31m" not in told.out
    assert told.status == 0


def test_an_outsider_hears_what_outsiders_hear(on: Desk) -> None:
    told = on("say", "我的线索", "--as", "路人甲", "--json")

    (message,) = told.json["messages"]
    assert told.status == 0
    assert message["to"] == "路人甲"
    assert "通讯录" in message["text"]


@pytest.mark.parametrize(
    "words",
    [
        ("你好",),
        ("--as", "陈思雨"),
        ("你好", "--tap", "x", "--as", "陈思雨"),
        ("你好", "--as", "陈思雨", "--at", "x"),
    ],
)
def test_half_an_order_is_a_wrong_argument(on: Desk, words: tuple[str, ...]) -> None:
    assert on("say", *words).status == 2


def test_a_shared_name_must_say_whose(on: Desk) -> None:
    told = on("say", "帮助", "--as", "张伟")

    assert told.status == 1
    assert "张伟@ZJ-HB" in told.err


async def test_beside_a_running_bot_the_answer_stays_here_and_others_are_told_there(tmp_path: Path) -> None:
    with filled(tmp_path) as on:
        async with company(on.url) as bot:
            told = await asyncio.to_thread(
                on, "say", "提醒罗斌明天上午十点给恒通打电话", "--as", "吴国强", "--json", "--at", AT
            )
            await bot.settle()
            chief, colleague = bot.person("WuGuoqiang").reads(), bot.person("LuoBin").reads()
            rows = await bot.rows(select(outbox.c.kind, outbox.c.state))

    assert [message["to"] for message in told.json["messages"]] == ["吴国强", "罗斌"]
    assert chief == ""
    assert "给恒通打电话" in colleague
    assert sorted((row.kind, row.state) for row in rows) == [("push", "sent"), ("reply", "sent")]


async def test_a_bot_that_delivers_before_we_have_drawn_leaves_the_answer_to_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, draw = asyncio.get_running_loop(), Terminal._drawn
    with filled(tmp_path) as on:
        async with company(on.url) as bot:

            def slowly(self: Terminal, cause: str, at: datetime) -> Any:
                asyncio.run_coroutine_threadsafe(bot.settle(), loop).result(10)
                return draw(self, cause, at)

            monkeypatch.setattr(Terminal, "_drawn", slowly)
            told = await asyncio.to_thread(on, "say", LEAD, "--as", "陈思雨", "--json", "--at", AT)
            await bot.settle()
            phone = bot.person("ChenSiyu").reads()

    assert "L-20961" in told.json["messages"][0]["text"]
    assert phone == ""
