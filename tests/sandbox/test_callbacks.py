"""Callbacks as an outside library reads them: sealed, signed, tried three times, answered passively."""

import json
import xml.etree.ElementTree as ET

import pytest
from aiohttp import web

from sandbox.app import Sandbox, running
from sandbox.faults import Fault
from sandbox.wecom.callbacks import UrlRefused
from tests.sandbox.company import (
    AGENT_ID,
    CORP_ID,
    button_card,
    small_corp,
)
from tests.sandbox.conftest import Api, RealTime
from tests.sandbox.small_bot import Never, SmallBot

WORDS = "新线索 徐州恒通 ]]> <b>&amp; 👨‍👩‍👧\n第二行"


async def test_a_sentence_arrives_word_for_word(sandbox: Sandbox, bot: SmallBot, real_time: RealTime) -> None:
    outcome = await sandbox.say("chensiyu", WORDS)

    assert (outcome.arrived, outcome.tries) == (True, 1)
    assert bot.word("Content") == WORDS
    assert bot.word("FromUserName") == "ChenSiyu"
    assert bot.word("ToUserName") == CORP_ID
    assert bot.word("AgentID") == str(AGENT_ID)
    assert bot.word("CreateTime") == bot.queries[0]["timestamp"] == str(int(real_time.seconds))
    assert 2**53 < int(bot.word("MsgId") or 0) < 2**63


async def test_every_message_has_its_own_number(sandbox: Sandbox, bot: SmallBot) -> None:
    for _ in range(3):
        await sandbox.say("ChenSiyu", "好")

    assert len({message.findtext("MsgId") for message in bot.messages}) == 3


async def test_the_envelope_names_corp_and_app(sandbox: Sandbox, bot: SmallBot) -> None:
    await sandbox.say("ChenSiyu", "好")

    envelope = ET.fromstring(bot.bodies[0])
    assert [child.tag for child in envelope] == ["ToUserName", "AgentID", "Encrypt"]
    assert (envelope.findtext("ToUserName"), envelope.findtext("AgentID")) == (CORP_ID, str(AGENT_ID))


async def test_the_other_kinds_of_message_arrive(sandbox: Sandbox, bot: SmallBot) -> None:
    chat = sandbox.chat("ChenSiyu")

    await sandbox.send_location(chat, 34.26, 117.18, "徐州市云龙区")
    assert (bot.word("MsgType"), bot.word("Location_X"), bot.word("Label")) == (
        "location",
        "34.26",
        "徐州市云龙区",
    )
    await sandbox.send_medium(chat, "image", "a.png", b"\x89PNG\r\n\x1a\n....")
    assert bot.word("MsgType") == "image"
    assert (bot.word("PicUrl") or "").startswith(f"{sandbox.url}/sandbox/media/")
    await sandbox.send_medium(chat, "voice", "a.amr", b"#!AMR\n....")
    assert (bot.word("MsgType"), bot.word("Format")) == ("voice", "amr")
    await sandbox.send_medium(chat, "file", "名单.xlsx", b"PK........")
    assert (bot.word("MsgType"), bot.word("FileName")) == ("file", "名单.xlsx")
    await sandbox.send_link(chat, "标题", "说明", "https://example.invalid")
    assert (bot.word("MsgType"), bot.word("Title")) == ("link", "标题")
    await sandbox.enter("ChenSiyu")
    assert (bot.word("Event"), bot.word("EventKey"), bot.word("MsgId")) == ("enter_agent", "", None)
    kinds = [bubble.kind for bubble in sandbox.wecom.talks.of(chat)]
    assert kinds == ["location", "image", "voice", "file", "link"]


async def test_a_url_is_saved_once_it_has_answered_the_echo(bot: SmallBot) -> None:
    async with running(Sandbox([small_corp("")])) as sandbox:
        assert not (await sandbox.say("ChenSiyu", "好")).arrived
        await sandbox.connect(bot.url)
        assert (await sandbox.say("ChenSiyu", "好")).arrived


