"""Tables of commendations: a campaign's terms, and every step that was taken. What a nomination says is its record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.db import UtcDateTime, db


class TermsRow(db.Model):  # type: ignore[name-defined,misc]  # Flask-SQLAlchemy makes Model at run time
    """How a campaign commends, as its commendation.yaml has it."""

    __tablename__ = "commendation_terms"
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"), primary_key=True, autoincrement=False)
    terms: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class StepRow(db.Model):  # type: ignore[name-defined,misc]
    """A step that somebody took about a nomination: who, when, from where to where, why. Never changed or taken away.

    `rev` is the record's revision that it was taken on, `number` its place in the nomination's history (from 1);
    `details` are the meeting's or the decision's own, `facts` what the nomination said then.
    """

    __tablename__ = "commendation_steps"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"), index=True)
    record_id: Mapped[str] = mapped_column(sa.String(24))
    number: Mapped[int]
    rev: Mapped[int]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"))
    action: Mapped[str] = mapped_column(sa.String(16))
    was: Mapped[str] = mapped_column(sa.String(16))
    reached: Mapped[str] = mapped_column(sa.String(16))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    by: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    __table_args__ = (sa.UniqueConstraint("record_id", "number"), {"sqlite_autoincrement": True})
