"""Behind the phones, over HTTP: what just happened, suggestions, counts, switches, the tour's data."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import pytest

from sandbox.app import Sandbox, Step, running
from tests.sandbox import story
from tests.sandbox.browsing import Clock
from tests.sandbox.company import CORP_ID, button_card, small_corp
from tests.sandbox.conftest import Api
from tests.sandbox.small_bot import SmallBot


@pytest.fixture
async def sandbox(bot: SmallBot) -> AsyncIterator[Sandbox]:
    clock = Clock()
    steps = [Step("说一句话", userid="ChenSiyu", words="你好"), Step("看", look="happened")]
    async with running(
        Sandbox(
            [small_corp(bot.url)],
            read_clock=clock.read,
            move_clock=clock.move,
            explain=story.explain,
            suggest=story.suggest,
            tally=story.tally,
            tour=steps,
        )
    ) as sandbox:
        yield sandbox


@pytest.fixture
def get(sandbox: Sandbox, session: aiohttp.ClientSession) -> "Get":
    return Get(sandbox, session)


class Get:
    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox, self.session = sandbox, session

    async def __call__(self, path: str, **query: str) -> Any:
        async with self.session.get(f"{self.sandbox.url}/sandbox/{path}", params=query) as response:
            return await response.json()

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        async with self.session.post(f"{self.sandbox.url}/sandbox/{path}", json=body) as response:
            return response.status, await response.json()


async def test_a_message_leaves_a_trail(api: Api, get: Get, bot: SmallBot) -> None:
    await api.sandbox.say("ChenSiyu", "你好")
    await api.send("text", {"content": "好"})
    happened = await get("happened", trail="1")

    (tried,) = happened["trail"]["tries"]
    query = bot.queries[-1]
    assert (tried["status"], tried["signature"]) == (200, query["msg_signature"])
    assert tried["size"] == len(bot.bodies[-1])
    assert tried["encrypted"] in bot.bodies[-1].decode()
    assert "<Content><![CDATA[你好]]></Content>" in happened["trail"]["plaintext"]
    assert happened["who"]["name"] == "陈思雨"
    assert happened["explained"]["event"]["key"].endswith(str(bot.word("MsgId")))
    (delivery,) = happened["deliveries"]
    assert (delivery["names"], delivery["title"]) == (["陈思雨"], "好")


async def test_a_card_is_traced_to_what_brought_it(api: Api, get: Get, bot: SmallBot) -> None:
    async def explain(name: str) -> Mapping[str, Any]:
        return {"event": {"key": f"wecom:main:{bot.messages[0].findtext('MsgId')}", "card": ""}}

    await api.sandbox.say("ChenSiyu", "第一句")
    await api.sandbox.say("ChenSiyu", "第二句")
    await api.card(button_card())
    api.sandbox.explain = explain
    happened = await get("happened", trail="2", card="lead-1")

    assert happened["trail"]["words"] == "第一句"


async def test_a_tap_has_a_trail_of_its_own(api: Api, get: Get) -> None:
    await api.card(button_card())
    await api.sandbox.tap("ChenSiyu", "跟进")
    (bubble,) = (await get("talk", userid="ChenSiyu", corp=CORP_ID))["bubbles"]
    happened = await get("happened", trail=str(bubble["trail"]))

    assert (happened["trail"]["kind"], happened["trail"]["words"]) == ("tap", "跟进")


async def test_without_an_explanation_the_platform_tells_its_part(api: Api, get: Get) -> None:
    await api.sandbox.say("ChenSiyu", "你好")
    api.sandbox.explain = None
    happened = await get("happened", trail="1")

    assert (happened["explained"], happened["explains"]) == (None, False)
    assert happened["trail"]["tries"]
    assert "problem" in await get("happened", trail="77")
    assert "problem" in await get("happened", trail="x")


async def test_a_moved_clock_is_a_cause(api: Api, get: Get) -> None:
    await get.post("clock", {"hours": 1})
    await api.send("text", {"content": "逾期"})
    happened = await get("happened", trail="1")

    assert (happened["trail"]["kind"], happened["trail"]["tries"], happened["who"]) == ("clock", [], None)
    assert [row["title"] for row in happened["deliveries"]] == ["逾期"]


async def test_suggestions_come_from_the_bot(get: Get) -> None:
    found = await get("suggest", userid="chensiyu", text="我")
    assert [one["insert"] for one in found] == ["我的任务", "我是ChenSiyu"]
    assert "problem" in await get("suggest", userid="Nobody", text="我")
    get.sandbox.suggest = None
    assert await get("suggest", userid="ChenSiyu", text="我") == []


async def test_repeats_are_counted_and_nothing_is_doubled(api: Api, get: Get) -> None:
    await api.sandbox.say("ChenSiyu", "你好")
    for _ in range(2):
        await api.card(button_card())
        await api.send("text", {"content": "好"}, enable_duplicate_check=1)
    tally = await get("tally")

    assert (tally["delivered"], tally["cards"], tally["task_ids"]) == (2, 1, 1)
    assert (tally["repeats"], tally["doubled"], tally["gestures"], tally["posts"]) == (2, 0, 1, 1)
    assert tally["bot"] == await story.tally()
    await api.send("text", {"content": "好"})
    assert (await get("tally"))["doubled"] == 1


@pytest.mark.parametrize(
    ("name", "codes", "sent"),
    [
        ("http", [503, 503], 0),
        ("rate", [45009, 0], 1),
        ("token", [42001, 42001], 0),  # Nobody has fetched a new one in between.
        ("answer", [None, 0], 1),
    ],
)
async def test_a_switch_stays_on_until_it_is_flipped(
    api: Api, get: Get, name: str, codes: list[int | None], sent: int
) -> None:
    status, answer = await get.post("switch", {"name": name, "on": True})
    assert status == 200
    assert [one["name"] for one in answer["switches"] if one["on"]] == [name]

    assert [await code_of(api) for _ in codes] == codes
    assert len(api.sandbox.ledger.sent()) == sent
    _, answer = await get.post("switch", {"name": name, "on": False})
    assert answer["faults"] == []
    await api.sign_in()
    assert await code_of(api) == 0


async def code_of(api: Api) -> int | None:
    """The errcode of a send, the HTTP status of a failure, None where no answer came."""
    message = {"touser": "ChenSiyu", "msgtype": "text", "agentid": 1000002, "text": {"content": "好"}}
    url = f"{api.sandbox.api_base}/message/send"
    body = {**message, "enable_duplicate_check": 1}
    try:
        async with api.session.post(url, params={"access_token": api.token}, json=body) as response:
            return int((await response.json())["errcode"]) if response.status == 200 else response.status
    except aiohttp.ClientError:
        return None


@pytest.mark.parametrize("name", ["twice", "callback"])
async def test_a_callback_comes_twice_and_is_one_message(
    api: Api, get: Get, bot: SmallBot, name: str
) -> None:
    await get.post("switch", {"name": name, "on": True})
    outcome = await api.sandbox.say("ChenSiyu", "你好")

    assert outcome.arrived
    assert len(bot.messages) == 2
    assert len({message.findtext("MsgId") for message in bot.messages}) == 1
    assert len((await get("happened", trail="1"))["trail"]["tries"]) == 2


async def test_an_unknown_switch_is_refused(get: Get) -> None:
    assert (await get.post("switch", {"name": "earthquake", "on": True}))[0] == 404
    assert (await get.post("switch", {"name": "http"}))[0] == 400


async def test_the_tour_is_told_with_its_conversations(get: Get) -> None:
    state = await get("state")
    first, second = state["tour"]
    assert (first["words"], first["corp"], first["en"]) == ("你好", CORP_ID, "说一句话")
    assert (second["look"], second["userid"]) == ("happened", "")
    assert state["places"][0]["label"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"zh": ""},
        {"zh": "两件事", "userid": "A", "words": "a", "button": "b"},
        {"zh": "没有人", "words": "a"},
        {"zh": "往回拨", "clock": {"hours": -1}},
    ],
    ids=str,
)
def test_a_step_that_cannot_be_done_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Step(**wrong)


async def test_a_step_of_somebody_unknown_stops_the_start() -> None:
    sandbox = Sandbox([small_corp()], tour=[Step("谁", userid="Nobody", words="你好")])
    with pytest.raises(LookupError, match="Nobody"):
        async with running(sandbox):
            pass