async def test_a_newline_too_much_fails_the_verification(sandbox: Sandbox, bot: SmallBot) -> None:
    bot.echo_suffix = "\n"

    with pytest.raises(UrlRefused, match="不一致"):
        await sandbox.connect(bot.url)


async def test_a_silent_url_fails_the_verification(sandbox: Sandbox) -> None:
    with pytest.raises(UrlRefused, match="没有应答"):
        await sandbox.connect("http://127.0.0.1:9/callback/wecom/main")


async def test_a_silent_bot_is_tried_three_times_with_new_bytes(bot: SmallBot) -> None:
    never = Never()
    bot.answer = never
    async with running(Sandbox([small_corp(bot.url)], callback_timeout=0.2)) as sandbox:
        outcome = await sandbox.say("ChenSiyu", "好")
    never.released.set()

    assert (outcome.tries, outcome.status, outcome.arrived) == (3, None, False)
    assert len({message.findtext("MsgId") for message in bot.messages}) == 1
    assert len({query["msg_signature"] for query in bot.queries}) == len(bot.queries) == 3
    assert len({query["nonce"] for query in bot.queries}) == 3
    assert len(set(bot.bodies)) == 3


async def test_an_error_status_is_not_repeated_but_shown(sandbox: Sandbox, bot: SmallBot) -> None:
    async def broken(_bot: SmallBot, _message: ET.Element) -> web.StreamResponse:
        return web.Response(status=500)

    bot.answer = broken
    outcome = await sandbox.say("ChenSiyu", "好")

    (bubble,) = sandbox.wecom.talks.of(sandbox.chat("ChenSiyu"))
    assert (outcome.tries, outcome.status, len(bot.messages)) == (1, 500, 1)
    assert "500" in bubble.problem


async def test_nobody_at_the_address_is_tried_three_times(sandbox: Sandbox) -> None:
    sandbox.wecom.callback_urls[CORP_ID, AGENT_ID] = "http://127.0.0.1:9/"

    assert (await sandbox.say("ChenSiyu", "好")).tries == 3


async def test_a_lost_answer_brings_the_same_message_again(sandbox: Sandbox, bot: SmallBot) -> None:
    sandbox.wecom.faults.add(Fault("lose_callback_answer"))
    outcome = await sandbox.say("ChenSiyu", "好")

    assert (outcome.tries, outcome.arrived, len(bot.messages)) == (2, True, 2)
    assert len({message.findtext("MsgId") for message in bot.messages}) == 1


async def test_redelivery_is_sealed_anew_or_the_same_bytes(sandbox: Sandbox, bot: SmallBot) -> None:
    await sandbox.say("ChenSiyu", "好")
    await sandbox.redeliver()
    await sandbox.redeliver(exact=True)

    assert [message.findtext("Content") for message in bot.messages] == ["好"] * 3
    assert bot.bodies[0] != bot.bodies[1] == bot.bodies[2]
    assert bot.queries[1] == bot.queries[2]


async def test_one_can_wait_for_what_comes_later(api: Api, bot: SmallBot) -> None:
    async def later(_bot: SmallBot, _message: ET.Element) -> web.StreamResponse:
        await api.send("text", {"content": "稍后的回答"})
        return web.Response()

    bot.answer = later
    await api.sandbox.say("ChenSiyu", "好")

    assert await api.sandbox.until(lambda: api.sandbox.texts_to("ChenSiyu")) == ["稍后的回答"]
    with pytest.raises(TimeoutError):
        await api.sandbox.until(lambda: api.sandbox.texts_to("LinHao"), seconds=0.01)


async def test_the_journal_never_holds_a_secret(api: Api, bot: SmallBot) -> None:
    await api.card(button_card())
    await api.sandbox.tap("ChenSiyu", "跟进")

    told = json.dumps([[e.words, dict(e.detail)] for e in api.sandbox.wecom.journal.entries])
    app = small_corp().apps[0]
    assert "message/send" in told
    for secret in (api.token, app.secret, app.token, app.aes_key, "msg_signature"):
        assert secret not in told
    assert app.secret not in repr(app)
