"""Tables of reports."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.db import UtcDateTime, db


class SamePeriodRow(db.Model):  # type: ignore[name-defined,misc]  # Flask-SQLAlchemy makes Model at run time
    """A figure of the same period a year before, as an office entered it for a report of a place and span.

    A history: the latest row of a code counts, a value of NULL takes an earlier one back.
    """

    __tablename__ = "same_period_figures"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"))
    starts_on: Mapped[date]  # the span that the report is of
    ends_on: Mapped[date]
    indicator: Mapped[str] = mapped_column(sa.String(16))
    value: Mapped[int | None]
    entered_by: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    __table_args__ = (
        sa.Index("ix_same_period_figures_of", "campaign_id", "place_id", "starts_on"),
        {"sqlite_autoincrement": True},
    )
