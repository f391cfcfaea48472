"""Webhook robots: a key and nothing else, limits in bytes, twenty a minute."""

import base64
import hashlib
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.aibot.bots import Group
from sandbox.aibot.phones import Phones, cards, texts
from sandbox.faults import Fault
from sandbox.groups import Robot, Robots, add_routes
from sandbox.journal import Journal
from sandbox.rig import real_time as business_time
from tests.sandbox.company import button_card, news_notice, text_notice
from tests.sandbox.conftest import RealTime

Body = dict[str, Any]
GROUP = Group("wrSALES01", "华东销售群", ("ChenSiyu", "WuGuoqiang"))
OTHER = Group("wrSALES02", "华南销售群", ("LinHao",))
KEY, OTHER_KEY = "693a91f6-7f0a-4d0b-9c1e-000000000001", "693a91f6-7f0a-4d0b-9c1e-000000000002"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)


class Hook:
    """Posts to one robot's address."""

    def __init__(self, session: aiohttp.ClientSession, base: str, robots: Robots) -> None:
        self.session, self.base, self.robots = session, base, robots

    async def post(self, body: Any, key: str = KEY) -> int:
        raw = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        async with self.session.post(f"{self.base}/cgi-bin/webhook/send?key={key}", data=raw) as response:
            assert response.status == 200
            return int((await response.json())["errcode"])

    async def send(self, kind: str, content: Any, key: str = KEY) -> int:
        return await self.post({"msgtype": kind, kind: content}, key)

    async def upload(self, data: bytes, kind: str = "file", part: str = "media", key: str = KEY) -> Body:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field(part, data, filename="日报.pdf")
        url = f"{self.base}/cgi-bin/webhook/upload_media?key={key}&type={kind}"
        async with self.session.post(url, data=form) as response:
            answer: Body = await response.json()
            return answer

    def said(self, group: Group = GROUP, userid: str = "") -> list[str]:
        return texts(self.robots.phones.in_group(group.chatid, userid))


@pytest.fixture
async def hook(session: aiohttp.ClientSession, real_time: RealTime) -> AsyncIterator[Hook]:
    journal = Journal()
    robots = Robots(
        [Robot(KEY, GROUP.chatid), Robot(OTHER_KEY, OTHER.chatid)],
        Phones([GROUP, OTHER], journal),
        read_clock=business_time,
        journal=journal,
        now=real_time,
    )
    app = web.Application(client_max_size=4 * 1024 * 1024)
    add_routes(app, robots)
    async with TestServer(app) as server:
        yield Hook(session, str(server.make_url("")).rstrip("/"), robots)


async def test_every_member_sees_it_and_nobody_else(hook: Hook) -> None:
    assert await hook.send("text", {"content": "日报", "mentioned_list": ["ChenSiyu", "@all"]}) == 0
    assert await hook.send("markdown", {"content": "**超时** <@WuGuoqiang>"}) == 0
    assert await hook.send("markdown_v2", {"content": "| 一 | 二 |"}) == 0

    for userid in GROUP.members:
        assert hook.said(userid=userid) == ["日报", "**超时** <@WuGuoqiang>", "| 一 | 二 |"]
    assert hook.said(OTHER) == []
    mentioned = [b.body.get("mentioned_list") for b in hook.robots.phones.in_group(GROUP.chatid)]
    assert mentioned == [["ChenSiyu", "@all"], ["WuGuoqiang"], None]


