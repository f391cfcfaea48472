"""What somebody asks not to do: 先别建线索, 不要给大运建线索. It is never done, and said back."""

import re

from handlers.grammar.declared import Declared
from handlers.grammar.wording import speaks_english
from handlers.language.fold import Folded

_NO = (
    r"(?<![分特个区级性识告送离])别(?![忘错过的人家处样说管])|不要(?!紧)|不用|不必|无需|先不|暂不|暂时不|不想(?!错过)|不需要|没必要|没让你"
    r"|don't|do not|never|not"
)
_STILL = "(?:再|急着|着急|先)?"
_JUST_BEFORE = re.compile(rf"(?:{_NO}) ?{_STILL}$")
_NOT_DONE = re.compile(rf"(?:没有?|未) ?{_STILL}$")
_REACHING = re.compile(rf"(?:{_NO})(?P<what>[^ ,。;!?:、]{{0,16}})$")
_REACH = 20
_WHOLE = re.compile(
    rf"(?:先|你|小二|暂时|那|嗯|,| )*(?:{_NO}) ?{_STILL}(?:帮我|给我)?"
    r"(?:新建|新增|建|录入?|登记|记|加|提醒|跟进|写|存|提交|create|add|log|remind)"
)


def denied_at(text: str, start: int, *, reads: bool) -> bool:
    """Whether a negation stands before a word of command; of what writes its object may stand between."""
    before = text[max(0, start - _REACH) : start]
    if _JUST_BEFORE.search(before):
        return True
    if reads or text.endswith(("吗", "么", "没有", "?")):
        return False
    return bool(_NOT_DONE.search(before) or _REACHING.search(before))


def denies(text: str) -> bool:
    """Whether the whole message only says not to do something: 先不录了, 别建 大运."""
    return _WHOLE.match(text) is not None


def positive(folded: Folded) -> str:
    """The sentence without its negation, as it would have to be said."""
    hit = re.search(rf"先?(?:{_NO}) ?{_STILL}", folded.text)
    if hit is None:
        return folded.message.strip()
    size = len(folded.text)
    return (folded.original(0, hit.start()) + folded.original(hit.end(), size)).strip(" ，,了。")


def denial(command: Declared | None, folded: Folded, *, english: bool) -> str:
    """What is answered: nothing was done, and how to have it done."""
    said = positive(folded)
    if command is None:
        nothing = "好，什么都没做，也没有改。", "All right, nothing was done."
        return nothing[speaks_english(folded.text, english)]
    if speaks_english(folded.text, english):
        return f"All right, nothing was done. To do it, send: {said}"
    return f"好，没有做“{command.words[0]}”，什么都没改。要做的时候发：{said}"
