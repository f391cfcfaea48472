"""The door to the street: only what WeCom has said counts, once, and a refusal teaches nobody anything."""

import asyncio
import gzip
import io
import os
import random
import secrets
import socket
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from itertools import product

import aiohttp
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlalchemy import select

from bot.app import make_app
from bot.config import config_from
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
    enclosing,
    envelope,
    fetch,
    letter,
    message,
    post,
    post_in,
    signed,
)
from tests.right_config import letters, right
from tests.soundness import findings

__all__ = ["log"]

SECRET = "提醒我明天上午10点给甬江港务打电话"
MUTATIONS = 100_000 if os.environ.get("XIAOER_SOAK") else 300
pytestmark = pytest.mark.usefixtures("log")


async def came(bot: Bot) -> int:
    """How many events the store knows of."""
    return len(await bot.rows(select(inbox.c.key)))


async def effects(bot: Bot) -> tuple[int, int, int, int]:
    """Events, entries of the record, messages and tasks there are."""
    tables = (inbox.c.key, audit.c.id, outbox.c.id, Task.id)
    found = [len(await bot.rows(select(column))) for column in tables]
    return found[0], found[1], found[2], found[3]


def errors(log: io.StringIO) -> list[str]:
    """The lines that would wake somebody up."""
    return [line for line in log.getvalue().splitlines() if '"level": "error"' in line or "critical" in line]


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


def block(data: bytes) -> str:
    """These bytes as they are, encrypted."""
    key = SEAL.key()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return b64encode(encryptor.update(data) + encryptor.finalize()).decode()


def padded(data: bytes) -> bytes:
    pad = 32 - len(data) % 32
    return data + bytes([pad]) * pad


def framed(data: bytes, length: int | None = None) -> str:
    """A message of these bytes, which need not be text, with a length that need not be true."""
    size = (len(data) if length is None else length).to_bytes(4, "big")
    return block(padded(b"r" * 16 + size + data + CORP.encode()))


RUBBISH: dict[str, str] = {
    "short": "QUJD",
    "not base64": "!!!!",
    "base64 with blanks": SEAL.encrypt("x")[:20] + "\n" + SEAL.encrypt("x")[20:],
    "wide letters": "ＱＵＪＤ" * 11,
    "empty": "",
    "half a block": "A" * 30 + "==",
    "padding nought": block(b"r" * 31 + b"\x00"),
    "padding 33": block(b"r" * 31 + b"\x21"),
    "padding uneven": block(b"r" * 30 + b"\x01\x02"),
    "padding alone": block(b" " * 32),
    "length too great": framed(b"<xml></xml>", 2**31),
    "length past the end": framed(b"<xml></xml>", 4096),
    "length nought": framed(b"<xml></xml>", 0),
    "not utf-8": framed(b"<xml>\xff\xfe</xml>"),
    "surrogates": framed(b"<xml>\xed\xa0\x80</xml>"),
    "not xml": framed(b"hello"),
    "json": framed(b'{"MsgType":"text"}'),
    "nul": framed(b"<xml>\x00</xml>"),
    "no fields": framed(b"<xml></xml>"),
    "other root": framed(b"<yml><MsgType>text</MsgType></yml>"),
    "two roots": framed(b"<xml></xml><xml></xml>"),
    "time of a thousand digits": framed(
        message("x").replace("<CreateTime>", "<CreateTime>9" + "9" * 1000).encode()
    ),
}


async def test_rubbish_rightly_signed_is_refused_and_breaks_nothing(bot: Bot, log: io.StringIO) -> None:
    for kind, encrypt in RUBBISH.items():
        answer = await post(bot, enclosing(encrypt))
        assert answer.status in (400, 403), kind
        assert answer.body == b"", kind
    assert errors(log) == []
    assert await came(bot) == 0


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


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMBS: dict[str, bytes] = {
    "entities": f'<!DOCTYPE xml [<!ENTITY l0 "ha">{LAUGHS}]><xml><Encrypt>&l9;</Encrypt></xml>'.encode(),
    "external": b'<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/hostname">]><xml><Encrypt>&x;</Encrypt></xml>',
    "dtd": b'<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml><Encrypt>x</Encrypt></xml>',
    "depth": b"<xml>" * 12_000,
    "siblings": b"<xml>" + b"<a/>" * 16_000 + b"</xml>",
    "attributes": b"<xml " + b" ".join(b"a%d=''" % n for n in range(7_000)) + b"/>",
    "one name": b"<" + b"a" * 65_000 + b"/>",
    "zeros": b"\x00" * 65_000,
    "utf-16": '<?xml version="1.0" encoding="utf-16"?><xml/>'.encode("utf-16"),
    "nothing": b"",
    "one byte more": b"<xml>" + b" " * (64 * 1024 - 4),
    "much more": b"x" * (900 * 1024),
}


