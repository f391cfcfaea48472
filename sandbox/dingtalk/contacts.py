"""The contact list on the old host (topapi/v2): direct children only, fields without a value are absent."""

from collections.abc import Mapping
from typing import Any

from sandbox.dingtalk.codes import OldRefused
from sandbox.dingtalk.ids import union_id
from sandbox.dingtalk.org import ROOT, Department, User
from sandbox.dingtalk.tokens import Caller

Answer = dict[str, object]
Fields = Mapping[str, Any]
MOST = 100


def user_get(caller: Caller, fields: Fields) -> object:
    """One member. Raises `OldRefused` 33012 without an id, 60121 for nobody the app sees."""
    userid = str(fields.get("userid") or "")
    if not userid:
        raise OldRefused(33012)
    user = caller.org.user(userid)
    if user is None or not caller.org.sees(caller.app, user):
        raise OldRefused(60121)
    return _full(caller, user)


def user_by_mobile(caller: Caller, fields: Fields) -> object:
    """The userid behind a mobile number. Raises `OldRefused`."""
    mobile = str(fields.get("mobile") or "")
    if not mobile:
        raise OldRefused(40104)
    for user in caller.org.users:
        if user.mobile == mobile and caller.org.sees(caller.app, user):
            return {"userid": user.userid}
    raise OldRefused(60121)


def user_by_union_id(caller: Caller, fields: Fields) -> object:
    """The userid behind a unionId. Raises `OldRefused`."""
    for user in caller.org.users:
        if union_id(user.userid) == fields.get("unionid") and caller.org.sees(caller.app, user):
            return {"contact_type": 0, "userid": user.userid}
    raise OldRefused(60121)


def user_list(caller: Caller, fields: Fields) -> object:
    """A page of the direct members of a department."""
    department = _department(caller, fields)
    cursor, size = _number(fields, "cursor", 0), _number(fields, "size", 0)
    if cursor < 0 or not 1 <= size <= MOST:
        raise OldRefused(400002, "size")
    org = caller.org
    direct = [
        user for user in org.users if org.sees(caller.app, user) and department.id in org.departments_of(user)
    ]
    page = direct[cursor : cursor + size]
    more = cursor + size < len(direct)
    listed = {"has_more": more, "list": [_full(caller, user) for user in page]}
    return {**listed, "next_cursor": cursor + size} if more else listed


def department_list(caller: Caller, fields: Fields) -> object:
    """The children of a department, not their children."""
    parent = _department(caller, fields)
    return [_node(one) for one in caller.org.departments if one.parent == parent.id]


def department_get(caller: Caller, fields: Fields) -> object:
    """One department."""
    return _node(_department(caller, fields))


def _department(caller: Caller, fields: Fields) -> Department:
    found = caller.org.department(_number(fields, "dept_id", ROOT))
    if found is None:
        raise OldRefused(60003)
    return found


def _number(fields: Fields, name: str, default: int) -> int:
    """A number, also as text, since these calls take forms too."""
    value = fields.get(name, default)
    try:
        return int(value)
    except (TypeError, ValueError) as wrong:
        raise OldRefused(400002, name) from wrong


def _full(caller: Caller, user: User) -> Answer:
    departments = caller.org.departments_of(user)
    told = {
        "title": user.title,
        "manager_userid": user.manager,
        "mobile": user.mobile,
        "state_code": "86" if user.mobile else "",
    }
    return {
        "userid": user.userid,
        "unionid": union_id(user.userid),
        "name": user.name,
        "dept_id_list": departments,
        "leader_in_dept": [{"dept_id": one, "leader": False} for one in departments],
        "active": True,
        "admin": False,
        "boss": False,
        "hide_mobile": False,
        **{name: value for name, value in told.items() if value},
    }


def _node(department: Department) -> Answer:
    return {
        "dept_id": department.id,
        "name": department.name,
        "parent_id": department.parent,
        "create_dept_group": False,
        "auto_add_user": False,
    }
