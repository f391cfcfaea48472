"""Callback mode: verification, what arrives, the envelope of the answer, tries and repeats."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from wechatpy.work.crypto import WeChatCrypto

from sandbox.aibot.app import running
from sandbox.aibot.bots import Pace
from sandbox.aibot.rig import AibotSandbox
from sandbox.faults import Fault
from sandbox.wecom.callbacks import UrlRefused
from sandbox.wecom.crypto import Seal
from tests.sandbox.aibot_small_bot import BOT, GROUP, Body, SmallAibot, always, small_aibot, stream
from tests.sandbox.company import AES_KEY, TOKEN, small_corp
from tests.sandbox.conftest import RealTime

WORDS = "新线索 徐州恒通 <b>&amp; 👨‍👩‍👧\n第二行"


@pytest.fixture
async def bot() -> AsyncIterator[SmallAibot]:
    async with small_aibot() as bot:
        yield bot


@pytest.fixture
async def sandbox(bot: SmallAibot, real_time: RealTime) -> AsyncIterator[AibotSandbox]:
    pace = Pace(callback=2.0, poll=0.0)
    sandbox = AibotSandbox(BOT, small_corp(), [GROUP], callback_url=bot.url, pace=pace, now=real_time)
    async with running(sandbox):
        yield sandbox


async def test_a_sentence_arrives_word_for_word(
    sandbox: AibotSandbox, bot: SmallAibot, real_time: RealTime
) -> None:
    outcome = await sandbox.say("chensiyu", WORDS)

    assert (outcome.arrived, outcome.tries, outcome.problem) == (True, 1, "")
    response_url = bot.last.pop("response_url")
    msgid = bot.last.pop("msgid")
    assert bot.last == {
        "aibotid": "aib_demo_01",
        "chattype": "single",
        "from": {"userid": "ChenSiyu"},
        "msgtype": "text",
        "text": {"content": WORDS},
    }
    assert response_url.startswith(sandbox.aibot.url + "/cgi-bin/aibot/response?response_code=")
    assert msgid.startswith("CAIQ")
    assert bot.queries[0]["timestamp"] == str(int(real_time.seconds))
    assert json.loads(bot.raw[0]).keys() == {"encrypt"}


async def test_in_a_group_the_name_stands_in_front(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    await sandbox.say("ChenSiyu", "查一下排班", GROUP.chatid)

    assert (bot.last["chattype"], bot.last["chatid"]) == ("group", "wrSALES01")
    assert bot.last["text"] == {"content": "@小二 查一下排班"}
    assert [b.body["content"] for b in sandbox.seen_by("WuGuoqiang")] == ["@小二 查一下排班"]
    assert [(b.side, b.author) for b in sandbox.seen_by("WuGuoqiang")] == [("other", "陈思雨")]


async def test_the_bot_does_not_hear_what_is_said_past_it(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    outcome = await sandbox.say("ChenSiyu", "ok", GROUP.chatid, mention=False)

    assert not outcome.arrived
    assert bot.bodies == []
    assert [b.body["content"] for b in sandbox.seen_by("WuGuoqiang")] == ["ok"]


async def test_a_quote_comes_along_without_an_id(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    await sandbox.say("ChenSiyu", "这个呢", quote="上周排班")

    assert bot.last["quote"] == {"msgtype": "text", "text": {"content": "上周排班"}}


async def test_strangers_and_people_outside_the_group_cannot_speak(sandbox: AibotSandbox) -> None:
    with pytest.raises(LookupError, match="没有这个人"):
        await sandbox.say("NoBody", "好")
    with pytest.raises(LookupError, match="不在这个群"):
        await sandbox.say("LinHao", "好", GROUP.chatid)
    with pytest.raises(LookupError, match="没有这个群"):
        await sandbox.say("LinHao", "好", "wrNONE")


async def test_an_address_is_saved_once_it_has_answered_the_echo(bot: SmallAibot) -> None:
    sandbox = AibotSandbox(BOT, small_corp(), [GROUP])
    async with running(sandbox):
        assert (await sandbox.say("ChenSiyu", "好")).problem == "机器人没有长连接"
        await sandbox.connect(bot.url)
        assert (await sandbox.say("ChenSiyu", "好")).arrived


async def test_a_newline_too_much_fails_the_verification(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    bot.echo_suffix = "\n"

    with pytest.raises(UrlRefused, match="不一致"):
        await sandbox.connect(bot.url)


async def test_a_silent_address_fails_the_verification(sandbox: AibotSandbox) -> None:
    with pytest.raises(UrlRefused, match="没有应答"):
        await sandbox.connect("http://127.0.0.1:9/callback")


@pytest.mark.parametrize(
    "spoiled",
    [
        {"timestamp": "1764000006"},
        {"timestamp": True},
        {"nonce": "1"},
        {"msgsignature": "0" * 40},
        {"msg_signature": "x"},
        {"encrypt": 7},
    ],
    ids=["text time", "boolean time", "own nonce", "signature", "misspelt", "number"],
)
async def test_an_envelope_that_is_not_as_documented_shows_nothing(
    sandbox: AibotSandbox, bot: SmallAibot, spoiled: Body
) -> None:
    bot.answer, bot.spoiled = always(stream("好")), spoiled

    outcome = await sandbox.say("ChenSiyu", "好")

    assert outcome.problem.startswith("被动回复无法识别")
    assert sandbox.texts_to("ChenSiyu") == []


async def test_the_answer_must_be_sealed_for_nobody(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    bot.answer = always(stream("好"))
    bot.crypto = WeChatCrypto(TOKEN, AES_KEY, "")
    await sandbox.say("ChenSiyu", "好")
    assert sandbox.texts_to("ChenSiyu") == ["好"]

    sealed = Seal(TOKEN, AES_KEY, "ww1f2e3d4c5b6a7980").encrypt(json.dumps(stream("坏")))
    bot.spoiled = {"encrypt": sealed}

    assert (await sandbox.say("ChenSiyu", "好")).problem.startswith("被动回复无法识别")


async def test_a_message_without_an_answer_comes_three_times_as_the_same(
    bot: SmallAibot, real_time: RealTime
) -> None:
    released = asyncio.Event()

    async def never(_bot: SmallAibot, _body: Body) -> Body | None:
        await released.wait()
        return None

    bot.answer = never
    sandbox = AibotSandbox(BOT, small_corp(), callback_url=bot.url, pace=Pace(callback=0.1), now=real_time)
    async with running(sandbox):
        outcome = await sandbox.say("ChenSiyu", "好")
        released.set()

    assert (outcome.tries, outcome.problem) == (3, "回调超时")
    assert len(bot.bodies) == 3
    assert len({body["msgid"] for body in bot.bodies}) == 1
    assert len({query["nonce"] for query in bot.queries}) == 3
    assert len({bytes(raw) for raw in bot.raw}) == 3
    assert [b.problem for b in sandbox.seen_by("ChenSiyu")] == ["回调超时"]


async def test_a_lost_answer_brings_the_message_again(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    bot.answer = always(stream("好"))
    sandbox.aibot.faults.add(Fault("lose_callback_answer", "callback/1"))

    outcome = await sandbox.say("ChenSiyu", "好")

    assert (outcome.tries, len(bot.bodies)) == (2, 2)
    assert sandbox.texts_to("ChenSiyu") == ["好"]


async def test_a_repeat_is_to_be_answered_by_the_same_stream(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    names = iter(["a", "b", "c", "c"])

    async def counting(_bot: SmallAibot, _body: Body) -> Body | None:
        return stream("好", name=next(names))

    bot.answer = counting
    sandbox.aibot.faults.add(Fault("callback_twice", "callback", None))

    assert (await sandbox.say("ChenSiyu", "一")).problem == "重复的回调得到了另一个流"
    assert (await sandbox.say("ChenSiyu", "二")).problem == ""
    assert [body["msgid"] for body in bot.bodies[:2]] == [bot.bodies[0]["msgid"]] * 2


async def test_the_last_callback_can_be_sent_again(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    await sandbox.say("ChenSiyu", "好")

    await sandbox.callbacks.redeliver(exact=True)
    await sandbox.callbacks.redeliver()

    assert bot.raw[0] == bot.raw[1] != bot.raw[2]
    assert bot.queries[0] == bot.queries[1] != bot.queries[2]
    assert len({body["msgid"] for body in bot.bodies}) == 1
