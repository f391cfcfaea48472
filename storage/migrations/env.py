"""Read by alembic: runs the migrations on the connection that `storage.migrate` hands over."""

from alembic import context

from storage import ledger, org, schema
from storage.base import Base

READ = (ledger, org, schema)  # their tables are in the metadata because they were imported

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
