"""Who works on a record beside its owner."""

from sqlalchemy import Connection, delete, insert

from storage.schema import Collaborator


def add_collaborator(conn: Connection, noun: str, record_id: int, person_id: int) -> None:
    """Let a colleague see and work on the record."""
    conn.execute(insert(Collaborator), {"noun": noun, "record_id": record_id, "person_id": person_id})


def forget_team(conn: Connection, noun: str, record_id: int) -> None:
    """The record is gone: nobody works on it any more."""
    mine = (Collaborator.noun == noun) & (Collaborator.record_id == record_id)
    conn.execute(delete(Collaborator).where(mine))
