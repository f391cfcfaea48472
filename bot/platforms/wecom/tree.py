"""XML as plain values, read once, strictly: no DTD, no entities, no depth, no flood of elements."""

from dataclasses import dataclass, field
from xml.parsers import expat

from bot.platforms.wecom.crypto import BadCallback


@dataclass(slots=True)
class Node:
    """An element: its text and its children in order. Attributes carry no meaning in WeCom's XML."""

    name: str
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def all(self, name: str) -> list["Node"]:
        """Every child of that name, one or many."""
        return [child for child in self.children if child.name == name]

    def find(self, name: str) -> "Node | None":
        """The only child of that name, if there is one. Raises `BadCallback` for a repeated one."""
        found = self.all(name)
        if len(found) > 1:
            raise BadCallback("an element is repeated")
        return found[0] if found else None

    def word(self, name: str) -> str:
        """The text of the only child of that name, "" without one; as it came, blanks included."""
        child = self.find(name)
        if child is None:
            return ""
        if child.children:
            raise BadCallback("an element is nested where text belongs")
        return child.text

    def name_word(self, name: str) -> str:
        """Like `word` for ids and numbers, where surrounding blanks mean nothing."""
        return self.word(name).strip()


def read_tree(data: bytes, *, depth: int, elements: int) -> Node:
    """The root `<xml>` element. Raises `BadCallback` for anything but one small plain document."""
    builder = _Builder(depth, elements)
    # Naming the encoding overrides what the document claims about itself, but not a byte order mark.
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.say
    try:
        data.decode()
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError):
        raise BadCallback("not well-formed XML") from None
    root = builder.root.children[0]
    if root.name != "xml":
        raise BadCallback("another root element")
    return root


class _Builder:
    """Collects what the parser says, within bounds."""

    def __init__(self, depth: int, elements: int) -> None:
        self.root = Node("")
        self._open = [self.root]
        self._depth = depth
        self._left = elements

    def refuse(self, *_: object) -> None:
        raise BadCallback("DTD and entities are not accepted")

    def start(self, name: str, _: dict[str, str]) -> None:
        self._left -= 1
        if self._left < 0 or len(self._open) > self._depth:
            raise BadCallback("too many or too deep elements")
        node = Node(name)
        self._open[-1].children.append(node)
        self._open.append(node)

    def end(self, _: str) -> None:
        self._open.pop()

    def say(self, text: str) -> None:
        self._open[-1].text += text
