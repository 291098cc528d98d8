"""Tables of scores. Both are histories: nothing in them is ever changed, the latest counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.db import UtcDateTime, db


class ScoreTableRow(db.Model):  # type: ignore[name-defined,misc]  # Flask-SQLAlchemy makes Model at run time
    """A scoring table as a campaign's pack defined it; without a definition, since it no longer has one."""

    __tablename__ = "score_tables"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"))
    version: Mapped[int]
    definition: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    __table_args__ = (sa.UniqueConstraint("campaign_id", "version"), {"sqlite_autoincrement": True})


class ScoreRow(db.Model):  # type: ignore[name-defined,misc]
    """What somebody put down for an item of a unit, in a column (`rules.Column`).

    `points` in hundredths, NULL: it doesn't apply. `counted` is what the app had counted by then (NULL: nothing), of so
    many `records`.
    """

    __tablename__ = "scores"
    id: Mapped[int] = mapped_column(primary_key=True)
    table_id: Mapped[int] = mapped_column(sa.ForeignKey("score_tables.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"))
    item: Mapped[str] = mapped_column(sa.String(12))
    column: Mapped[str] = mapped_column("in_column", sa.String(8))
    points: Mapped[int | None]
    counted: Mapped[int | None]
    records: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.Text)
    entered_by: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    __table_args__ = (sa.Index("ix_scores_place_id", "place_id", "id"), {"sqlite_autoincrement": True})