async def test_bombs_are_refused_before_they_cost_anything(bot: Bot, log: io.StringIO) -> None:
    real = letter(message(SECRET))
    await post(bot, real)  # What is built once is built by now.
    for kind, body in BOMBS.items():
        began = time.process_time()
        answer = await post(bot, real.but(body=body))
        # Test and bot share the process, so this counts both sides.
        assert time.process_time() - began < 0.25, kind
        assert answer.status in (400, 403, 413), kind
        assert answer.body == b"", kind
    assert errors(log) == []
    assert await came(bot) == 1


async def test_compressed_bodies_are_not_unpacked(bot: Bot) -> None:
    real = letter(message(SECRET))
    bodies = [gzip.compress(real.body), gzip.compress(b" " * 10**7), b"rubbish", b"", real.body]
    for packed, coding in product(bodies, ("gzip", "deflate", "br", "zstd", "x")):
        answer = await post(bot, real.but(body=packed, headers={"Content-Encoding": coding}))
        assert answer.status in (400, 415), (coding, answer)
        # What the server cannot unpack it refuses itself, before anything of ours.
        assert answer.body == b"" or coding in ("deflate", "br", "zstd")
    assert await came(bot) == 0


async def test_a_body_in_chunks_is_as_good_as_whole_and_as_bounded(bot: Bot) -> None:
    real = letter(message(SECRET))

    async def chunks(data: bytes, size: int) -> AsyncIterator[bytes]:
        for begin in range(0, len(data), size):
            yield data[begin : begin + size]

    async with aiohttp.ClientSession() as session:
        async with session.post(real.url(bot.site), data=chunks(real.body, 7)) as answer:
            assert (answer.status, await answer.read()) == (200, b"")
        async with session.post(real.url(bot.site), data=chunks(b"x" * 200_000, 1000)) as answer:
            assert (answer.status, await answer.read()) == (413, b"")
    assert await came(bot) == 1


