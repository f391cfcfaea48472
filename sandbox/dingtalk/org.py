"""Who lives in the pretend DingTalk: organisations, their apps, groups and members."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

ROOT = 1


@dataclass(frozen=True, slots=True)
class User:
    """A member. `outside` is an external contact in a group: the platform gives no userid for them."""

    userid: str
    name: str
    title: str = ""
    unit: str = ""
    role: str = ""
    mobile: str = ""
    manager: str = ""
    departments: tuple[int, ...] = ()
    outside: bool = False
    left: bool = False


@dataclass(frozen=True, slots=True)
class Department:
    """A node of the contact tree. The root has id 1 and parent 0."""

    id: int
    name: str
    parent: int = ROOT


@dataclass(frozen=True, slots=True)
class Group:
    """A group chat; `conversation_id` is its openConversationId. `robot`: whether the robot takes part."""

    conversation_id: str
    title: str
    members: tuple[str, ...]
    robot: bool = True


@dataclass(frozen=True, slots=True)
class GroupRobot:
    """A custom robot (自定义机器人) that pushes into one group. Everything that is configured must pass."""

    token: str = field(repr=False)
    conversation_id: str
    secret: str = field(default="", repr=False)
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class App:
    """An internal app with its robot. An empty `variables` lets the card template hold any names.

    In mode http the robot and event URLs are called; a card says itself whether it is STREAM or HTTP.
    """

    client_id: str
    client_secret: str = field(repr=False)
    agent_id: int
    robot_code: str = ""
    name: str = "小二"
    mode: Literal["stream", "http"] = "stream"
    robot_url: str = ""
    event_url: str = ""
    event_token: str = field(default="", repr=False)
    event_aes_key: str = field(default="", repr=False)
    template_id: str = ""
    variables: frozenset[str] = frozenset()
    private: frozenset[str] = frozenset()
    visible: frozenset[str] | None = None

    @property
    def robot(self) -> str:
        """The robotCode, normally the same as the client id."""
        return self.robot_code or self.client_id


@dataclass(slots=True)
class Org:
    """One organisation. People and departments may change while it lives; without departments a flat tree."""

    corp_id: str
    name: str
    apps: Sequence[App]
    users: list[User]
    groups: Sequence[Group] = ()
    robots: Sequence[GroupRobot] = ()
    departments: list[Department] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.departments:
            units = sorted({user.unit for user in self.users if user.unit})
            named = [Department(ROOT + 1 + i, unit) for i, unit in enumerate(units)]
            self.departments = [Department(ROOT, self.name, 0), *named]

    def user(self, userid: str) -> User | None:
        """The member of exactly that id, also one who has left."""
        return next((user for user in self.users if user.userid == userid), None)

    def group(self, conversation_id: str) -> Group | None:
        """The group of that id."""
        return next((group for group in self.groups if group.conversation_id == conversation_id), None)

    def department(self, department_id: int) -> Department | None:
        """The department of that id."""
        return next((one for one in self.departments if one.id == department_id), None)

    def sees(self, app: App, user: User) -> bool:
        """Whether the app may write to this member one to one."""
        inside = not user.left and not user.outside
        return inside and (app.visible is None or user.userid in app.visible)

    def departments_of(self, user: User) -> list[int]:
        """The departments of a member; the root for somebody without one."""
        if user.departments:
            return list(user.departments)
        return [next((one.id for one in self.departments if one.name == user.unit), ROOT)]
