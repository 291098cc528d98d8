"""Tables of indicators. Contributions are what counts; `service.rebuild` makes them and their sums again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.db import UtcDateTime, db

LONGEST_KEY = 220


class IndicatorRow(db.Model):  # type: ignore[name-defined,misc]  # Flask-SQLAlchemy makes Model at run time
    """An indicator of a campaign; `definition` as its pack gives it.

    It counts what happened from `starts_on` to `ends_on` (local dates, both included); `closed` once that has ended.
    Figures that move with time stand as on `counted_on`.
    """

    __tablename__ = "indicators"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"))
    code: Mapped[str] = mapped_column(sa.String(16))
    position: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    counting: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # the campaign's, as it was counted with
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    closed: Mapped[bool]
    counted_on: Mapped[date]
    __table_args__ = (sa.UniqueConstraint("campaign_id", "code"),)


class ContributionRow(db.Model):  # type: ignore[name-defined,misc]
    """What the approved revision of one record adds to one indicator, on the day it happened."""

    __tablename__ = "contributions"
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("indicators.id", ondelete="CASCADE"), primary_key=True)
    record_id: Mapped[str] = mapped_column(sa.String(24), primary_key=True, index=True)
    rev: Mapped[int]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"))
    on_date: Mapped[date]
    numerator: Mapped[int] = mapped_column(sa.BigInteger)
    denominator: Mapped[int | None] = mapped_column(sa.BigInteger)
    group_key: Mapped[str | None] = mapped_column(sa.Text)
    key: Mapped[str] = mapped_column(sa.String(LONGEST_KEY))
    provisional: Mapped[bool]
    __table_args__ = (
        sa.Index("ix_contributions_indicator_id_group_key", "indicator_id", "group_key"),
        sa.Index("ix_contributions_indicator_id_on_date", "indicator_id", "on_date"),
    )


class TallyRow(db.Model):  # type: ignore[name-defined,misc]
    """Contributions at one place and all below it, in one reporting period (its first day), by key; gone at 0."""

    __tablename__ = "tallies"
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("indicators.id", ondelete="CASCADE"), primary_key=True)
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"), primary_key=True)
    period: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(LONGEST_KEY), primary_key=True)
    records: Mapped[int]
    numerator: Mapped[int] = mapped_column(sa.BigInteger)
    denominator: Mapped[int] = mapped_column(sa.BigInteger)
    provisional: Mapped[int]


class ValueRow(db.Model):  # type: ignore[name-defined,misc]
    """The figure that a place's tallies come to, and its baseline.

    A place has a row while a contribution counts there or it has a baseline; the campaign's own place always.
    """

    __tablename__ = "indicator_values"
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("indicators.id", ondelete="CASCADE"), primary_key=True)
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"), primary_key=True)
    records: Mapped[int]
    numerator: Mapped[int] = mapped_column(sa.BigInteger)
    denominator: Mapped[int | None] = mapped_column(sa.BigInteger)
    provisional: Mapped[bool]
    since: Mapped[date | None]
    baseline: Mapped[int | None] = mapped_column(sa.BigInteger)


class NamedRow(db.Model):  # type: ignore[name-defined,misc]
    """An approved record that names another one: the police's sheet a quick report."""

    __tablename__ = "named_records"
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"))
    by_record: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    form: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    path: Mapped[str] = mapped_column(sa.String(300), primary_key=True)
    record: Mapped[str] = mapped_column(sa.String(24), primary_key=True, index=True)


class ClosingRow(db.Model):  # type: ignore[name-defined,misc]
    """A reporting period that was closed: figures as they stood, stamped with what they were counted by.

    Prepared by one person, signed by another. A later `version` is a dated correction of the one before; none is ever
    changed once signed.
    """

    __tablename__ = "closings"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    version: Mapped[int]
    stamp: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    figures: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    prepared_by: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    prepared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    __table_args__ = (sa.UniqueConstraint("campaign_id", "starts_on", "version"), {"sqlite_autoincrement": True})


class CorrectionRow(db.Model):  # type: ignore[name-defined,misc]
    """What a record would change in a period that is signed: it counts as `before` until its correction is signed.

    `before` and `after` are contributions (null: none); `closing_id` once it is in a correction that was prepared.
    """

    __tablename__ = "corrections"
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("indicators.id", ondelete="CASCADE"), primary_key=True)
    record_id: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    starts_on: Mapped[date]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"))
    before: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
