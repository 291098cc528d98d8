"""Alembic's environment: one migration runs at a time, never waits long for a lock, and each is one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic.runtime.migration import MigrationContext
from flask import current_app

from server.db import UtcDateTime, db

# Any number, the same on all nodes: two servers that start together must not migrate side by side.
MIGRATION_LOCK = 7_261_153


def _leave_out_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """`flask db migrate` writes no file where there is nothing to change."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def _render(kind: str, item: Any, _context: Any) -> str | bool:
    """Migrations name plain types, so that an old one never depends on today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


@contextmanager
def _tables_made_anew(connection: sa.Connection) -> Iterator[None]:
    """SQLite changes a table by making another in its place: meanwhile nothing may look at who refers to it.

    https://sqlite.org/lang_altertable.html#otheralter; the pragma does nothing inside a transaction.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()  # what a migration that failed has begun
        driver.execute("PRAGMA foreign_keys=ON")


def _check_keys(*, ctx: MigrationContext, **_about: Any) -> None:
    """Takes a migration back that has left a row that refers to nothing; called in its transaction, after it."""
    if ctx.dialect.name != "sqlite" or ctx.connection is None:
        return
    if lost := ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise RuntimeError(f"rows that refer to nothing (table, row, referred, key): {lost[:10]}")


def run() -> None:
    """Runs the migrations on the application's own engine."""
    with db.engine.connect() as connection, _tables_made_anew(connection):
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET lock_timeout = '10s'"))
            connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
            connection.commit()
        options = current_app.extensions["migrate"].configure_args
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=_render,
            process_revision_directives=_leave_out_empty,
            on_version_apply=_check_keys,
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


if context.is_offline_mode():
    raise SystemExit("Migrations run against the database itself: `flask db upgrade`.")
run()
