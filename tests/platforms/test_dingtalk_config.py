"""What a `[[dingtalk]]` section must hold together."""

from typing import Any

import pytest

from bot.config import BadConfig, config_from
from tests.right_config import letters, right


def tree(public_url: str = "", **changes: Any) -> dict[str, Any]:
    ding = {
        "name": "ding",
        "corp_id": "dingdemocorp0001",
        "client_id": "dingkey",
        "client_secret": letters("d", 40),
    }
    server = {"server": {"public_url": public_url}} if public_url else {}
    return right() | server | {"dingtalk": [ding | changes]}


def test_a_stream_needs_no_address() -> None:
    (ding,) = config_from(tree(card_template_id="t.schema")).dingtalk

    assert (ding.mode, ding.card_template_id) == ("stream", "t.schema")


def test_cards_over_http_need_a_public_address() -> None:
    over_http = {"mode": "http", "card_template_id": "t.schema"}

    with pytest.raises(BadConfig) as refusal:
        config_from(tree(**over_http))

    assert any("public_url" in problem and "dingtalk" in problem for problem in refusal.value.problems)
    assert config_from(tree("https://bot.example", **over_http)).dingtalk
    assert config_from(tree(mode="http")).dingtalk
