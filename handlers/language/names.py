"""People outside the directory, as they are called: 王总, 李工, 张科长, 毛文静, 老板姓赵 = 赵老板."""

import re

from handlers.language.fold import LIMIT
from handlers.language.found import Found
from handlers.language.surnames import (
    COMMON,
    COMPOUND,
    NO_TITLE_BEFORE,
    NOT_IN_NAMES,
    NOT_PEOPLE,
    NOT_SURNAMED,
    RARE,
    SURNAMES,
    TITLES,
)

_SURNAME = f"(?:{'|'.join(sorted(COMPOUND))}|[{''.join(sorted(SURNAMES))}])"
_SHORT = "哥姐姨叔处局科院所队董"
_TITLED = re.compile(
    rf"(?P<surname>{_SURNAME})(?P<given>[一-鿿]{{0,2}}?)(?P<title>{TITLES})(?![{NO_TITLE_BEFORE}](?<![和"
    rf"在有是]))(?!(?<=[{_SHORT}])[一-鿿])"
)
_ADDRESSED = re.compile(rf"{_SURNAME}(?:{TITLES})")
_SURNAMED = re.compile(
    rf"(?:(?P<title>{TITLES}|联系人|负责人)姓(?P<surname>{_SURNAME})(?![一-鿿]?[名氏])"
    rf"|姓(?P<of>{_SURNAME})的?(?:一?[个位])?(?P<after>{TITLES}))"
)
_CUED = re.compile(
    r"(?:联系人|对接人|负责人|经办人|收件人|contact)(?P<firm>(?:换成|改成|改为|现在)?[是为叫:= ]{0,2})"
    r"(?P<name>[一-鿿]{2,4})(?![一-鿿])"
    r"|(?:现在是|换成了?|改成了?|名叫|名字[是叫])(?P<other>[一-鿿]{2,4})(?![一-鿿])",
    re.I,
)
_TOKEN = re.compile(r"(?<![一-鿿a-z0-9])[一-鿿]{2,4}(?![一-鿿a-z0-9])", re.I)
_AFTER_FIGURE = re.compile("[0-9] ?$")
_BESIDE_PHONE = re.compile(r"[ ,:]?(?:电话|手机)?[: ]?(?:\+|1[3-9]|0[1-9])[0-9 -]{6}")


def looks_like_person(token: str) -> bool:
    """Whether a word stands for one outsider: a surname with a given name or a title."""
    if not 2 <= len(token) <= 6 or token in COMMON:
        return False
    return _is_addressed(token) or _is_full_name(token, strict=True)


def find_contacts(text: str) -> list[Found[str]]:
    """The outsiders named in a folded text, as said. A bare name is `approx`: it may be a colleague."""
    text = text[:LIMIT]
    found = [person for hit in _SURNAMED.finditer(text) if (person := _surnamed(hit))]
    found += [person for hit in _TITLED.finditer(text) if (person := _titled(text, hit))]
    for hit in _CUED.finditer(text):
        group = "name" if hit["name"] else "other"
        if _is_addressed(hit[group]) or _is_full_name(hit[group], strict=not hit["firm"]):
            found.append(Found(*hit.span(group), hit[group], hit[group]))
    for hit in _TOKEN.finditer(text):
        firm = _BESIDE_PHONE.match(text, hit.end()) is not None
        if _AFTER_FIGURE.search(text[max(0, hit.start() - 2) : hit.start()]):
            continue  # 99 万合同
        if _is_full_name(hit.group(), strict=not firm):
            found.append(Found(*hit.span(), hit.group(), hit.group(), approx=not firm))
    found.sort(key=lambda person: (person.start, -person.end, person.approx))
    kept: list[Found[str]] = []
    for person in found:
        if not kept or person.start >= kept[-1].end:
            kept.append(person)
    return kept


def _surnamed(hit: re.Match[str]) -> Found[str] | None:
    """老板姓赵 and 姓赵的老板 are 赵老板; 联系人姓李 is only 李."""
    title = hit["title"] or hit["after"]
    surname = hit["surname"] or hit["of"]
    called = surname if title in ("联系人", "负责人") else surname + title
    return Found(*hit.span(), called, hit.group())


def _titled(text: str, hit: re.Match[str]) -> Found[str] | None:
    start, said = hit.start(), hit.group()
    before = text[max(0, start - 1) : start]
    if (
        before + hit["surname"] in NOT_SURNAMED
        or text[max(0, start - 2) : start] + hit["surname"] in NOT_SURNAMED
    ):
        return None
    if said[:2] in NOT_SURNAMED or said[:2] in COMMON or said[:3] in COMMON:
        return None
    if hit["given"] and (set(hit["given"]) & NOT_IN_NAMES or hit["title"] in ("工", "总", *_SHORT)):
        return _shorter(text, hit)
    # A rare surname inside a longer word is that word: 设计师傅, 水平主任.
    if hit["surname"] in RARE and re.search("[一-鿿]", before):
        return None
    if (
        hit["given"]
        and re.search("[一-鿿]", before)
        and not _is_full_name(hit["surname"] + hit["given"], strict=True)
    ):
        return None
    return Found(start, hit.end(), said, said)


def _shorter(text: str, hit: re.Match[str]) -> Found[str] | None:
    """The address at the end of a run that began too early: 方向李工 is 李工."""
    for at in range(hit.start() + 1, hit.end() - 1):
        inner = _TITLED.match(text, at)
        if inner and not inner["given"] and inner.end() == hit.end():
            return _titled(text, inner)
    return None


def _is_addressed(token: str) -> bool:
    return token[:2] not in NOT_SURNAMED and _ADDRESSED.fullmatch(token) is not None


def _is_full_name(token: str, *, strict: bool) -> bool:
    """A surname and one or two characters. `strict` leaves out words that only begin like a name."""
    if token in COMMON or ((len(token) > 3 or token.endswith("公司")) and token.endswith(NOT_PEOPLE)):
        return False
    compound = token[:2] in COMPOUND
    surname, given = (token[:2], token[2:]) if compound else (token[:1], token[1:])
    if not compound and surname not in SURNAMES:
        return False
    if not 1 <= len(given) <= 2 or set(given) & NOT_IN_NAMES:
        return False
    if not strict:
        return True
    place = given[-1] in "州市省县区镇乡村路街港桥站厂店部局院所科处室组会司行场园楼库线城" or token[1:] in (
        "江",
        "河",
        "湖",
        "山",
    )
    return surname not in RARE and token[:2] not in COMMON and not (place and not compound)
