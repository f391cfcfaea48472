"""DingTalk's signatures and sealed events against golden vectors, and against rubbish."""

import base64
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.box import glued_sha1
from bot.platforms.dingtalk.crypto import EventCipher
from bot.platforms.dingtalk.signatures import check_card, check_robot, robot_sign
from bot.platforms.dingtalk.webhook import signed_query
from bot.platforms.refused import BadCallback
from tests.platforms.dingtalk_vectors import ALL, named, of_kind

SEALED = named("event-check-url")["input"]
NOW = 1767225600.123


def cipher(vector: dict[str, Any]) -> EventCipher:
    return EventCipher(vector["token"], vector["aes_key"], vector["owner_key"])


def opened(vector: dict[str, Any]) -> dict[str, Any]:
    given = vector["input"]
    now = int(given["query"]["timestamp"]) / 1000
    return cipher(given).read(list(given["query"].items()), json.dumps(given["body"]).encode(), now)


def test_every_kind_of_vector_is_here() -> None:
    kinds = {vector["kind"] for vector in ALL}

    assert kinds == {
        "robot_http_verify", "webhook_sign", "event_http_decrypt", "event_http_encrypt", "card_http_callback",
        "stream_frame",
    }  # fmt: skip
    assert len(ALL) == 16


@pytest.mark.parametrize("vector", of_kind("robot_http_verify"), ids=lambda vector: vector["id"])
def test_a_robot_callback_is_known_by_its_headers(vector: dict[str, Any]) -> None:
    given, wanted = vector["input"], vector["expect"]
    now, window = given["now_ms"] / 1000, given["window_ms"] / 1000

    if wanted["valid"]:
        check_robot(given["headers"], given["app_secret"], now, window)
    else:
        with pytest.raises(BadCallback) as refusal:
            check_robot(given["headers"], given["app_secret"], now, window)
        assert refusal.value.status == 403


def test_the_robot_signature_is_the_golden_one() -> None:
    vector = named("robot-sign-ok")

    made = robot_sign(vector["input"]["headers"]["timestamp"], vector["input"]["app_secret"])

    assert made == vector["expect"]["computed_sign"]


@pytest.mark.parametrize(
    ("timestamp", "sign"),
    [("", ""), ("1767225600", "x"), ("１７６７２２５６００１２３", "x"), ("1767225600123", "")],
)
def test_a_robot_callback_without_its_headers_is_refused(timestamp: str, sign: str) -> None:
    with pytest.raises(BadCallback):
        check_robot({"timestamp": timestamp, "sign": sign}, "secret", NOW)


def test_a_pair_of_robot_headers_serves_only_its_first_moments() -> None:
    headers = {"timestamp": "1767225600123", "sign": robot_sign("1767225600123", "secret")}

    check_robot(headers, "secret", NOW + 59)

    for late in (61.0, -61.0):
        with pytest.raises(BadCallback):
            check_robot(headers, "secret", NOW + late)


def test_a_group_webhook_is_signed_once_and_encoded_once() -> None:
    vector = named("webhook-sign-urlencode")
    given = vector["input"]

    url = signed_query(given["webhook"], given["secret"], given["timestamp_ms"])

    assert robot_sign(str(given["timestamp_ms"]), given["secret"]) == vector["expect"]["sign_base64"]
    assert dict(parse_qsl(urlsplit(str(url)).query)) == dict(
        parse_qsl(urlsplit(vector["expect"]["url"]).query)
    )
    assert vector["expect"]["sign_urlencoded"].split("%")[0] in str(url)
    assert "%252B" not in str(url)


@pytest.mark.parametrize("vector", of_kind("event_http_decrypt"), ids=lambda vector: vector["id"])
def test_a_golden_event_is_read_or_refused(vector: dict[str, Any]) -> None:
    if vector["expect"]["ok"]:
        assert opened(vector) == vector["expect"]["json"]
    else:
        with pytest.raises(BadCallback):
            opened(vector)


def test_the_sealed_success_is_the_golden_one() -> None:
    vector = named("event-success-response")
    given = vector["input"]

    made = cipher(given).seal(
        given["plaintext"], given["timeStamp"], given["nonce"], random=given["random16"].encode()
    )

    assert made == vector["expect"]["response_json"]


def test_a_sealed_answer_is_read_by_the_same_rules() -> None:
    box = cipher(SEALED)
    made = box.seal('{"EventType":"ping"}', "1767225600123", "n")
    query = [("signature", made["msg_signature"]), ("timestamp", "1767225600123"), ("nonce", "n")]

    assert box.read(query, json.dumps({"encrypt": made["encrypt"]}).encode(), NOW) == {"EventType": "ping"}


def test_a_golden_card_callback_is_known_by_its_headers() -> None:
    given = named("card-http-callback")["input"]

    check_card(given["headers"], given["api_secret"], 1767225601.0)

    with pytest.raises(BadCallback):
        check_card(given["headers"], "another secret", 1767225601.0)
    with pytest.raises(BadCallback):
        check_card({}, given["api_secret"], 1767225601.0)


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": "1767229300123"},
        {"timestamp": "1767225600"},
        {"msg_signature": ""},
        {"nonce": "n" * 200},
        {"signature": "twice"},
    ],
    ids=str,
)
def test_an_event_with_another_query_is_refused(change: dict[str, str]) -> None:
    query = [*(SEALED["query"] | change).items()]

    with pytest.raises(BadCallback):
        cipher(SEALED).read(query, json.dumps(SEALED["body"]).encode(), NOW)


def test_a_signature_may_come_under_both_of_its_names() -> None:
    query = SEALED["query"] | {"signature": SEALED["query"]["msg_signature"]}

    assert cipher(SEALED).read([*query.items()], json.dumps(SEALED["body"]).encode(), NOW)


@given(st.binary(max_size=200))
def test_rubbish_rightly_signed_is_refused_and_never_a_crash(rubbish: bytes) -> None:
    box = cipher(SEALED)
    encrypt = base64.b64encode(rubbish).decode()
    signature = glued_sha1(SEALED["token"], "1767225600123", "n", encrypt)
    query = {"signature": signature, "timestamp": "1767225600123", "nonce": "n"}
    body = json.dumps({"encrypt": encrypt}).encode()

    with pytest.raises(BadCallback):
        box.read([*query.items()], body, NOW)


@given(st.binary(max_size=300))
def test_a_body_of_anything_is_refused(body: bytes) -> None:
    with pytest.raises(BadCallback):
        cipher(SEALED).read([*SEALED["query"].items()], body, NOW)
