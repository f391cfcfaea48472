"""The sandbox's own signatures and cipher against the golden vectors."""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.dingtalk.crypto import CryptoRefused, Seal, card_sign, robot_sign
from sandbox.dingtalk.frames import read_ack

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "platforms" / "vectors" / "dingtalk.json").read_text()
)["vectors"]


def of(*kinds: str) -> pytest.MarkDecorator:
    found = [vector for vector in VECTORS if vector["kind"] in kinds]
    return pytest.mark.parametrize("vector", found, ids=[vector["id"] for vector in found])


@of("robot_http_verify")
def test_robot_headers(vector: dict[str, Any]) -> None:
    headers = vector["input"]["headers"]
    made = robot_sign(vector["input"]["app_secret"], headers["timestamp"])

    is_stale = vector["expect"].get("reason") == "stale_timestamp"
    assert (made == headers["sign"]) is (vector["expect"]["valid"] or is_stale)


@of("webhook_sign")
def test_custom_robot(vector: dict[str, Any]) -> None:
    given = vector["input"]

    assert robot_sign(given["secret"], str(given["timestamp_ms"])) == vector["expect"]["sign_base64"]


@of("event_http_decrypt")
def test_events_are_opened(vector: dict[str, Any]) -> None:
    given, query = vector["input"], vector["input"]["query"]
    seal = Seal(given["token"], given["aes_key"], given["owner_key"])
    signature = query.get("msg_signature") or query["signature"]
    sealed = (given["body"]["encrypt"], signature, query["timestamp"], query["nonce"])

    if vector["expect"]["ok"]:
        assert seal.open(*sealed) == vector["expect"]["plaintext"]
        return
    with pytest.raises(CryptoRefused) as refused:
        seal.open(*sealed)
    assert refused.value.reason == vector["expect"]["error"]


@of("event_http_encrypt")
def test_answers_are_sealed(vector: dict[str, Any]) -> None:
    given = vector["input"]
    seal = Seal(given["token"], given["aes_key"], given["owner_key"])
    letter = seal.letter(given["plaintext"], given["timeStamp"], given["nonce"], given["random16"].encode())

    assert letter == vector["expect"]["response_json"]


@of("card_http_callback")
def test_card_headers(vector: dict[str, Any]) -> None:
    headers = vector["input"]["headers"]

    assert (
        card_sign(vector["input"]["api_secret"], headers["x-ddpaas-signature-timestamp"])
        == headers["x-ddpaas-signature"]
    )


@of("stream_frame")
def test_the_expected_answers_are_read(vector: dict[str, Any]) -> None:
    expected = vector["expect"]["ack"]
    data = expected.get("data_json") or expected.get("data_json_contains") or {"response": None}
    code = expected.get("code") or expected["code_any_of"][0]
    message_id, ack = read_ack(json.dumps({**expected, "code": code, "data": json.dumps(data)}))

    assert message_id == vector["input"]["frame"]["headers"]["messageId"]
    assert (ack.code, ack.data) == (code, data)


@pytest.mark.parametrize("key", ["short", "!" * 43, "x" * 44])
def test_a_wrong_key_is_refused(key: str) -> None:
    with pytest.raises(CryptoRefused, match="bad_aes_key"):
        Seal("token", key, "owner").encrypt("hello")
