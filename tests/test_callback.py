"""The door to the street: only what WeCom has said counts, once, and a refusal teaches nobody anything."""

import asyncio
import io
import secrets
import time
from collections.abc import Callable

import aiohttp
import pytest
from sqlalchemy import select

from sandbox.wecom.crypto import Seal
from storage.ledger import audit, inbox, outbox
from storage.schema import Task
from tests.conversation import WECOM, Bot
from tests.logged import log
from tests.posting import (
    AGENT,
    CORP,
    SEAL,
    Letter,
    came,
    envelope,
    fetch,
    letter,
    message,
    post,
    post_in,
    signed,
)
from tests.right_config import letters
from tests.soundness import findings

__all__ = ["log"]

SECRET = "提醒我明天上午10点给甬江港务打电话"
pytestmark = pytest.mark.usefixtures("log")


async def effects(bot: Bot) -> tuple[int, int, int, int]:
    """Events, entries of the record, messages and tasks there are."""
    tables = (inbox.c.key, audit.c.id, outbox.c.id, Task.id)
    found = [len(await bot.rows(select(column))) for column in tables]
    return found[0], found[1], found[2], found[3]


SIGNATURES: dict[str, Callable[[str], str]] = {
    "wrong": lambda real: secrets.token_hex(20),
    "cut": lambda real: real[:-1],
    "longer": lambda real: real + "0",
    "other case": str.upper,
    "empty": lambda real: "",
    "blank": lambda real: f" {real}",
    "wide digits": lambda real: real.translate({ord(d): ord(d) - ord("0") + ord("０") for d in "0123456789"}),
}


async def test_without_the_right_signature_nothing_happens(bot: Bot, log: io.StringIO) -> None:
    real = letter(message(SECRET))
    signature = dict(real.query)["msg_signature"]
    forged = {name: real.asking(msg_signature=spoil(signature)) for name, spoil in SIGNATURES.items()}
    forged["missing"] = real.but(query=[pair for pair in real.query if pair[0] != "msg_signature"])
    before = await effects(bot)

    answers = {name: await post(bot, one) for name, one in forged.items()}

    assert {name: (one.status, one.body) for name, one in answers.items()} == dict.fromkeys(
        forged, (403, b"")
    )
    assert await effects(bot) == before
    assert "甬江" not in log.getvalue()
    assert signature not in log.getvalue()


async def test_only_now_is_now(bot: Bot) -> None:
    ages = (-86400, -3600, -601, 601, 3600, 86400 * 365)

    answers = {age: await post(bot, letter(message(SECRET), at=time.time() - age)) for age in ages}

    assert {age: (one.status, one.body) for age, one in answers.items()} == dict.fromkeys(ages, (403, b""))
    assert await came(bot) == 0


async def test_a_time_is_ten_digits(bot: Bot) -> None:
    encrypt = SEAL.encrypt(message(SECRET))
    for spelling in ("{}0", "0{}", "+{}", " {}", "{}.0", "1e9", "", "-{}", "９{}"):
        stamp = spelling.format(int(time.time()))
        query = [("msg_signature", SEAL.sign(stamp, "1", encrypt)), ("timestamp", stamp), ("nonce", "1")]
        answer = await post(bot, Letter(query, envelope(encrypt)))
        assert (answer.status, answer.body) == (403, b""), spelling
    assert await came(bot) == 0


async def test_a_hundred_replays_have_the_effect_of_one(bot: Bot) -> None:
    """The same bytes, all at once and one after the other; then newly encrypted, as a genuine retry is."""
    words = message(SECRET)
    one = letter(words)
    async with aiohttp.ClientSession() as session:
        answers = await asyncio.gather(*(post_in(session, bot.site, one) for _ in range(50)))
        for _ in range(50):
            answers.append(await post_in(session, bot.site, one))
        answers += await asyncio.gather(*(post_in(session, bot.site, letter(words)) for _ in range(20)))

    assert {(answer.status, answer.body) for answer in answers} == {(200, b"")}
    assert await came(bot) == 1
    assert len(await bot.rows(select(Task.id).where(Task.content.contains("甬江港务打电话")))) == 1
    await bot.settle()
    assert len(bot.sandbox.ledger) == 1
    assert await findings(bot) == []


async def test_a_captured_callback_split_anew_has_no_effect(bot: Bot) -> None:
    """Timestamp and nonce are glued together in the signature: a digit may pass from one to the other."""
    encrypt = SEAL.encrypt(message(SECRET))
    stamp = str(int(time.time()))
    real = [("msg_signature", SEAL.sign(stamp, "5271", encrypt)), ("timestamp", stamp), ("nonce", "5271")]
    assert (await post(bot, Letter(real, envelope(encrypt)))).status == 200

    for cut in range(1, 4):
        again = [real[0], ("timestamp", stamp + "5271"[:cut]), ("nonce", "5271"[cut:])]
        assert (await post(bot, Letter(again, envelope(encrypt)))).status == 403
    assert await came(bot) == 1


async def test_what_is_meant_for_another_is_refused(bot: Bot) -> None:
    others = {
        "corp": message(SECRET, corp="ww0000000000000000"),
        "corp in capitals": message(SECRET, corp=CORP.upper()),
        "agent": message(SECRET, agent=AGENT + 1),
        "no agent": message(SECRET, agent=""),
        "agent spelt oddly": message(SECRET, agent=f"{AGENT}.0"),
    }
    for name, plaintext in others.items():
        answer = await post(bot, letter(plaintext))
        assert answer.status in (400, 403), name
        assert answer.body == b"", name
    assert await came(bot) == 0


