"""Column types: instants in UTC, sealed text, sealed JSON."""

import json
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import DateTime, Dialect, LargeBinary
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


class Sealed(TypeDecorator[str]):
    """Text that lies encrypted; `where` (`table.column`) is bound into the ciphertext."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        # A lone surrogate cannot be UTF-8; what people type must still be kept.
        return None if value is None else keys_of(dialect).seal(value.encode("utf-8", "replace"), self.where)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else keys_of(dialect).unseal(value, self.where).decode()


class SealedJson(TypeDecorator[Any]):
    """A JSON value that lies encrypted."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
        return keys_of(dialect).seal(plain.encode("utf-8", "replace"), self.where)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(keys_of(dialect).unseal(value, self.where))
