"""Customers and prospects: the record meant, the words as said, or the one at hand."""

import re
from typing import TYPE_CHECKING

from handlers.grammar.declared import Word
from handlers.grammar.marks import LABEL, VALUE
from handlers.grammar.parse import KnownCompany
from handlers.grammar.wording import worded
from handlers.slot_kinds import Type

if TYPE_CHECKING:
    from handlers.grammar.filling import Filling

_POINTED = re.compile(
    r"(?:这|那|该|此)(?:一?[个家条单位]|一?个?)(?:客户|公司|单位|线索|老板|项目)|这客户|这家|他们|她们|它们|它(?!们)|该公司"
    r"|\b(?:this (?:customer|company|lead|one)|them|they)\b"
)
_GUESSED = frozenset({"pinyin", "initials", "homophone", "sound", "near"})
MOST, ALIKE = 5, 4


def named(filling: "Filling") -> None:
    """The company a sentence names by a known name, or by one that has a company's form."""
    for one in filling.open(Type.COMPANY):
        _known_or_formed(filling, one)


def _known_or_formed(filling: "Filling", one: Word) -> None:
    known = [hit for hit in filling.spots.known if filling.marks.untouched(hit.start, hit.end)]
    formed = [
        hit
        for hit in filling.spots.company_words
        if filling.marks.untouched(hit.start, hit.end)
        # A larger unknown name hides the known one inside: 恒通 is not meant in 苏州恒通钢构有限公司.
        and not any(other.start <= hit.start and hit.end <= other.end for other in known)
    ]
    known = [hit for hit in known if not any(f.start <= hit.start and hit.end <= f.end for f in formed)]
    firsts = sorted([*((hit.start, hit.end) for hit in known), *((hit.start, hit.end) for hit in formed)])
    if not firsts:
        return
    cue = _behind_cue(filling, one, firsts)
    start, end = cue or firsts[0]
    _take(filling, one, start, end, [hit for hit in known if (hit.start, hit.end) == (start, end)], VALUE)


def _behind_cue(filling: "Filling", one: Word, spans: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The last one behind a cue: of 不是A是B the second, of 公司叫X that X."""
    cues = (*one.slot.cues, "应该是", "而是", "是")
    told = [span for span in spans if filling.before(span[0]).rstrip().endswith(cues)]
    told = [span for span in told if not filling.before(span[0]).endswith("不是")] or told
    return told[-1] if told else None


def _take(filling: "Filling", one: Word, start: int, end: int, known: list[KnownCompany], mark: int) -> None:
    names = _apart(filling.original(start, end), [hit.name for hit in known])
    if len(names) > 1 and not filling.command.makes:
        filling.marks.put(start, end, mark)
        said = filling.original(start, end)
        words = worded(filling, f"“{said}”是哪一家？", f"Which “{said}” do you mean?")
        filling.ask(one.name, words, tuple(names[:MOST]))
        filling.doubtful = True
        return
    filling.doubtful = filling.doubtful or any(hit.how in _GUESSED for hit in known)
    filling.put(one.name, names[0] if len(names) == 1 else filling.original(start, end), start, end, mark)


def _apart(said: str, names: list[str]) -> list[str]:
    """The different companies among these names: the one that was said in full, else the longest forms.

    A customer and the lead it came from carry one name, the lead often without the legal form.
    """
    if said in names:
        return [said]
    longest: list[str] = []
    for name in sorted(set(names), key=lambda name: (-len(name), name)):
        if not any(other.startswith(name) for other in longest if len(name) >= ALIKE):
            longest.append(name)
    return longest


def name_at(filling: "Filling", one: Word, start: int, end: int, mark: int) -> None:
    """The company said at this very place."""
    start, end = filling.marks.trimmed(start, end)
    known = [hit for hit in filling.spots.known if start <= hit.start and hit.end <= end]
    whole = [hit for hit in known if (hit.start, hit.end) == (start, end)]
    if known and not whole:
        left = filling.text[start : known[0].start] + filling.text[known[-1].end : end]
        whole = known if not left.strip("的 了吧啊()") else []
    if not whole:
        said = filling.original(start, end)
        whole = [KnownCompany(start, end, name, "named") for name in filling.listener.company_named(said)]
    _take(filling, one, start, end, whole, mark)


def pointed(filling: "Filling") -> None:
    """The one that was pointed at: 这个客户, 他们, 它."""
    hit = _POINTED.search(filling.text)
    for one in filling.open(Type.COMPANY):
        if hit and not filling.command.makes and filling.marks.untouched(*hit.span()):
            filling.put(one.name, "@focus", *hit.span())


def at_hand(filling: "Filling") -> None:
    """A required company nobody named is the one the conversation is about."""
    focus = filling.listener.context.focus
    if filling.command.makes or not focus:
        return
    for one in filling.open(Type.COMPANY):
        if one.required:
            filling.put(one.name, "@focus", 0, 0, LABEL)
