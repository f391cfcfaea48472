"""Customers, contacts, leads, follow-ups, tasks."""

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)

from storage.migrations.v0001.types import BIG_ID, MOMENT


def create() -> None:
    """Create these tables and their indexes."""
    op.create_table(
        "collaborators",
        Column("noun", String(16), nullable=False),
        Column("record_id", BIG_ID, nullable=False),
        Column("person_id", BIG_ID, nullable=False),
        ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_collaborators_person_id"),
        PrimaryKeyConstraint("noun", "record_id", "person_id", name="pk_collaborators"),
    )
    op.create_index("ix_collaborators_person", "collaborators", ["person_id", "noun", "record_id"])
    op.create_table(
        "customers",
        Column("name", String(100), nullable=False),
        Column("short", String(100), nullable=False),
        Column("aliases", JSON(), nullable=False),
        Column("registration", String(18), nullable=False),
        Column("level", String(16), nullable=False),
        Column("city", String(40), nullable=False),
        Column("region", String(40), nullable=False),
        Column("industry", String(40), nullable=False),
        Column("address", String(200), nullable=False),
        Column("status", String(16), nullable=False),
        Column("pool", String(40), nullable=False),
        Column("last_followup_at", MOMENT),
        Column("code", String(24), nullable=False),
        Column("id", BIG_ID, nullable=False),
        Column("version", Integer(), nullable=False),
        Column("created_at", MOMENT, nullable=False),
        Column("unit_id", BIG_ID, nullable=False),
        Column("owner_id", BIG_ID),
        ForeignKeyConstraint(["owner_id"], ["people.id"], name="fk_customers_owner_id"),
        ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_customers_unit_id"),
        PrimaryKeyConstraint("id", name="pk_customers"),
        UniqueConstraint("code", name="uq_customers_code"),
    )
    op.create_index("ix_customers_owner_id", "customers", ["owner_id"])
    op.create_index("ix_customers_own", "customers", ["owner_id", "created_at", "id"])
    op.create_index("ix_customers_unit_id", "customers", ["unit_id"])
    op.create_table(
        "followups",
        Column("about_noun", String(16), nullable=False),
        Column("about_id", BIG_ID, nullable=False),
        Column("author_id", BIG_ID, nullable=False),
        Column("contact", String(64), nullable=False),
        Column("content", Text(), nullable=False),
        Column("competitor", String(60), nullable=False),
        Column("next_action", String(200), nullable=False),
        Column("next_at", MOMENT),
        Column("effective", Boolean(), nullable=False),
        Column("id", BIG_ID, nullable=False),
        Column("version", Integer(), nullable=False),
        Column("created_at", MOMENT, nullable=False),
        Column("unit_id", BIG_ID, nullable=False),
        Column("owner_id", BIG_ID),
        ForeignKeyConstraint(["author_id"], ["people.id"], name="fk_followups_author_id"),
        ForeignKeyConstraint(["owner_id"], ["people.id"], name="fk_followups_owner_id"),
        ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_followups_unit_id"),
        PrimaryKeyConstraint("id", name="pk_followups"),
    )
    op.create_index("ix_followups_about", "followups", ["about_noun", "about_id", "created_at"])
    op.create_index("ix_followups_owner_id", "followups", ["owner_id"])
    op.create_index("ix_followups_own", "followups", ["owner_id", "created_at", "id"])
    op.create_index("ix_followups_unit_id", "followups", ["unit_id"])
    op.create_table(
        "leads",
        Column("company", String(100), nullable=False),
        Column("contact", String(64), nullable=False),
        Column("phone", LargeBinary()),
        Column("phone_key", String(32)),
        Column("registration", String(18), nullable=False),
        Column("product", String(100), nullable=False),
        Column("product_line", String(60), nullable=False),
        Column("qty", Integer()),
        Column("spec", String(100), nullable=False),
        Column("budget_min", BigInteger()),
        Column("budget_max", BigInteger()),
        Column("unit_price", BigInteger()),
        Column("price_period", String(8), nullable=False),
        Column("term", String(16), nullable=False),
        Column("industry", String(40), nullable=False),
        Column("region", String(40), nullable=False),
        Column("province", String(40), nullable=False),
        Column("source", String(60), nullable=False),
        Column("note", Text(), nullable=False),
        Column("approx", JSON(), nullable=False),
        Column("status", String(16), nullable=False),
        Column("pool", String(40), nullable=False),
        Column("suspect", Boolean(), nullable=False),
        Column("last_followup_at", MOMENT),
        Column("code", String(24), nullable=False),
        Column("id", BIG_ID, nullable=False),
        Column("version", Integer(), nullable=False),
        Column("created_at", MOMENT, nullable=False),
        Column("unit_id", BIG_ID, nullable=False),
        Column("owner_id", BIG_ID),
        ForeignKeyConstraint(["owner_id"], ["people.id"], name="fk_leads_owner_id"),
        ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_leads_unit_id"),
        PrimaryKeyConstraint("id", name="pk_leads"),
        UniqueConstraint("code", name="uq_leads_code"),
    )
    op.create_index("ix_leads_owner_id", "leads", ["owner_id"])
    op.create_index("ix_leads_own", "leads", ["owner_id", "created_at", "id"])
    op.create_index("ix_leads_phone_key", "leads", ["phone_key"])
    op.create_index("ix_leads_status", "leads", ["status"])
    op.create_index("ix_leads_unit_id", "leads", ["unit_id"])
    op.create_table(
        "contacts",
        Column("customer_id", BIG_ID, nullable=False),
        Column("name", String(64), nullable=False),
        Column("title", String(64), nullable=False),
        Column("phone", LargeBinary()),
        Column("phone_key", String(32)),
        Column("status", String(16), nullable=False),
        Column("id", BIG_ID, nullable=False),
        Column("version", Integer(), nullable=False),
        Column("created_at", MOMENT, nullable=False),
        Column("unit_id", BIG_ID, nullable=False),
        Column("owner_id", BIG_ID),
        ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_contacts_customer_id"),
        ForeignKeyConstraint(["owner_id"], ["people.id"], name="fk_contacts_owner_id"),
        ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_contacts_unit_id"),
        PrimaryKeyConstraint("id", name="pk_contacts"),
    )
    op.create_index("ix_contacts_customer_id", "contacts", ["customer_id"])
    op.create_index("ix_contacts_owner_id", "contacts", ["owner_id"])
    op.create_index("ix_contacts_own", "contacts", ["owner_id", "created_at", "id"])
    op.create_index("ix_contacts_phone_key", "contacts", ["phone_key"])
    op.create_index("ix_contacts_unit_id", "contacts", ["unit_id"])
    op.create_table(
        "tasks",
        Column("content", Text(), nullable=False),
        Column("due_at", MOMENT, nullable=False),
        Column("due_day", Date()),
        Column("set_by_id", BIG_ID, nullable=False),
        Column("customer_id", BIG_ID),
        Column("company", String(100), nullable=False),
        Column("done_at", MOMENT),
        Column("due_version", Integer(), nullable=False),
        Column("alerted_version", Integer(), nullable=False),
        Column("code", String(24), nullable=False),
        Column("id", BIG_ID, nullable=False),
        Column("version", Integer(), nullable=False),
        Column("created_at", MOMENT, nullable=False),
        Column("unit_id", BIG_ID, nullable=False),
        Column("owner_id", BIG_ID),
        ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_tasks_customer_id"),
        ForeignKeyConstraint(["owner_id"], ["people.id"], name="fk_tasks_owner_id"),
        ForeignKeyConstraint(["set_by_id"], ["people.id"], name="fk_tasks_set_by_id"),
        ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_tasks_unit_id"),
        PrimaryKeyConstraint("id", name="pk_tasks"),
        UniqueConstraint("code", name="uq_tasks_code"),
    )
    op.create_index("ix_tasks_due", "tasks", ["done_at", "due_at"])
    op.create_index("ix_tasks_owner_id", "tasks", ["owner_id"])
    op.create_index("ix_tasks_own", "tasks", ["owner_id", "created_at", "id"])
    op.create_index("ix_tasks_unit_id", "tasks", ["unit_id"])
