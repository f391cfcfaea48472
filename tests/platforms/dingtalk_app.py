"""The DingTalk app of the tests: its settings, and the same app as the pretend DingTalk knows it."""

from typing import Any

from sandbox.dingtalk.org import App
from tests.right_config import letters

TEMPLATE = "11111111-2222-4333-8444-555555555555.schema"
VARIABLES = {"title", "status", "subtitle", "text", "facts", "items", "more_items", "buttons"}
CORP = "dingheng1yue2group3"
DING: dict[str, Any] = {
    "name": "ding", "corp_id": CORP, "client_id": "dingkeyforxiaoer01", "client_secret": letters("ding", 64),
    "card_template_id": TEMPLATE, "event_token": "eventToken77", "event_aes_key": letters("ding-aes", 43),
}  # fmt: skip


def pretend_app() -> App:
    """The app in Stream mode."""
    return App(
        DING["client_id"], DING["client_secret"], 7, template_id=TEMPLATE, variables=frozenset(VARIABLES),
        event_token=DING["event_token"], event_aes_key=DING["event_aes_key"],
    )  # fmt: skip
