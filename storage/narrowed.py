"""The last look before the database: what would read business rows past the rule never runs.

`with_loader_criteria` does not reach an entity that is named only within `over()`, `filter()`, `extract()` or
`within_group()`, nor tables and words of SQL, at any depth. So the finished words of every statement of a
scoped session are read, once per compiled statement.
"""

import re
from functools import cache
from typing import Any
from weakref import WeakSet

from sqlalchemy import Connection, Engine, event

from storage.base import Base, Owned

# Execution options: of every statement that a scope has narrowed, and of those that were reviewed because
# they read candidates, which are asked for again under the rule.
SCOPED = {"xiaoer_scoped": True}
REVIEWED = {"xiaoer_reviewed": True}
_good: WeakSet[Any] = WeakSet()


class NotNarrowed(Exception):
    """A statement that would read or change rows past the rule: a bug, never an answer."""


@event.listens_for(Engine, "before_cursor_execute")
def _look(conn: Connection, cursor: Any, words: str, params: Any, context: Any, many: bool) -> None:
    options = context.execution_options if context is not None else {}
    if "xiaoer_scoped" not in options or "xiaoer_reviewed" in options or context.compiled in _good:
        return
    if unnarrowed(words):
        raise NotNarrowed(words[:200])
    if context.compiled is not None:
        _good.add(context.compiled)


def unnarrowed(words: str) -> bool:
    """Whether an owned table is read in these words of SQL without the rule beside it."""
    found = [name or table for table, name in _places().findall(words)]
    if found and "FULL OUTER JOIN" in words.upper():
        return True
    return any(found.count(name) > words.count(f"unit_closure.unit_id = {name}.unit_id") for name in found)


def _tables() -> str:
    mapped = (each for each in Base.registry.mappers if issubclass(each.class_, Owned))
    return "|".join(sorted(each.local_table.description for each in mapped))


@cache
def _places() -> re.Pattern[str]:
    before = r"(?:\bFROM|\bJOIN|\bUPDATE|\bINTO|\bUSING|,|\()"
    return re.compile(rf"{before}\s*({_tables()})\b(?!\.)(?: AS (\w+))?", re.IGNORECASE)
