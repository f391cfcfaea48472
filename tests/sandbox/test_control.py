"""The control API: for the own page on the own machine, and for nobody else."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from sandbox.app import Sandbox, running
from sandbox.clock import Target
from tests.sandbox.company import AGENT_ID, CORP_ID, SECRET, button_card, select_card, small_corp
from tests.sandbox.conftest import Api
from tests.sandbox.small_bot import SmallBot

START = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai, a Wednesday


class BusinessClock:
    """A clock that belongs to somebody else than the sandbox."""

    def __init__(self) -> None:
        self.now = START
        self.moves: list[Target] = []

    async def read(self) -> datetime:
        return self.now

    async def move(self, target: Target) -> None:
        self.moves.append(target)
        self.now = target if isinstance(target, datetime) else self.now + timedelta(hours=22)


async def explain(key: str) -> Mapping[str, Any]:
    if key == "unknown":
        raise LookupError(key)
    return {"steps": [key]}


@pytest.fixture
def clock() -> BusinessClock:
    return BusinessClock()


@pytest.fixture
async def sandbox(bot: SmallBot, clock: BusinessClock) -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(
        [small_corp(bot.url)],
        read_clock=clock.read,
        move_clock=clock.move,
        explain=explain,
        phones=["LinHao", "Nobody", "ChenSiyu"],
    )
    async with running(sandbox):
        yield sandbox


class Page:
    """What the browser page does, without a browser."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox, self.session = sandbox, session

    async def get(self, path: str, **headers: str) -> tuple[int, Any]:
        async with self.session.get(f"{self.sandbox.url}{path}", headers=headers) as response:
            return response.status, await response.json()

    async def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        async with self.session.post(f"{self.sandbox.url}{path}", json=body, headers=headers) as response:
            return response.status, await response.json()


@pytest.fixture
def page(sandbox: Sandbox, session: aiohttp.ClientSession) -> Page:
    return Page(sandbox, session)


async def test_the_state_tells_people_phones_clock_and_connections(page: Page) -> None:
    status, state = await page.get("/sandbox/state")

    lin = next(p for p in state["people"] if p["userid"] == "LinHao" and p["agent"] == AGENT_ID)
    assert status == 200
    assert (lin["name"], lin["unit"], lin["role"]) == ("林浩", "华南销售部", "经理")
    assert [phone["userid"] for phone in state["phones"]] == ["LinHao", "ChenSiyu"]
    assert state["clock"] == {"now": "2026-11-18T10:00:00+08:00", "zone": "Asia/Shanghai"}
    assert [c["connected"] for c in state["connections"]] == [True, False]
    assert state["explain"] is True
    assert SECRET not in json.dumps(state)


async def test_a_person_speaks_and_the_talk_is_kept(page: Page, bot: SmallBot) -> None:
    said = {"corp": CORP_ID, "agent": AGENT_ID, "userid": "ChenSiyu", "type": "text", "content": "你好"}
    status, outcome = await page.post("/sandbox/say", said)
    _, talk = await page.get(f"/sandbox/talk?userid=ChenSiyu&corp={CORP_ID}&agent={AGENT_ID}")

    assert (status, outcome["arrived"], outcome["tries"]) == (200, True, 1)
    assert bot.word("Content") == "你好"
    (bubble,) = talk["bubbles"]
    assert (bubble["side"], bubble["body"]) == ("person", {"content": "你好"})
    assert bubble["at"] == START.isoformat()


async def test_the_other_gestures_have_their_types(page: Page, bot: SmallBot) -> None:
    place = {"type": "location", "latitude": 34.2, "longitude": 117.1, "label": "徐州"}
    link = {"type": "link", "title": "标题", "url": "https://example.invalid"}
    file = {"type": "file", "name": "a.txt", "data": "cGxhaW4gd29yZHM="}
    for said in (place, link, file, {"type": "enter"}):
        status, _ = await page.post("/sandbox/say", {"userid": "ChenSiyu", **said})
        assert status == 200

    assert [m.findtext("MsgType") for m in bot.messages] == ["location", "link", "file", "event"]
    media_id = bot.messages[2].findtext("MediaId")
    async with page.session.get(f"{page.sandbox.url}/sandbox/media/{media_id}") as response:
        assert await response.read() == b"plain words"
        assert response.headers["Content-Disposition"].startswith("attachment")


