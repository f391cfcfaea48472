"""Inbox, outbox, record, conversations and the other tables of the machinery."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    UniqueConstraint,
)

from storage.migrations.v0001.types import BIG_ID, MOMENT


def create() -> None:
    """Create these tables and their indexes."""
    op.create_table(
        "attempts",
        Column("key", String(160), nullable=False),
        Column("count", Integer(), nullable=False),
        Column("parked", String(200)),
        Column("at", MOMENT, nullable=False),
        PrimaryKeyConstraint("key", name="pk_attempts"),
    )
    op.create_table(
        "audit",
        Column("id", BIG_ID, nullable=False),
        Column("cause", String(160), nullable=False),
        Column("place", Integer(), nullable=False),
        Column("at", MOMENT, nullable=False),
        Column("recorded_at", MOMENT, nullable=False),
        Column("person_id", BIG_ID),
        Column("door", String(64), nullable=False),
        Column("action", String(40), nullable=False),
        Column("noun", String(16)),
        Column("record_id", BIG_ID),
        Column("changes", LargeBinary(), nullable=False),
        Column("mac", LargeBinary(), nullable=False),
        Column("sealed_no", BigInteger()),
        Column("link", LargeBinary()),
        PrimaryKeyConstraint("id", name="pk_audit"),
        UniqueConstraint("sealed_no", name="uq_audit_sealed_no"),
    )
    op.create_index("ix_audit_cause", "audit", ["cause"])
    op.create_index("ix_audit_record", "audit", ["noun", "record_id"])
    op.create_table(
        "counters",
        Column("kind", String(16), nullable=False),
        Column("next", BigInteger(), nullable=False),
        PrimaryKeyConstraint("kind", name="pk_counters"),
    )
    op.create_table(
        "inbox",
        Column("key", String(160), nullable=False),
        Column("platform", String(16), nullable=False),
        Column("connection", String(40), nullable=False),
        Column("person_id", BIG_ID),
        Column("kind", String(16), nullable=False),
        Column("body", LargeBinary()),
        Column("at", MOMENT, nullable=False),
        Column("received_at", MOMENT, nullable=False),
        Column("trace", LargeBinary()),
        PrimaryKeyConstraint("key", name="pk_inbox"),
    )
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])
    op.create_table(
        "leases",
        Column("name", String(40), nullable=False),
        Column("holder", String(40), nullable=False),
        Column("number", BigInteger(), nullable=False),
        Column("until", MOMENT, nullable=False),
        PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "marks",
        Column("name", String(40), nullable=False),
        Column("value", String(400), nullable=False),
        PrimaryKeyConstraint("name", name="pk_marks"),
    )
    op.create_table(
        "sight",
        Column("noun", String(16), nullable=False),
        Column("ancestor_id", BIG_ID, nullable=False),
        Column("at", MOMENT, nullable=False),
        Column("record_id", BIG_ID, nullable=False),
        PrimaryKeyConstraint("noun", "ancestor_id", "at", "record_id", name="pk_sight"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "match_keys",
        Column("key", String(80), nullable=False),
        Column("noun", String(16), nullable=False),
        Column("record_id", BIG_ID, nullable=False),
        Column("unit_id", BIG_ID, nullable=False),
        Column("zone_id", BIG_ID, nullable=False),
        Column("certain", Integer(), nullable=False),
        ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_match_keys_unit_id"),
        PrimaryKeyConstraint("key", "noun", "record_id", name="pk_match_keys"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_match_keys_record", "match_keys", ["noun", "record_id"])
    op.create_table(
        "conversations",
        Column("person_id", BIG_ID, nullable=False),
        Column("chat", String(80), nullable=False),
        Column("state", LargeBinary(), nullable=False),
        Column("version", Integer(), nullable=False),
        ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_conversations_person_id"),
        PrimaryKeyConstraint("person_id", "chat", name="pk_conversations"),
    )
    op.create_table(
        "copies",
        Column("id", BIG_ID, nullable=False),
        Column("task_id", String(128), nullable=False),
        Column("person_id", BIG_ID, nullable=False),
        Column("platform", String(16), nullable=False),
        Column("connection", String(40), nullable=False),
        Column("userid", String(64), nullable=False),
        Column("noun", String(16), nullable=False),
        Column("record_id", BIG_ID, nullable=False),
        Column("draw", String(60), nullable=False),
        Column("args", LargeBinary(), nullable=False),
        Column("shown_version", Integer(), nullable=False),
        Column("response_code", LargeBinary()),
        Column("code_until", MOMENT),
        Column("message_id", String(128)),
        ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_copies_person_id"),
        PrimaryKeyConstraint("id", name="pk_copies"),
        UniqueConstraint("task_id", name="uq_copies_task_id"),
    )
    op.create_index("ix_copies_record", "copies", ["noun", "record_id"])
    op.create_table(
        "drafts",
        Column("id", BIG_ID, nullable=False),
        Column("person_id", BIG_ID, nullable=False),
        Column("chat", String(80), nullable=False),
        Column("intent", String(40), nullable=False),
        Column("slots", LargeBinary(), nullable=False),
        Column("asked", String(40), nullable=False),
        Column("open", Integer(), nullable=False),
        Column("at", MOMENT, nullable=False),
        ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_drafts_person_id"),
        PrimaryKeyConstraint("id", name="pk_drafts"),
    )
    op.create_index("ix_drafts_person_id", "drafts", ["person_id"])
    op.create_table(
        "outbox",
        Column("id", BIG_ID, nullable=False),
        Column("key", String(160), nullable=False),
        Column("cause", String(160), nullable=False),
        Column("kind", String(8), nullable=False),
        Column("person_id", BIG_ID),
        Column("platform", String(16)),
        Column("connection", String(40)),
        Column("userid", String(64)),
        Column("chat", String(80)),
        Column("reply_to", LargeBinary()),
        Column("draw", String(60), nullable=False),
        Column("args", LargeBinary(), nullable=False),
        Column("noun", String(16)),
        Column("record_id", BIG_ID),
        Column("copy_id", BIG_ID),
        Column("priority", Integer(), nullable=False),
        Column("state", String(8), nullable=False),
        Column("attempts", Integer(), nullable=False),
        Column("due_at", MOMENT, nullable=False),
        Column("queued_at", MOMENT, nullable=False),
        Column("at", MOMENT, nullable=False),
        Column("lease_by", String(40)),
        Column("lease_no", BigInteger(), nullable=False),
        Column("lease_until", MOMENT),
        Column("sent_at", MOMENT),
        Column("reason", String(200)),
        ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_outbox_person_id"),
        PrimaryKeyConstraint("id", name="pk_outbox"),
        UniqueConstraint("key", name="uq_outbox_key"),
    )
    op.create_index("ix_outbox_cause", "outbox", ["cause"])
    op.create_index("ix_outbox_due", "outbox", ["state", "priority", "due_at"])
    op.create_table(
        "rations",
        Column("person_id", BIG_ID, nullable=False),
        Column("what", String(24), nullable=False),
        Column("day", String(10), nullable=False),
        Column("used", Integer(), nullable=False),
        ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_rations_person_id"),
        PrimaryKeyConstraint("person_id", "what", "day", name="pk_rations"),
    )
