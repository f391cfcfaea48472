"""What else one could take for a duplicate check: rapidfuzz over all names, TF-IDF of n-grams, pg_trgm."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from heapq import nlargest
from itertools import pairwise
from math import log, sqrt

from rapidfuzz import fuzz, process
from sqlalchemy import Connection, text

from benchmarks.marking import Answer

BEST = 5  # as many as the duplicate check names
LOWEST = 40.0  # of 100: below that nobody's best threshold lies, and looking further would only take time
COMMON = 0.05  # n-grams in more of the names than this tell nothing

Ask = Callable[[str], Answer]


def wratio(names: Sequence[str]) -> Ask:
    """`rapidfuzz.fuzz.WRatio` over every name."""

    def ask(said: str) -> Answer:
        found = process.extract(said, names, scorer=fuzz.WRatio, limit=BEST, score_cutoff=LOWEST)
        return [(at, score) for _, score, at in found]

    return ask


def _grams(name: str) -> Counter[str]:
    return Counter(name) + Counter(map("".join, pairwise(name)))


def tf_idf(names: Sequence[str]) -> Ask:
    """Cosine of single characters and pairs weighed by rarity, over an inverted index."""
    spread: Counter[str] = Counter()
    for name in names:
        spread.update(_grams(name).keys())
    rarity = {gram: log(len(names) / count) + 1 for gram, count in spread.items()}
    where: dict[str, array[int]] = defaultdict(lambda: array("I"))
    weight: dict[str, array[float]] = defaultdict(lambda: array("f"))
    for at, name in enumerate(names):
        vector = _vector(name, rarity)
        for gram, value in vector.items():
            if spread[gram] <= COMMON * len(names):
                where[gram].append(at)
                weight[gram].append(value)

    def ask(said: str) -> Answer:
        scores: dict[int, float] = defaultdict(float)
        for gram, value in _vector(said, rarity).items():
            for at, other in zip(where.get(gram, ()), weight.get(gram, ()), strict=True):
                scores[at] += value * other
        best = nlargest(BEST, scores.items(), key=lambda pair: pair[1])
        return [(at, score * 100) for at, score in best]

    return ask


def _vector(name: str, rarity: dict[str, float]) -> dict[str, float]:
    unseen = max(rarity.values())
    values = {gram: count * rarity.get(gram, unseen) for gram, count in _grams(name).items()}
    length = sqrt(sum(value * value for value in values.values())) or 1.0
    return {gram: value / length for gram, value in values.items()}


_NEAREST = text(
    "SELECT id, similarity(name, :said) FROM said_names WHERE name % :said ORDER BY 2 DESC LIMIT :best"
)
_ALL = text(
    "INSERT INTO said_names SELECT place - 1, name"
    " FROM unnest(CAST(:names AS text[])) WITH ORDINALITY AS given (name, place)"
)


def trigrams(conn: Connection, names: Sequence[str]) -> Ask:
    """`pg_trgm`'s similarity, by a GIN index, as SQL alone would do it."""
    conn.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    conn.execute(text("CREATE TABLE said_names (id integer PRIMARY KEY, name text NOT NULL)"))
    conn.execute(_ALL, {"names": list(names)})
    conn.execute(text("CREATE INDEX ix_said_names ON said_names USING gin (name gin_trgm_ops)"))
    conn.execute(text("ANALYZE said_names"))
    conn.execute(text("SELECT set_limit(CAST(:lowest AS real))"), {"lowest": LOWEST / 100})

    def ask(said: str) -> Answer:
        found = conn.execute(_NEAREST, {"said": said, "best": BEST})
        return [(row[0], row[1] * 100) for row in found]

    return ask
