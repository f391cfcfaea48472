"""What no slot took: it is kept as a remark, so that nothing somebody types is lost."""

import re
from typing import TYPE_CHECKING

from handlers.grammar.declared import Declared
from handlers.grammar.marks import EDGE, LABEL

if TYPE_CHECKING:
    from handlers.grammar.filling import Filling

REMARK = "备注"
"""The key under which the remark stands among the notes."""

_IDLE = re.compile(
    r"(?:[的地得了着过新吧啊呀呢吗嘛哦哈嗯呃哎唉诶就也都还又再先在是有把被给让将和跟与及同叫要想来去到上下里我你您他她它们咱个位家条台套一这那儿]"
    r"|没有|暂无|待定|俺|找|补充|更新|修改|更正|线索|客户|公司|单位|联系人|电话|手机号?|号码|微信|新增|新建|录入?|登记|添加|记录?|帮忙|麻烦|另外|还有|以及|或者|然后|就是|那个|这个"
    r"|刚才?|刚刚|今天|叫做?|名字|请|谢谢|辛苦|小二|一下|[0-9]{1,2}[.)、]|[ .:\-/()=|~、]"
    r"|(?:a|an|the|and|for|at|of|is|with|from|to|lead|new|customer|please|they|he|she|want|wants|named|called)(?![a-z]))*"
)
_LINK = re.compile(r"(?:应该|更正|改|换|变|写|填|提高?|增加?|减少?|涨|降|调|加)?(?:成|为|到|是|叫)$|改$")
_EDGES = re.compile(r"^(?:和|跟|与|及|以及|还有|另外|然后|再|,| )+|(?:的|了|哈|吧|啊|,| )+$")


def remark_of(filling: "Filling") -> str:
    """The words without a slot, as they were written, in their order; empty when only idle words are left."""
    taken = _taken(filling)
    labels = _labels(filling.command)
    found: list[str] = []
    for start, end in filling.marks.clauses():
        for first, last in _runs(filling, taken, start, end):
            first, last = _unlabelled(filling.text, first, last, labels)
            text = filling.text[first:last]
            for word in filling.command.weak:
                text = text.replace(word, "")
            if not _IDLE.fullmatch(text):
                found.append(filling.original(first, last))
    return "，".join(found)


_known: dict[str, tuple[Declared, tuple[str, ...]]] = {}


def _labels(command: Declared) -> tuple[str, ...]:
    """The words that only announce the value of a slot, the longest first; a declaration never changes."""
    kept = _known.get(command.intent)
    if kept is None or kept[0] is not command:
        said = (word.lower() for one in command.parameters for word in (*one.slot.cues, *one.slot.keys))
        words = {*said, "来自", "座机", "对接人", "做", "租", "问"}
        kept = _known[command.intent] = (command, (*sorted(words, key=lambda word: (-len(word), word)),))
    return kept[1]


def _unlabelled(text: str, first: int, last: int, labels: tuple[str, ...]) -> tuple[int, int]:
    """Without a label at either end: 想看 before a product that a slot took says nothing more."""
    edge = f"{EDGE}的了哈吧啊"
    while True:
        if link := _LINK.search(text, first, last):
            last = link.start()
        ends = text.endswith(labels, first, last)
        word = next((one for one in labels if text.endswith(one, first, last)), "") if ends else ""
        if not word:
            return first, link.end() if link else last
        last -= len(word)
        while first < last and text[last - 1] in edge:
            last -= 1


def _taken(filling: "Filling") -> bytearray:
    """Which characters became a value, announce one, or are words of command."""
    taken = bytearray(mark >= LABEL for mark in filling.marks.of)
    for start, end in filling.told:
        taken[start:end] = b"\1" * (end - start)
    return taken


def _runs(filling: "Filling", taken: bytearray, start: int, end: int) -> list[tuple[int, int]]:
    """The free runs of a clause, blanks inside them included, idle edges left out."""
    text, runs, at = filling.text, [], start
    while at < end:
        if taken[at]:
            at += 1
            continue
        stop = at
        while stop < end and not taken[stop]:
            stop += 1
        first, last = filling.marks.trimmed(at, stop)
        if first < last and (edge := _EDGES.match(text[first:last])):
            first += edge.end()
        while first < last and text[last - 1] in f"{EDGE}的了哈吧啊":
            last -= 1
        if first < last:
            runs.append((first, last))
        at = stop
    return runs
