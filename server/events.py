"""Events: what happens further down the house because of something above, written in the transaction that causes it.

The worker hands them to their handlers, in a transaction that also marks them done: a crash delays a consequence and
never loses or doubles it. Handlers therefore touch the database only. Events of one kind that wait together are handled
together, since a thousand transactions for a supervisor's thousand approvals would be most of the work; where one of
them fails, fewer are tried, in the end the oldest alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server import clock
from server import db as database
from server.db import UtcDateTime, db, transaction

log = logging.getLogger(__name__)

Handler = Callable[[dict[str, Any]], None]
Gatherer = Callable[[Sequence[dict[str, Any]]], None]
TOGETHER = (200, 20, 1)
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
        self.together: dict[str, list[Gatherer]] = {}


_handlers = Handlers()


def on(kind: str, handler: Handler) -> None:
    """Has `handler` called with the payload of each event of `kind`; registering the same one twice changes nothing."""
    known = _handlers.by_kind.setdefault(kind, [])
    if handler not in known:
        known.append(handler)


def on_several(kind: str, handler: Gatherer) -> None:
    """Has `handler` called with the payloads of all events of `kind` that wait together, in their order."""
    known = _handlers.together.setdefault(kind, [])
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


def run_next() -> int:
    """Handles the oldest event that is due, and those of its kind that wait with it, all or none; says how many."""
    for most in TOGETHER:
        tried = _Tried()
        try:
            return _handle_next(tried, most)
        except Exception as error:
            if len(tried.event_ids) > 1:
                continue  # one of them fails: fewer are tried, in the end the oldest alone
            log.exception("event %s failed", tried.event_ids)
            if not tried.event_ids:
                raise
            _postpone(tried.event_ids[0], type(error).__name__)
            return 1
    raise AssertionError("the last try is of one event")


class _Tried:
    event_ids: Sequence[int] = ()


@transaction
def _handle_next(tried: _Tried, most: int) -> int:
    open_ones = sa.select(Event).where(Event.done_at.is_(None), Event.failed_at.is_(None), Event.due_at <= clock.now())
    query = open_ones.order_by(Event.id).with_for_update(skip_locked=True)
    oldest = db.session.scalars(query.limit(1)).first()
    if oldest is None:
        return 0
    found = [oldest]
    if most > 1:
        alike = query.where(Event.kind == oldest.kind, Event.id > oldest.id).limit(most - 1)
        found += db.session.scalars(alike)
    tried.event_ids = [event.id for event in found]
    for gather in _handlers.together.get(oldest.kind, ()):
        gather([event.payload for event in found])
    for event in found:
        for handler in _handlers.by_kind.get(event.kind, ()):
            handler(event.payload)
        event.done_at = clock.now()
    return len(found)


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
