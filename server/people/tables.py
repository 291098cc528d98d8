"""Tables of people. No secret is in them: tokens are stored as their SHA-256."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.db import UtcDateTime, db


class Person(db.Model):  # type: ignore[name-defined,misc]  # Flask-SQLAlchemy makes Model at run time
    """Somebody who works in a campaign: a name and a language, nothing more."""

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    language: Mapped[str] = mapped_column(sa.String(8))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))


class PersonRole(db.Model):  # type: ignore[name-defined,misc]
    """A role on a place for a half-open period of local dates; it covers the places below it.

    One that is held in the place of somebody who is away names theirs: `for_role_id`.
    """

    __tablename__ = "roles"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(8))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    for_role_id: Mapped[int | None] = mapped_column(sa.ForeignKey("roles.id"))


class Enrolment(db.Model):  # type: ignore[name-defined,misc]
    """A one-time link that makes a phone somebody's."""

    __tablename__ = "enrolments"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempt_hash: Mapped[str | None] = mapped_column(sa.String(64))  # of the phone that used it, for an answer lost
    device_id: Mapped[int | None] = mapped_column(sa.ForeignKey("devices.id"))


class Device(db.Model):  # type: ignore[name-defined,misc]
    """A profile on a phone. Its id is the device number of record ids and is never given twice."""

    __tablename__ = "devices"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    browser: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    __table_args__ = ({"sqlite_autoincrement": True},)


class DeviceSession(db.Model):  # type: ignore[name-defined,misc]
    """What a cookie stands for: 180 days from its last use, until it is ended."""

    __tablename__ = "sessions"
    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(sa.ForeignKey("devices.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Consent(db.Model):  # type: ignore[name-defined,misc]
    """What somebody agreed to, when, on which phone and in which wording; withdrawn, never deleted."""

    __tablename__ = "consents"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    device_id: Mapped[int] = mapped_column(sa.ForeignKey("devices.id"))
    purpose: Mapped[str] = mapped_column(sa.String(24))
    wording: Mapped[str] = mapped_column(sa.String(24))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
