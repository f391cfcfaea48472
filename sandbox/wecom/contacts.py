"""The contact list as an app may read it (doc/90195 and following): its visible range only."""

from collections.abc import Mapping

from sandbox.wecom.codes import Refused
from sandbox.wecom.corp import Department, User, branch_of, departments_of, tree_of
from sandbox.wecom.tokens import Caller

Answer = dict[str, object]
Query = Mapping[str, str]


def user_get(caller: Caller, query: Query) -> Answer:
    """One member. Raises `Refused` 40003 without an id, 60111 for nobody the app sees."""
    userid = query.get("userid", "")
    if not userid:
        raise Refused(40003)
    user = caller.corp.user(userid)
    if user is None or not caller.corp.sees(caller.app, user):
        raise Refused(60111)
    return _full(caller, user)


def user_simplelist(caller: Caller, query: Query) -> Answer:
    """Name and id of the direct members of a department."""
    return {"userlist": [_short(caller, user) for user in _direct(caller, query)]}


def user_list(caller: Caller, query: Query) -> Answer:
    """The full records of the direct members of a department."""
    return {"userlist": [_full(caller, user) for user in _direct(caller, query)]}


def department_list(caller: Caller, query: Query) -> Answer:
    """A department and everything below it; the whole tree without an id."""
    wanted = _department_id(query, "id") if query.get("id") else 1
    branch = branch_of(caller.corp, wanted)
    if not branch:
        raise Refused(60003)
    return {"department": [_department(d) for d in tree_of(caller.corp) if d.id in branch]}


def department_simplelist(caller: Caller, query: Query) -> Answer:
    """The same without names."""
    listed = department_list(caller, query)["department"]
    assert isinstance(listed, list)
    return {"department_id": [{k: d[k] for k in ("id", "parentid", "order")} for d in listed]}


def _direct(caller: Caller, query: Query) -> list[User]:
    wanted = _department_id(query, "department_id")
    if not branch_of(caller.corp, wanted):
        raise Refused(60003)
    seen = caller.corp.members_seen_by(caller.app)
    return [user for user in seen if wanted in departments_of(caller.corp, user)]


def _department_id(query: Query, name: str) -> int:
    word = query.get(name, "")
    if not (word.isascii() and word.isdigit()):
        raise Refused(40035, name)
    return int(word)


def _short(caller: Caller, user: User) -> Answer:
    return {"userid": user.userid, "name": user.name, "department": departments_of(caller.corp, user)}


def _full(caller: Caller, user: User) -> Answer:
    departments = departments_of(caller.corp, user)
    return {
        "userid": user.userid,
        "name": user.name,
        "department": departments,
        "order": [0] * len(departments),
        "position": user.title,
        "is_leader_in_dept": [0] * len(departments),
        "direct_leader": [user.leader_userid] if user.leader_userid else [],
        "main_department": departments[0],
        "alias": "",
        "telephone": "",
        "status": user.status,
    }


def _department(department: Department) -> Answer:
    return {
        "id": department.id,
        "name": department.name,
        "name_en": "",
        "department_leader": [],
        "parentid": department.parent,
        "order": 2**32 - department.id - 1,
    }
