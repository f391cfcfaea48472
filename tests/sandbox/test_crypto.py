"""The sandbox's own cipher against the golden vectors, and against what the libraries let pass."""

import base64
import json
import struct
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from sandbox.wecom.crypto import CryptoRefused, Seal
from tests.sandbox.company import AES_KEY, CORP_ID, TOKEN

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "platforms/vectors/wecom.json").read_text()
)["vectors"]
GENUINE = [vector for vector in VECTORS if vector["expect"]["ok"]]
FORGED = [vector for vector in VECTORS if not vector["expect"]["ok"]]


def seal_of(vector: dict[str, Any]) -> Seal:
    return Seal(vector["token"], vector["encoding_aes_key"], vector["receiveid"])


def open_vector(vector: dict[str, Any]) -> str:
    names = ("encrypt", "msg_signature", "timestamp", "nonce")
    return seal_of(vector).open(*(vector[name] for name in names))


def test_there_are_vectors_of_both_kinds() -> None:
    assert len(GENUINE) == 8
    assert len(FORGED) == 4


@pytest.mark.parametrize("vector", GENUINE, ids=lambda v: v["name"])
def test_a_genuine_vector_opens_and_is_sealed_to_the_same_bytes(vector: dict[str, Any]) -> None:
    seal = seal_of(vector)

    assert open_vector(vector) == vector["plaintext"]
    assert seal.encrypt(vector["plaintext"], bytes.fromhex(vector["random_hex"])) == vector["encrypt"]
    assert seal.sign(vector["timestamp"], vector["nonce"], vector["encrypt"]) == vector["msg_signature"]


@pytest.mark.parametrize("vector", FORGED, ids=lambda v: v["name"])
def test_a_forged_vector_is_refused_for_its_reason(vector: dict[str, Any]) -> None:
    with pytest.raises(CryptoRefused) as refused:
        open_vector(vector)

    assert refused.value.reason == vector["expect"]["error"]


def test_the_published_sample_opens() -> None:
    seal = Seal("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")
    echo = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="

    opened = seal.open(echo, "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "1409659589", "263014780")

    assert opened == "1616140317555161061"


def raw(body: bytes, receiveid: str = CORP_ID) -> tuple[Seal, str]:
    """A ciphertext around bytes that no honest sender would write."""
    seal = Seal(TOKEN, AES_KEY, receiveid)
    key = seal.key()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return seal, base64.b64encode(encryptor.update(body) + encryptor.finalize()).decode()


def test_unequal_pad_bytes_are_refused() -> None:
    body = bytes(16) + struct.pack(">I", 2) + b"ok" + CORP_ID.encode()
    pad = 32 - len(body) % 32
    seal, encrypted = raw(body + bytes([1]) * (pad - 1) + bytes([pad]))

    with pytest.raises(CryptoRefused, match="bad_padding"):
        seal.decrypt(encrypted)


def test_a_length_beyond_the_body_is_refused_even_without_a_receiveid() -> None:
    body = bytes(16) + struct.pack(">I", 4000) + b"ok"
    pad = 32 - len(body) % 32
    seal, encrypted = raw(body + bytes([pad]) * pad, receiveid="")

    with pytest.raises(CryptoRefused, match="bad_message_length"):
        seal.decrypt(encrypted)


def test_a_body_too_short_for_a_length_is_refused() -> None:
    seal, encrypted = raw(bytes(16) + bytes([16]) * 16)

    with pytest.raises(CryptoRefused, match="bad_message_length"):
        seal.decrypt(encrypted)


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(CryptoRefused, match="bad_key"):
        Seal(TOKEN, AES_KEY[:-1], CORP_ID).key()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_whatever_is_sealed_opens_again(text: str) -> None:
    seal = Seal(TOKEN, AES_KEY, CORP_ID)

    assert seal.decrypt(seal.encrypt(text)) == text
