"""How names sound: syllables without tones, and the looser sound of dialects and quick typing."""

import re
from functools import lru_cache

_UNIT = re.compile(r"[a-z0-9]+|[^a-z0-9\s]")
# Characters with several readings, as they are read in names of places and companies.
_READ_IN_NAMES = {
    "长": "chang", "重": "chong", "行": "hang", "藏": "zang", "蚌": "beng", "厦": "xia",
    "乐": "le", "都": "du", "朝": "chao", "会": "hui", "石": "shi", "传": "chuan",
    "调": "diao", "台": "tai", "亳": "bo", "盛": "sheng", "晟": "sheng",
}  # fmt: skip
_POLYPHONES = frozenset("长重行藏蚌厦乐都朝会传调六单曾仇解区朴柏覃尉乘宿大薄")
_LATIN = re.compile(r"[a-z0-9\s]")
_LOOSE = ((re.compile("^([zcs])h"), r"\1"), (re.compile("^n"), "l"), (re.compile("([aei]n)g$"), r"\1"))


@lru_cache(32768)
def _syllable(unit: str) -> str:
    from pypinyin import lazy_pinyin  # here, because its tables take a moment to load

    read = _READ_IN_NAMES.get(unit)
    return read or (lazy_pinyin(unit, errors="default")[0] if "㐀" <= unit <= "鿿" else unit)


@lru_cache(32768)
def _loosely(unit: str) -> str:
    return unit if unit.isascii() else loose(_syllable(unit))


def loose(syllable: str) -> str:
    """The syllable as careless ears hear it: zh=z, ch=c, sh=s, n=l, -ng=-n."""
    for pattern, short in _LOOSE:
        syllable = pattern.sub(short, syllable)
    return syllable


def units(text: str) -> tuple[str, ...]:
    """The pieces a person mistypes one at a time: a character each, Latin words and numbers whole."""
    return tuple(_UNIT.findall(text)) if _LATIN.search(text) else tuple(text)


def syllables(text: str) -> tuple[str, ...]:
    """One syllable for each of `units(text)`."""
    return tuple(map(_syllable, units(text)))


@lru_cache(8192)
def loose_syllables(text: str) -> tuple[str, ...]:
    """`syllables` in their loose form."""
    return tuple(map(_loosely, units(text)))


def pinyin(text: str) -> str:
    """The name as typed in pinyin: `衢江供电` → `qujianggongdian`; ü is u."""
    return "".join(syllables(text)).replace("v", "u")


def pinyins(text: str) -> tuple[str, ...]:
    """All pinyin spellings worth knowing: by character, and by word for characters read in two ways."""
    plain = pinyin(text)
    if _POLYPHONES.isdisjoint(text):
        return (plain,)
    from pypinyin import lazy_pinyin

    return tuple(dict.fromkeys((plain, "".join(lazy_pinyin(text)).replace(" ", "").replace("v", "u"))))


def initials(text: str) -> str:
    """First letters: `衢江供电` → `qjgd`."""
    return "".join([syllable[0] for syllable in syllables(text)])


def warm_up() -> None:
    """Loads the tables of pypinyin and opencc (about 0.3 s), so that the first person does not wait."""
    from handlers.companies.fold import simplified

    pinyins("重庆长江")
    simplified("發票")
