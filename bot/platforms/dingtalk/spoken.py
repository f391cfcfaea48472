"""Messages without a card template: markdown, and ActionCards whose buttons say something for the person.

A button sends `words ~tap` as the person's own message; the tap is signed as on any card. Whether every
client follows such a link is not documented, so the words to type instead stand below.
"""

from collections.abc import Callable, Sequence
from urllib.parse import quote

from bot.platforms.dingtalk.cards import UNTITLED, Sign, as_card, item_words, signed
from bot.platforms.dingtalk.client import Spelt
from bot.platforms.dingtalk.markdown import LARGEST, NEWLINE, fit, paragraphs, plain, plain_line
from bot.platforms.dingtalk.reading import dumps
from cards.general import Say
from cards.model import Button, Card, Message, Text

BUTTONS = 5
SPARE = 100  # Bytes for a mark that is put in front later.
SAY = "dtmd://dingtalkclient/sendMessage?content="
CHANGED = "✎"


def spell_spoken(message: Message, sign: Sign) -> Spelt:
    """The one message of the robot that says it."""
    card = as_card(message)
    offered = [] if card.settled else card.buttons
    words = [(button, address) for button in offered if (address := _address(button, sign))]
    buttons = [(_label(button), address) for button, address in words[:BUTTONS]]
    told = plain(message.text) if isinstance(message, Text) else _whole(card)
    offer = f"也可以直接回复：{'、'.join(_reply(button) for button, _ in words)}" if words else ""
    text = paragraphs("\n".join(part for part in (told, offer) if part)) or "（无内容）"
    title = plain_line(card.title, 60) or UNTITLED
    return _fitted(text, lambda fitting: _template({"title": title, "text": fitting}, buttons))


def marked_again(spelt: Spelt) -> Spelt:
    """The same, for somebody who may have it already."""
    return Spelt(
        spelt.key,
        {
            **spelt.param,
            "title": f"【重发】{spelt.param['title']}",
            "text": f"【重发】{NEWLINE}{spelt.param['text']}",
        },
    )


def _template(param: dict[str, str], buttons: Sequence[tuple[str, str]]) -> Spelt:
    if not buttons:
        return Spelt("sampleMarkdown", param)
    if len(buttons) == 1:
        return Spelt("sampleActionCard", param | {"singleTitle": buttons[0][0], "singleURL": buttons[0][1]})
    for number, (text, address) in enumerate(buttons, 1):
        param |= {f"actionTitle{number}": text, f"actionURL{number}": address}
    return Spelt(f"sampleActionCard{len(buttons)}", param)


def _fitted(text: str, made: Callable[[str], Spelt]) -> Spelt:
    """With as much of the text as DingTalk takes; JSON makes some signs longer."""
    size = LARGEST - SPARE
    while (over := _size(spelt := made(fit(text, size))) - LARGEST + SPARE) > 0:
        size -= over
    return spelt


def _size(spelt: Spelt) -> int:
    return len(dumps(dict(spelt.param)).encode())


def without_buttons(spelt: Spelt) -> Spelt:
    """The words alone: what a button says in a group would not reach the robot."""
    return Spelt("sampleMarkdown", {name: spelt.param[name] for name in ("title", "text")})


def session_body(spelt: Spelt) -> dict[str, object]:
    """The same words for a session's own address, where templates have other names."""
    return {"msgtype": "markdown", "markdown": {"title": spelt.param["title"], "text": spelt.param["text"]}}


def _address(button: Button, sign: Sign) -> str:
    tap = signed(button.tap, sign)
    return SAY + quote(f"{_label(button)} ~{tap}", safe="") if tap else ""


def _label(button: Button) -> str:
    return plain_line(button.text, 10) or "确定"


def _whole(card: Card) -> str:
    facts = [
        f"{CHANGED if one.changed else ''}{plain_line(one.label, 20)}：{plain_line(one.value, 400)}"
        for one in card.lines
    ]
    head = f"#### {plain_line(card.title, 100) or UNTITLED}"
    state = f"**{plain_line(card.settled, 30)}**" if card.settled else ""
    listed = [plain(row) for row in item_words(card.items)]
    parts = (head, state, plain_line(card.subtitle, 200), *facts, plain(card.text), *listed)
    return "\n".join(part for part in parts if part)


def _reply(button: Button) -> str:
    """What may be typed instead."""
    return plain_line(button.tap.words if isinstance(button.tap, Say) else button.text, 60)
