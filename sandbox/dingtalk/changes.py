"""Changes of the contact list, and the events that tell the bot (user_add_org and its like)."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.dingtalk.callbacks import Callbacks
from sandbox.dingtalk.letters import Letter
from sandbox.dingtalk.org import Department, Org, User
from sandbox.dingtalk.server import Server
from sandbox.dingtalk.tokens import Caller
from sandbox.wecom.callbacks import Outcome


class Changes:
    """What an administrator does in the contact list; every app of the organisation is told."""

    def __init__(self, server: Server, callbacks: Callbacks) -> None:
        self._server, self._callbacks = server, callbacks

    async def join(self, org: Org, user: User) -> list[Outcome]:
        """Somebody comes, or comes back. Raises `LookupError` for an id that is taken."""
        before = org.user(user.userid)
        if before is not None and not before.left:
            raise LookupError(f"已有这个人：{user.userid}")
        org.users[:] = [one for one in org.users if one.userid != user.userid] + [user]
        return await self._tell(org, "user_add_org", {"userId": [user.userid]})

    async def modify(self, org: Org, userid: str, **what: Any) -> list[Outcome]:
        """A member's name, title, mobile, manager or departments change. Raises `LookupError`."""
        user = _user(org, userid)
        changed = replace(user, **what)
        org.users[org.users.index(user)] = changed
        prev = {name: getattr(user, name) for name in what}
        curr = {name: getattr(changed, name) for name in what}
        diff = {"prev": prev, "curr": curr, "userid": userid}
        return await self._tell(org, "user_modify_org", {"userId": [userid], "diffInfo": diff})

    async def leave(self, org: Org, userid: str) -> list[Outcome]:
        """A member leaves. Raises `LookupError`."""
        user = _user(org, userid)
        org.users[org.users.index(user)] = replace(user, left=True)
        return await self._tell(org, "user_leave_org", {"userId": [userid]})

    async def add_department(self, org: Org, department: Department) -> list[Outcome]:
        """A department is founded."""
        org.departments.append(department)
        return await self._tell(org, "org_dept_create", {"deptId": [department.id]})

    async def modify_department(self, org: Org, department_id: int, **what: Any) -> list[Outcome]:
        """A department gets another name or parent. Raises `LookupError`."""
        before = _department(org, department_id)
        org.departments[org.departments.index(before)] = replace(before, **what)
        return await self._tell(org, "org_dept_modify", {"deptId": [department_id]})

    async def remove_department(self, org: Org, department_id: int) -> list[Outcome]:
        """A department is dissolved. Raises `LookupError`."""
        org.departments.remove(_department(org, department_id))
        return await self._tell(org, "org_dept_remove", {"deptId": [department_id]})

    async def _tell(self, org: Org, kind: str, fields: Mapping[str, Any]) -> list[Outcome]:
        at_ms = str(int(self._server.now() * 1000))
        outcomes = []
        for app in org.apps:
            more = {
                "eventType": kind,
                "eventId": secrets.token_hex(16),
                "eventBornTime": at_ms,
                "eventCorpId": org.corp_id,
                "eventUnifiedAppId": app.client_id,
            }
            # Over HTTP the older samples write the names with capitals; a bot has to take both.
            data = {"timeStamp": at_ms, **fields}
            if app.mode == "http":
                data = {_capital(name): value for name, value in data.items()}
            letter = Letter("event", data, more)
            outcomes.append(await self._callbacks.deliver(Caller(org, app), letter))
        return outcomes


def _capital(name: str) -> str:
    return name if name == "diffInfo" else name[0].upper() + name[1:]


def _user(org: Org, userid: str) -> User:
    user = org.user(userid)
    if user is None or user.left:
        raise LookupError(f"没有这个人：{userid}")
    return user


def _department(org: Org, department_id: int) -> Department:
    found = org.department(department_id)
    if found is None:
        raise LookupError(f"没有这个部门：{department_id}")
    return found
