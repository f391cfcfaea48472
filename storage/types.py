"""Column types: instants in UTC, sealed text, sealed JSON."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Dialect,
    LargeBinary,
    String,
    Table,
    func,
    type_coerce,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from storage.keyring import Keyring


class Instant(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; SQLite forgets the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def keep_keys(dialect: Dialect, keys: Keyring) -> None:
    """Hang the keyring on the engine's own dialect: two stores in one process never share keys."""
    cast(Any, dialect).xiaoer_keys = keys


def keys_of(dialect: Dialect) -> Keyring:
    """The keyring of this engine. Raises `AttributeError` when `keep_keys` was forgotten."""
    return cast(Keyring, cast(Any, dialect).xiaoer_keys)


MARK = "\x1f"  # Between the parts of a row's name; no name of ours holds it.


@dataclass(frozen=True, slots=True)
class ForRow:
    """A value to be sealed for one row, which is named by the values of its type's `of`."""

    value: Any
    row: tuple[Any, ...]


def for_rows(table: Table, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows to be written, their values bound to them wherever the columns of a table say how."""
    bound = [(one.name, one.type.of) for one in table.c if isinstance(one.type, Sealed | SealedJson)]
    bound = [(name, of) for name, of in bound if of]
    return [{**row, **{name: for_row(row, name, of) for name, of in bound if name in row}} for row in rows]


def for_row(row: Mapping[str, Any], name: str, of: Sequence[str]) -> ForRow | None:
    """One value of a row, bound to it."""
    return None if row[name] is None else ForRow(row[name], tuple(row.get(part) for part in of))


class _Bound(TypeDecorator[Any]):
    """Bytes that lie encrypted; `where` (`table.column`) is bound into the ciphertext.

    `of`: columns of the same row whose values never change; with them the ciphertext opens in no other row.
    They are read along with it. A value that is not written as `ForRow` is bound to its column alone.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, where: str, of: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.where, self.of = where, of

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Where it is bound to its row: the ciphertext in hexadecimal, and behind it the row's name."""
        if not self.of:
            return column
        table = cast(Any, column).table
        plain = type_coerce(column, LargeBinary)
        parts: Any = _Hex(plain)
        for name in self.of:
            parts = parts.concat(MARK).concat(func.coalesce(sql_cast(table.c[name], String), ""))
        return type_coerce(parts, self)

    def _seal(self, value: Any, plain: Callable[[Any], str], dialect: Dialect) -> bytes:
        row = None
        if isinstance(value, ForRow):
            row, value = MARK.join("" if part is None else str(part) for part in value.row), value.value
        # A lone surrogate cannot be UTF-8; what people type must still be kept.
        return keys_of(dialect).seal(plain(value).encode("utf-8", "replace"), self.where, row)

    def _unseal(self, value: Any, dialect: Dialect) -> bytes:
        row = None
        if isinstance(value, str):
            sealed, _, row = value.partition(MARK)
            value = bytes.fromhex(sealed)
        return keys_of(dialect).unseal(value, self.where, row)


class Sealed(_Bound):
    """Text that lies encrypted."""

    cache_ok = True

    def process_bind_param(self, value: str | ForRow | None, dialect: Dialect) -> bytes | None:
        return None if value is None else self._seal(value, str, dialect)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self._unseal(value, dialect).decode()


class SealedJson(_Bound):
    """A JSON value that lies encrypted."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else self._seal(value, _json, dialect)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else json.loads(self._unseal(value, dialect))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


class _Hex(FunctionElement[str]):
    """Bytes in hexadecimal, as text."""

    inherit_cache = True
    type = String()


@compiles(_Hex)
def _hex(element: _Hex, compiler: Any, **how: Any) -> str:
    # SQLite makes an empty text of nothing.
    return f"nullif(hex({compiler.process(element.clauses, **how)}), '')"


@compiles(_Hex, "postgresql")
def _encode(element: _Hex, compiler: Any, **how: Any) -> str:
    return f"encode({compiler.process(element.clauses, **how)}, 'hex')"
