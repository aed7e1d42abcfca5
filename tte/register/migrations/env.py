"""What Alembic runs for a migration: on the connection and in the transaction it is handed, nothing of its own."""

from __future__ import annotations

from alembic import context

from tte.register import (  # noqa: F401  their tables are among the metadata
    api_tables,
    batch_tables,
    delivery_tables,
    figure_tables,
    people_tables,
    request_tables,
)
from tte.register.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
