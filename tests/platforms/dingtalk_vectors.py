"""The golden vectors of DingTalk's protocol, by kind."""

import json
from pathlib import Path
from typing import Any

Vector = dict[str, Any]

ALL: list[Vector] = json.loads((Path(__file__).parent / "vectors" / "dingtalk.json").read_text("utf-8"))[
    "vectors"
]


def of_kind(kind: str) -> list[Vector]:
    """Every vector of one kind."""
    return [vector for vector in ALL if vector["kind"] == kind]


def named(name: str) -> Vector:
    """The one vector of that id."""
    return next(vector for vector in ALL if vector["id"] == name)
