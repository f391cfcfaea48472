"""Smart bots and webhook robots under the address of the pretend WeCom, on the same phones."""

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from sandbox import groups
from sandbox.aibot.app import add_routes
from sandbox.aibot.phones import Phones
from sandbox.aibot.rig import AibotSandbox
from sandbox.app import application
from sandbox.groups import Robot, Robots
from sandbox.rig import Sandbox, real_time
from tests.sandbox.aibot_line import dialled
from tests.sandbox.aibot_small_bot import BOT, GROUP, always, small_aibot, stream
from tests.sandbox.company import small_corp


@pytest.fixture
async def sandbox() -> Sandbox:
    return Sandbox([small_corp()])


def together(sandbox: Sandbox, url: str = "") -> tuple[AibotSandbox, Robots]:
    """A bot and a robot that share the journal, the troubles and the phones of the app's sandbox."""
    wecom = sandbox.wecom
    phones = Phones([GROUP], wecom.journal, wecom.talks)
    bot = AibotSandbox(
        BOT, small_corp(), callback_url=url, journal=wecom.journal, faults=wecom.faults, shared_phones=phones
    )
    robots = Robots([Robot("k1", GROUP.chatid)], phones, read_clock=real_time, journal=wecom.journal)
    return bot, robots


async def test_all_doors_are_open_under_one_address(sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
    async with small_aibot() as small:
        bot, robots = together(sandbox, small.url)
        app = application(sandbox)
        add_routes(app, [bot])
        groups.add_routes(app, robots)
        async with TestServer(app) as server:
            bot.aibot.url = str(server.make_url("")).rstrip("/")
            small.answer = always(stream("私下"))
            await bot.say("ChenSiyu", "好")
            active = {"msgtype": "markdown", "markdown": {"content": "稍后"}}
            async with session.post(small.last["response_url"], json=active) as response:
                assert (await response.json())["errcode"] == 0
            pushed = {"msgtype": "text", "text": {"content": "日报"}}
            async with session.post(f"{bot.aibot.url}/cgi-bin/webhook/send?key=k1", json=pushed) as response:
                assert (await response.json())["errcode"] == 0

    assert bot.texts_to("ChenSiyu") == ["私下", "稍后"]
    assert bot.texts_in(GROUP.chatid, "WuGuoqiang") == ["日报"]
    assert len(sandbox.wecom.talks.with_person("ChenSiyu")) == 4
    assert sandbox.wecom.talks.of(sandbox.chat("ChenSiyu")) == []


async def test_two_bots_share_the_door_of_the_long_connection(
    sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    first, _ = together(sandbox)
    other_bot = type(BOT)("aib_demo_02", "公告", secret="other-secret")
    second = AibotSandbox(other_bot, small_corp(), [GROUP], journal=sandbox.wecom.journal)
    app = application(sandbox)
    add_routes(app, [first, second])
    async with TestServer(app) as server:
        first.aibot.url = second.aibot.url = str(server.make_url("")).rstrip("/")
        async with dialled(session, first.ws_base) as one, dialled(session, second.ws_base) as two:
            assert await one.subscribe() == 0
            assert await two.subscribe(BOT.secret, "aib_demo_02") == 40001
            assert await two.subscribe("other-secret", "aib_demo_02") == 0
            await first.say("ChenSiyu", "一")
            await second.say("ChenSiyu", "二")
            assert (await one.push())["body"]["text"] == {"content": "一"}
            assert (await two.push())["body"]["aibotid"] == "aib_demo_02"
