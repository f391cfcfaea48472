"""The little XML that callbacks and passive replies need: written with CDATA, read without entities."""

from collections.abc import Iterable
from xml.parsers import expat

Node = str | int | float | list[tuple[str, "Node"]]


class XmlRefused(ValueError):
    """Not the XML that WeCom would accept."""


def write(fields: Iterable[tuple[str, Node]]) -> str:
    """`<xml>…</xml>` from (name, value) pairs: text as CDATA, numbers bare, lists as nested elements."""
    return f"<xml>{_inside(fields)}</xml>"


def _inside(fields: Iterable[tuple[str, Node]]) -> str:
    return "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields)


def _value(value: Node) -> str:
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"
    return _inside(value)


class Element:
    """One element that was read: its own text, and its children by name in order."""

    __slots__ = ("children", "name", "text")

    def __init__(self, name: str) -> None:
        self.name = name
        self.text = ""
        self.children: list[Element] = []

    def all(self, name: str) -> list["Element"]:
        """Every child of that name."""
        return [child for child in self.children if child.name == name]

    def find(self, name: str) -> "Element | None":
        """The first child of that name."""
        return next(iter(self.all(name)), None)

    def word(self, name: str) -> str:
        """The text of the first child of that name, or nothing."""
        child = self.find(name)
        return "" if child is None else child.text


def read(text: str) -> Element:
    """The root element. Raises `XmlRefused` for broken XML and for any document type or entity."""
    top = Element("")
    stack = [top]

    def start(name: str, _: dict[str, str]) -> None:
        child = Element(name)
        stack[-1].children.append(child)
        stack.append(child)

    def refuse(*_: object) -> None:
        raise XmlRefused("document types and entities are refused")

    def data(piece: str) -> None:
        stack[-1].text += piece

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: stack.pop()
    parser.CharacterDataHandler = data
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(text, True)
    except expat.ExpatError as broken:
        raise XmlRefused("not well-formed") from broken
    return top.children[0]
