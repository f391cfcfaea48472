"""What is written down: one harmless line per happening, and no secret in it, whoever logs."""

import copy
import io
import json
import logging
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import LONGEST, clean, clean_text, configure_logs
from bot.secrets import Secret


@contextmanager
def logging_to(stream: io.StringIO, *, as_json: bool) -> Iterator[io.StringIO]:
    """Logs go to the stream; afterwards logging is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    # Taken off first: `configure_logs` closes whatever it replaces, and those belong to pytest.
    root.handlers.clear()
    configure_logs(as_json=as_json, stream=stream)
    try:
        yield stream
    finally:
        structlog.reset_defaults()
        root.handlers[:] = handlers
        root.setLevel(level)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    with logging_to(io.StringIO(), as_json=True) as stream:
        yield stream


def entries(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_secret_shows_only_when_it_is_asked() -> None:
    secret = Secret("hunter2hunter2")

    assert [repr(secret), str(secret), f"{secret:>9}", f"{[secret]}"] == ["***", "***", "***", "[***]"]
    assert secret.reveal() == "hunter2hunter2"
    assert (secret == Secret("hunter2hunter2"), secret == Secret("other"), secret == "hunter2hunter2") == (
        True,
        False,
        False,
    )
    assert copy.deepcopy(secret) is copy.copy(secret) is secret
    assert len({secret, Secret("hunter2hunter2"), Secret(b"hunter2hunter2")}) == 1
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(AttributeError):
        secret.value = "x"


def test_a_line_carries_ids_and_hides_what_its_type_calls_secret(lines: io.StringIO) -> None:
    structlog.get_logger("bot.pipeline").info(
        "event.done",
        event_id="e-1",
        key=Secret(b"k" * 32),
        body=b"<xml>",
        deep={"token": [Secret("t")]},
        ms=2.5,
    )

    [entry] = entries(lines)
    assert entry.pop("at").endswith("Z")
    assert entry == {
        "event": "event.done",
        "level": "info",
        "logger": "bot.pipeline",
        "event_id": "e-1",
        "key": "***",
        "body": "<5 bytes>",
        "deep": {"token": ["***"]},
        "ms": 2.5,
    }


def test_other_libraries_go_the_same_way(lines: io.StringIO) -> None:
    logging.getLogger("aiohttp.client").warning(
        "GET %s\n%s", "https://u:p@h.example/a?access_token=tt#f", Secret("s")
    )

    [entry] = entries(lines)
    assert entry["event"] == "GET https://h.example/a\\n***"
    assert entry["logger"] == "aiohttp.client"


def test_a_failure_shows_its_kind_and_place_and_not_its_words(lines: io.StringIO) -> None:
    def fail() -> None:
        try:
            raise KeyError("13912345678")
        except KeyError as unknown:
            raise OSError(28, "13912345678") from unknown

    for log in (structlog.get_logger("bot").exception, logging.getLogger("lib").exception):
        try:
            fail()
        except OSError:
            log("event.failed")

    assert "13912345678" not in lines.getvalue()
    for entry in entries(lines):
        assert (entry["failure"], entry["cause"]) == ("OSError(28)", "KeyError")
        assert entry["where"][-1].startswith("test_logs.py:")
        assert entry["where"][-1].endswith(" fail")


def test_people_get_lines_too() -> None:
    with logging_to(io.StringIO(), as_json=False) as stream:
        structlog.get_logger("bot").info("ready", port=8080, note="a\x1b[31m")

    assert stream.getvalue().count("\n") == 1
    assert "port=8080" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("企业微信 已连接", "企业微信 已连接"),
        ("a\r\nb\x1b[31mc\x00", "a\\r\\nb\\x1b[31mc\\x00"),
        ("left\u202eright\u200b\u2028", "left\\u202eright\\u200b\\u2028"),
        ("lone \ud800", "lone \\ud800"),
        ("https://qyapi.example/cgi-bin/send?key=abc", "https://qyapi.example/cgi-bin/send"),
        ("wss://h/connect?ticket=abc 'https://h?x'", "wss://h/connect 'https://h'"),
        ("POST /callback/wecom/main?msg_signature=ab&nonce=1 200", "POST /callback/wecom/main?… 200"),
        ("postgresql+psycopg://me:pw@db/x", "postgresql+psycopg://db/x"),
        ("真的吗?是的", "真的吗?是的"),
    ],
)
def test_text_is_made_harmless(text: str, shown: str) -> None:
    assert clean_text(text) == shown


@given(st.text(max_size=2 * LONGEST))
def test_any_text_becomes_one_short_printable_line(text: str) -> None:
    shown = clean_text(text)

    assert shown.isprintable()
    assert len(shown) <= LONGEST + 1


def test_values_of_an_unknown_type_show_only_their_type() -> None:
    class Lead:
        def __repr__(self) -> str:
            return "13912345678"

    class Level(IntEnum):
        HIGH = 3

    instant = datetime(2026, 11, 18, 10, tzinfo=UTC)
    nested: object = [[[[[["deep"]]]]]]

    assert clean([Lead(), Level.HIGH, instant, None, True]) == ["<Lead>", 3, str(instant), None, True]
    assert clean(nested) == [[[["<list>"]]]]
    assert clean({Lead(): 1, Secret("k"): 2}) == {"<Lead>": 1, "***": 2}