@pytest.mark.parametrize(("kind", "most"), [("text", 2048), ("markdown", 4096), ("markdown_v2", 4096)])
async def test_limits_count_in_bytes_and_are_errors(hook: Hook, kind: str, most: int) -> None:
    assert await hook.send(kind, {"content": "好" * (most // 3) + "a" * (most % 3)}) == 0
    assert await hook.send(kind, {"content": "好" * (most // 3 + 1)}) == 40058
    assert await hook.send(kind, {"content": ""}) == 44004


async def test_a_bad_key_and_stopped_robots(hook: Hook) -> None:
    words = {"content": "好"}
    assert await hook.send("text", words, key="wrong") == 93000
    assert await hook.send("text", words, key="") == 93000
    assert (await hook.upload(b"some text", key="wrong"))["errcode"] == 93000
    for code in (93004, 93008, 93000):
        hook.robots.stop(KEY, code)
        assert await hook.send("text", words) == code
    assert await hook.send("text", words, key=OTHER_KEY) == 0


async def test_twenty_a_minute_for_each_robot(hook: Hook, real_time: RealTime) -> None:
    codes = [await hook.send("text", {"content": "好"}) for _ in range(21)]

    assert codes == [0] * 20 + [45009]
    assert await hook.send("text", {"content": "好"}, key=OTHER_KEY) == 0
    real_time.seconds += 60
    assert await hook.send("text", {"content": "好"}) == 0
    assert len(hook.said()) == 21


async def test_a_picture_comes_with_its_md5(hook: Hook) -> None:
    def image(data: bytes, **more: str) -> Body:
        md5 = hashlib.md5(data).hexdigest()
        return {"base64": base64.b64encode(data).decode(), "md5": md5, **more}

    assert await hook.send("image", image(PNG)) == 0
    assert await hook.send("image", image(PNG, md5="0" * 32)) == 40058
    assert await hook.send("image", image(PNG, base64="data:image/png;base64,AAAA")) == 40058
    assert await hook.send("image", image(b"GIF89a....")) == 40123
    assert await hook.send("image", image(PNG + bytes(2 * 1024 * 1024))) == 40009


async def test_news_of_one_to_eight(hook: Hook) -> None:
    article = {"title": "题" * 50, "description": "说明", "url": "https://example.invalid", "picurl": ""}

    assert await hook.send("news", {"articles": [article] * 8}) == 0
    assert await hook.send("news", {"articles": [article] * 9}) == 45008
    assert await hook.send("news", {"articles": []}) == 40058
    assert await hook.send("news", {"articles": [{**article, "url": ""}]}) == 40058
    [shown] = hook.robots.phones.in_group(GROUP.chatid)
    assert shown.body["articles"][0]["title"] == "题" * 42


async def test_a_file_serves_its_own_robot_for_three_days(hook: Hook, real_time: RealTime) -> None:
    uploaded = await hook.upload(b"%PDF-1.7 ...")
    medium = {"media_id": uploaded["media_id"]}

    assert (uploaded["errcode"], uploaded["type"]) == (0, "file")
    assert await hook.send("file", medium) == 0
    assert await hook.send("file", medium, key=OTHER_KEY) == 40007
    real_time.seconds += 3 * 24 * 3600
    assert await hook.send("file", medium) == 40007


async def test_uploads_that_will_not_do(hook: Hook) -> None:
    assert (await hook.upload(b"tiny"))["errcode"] == 40006
    assert (await hook.upload(b"not a voice", "voice"))["errcode"] == 40004
    assert (await hook.upload(PNG, "image"))["errcode"] == 40005
    assert (await hook.upload(b"some text", part="file"))["errcode"] == 44001
    assert (await hook.upload(b"#!AMR\n....", "voice"))["errcode"] == 0


async def test_notices_are_the_only_cards(hook: Hook) -> None:
    menu = {"action_list": [{"text": "静音", "key": "mute"}]}

    assert await hook.send("template_card", text_notice()) == 0
    assert await hook.send("template_card", news_notice()) == 0
    assert await hook.send("template_card", button_card()) == 42031
    assert await hook.send("template_card", text_notice(task_id="n-1", action_menu=menu)) == 40058
    assert await hook.send("template_card", text_notice(card_action={"type": 0})) == 42045
    shown = cards(hook.robots.phones.in_group(GROUP.chatid, "WuGuoqiang"))
    assert [card.title for card in shown] == ["调休提醒", "新食堂开业"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", 40035),
        ({"msgtype": "textcard", "textcard": {}}, 40008),
        ({"msgtype": "text"}, 40063),
        ({"msgtype": "text", "text": {"content": 7}}, 40058),
        ({"msgtype": "text", "text": {"content": "好", "mentioned_list": "ChenSiyu"}}, 40058),
        ({"msgtype": "text", "text": {"content": "好", "mentioned_list": ["u"] * 21}}, 40058),
    ],
)
async def test_what_is_malformed_is_refused(hook: Hook, body: Any, code: int) -> None:
    assert await hook.post(body) == code
    assert hook.said() == []


async def test_troubles_can_be_switched_on(hook: Hook) -> None:
    hook.robots.faults.add(Fault("errcode", "webhook/send", code=45009))
    hook.robots.faults.add(Fault("lose_answer", "webhook/send"))

    assert await hook.send("text", {"content": "一"}) == 45009
    with pytest.raises(aiohttp.ClientError):
        await hook.send("text", {"content": "二"})
    assert hook.said() == ["二"]
