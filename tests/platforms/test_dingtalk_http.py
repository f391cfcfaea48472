"""DingTalk's HTTP doors: genuine callbacks take effect once, everything else does nothing."""

import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select

from sandbox.dingtalk.crypto import Seal, card_sign, robot_sign
from storage.ledger import inbox
from tests.platforms.dingtalk_app import CORP, DING
from tests.platforms.dingtalk_bot import LU, DingBot, company, store
from tests.platforms.dingtalk_post import message, pressed

REMIND = "提醒我明天上午10点给甬江港务打电话"
SECRET = str(DING["client_secret"])
SEAL = Seal(DING["event_token"], DING["event_aes_key"], DING["client_id"])


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[DingBot]:
    with store("sqlite", tmp_path, None) as url:
        async with company(url, mode="http") as bot:
            await bot.ding.until(lambda: bot.ding.cards.routes)
            yield bot


def stamp(seconds: float = 0.0) -> str:
    return str(int((time.time() + seconds) * 1000))


def signed(seconds: float = 0.0) -> dict[str, str]:
    at = stamp(seconds)
    return {"timestamp": at, "sign": robot_sign(SECRET, at)}


def body(**changes: Any) -> dict[str, Any]:
    ours = {"robotCode": DING["client_id"], "chatbotCorpId": CORP, "senderCorpId": CORP, "senderStaffId": LU}
    return message(**(ours | changes))


async def post(
    bot: DingBot, door: str, data: object, headers: Mapping[str, str], query: Mapping[str, str] | None = None
) -> tuple[int, str]:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    url = f"{bot.site}/callback/dingtalk/{door}"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=raw, headers=headers, params=query or {}) as response,
    ):
        return response.status, await response.text()


async def came(bot: DingBot) -> int:
    (row,) = await bot.rows(select(func.count()).select_from(inbox))
    return int(row[0])


async def test_people_talk_and_tap_over_http(bot: DingBot) -> None:
    (shown,) = await bot.says(LU, REMIND)
    assert "甬江港务" in shown

    outcome = await bot.taps(LU, "完成")

    assert outcome.status == 200
    assert bot.card(LU).settled == "已完成"


async def test_a_message_counts_once_however_often_it_comes(bot: DingBot) -> None:
    for _ in range(3):
        assert (await post(bot, "ding/robot", body(), signed()))[0] == 200

    assert await came(bot) == 1


@pytest.mark.parametrize(
    "headers",
    [
        dict,
        lambda: {"timestamp": stamp()},
        lambda: {"timestamp": stamp(), "sign": robot_sign("another", stamp())},
        lambda: signed(-61),
        lambda: signed(+61),
        lambda: signed() | {"sign": ""},
    ],
    ids=["none", "half", "forged", "old", "ahead", "empty"],
)
async def test_a_message_without_a_fresh_signature_is_refused(
    bot: DingBot, headers: Callable[[], dict[str, str]]
) -> None:
    assert (await post(bot, "ding/robot", body(), headers()))[0] == 403
    assert await came(bot) == 0


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'{"msgId":"a","msgId":"b"}', 400),
        (b"[" * 60_000, 400),
        (body(robotCode="another"), 403),
        (body(chatbotCorpId="dingother"), 403),
        (b"x" * 70_000, 413),
    ],
    ids=["empty", "cut", "list", "twice", "deep", "robot", "corp", "large"],
)
async def test_a_body_that_is_not_ours_is_refused(bot: DingBot, data: object, status: int) -> None:
    assert (await post(bot, "ding/robot", data, signed()))[0] == status
    assert await came(bot) == 0


@pytest.mark.parametrize("door", ["nobody/robot", "ding/other", "nobody/card", "nobody/event"])
async def test_there_is_no_other_door(bot: DingBot, door: str) -> None:
    assert (await post(bot, door, body(), signed()))[0] == 404


async def test_a_repeated_header_is_refused(bot: DingBot) -> None:
    good = signed()
    twice = [*good.items(), ("sign", good["sign"])]
    url = f"{bot.site}/callback/dingtalk/ding/robot"
    async with aiohttp.ClientSession() as session, session.post(url, json=body(), headers=twice) as response:
        assert response.status == 403


async def test_a_click_is_signed_with_the_secret_that_was_registered(bot: DingBot) -> None:
    await bot.says(LU, REMIND)
    card = bot.card(LU)
    click = pressed(card.key_of("完成"), corpId=CORP, userId=LU, outTrackId=card.task_id)
    at = stamp()

    for secret in (SECRET, "", "guess"):
        headers = {"x-ddpaas-signature-timestamp": at, "x-ddpaas-signature": card_sign(secret, at)}
        assert (await post(bot, "ding/card", click, headers))[0] == 403

    assert not bot.card(LU).settled
    ((_, registered),) = bot.ding.cards.routes.values()
    headers = {"x-ddpaas-signature-timestamp": at, "x-ddpaas-signature": card_sign(registered, at)}
    status, answer = await post(bot, "ding/card", click, headers)
    assert status == 200
    assert json.loads(answer)["cardData"]["cardParamMap"]["status"] == "已完成"


def sealed(row: object, seal: Seal = SEAL) -> tuple[dict[str, Any], dict[str, str]]:
    at = stamp()
    letter = seal.letter(json.dumps(row), at, "nonce123")
    query = {"signature": letter["msg_signature"], "timestamp": at, "nonce": "nonce123"}
    return {"encrypt": letter["encrypt"]}, query


@pytest.mark.parametrize(
    "row",
    [
        {"EventType": "check_url"},
        {"EventType": "user_add_org", "CorpId": CORP, "eventId": "e1", "UserId": ["u1"], "EventTime": 1},
    ],
    ids=["check", "event"],
)
async def test_an_event_is_ended_with_a_sealed_success(bot: DingBot, row: dict[str, Any]) -> None:
    data, query = sealed(row)

    status, answer = await post(bot, "ding/event", data, {}, query)

    assert status == 200
    told = json.loads(answer)
    opened = SEAL.open(told["encrypt"], told["msg_signature"], told["timeStamp"], told["nonce"])
    assert opened == "success"


async def test_an_event_of_another_key_corp_or_owner_is_refused(bot: DingBot) -> None:
    foreign = {"EventType": "user_add_org", "CorpId": "dingother", "eventId": "e1"}
    strangers = [
        sealed(foreign),
        sealed({"EventType": "check_url"}, Seal("other1token", DING["event_aes_key"], DING["client_id"])),
        sealed({"EventType": "check_url"}, Seal(DING["event_token"], DING["event_aes_key"], "owner")),
    ]

    for data, query in strangers:
        status, answer = await post(bot, "ding/event", data, {}, query)
        assert (status, answer) == (403, "")


async def test_changes_of_the_contact_list_come_by_event(bot: DingBot) -> None:
    (org,) = bot.ding.server.orgs

    (outcome,) = await bot.ding.changes.leave(org, LU)

    assert outcome.status == 200


async def test_by_stream_there_is_no_door(tmp_path: Path) -> None:
    with store("sqlite", tmp_path, None) as url:
        async with company(url) as bot:
            assert (await post(bot, "ding/robot", body(), signed()))[0] == 404
