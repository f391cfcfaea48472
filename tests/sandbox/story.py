"""What a bot would tell of an event, in the shape the panel reads."""

from collections.abc import Mapping, Sequence
from typing import Any

SAID = "新线索 徐州恒通路桥 王总 要3台泵车"


async def explain(name: str) -> Mapping[str, Any]:
    """A lead that was created, for every name but `unknown`."""
    if name == "unknown":
        raise LookupError(name)
    return {
        "event": {"key": f"wecom:main:{name}", "kind": "text", "text": SAID, "person": "陈思雨", "card": ""},
        "understood": {
            "intent": "lead.create",
            "slots": {"company": "徐州恒通路桥", "contact": "王总", "qty": 3},
            "confidence": 0.95,
            "used": [["company", 4, 10], ["contact", 11, 13], ["qty", 15, 16]],
            "candidates": [["lead.create", 0.95], ["customer.create", 0.84]],
        },
        "outcome": {"intent": "lead.create", "refused": ""},
        "rights": {
            "person": "陈思雨",
            "unit": "华东销售部",
            "roles": [{"role": "sales", "unit": "华东销售部", "rows": "own"}],
        },
        "changes": [
            {
                "audit": 12,
                "recorded_at": "2026-11-18T02:00:00+00:00",
                "door": "wecom:main",
                "action": "lead.create",
                "noun": "lead",
                "code": "L-20961",
                "what": "created",
                "fields": {"company": [None, "徐州恒通路桥"], "status": ["新", "跟进中"]},
                "mac": "0123456789abcdef",
            }
        ],
        "messages": [
            {
                "to": "陈思雨",
                "kind": "reply",
                "card": "leads.created",
                "state": "sent",
                "attempts": 1,
                "queued_at": "2026-11-18T02:00:00.010+00:00",
                "sent_at": "2026-11-18T02:00:00.045+00:00",
                "reason": "",
            }
        ],
    }


async def suggest(userid: str, text: str) -> Sequence[Mapping[str, str]]:
    """Two commands, and one that names who asks."""
    known = {
        "新线索": "登记一条线索",
        "我的任务": "看要做的事",
        f"我是{userid}": "",
    }
    return [
        {"insert": word, "label": word, "hint": hint} for word, hint in known.items() if word.startswith(text)
    ]


async def tally() -> Mapping[str, int]:
    """Counts of a bot with one message under way."""
    return {"events": 1, "queued": 2, "waiting": 1, "dead": 0}
