"""When one differing character may be a slip of the eye: characters that look alike, and those nobody mistakes."""

from functools import cache

from handlers.companies.shape_table import TABLE

# Taken for each other although their pictures lie further apart: the same part, or the same outline.
_BY_HAND = """
人入八 日曰 昱昊昌 显昊昌 晟盛成 径陉 泾陉经 膊傅 泰奏 鑫森淼 通甬 昌冒 顺须 兴兵 安宴 康庚 丰半 裕格 荣莱 宝宾 金全 银根 飞气
翔翱 涛寿 川州 岭岑 岳兵 明朋 东乐车 南甫 北比 民氏 工土 器哭 路跌 桥轿侨娇 道迫 轨轧 养差 港巷 务劳 铁轶 信言 和知利 鸿鸟 雁鹰 奥粤
"""
# The closed word classes: particles, pronouns, negation, the words that tie a sentence together. No name is made of them.
_TYING = frozenset("的了着吗呢吧啊我你您他她它们咱这那哪谁不没是也就都还很个些在把被从")
_APART = ("东南西北中", "上下", "大小", "新老旧", "内外", "左右", "前后", "甲乙丙丁戊", "男女", "春夏秋冬")


def look_alike(one: str, other: str) -> bool:
    """Whether two characters are easily taken for each other by the eye."""
    return other in _alike().get(one, ())


def slipped_in(char: str) -> bool:
    """Whether the character is one that names do without, so that only a keyboard can have put it there."""
    return char in _TYING


def counted(char: str) -> bool:
    """A numeral: companies of one family differ by it alone."""
    return char.isdecimal() or char in "零〇一二两三四五六七八九十百"


def tells_apart(one: str, other: str) -> bool:
    """Whether the two are numbers, letters or opposites, which nobody types for each other."""
    if one.isascii() and other.isascii():
        return True
    if counted(one) and counted(other):
        return True
    return any(one in group and other in group for group in _APART)


@cache
def _alike() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    pairs = [(group[0], other) for group in TABLE.split() for other in group[1:]]
    pairs += [(one, other) for group in _BY_HAND.split() for one in group for other in group if one != other]
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found