async def test_a_tap_goes_through_with_its_selection(page: Page, bot: SmallBot) -> None:
    api = await Api(page.sandbox, page.session).sign_in()
    await api.card(select_card())
    tap = {"userid": "ChenSiyu", "task_id": "select-1", "key": "sch_ok", "selected": {"day": ["mon"]}}
    status, _ = await page.post("/sandbox/tap", tap)

    assert status == 200
    assert [option.text for option in bot.last.iter("OptionId")] == ["mon", "am"]


async def test_a_tap_on_a_settled_card_is_a_conflict(page: Page, bot: SmallBot) -> None:
    api = await Api(page.sandbox, page.session).sign_in()
    sent = await api.card(button_card())
    await api.update(str(sent["response_code"]), atall=1, button={"replace_name": "已跟进"})
    status, answer = await page.post(
        "/sandbox/tap", {"userid": "ChenSiyu", "task_id": "lead-1", "key": "follow"}
    )

    assert (status, answer) == (409, {"problem": "按钮已变灰：已跟进"})
    assert bot.messages == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/sandbox/say", {"userid": "Nobody", "type": "text", "content": "好"}, 404),
        ("/sandbox/say", {"userid": "ChenSiyu", "type": "text", "content": ""}, 400),
        ("/sandbox/say", {"userid": "ChenSiyu", "type": "shout", "content": "好"}, 400),
        (
            "/sandbox/say",
            {"userid": "ChenSiyu", "type": "image", "name": "a", "data": "cGxhaW4gd29yZHM="},
            400,
        ),
        ("/sandbox/say", {"userid": "ChenSiyu", "type": "text", "content": "好", "as": "root"}, 400),
        ("/sandbox/say", [], 400),
        ("/sandbox/tap", {"userid": "ChenSiyu", "task_id": "none", "key": "k"}, 404),
        ("/sandbox/clock", {}, 400),
        ("/sandbox/clock", {"hours": 1, "days": 1}, 400),
        ("/sandbox/clock", {"hours": -1}, 400),
        ("/sandbox/clock", {"at": "2026-11-17T10:00:00+08:00"}, 400),
        ("/sandbox/clock", {"at": "2026-11-19T10:00:00"}, 400),
        ("/sandbox/fault", {"kind": "earthquake"}, 400),
        ("/sandbox/fault", {"kind": "redeliver"}, 404),
    ],
    ids=str,
)
async def test_a_wrong_request_is_answered_with_one_sentence(
    page: Page, path: str, body: Any, status: int
) -> None:
    got, answer = await page.post(path, body)

    assert got == status
    assert list(answer) == ["problem"]
    assert answer["problem"]


@pytest.mark.parametrize(
    ("move", "target"),
    [
        ({"hours": 1}, START + timedelta(hours=1)),
        ({"days": 1}, START + timedelta(days=1)),
        ({"to": "tomorrow-8:30"}, datetime(2026, 11, 19, 0, 30, tzinfo=UTC)),
        ({"to": "next-working-day"}, "next-working-day"),
        ({"at": "2026-11-18T18:00:00+08:00"}, START + timedelta(hours=8)),
        ({"local": "2026-11-18T18:00"}, START + timedelta(hours=8)),
    ],
    ids=str,
)
async def test_the_clock_is_moved_by_its_owner(
    page: Page, clock: BusinessClock, move: dict[str, Any], target: Target
) -> None:
    status, view = await page.post("/sandbox/clock", move)

    assert (status, clock.moves) == (200, [target])
    assert datetime.fromisoformat(view["now"]) == clock.now


