"""A company name taken apart: place, core, trade, legal form, branch."""

import re
from dataclasses import dataclass
from functools import lru_cache

from handlers.companies import places
from handlers.companies.fold import folded
from handlers.companies.sounds import syllables
from handlers.companies.trade_table import cut_form, line_of, trades, trades_by_sound

_BRACKETS = re.compile(r"[(\[{【〔〖《〈「『]([^()\[\]{}【】〔〕〖〗《》〈〉「」『』]*)[)\]}】〕〗》〉」』]")
_ASIDE = re.compile(r"原|曾用名|现|普通合伙|有限合伙|特殊普通|个人独资|筹|注销|吊销")
_GAP = re.compile(r"(?<![a-z0-9])\s+|\s+(?![a-z0-9])")
_MARKS = re.compile(r"[^\w\s&.,'+-]|_")
_BRANCH = re.compile(
    r"(?:分公司|子公司|支公司|分行|支行|分厂|分院|分店|分局|分部|办事处|代表处|营业部|经营部|事业部|工程处|项目经理部|项目部|项目指挥部|指挥部)$"
)
_PARENT = re.compile(
    r"(?:有限责任公司|有限公司|股份公司|总公司|公司|集团|银行|[一二三四五六七八九十0-9]+局|工程局|设计院|研究院)"
)
_BEFORE_BRANCH = re.compile(
    r"(?:第?[一二三四五六七八九十0-9]+|(?:东北|西北|华北|华东|华中|华南|西南|东南|北方|南方|海外|国际)|.{2,3}[省市区县]|[一-鿿]{2})$"
)
_NUMBER = re.compile(r"[0-9]+|[零〇一二两三四五六七八九十百]+")
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_LONGEST_TRADE = 6


@dataclass(frozen=True, slots=True)
class Name:
    """A name and its parts, all folded; a part that is not there is empty.

    `full` is the whole; `sign` and `stem` are what is compared: place with core, and core with trade.
    """

    full: str
    core: str
    place: str = ""
    trade: str = ""
    form: str = ""
    branch: str = ""
    kind: str = ""
    places: tuple[str, ...] = ()
    trades: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    lines: tuple[int, ...] = ()  # lines of business in order, fillers left out, mistyped ones seen through

    @property
    def sign(self) -> str:
        """Place and core: what tells a company from others in its trade."""
        return self.place + self.core

    @property
    def stem(self) -> str:
        """Core and trade: the name people say, 恒通路桥."""
        return self.core + self.trade

    @property
    def normal(self) -> str:
        """规范名称: place, core, trade, kind of body and branch; ordinary legal forms make no difference."""
        return self.place + self.core + self.trade + self.kind + (f"/{self.branch}" if self.branch else "")


def parts(name: str) -> Name:
    """Takes a name apart; any text is accepted, at most 100 characters are looked at."""
    return _parts(folded(name))


@lru_cache(16384)
def _parts(full: str) -> Name:
    bare, asides = _unbracketed(full)
    bare = _GAP.sub("", _MARKS.sub(" ", bare)).strip()
    owner, branch = _cut_branch(bare)
    rest, form, kind = cut_form(owner)
    told = tuple(place for aside in asides for place in _places_of(aside))
    for aside in asides:
        if "集团" in aside:
            kind = kind or "集团"
        if _BRANCH.search(aside):
            branch = branch or aside
    found, core, words = _split(_words(rest))
    found = tuple(dict.fromkeys(found + told))
    place = places.narrowest(found)
    if core == place:
        place = ""
    return Name(
        full=full,
        core=core,
        place=place,
        trade="".join(words),
        form=form,
        branch=branch,
        kind=kind,
        places=found,
        trades=words,
        numbers=numbers(core + "".join(words)),
        lines=tuple(line for word in words if (line := _line(word)) >= 0),
    )


def _words(rest: str) -> str:
    """The words without the punctuation that a Latin legal form needed; nothing when only signs are left."""
    words = " ".join(rest.replace(",", " ").replace(".", " ").replace("'", "").split())
    return words if any(char.isalnum() for char in words) else ""


