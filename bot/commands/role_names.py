"""Roles that people hold and nobody knows: most are a slip of the pen, so the nearest known one is named."""

from collections.abc import Collection

from rapidfuzz import fuzz, process
from sqlalchemy import Connection, select

from handlers.org.policies import known_roles
from handlers.policies.document import BadPolicies, load_policies
from storage.org import Role
from storage.organisation import policies_in_force

NEAR = 60.0


def unknown_roles(conn: Connection) -> dict[str, str]:
    """Held role that means nothing → the known role it resembles, empty when it resembles none."""
    text = policies_in_force(conn)
    try:
        known = known_roles(load_policies(text) if text else None)
    except BadPolicies:
        return {}
    held = set(conn.scalars(select(Role.role).distinct())) - set(known)
    return {role: _nearest(role, known) for role in sorted(held)}


def _nearest(role: str, known: Collection[str]) -> str:
    found = process.extractOne(role.casefold(), sorted(known), scorer=fuzz.ratio, score_cutoff=NEAR)
    return found[0] if found else ""


def advice(unknown: dict[str, str]) -> list[str]:
    """One line for each, with what to do."""
    return [
        f"角色 {role} 没有任何权限"
        + (
            f"，是不是 {near}？改好 people.csv 的 roles 列再载入一次"
            if near
            else "：规则（policies.toml）里没有它"
        )
        + (f" · unknown role, did you mean {near}?" if near else " · no rule knows this role")
        for role, near in unknown.items()
    ]
