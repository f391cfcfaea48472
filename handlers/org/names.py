"""Who is meant by a name: 吴国强, or 张伟@ZJ where several have it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from handlers.org.findings import nearest


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who can be meant. `units`: the main one first."""

    key: str
    name: str
    units: tuple[str, ...]


class UnknownName(Exception):
    """Nobody, or more than one, is meant; the text says what to write instead."""


class Names:
    """Everybody of an organisation, by name."""

    def __init__(self, people: Iterable[Named], units: Mapping[str, str]) -> None:
        """`units` maps code → full name, since people may write either after the @."""
        self._codes = {name: code for code, name in units.items()} | {code: code for code in units}
        self._by_name: dict[str, list[Named]] = {}
        for person in people:
            self._by_name.setdefault(person.name, []).append(person)

    def find(self, said: str) -> Named:
        """Who is meant. Raises `UnknownName`."""
        name, _, unit = (part.strip() for part in said.partition("@"))
        same = self._by_name.get(name, [])
        if not same:
            raise UnknownName(f"没有叫“{said[:40]}”的人{self._hint(name)}")
        if unit and unit not in self._codes:
            raise UnknownName(f"“{said[:60]}”里的单元 {unit[:40]} 不存在")
        if not unit:
            return self._only(said, same)
        code = self._codes[unit]
        there = [person for person in same if person.units[:1] == (code,)]
        there = there or [person for person in same if code in person.units]
        if not there:
            raise UnknownName(f"{unit} 没有叫“{name}”的人，请写 {self._choices(same)}")
        return self._only(said, there)

    def _only(self, said: str, people: list[Named]) -> Named:
        if len(people) == 1:
            return people[0]
        choices = self._choices(people)
        if len({person.units[:1] for person in people}) < len(people):
            raise UnknownName(
                f"“{said}”有 {len(people)} 位，且在同一单元里，分不清；请给其中一位的姓名加以区别"
            )
        raise UnknownName(f"“{said}”有 {len(people)} 位，请写清是 {choices}")

    def _choices(self, people: Iterable[Named]) -> str:
        return " 还是 ".join(f"{person.name}@{person.units[0]}" for person in people)

    def _hint(self, name: str) -> str:
        found = nearest(name, self._by_name)
        return f"，是不是 {found}？" if found else "；请写人员表里的姓名，同名的写 姓名@单元"
