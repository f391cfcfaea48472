"""Everything the first version remembers, and the sequences that number records on PostgreSQL."""

from alembic import op

from storage.migrations.v0001 import business, machinery, organisation

revision = "0001"
down_revision = None

KINDS = (
    "customer", "lead", "opp", "contract", "approval", "ticket", "task", "visit", "quote", "knowledge", "voc",
)  # fmt: skip


def upgrade() -> None:
    """Create the tables, those that others refer to first."""
    organisation.create()
    business.create()
    machinery.create()
    if op.get_context().dialect.name == "postgresql":
        for kind in KINDS:
            op.execute(f"CREATE SEQUENCE code_{kind}")
