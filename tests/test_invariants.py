"""The checker is silent about a sound store, and about none of the ways in which one can be unsound."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, delete, insert, select, text, update

from bot.app import keyring_of
from bot.clock import real_now
from bot.config import config_from
from bot.invariants import check
from storage.base import Base
from storage.ledger import audit, copies, counters, drafts, inbox, match_keys, outbox, rations, sight
from storage.outbox import DEAD, SENT
from storage.types import keep_keys
from tests.conversation import company
from tests.right_config import right
from tests.soundness import findings, findings_at

KEYS = keyring_of(config_from(right()))
LEADS, TASKS, PEOPLE, CLOSURE = (
    Base.metadata.tables[name] for name in ("leads", "tasks", "people", "unit_closure")
)


async def talk(url: str) -> None:
    """A day's work: a lead made and changed, a task given, one done late, an undo, an open question."""
    async with company(url) as bot:
        chen, wu = bot.person("ChenSiyu"), bot.person("WuGuoqiang")
        await chen.says("新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机 预算120万左右")
        await chen.says("电话是13900001111")
        await chen.says("提醒我今天上午11点给甬江港务打电话")
        await wu.says("让陈思雨明天上午10点前整理恒通的报价资料")
        await chen.says("提醒我明天上午10点交周报")
        await chen.taps("撤销")
        await chen.says("查重 恒通路桥")
        await bot.move(hours=2)
        await chen.taps("完成")
        await chen.says("提醒我给甬江港务打电话")
        await bot.sandbox.say("Visitor01", "你好")
        await bot.settle()
        assert await findings(bot) == []


async def test_a_sound_store_is_sound_before_and_after_a_day_of_work(store_url: str) -> None:
    assert findings_at(store_url) == []
    await talk(store_url)
    assert findings_at(store_url) == []


def first(conn: Connection, table: Any, *where: Any) -> Any:
    """The first row that fulfils the conditions."""
    return conn.execute(select(table).where(*where).order_by(*table.primary_key).limit(1)).one()


def break_reference(conn: Connection) -> None:
    conn.execute(update(LEADS).where(LEADS.c.code == "L-20961").values(owner_id=987654))


