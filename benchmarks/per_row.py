"""What a rule engine would do for the newest visible leads: ask PyCasbin of each row, the newest first.

PyCasbin is no dependency (`uv pip install casbin`): where it is missing the table says so.
"""

import importlib
import importlib.util
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from benchmarks.group import Node

MOST = 3000  # rows that are really asked of; from there on it is reckoned
MODEL = """
[request_definition]
r = person, unit, owner
[policy_definition]
p = person, unit
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.owner == r.person || (r.person == p.person && g(r.unit, p.unit))
"""
UnitAndOwner = tuple[int, int]


def casbin_note(
    nodes: Sequence[Node], person: int, branches: Iterable[int], rows: Sequence[UnitAndOwner]
) -> str:
    """How long it would take over these rows, the last of which is the last that is wanted."""
    if importlib.util.find_spec("casbin") is None:
        return "PyCasbin not installed"
    engine = _engine(nodes, person, branches)
    asked = rows[:MOST]
    began = perf_counter()
    for unit, owner in asked:
        engine.enforce(f"p{person}", f"u{unit}", f"p{owner}")
    each = (perf_counter() - began) / len(asked)
    return f"PyCasbin {each * len(rows) * 1000:,.0f} ms ({len(rows):,} rows, {each * 1e6:.0f} µs each)"


def _engine(nodes: Sequence[Node], person: int, branches: Iterable[int]) -> Any:
    """An engine that knows the tree, and what one person reaches."""
    casbin = importlib.import_module("casbin")
    # Without a branch the matcher still needs one policy to look at.
    policies = [f"p, p{person}, u{unit}" for unit in branches] or [f"p, p{person}, none"]
    policies += [f"g, u{node.id}, u{node.parent_id}" for node in nodes if node.parent_id]
    with TemporaryDirectory(prefix="xiaoer-bench-") as folder:
        model, policy = Path(folder) / "model.conf", Path(folder) / "policy.csv"
        model.write_text(MODEL, "utf-8")
        policy.write_text("\n".join(policies), "utf-8")
        return casbin.Enforcer(str(model), str(policy))
