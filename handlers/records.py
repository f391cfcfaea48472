"""From what was said to a record the actor may see. Not visible and not existing read the same."""

from collections.abc import Sequence

from sqlalchemy import select

from cards import customers as customer_cards
from cards import general
from cards import leads as lead_cards
from handlers.companies.compare import Same, compare
from handlers.companies.index import Identity, match_keys_of
from handlers.companies.names import parts
from handlers.desk import Desk
from handlers.general.coding import CODE
from handlers.refusal import NotFound, Refusal
from handlers.reply import Reply
from storage.ledger import match_keys
from storage.schema import Customer, Lead, Task

FOCUS = "@focus"
REFERENCES = {FOCUS, "@last", "@list", "@push", "@quoted"}
MOST = 5
# Near names that people do say for the company itself; 3号线 for 4号线 is not among them.
CALLED = {"简称", "曾用名/别名", "组织形式不同", "同音"}
Subject = Customer | Lead


class WhichOne(Refusal):
    """说的是哪一条？请报编号或名称，例如：{example}"""


class Several(Exception):
    """More than one record fits: the person chooses. `reply` offers them."""

    def __init__(self, reply: Reply) -> None:
        super().__init__("several records fit")
        self.reply = reply


class NamesOnly(Several):
    """Only the name of it is in sight: that much is shown, and nothing else happens."""

    def __init__(self, row: Subject) -> None:
        text = "这一条你只能看到名称、单元和负责人。要看更多或者要动它，请找负责人，或者找管理员开通。"
        shown = lead_cards.shown if isinstance(row, Lead) else customer_cards.shown
        super().__init__(Reply(general.say, text=text).also(shown, row))


def find_subject(desk: Desk, said: str | None, *, leads_first: bool = False, names: bool = False) -> Subject:
    """The customer or lead that was named, or the one at hand. `names`: one seen by its name only will do.

    Raises `NotFound`, `WhichOne`, `Several`, `NamesOnly`.
    """
    if not said or said in REFERENCES:
        found = focused(desk, "customer", "lead")
        if isinstance(found, Customer | Lead):
            return found
        raise WhichOne(example="恒通路桥")
    fits = _coded(desk, said, names=names) if CODE.fullmatch(said) else named(desk, said, names=names)
    if not fits:
        raise _unseen(desk, said, names=names)
    nouns = {row.noun for row in fits}
    if len(fits) > 1 and len(nouns) == 2:
        # A lead that has become a customer carries one name twice.
        wanted = "lead" if leads_first else "customer"
        preferred = [row for row in fits if row.noun == wanted]
        fits = preferred if len(preferred) == 1 else fits
    if len(fits) > 1:
        raise Several(_offer(said, fits))
    return fits[0]


def _coded(desk: Desk, code: str, *, names: bool) -> list[Subject]:
    leads = desk.leads.where(Lead.code == code, limit=1, names=names)
    return [*leads, *desk.customers.where(Customer.code == code, limit=1, names=names)]


def _unseen(desk: Desk, said: str, *, names: bool) -> Exception:
    """Nothing of that name is seen in full; whoever sees names is shown the name."""
    if names or not desk.session.scope.names:
        return NotFound(said=said)
    fits = _coded(desk, said, names=True) if CODE.fullmatch(said) else named(desk, said, names=True)
    return (
        NamesOnly(fits[0]) if len(fits) == 1 else Several(_offer(said, fits)) if fits else NotFound(said=said)
    )


def named(desk: Desk, said: str, *, names: bool = False) -> list[Subject]:
    """The visible customers and leads of that name: equal names first, else near ones. At most five.

    `names`: also those of which the actor sees the name only.
    """
    keys = [key.text for key in match_keys_of(Identity((said,)), desk.keys)]
    asked = parts(said)
    rated: list[tuple[float, Subject]] = []
    for model, rows in ((Customer, desk.customers), (Lead, desk.leads)):
        known = select(match_keys.c.record_id).where(
            match_keys.c.noun == model.noun, match_keys.c.key.in_(keys)
        )
        for row in rows.where(model.id.in_(known), limit=50, names=names):
            first, *others = names_of(row)
            verdict = compare(asked, parts(first), [parts(other) for other in others])
            said_so = said in (first, *others)
            called = verdict.answer is not Same.DIFFERENT and verdict.reason in CALLED
            if said_so or verdict.answer is Same.SAME or called:
                rated.append((2.0 if said_so else verdict.score, row))
    if not rated:
        return []
    best = max(score for score, _ in rated)
    near = sorted((pair for pair in rated if pair[0] >= best - 0.05), key=lambda pair: -pair[0])
    return [row for _, row in near][:MOST]


def names_of(row: Subject) -> tuple[str, ...]:
    """Everything a record is called, its full name first."""
    if isinstance(row, Lead):
        return (row.company,)
    return tuple(dict.fromkeys(name for name in (row.name, row.short, *row.aliases) if name))


def focused(desk: Desk, *nouns: str) -> Customer | Lead | Task | None:
    """The record at hand, when it is one of these nouns and still visible."""
    if desk.talk.focus is None or desk.talk.focus[0] not in nouns:
        return None
    noun, record_id = desk.talk.focus
    return find_record(desk, noun, record_id)


def find_record(
    desk: Desk, noun: str, record_id: int, *, names: bool = False
) -> Customer | Lead | Task | None:
    """The visible record of that noun and id."""
    if noun == "lead":
        return desk.leads.find(record_id, names=names)
    if noun == "customer":
        return desk.customers.find(record_id, names=names)
    return desk.tasks.find(record_id) if noun == "task" else None


def find_lead(desk: Desk, code: str | None, company: str | None = None) -> Lead:
    """The lead of that code or company, or the one at hand. Raises as `find_subject` does."""
    said = next((one for one in (code, company) if one and one not in REFERENCES), None)
    if said:
        found = find_subject(desk, said, leads_first=True)
        if isinstance(found, Lead):
            return found
        raise NotFound(said=said)
    at_hand = focused(desk, "lead")
    if isinstance(at_hand, Lead):
        return at_hand
    raise WhichOne(example="线索 L-20961 电话是13812345678")


def _offer(said: str, fits: Sequence[Subject]) -> Reply:
    options = [[f"{row.code} {names_of(row)[0]}", f"查 {row.code}"] for row in fits]
    reply = Reply(general.choose, None, title=f"“{said}”有 {len(fits)} 个，是哪一个？", options=options)
    nouns = {row.noun for row in fits}
    if len(nouns) == 1:
        reply.listing = (fits[0].noun, tuple(row.id for row in fits))
    return reply
