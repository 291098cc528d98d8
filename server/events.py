"""Events: what happens further down the house because of something above, written in the transaction that causes it.

The worker hands each to its handlers, in a transaction that also marks it done: a crash delays a consequence and never
loses or doubles it. Handlers therefore touch the database only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server import clock
from server import db as database
from server.db import UtcDateTime, db, transaction

log = logging.getLogger(__name__)

Handler = Callable[[dict[str, Any]], None]
ATTEMPTS = 20
FIRST_DELAY = 2.0
LONGEST_DELAY = 3600.0


class Event(db.Model):  # type: ignore[name-defined,misc]  # Flask-SQLAlchemy makes Model at run time
    """One thing that happened; `done_at` is set by the worker, `failed_at` when it gave up."""

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(sa.String(200))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    __table_args__ = (
        sa.Index(
            "ix_events_open",
            "due_at",
            sqlite_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
        ),
    )


class Handlers:
    """Which functions handle which kind; filled by `server.app`, the composition root."""

    def __init__(self) -> None:
        self.by_kind: dict[str, list[Handler]] = {}


_handlers = Handlers()


def on(kind: str, handler: Handler) -> None:
    """Has `handler` called with the payload of each event of `kind`; registering the same one twice changes nothing."""
    known = _handlers.by_kind.setdefault(kind, [])
    if handler not in known:
        known.append(handler)


def emit(kind: str, payload: dict[str, Any]) -> None:
    """Leaves an event in the transaction that is open; it exists if and only if that transaction commits."""
    now = clock.now()
    waiting: list[dict[str, Any]] = db.session().info.setdefault("events", [])
    waiting.append({"kind": kind, "payload": payload, "created_at": now, "due_at": now})


def _write() -> None:
    """All events of a transaction in one statement; SQLAlchemy would take one for each on SQLite."""
    waiting = db.session().info.pop("events", None)
    if waiting:
        db.session.connection().execute(sa.insert(Event.__table__), waiting)


if _write not in database.before_commit:
    database.before_commit.insert(0, _write)  # the feeds' positions stay the last thing that is written


def run_next() -> bool:
    """Handles the oldest event that is due, whole or not at all; False when there is none."""
    failed = _Failure()
    try:
        return _handle_next(failed)
    except Exception as error:
        log.exception("event %s failed", failed.event_id)
        if failed.event_id is None:
            raise
        _postpone(failed.event_id, type(error).__name__)
        return True


class _Failure:
    event_id: int | None = None


@transaction
def _handle_next(failed: _Failure) -> bool:
    query = (
        sa.select(Event)
        .where(Event.done_at.is_(None), Event.failed_at.is_(None), Event.due_at <= clock.now())
        .order_by(Event.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    event = db.session.scalars(query).first()
    if event is None:
        return False
    failed.event_id = event.id
    for handler in _handlers.by_kind.get(event.kind, ()):
        handler(event.payload)
    event.done_at = clock.now()
    return True


@transaction
def _postpone(event_id: int, error: str) -> None:
    event = db.session.get_one(Event, event_id)
    event.attempts += 1
    event.error = error[:200]
    if event.attempts >= ATTEMPTS:
        event.failed_at = clock.now()
        return
    delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** (event.attempts - 1))
    event.due_at = clock.now() + timedelta(seconds=clock.jitter(delay))
