"""Tables of milestones. A crossing is never deleted while its milestone lives: taken back, it keeps saying so."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.db import UtcDateTime, db


class MilestoneRow(db.Model):  # type: ignore[name-defined,misc]  # Flask-SQLAlchemy makes Model at run time
    """A milestone of a campaign; `definition` as its pack gives it, dates as ISO texts.

    It stands as decided on the local day `decided_on`, and on what was approved since.
    """

    __tablename__ = "milestones"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"))
    code: Mapped[str] = mapped_column(sa.String(16))
    position: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    decided_on: Mapped[date]
    __table_args__ = (sa.UniqueConstraint("campaign_id", "code"),)


class CrossingRow(db.Model):  # type: ignore[name-defined,misc]
    """A milestone that was reached at a place in a period.

    A period is a date, 'campaign', the first day of a span, or the first week or day of a streak.
    """

    __tablename__ = "crossings"
    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(sa.ForeignKey("milestones.id", ondelete="CASCADE"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"))
    period: Mapped[str] = mapped_column(sa.String(16))
    reached_on: Mapped[date]
    retracted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    __table_args__ = (sa.UniqueConstraint("milestone_id", "place_id", "period"), {"sqlite_autoincrement": True})
