"""Tables of indicators. Contributions are what counts; values are their sums, which `service.rebuild` makes again."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.db import db


class IndicatorRow(db.Model):  # type: ignore[name-defined,misc]  # Flask-SQLAlchemy makes Model at run time
    """An indicator of a campaign; `definition` as its pack gives it.

    It counts what happened from `starts_on` to `ends_on` (local dates, both included); `closed` once that has ended.
    """

    __tablename__ = "indicators"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"))
    code: Mapped[str] = mapped_column(sa.String(16))
    position: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    closed: Mapped[bool]
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
    __table_args__ = (sa.Index("ix_contributions_indicator_id_place_id", "indicator_id", "place_id"),)


class ValueRow(db.Model):  # type: ignore[name-defined,misc]
    """The sums of one place: `own_*` of its own records, the others with all places below it; and its baseline.

    A place has a row while a contribution counts there or it has a baseline; the campaign's own place always.
    """

    __tablename__ = "indicator_values"
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("indicators.id", ondelete="CASCADE"), primary_key=True)
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"), primary_key=True)
    own_records: Mapped[int]
    own_numerator: Mapped[int] = mapped_column(sa.BigInteger)
    own_denominator: Mapped[int | None] = mapped_column(sa.BigInteger)
    records: Mapped[int]
    numerator: Mapped[int] = mapped_column(sa.BigInteger)
    denominator: Mapped[int | None] = mapped_column(sa.BigInteger)
    baseline: Mapped[int | None] = mapped_column(sa.BigInteger)
