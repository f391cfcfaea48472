"""The sandbox against wechatpy's client, which was written by others for the real WeCom."""

import asyncio
import io
from typing import Any

import pytest
from wechatpy.exceptions import APILimitedException, WeChatClientException
from wechatpy.work.client import WeChatClient

from sandbox.app import Sandbox
from sandbox.faults import Fault
from tests.sandbox.company import AGENT_ID, CORP_ID

PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)


async def test_it_fetches_a_token(outsider: WeChatClient) -> None:
    answer = await asyncio.to_thread(outsider.fetch_access_token)

    assert answer["errcode"] == 0
    assert outsider.access_token == answer["access_token"]


async def test_it_sends_every_kind_of_message(sandbox: Sandbox, outsider: WeChatClient) -> None:
    def send_all() -> None:
        message = outsider.message
        article = {"title": "新闻", "description": "", "url": "https://example.invalid", "image": ""}
        medium = outsider.media.upload("file", ("名单.txt", io.BytesIO(b"plain words")))["media_id"]
        picture = outsider.media.upload("image", ("图.png", io.BytesIO(PNG)))["media_id"]
        message.send_text(AGENT_ID, ["ChenSiyu", "LinHao"], "你好")
        message.send_markdown(AGENT_ID, "ChenSiyu", "**请假** 已提交")
        message.send_text_card(AGENT_ID, "ChenSiyu", "标题", "说明", "https://example.invalid")
        message.send_articles(AGENT_ID, "ChenSiyu", [article])
        message.send_file(AGENT_ID, "ChenSiyu", medium)
        message.send_image(AGENT_ID, "ChenSiyu", picture)

    await asyncio.to_thread(send_all)

    kinds = ["text", "markdown", "textcard", "news", "file", "image"]
    assert [delivery.msgtype for delivery in sandbox.ledger] == kinds
    assert sandbox.texts_to("ChenSiyu") == ["你好", "**请假** 已提交"]
    assert sandbox.texts_to("LinHao") == ["你好"]


async def test_it_reads_the_contacts(outsider: WeChatClient) -> None:
    user = await asyncio.to_thread(outsider.user.get, "linhao")
    departments = await asyncio.to_thread(outsider.department.list)
    root = await asyncio.to_thread(outsider.department.list, 1)
    east = next(d["id"] for d in departments if d["name"] == "华东销售部")
    members = await asyncio.to_thread(outsider.department.get_users, east)

    assert (user["userid"], user["name"], user["position"]) == ("LinHao", "林浩", "部门经理")
    assert departments[0]["name"] == "衡岳装备集团"
    assert departments == root
    assert (departments[0]["parentid"], departments[1]["parentid"]) == (0, 1)
    assert {member["userid"] for member in members} == {"ChenSiyu", "WuGuoqiang"}


@pytest.mark.parametrize(
    ("userid", "code"),
    [("NoBody", 60111), ("JiangMin", 60111), ("", 40003)],
    ids=["unknown", "unseen", "empty"],
)
async def test_it_is_told_of_members_it_cannot_see(outsider: WeChatClient, userid: str, code: int) -> None:
    with pytest.raises(WeChatClientException) as refused:
        await asyncio.to_thread(outsider.user.get, userid)

    assert refused.value.errcode == code


async def test_it_recovers_from_an_expired_and_a_revoked_token(
    sandbox: Sandbox, outsider: WeChatClient
) -> None:
    await asyncio.to_thread(outsider.fetch_access_token)
    sandbox.wecom.tokens.expire()
    await asyncio.to_thread(outsider.message.send_text, AGENT_ID, "ChenSiyu", "一")
    sandbox.wecom.tokens.revoke()
    await asyncio.to_thread(outsider.message.send_text, AGENT_ID, "ChenSiyu", "二")

    assert sandbox.texts_to("ChenSiyu") == ["一", "二"]


async def test_it_is_told_when_it_is_too_fast(sandbox: Sandbox, outsider: WeChatClient) -> None:
    sandbox.wecom.faults.add(Fault("errcode", "message/send", code=45009))

    with pytest.raises(APILimitedException):
        await asyncio.to_thread(outsider.message.send_text, AGENT_ID, "ChenSiyu", "快")


async def test_it_gets_its_file_back(sandbox: Sandbox, outsider: WeChatClient) -> None:
    def round_trip() -> Any:
        uploaded = outsider.media.upload("file", ("名单.txt", io.BytesIO(b"plain words")))
        query = {"access_token": outsider.access_token, "media_id": uploaded["media_id"]}
        return uploaded, outsider._http.get(f"{sandbox.api_base}/media/get", params=query)

    uploaded, file = await asyncio.to_thread(round_trip)

    assert isinstance(uploaded["created_at"], str)
    assert file.content == b"plain words"
    medium = sandbox.wecom.media.get(CORP_ID, uploaded["media_id"])
    assert medium.name == "名单.txt"
