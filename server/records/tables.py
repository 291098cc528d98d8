"""Tables of records and of what devices asked for. Revisions and answers are append-only.

They and records have no foreign keys: what they name was written, locked or read by the transaction that writes them,
nothing that is named is ever deleted, and PostgreSQL would look each name up once more for every row
(docs/decisions/0066, 0067).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.db import CheckedJson, UtcDateTime, db

RECORD_ID = sa.String(24)


class RecordRow(db.Model):  # type: ignore[name-defined,misc]
    """A record as it stands; its content is the head revision's."""

    __tablename__ = "records"
    id: Mapped[str] = mapped_column(RECORD_ID, primary_key=True)
    form_version_id: Mapped[int]
    place_id: Mapped[int]
    author_id: Mapped[int]
    rev: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(12))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_rev: Mapped[int | None]
    level: Mapped[str | None] = mapped_column(sa.String(10))  # how far the approved revision has come
    conflict_count: Mapped[int]
    was: Mapped[list[int] | None] = mapped_column(sa.JSON(none_as_null=True))  # places that it belonged to before
    __table_args__ = (sa.Index("ix_records_place_id_state", "place_id", "state"),)


class RevisionRow(db.Model):  # type: ignore[name-defined,misc]
    """An immutable state of a record."""

    __tablename__ = "revisions"
    record_id: Mapped[str] = mapped_column(RECORD_ID, primary_key=True)
    rev: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[dict[str, Any]] = mapped_column(CheckedJson)
    changed: Mapped[list[str] | None] = mapped_column(CheckedJson(none_as_null=True))  # null in a creation: all of it
    hash: Mapped[str] = mapped_column(sa.String(22))
    kind: Mapped[str] = mapped_column(sa.String(8))
    person_id: Mapped[int]
    device_id: Mapped[int]
    n: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConflictRow(db.Model):  # type: ignore[name-defined,misc]
    """Two values for one field, and how it was decided. Values stand in a JSON list of one, so that null is a value."""

    __tablename__ = "conflicts"
    record_id: Mapped[str] = mapped_column(RECORD_ID, sa.ForeignKey("records.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    path: Mapped[str] = mapped_column(sa.String(300))
    rev: Mapped[int]
    base: Mapped[list[Any]] = mapped_column(sa.JSON)
    head: Mapped[list[Any]] = mapped_column(sa.JSON)
    head_person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    head_device_id: Mapped[int] = mapped_column(sa.ForeignKey("devices.id"))
    head_at: Mapped[datetime] = mapped_column(UtcDateTime)
    theirs: Mapped[list[Any]] = mapped_column(sa.JSON)
    theirs_person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    theirs_device_id: Mapped[int] = mapped_column(sa.ForeignKey("devices.id"))
    theirs_at: Mapped[datetime] = mapped_column(UtcDateTime)
    n: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    closed_by_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_rev: Mapped[int | None]
    closed_rule: Mapped[str | None] = mapped_column(sa.String(8))  # the merge policy, where no person decided
    chosen: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    __table_args__ = (
        sa.Index(
            "ix_conflicts_open",
            "record_id",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )


class ReviewRow(db.Model):  # type: ignore[name-defined,misc]
    """A decision that took effect on exactly one revision."""

    __tablename__ = "reviews"
    device_id: Mapped[int] = mapped_column(sa.ForeignKey("devices.id"), primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    record_id: Mapped[str] = mapped_column(RECORD_ID, sa.ForeignKey("records.id"), index=True)
    rev: Mapped[int]
    decision: Mapped[str] = mapped_column(sa.String(8))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    order: Mapped[int]  # counts up within the record
    notes: Mapped[dict[str, str] | None] = mapped_column(CheckedJson(none_as_null=True))  # on fields, by path
    into: Mapped[str | None] = mapped_column(RECORD_ID)  # the record that it was merged into


class MoveRow(db.Model):  # type: ignore[name-defined,misc]
    """A record went from one place to another."""

    __tablename__ = "moves"
    device_id: Mapped[int] = mapped_column(sa.ForeignKey("devices.id"), primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    record_id: Mapped[str] = mapped_column(RECORD_ID, sa.ForeignKey("records.id"), index=True)
    rev: Mapped[int]
    from_place_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"))
    to_place_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MutationRow(db.Model):  # type: ignore[name-defined,misc]
    """The answer to one mutation, kept for good: what makes sending again harmless."""

    __tablename__ = "mutations"
    device_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(sa.String(22))
    record_id: Mapped[str | None] = mapped_column(RECORD_ID)
    result: Mapped[dict[str, Any]] = mapped_column(CheckedJson)
    seen: Mapped[dict[str, Any] | None] = mapped_column(CheckedJson(none_as_null=True))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class QuarantineRow(db.Model):  # type: ignore[name-defined,misc]
    """A mutation that could not be applied, kept whole until a person releases or discards it."""

    __tablename__ = "quarantine"
    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(sa.ForeignKey("devices.id"))
    n: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(22))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    record_id: Mapped[str | None] = mapped_column(RECORD_ID, index=True)
    place_id: Mapped[int | None] = mapped_column(sa.ForeignKey("places.id"))
    reason: Mapped[str] = mapped_column(sa.String(40))
    detail: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(sa.String(10))  # held, released, discarded
    settled_by: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    __table_args__ = (sa.UniqueConstraint("device_id", "n", "hash"),)