async def test_faults_are_switched_on_and_off(page: Page) -> None:
    _, answer = await page.post("/sandbox/fault", {"kind": "rate_limited", "times": None})
    assert [(f["kind"], f["code"], f["times"]) for f in answer["faults"]] == [("errcode", 45009, None)]
    _, answer = await page.post("/sandbox/reset-faults", {})
    assert answer == {"faults": []}


async def test_the_last_callback_can_be_delivered_again(page: Page, bot: SmallBot) -> None:
    await page.post("/sandbox/say", {"userid": "ChenSiyu", "type": "text", "content": "好"})
    status, answer = await page.post("/sandbox/fault", {"kind": "redeliver"})

    assert (status, answer["arrived"]) == (200, True)
    assert len({m.findtext("MsgId") for m in bot.messages}) == 1
    assert len(bot.messages) == 2


async def test_an_explanation_is_given_where_there_is_one(page: Page) -> None:
    assert await page.get("/sandbox/explain/m1") == (200, {"steps": ["m1"]})
    assert (await page.get("/sandbox/explain/unknown"))[0] == 404
    page.sandbox.explain = None
    assert (await page.get("/sandbox/explain/m1"))[0] == 404


async def test_the_ledger_is_open_to_the_page(page: Page) -> None:
    api = await Api(page.sandbox, page.session).sign_in()
    await api.send("text", {"content": "好"})
    _, ledger = await page.get("/sandbox/ledger")

    (delivery,) = ledger["deliveries"]
    assert (delivery["recipients"], delivery["shown_at"]) == (["ChenSiyu"], START.isoformat())


async def test_open_pages_hear_what_happens(page: Page) -> None:
    api = await Api(page.sandbox, page.session).sign_in()
    async with asyncio.timeout(5), page.session.get(f"{page.sandbox.url}/sandbox/events") as stream:
        assert stream.content_type == "text/event-stream"
        await stream.content.readuntil(b"\n\n")
        await api.send("text", {"content": "好"})
        name = (await stream.content.readline()).decode()
        data = json.loads((await stream.content.readline()).decode().removeprefix("data: "))

    assert name == "event: bubble\n"
    assert (data["userid"], data["side"], data["body"]) == ("ChenSiyu", "app", {"content": "好"})


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "[::2]", "["]
)
async def test_only_a_loopback_host_is_answered(page: Page, host: str) -> None:
    for path in ("/", "/sandbox/state", "/page/page.js"):
        status, _ = await page.get(path, Host=host)
        assert status == 403


async def test_another_site_cannot_post(page: Page, bot: SmallBot) -> None:
    said = {"userid": "ChenSiyu", "type": "text", "content": "好"}
    status, _ = await page.post("/sandbox/say", said, Origin="http://evil.example")
    async with page.session.post(f"{page.sandbox.url}/sandbox/say", data=json.dumps(said)) as response:
        plain = response.status

    assert (status, plain) == (403, 415)
    assert bot.messages == []
    assert (await page.post("/sandbox/say", said, Origin=page.sandbox.url))[0] == 200


async def test_the_font_lies_beside_the_page_and_is_kept_by_browsers(page: Page) -> None:
    async with page.session.get(f"{page.sandbox.url}/page/font.css") as response:
        css = await response.text()
        assert response.headers["Cache-Control"] == "no-cache"
    source = css.index('local("PingFang SC"), local("Microsoft YaHei")')
    path = css[css.index("/page/fonts/", source) :].partition('"')[0]
    async with page.session.get(f"{page.sandbox.url}{path}") as response:
        font = await response.read()
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    async with page.session.get(f"{page.sandbox.url}/page/fonts/OFL.txt") as response:
        licence = await response.text()

    assert font.startswith(b"wOF2")
    assert len(font) < 1_300_000
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


async def test_the_page_may_load_only_what_is_its_own(page: Page) -> None:
    async with page.session.get(f"{page.sandbox.url}/") as response:
        text = await response.text()
        assert response.headers["Content-Security-Policy"].startswith("default-src 'self';")

    assert "http://" not in text
    assert "https://" not in text
    assert "<style" not in text
    assert "小二" in text
