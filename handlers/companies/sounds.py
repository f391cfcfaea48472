"""How names sound: syllables without tones, and the looser sound of dialects and quick typing."""

import re
from functools import cache, lru_cache

_UNIT = re.compile(r"[a-z0-9]+|[^a-z0-9\s]")
# Characters with several readings, as they are read in names of places and companies.
_READ_IN_NAMES = dict(
    zip(
        "长重行藏蚌厦乐都朝会石传调台亳盛",
        "chang chong hang zang beng xia le du chao hui shi chuan diao tai bo sheng".split(),
        strict=True,
    )
)
_POLYPHONES = frozenset("长重行藏蚌厦乐都朝会传调六单曾仇解区朴柏覃尉乘宿大薄")
_LOOSE = ((re.compile("^([zcs])h"), r"\1"), (re.compile("^n"), "l"), (re.compile("([aei]n)g$"), r"\1"))


@cache
def _syllable(char: str) -> str:
    from pypinyin import lazy_pinyin  # here, because its tables take a moment to load

    read = _READ_IN_NAMES.get(char)
    return read or (lazy_pinyin(char, errors="default")[0] if "㐀" <= char <= "鿿" else char)


@cache
def loose(syllable: str) -> str:
    """The syllable as careless ears hear it: zh=z, ch=c, sh=s, n=l, -ng=-n."""
    for pattern, short in _LOOSE:
        syllable = pattern.sub(short, syllable)
    return syllable


@lru_cache(65536)
def units(text: str) -> tuple[str, ...]:
    """The pieces that a person would mistype one at a time: a character each, Latin words and numbers whole."""
    return tuple(_UNIT.findall(text))


@lru_cache(65536)
def syllables(text: str) -> tuple[str, ...]:
    """One syllable for each of `units(text)`."""
    return tuple(unit if unit.isascii() else _syllable(unit) for unit in _UNIT.findall(text))


@lru_cache(65536)
def loose_syllables(text: str) -> tuple[str, ...]:
    """`syllables` in their loose form."""
    return tuple(loose(syllable) for syllable in syllables(text))


def pinyin(text: str) -> str:
    """The name as typed in pinyin: `衢江供电` → `qujianggongdian`; ü is u."""
    return "".join(syllables(text)).replace("v", "u")


def pinyins(text: str) -> tuple[str, ...]:
    """All pinyin spellings worth knowing: by character, and by word where a character has several readings."""
    plain = pinyin(text)
    if _POLYPHONES.isdisjoint(text):
        return (plain,)
    from pypinyin import lazy_pinyin

    return tuple(dict.fromkeys((plain, "".join(lazy_pinyin(text)).replace(" ", "").replace("v", "u"))))


def initials(text: str) -> str:
    """First letters: `衢江供电` → `qjgd`."""
    return "".join(syllable[0] for syllable in syllables(text))


def warm_up() -> None:
    """Loads the tables of pypinyin and opencc (about 0.3 s), so that the first person does not wait."""
    from handlers.companies.fold import simplified

    pinyins("重庆长江")
    simplified("發票")