async def test_a_cipher_for_another_corp_is_refused(bot: Bot) -> None:
    other = Seal(WECOM["token"], WECOM["encoding_aes_key"], "ww0000000000000000")

    answer = await post(bot, letter(message(SECRET), seal=other))

    assert (answer.status, answer.body, await came(bot)) == (403, b"", 0)


async def test_a_sender_is_a_user_id_or_nobody(bot: Bot) -> None:
    for sender in ("", "a|b", "@all", "张三", "x" * 65, "ChenSiyu\nWuGuoqiang", "../x"):
        assert (await post(bot, letter(message(SECRET, sender=sender)))).status == 400, sender
    assert await came(bot) == 0


async def test_the_sender_is_who_the_cipher_says(bot: Bot) -> None:
    """Neither query nor header nor the open part of the body can speak for anybody."""
    real = letter(message(SECRET, sender="ChenSiyu"))
    body = real.body.replace(b"</xml>", b"<FromUserName><![CDATA[WuGuoqiang]]></FromUserName></xml>")
    loud = real.but(
        query=[*real.query, ("FromUserName", "WuGuoqiang"), ("userid", "WuGuoqiang")],
        headers={"X-User": "WuGuoqiang", "X-Forwarded-For": "10.0.0.1"},
        body=body,
    )

    assert (await post(bot, loud)).status == 200
    [row] = await bot.rows(select(inbox))
    assert row.body["sender"] == "ChenSiyu"


async def test_a_parameter_said_twice_is_refused(bot: Bot) -> None:
    real = letter(message(SECRET))
    for name in ("msg_signature", "timestamp", "nonce", "anything"):
        value = dict(real.query).get(name, "x")
        same, other = [(name, value), (name, value)], [(name, value), (name, "other")]
        for twice in ([*real.query, *same], [*other, *real.query]):
            answer = await post(bot, real.but(query=twice))
            assert (answer.status, answer.body) == (400, b""), name
    assert await came(bot) == 0


async def test_an_envelope_has_one_of_everything_and_little_of_it(bot: Bot) -> None:
    encrypt = SEAL.encrypt(message(SECRET))
    many = (
        "<Encrypt><![CDATA[x]]></Encrypt>",
        "<Encrypt/>",
        "<deep><deep><deep/></deep></deep>",
        "<a/>" * 64,
    )
    for more in many:
        answer = await post(bot, Letter(signed(encrypt), envelope(encrypt, more)))
        assert (answer.status, answer.body) == (400, b""), more
    assert await came(bot) == 0


async def test_a_message_says_everything_once(bot: Bot) -> None:
    for name in ("FromUserName", "MsgId", "Content", "MsgType", "AgentID", "CreateTime"):
        twice = message(SECRET).replace("</xml>", f"<{name}>1</{name}></xml>")
        nested = message(SECRET).replace(f"<{name}>", f"<{name}><b>1</b>", 1)
        for plaintext in (twice, nested):
            answer = await post(bot, letter(plaintext))
            assert (answer.status, answer.body) == (400, b""), plaintext
    assert await came(bot) == 0


async def test_the_url_proves_itself_and_reveals_nothing_else(bot: Bot) -> None:
    echo = SEAL.encrypt("1616140317555161061")
    query = [*signed(echo), ("echostr", echo)]
    answer = await fetch(bot, query)
    assert (answer.status, answer.body) == (200, b"1616140317555161061")

    captured = SEAL.encrypt(message(SECRET))
    wrong = {
        "a captured message": [*signed(captured), ("echostr", captured)],
        "another echo": [*signed(echo), ("echostr", SEAL.encrypt("2"))],
        "no signature": [("echostr", echo)],
        "no echo": signed(echo),
        "an old one": [*signed(echo, at=time.time() - 3600), ("echostr", echo)],
        "twice": [*query, ("echostr", echo)],
        "another corp": _echo(Seal(WECOM["token"], WECOM["encoding_aes_key"], "ww00")),
        "another key": _echo(Seal(WECOM["token"], letters("another", 43), CORP)),
        "another token": _echo(Seal("anotherToken", WECOM["encoding_aes_key"], CORP)),
        "markup": _echo(SEAL, "<script>alert(1)</script>"),
        "too long": _echo(SEAL, "1" * 4_000),
    }
    for name, asked in wrong.items():
        answer = await fetch(bot, asked)
        assert answer.status in (400, 403), name
        assert answer.body == b"", name
    assert await came(bot) == 0


def _echo(seal: Seal, words: str = "1616140317555161061") -> list[tuple[str, str]]:
    encrypt = seal.encrypt(words)
    return [*signed(encrypt, seal=seal), ("echostr", encrypt)]


async def test_the_log_names_events_and_never_quotes_them(bot: Bot, log: io.StringIO) -> None:
    """A whole conversation with a bug, a refusal, a stranger and a forger in it."""
    real = letter(message("新线索 徐州恒通路桥 王建国 13812345678"))
    await post(bot, real)
    await post(bot, letter(message("电话是13900001111")))
    await post(bot, letter(message("你好啊秘密", sender="Visitor01")))
    await post(bot, letter(message("查客户 并不存在的公司")))
    await post(bot, real.asking(msg_signature="0" * 40))
    await bot.settle()

    written = log.getvalue()
    assert not [
        words
        for words in (
            "恒通",
            "王建国",
            "1381234",
            "1390000",
            "秘密",
            "并不存在",
            WECOM["token"],
            WECOM["secret"],
        )
        if words in written
    ]
    assert dict(real.query)["msg_signature"] not in written
    assert "access_token=" not in written
