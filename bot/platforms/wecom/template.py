"""Template cards as WeCom takes them (doc/90236, doc/94888). Lengths in characters are its advice."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

# Keys and ids are limited in bytes; ours are ASCII, where a character is a byte.
Key = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,1024}$")]
OptionId = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,128}$")]
TaskId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_@-]{1,128}$")]
Long = Annotated[str, StringConstraints(min_length=1, max_length=160)]


def _words(limit: int) -> Any:
    return StringConstraints(min_length=1, max_length=limit)


class Part(BaseModel):
    """A piece of a card: closed, unchanging."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class MainTitle(Part):
    """What it is about."""

    title: Annotated[str, _words(36)]
    desc: Annotated[str, _words(44)] | None = None


class Fact(Part):
    """One line of label and value."""

    keyname: Annotated[str, _words(5)]
    value: Annotated[str, _words(30)]


class Option(Part):
    """One entry of a selector."""

    id: OptionId
    text: Annotated[str, _words(16)]


class Selection(Part):
    """A selector above the buttons; the first option is chosen unless the person chooses another."""

    question_key: Key
    title: Annotated[str, _words(13)]
    option_list: Annotated[tuple[Option, ...], Field(min_length=1, max_length=10)]


class Press(Part):
    """A button that calls back. Styles: 1 blue filled, 2 blue, 3 red, 4 black."""

    text: Annotated[str, _words(10)]
    style: Literal[1, 2, 3, 4]
    key: Key


class CardAction(Part):
    """Where a touch on the card leads."""

    type: Literal[1] = 1
    url: Annotated[str, _words(2048)]


class Template(Part):
    """What both kinds of card share."""

    main_title: MainTitle
    sub_title_text: Long | None = None
    horizontal_content_list: Annotated[tuple[Fact, ...], Field(min_length=1, max_length=6)] | None = None
    task_id: TaskId

    def dump(self) -> dict[str, Any]:
        """As JSON goes out, without what is not said."""
        return self.model_dump(mode="json", exclude_none=True)


class TextNotice(Template):
    """A card to read; a touch opens a page."""

    card_type: Literal["text_notice"] = "text_notice"
    card_action: CardAction


class ButtonInteraction(Template):
    """A card with buttons, or, with `replace_text`, one whose buttons are spent (updates only)."""

    card_type: Literal["button_interaction"] = "button_interaction"
    button_selection: Selection | None = None
    button_list: Annotated[tuple[Press, ...], Field(min_length=1, max_length=6)]
    replace_text: Annotated[str, _words(10)] | None = None
