"""Spelling cards and texts in WeCom's words. Any message can be spelt; what has no room is left out.

A list whose items can be opened becomes a selector beside one button 【打开】: each option's id is the
item's signed tap, so the callback names the chosen item without our remembering the card. An item whose
tap does not fit the 128 bytes of an option id is listed, but cannot be chosen.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any, Literal

from bot.platforms.taps import TapTooLong
from bot.platforms.wecom import template, wording
from bot.platforms.wecom.events import CHOICE, OPEN
from cards.model import Card, Line, Message, Style, Tap, Text

Sign = Callable[[Tap], str]
Body = dict[str, Any]

STYLES: dict[Style, Literal[1, 2, 3, 4]] = {Style.PRIMARY: 1, Style.PLAIN: 2, Style.DANGER: 3}
UNTITLED = "通知"
SPENT = "无需操作"
CHANGED = "✎"
BUTTONS, FACTS, OPTIONS, OPTION_ID = 6, 6, 10, 128


def task_id_of(name: str) -> str:
    """The task id WeCom is given for `name`: the same, or a digest where it is too long or not allowed."""
    if re.fullmatch(r"[0-9A-Za-z_@-]{1,128}", name, re.ASCII):
        return name
    return "t-" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()


def spell(message: Message, *, sign: Sign, task_id: str, public_url: str) -> list[Body]:
    """The bodies of message/send, in order; only the last can be a card. `public_url` may be empty."""
    if isinstance(message, Text):
        card = _as_card(message)
        cut = len(card.text) > 160
        words = wording.split(message.text, task_id) if cut or not message.buttons else []
    else:
        card, words = message, []
    buttons, selection = _controls(card, sign)
    if buttons:
        spelt: template.Template = _interaction(card, buttons, selection, task_id)
    elif isinstance(message, Card) and public_url and _fits(card):
        spelt = _notice(card, task_id, public_url)
    else:
        return _texts(words or wording.split(in_words(card, message), task_id))
    return [*_texts(words), {"msgtype": "template_card", "template_card": spelt.dump()}]


def spell_update(message: Message, *, sign: Sign, task_id: str, public_url: str) -> Body:
    """What update_template_card takes besides its addressee: a new button text or a whole card."""
    card = _as_card(message) if isinstance(message, Text) else message
    if card.settled and not (card.lines or card.items or card.text or card.subtitle):
        return {"button": {"replace_name": wording.line(card.settled, 10) or SPENT}}
    return {"template_card": spell_face(card, sign=sign, task_id=task_id, public_url=public_url)}


def spell_face(message: Message, *, sign: Sign, task_id: str, public_url: str) -> Body:
    """The whole card that takes the place of one that hangs there."""
    card = _as_card(message) if isinstance(message, Text) else message
    buttons, selection = _controls(card, sign)
    if not buttons and not card.settled and public_url:
        return _notice(card, task_id, public_url).dump()
    if buttons:
        return _interaction(card, buttons, selection, task_id).dump()
    # A card with spent buttons still has to list one.
    word = wording.line(card.settled, 10) or SPENT
    spent = template.Press(text=word, style=4, key="spent")
    return _interaction(card, (spent,), None, task_id, replace_text=word).dump()


def _as_card(message: Text) -> Card:
    """A question's first line is its title; when that is too long the whole goes below as well."""
    words = wording.block(message.text)
    first, _, rest = words.partition("\n")
    return Card(first, text=rest.strip() if len(first) <= 36 else words, buttons=message.buttons)


def _controls(card: Card, sign: Sign) -> tuple[tuple[template.Press, ...], template.Selection | None]:
    """Its buttons, at most six with different keys, and the selector of its items."""
    if card.settled:
        return (), None
    selection = _selection(card, sign)
    buttons: dict[str, template.Press] = {}
    if selection:
        buttons[OPEN] = template.Press(text="打开", style=1, key=OPEN)
    for button in card.buttons:
        key = _signed(button.tap, sign, 1024)
        if key and key not in buttons:
            text = wording.line(button.text, 10) or "确定"
            buttons[key] = template.Press(text=text, style=STYLES[button.style], key=key)
    return tuple(buttons.values())[:BUTTONS], selection


