"""What reaches us from the network: shapes, bombs, replays, echoes."""

import re
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.wecom.callback import LARGEST_BODY, read_callback, read_echo
from bot.platforms.wecom.crypto import BadCallback
from bot.platforms.wecom.events import read_event
from tests.platforms.wecom_post import (
    CORP,
    HERE,
    NOW,
    SIGNER,
    cipher,
    envelope,
    post,
    query,
    said,
    sealed,
    signature,
)

HELLO = said("<Content><![CDATA[我的待办]]></Content>", "<MsgId>7561234500000000001</MsgId>")


def refused(pairs: list[tuple[str, str]], body: bytes, now: float = NOW) -> int:
    with pytest.raises(BadCallback) as refusal:
        read_callback(cipher(), pairs, body, now)
    return refusal.value.status


def test_a_genuine_callback_is_read_in_any_order_of_elements() -> None:
    encrypt = sealed(HELLO)
    turned = f"<xml>\n<Encrypt>{encrypt}</Encrypt><AgentID></AgentID><ToUserName>{CORP}</ToUserName></xml>"

    assert read_callback(cipher(), query(encrypt), envelope(encrypt), NOW) == HELLO
    assert read_callback(cipher(), query(encrypt), turned.encode(), NOW) == HELLO


@pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce"])
def test_a_missing_or_repeated_parameter_is_refused(name: str) -> None:
    pairs, body = post(HELLO)
    pair = next(pair for pair in pairs if pair[0] == name)

    assert refused([other for other in pairs if other != pair], body) == 403
    assert refused([*pairs, pair], body) == 400


def test_another_corp_is_refused() -> None:
    assert refused(*post(HELLO, "ww0000000000000000")) == 403


def test_a_wrong_signature_is_refused_before_anything_is_decrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs, body = post(HELLO)
    box = cipher()
    opened = list[str]()
    monkeypatch.setattr(box, "decrypt", opened.append)

    with pytest.raises(BadCallback) as refusal:
        read_callback(box, [("msg_signature", "0" * 40), *pairs[1:]], body, NOW)

    assert refusal.value.status == 403
    assert not opened


SHAPES = {
    "empty": "",
    "no XML": "{}",
    "cut": "<xml><Encrypt>a",
    "two roots": "<xml></xml><xml></xml>",
    "other root": "<html><Encrypt>{e}</Encrypt></html>",
    "no Encrypt": "<xml><ToUserName>a</ToUserName></xml>",
    "empty Encrypt": "<xml><Encrypt> </Encrypt></xml>",
    "repeated Encrypt": "<xml><Encrypt>{e}</Encrypt><Encrypt>{e}</Encrypt></xml>",
    "nested Encrypt": "<xml><Encrypt><Encrypt>{e}</Encrypt></Encrypt></xml>",
    "hidden Encrypt": "<xml><a><Encrypt>{e}</Encrypt></a></xml>",
    "DTD": "<!DOCTYPE xml [<!ELEMENT xml ANY>]><xml><Encrypt>{e}</Encrypt></xml>",
    "outside DTD": '<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml><Encrypt>{e}</Encrypt></xml>',
    "entity": '<!DOCTYPE xml [<!ENTITY e "{e}">]><xml><Encrypt>&e;</Encrypt></xml>',
    "unknown entity": "<xml><Encrypt>&e;</Encrypt></xml>",
    "NUL": "<xml><Encrypt>\0</Encrypt></xml>",
}


@pytest.mark.parametrize("name", SHAPES)
def test_another_shape_is_refused(name: str) -> None:
    encrypt = sealed(HELLO)

    assert refused(query(encrypt), SHAPES[name].replace("{e}", encrypt).encode()) == 400


def test_the_document_does_not_choose_its_encoding() -> None:
    encrypt = sealed(HELLO)
    text = f'<?xml version="1.0" encoding="utf-16"?><xml><Encrypt>{encrypt}</Encrypt></xml>'

    assert refused(query(encrypt), text.encode("utf-16")) == 400
    assert read_callback(cipher(), query(encrypt), text.encode(), NOW) == HELLO


def filled(start: str, piece: str, end: str = "") -> bytes:
    count = (LARGEST_BODY - len(start) - len(end)) // len(piece)
    return (start + piece * count + end).encode()


