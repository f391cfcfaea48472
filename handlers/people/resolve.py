"""A colleague by the name that understanding settled on: unique in the directory, or 姓名@单元."""

from handlers.refusal import Refusal
from storage.directory import Organisation, PersonFact

SELF = {"我", "自己", "我自己", "@self"}


class UnknownColleague(Refusal):
    """通讯录里没有“{said}”这位同事。请说全名；重名的带上单元，例如：张三@销售部。"""


class WhichColleague(Refusal):
    """有几位同事叫这个名字：{choices}。请带上单元再说一次，例如：{example}"""


def find_colleague(org: Organisation, said: str, speaker: PersonFact) -> PersonFact:
    """The colleague of that name. Raises `UnknownColleague`, `WhichColleague`."""
    if said in SELF:
        return speaker
    name, _, unit = said.partition("@")
    fits = [
        person
        for person in org.named.get(name, ())
        if not unit or unit in (org.units[person.unit_id].code, org.units[person.unit_id].name)
    ]
    if not fits:
        raise UnknownColleague(said=said)
    if len(fits) > 1:
        choices = [f"{person.name}@{org.units[person.unit_id].code}" for person in fits]
        raise WhichColleague(choices="、".join(choices), example=choices[0])
    return fits[0]