def _selection(card: Card, sign: Sign) -> template.Selection | None:
    options: dict[str, template.Option] = {}
    for number, item in enumerate(card.items[: wording.LISTED], 1):
        key = _signed(item.tap, sign, OPTION_ID) if item.tap else ""
        if key and key not in options:
            text = wording.line(f"{number}. {wording.line(item.text, 60) or '—'}", 16)
            options[key] = template.Option(id=key, text=text)
    chosen = tuple(options.values())[:OPTIONS]
    return template.Selection(question_key=CHOICE, title="选择一项", option_list=chosen) if chosen else None


def _signed(tap: Tap, sign: Sign, limit: int) -> str:
    try:
        text = sign(tap)
    except TapTooLong:
        return ""
    return text if len(text) <= limit else ""


def _interaction(
    card: Card,
    buttons: tuple[template.Press, ...],
    selection: template.Selection | None,
    task_id: str,
    *,
    replace_text: str | None = None,
) -> template.ButtonInteraction:
    return template.ButtonInteraction(
        main_title=_title(card),
        sub_title_text=_below(card),
        horizontal_content_list=_facts(card),
        button_selection=selection,
        button_list=buttons,
        task_id=task_id_of(task_id),
        replace_text=replace_text,
    )


def _notice(card: Card, task_id: str, public_url: str) -> template.TextNotice:
    return template.TextNotice(
        main_title=_title(card),
        sub_title_text=_below(card),
        horizontal_content_list=_facts(card),
        task_id=task_id_of(task_id),
        card_action=template.CardAction(url=public_url),
    )


def _title(card: Card) -> template.MainTitle:
    desc = " · ".join(part for part in (card.settled, card.subtitle) if part)
    return template.MainTitle(
        title=wording.line(card.title, 36) or UNTITLED, desc=wording.line(desc, 44) or None
    )


def _below(card: Card) -> str | None:
    return wording.listing(wording.block(card.text), card.items, 160) or None


def _facts(card: Card) -> tuple[template.Fact, ...] | None:
    return tuple(_fact(line) for line in card.lines[:FACTS]) or None


def _fact(line: Line) -> template.Fact:
    label = f"{CHANGED}{line.label}" if line.changed else line.label
    return template.Fact(keyname=wording.line(label, 5) or "—", value=wording.line(line.value, 30) or "—")


def _fits(card: Card) -> bool:
    """Whether a card to read loses nothing as a template; otherwise plain words say it whole."""
    return (
        len(card.lines) <= FACTS
        and len(card.items) <= wording.LISTED
        and all(len(line.label) + line.changed <= 5 and len(line.value) <= 30 for line in card.lines)
        and len(card.title) <= 36
        and len(card.settled) + len(card.subtitle) + 3 <= 44
        and len(_plain_list(card)) <= 160
    )


def _plain_list(card: Card) -> str:
    items = (f"{n}. {item.text} {item.hint}".rstrip() for n, item in enumerate(card.items, 1))
    return "\n".join(part for part in (card.text, *items) if part)


def in_words(card: Card, message: Message) -> str:
    """The whole card as plain text; a message that is only words stays as it is."""
    if isinstance(message, Text):
        return message.text
    facts = (
        f"{CHANGED if line.changed else ''}{wording.line(line.label, 60)}：{wording.line(line.value, 400)}"
        for line in card.lines
    )
    head = wording.line(card.title, 200), wording.line(card.settled, 60), wording.line(card.subtitle, 200)
    return "\n".join(part for part in (*head, *facts, _plain_list(card)) if part)


def _texts(parts: list[str]) -> list[Body]:
    return [{"msgtype": "text", "text": {"content": part}} for part in parts]
