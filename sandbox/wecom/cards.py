"""The checks of WeCom on template cards (doc/90236), each with its own return code.

Advised lengths are only cut in the client; the limits here are the hard ones.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.wecom.codes import Refused
from sandbox.wecom.fields import many, number, part, short_key, text

NOTICES = ("text_notice", "news_notice")
INTERACTIVE = ("button_interaction", "vote_interaction", "multiple_interaction")
WITH_MENU = (*NOTICES, "button_interaction")

MediaKnown = Callable[[str], bool]
Body = Mapping[str, Any]


def check_card(card: Body, *, media_known: MediaKnown) -> None:
    """Refuse a card that WeCom would refuse; the task_id is checked where it is stored."""
    kind = card.get("card_type")
    if kind not in (*NOTICES, *INTERACTIVE):
        raise Refused(42031)
    number(part(card, "source"), "desc_color", range(4))
    _titles(card, str(kind))
    if kind in WITH_MENU:
        _menu(card)
        _link(part(card, "quote_area"))
        _horizontal(card, media_known)
    _card_action(card, required=kind in NOTICES)
    if kind in NOTICES:
        _jumps(card)
    CHECKS[str(kind)](card)


def is_interactive(card: Body) -> bool:
    """Whether taps on this card call back, so that it carries a response_code."""
    return card.get("card_type") in INTERACTIVE or has_menu(card)


def has_menu(card: Body) -> bool:
    """Whether the corner menu is there; only three of the five types draw one."""
    return card.get("card_type") in WITH_MENU and bool(part(card, "action_menu"))


def _titles(card: Body, kind: str) -> None:
    title = text(part(card, "main_title"), "title")
    if kind == "text_notice" and not title and not text(card, "sub_title_text"):
        raise Refused(40058, "main_title.title and sub_title_text are both empty")
    if kind != "text_notice" and not title:
        raise Refused(40058, "main_title.title missing")


def _menu(card: Body) -> None:
    menu = part(card, "action_menu")
    if not menu:
        return
    actions = many(menu, "action_list")
    if not 1 <= len(actions) <= 3:
        raise Refused(40058, "action_menu.action_list size")
    if not all(text(action, "text") for action in actions):
        raise Refused(40058, "action_menu text missing")
    keys = [short_key(action, "key", 42051) for action in actions]
    if len(set(keys)) < len(keys):
        raise Refused(42051)


def _link(item: Body, allowed: range = range(3)) -> None:
    kind = number(item, "type", allowed)
    if kind == 1 and not text(item, "url"):
        raise Refused(42028)
    if kind == 2 and not text(item, "appid"):
        raise Refused(42030)


def _card_action(card: Body, *, required: bool) -> None:
    action = part(card, "card_action")
    allowed = (1, 2) if required else (0, 1, 2)
    if required or action:
        if action.get("type", 0) not in allowed:
            raise Refused(42045)
        _link(action)


def _horizontal(card: Body, media_known: MediaKnown) -> None:
    rows = many(card, "horizontal_content_list")
    if len(rows) > 6:
        raise Refused(42035)
    for row in rows:
        if not text(row, "keyname"):
            raise Refused(42027)
        kind = number(row, "type", range(4))
        if kind == 1 and not text(row, "url"):
            raise Refused(42028)
        if kind == 2 and not text(row, "media_id"):
            raise Refused(42029)
        if kind == 2 and not media_known(text(row, "media_id")):
            raise Refused(40007)
        if kind == 3 and not text(row, "userid"):
            raise Refused(42050)


def _jumps(card: Body) -> None:
    jumps = many(card, "jump_list")
    if len(jumps) > 3:
        raise Refused(42042)
    for jump in jumps:
        if not text(jump, "title"):
            raise Refused(42033)
        _link(jump)


def _text_notice(card: Body) -> None:
    part(card, "emphasis_content")


def _news_notice(card: Body) -> None:
    image, beside = part(card, "card_image"), part(card, "image_text_area")
    if not image and not beside:
        raise Refused(42044, "card_image or image_text_area")
    if image and not text(image, "url"):
        raise Refused(42044)
    if beside and not text(beside, "image_url"):
        raise Refused(42044, "image_text_area.image_url")
    ratio = image.get("aspect_ratio", 1.3)
    if isinstance(ratio, bool) or not isinstance(ratio, int | float) or not 1.3 <= ratio <= 2.25:
        raise Refused(40058, "card_image.aspect_ratio")
    _link(beside)
    lines = many(card, "vertical_content_list")
    if len(lines) > 4:
        raise Refused(42036)
    if not all(text(line, "title") for line in lines):
        raise Refused(42033)


def _button_interaction(card: Body) -> None:
    selection = part(card, "button_selection")
    if selection:
        short_key(selection, "question_key", 42043)
        _options(selection, 10)
    buttons = many(card, "button_list")
    if not 1 <= len(buttons) <= 6:
        raise Refused(40058, "button_list size")
    keys: list[str] = []
    for button in buttons:
        if not text(button, "text"):
            raise Refused(42038)
        if number(button, "type", range(2)) == 1:
            if not text(button, "url"):
                raise Refused(42028)
        else:
            keys.append(short_key(button, "key", 42039))
        number(button, "style", range(1, 5), default=1)
    if len(set(keys)) < len(keys):
        raise Refused(42039, "the same key twice")


def _vote_interaction(card: Body) -> None:
    checkbox = part(card, "checkbox")
    short_key(checkbox, "question_key", 42043)
    number(checkbox, "mode", range(2))
    _options(checkbox, 20)
    _submit(card)


def _multiple_interaction(card: Body) -> None:
    selects = many(card, "select_list")
    if not 1 <= len(selects) <= 3:
        raise Refused(42047)
    keys = [short_key(select, "question_key", 42043) for select in selects]
    if len(set(keys)) < len(keys):
        raise Refused(42043, "the same question_key twice")
    for select in selects:
        _options(select, 10)
    _submit(card)


def _options(question: Body, most: int) -> None:
    options = many(question, "option_list")
    if not 1 <= len(options) <= most:
        raise Refused(42037)
    ids = [short_key(option, "id", 42040, most=128) for option in options]
    if len(set(ids)) < len(ids):
        raise Refused(42040, "the same id twice")
    if not all(text(option, "text") for option in options):
        raise Refused(42041)


def _submit(card: Body) -> None:
    submit = part(card, "submit_button")
    if not text(submit, "text", default="提交"):
        raise Refused(42049)
    short_key(submit, "key", 42046)


CHECKS: Mapping[str, Callable[[Body], None]] = {
    "text_notice": _text_notice,
    "news_notice": _news_notice,
    "button_interaction": _button_interaction,
    "vote_interaction": _vote_interaction,
    "multiple_interaction": _multiple_interaction,
}
