"""Tables of campaigns. A baseline is a history: the latest row of a code counts, and none means 'not known'."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.db import UtcDateTime, db


class CampaignRow(db.Model):  # type: ignore[name-defined,misc]  # Flask-SQLAlchemy makes Model at run time
    """A campaign as its pack defines it; `rehearsal` is the day on which a rehearsal of it begins."""

    __tablename__ = "campaigns"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"), index=True)
    name: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    plan: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    windows: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    zone: Mapped[str] = mapped_column(sa.String(40))
    calendar: Mapped[str] = mapped_column(sa.String(16))
    baseline_codes: Mapped[list[str]] = mapped_column(sa.JSON)
    review: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    confirmed: Mapped[list[str]] = mapped_column(sa.JSON)  # the forms that the police confirm, by key
    counting: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # see `rules.Campaign`
    report: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    rehearsal: Mapped[date | None]


class Baseline(db.Model):  # type: ignore[name-defined,misc]
    """A figure of the period compared with, as somebody entered it; a value of NULL takes an earlier one back."""

    __tablename__ = "baselines"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"))
    indicator: Mapped[str] = mapped_column(sa.String(16))
    value: Mapped[int | None]
    entered_by: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    __table_args__ = (sa.Index("ix_baselines_campaign_id_indicator", "campaign_id", "indicator", "id"),)


class SamePeriodRow(db.Model):  # type: ignore[name-defined,misc]
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
