"""The number that rises with every change of the organisation: what anybody remembers is then out of date."""

from sqlalchemy import Connection, insert, update

from storage.directory import ORG_VERSION, organisation_version
from storage.ledger import marks


def raise_org_version(conn: Connection) -> int:
    """Raise it in the transaction of the change. The caller holds `alone.hold_rights`."""
    number = int(organisation_version(conn)) + 1
    found = conn.execute(update(marks).where(marks.c.name == ORG_VERSION).values(value=str(number)))
    if not found.rowcount:
        conn.execute(insert(marks).values(name=ORG_VERSION, value=str(number)))
    return number
