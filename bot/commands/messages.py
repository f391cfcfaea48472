"""Messages on the terminal: as values for `--json`, and drawn as cards."""

from collections.abc import Callable
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text as Words

from bot.commands.answers import printable
from bot.platforms.taps import TapTooLong
from bot.speaking import Told
from cards.model import Button, Card, Line, Message, Style, Tap, Text

Sign = Callable[[Tap], str]
STYLES = {Style.PRIMARY: "bold cyan", Style.PLAIN: "cyan", Style.DANGER: "bold red"}


def as_values(told: Told, sign: Sign) -> dict[str, Any]:
    """A message as `say --json` prints it; `card` is null for words without buttons."""
    message = told.message
    buttons = [_button(one, sign) for one in _buttons(message)]
    card = None
    if isinstance(message, Card):
        card = {
            "title": message.title, "subtitle": message.subtitle,
            "fields": [_field(line) for line in message.lines],
            "items": [{"text": item.text, "hint": item.hint} for item in message.items],
            "text": message.text, "buttons": buttons, "settled": message.settled,
        }  # fmt: skip
    elif buttons:
        card = {"title": message.text.partition("\n")[0], "fields": [], "buttons": buttons}
    return {"to": told.to, "text": in_words(message), "card": card}


def in_words(message: Message) -> str:
    """All that a message says, one fact a line."""
    if isinstance(message, Text):
        return message.text
    lines = [message.title, message.subtitle]
    lines += [f"{line.label}：{line.value}" for line in message.lines]
    lines += [f"{number}. {item.text} {item.hint}".rstrip() for number, item in enumerate(message.items, 1)]
    return "\n".join(line for line in [*lines, message.text, message.settled] if line)


def _buttons(message: Message) -> list[Button]:
    """What can be tapped: the buttons, then every item that opens something."""
    if isinstance(message, Text):
        return list(message.buttons)
    if message.settled:
        return []
    openers = (Button(item.text, item.tap, Style.PLAIN) for item in message.items if item.tap)
    return [*message.buttons, *openers]


def _field(line: Line) -> dict[str, Any]:
    return {"label": line.label, "value": line.value, "changed": line.changed}


def _button(button: Button, sign: Sign) -> dict[str, str]:
    return {"text": button.text, "code": _code(button, sign)}


def _code(button: Button, sign: Sign) -> str:
    try:
        return sign(button.tap)
    except TapTooLong:
        return ""


def codes(message: Message, sign: Sign) -> list[tuple[str, str]]:
    """What is written on each button, and the code that taps it."""
    return [(button.text, _code(button, sign)) for button in _buttons(message)]


def draw(told: Told) -> RenderableType:
    """A message for the eye."""
    message = told.message
    parts: list[RenderableType] = []
    if isinstance(message, Card):
        parts += _card(message)
    else:
        parts.append(Words(printable(message.text)))
    if buttons := message.buttons:
        keys = ((f"【{printable(button.text)}】", STYLES[button.style]) for button in buttons)
        parts += [Words(""), Words.assemble(*keys)]
    title = message.title if isinstance(message, Card) else ""
    return Panel(
        Group(*parts),
        title=Words(printable(title), "bold") if title else None,
        title_align="left",
        subtitle=Words(f"→ {printable(told.to)}", "dim"),
        subtitle_align="right",
        expand=False,
    )


def _card(card: Card) -> list[RenderableType]:
    parts: list[RenderableType] = []
    if card.subtitle:
        parts.append(Words(printable(card.subtitle), "dim"))
    if card.lines:
        facts = Table.grid(padding=(0, 2))
        for line in card.lines:
            style = "bold yellow" if line.changed else ""
            facts.add_row(Words(printable(line.label), "dim"), Words(printable(line.value), style))
        parts.append(facts)
    for number, item in enumerate(card.items, 1):
        parts.append(
            Words.assemble(f"{number}. {printable(item.text)}", (f"  {printable(item.hint)}", "dim"))
        )
    if card.text:
        parts.append(Words(printable(card.text)))
    if card.settled:
        parts.append(Words(printable(card.settled), "green"))
    return parts
