"""Reading one record of `records.json`: typed fields, and complaints that name file, record and field."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any, TypeVar

from handlers.org.cells import BadCell, moment, phone
from handlers.org.findings import Findings, meant
from handlers.org.names import Names, UnknownName
from handlers.tasks.rules import due_moment

FILE = "records.json"
T = TypeVar("T")
# 10^13 分 is more than anybody sells; a larger number would not fit where money is stored.
MOST_YUAN = Decimal(100_000_000_000)
MOST_COUNT = 1_000_000_000


class Fields:
    """One record. `place` names it in complaints: `leads L-20931`."""

    def __init__(self, place: str, values: Mapping[str, Any], findings: Findings, zone: tzinfo) -> None:
        self._place, self._values, self._findings, self._zone = place, values, findings, zone

    def wrong(self, field: str, message: str) -> None:
        """Complain about a field."""
        self._findings.wrong(FILE, None, f"{self._place} · {field}", message)

    def inside(self, field: str, values: Mapping[str, Any]) -> "Fields":
        """A record that lies within this one."""
        return Fields(f"{self._place} · {field}", values, self._findings, self._zone)

    def only(self, known: Collection[str]) -> None:
        """Complain about fields that nobody reads: a misspelt one would otherwise be lost in silence."""
        for field in self._values:
            if field not in known:
                self.wrong(field[:40], f"没有这个字段{meant(field, known)}")

    def text(self, field: str, longest: int, *, needed: bool = False, default: str = "") -> str:
        """A text, trimmed."""
        found = self._values.get(field)
        if found is None or found == "":
            if needed:
                self.wrong(field, "不能为空")
            return default
        if not isinstance(found, str):
            self.wrong(field, "应是加引号的文字")
            return default
        if len(found.strip()) > longest:
            self.wrong(field, f"最长 {longest} 个字，现在有 {len(found.strip())} 个")
        return found.strip()[:longest]

    def texts(self, field: str, longest: int) -> tuple[str, ...]:
        """A list of texts."""
        found = self._values.get(field) or []
        if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
            self.wrong(field, '应是文字的列表，例：["甲", "乙"]')
            return ()
        if any(len(one) > longest for one in found):
            self.wrong(field, f"每一个最长 {longest} 个字")
        return tuple(found)

    def many(self, field: str) -> list[Mapping[str, Any]]:
        """A list of objects."""
        found = self._values.get(field) or []
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.wrong(field, "应是 {…} 的列表")
            return []
        return found

    def moment(self, field: str, default: T, *, needed: bool = False) -> datetime | T:
        """A moment, or the default."""
        said = self.text(field, 40, needed=needed)
        found = self._read(field, lambda: moment(said, self._zone), None)
        return default if found is None else found

    def due(self, field: str) -> tuple[datetime, date | None] | None:
        """The last moment, and the day when only a day is given."""
        said = self.text(field, 40, needed=True)
        found = self._read(field, lambda: moment(said, self._zone), None)
        if found is None:
            return None
        if "T" in said or ":" in said:
            return found, None
        return due_moment(found.astimezone(self._zone).date(), self._zone)

    def phone(self, field: str) -> str | None:
        """A phone in the catalogue's form."""
        said = self.text(field, 40)
        return self._read(field, lambda: phone(said), None)

    def fen(self, field: str) -> int | None:
        """Money: yuan in the file, 分 here."""
        found = self._number(field)
        if found is None:
            return None
        if not 0 <= found <= MOST_YUAN or found * 100 != int(found * 100):
            self.wrong(field, "应是元，最多两位小数，例：260000 或 3500.50")
            return None
        return int(found * 100)

    def count(self, field: str) -> int | None:
        """A whole number."""
        found = self._number(field)
        if found is not None and (found != int(found) or not 0 <= found <= MOST_COUNT):
            self.wrong(field, "应是不带小数的数，例：2")
            return None
        return None if found is None else int(found)

    def unit(self, field: str, units: Collection[str]) -> str:
        """The code of a unit that exists."""
        code = self.text(field, 40, needed=True)
        if code and code not in units:
            self.wrong(field, f"没有代码为 {code} 的单元{meant(code, units)}")
        return code

    def person(self, field: str, names: Names, *, needed: bool = False) -> str | None:
        """The key of a person."""
        said = self.text(field, 110, needed=needed)
        return self._known(field, said, names) if said else None

    def people(self, field: str, names: Names) -> tuple[str, ...]:
        """The keys of people."""
        keys = [self._known(field, said, names) for said in self.texts(field, 110)]
        return tuple(dict.fromkeys(key for key in keys if key))

    def _known(self, field: str, said: str, names: Names) -> str | None:
        try:
            return names.find(said).key
        except UnknownName as unknown:
            self.wrong(field, str(unknown))
            return None

    def _number(self, field: str) -> Decimal | None:
        found = self._values.get(field)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | Decimal):
            self.wrong(field, "应是不加引号的数")
            return None
        return Decimal(found)

    def _read(self, field: str, read: Callable[[], T], default: T) -> T:
        try:
            return read()
        except BadCell as bad:
            self.wrong(field, str(bad))
            return default
