"""Several leads pasted at once: shown first, stored when the person says so."""

from typing import Any

from cards import general
from cards import leads as cards
from handlers import slots as say
from handlers.desk import Desk
from handlers.general.carrying import typed
from handlers.leads.duplicates import channel_of
from handlers.leads.opening import facts_of, open_lead
from handlers.permissions.rules import Can
from handlers.refusal import Refusal
from handlers.reply import Reply
from handlers.routing import router

MOST = 10
FORM = (
    "把线索一行一条发给我，每行写公司、联系人、电话、需求，例如：\n"
    "徐州恒通路桥 王建国 13812345678 两台摊铺机\n淮安宏泰路桥 李工 13912345678 压路机"
)


class RecordedAlready(Refusal):
    """这一批已经录过，或者超过一天没有确认。要看结果，说“我的线索”；要再录，把名单重新发一遍。"""


@router.command(
    "lead.import",
    "导入线索",
    "批量录线索",
    "批量录入",
    english=("import leads",),
    needs=Can.CREATE_LEAD,
    examples=("导入线索",),
)
def import_(desk: Desk, rows: say.LeadRows | None = None) -> Reply:
    """一行一条粘贴多条线索，先列给你看，确认后一起录。"""
    if not rows:
        return Reply(general.say, text=FORM)
    kept, left = rows[:MOST], rows[MOST:]
    draft_id = desk.drafts.keep("lead.import", {"rows": kept}, "", open_=False)
    shown = [_shown(row) for row in kept]
    return Reply(cards.preview, rows=shown, draft_id=draft_id, left=len(left))


def _shown(row: dict[str, Any]) -> list[str]:
    facts = ("contact", "phone", "product", "qty", "spec", "note")
    return [str(row["customer"]), " ".join(str(row[name]) for name in facts if row.get(name))]


@router.tap(cards.ImportAll, needs=Can.CREATE_LEAD)
def import_all(desk: Desk, tap: cards.ImportAll) -> Reply:
    """【全部录入】: each with its own check for duplicates; what somebody is on is left out and said."""
    draft = desk.drafts.find(tap.draft_id)
    if draft is None or draft.intent != "lead.import":
        raise RecordedAlready
    desk.drafts.finish(draft.id)
    results = [_stored(desk, row) for row in draft.slots["rows"]]
    return Reply(cards.imported, results=results, undo=desk.cause)


def _stored(desk: Desk, row: dict[str, Any]) -> list[str]:
    """The company, and what became of it."""
    said = {name: value for name, value in row.items() if name != "note"}
    slots = typed(router.commands["lead.create"], said) | {"note": row.get("note", "")}
    company, phone = slots.pop("customer"), slots.pop("phone", "")
    lead, found = open_lead(desk, company, phone, facts_of(**slots))
    if lead is not None:
        return [company, f"{lead.code}{' 疑似重复' if found else ''}", "1"]
    unit, channel = channel_of(desk, found[0])
    return [company, f"没有录：{unit}已有人跟，联系{channel}", ""]