def count_back(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT setval('code_lead', 1, false)"))
    else:
        conn.execute(update(counters).where(counters.c.kind == "lead").values(next=1))


def lose_event(conn: Connection) -> None:
    came = first(conn, audit, audit.c.action == "lead.create")
    conn.execute(delete(inbox).where(inbox.c.key == came.cause))


def send_unasked(conn: Connection) -> None:
    row = first(conn, outbox, outbox.c.kind == "push")
    conn.execute(update(outbox).where(outbox.c.id == row.id).values(cause="nobody"))


def mark(**values: Any) -> Callable[[Connection], None]:
    """Something wrong in one row of the outbox."""

    def do(conn: Connection) -> None:
        row = first(conn, outbox, outbox.c.kind == "reply")
        conn.execute(update(outbox).where(outbox.c.id == row.id).values(**values))

    return do


def renew_nothing(conn: Connection) -> None:
    row = first(conn, outbox, outbox.c.kind == "update")
    conn.execute(update(outbox).where(outbox.c.id == row.id).values(copy_id=None))


def show(version: int) -> Callable[[Connection], None]:
    """A card that shows another state than the present one."""

    def do(conn: Connection) -> None:
        until = real_now() + timedelta(hours=1)
        mine = copies.c.noun == "lead"
        values = {"shown_version": version, "response_code": "rc", "code_until": until}
        conn.execute(update(copies).where(mine).values(values))
        conn.execute(delete(outbox).where(outbox.c.kind == "update"))

    return do


def open_twice(conn: Connection) -> None:
    row = first(conn, drafts, drafts.c.open == 1)
    conn.execute(
        insert(drafts),
        {"person_id": row.person_id, "chat": row.chat, "intent": row.intent, "slots": {}, "asked": "due",
         "open": 1, "at": row.at},
    )  # fmt: skip


def check_often(conn: Connection) -> None:
    conn.execute(update(rations).values(used=31))


def alter_entry(**values: Any) -> Callable[[Connection], None]:
    """Somebody rewrites an entry of the record."""

    def do(conn: Connection) -> None:
        row = first(conn, audit, audit.c.action == "lead.create")
        conn.execute(update(audit).where(audit.c.id == row.id).values(**values))

    return do


def exchange_changes(conn: Connection) -> None:
    """What one genuine entry says, sealed as it was, under another."""
    one, other = (first(conn, audit, audit.c.action == action) for action in ("lead.create", "lead.update"))
    sealed = text("UPDATE audit SET changes = (SELECT changes FROM audit WHERE id = :other) WHERE id = :one")
    conn.execute(sealed, {"one": one.id, "other": other.id})


def remove_entry(action: str) -> Callable[[Connection], None]:
    """An entry of the record is cut out."""

    def do(conn: Connection) -> None:
        conn.execute(delete(audit).where(audit.c.action == action))

    return do


def change_silently(table: Any, code: str, **values: Any) -> Callable[[Connection], None]:
    """A change that the record does not tell of."""

    def do(conn: Connection) -> None:
        conn.execute(update(table).where(table.c.code == code).values(**values))

    return do


def delete_silently(conn: Connection) -> None:
    conn.execute(delete(TASKS).where(TASKS.c.code == "K-0702"))


def lose_sight(conn: Connection) -> None:
    row = first(conn, sight, sight.c.noun == "lead")
    conn.execute(delete(sight).where(sight.c.noun == "lead", sight.c.record_id == row.record_id))


def show_to_others(conn: Connection) -> None:
    row = first(conn, sight, sight.c.noun == "lead")
    seeing = select(sight.c.ancestor_id).where(sight.c.noun == "lead", sight.c.record_id == row.record_id)
    other = first(conn, Base.metadata.tables["units"], Base.metadata.tables["units"].c.id.not_in(seeing))
    conn.execute(
        insert(sight), {"noun": "lead", "ancestor_id": other.id, "at": row.at, "record_id": row.record_id}
    )


def lose_key(conn: Connection) -> None:
    row = first(conn, match_keys, match_keys.c.noun == "lead")
    conn.execute(delete(match_keys).where(match_keys.c.key == row.key, match_keys.c.noun == "lead"))


def wrong_zone(conn: Connection) -> None:
    conn.execute(update(match_keys).where(match_keys.c.noun == "customer").values(zone_id=1))


def stray_key(conn: Connection) -> None:
    row = first(conn, match_keys, match_keys.c.noun == "lead")
    conn.execute(update(match_keys).where(match_keys.c.record_id == row.record_id).values(record_id=98765))


def cloud_the_tree(conn: Connection) -> None:
    conn.execute(update(CLOSURE).where(CLOSURE.c.depth == 2).values(clear=False))


def alert_twice(conn: Connection) -> None:
    alert = outbox.c.draw == "tasks.overdue"
    row = first(conn, outbox, alert, outbox.c.kind == "push")
    values = {name: value for name, value in row._mapping.items() if name != "id"}
    conn.execute(insert(outbox), {**values, "key": f"{row.key.rpartition(':')[0]}:1"})


def alert_never(conn: Connection) -> None:
    conn.execute(delete(outbox).where(outbox.c.draw == "tasks.overdue"))


def move_sealed(to: str, where: str) -> Callable[[Connection], None]:
    """A sealed phone is copied where it does not belong, byte for byte."""

    def do(conn: Connection) -> None:
        phone = "(SELECT phone FROM leads WHERE code = 'L-20961')"
        # Text of ours alone.
        conn.execute(text(f"UPDATE {to} SET phone = {phone} WHERE {where}"))

    return do


FAULTS: dict[str, tuple[Callable[[Connection], None], str]] = {
    "reference": (break_reference, "leads.owner_id: 1 rows refer to nothing"),
    "event": (lose_event, "change by an event that never came"),
    "answer": (lose_event, "answer to an event that never came"),
    "unasked": (send_unasked, "message without a cause: "),
    "state": (mark(state="lost"), "message in no known state"),
    "sent": (mark(state=SENT, sent_at=None), "message sent at no time"),
    "dead": (mark(state=DEAD, reason=None), "message given up without a reason"),
    "held": (mark(lease_by="a", lease_until=real_now() + timedelta(hours=1)), "still leased at its end"),
    "half": (mark(state="pending", lease_by="a"), "message with half a lease"),
    "lease": (
        mark(state="pending", lease_by="a", lease_until=real_now() - timedelta(seconds=16)),
        "message leased long past its time",
    ),
    "renewal": (renew_nothing, "update that renews no card"),
    "ahead": (show(9), "card ahead of its record"),
    "behind": (show(1), "card that will stay out of date"),
    "drafts": (open_twice, "has several open drafts"),
    "rations": (check_often, "more duplicate checks than a day allows"),
    "forged": (alter_entry(person_id=1), "is not as it was written"),
    "moved": (alter_entry(record_id=1), "is not as it was written"),
    "sealed": (alter_entry(mac=b"0" * 32), "is not as it was written"),
    "lent": (exchange_changes, "is not as it was written"),
    "cut": (remove_entry("lead.update"), "version 2 after 1 changes on the record"),
    "begun": (remove_entry("lead.create"), "says changed out of turn"),
    "silent": (
        change_silently(LEADS, "L-20961", company="甬江港务"),
        "its company is not what the record says",
    ),
    "sealed row": (
        move_sealed("leads", "id = (SELECT min(id) FROM leads WHERE phone IS NOT NULL)"),
        "its phone is not what the record says",
    ),
    "sealed column": (
        move_sealed("contacts", "id = (SELECT min(id) FROM contacts)"),
        "a value sealed in contacts.phone does not open",
    ),
    "moved on": (change_silently(TASKS, "K-0702", version=7), "version 7 after"),
    "deleted": (delete_silently, "gone against the record"),
    "sight": (lose_sight, "ancestor rows are lacking"),
    "leak": (show_to_others, "1 should not be there"),
    "key": (lose_key, "not found under what it is called now"),
    "zone": (wrong_zone, "customer C-1001: not found under what it is called now"),
    "stray": (stray_key, "match keys lead to no lead"),
    "tree": (cloud_the_tree, "the closure is not that of the tree"),
    "twice": (alert_twice, "was told 2 times"),
    "never": (alert_never, "its alert was claimed but never queued"),
    # Last, because no rollback brings a sequence of PostgreSQL back.
    "numbers": (count_back, "the next lead would be number 1"),
}


@contextmanager
def unguarded(url: str) -> Iterator[Engine]:
    """The store without the database's own guard over references."""
    engine = create_engine(url)
    keep_keys(engine.dialect, KEYS)
    try:
        yield engine
    finally:
        engine.dispose()


def tolerated(ago: int) -> Callable[[Connection], None]:
    """A lease that ended so many seconds ago, and that somebody may still take over in time."""
    until = real_now() - timedelta(seconds=ago)
    return mark(state="pending", lease_by="a", lease_until=until, sent_at=None)


async def test_each_way_to_be_unsound_is_found_and_nothing_quoted(store_url: str) -> None:
    await talk(store_url)

    with unguarded(store_url) as engine, engine.connect() as conn:
        late = [after(conn, tolerated(ago)) for ago in (10, 0, -60)]
        found = {name: after(conn, damage) for name, (damage, _) in FAULTS.items()}

    assert late == [[], [], []]
    missed = {name: seen for name, seen in found.items() if not any(FAULTS[name][1] in one for one in seen)}
    assert missed == {}
    said = "".join(one for seen in found.values() for one in seen)
    assert not [word for word in ("恒通", "甬江", "王建国", "1390000", "报价资料") if word in said]


def after(conn: Connection, damage: Callable[[Connection], None]) -> list[str]:
    """What is found after some damage, which is undone again."""
    with conn.begin() as transaction:
        if conn.dialect.name == "postgresql":
            conn.execute(text("SET LOCAL session_replication_role = replica"))
        damage(conn)
        found = check(conn, KEYS, real_now())
        transaction.rollback()
    return found