async def test_a_body_that_drips_is_not_waited_for(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.BODY_SECONDS", 0.05)
    url = letter(message(SECRET)).url(bot.site)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = f"POST {url.raw_path_qs} HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n<xml>"
    writer.write(head.encode())

    async with asyncio.timeout(10):
        said = await reader.readuntil(b"\r\n")
    writer.close()

    assert b" 408 " in said
    assert await came(bot) == 0


async def test_a_connection_that_ends_in_the_middle_leaves_nothing(bot: Bot, log: io.StringIO) -> None:
    url = letter(message(SECRET)).url(bot.site)
    whole = f"POST {url.raw_path_qs} HTTP/1.1\r\nHost: x\r\nContent-Length: "
    for start in (f"{whole}70000\r\n\r\n<xml>", f"{whole}5\r\n\r\n<x", whole[:30], "\x00\xff\r\n\r\n"):
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(start.encode("latin-1"))
        writer.write_eof()
        async with asyncio.timeout(10):
            said = await reader.read()
        writer.close()
        assert b"Traceback" not in said
        assert b" 500 " not in said

    assert errors(log) == []
    assert await came(bot) == 0
    assert (await post(bot, letter(message(SECRET)))).status == 200


async def test_a_connection_nobody_has_is_not_found(bot: Bot) -> None:
    for name in ("other", "MAIN", "main ", "main%2f", "%00", "..", "💥", "x" * 3000):
        for answer in (await post(bot, letter(message(SECRET)).but(name=name)), await fetch(bot, [], name)):
            assert answer.status in (400, 404), name
            # What is no HTTP at all is answered by the server, before anything of ours.
            assert answer.status == 400 or answer.body in (b"", b"404: Not Found"), name
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


async def test_only_this_machine_sees_the_figures(bot: Bot) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{bot.site}/metrics") as answer:
            assert answer.status == 200
            assert "xiaoer_events_total" in await answer.text()
        for path in ("healthz", "readyz"):
            async with session.get(f"{bot.site}/{path}") as answer:
                assert answer.status == 200


@pytest.mark.parametrize("token", [None, secrets.token_urlsafe(32)], ids=["no token", "token"])
async def test_from_elsewhere_the_figures_need_the_token(store_url: str, token: str | None) -> None:
    tree = (
        right() | {"database": {"url": store_url}} | ({"server": {"metrics_token": token}} if token else {})
    )
    made = make_app(config_from(tree), durable=False, tick=False, deliver=False)
    runner = web.AppRunner(made, access_log=None)
    await runner.setup()
    try:
        address = _address()
        await web.TCPSite(runner, address, 0).start()
        url = f"http://{address}:{runner.addresses[0][1]}"
        said = {"right": f"Bearer {token}", "wrong": f"Bearer {secrets.token_urlsafe(32)}", "none": ""}
        found = {name: await _status(f"{url}/metrics", value) for name, value in said.items()}
        assert found == {"right": 200 if token else 404, "wrong": 404, "none": 404}
        assert await _status(f"{url}/healthz", "") == 200
    finally:
        await runner.cleanup()


def _address() -> str:
    """An address of this machine that is not loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))  # Nothing is sent; the system only chooses an address.
        except OSError:
            pytest.skip("this machine has no address but loopback")
        return str(asked.getsockname()[0])


async def _status(url: str, authorization: str) -> int:
    headers = {"Authorization": authorization} if authorization else {}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        await answer.read()
        return answer.status


async def test_a_bot_whose_writer_has_ended_says_that_it_is_not_ready(bot: Bot) -> None:
    await asyncio.to_thread(bot.service.writer.close)

    async with aiohttp.ClientSession() as session, session.get(f"{bot.site}/readyz") as answer:
        assert answer.status == 503
        assert (await answer.json())["problems"] == ["writer"]
    refused = await post(bot, letter(message(SECRET)))
    assert (refused.status, refused.body) == (503, b"")


async def test_what_cannot_be_stored_is_not_acknowledged_and_comes_again(
    bot: Bot, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours: no 200, no words, nothing of the message in the log; the platform's retry succeeds."""
    words = message(SECRET)

    def fail(*_: object) -> None:
        raise RuntimeError(f"out of order: {SECRET}")

    with monkeypatch.context() as broken:
        broken.setattr("bot.pipeline.queued", fail)
        answer = await post(bot, letter(words))
    assert (answer.status, answer.body) == (503, b"")
    assert await came(bot) == 0
    assert "甬江" not in log.getvalue()

    assert (await post(bot, letter(words))).status == 200
    assert await came(bot) == 1
    assert await findings(bot) == []


def mutated(rng: random.Random, real: Letter) -> Letter:
    """A genuine callback spoilt in one or several ways; sometimes signed again, so that it gets further."""
    encrypt = real.body.decode().partition("<![CDATA[")[2]
    encrypt = real.body.decode().split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    kind = rng.randrange(8)
    if kind == 0:
        return real.but(body=_bytes(rng, real.body))
    if kind == 1:
        name = rng.choice(["msg_signature", "timestamp", "nonce"])
        return real.asking(**{name: _bytes(rng, dict(real.query)[name].encode()).decode("latin-1")})
    if kind == 2:
        return enclosing(_bytes(rng, encrypt.encode()).decode("latin-1"))
    if kind == 3:
        return enclosing(
            block(_whole(_bytes(rng, padded(b"r" * 16 + b"\0\0\1\0" + message(SECRET).encode()))))
        )
    if kind == 4:
        return enclosing(
            framed(_bytes(rng, message(SECRET, number=1).encode()), rng.choice([None, rng.randrange(2**32)]))
        )
    if kind == 5:
        return real.but(query=[pair for pair in real.query if rng.random() < 0.6])
    if kind == 6:
        types = ["", "application/json", "text/xml; charset=utf-16"]
        return real.but(headers={"Content-Type": rng.choice(types)}, body=_bytes(rng, real.body))
    return enclosing(rng.randbytes(rng.randrange(200)).decode("latin-1"))


def _whole(data: bytes) -> bytes:
    return data[: len(data) // 16 * 16] or b"\0" * 16


def _bytes(rng: random.Random, data: bytes) -> bytes:
    """Some bytes changed, cut out, doubled or put in."""
    spoilt = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 5, 40])):
        place = rng.randrange(len(spoilt) + 1)
        match rng.randrange(5):
            case 0 if place < len(spoilt):
                spoilt[place] ^= 1 << rng.randrange(8)
            case 1:
                del spoilt[place : place + rng.choice([1, 3, 50])]
            case 2:
                spoilt[place:place] = rng.randbytes(rng.choice([1, 4]))
            case 3:
                spoilt[place:place] = spoilt[place : place + rng.choice([1, 20])]
            case _:
                spoilt[place:place] = rng.choice(
                    [b"]]>", b"<a>", b"</xml>", b"&#0;", b"\x00", "\u202e".encode()]
                )
    return bytes(spoilt)


async def test_mutated_callbacks_never_break_us_and_have_no_effect_unless_genuine(
    bot: Bot, log: io.StringIO
) -> None:
    """A spoilt message that we signed ourselves may still be a message; then it is one event and no more."""
    seed = int(os.environ.get("XIAOER_SEED", random.randrange(2**32)))
    print("seed", seed)
    rng = random.Random(seed)
    real = letter(message(SECRET))
    accepted = 0
    async with aiohttp.ClientSession() as session:
        for _ in range(MUTATIONS):
            one = mutated(rng, real)
            answer = await post_in(session, bot.site, one)
            assert answer.status in (200, 400, 403, 413), (seed, one, answer)
            assert answer.body == b"", (seed, one, answer)
            accepted += answer.status == 200

    assert errors(log) == [], seed
    assert await came(bot) <= accepted, seed
    assert await findings(bot) == [], seed
