"""A card as the variables of our one card template; docs/connect-dingtalk.md tells how it is built.

Every variable is a text of at most 1024 bytes. What has no room is shortened: first hints, then the ends of
words; what is left over is told in `text`. Taps are bound by their signature, so nothing here is private.
"""

from collections.abc import Callable, Sequence

from bot.platforms.dingtalk.markdown import fit, paragraphs, plain, plain_line
from bot.platforms.dingtalk.reading import dumps
from bot.platforms.taps import TapTooLong
from bot.platforms.words import line, shorten
from cards.model import Button, Card, Item, Line, Message, Tap, Text

Sign = Callable[[Tap], str]
Values = dict[str, str]

VALUE = 1024  # Bytes.
BUTTONS, FACTS, ITEMS = 6, 6, 5
UNTITLED = "通知"
ONE_LINE = 400  # Characters that are looked at of what must stay on one line.


def spell(message: Message, sign: Sign) -> Values:
    """Every variable of the template, so that an update leaves nothing of the state before."""
    card = as_card(message)
    shown, rest = card.items[: 2 * ITEMS], card.items[2 * ITEMS :]
    taps = {
        number: signed(item.tap, sign) for number, item in enumerate(shown) if item.tap and not card.settled
    }
    texts = [f"{number}. {line(item.text, ONE_LINE) or '—'}" for number, item in enumerate(shown, 1)]
    rows = [
        (text, line(item.hint, 60), taps.get(n, ""))
        for n, (text, item) in enumerate(zip(texts, shown, strict=True))
    ]
    return {
        "title": fit(line(card.title, 100) or UNTITLED, VALUE, "…"),
        "status": fit(line(card.settled, 30), VALUE, "…"),
        "subtitle": fit(line(card.subtitle, 200), VALUE, "…"),
        "text": fit(paragraphs(_below(card, len(rest))), VALUE),
        "facts": _facts(card.lines[:FACTS]),
        "items": _items(rows[:ITEMS]),
        "more_items": _items(rows[ITEMS:]),
        "buttons": "[]" if card.settled else _buttons(card.buttons, sign),
    }


def as_card(message: Message) -> Card:
    """Words with buttons as a card: the first line is its title, or stands above all when it is too long."""
    if isinstance(message, Card):
        return message
    first, _, rest = message.text.strip().partition("\n")
    short = len(first) <= 40
    return Card(
        first if short else shorten(first, 40), text=rest if short else message.text, buttons=message.buttons
    )


def wants_card(message: Message) -> bool:
    """Whether it is more than words: something to touch, or facts to renew."""
    return bool(message.buttons) if isinstance(message, Text) else True


def signed(tap: Tap, sign: Sign) -> str:
    """The tap as a button carries it, empty for one too long to be carried."""
    try:
        return sign(tap)
    except TapTooLong:
        return ""


def _below(card: Card, left_out: int) -> str:
    more = [f"{plain_line(one.label, 20)}：{plain_line(one.value, 100)}" for one in card.lines[FACTS:]]
    tail = f"…另有 {left_out} 条" if left_out else ""
    return "\n".join(part for part in (*more, plain(card.text), tail) if part)


def _facts(lines: Sequence[Line]) -> str:
    def at(width: int) -> str:
        return dumps(
            [
                {
                    "label": shorten(line(one.label, ONE_LINE) or "—", min(12, width)),
                    "value": shorten(line(one.value, ONE_LINE) or "—", width),
                    "changed": "true" if one.changed else "false",
                }
                for one in lines
            ]
        )

    return _widest(at)


def _items(rows: Sequence[tuple[str, str, str]]) -> str:
    def at(width: int, *, hints: bool) -> str:
        return dumps(
            [
                {"text": shorten(text, width), "hint": shorten(hint, width) if hints else "", "tap": tap}
                for text, hint, tap in rows
            ]
        )

    if _fits(full := at(60, hints=True)):
        return full
    narrow = _widest(lambda width: at(width, hints=False))
    # Only taps of endless ids come to this: the list is then for reading.
    return narrow if _fits(narrow) else _items([(text, "", "") for text, _, _ in rows])


def _buttons(buttons: Sequence[Button], sign: Sign) -> str:
    """The first that fit, at most six; one whose tap is too long to carry is left out."""
    told: list[dict[str, str]] = []
    for button in buttons:
        tap = signed(button.tap, sign)
        row = {"text": line(button.text, 10) or "确定", "tap": tap, "style": str(button.style)}
        if tap and len(told) < BUTTONS and _fits(dumps([*told, row])):
            told.append(row)
    return dumps(told)


def _widest(at: Callable[[int], str]) -> str:
    """The value at the greatest width at which it fits."""
    return next((value for width in range(60, 3, -1) if _fits(value := at(width))), at(3))


def _fits(value: str) -> bool:
    return len(value.encode()) <= VALUE


def item_words(items: Sequence[Item]) -> list[str]:
    """A list as numbered lines of words."""
    return [f"{n}. {line(f'{item.text} {item.hint}', 130) or '—'}" for n, item in enumerate(items, 1)]
