"""Active replies by response_url: one call, one hour, markdown anywhere and cards in private."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.aibot.app import running
from sandbox.aibot.bots import Pace
from sandbox.aibot.rig import AibotSandbox
from sandbox.faults import Fault
from tests.sandbox.aibot_small_bot import BOT, GROUP, Body, SmallAibot, small_aibot
from tests.sandbox.company import (
    button_card,
    news_notice,
    select_card,
    small_corp,
    text_notice,
    vote_card,
)
from tests.sandbox.conftest import RealTime


@pytest.fixture
async def bot() -> AsyncIterator[SmallAibot]:
    async with small_aibot() as bot:
        yield bot


@pytest.fixture
async def sandbox(bot: SmallAibot, real_time: RealTime) -> AsyncIterator[AibotSandbox]:
    sandbox = AibotSandbox(
        BOT, small_corp(), [GROUP], callback_url=bot.url, pace=Pace(poll=0.0), now=real_time
    )
    async with running(sandbox):
        yield sandbox


class Speaker:
    """Posts to addresses as the bot got them."""

    def __init__(self, session: aiohttp.ClientSession, sandbox: AibotSandbox, bot: SmallAibot) -> None:
        self.session, self.sandbox, self.bot = session, sandbox, bot

    async def heard(self, group: str = "") -> str:
        """The address that comes with somebody's sentence."""
        await self.sandbox.say("ChenSiyu", "好", group)
        return str(self.bot.last["response_url"])

    async def post(self, url: str, body: Any) -> int:
        data = body if isinstance(body, bytes) else None
        json = None if isinstance(body, bytes) else body
        async with self.session.post(url, data=data, json=json) as response:
            assert response.status == 200
            return int((await response.json())["errcode"])

    async def card(self, url: str, card: Body) -> int:
        return await self.post(url, {"msgtype": "template_card", "template_card": card})


@pytest.fixture
def speaker(session: aiohttp.ClientSession, sandbox: AibotSandbox, bot: SmallAibot) -> Speaker:
    return Speaker(session, sandbox, bot)


def markdown(words: str, **more: Any) -> Body:
    return {"msgtype": "markdown", "markdown": {"content": words, **more}}


async def test_an_address_serves_once(speaker: Speaker, sandbox: AibotSandbox) -> None:
    url = await speaker.heard(GROUP.chatid)

    assert await speaker.post(url, markdown("**好**", feedback={"id": "fb-1"})) == 0
    assert await speaker.post(url, markdown("再来")) == 60140
    for userid in GROUP.members:
        assert sandbox.texts_in(GROUP.chatid, userid) == ["**好**"]
    assert sandbox.texts_to("ChenSiyu") == []


async def test_an_address_lives_for_an_hour(speaker: Speaker, real_time: RealTime) -> None:
    first, second = await speaker.heard(), await speaker.heard()

    real_time.seconds += 3599
    assert await speaker.post(first, markdown("好")) == 0
    real_time.seconds += 1
    assert await speaker.post(second, markdown("好")) == 60140


async def test_a_made_up_address_is_refused(speaker: Speaker) -> None:
    url = (await speaker.heard()).replace("=RC", "=RCx")

    assert await speaker.post(url, markdown("好")) == 60140


async def test_sizes_count_in_bytes(speaker: Speaker, sandbox: AibotSandbox) -> None:
    url = await speaker.heard()

    assert await speaker.post(url, markdown("好" * 6827)) == 40058
    assert await speaker.post(url, markdown("好" * 6826 + "ab")) == 0
    assert sandbox.texts_to("ChenSiyu") == ["好" * 6826 + "ab"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", 40035),
        (b"[]", 40035),
        ({"msgtype": "text", "text": {"content": "好"}}, 40008),
        ({"msgtype": "stream", "stream": {"id": "a", "finish": True, "content": "好"}}, 40008),
        ({"response_type": "update_template_card", "template_card": button_card()}, 40008),
        ({"msgtype": "markdown"}, 40063),
        (markdown(""), 44004),
        (markdown("好", feedback={"id": "f" * 257}), 40058),
    ],
    ids=["broken", "a list", "text", "stream", "update", "no content", "empty", "feedback"],
)
async def test_a_refusal_does_not_use_the_address_up(speaker: Speaker, body: Any, code: int) -> None:
    url = await speaker.heard()

    assert await speaker.post(url, body) == code
    assert await speaker.post(url, markdown("好")) == 0


