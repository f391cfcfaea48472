"""To whom a message goes (doc/90236): members, departments, everyone; bad names are listed, not refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.wecom.codes import Refused
from sandbox.wecom.corp import User, branch_of, departments_of
from sandbox.wecom.fields import Body, text
from sandbox.wecom.tokens import Caller


@dataclass(frozen=True, slots=True)
class Recipients:
    """The members that were found, and the names that were not. Tags do not exist in the sandbox."""

    users: tuple[User, ...]
    bad_users: tuple[str, ...] = ()
    bad_parties: tuple[str, ...] = ()
    bad_tags: tuple[str, ...] = ()

    def lists(self) -> dict[str, object]:
        """The bad names as message/send tells them: joined strings, user ids in lower case."""
        told = {
            "invaliduser": "|".join(name.lower() for name in self.bad_users),
            "invalidparty": "|".join(self.bad_parties),
            "invalidtag": "|".join(self.bad_tags),
        }
        return {name: words for name, words in told.items() if words}


def recipients_of(caller: Caller, body: Body) -> Recipients:
    """Read touser, toparty and totag. Raises `Refused`: none named, too many, or none valid (81013)."""
    users, parties, tags = (_split(text(body, name)) for name in ("touser", "toparty", "totag"))
    if users == ["@all"]:
        return Recipients(tuple(caller.corp.members_seen_by(caller.app)))
    if not (users or parties or tags):
        raise Refused(82001)
    for names, most, code in ((users, 1000, 40032), (parties, 100, 82002), (tags, 100, 82003)):
        if len(names) > most:
            raise Refused(code)
    found = resolve(caller, users, parties, tags)
    if not found.users:
        raise Refused(81013, extra=found.lists())
    return found


def resolve(caller: Caller, users: Iterable[str], parties: Iterable[str], tags: Iterable[str]) -> Recipients:
    """Sort names into the members an app may write to and the rest."""
    found: dict[str, User] = {}
    bad_users: list[str] = []
    bad_parties: list[str] = []
    for name in users:
        user = caller.corp.user(name)
        if user is None or not caller.corp.sees(caller.app, user):
            bad_users.append(name)
        else:
            found[user.userid] = user
    for party in parties:
        inside = _members(caller, party)
        if not inside:
            bad_parties.append(party)
        found |= {user.userid: user for user in inside}
    return Recipients(tuple(found.values()), tuple(bad_users), tuple(bad_parties), tuple(tags))


def _members(caller: Caller, party: str) -> list[User]:
    branch = branch_of(caller.corp, int(party)) if party.isascii() and party.isdigit() else set[int]()
    seen = caller.corp.members_seen_by(caller.app)
    return [user for user in seen if branch & set(departments_of(caller.corp, user))]


def _split(words: str) -> list[str]:
    return [word.strip() for word in words.split("|") if word.strip()]


def check_agent(caller: Caller, body: Body) -> None:
    """The agentid must be a JSON number and belong to the token."""
    agent_id: Any = body.get("agentid")
    if agent_id is None:
        raise Refused(41011)
    if isinstance(agent_id, bool) or not isinstance(agent_id, int):
        raise Refused(40056)
    if agent_id != caller.app.agent_id:
        raise Refused(301002)
