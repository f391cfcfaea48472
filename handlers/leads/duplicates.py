"""What a person is told when somebody else is on a company: whom to talk to, and nothing else."""

from collections.abc import Sequence

from cards import leads as cards
from handlers.companies.index import Duplicate, Identity, find_duplicates
from handlers.desk import Desk
from handlers.leads import rules
from handlers.records import find_record, names_of
from handlers.refusal import Refusal
from handlers.reply import Reply
from storage.schema import Customer, Lead
from storage.talk import take_ration, used_ration


class NoMoreChecks(Refusal):
    """今天的查重次数用完了（每人每天 {limit} 次），明天零点恢复。着急的话请联系{arbiter}。"""


class NoMoreEntries(Refusal):
    """今天的查重次数用完了（每人每天 {limit} 次）。录线索、改公司和电话都要查重，
    今天先不能写，明天零点恢复。着急的话请联系{arbiter}。
    """


RATION = "dup_check"


def check_ration(desk: Desk) -> None:
    """Use one of the day's checks."""
    if not take_ration(desk.conn, desk.actor.id, RATION, _today(desk), rules.CHECKS_A_DAY):
        raise NoMoreChecks(limit=rules.CHECKS_A_DAY, arbiter=arbiter(desk))


def check_left(desk: Desk) -> None:
    """Refuse to write when no check is left, whatever it would find: the difference would be an answer."""
    if used_ration(desk.conn, desk.actor.id, RATION, _today(desk)) >= rules.CHECKS_A_DAY:
        raise NoMoreEntries(limit=rules.CHECKS_A_DAY, arbiter=arbiter(desk))


def charge(desk: Desk, hidden: Sequence[object]) -> None:
    """A near hit of somebody else's is an answer too."""
    if hidden:
        check_ration(desk)


def _today(desk: Desk) -> str:
    return desk.local_now.date().isoformat()


def others_on(
    desk: Desk, identity: Identity, *, at: int | None = None, but: tuple[str, int] | None = None
) -> list[Duplicate]:
    """Who else is on this company, certain ones first, by what the policy of the actor's unit compares.

    `at`: the unit the record lies in, where that is not the actor's own; `but`: the record itself.
    """
    zone_id = desk.org.zone(at if at is not None else desk.actor.person.unit_id)
    return find_duplicates(desk.session, desk.keys, identity, zone_id, but=but, compared=desk.rules.compared)


def arbiter(desk: Desk) -> str:
    """Whom to talk to about a conflict, as the policies say: title and name."""
    people = desk.rules.people(desk.rules.arbiter, desk.actor.person, desk.org)
    return "、".join(f"{person.title}{person.name}" for person in people) or "你的主管"


def channel_of(desk: Desk, found: Duplicate) -> tuple[str, str]:
    """The unit that is on it, and the contact channel."""
    return desk.org.place(found.unit_id), arbiter(desk)


def described(desk: Desk, found: Sequence[Duplicate]) -> tuple[list[str], list[tuple[str, str]]]:
    """Near ones: names the actor sees, with the difference; of hidden ones unit and channel."""
    near: list[str] = []
    hidden: dict[tuple[str, str], None] = {}
    for one in found:
        row = find_record(desk, one.noun, one.record_id)
        if isinstance(row, Customer | Lead):
            difference = f"（{one.why}）" if one.why else ""
            near.append(f"{row.code} {names_of(row)[0]}{difference}")
        else:
            hidden[channel_of(desk, one)] = None
    return near, list(hidden)


def taken(desk: Desk, company: str, certain: Sequence[Duplicate], *, kept: bool = True) -> Reply:
    """A certain hit: one's own is offered to open; of another's only unit and channel are told."""
    for one in certain:
        row = find_record(desk, one.noun, one.record_id)
        if isinstance(row, Lead) and row.owner_id == desk.actor.id:
            reply = Reply(cards.yours, row)
            reply.keep_draft = kept
            return reply
        if isinstance(row, Customer) and row.owner_id == desk.actor.id:
            known: list[str | int] = [row.noun, row.id]
            unit = desk.org.place(row.unit_id)
            reply = Reply(
                cards.taken, company=row.name, unit=unit, channel="这就是你的客户", kept=kept, known=known
            )
            reply.keep_draft = kept
            return reply
    # Somebody else's: each such answer is worth a check of the day, or writing would be a way to probe.
    check_ration(desk)
    unit, channel = channel_of(desk, certain[0])
    seen = next((one for one in certain if find_record(desk, one.noun, one.record_id)), None)
    shown = [seen.noun, seen.record_id] if seen else None
    reply = Reply(cards.taken, company=company, unit=unit, channel=channel, kept=kept, known=shown)
    reply.keep_draft = kept
    return reply
