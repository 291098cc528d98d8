"""Tables of the set-up: what a pack said last, and every change that the office made of it on screen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.db import UtcDateTime, db


class PackPartRow(db.Model):  # type: ignore[name-defined,misc]  # Flask-SQLAlchemy makes Model at run time
    """A part of a campaign (`rules.PARTS`) as its pack said it when it was loaded last: definitions in their order."""

    __tablename__ = "pack_parts"
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"), primary_key=True)
    part: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    definitions: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ChangeRow(db.Model):  # type: ignore[name-defined,misc]
    """What the office changed on screen; of an entry the latest row counts, a value of NULL takes it back."""

    __tablename__ = "setup_changes"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"))
    part: Mapped[str] = mapped_column(sa.String(16))
    entry: Mapped[str] = mapped_column(sa.String(40))
    value: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    changed_by: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    __table_args__ = (
        sa.Index("ix_setup_changes_campaign_id", "campaign_id", "id"),
        {"sqlite_autoincrement": True},
    )
