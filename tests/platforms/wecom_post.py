"""Genuine WeCom callbacks for tests, sealed by wechatpy so that our own cipher does not vouch for itself."""

import hashlib
import re
from collections.abc import Sequence

from wechatpy.work.crypto import WeChatCrypto

from bot.event import Event
from bot.platforms.taps import TapSigner
from bot.platforms.wecom.callback import read_callback
from bot.platforms.wecom.crypto import Cipher
from bot.platforms.wecom.events import Receiver, read_event

TOKEN = "pQ7rZt2Kd9"
AES_KEY = "gXw4OqBQT8TJN7jVs2yTOzzBu1IlBSTOt5Tlr5csb7A"
CORP = "ww1f2e3d4c5b6a7980"
AGENT = 1000002
NOW = 1764000000.0
SIGNER = TapSigner([b"k" * 32])
HERE = Receiver("main", CORP, AGENT)

Pairs = list[tuple[str, str]]


def cipher(corp: str = CORP) -> Cipher:
    return Cipher(TOKEN, AES_KEY, corp)


def signature(timestamp: str, nonce: str, encrypt: str) -> str:
    return hashlib.sha1("".join(sorted([TOKEN, timestamp, nonce, encrypt])).encode()).hexdigest()


def query(encrypt: str, timestamp: str = "1764000000", nonce: str = "1372623149") -> Pairs:
    return [
        ("msg_signature", signature(timestamp, nonce, encrypt)),
        ("timestamp", timestamp),
        ("nonce", nonce),
    ]


def sealed(plaintext: str, corp: str = CORP) -> str:
    whole = WeChatCrypto(TOKEN, AES_KEY, corp).encrypt_message(plaintext, "1", "1764000000")
    found = re.search(r"<Encrypt><!\[CDATA\[(.+?)\]\]>", whole)
    assert found
    return found[1]


def envelope(encrypt: str) -> bytes:
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><AgentID><![CDATA[{AGENT}]]></AgentID>"
        f"<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
    ).encode()


def post(plaintext: str, corp: str = CORP) -> tuple[Pairs, bytes]:
    encrypt = sealed(plaintext, corp)
    return query(encrypt), envelope(encrypt)


def said(*parts: str, kind: str = "text", corp: str = CORP, agent: str = str(AGENT)) -> str:
    """Plaintext of a message; `parts` are whole elements."""
    return (
        f"<xml><ToUserName><![CDATA[{corp}]]></ToUserName><FromUserName><![CDATA[ZhangSan]]></FromUserName>"
        f"<CreateTime>1764000001</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>"
        f"{''.join(parts)}<AgentID>{agent}</AgentID></xml>"
    )


def pressed(key: str, *items: tuple[str, Sequence[str]], event: str = "template_card_event") -> str:
    """Plaintext of a pressed button with what was selected under each question."""
    chosen = "".join(
        f"<SelectedItem><QuestionKey><![CDATA[{question}]]></QuestionKey><OptionIds>"
        + "".join(f"<OptionId><![CDATA[{option}]]></OptionId>" for option in options)
        + "</OptionIds></SelectedItem>"
        for question, options in items
    )
    return said(
        f"<Event><![CDATA[{event}]]></Event><EventKey><![CDATA[{key}]]></EventKey>",
        "<TaskId><![CDATA[t-1]]></TaskId><CardType><![CDATA[button_interaction]]></CardType>",
        "<ResponseCode><![CDATA[rc_1]]></ResponseCode>",
        f"<SelectedItems>{chosen}</SelectedItems>" if chosen else "",
        kind="event",
    )


def read(plaintext: str, *, receiver: Receiver = HERE, now: float = NOW) -> Event:
    """The event in a whole callback that carries `plaintext`."""
    pairs, body = post(plaintext, receiver.corp_id)
    words = read_callback(cipher(receiver.corp_id), pairs, body, now)
    return read_event(words, receiver, SIGNER, now)
