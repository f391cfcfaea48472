"""The callback cipher against published vectors, against wechatpy, and against rubbish."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto.base import WeChatCipher
from wechatpy.work.crypto import WeChatCrypto

from bot.platforms.wecom.crypto import BadCallback, Cipher
from tests.platforms.wecom_post import AES_KEY, CORP, NOW, TOKEN, cipher, signature

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "vectors" / "wecom.json").read_text("utf-8")
)["vectors"]
GOOD = [vector for vector in VECTORS if vector["kind"] != "reject"]
BAD = [vector for vector in VECTORS if vector["kind"] == "reject"]


def cipher_of(vector: dict[str, Any]) -> Cipher:
    return Cipher(vector["token"], vector["encoding_aes_key"], vector["receiveid"])


def opened(vector: dict[str, Any]) -> str:
    box = cipher_of(vector)
    box.verify(
        vector["msg_signature"],
        vector["timestamp"],
        vector["nonce"],
        vector["encrypt"],
        float(vector["timestamp"]),
    )
    return box.decrypt(vector["encrypt"])


def test_there_are_vectors_of_both_sorts() -> None:
    assert len(GOOD) == 8
    assert len(BAD) == 4


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector["name"])
def test_a_golden_message_is_read_and_written_byte_for_byte(vector: dict[str, Any]) -> None:
    random = bytes.fromhex(vector["random_hex"])

    assert opened(vector) == vector["plaintext"]
    assert cipher_of(vector).encrypt(vector["plaintext"], random=random) == vector["encrypt"]


@pytest.mark.parametrize("vector", BAD, ids=lambda vector: vector["name"])
def test_a_golden_forgery_is_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(BadCallback) as refusal:
        opened(vector)

    forbidden = vector["expect"]["error"] in ("bad_signature", "receiveid_mismatch")
    assert refusal.value.status == (403 if forbidden else 400)


def test_the_passive_reply_is_the_golden_envelope() -> None:
    vector = next(vector for vector in GOOD if vector["kind"] == "reply_xml")
    random = bytes.fromhex(vector["random_hex"])

    reply = cipher_of(vector).envelope(
        vector["plaintext"], vector["timestamp"], vector["nonce"], random=random
    )

    assert reply == vector["http"]["response_body"]


def test_the_sample_published_by_wecom_is_read() -> None:
    box = Cipher("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")
    echo = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="

    box.verify("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "1409659589", "263014780", echo, 1409659589.0)

    assert box.decrypt(echo) == "1616140317555161061"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_wechatpy_and_we_read_each_other(words: str) -> None:
    reply = cipher().envelope(words, "1764000000", "n1")
    encrypt = reply.split("CDATA[")[1].split("]")[0]

    theirs = WeChatCrypto(TOKEN, AES_KEY, CORP)

    assert theirs.decrypt_message(reply, signature("1764000000", "n1", encrypt), "1764000000", "n1") == words
    assert cipher().decrypt(encrypt) == words


@pytest.mark.parametrize("change", ["upper", "cut", "missing", "long", "foreign"])
def test_a_signature_that_is_not_exactly_right_is_refused(change: str) -> None:
    right = signature("1764000000", "n", "abc=")
    wrong = {
        "upper": right.upper(),
        "cut": right[:-1],
        "missing": "",
        "long": right + "0",
        "foreign": "é\ud800",
    }[change]

    cipher().verify(right, "1764000000", "n", "abc=", NOW)
    with pytest.raises(BadCallback) as refusal:
        cipher().verify(wrong, "1764000000", "n", "abc=", NOW)

    assert refusal.value.status == 403


STAMPS = ["", "176400000", "01764000000", "+176400000", " 1764000000", "１７６４００００００", "1764000000\n"]


@pytest.mark.parametrize("stamp", STAMPS)
def test_a_timestamp_is_ten_ascii_digits(stamp: str) -> None:
    with pytest.raises(BadCallback) as refusal:
        cipher().verify(signature(stamp, "n", "abc="), stamp, "n", "abc=", NOW)

    assert refusal.value.status == 403


@pytest.mark.parametrize(
    ("away", "fine"), [(-601, False), (-600, True), (0, True), (600, True), (601, False)]
)
def test_the_window_is_ten_minutes_either_way(away: int, fine: bool) -> None:
    stamp = str(int(NOW) + away)
    right = signature(stamp, "n", "abc=")

    if fine:
        cipher().verify(right, stamp, "n", "abc=", NOW)
    else:
        with pytest.raises(BadCallback):
            cipher().verify(right, stamp, "n", "abc=", NOW)


def raw(body: bytes) -> str:
    key = base64.b64decode(AES_KEY + "=")
    return base64.b64encode(WeChatCipher(key).encrypt(body)).decode()


def padded(body: bytes, *, size: int = 32) -> bytes:
    pad = size - len(body) % size
    return body + bytes([pad]) * pad


def message(words: bytes, length: int | None = None, corp: bytes = CORP.encode()) -> bytes:
    return b"r" * 16 + (len(words) if length is None else length).to_bytes(4, "big") + words + corp


RUBBISH = {
    "nothing": "",
    "not base64": "a!b=",
    "base64 without padding": base64.b64encode(b"x" * 16).decode().rstrip("="),
    "foreign letters": "ａｂｃ=",
    "half a block": base64.b64encode(b"x" * 24).decode(),
    "noise": base64.b64encode(b"x" * 64).decode(),
    "only padding": raw(bytes([32]) * 32),
    "unequal padding": raw(message(b"hi!") + bytes(22) + bytes([23])),
    "stray letters": "!" + raw(padded(message(b"hi"))),
    "padding of zero": raw((message(b"hi") + bytes(32))[:64]),
    "padding of 33": raw(message(b"x" * 10) + bytes([33]) * (96 - len(message(b"x" * 10)))),
    "length beyond the end": raw(padded(message(b"hi", length=4000))),
    "length of four billion": raw(padded(message(b"hi", length=2**32 - 1))),
    "length into the receiver": raw(padded(message(b"hi", length=3))),
    "no receiver": raw(padded(message(b"hi", corp=b""))),
    "other case of receiver": raw(padded(message(b"hi", corp=CORP.upper().encode()))),
    "not UTF-8": raw(padded(message(b"\xff\xfe"))),
    "half a character": raw(padded(message("界".encode()[:2]))),
}


@pytest.mark.parametrize("name", RUBBISH)
def test_rubbish_however_sealed_is_refused(name: str) -> None:
    with pytest.raises(BadCallback) as refusal:
        cipher().decrypt(RUBBISH[name])

    assert refusal.value.status in (400, 403)


def test_without_a_receiver_the_length_still_guards() -> None:
    box = cipher("")

    assert box.decrypt(raw(padded(message(b"hi", corp=b"")))) == "hi"
    for length in (1, 3, 4000):
        with pytest.raises(BadCallback):
            box.decrypt(raw(padded(message(b"hi", length=length, corp=b""))))


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(noise: bytes) -> None:
    for encrypt in (
        base64.b64encode(noise).decode(),
        raw(padded(noise, size=16)),
        noise.decode("utf-8", "replace"),
    ):
        with pytest.raises(BadCallback):
            cipher().decrypt(encrypt)


@pytest.mark.parametrize(
    "key", ["", AES_KEY[:-1], AES_KEY + "A", AES_KEY + "=", AES_KEY[:-1] + " ", "密" * 43]
)
def test_a_key_that_cannot_be_one_stops_the_start_unprinted(key: str) -> None:
    with pytest.raises(ValueError, match="43") as refusal:
        Cipher(TOKEN, key, CORP)

    assert not key or key not in str(refusal.value)


@pytest.mark.parametrize("token", ["", "short", "with blank", "中文令牌中文令牌", "line\nbreak"])
def test_a_token_that_cannot_be_one_stops_the_start(token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        Cipher(token, AES_KEY, CORP)


def test_an_envelope_cannot_be_broken_out_of() -> None:
    with pytest.raises(ValueError):
        cipher().envelope("hi", "1764000000", "]]><a>")
    with pytest.raises(ValueError):
        cipher().envelope("hi", "soon", "n")