def _unbracketed(full: str) -> tuple[str, list[str]]:
    """The name without its brackets, and what stood in them; a name that is all brackets keeps its words."""
    asides = [aside.strip() for aside in _BRACKETS.findall(full)]
    outside = _BRACKETS.sub("", full)
    if len(_MARKS.sub("", outside).strip()) < 2:
        return re.sub(r"[()\[\]{}]", " ", full), []
    return outside, [aside for aside in asides if aside and not _ASIDE.match(aside)]


def _places_of(aside: str) -> tuple[str, ...]:
    if _BRANCH.search(aside) or "集团" in aside or cut_form("某某" + aside)[1]:
        return ()
    head = places.head(aside + "某某")
    if head.places:
        return head.places
    return (aside,) if 2 <= len(aside) <= 4 and not aside.isascii() else ()


def _cut_branch(name: str) -> tuple[str, str]:
    """(parent, branch): 某某有限公司西南分公司 → 某某有限公司, 西南分公司."""
    tail = _BRANCH.search(name)
    if not tail:
        return name, ""
    parents = [found.end() for found in _PARENT.finditer(name, 0, tail.start())]
    if parents and parents[-1] >= 3:
        return name[: parents[-1]], name[parents[-1] :]
    if tail.group() in ("项目部", "项目经理部", "项目指挥部", "指挥部", "经营部", "工程处"):
        return name, ""
    before = name[: tail.start()]
    start = next((len(before) - size for size in (4, 3, 2) if places.is_place(before[-size:])), -1)
    if start < 0 and (word := _BEFORE_BRANCH.search(before)):
        start = word.start()
    return (name[:start], name[start:]) if start >= 2 else (name, "")


def _split(rest: str) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """(places, core, trade words); the core is never empty while there is any word at all."""
    head = places.head(rest)
    found = head.places
    core, words = _cut_trades(rest[head.end :], least=1 if found else 2)
    if core:
        return found, *_led_by_trade(core, words)
    if found:  # 衢江供电: the place is all there is to tell it by
        return found[:-1], found[-1], words
    return (), rest, ()


def _led_by_trade(core: str, words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """路桥恒通 is 恒通路桥."""
    if not words and 4 <= len(core) <= 6 and line_of(core[:2]) >= 0:
        return core[2:], (core[:2],)
    return core, words


def _cut_trades(text: str, least: int) -> tuple[str, tuple[str, ...]]:
    """(core, trade words from the tail); keeps a core of `least` characters, or gives none at all."""
    known = trades()
    words: list[str] = []
    rest = text
    while rest:
        word = next(
            (rest[-n:] for n in range(min(_LONGEST_TRADE, len(rest)), 1, -1) if rest[-n:] in known), ""
        )
        word = word or _latin_trade(rest)
        if not word and all(line_of(known_word) < 0 for known_word in words):
            word = _misheard(rest)
        if not word:
            break
        left = rest[: -len(word)].rstrip(" ")
        if left and len(left) < least:
            break
        words.insert(0, word)
        rest = left
    return rest, tuple(words)


def _latin_trade(rest: str) -> str:
    word = rest.rpartition(" ")[2]
    return word if word.isascii() and word in trades() else ""


def _misheard(rest: str) -> str:
    """The last two characters when they only sound like a trade word (路侨), and something stands before."""
    tail = rest[-2:]
    return tail if len(rest) >= 4 and not tail.isascii() and syllables(tail) in trades_by_sound() else ""


def _line(word: str) -> int:
    return line_of(word if word in trades() else trades_by_sound().get(syllables(word), word))


def numbers(text: str) -> tuple[int, ...]:
    """The numbers in a name, in order: 中铁十四局 → (14,); they tell bodies of one family apart."""
    return tuple(_value(found) for found in _NUMBER.findall(text))


def _value(said: str) -> int:
    if said.isdecimal():
        return int(said)
    if not any(c in said for c in "十百"):
        return int("".join(str(_DIGITS[c]) for c in said))
    total, digit = 0, -1
    for char in said:
        if char in _DIGITS:
            digit = _DIGITS[char]
        else:
            total += (1 if digit < 0 else digit) * (10 if char == "十" else 100)
            digit = -1
    return total + max(digit, 0)
