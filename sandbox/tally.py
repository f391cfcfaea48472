"""What came and what went, counted: the page shows with it that no trouble loses or doubles anything."""

import json
from collections import Counter
from typing import Any

from sandbox.ledger import Delivery
from sandbox.rig import Sandbox


async def tally_of(sandbox: Sandbox) -> dict[str, Any]:
    """The platform's side, and the bot's own where it was given."""
    wecom = sandbox.wecom
    sent = wecom.ledger.sent()
    cards = [delivery for delivery in sent if delivery.task_id]
    return {
        "gestures": wecom.trails.gestures,
        "posts": wecom.trails.posts,
        "delivered": len(sent),
        "cards": len(cards),
        "task_ids": len({(card.corp_id, card.agent_id, card.task_id) for card in cards}),
        "updates": len(wecom.ledger) - len(sent),
        "repeats": wecom.repeated,
        "doubled": doubled(sent),
        "dropped": sum(len(delivery.dropped) for delivery in sent),
        "bot": dict(await sandbox.tally()) if sandbox.tally else None,
    }


def doubled(sent: list[Delivery]) -> int:
    """Messages that reached somebody twice: the same words to the same people from the same cause."""
    same = Counter(
        (delivery.trail, delivery.recipients, json.dumps(_said(delivery), sort_keys=True, default=str))
        for delivery in sent
        if delivery.recipients
    )
    return sum(times - 1 for times in same.values())


def _said(delivery: Delivery) -> dict[str, Any]:
    """The content without what is different in every copy by nature: ids and signed keys."""
    return {"type": delivery.msgtype, "body": _plain(delivery.body)}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        hidden = ("task_id", "key", "id", "question_key", "selected_id")
        return {name: _plain(inner) for name, inner in value.items() if name not in hidden}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