@pytest.mark.parametrize(
    "card",
    [button_card(), vote_card(), select_card(), text_notice(), news_notice()],
    ids=lambda card: str(card["card_type"]),
)
async def test_cards_go_to_private_chats_alone(speaker: Speaker, sandbox: AibotSandbox, card: Body) -> None:
    assert await speaker.card(await speaker.heard(), card) == 0
    assert await speaker.card(await speaker.heard(GROUP.chatid), card) == 40008
    assert [shown.bubble.body for shown in sandbox.cards_to("ChenSiyu")] == [card]


@pytest.mark.parametrize(
    ("card", "code"),
    [
        (button_card(task_id=""), 42014),
        (button_card(task_id="a b"), 42014),
        (button_card(task_id="a" * 129), 42014),
        (button_card(button_list=[]), 40058),
        (button_card(button_list=[{"text": "看", "type": 1, "url": "https://example.invalid"}]), 40058),
        (button_card(button_list=[{"text": "看", "key": "k" * 1025}]), 42039),
        (text_notice(card_action={"type": 0}), 42045),
        (text_notice(horizontal_content_list=[{"keyname": "文件", "type": 2, "media_id": "m"}]), 40058),
        (text_notice(horizontal_content_list=[{"keyname": "行"}] * 7), 42035),
        (text_notice(jump_list=[{"title": "问", "type": 3, "question": "问" * 67}]), 40058),
        (text_notice(jump_list=[{"title": "问", "type": 3}]), 40058),
        (text_notice(feedback={"id": "f" * 257}), 40058),
        (vote_card(submit_button={"text": "投票"}), 42046),
        (select_card(select_list=[]), 42047),
        ({"card_type": "other"}, 42031),
    ],
)
async def test_a_card_that_wecom_would_refuse_is_refused(speaker: Speaker, card: Body, code: int) -> None:
    assert await speaker.card(await speaker.heard(), card) == code


async def test_a_smart_reply_is_a_link_of_smart_bots(speaker: Speaker, sandbox: AibotSandbox) -> None:
    jumps = [{"title": "我的线索", "type": 3, "question": "我的线索有哪些"}]

    assert await speaker.card(await speaker.heard(), text_notice(jump_list=jumps)) == 0
    assert sandbox.cards_to("ChenSiyu")[-1].bubble.body["jump_list"] == jumps


async def test_thirty_a_minute_in_one_conversation(
    speaker: Speaker, sandbox: AibotSandbox, real_time: RealTime
) -> None:
    urls = [await speaker.heard() for _ in range(32)]

    codes = [await speaker.post(url, markdown("好")) for url in urls[:31]]
    assert codes == [0] * 30 + [45009]
    assert await speaker.post(await speaker.heard(GROUP.chatid), markdown("好")) == 0
    real_time.seconds += 60
    assert await speaker.post(urls[31], markdown("好")) == 0
    assert len(sandbox.texts_to("ChenSiyu")) == 31


async def test_troubles_can_be_switched_on(speaker: Speaker, sandbox: AibotSandbox) -> None:
    url = await speaker.heard()
    sandbox.aibot.faults.add(Fault("errcode", "aibot/response", code=-1))
    assert await speaker.post(url, markdown("好")) == -1

    sandbox.aibot.faults.add(Fault("lose_answer", "aibot/response"))
    with pytest.raises(aiohttp.ClientError):
        await speaker.post(url, markdown("好"))
    assert await speaker.post(url, markdown("好")) == 60140
    assert sandbox.texts_to("ChenSiyu") == ["好"]
