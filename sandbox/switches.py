"""The switches of the page: troubles that last until they are switched off again."""

from dataclasses import dataclass
from typing import Any

from sandbox.faults import Fault, Faults


@dataclass(frozen=True, slots=True)
class Switch:
    """A switch with its words, and the trouble it makes. With `every` 2 the bot's second try gets through."""

    name: str
    words: str
    about: str
    fault: Fault


SWITCHES = (
    Switch("http", "平台 5xx", "发消息一律得到 503，恢复后补发", Fault("http", "message", None)),
    Switch("slow", "慢", "每次调用慢 3 秒", Fault("slow", "", None, seconds=3.0)),
    Switch("token", "令牌过期", "每隔一次调用，令牌就过期", Fault("stale_token", "message", None, every=2)),
    Switch(
        "rate",
        "限流",
        "每隔一次调用返回 45009，小二会缓一分钟",
        Fault("errcode", "message", None, code=45009, every=2),
    ),
    Switch("twice", "重发回调", "每个回调都再来一次", Fault("callback_twice", "", None)),
    Switch(
        "answer",
        "丢回答",
        "消息收下了，应答丢在路上，每隔一次",
        Fault("lose_answer", "message", None, every=2),
    ),
    Switch(
        "callback",
        "丢回调应答",
        "小二的应答丢在路上，平台再送一遍",
        Fault("lose_callback_answer", "callback/1", None),
    ),
)


def turn(faults: Faults, name: str, *, on: bool) -> Switch:
    """Flip one. Raises `LookupError`."""
    found = next((switch for switch in SWITCHES if switch.name == name), None)
    if found is None:
        raise LookupError(f"没有这个开关：{name}")
    faults.remove(name)
    if on:
        faults.add(found.fault.fresh(name))
    return found


def switches_of(faults: Faults) -> list[dict[str, Any]]:
    """All switches, and which are on."""
    on = faults.switched_on()
    return [
        {"name": one.name, "words": one.words, "about": one.about, "on": one.name in on} for one in SWITCHES
    ]
