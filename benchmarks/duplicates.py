"""The duplicate check on made-up names: how right and how quick, beside what else one could take for it.

Every size on both databases. Of several rounds the calmest gives the times. The others' thresholds are chosen
on held-out cases.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from time import perf_counter, thread_time

from sqlalchemy import Connection, Engine

from benchmarks.cases import STRANGERS, Case, cases
from benchmarks.group import KEYS, analyze, fresh, sqlite_url
from benchmarks.marking import Answer, Marks, best_threshold, mark, shares
from benchmarks.name_store import NO_ZONE, UNIT, fill
from benchmarks.names import Company, companies
from benchmarks.plan import Plan
from benchmarks.rivals import Ask, tf_idf, trigrams, wratio
from benchmarks.row import Row, percentile
from benchmarks.sayings import CHANGES
from benchmarks.words_table import PLACES, WELL_KNOWN
from handlers.companies.index import Identity, find_duplicates
from storage.scope import Scope
from storage.session import open_session
from tests.postgres_server import LocalServer

ROUNDS = 3
SEED, HELD_OUT = 20261118, 20261119
AIMS = {100_000: "; aim 2 ms", 1_000_000: "; aim 5 ms"}
# The others look at every name, so they are asked less often.
SAMPLE = {10_000: 600, 100_000: 200, 1_000_000: 100}


@dataclass(frozen=True, slots=True)
class Asked:
    """Answers, sorted milliseconds, those spent on this processor, and how often a certain one was wrong."""

    answers: Sequence[Answer]
    took: Sequence[float]
    computed: Sequence[float] = ()
    misled: int = 0


def ask_product(engine: Engine, asked: Sequence[Case]) -> Asked:
    """The duplicate check as `lead.create` calls it, a session for each."""
    size = -(-len(asked) // ROUNDS)
    with engine.execution_options(ro=True).connect() as conn:
        # Every round asks something else, because names that were compared before are remembered.
        rounds = [_once(conn, asked[begin : begin + size]) for begin in range(0, len(asked), size)]
    calm = min(rounds, key=lambda one: percentile(one.took, 0.99))
    answers = [answer for one in rounds for answer in one.answers]
    return replace(calm, answers=answers, misled=sum(one.misled for one in rounds))


def _once(conn: Connection, asked: Sequence[Case]) -> Asked:
    answers: list[Answer] = []
    took, computed, misled = [], [], 0
    for case in asked:
        with open_session(conn, Scope(UNIT)) as session:
            session.connection()
            began, cpu = perf_counter(), thread_time()
            found = find_duplicates(session, KEYS, Identity((case.said,)), NO_ZONE)
            computed.append((thread_time() - cpu) * 1000)
            took.append((perf_counter() - began) * 1000)
            session.commit()
        answers.append([(one.record_id - 1, 1.0) for one in found])
        certain = {one.record_id - 1 for one in found if one.certain}
        misled += not certain <= case.fits | case.likely
    return Asked(answers, sorted(took), sorted(computed), misled)


def ask_other(ask: Ask, asked: Sequence[Case]) -> Asked:
    """One of the others."""
    answers, took = [], []
    for case in asked:
        began = perf_counter()
        answers.append(ask(case.said))
        took.append((perf_counter() - began) * 1000)
    return Asked(answers, sorted(took))


def _told(marks: Marks) -> str:
    return f"precision {marks.precision:.3f}, recall {marks.recall:.3f}"


def _others(stored: Sequence[Company], asked: Sequence[Case], each: int, engine: Engine) -> Iterator[Row]:
    names = [company.name for company in stored]
    sample = SAMPLE[len(stored)]
    held_out = cases(stored, each, HELD_OUT)[:sample]
    with engine.begin() as conn:
        others: dict[str, Callable[[], Ask]] = {
            "rapidfuzz WRatio": lambda: wratio(names),
            "TF-IDF": lambda: tf_idf(names),
            "pg_trgm": lambda: trigrams(conn, names),
        }
        for name, make in others.items():
            ask = make()
            threshold = best_threshold(held_out, ask_other(ask, held_out).answers)
            told = ask_other(ask, asked[:sample])
            marks = mark(asked[:sample], told.answers, threshold)
            times = f"p50 {percentile(told.took, 0.5):,.1f} ms, p99 {percentile(told.took, 0.99):,.1f} ms"
            note = f"{_told(marks)}, threshold {threshold:.0f}; {times}"
            yield Row(f"{len(stored):,} names, {name}, F1", marks.f1, "", note=note)


def _kinds(size: int, asked: Sequence[Case], answers: Sequence[Answer]) -> Iterator[Row]:
    share = shares(asked, answers)
    for kind in CHANGES:
        yield Row(f"{size:,} names, {kind}", share[kind], "", note="found")
    for kind in STRANGERS:
        yield Row(f"{size:,} names, {kind}", share[kind], "", note="stranger taken for another")


def _product(engine: Engine, size: int, asked: Sequence[Case], floor: float | None) -> Iterator[Row]:
    told = ask_product(engine, asked)
    marks = mark(asked, told.answers)
    name = f"{size:,} names, {engine.dialect.name}"
    note = f"{_told(marks)}, {told.misled} of {len(asked)} wrong and certain; aim 0.90"
    yield Row(f"{name}, F1", marks.f1, "", floor, floor and marks.f1 / floor, note)
    for share in (0.5, 0.99):
        computed = f"{percentile(told.computed, share):.2f} ms of processor here"
        aim = AIMS.get(size, "") if share == 0.99 else ""
        yield Row(f"{name}, p{share * 100:.0f}", percentile(told.took, share), "ms", note=computed + aim)
    if engine.dialect.name == "sqlite":  # the answers are the same on both
        yield from _kinds(size, asked, told.answers)


def _size(size: int, each: int) -> list[Row]:
    """Every row of one size. The floor of the product's F1 is the best of the others."""
    stored = companies(size, SEED, PLACES)
    asked = cases(stored, each, SEED)
    with (
        sqlite_url() as url,
        closing(LocalServer(durable=False)) as server,
        fresh(url) as sqlite,
        fresh(server.url) as postgres,
    ):
        fill([sqlite, postgres], [company.name for company in stored])
        analyze(sqlite)
        analyze(postgres)
        others = list(_others(stored, asked, each, postgres))
        floor = max(row.figure for row in others)
        rows = [row for engine in (sqlite, postgres) for row in _product(engine, size, asked, floor)]
    return rows + others


def _well_known(size: int, each: int) -> Row:
    """The same with places that everybody knows."""
    stored = companies(size, SEED, WELL_KNOWN)
    asked = cases(stored, each, SEED)
    with sqlite_url() as url, fresh(url) as engine:
        fill([engine], [company.name for company in stored])
        analyze(engine)
        marks = mark(asked, ask_product(engine, asked).answers)
    return Row(f"{size:,} names of well-known places, F1", marks.f1, "", note=_told(marks))


def run(plan: Plan) -> list[Row]:
    """Every size, and once more with places that everybody knows."""
    rows = [row for size in plan.sizes for row in _size(size, plan.each)]
    return [*rows, _well_known(plan.sizes[0], plan.each)]