LAUGHS = "<!DOCTYPE xml [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 30)
)
BOMBS = {
    "laughs": (LAUGHS + "]><xml><Encrypt>&a29;</Encrypt></xml>").encode(),
    "depth": filled("", "<a>"),
    "siblings": filled("<xml>", "<a/>", "</xml>"),
    "attributes": filled("<xml ", "a='' "),
    "different attributes": ("<xml " + " ".join(f"a{n}=''" for n in range(6000)) + "/>").encode(),
    "text": filled("<xml><Encrypt>", "A", "</Encrypt></xml>"),
    "pieces": filled("<xml><Encrypt>", "<![CDATA[a]]>", "</Encrypt></xml>"),
    "comments": filled("<xml>", "<!---->", "</xml>"),
    "instructions": filled("<xml>", "<?a?>", "</xml>"),
    "one token": filled("<xml><!--", "x"),
    "references": filled("<xml><Encrypt>", "&#65;", "</Encrypt></xml>"),
    "characters": filled("<xml><Encrypt>", "\x01"),
    "one byte too many": b"<xml>" + b" " * (LARGEST_BODY - 4),
    "fifty megabytes": b"<" * 50_000_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_next_to_nothing(name: str) -> None:
    pairs = query("abc")
    tries = []
    for _ in range(3):  # The best of three: collecting garbage falls into any of them.
        started = time.process_time()
        assert refused(pairs, BOMBS[name]) in (400, 403)
        tries.append(time.process_time() - started)

    tracemalloc.start()
    refused(pairs, BOMBS[name])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert min(tries) < 0.05
    assert peak < 10_000_000


def test_a_callback_split_elsewhere_is_refused_or_is_the_same_event() -> None:
    """Timestamp and nonce are glued: whoever has a callback may move digits between them."""
    encrypt = sealed(HELLO)
    stamp, nonce = "1764000000", "1764000001999"
    right = signature(stamp, nonce, encrypt)
    first = read_event(
        read_callback(
            cipher(),
            [("msg_signature", right), ("timestamp", stamp), ("nonce", nonce)],
            envelope(encrypt),
            NOW,
        ),
        HERE,
        SIGNER,
        NOW,
    )

    keys = set[str]()
    glued = stamp + nonce
    for cut in range(len(glued) + 1):
        for a, b in ((glued[:cut], glued[cut:]), (glued[cut:], glued[:cut])):
            pairs = [("msg_signature", right), ("timestamp", a), ("nonce", b)]
            try:
                words = read_callback(cipher(), pairs, envelope(encrypt), NOW)
            except BadCallback:
                continue
            keys.add(read_event(words, HERE, SIGNER, NOW).key)

    assert keys == {first.key}


def test_the_same_words_sealed_anew_are_the_same_event() -> None:
    keys = set[str]()
    for nonce in ("1", "2"):
        encrypt = sealed(HELLO)
        words = read_callback(cipher(), query(encrypt, "1764000003", nonce), envelope(encrypt), NOW)
        keys.add(read_event(words, HERE, SIGNER, NOW).key)

    assert keys == {"wecom:main:7561234500000000001"}


@given(st.binary(max_size=600))
def test_no_body_raises_anything_else(body: bytes) -> None:
    assert refused(query("abc"), body) in (400, 403)


@given(
    st.lists(st.tuples(st.sampled_from(["msg_signature", "timestamp", "nonce", "x"]), st.text(max_size=40)))
)
def test_no_query_raises_anything_else(pairs: list[tuple[str, str]]) -> None:
    assert refused(pairs, envelope("abc=")) in (400, 403)


ECHO = "4012887365012345678"


def echo_of(words: str) -> list[tuple[str, str]]:
    encrypt = sealed(words)
    return [*query(encrypt), ("echostr", encrypt)]


def test_the_url_check_is_answered_with_the_bare_words() -> None:
    assert read_echo(cipher(), echo_of(ECHO), NOW) == ECHO


def test_a_plus_that_became_a_blank_is_understood() -> None:
    pairs = next(pairs for pairs in iter(lambda: echo_of(ECHO), None) if "+" in pairs[-1][1])

    assert read_echo(cipher(), [*pairs[:-1], ("echostr", pairs[-1][1].replace("+", " "))], NOW) == ECHO


def test_the_url_check_never_decrypts_a_captured_message() -> None:
    with pytest.raises(BadCallback) as refusal:
        read_echo(cipher(), echo_of(HELLO), NOW)

    assert refusal.value.status == 403


@pytest.mark.parametrize("change", ["missing", "repeated", "old", "huge", "unsigned"])
def test_another_echo_is_refused(change: str) -> None:
    pairs = echo_of(ECHO)
    changed = {
        "missing": pairs[:-1],
        "repeated": [*pairs, pairs[-1]],
        "old": pairs,
        "huge": [*pairs[:-1], ("echostr", "A" * 5000)],
        "unsigned": [("msg_signature", "0" * 40), *pairs[1:]],
    }[change]

    with pytest.raises(BadCallback):
        read_echo(cipher(), changed, NOW + (700 if change == "old" else 0))


def test_a_refusal_quotes_nothing() -> None:
    secret = "客户电话13800001111"
    for plaintext in (f"<xml>{secret}", f"<xml><ToUserName>{secret}</ToUserName></xml>"):
        with pytest.raises(BadCallback) as refusal:
            read_event(plaintext, HERE, SIGNER, NOW)
        assert re.search(r"[一-鿿0-9]", str(refusal.value)) is None
