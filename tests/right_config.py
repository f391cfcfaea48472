"""A configuration with nothing wrong in it, and the same with one thing changed."""

import base64
import hashlib
from typing import Any


def key(name: str) -> str:
    return base64.b64encode(hashlib.sha256(name.encode()).digest()).decode()


def letters(name: str, length: int) -> str:
    return hashlib.sha512(name.encode()).hexdigest()[:length]


def right() -> dict[str, Any]:
    """A tree with nothing wrong in it."""
    return {
        "database": {"url": "sqlite:///data/xiaoer.db"},
        "security": {
            "field_keys": [key("new"), key("old")],
            "blind_index_key": key("blind"),
            "tap_key": key("tap"),
            "audit_key": key("audit"),
        },
        "wecom": [
            {
                "name": "main",
                "corp_id": "ww1f2e3d4c5b6a7980",
                "agent_id": 1000002,
                "secret": letters("secret", 43),
                "token": "pQ7rZt2Kd9",
                "encoding_aes_key": letters("aes", 43),
            }
        ],
    }


def changed(place: str, value: object) -> dict[str, Any]:
    """The right tree with one value laid at `wecom.0.secret`, or taken away (None)."""
    tree = right()
    node: Any = tree
    *way, last = [int(part) if part.isdigit() else part for part in place.split(".")]
    for part in way:
        node = node.setdefault(part, {}) if isinstance(node, dict) else node[part]
    if value is None:
        del node[last]
    else:
        node[last] = value
    return tree
