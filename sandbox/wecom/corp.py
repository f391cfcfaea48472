"""Who lives in the sandbox: corps, their apps, departments and members. Plain frozen values."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class User:
    """A member. `unit` and `role` are what the page shows; `departments` are ids, `status` 5 means left."""

    userid: str
    name: str
    title: str = ""
    unit: str = ""
    role: str = ""
    departments: tuple[int, ...] = ()
    leader_userid: str = ""
    status: int = 1


@dataclass(frozen=True, slots=True)
class Department:
    """A node of the contact tree. The root has id 1 and parent 0."""

    id: int
    name: str
    parent: int = 1


@dataclass(frozen=True, slots=True)
class App:
    """A self-built app. `aes_key` has 43 characters; `visible` None means that every member sees it."""

    agent_id: int
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    callback_url: str = ""
    name: str = "小二"
    visible: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Corp:
    """One WeCom company. Without `departments` a flat tree is made from the units of its members."""

    corp_id: str
    name: str
    apps: Sequence[App]
    users: Sequence[User]
    departments: Sequence[Department] = ()

    def app(self, agent_id: int) -> App | None:
        """The app of that id, if this corp has it."""
        return next((app for app in self.apps if app.agent_id == agent_id), None)

    def user(self, userid: str) -> User | None:
        """The member of that id; WeCom compares ids without regard to case (doc/90195)."""
        wanted = userid.casefold()
        return next((user for user in self.users if user.userid.casefold() == wanted), None)

    def members_seen_by(self, app: App) -> list[User]:
        """Everyone in the app's visible range who has not left."""
        return [user for user in self.users if self.sees(app, user)]

    def sees(self, app: App, user: User) -> bool:
        """Whether the app may write to this member."""
        return user.status != 5 and (app.visible is None or user.userid in app.visible)


def tree_of(corp: Corp) -> list[Department]:
    """The contact tree, root first: as configured, or one department for each unit that is named."""
    if corp.departments:
        return list(corp.departments)
    units = sorted({user.unit for user in corp.users if user.unit})
    return [Department(1, corp.name, 0), *(Department(2 + i, unit) for i, unit in enumerate(units))]


def departments_of(corp: Corp, user: User) -> list[int]:
    """The department ids of a member; the root for somebody without a unit."""
    if user.departments:
        return list(user.departments)
    by_name = {department.name: department.id for department in tree_of(corp)}
    return [by_name.get(user.unit, 1)]


def branch_of(corp: Corp, department_id: int) -> set[int]:
    """A department and everything below it; empty when there is no such department."""
    tree = tree_of(corp)
    found = {department.id for department in tree if department.id == department_id}
    grown = True
    while grown:
        below = {department.id for department in tree if department.parent in found}
        grown = not below <= found
        found |= below
    return found
