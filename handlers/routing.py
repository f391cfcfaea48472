"""Commands and taps, each declared once. The signature is the grammar; a mistake fails at registration."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, get_type_hints

from cards.model import Tap
from handlers.permissions.rules import Can
from handlers.reply import Reply
from handlers.slots import Kept, Slot, slot_of

if TYPE_CHECKING:
    from handlers.desk import Desk

P = ParamSpec("P")
T = TypeVar("T", bound=Tap)
Handler = Callable[..., Reply]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A slot of a command, in the order of its signature."""

    name: str
    slot: Slot
    required: bool


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can say. `words` announce it, canonical first; `shapes` are whole-sentence patterns.

    A shape is a regular expression over folded text. `about` is the noun the conversation must hold for
    `weak` words, which alone are not enough. `alone`: slots that announce it when nothing else was said.
    `makes`: something new, for which the record at hand never stands in. `exact`: no slip is corrected.
    `opens`: slots of colleagues that announce it when the message begins with one (让小陈…).
    """

    intent: str
    words: tuple[str, ...]
    english: tuple[str, ...]
    shapes: tuple[str, ...]
    weak: tuple[str, ...]
    about: tuple[str, ...]
    needs: Can
    reads: bool
    parameters: tuple[Parameter, ...]
    examples: tuple[str, ...]
    help: str
    handler: Handler
    takes_notes: bool  # what was said under keys it has no slot for is kept as a note
    alone: tuple[tuple[str, ...], ...] = ()
    makes: bool = False
    exact: bool = False
    opens: tuple[str, ...] = ()

    @property
    def noun(self) -> str:
        """The noun it belongs to: `lead` of `lead.create`."""
        return self.intent.partition(".")[0]

    @property
    def usage(self) -> str:
        """`新线索 公司 [联系人] [电话] …`, printed from the signature."""
        shown = [
            parameter.slot.label if parameter.required else f"[{parameter.slot.label}]"
            for parameter in self.parameters
            if parameter.required or parameter.slot.wanted
        ]
        return " ".join([self.words[0], *shown]) if self.words else self.intent


@dataclass(frozen=True, slots=True)
class TapRoute:
    """What a button does."""

    tap: type[Tap]
    needs: Can
    handler: Handler
    reads: bool = False


class Router:
    """Everything that can be said or tapped."""

    def __init__(self) -> None:
        self.commands: dict[str, Command] = {}
        self.taps: dict[type[Tap], TapRoute] = {}

    def command(
        self,
        intent: str,
        *words: str,
        needs: Can,
        english: tuple[str, ...] = (),
        shapes: tuple[str, ...] = (),
        weak: tuple[str, ...] = (),
        about: tuple[str, ...] = (),
        examples: tuple[str, ...] = (),
        reads: bool = False,
        alone: tuple[tuple[str, ...], ...] = (),
        makes: bool = False,
        exact: bool = False,
        opens: tuple[str, ...] = (),
    ) -> Callable[[Callable[P, Reply]], Callable[P, Reply]]:
        """Declare a command. The function's first parameter is the desk, each further one a declared slot."""

        def declare(handler: Callable[P, Reply]) -> Callable[P, Reply]:
            if intent in self.commands:
                raise TypeError(f"{intent} is declared twice")
            doc = inspect.getdoc(handler)
            if not doc:
                raise TypeError(f"{intent} has no help text")
            self.commands[intent] = Command(
                intent, words, english, shapes, weak, about, needs, reads,
                _parameters(handler), examples, doc.splitlines()[0], handler,
                "note" in inspect.signature(handler).parameters, alone, makes, exact, opens,
            )  # fmt: skip
            return handler

        return declare

    def tap(
        self, kind: type[T], *, needs: Can, reads: bool = False
    ) -> Callable[[Callable[["Desk", T], Reply]], Callable[["Desk", T], Reply]]:
        """Declare what a button does."""

        def declare(handler: Callable[["Desk", T], Reply]) -> Callable[["Desk", T], Reply]:
            if kind in self.taps:
                raise TypeError(f"{kind.name} is declared twice")
            self.taps[kind] = TapRoute(kind, needs, handler, reads)
            return handler

        return declare

    def find_tap(self, tap: Tap) -> TapRoute | None:
        """The route of a tapped value, None for a button no longer known."""
        return self.taps.get(type(tap))


def _parameters(handler: Handler) -> tuple[Parameter, ...]:
    signature = inspect.signature(handler)
    hints: Mapping[str, Any] = get_type_hints(handler, include_extras=True, localns=_later())
    names = list(signature.parameters)[1:]
    found = []
    for name in names:
        slot = slot_of(hints[name]) or next(
            (slot for part in getattr(hints[name], "__args__", ()) if (slot := slot_of(part))), None
        )
        if any(isinstance(part, Kept) for part in getattr(hints[name], "__metadata__", ())):
            continue
        if slot is None:
            raise TypeError(f"{handler.__qualname__}: parameter {name} is no declared slot")
        found.append(
            Parameter(name, slot, required=signature.parameters[name].default is inspect.Parameter.empty)
        )
    return tuple(found)


def _later() -> dict[str, Any]:
    # Handlers name the desk in their first parameter only; the desk itself imports what handlers declare.
    return {"Desk": object}


router = Router()
