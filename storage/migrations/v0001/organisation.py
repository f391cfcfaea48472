"""Units, people, accounts, roles, policies."""

from alembic import op
from sqlalchemy import (
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
        "units",
        Column("id", BIG_ID, nullable=False),
        Column("code", String(40), nullable=False),
        Column("name", String(100), nullable=False),
        Column("kind", String(16), nullable=False),
        Column("parent_id", BIG_ID),
        Column("platform", String(16), nullable=False),
        Column("isolated", Boolean(), nullable=False),
        Column("note", String(200), nullable=False),
        Column("starts_on", Date()),
        Column("ends_on", Date()),
        ForeignKeyConstraint(["parent_id"], ["units.id"], name="fk_units_parent_id"),
        PrimaryKeyConstraint("id", name="pk_units"),
        UniqueConstraint("code", name="uq_units_code"),
    )
    op.create_index("ix_units_parent_id", "units", ["parent_id"])
    op.create_table(
        "people",
        Column("id", BIG_ID, nullable=False),
        Column("name", String(64), nullable=False),
        Column("unit_id", BIG_ID, nullable=False),
        Column("title", String(64), nullable=False),
        Column("manager_id", BIG_ID),
        Column("mobile", LargeBinary()),
        Column("language", String(8), nullable=False),
        Column("leave_from", MOMENT),
        Column("leave_until", MOMENT),
        Column("left_at", MOMENT),
        ForeignKeyConstraint(["manager_id"], ["people.id"], name="fk_people_manager_id"),
        ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_people_unit_id"),
        PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_index("ix_people_manager_id", "people", ["manager_id"])
    op.create_index("ix_people_name", "people", ["name"])
    op.create_index("ix_people_unit_id", "people", ["unit_id"])
    op.create_table(
        "policies",
        Column("id", BIG_ID, nullable=False),
        Column("unit_id", BIG_ID),
        Column("digest", String(64), nullable=False),
        Column("document", Text(), nullable=False),
        Column("applied_at", MOMENT, nullable=False),
        ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_policies_unit_id"),
        PrimaryKeyConstraint("id", name="pk_policies"),
    )
    op.create_index("ix_policies_unit_id", "policies", ["unit_id"])
    op.create_table(
        "unit_closure",
        Column("ancestor_id", BIG_ID, nullable=False),
        Column("unit_id", BIG_ID, nullable=False),
        Column("depth", Integer(), nullable=False),
        Column("clear", Boolean(), nullable=False),
        ForeignKeyConstraint(["ancestor_id"], ["units.id"], name="fk_unit_closure_ancestor_id"),
        ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_unit_closure_unit_id"),
        PrimaryKeyConstraint("ancestor_id", "unit_id", name="pk_unit_closure"),
    )
    op.create_index("ix_unit_closure_unit", "unit_closure", ["unit_id", "ancestor_id", "clear"])
    op.create_table(
        "accounts",
        Column("id", BIG_ID, nullable=False),
        Column("platform", String(16), nullable=False),
        Column("connection", String(40), nullable=False),
        Column("userid", String(64), nullable=False),
        Column("folded", String(64), nullable=False),
        Column("person_id", BIG_ID, nullable=False),
        ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_accounts_person_id"),
        PrimaryKeyConstraint("id", name="pk_accounts"),
        UniqueConstraint("platform", "connection", "folded", name="uq_accounts_platform_connection_folded"),
    )
    op.create_index("ix_accounts_person_id", "accounts", ["person_id"])
    op.create_table(
        "memberships",
        Column("person_id", BIG_ID, nullable=False),
        Column("unit_id", BIG_ID, nullable=False),
        ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_memberships_person_id"),
        ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_memberships_unit_id"),
        PrimaryKeyConstraint("person_id", "unit_id", name="pk_memberships"),
    )
    op.create_table(
        "roles",
        Column("id", BIG_ID, nullable=False),
        Column("person_id", BIG_ID, nullable=False),
        Column("role", String(40), nullable=False),
        Column("unit_id", BIG_ID, nullable=False),
        Column("until", MOMENT),
        Column("source", String(16), nullable=False),
        ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_roles_person_id"),
        ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_roles_unit_id"),
        PrimaryKeyConstraint("id", name="pk_roles"),
        UniqueConstraint("person_id", "role", "unit_id", name="uq_roles_person_id_role_unit_id"),
    )
    op.create_index("ix_roles_unit_id", "roles", ["unit_id"])
