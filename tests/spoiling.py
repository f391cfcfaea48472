"""Callbacks spoilt in every way we could think of, most of them rightly signed so that they get further."""

import random
from base64 import b64encode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.posting import CORP, SEAL, Letter, enclosing, message

SECRET = "提醒我明天上午10点给甬江港务打电话"


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
