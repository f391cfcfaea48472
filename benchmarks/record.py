"""Sealing and checking the record. The floor of both: reading the same rows, in the same order, and no more.

Goal: a million checked in less than 60 s.
"""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from time import perf_counter

from sqlalchemy import Engine, select

from benchmarks.group import KEYS, analyze, fresh, sqlite_url
from benchmarks.plan import Plan
from benchmarks.row import Row
from storage.audit import Entry, write_entries
from storage.ledger import audit
from storage.seal import seal
from storage.verify import verify
from tests.postgres_server import LocalServer

SLICE = 500
BEGAN = datetime(2026, 11, 18, tzinfo=UTC)


def entry(number: int) -> Entry:
    """A new lead, as the audit tells of it."""
    at = BEGAN + timedelta(seconds=number)
    told = {"company": f"公司{number}有限公司", "contact": "王建国", "product": "摊铺机", "status": "跟进中",
            "phone": f"+8613{number:09d}", "budget_max": 80_000_000, "unit_id": 8, "owner_id": 1}  # fmt: skip
    fields = {name: [None, value] for name, value in told.items()}
    changes = {"what": "created", "fields": fields}
    return Entry(f"wecom:main:{number}", at, at, 1, "wecom:main", "lead.create", "lead", number, changes)


def write_all(engine: Engine, entries: int) -> None:
    """Write so many entries, in batches."""
    for begin in range(1, entries + 1, SLICE):
        with engine.begin() as conn:
            write_entries(conn, KEYS, [entry(n) for n in range(begin, min(begin + SLICE, entries + 1))])


def seal_all(engine: Engine) -> tuple[float, float]:
    """Seconds for all of it, and for the longest transaction."""
    took = []
    done = SLICE
    while done:
        began = perf_counter()
        with engine.begin() as conn:
            done = seal(conn, KEYS, SLICE)
        took.append(perf_counter() - began)
    return sum(took), max(took)


def read_all(engine: Engine) -> float:
    """The floor: seconds to read every row."""
    began = perf_counter()
    asked = select(audit.c.id, audit.c.mac, audit.c.link).order_by(audit.c.sealed_no)
    with engine.execution_options(ro=True).connect() as conn:
        for _ in conn.execute(asked.execution_options(yield_per=1000)):
            pass
    return perf_counter() - began


def check_all(engine: Engine, entries: int) -> float:
    """Seconds to check the record. Raises `RuntimeError` when it is found wrong."""
    began = perf_counter()
    with engine.execution_options(ro=True).connect() as conn:
        verdict = verify(conn, KEYS)
    if verdict.head.length != entries or not verdict.ok:
        raise RuntimeError(str(verdict))
    return perf_counter() - began


def measure(url: str, entries: int) -> list[Row]:
    """The rows of one store."""
    with fresh(url) as engine:
        write_all(engine, entries)
        sealing, longest = seal_all(engine)
        analyze(engine)
        reading, checking = read_all(engine), check_all(engine, entries)
        name, floor = engine.dialect.name, entries / reading
    sealed, checked = entries / sealing, entries / checking
    return [
        Row(
            f"{name}, seal",
            sealed,
            "1/s",
            floor,
            sealed / floor,
            f"longest {longest * 1000:.0f} ms of {SLICE}",
        ),
        Row(f"{name}, verify", checked, "1/s", floor, checked / floor, f"1 M in {1e6 / checked:.0f} s"),
    ]


def run(plan: Plan) -> list[Row]:
    """Both databases."""
    with sqlite_url() as url:
        rows = measure(url, plan.entries)
    with closing(LocalServer(durable=False)) as server:
        return rows + measure(server.url, plan.entries)
