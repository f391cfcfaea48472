"""What is said beside the records: answers, questions, refusals, help."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cards.model import Button, Card, Item, Message, Style, Tap, Text, card
from cards.words import day


@dataclass(frozen=True, slots=True)
class Say(Tap):
    """Tapping it is as good as saying the words."""

    name: ClassVar[str] = "say"
    words: str


@dataclass(frozen=True, slots=True)
class Open(Tap):
    """Shows a record: `noun` and its internal id, looked up within the tapper's own sight."""

    name: ClassVar[str] = "open"
    noun: str
    record_id: int


@dataclass(frozen=True, slots=True)
class Undo(Tap):
    """Takes back what one event of the tapper's did. `cause` is the event."""

    name: ClassVar[str] = "undo"
    cause: str


@dataclass(frozen=True, slots=True)
class Continue(Tap):
    """Takes up a draft that was set aside."""

    name: ClassVar[str] = "draft"
    draft_id: int


@dataclass(frozen=True, slots=True)
class Drop(Tap):
    """Throws a draft away."""

    name: ClassVar[str] = "draft.drop"
    draft_id: int


@dataclass(frozen=True, slots=True)
class Submit(Tap):
    """Carries a draft out as it is."""

    name: ClassVar[str] = "draft.submit"
    draft_id: int


def undo_button(cause: str) -> tuple[Button, ...]:
    """The 【撤销】 that every undoable deed carries."""
    return (Button("撤销", Undo(cause), Style.PLAIN),) if cause else ()


@card
def say(text: str, answers: list[str] | None = None) -> Message:
    """Plain words; `answers` are offered as buttons."""
    return Text(text, tuple(Button(answer, Say(answer), Style.PLAIN) for answer in answers or ()))


@card
def ask(text: str, noted: str = "", answers: list[str] | None = None) -> Message:
    """A question for the rest of a draft, with what has been noted so far."""
    words = f"{text}\n（已记下：{noted}）" if noted else text
    buttons = tuple(Button(_short(answer), Say(answer), Style.PLAIN) for answer in answers or ())
    return Card("请补充", text=words, buttons=buttons) if buttons else Text(words)


def _short(answer: str) -> str:
    """An answer on a button, which has room for ten characters: a time as 19日09:00."""
    try:
        at = datetime.fromisoformat(answer)
    except ValueError:
        return answer
    return f"{at.day}日{at:%H:%M}" if "T" in answer else day(at.date())


@card
def drafts(kept: list[list[str | int]]) -> Message:
    """What was not finished: (id, what it was to become, what is noted), each to go on with or to drop."""
    items = tuple(
        Item(str(title), hint=str(noted), tap=Continue(int(draft_id))) for draft_id, title, noted in kept
    )
    dropped = tuple(
        Button(f"丢掉第{number}个", Drop(int(draft_id)), Style.PLAIN)
        for number, (draft_id, _, _) in enumerate(kept, 1)
    )
    return Card(f"草稿 · {len(kept)} 份", items=items, text="回复序号接着写；放 24 小时。", buttons=dropped)


@card
def draft(title: str, noted: str, draft_id: int) -> Message:
    """A draft that lacks nothing, to send as it is or to change first."""
    return Card(
        f"草稿 · {title}",
        text=f"{noted}\n要改哪一项，直接说；不用改就点“提交”。",
        buttons=(Button("提交", Submit(draft_id)), Button("丢掉", Drop(draft_id), Style.PLAIN)),
    )


@card
def unheard(words: str, draft_id: int) -> Message:
    """Words that were not understood, given back."""
    return Card(
        "这句没听懂",
        text=f"{words}\n换个说法再发一次，或者说“帮助”看例子。",
        buttons=(Button("丢掉", Drop(draft_id), Style.PLAIN),),
    )


@card
def not_understood(guesses: list[list[str]], kept: bool = True) -> Message:
    """The nearest things one could have meant, each with a filled-in example to tap."""
    tail = "你打的字已经存进草稿，不会丢。" if kept else ""
    if not guesses:
        ways = "录线索：新线索 公司 联系人 电话；记跟进：今天见了王总，认可方案；记待办：提醒我明天10点回访"
        return Text(f"没听懂这句。可以这样说——{ways}。说“帮助”看全部。{tail}")
    return Card(
        "没听懂这句，你是不是想",
        items=tuple(Item(f"{title}：{example}") for title, example in guesses),
        text=tail,
        buttons=tuple(Button(title[:10], Say(title)) for title, _ in guesses),
    )


@card
def help_card(titles: list[str]) -> Message:
    """Three things to begin with."""
    # A button begins the command and asks; the example's names are nobody's customer.
    buttons = tuple(Button(title[:10], Say(title)) for title in titles)
    return Card("先试一个", text="一步一步问你，不会录错。", buttons=buttons)


@card
def usage(title: str, form: str, about: str, examples: list[str]) -> Message:
    """How one command is said."""
    shown = "\n".join(f"例：{example}" for example in examples)
    words = f"{about}\n写法：{form}\n{shown}".strip()
    buttons = (Button("开始", Say(title)),) if examples else ()
    return Card(title, text=words, buttons=buttons)


@card
def choose(title: str, options: list[list[str]]) -> Message:
    """At most five things to choose from; each option is what is shown and what a tap then says."""
    items = tuple(Item(shown, tap=Say(said)) for shown, said in options)
    return Card(title, items=items)


@card
def confirm_undo(cause: str, what: list[str], kept: str = "") -> Message:
    """What will be taken back, before it is."""
    return Card(
        "确认撤销？",
        items=tuple(Item(line) for line in what),
        text=kept,
        buttons=(Button("确认撤销", Undo(cause), Style.DANGER),),
    )
