"""Alembic's environment: one connection, one transaction, the platform's tables."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from backend.database import Database
from backend.models import Base, Moment


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write platform types as the plain types below them, so that a revision stands without the models."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, Moment) else False


def run() -> None:
    """Run the revisions asked for."""
    database = Database(context.config.attributes["database_url"], pool_size=1)
    with database.writer.begin() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=database.is_sqlite,
            compare_type=True,
            render_item=render_item,
        )
        with context.begin_transaction():
            context.run_migrations()
    database.dispose()


run()
