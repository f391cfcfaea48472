"""The result of understanding, and what it may look at. Values only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

UNKNOWN = "none.unknown"
EXTERNAL = "none.external"
REFUSED = "none.refuse"


@dataclass(frozen=True, slots=True)
class Guess:
    """An intent it may be, and how sure we are (0–1)."""

    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Used:
    """Which words became which slot; for the person who asks why. Positions in the original message."""

    slot: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Parse:
    """What was understood. Slot values are JSON values as the catalogue says.

    `missing`: required slots without a value. `ask`: one question when something is missing or ambiguous;
    `options`: its few answers. `notes`: words of the 键=值 form for which the command has no slot.
    """

    intent: str
    slots: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    confidence: float = 0.0
    candidates: tuple[Guess, ...] = ()
    ask: str | None = None
    options: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    used: tuple[Used, ...] = ()
    # The message was a plain answer to the question of the pending draft.
    answers: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What the conversation holds. `asked`: the slot of the pending draft that was asked for.

    `day`: the day that draft holds already (ISO): a time said alone is on that day.
    """

    pending: str = ""
    asked: str = ""
    focus: str = ""
    list: str = ""
    push: str = ""
    last: str = ""
    group: bool = False
    day: str = ""


@dataclass(frozen=True, slots=True)
class KnownCompany:
    """A record the speaker may see whose name stands in the message at `[start, end)` of the folded text.

    `how`: name, short, alias, core, pinyin, initials, homophone; the last three are shown back before use.
    """

    start: int
    end: int
    name: str
    how: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the directory. `name` is unique: 姓名@单元 where two share it.

    `near`: 0 own unit, 1 own company, 2 the approval chain and conversation at hand, 3 the group.
    """

    name: str
    plain: str
    title: str
    roles: tuple[str, ...]
    near: int
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who listens, when, and what they can know: everything understanding may look at beside the words."""

    now: datetime
    speaker: str
    colleagues: Callable[[], Sequence[Colleague]]
    is_working_day: Callable[[date], bool]
    context: Context = field(default_factory=Context)
    english: bool = False
    # Called once with the folded text: the records standing in it that the speaker may see.
    companies: Callable[[str], Sequence[KnownCompany]] = lambda text: ()
    # Full names of the records that a name as said may mean, asked of a word in a company's place:
    # 恒通 → 徐州恒通路桥.
    company_named: Callable[[str], Sequence[str]] = lambda said: ()
    units: Mapping[str, str] = field(default_factory=dict)
