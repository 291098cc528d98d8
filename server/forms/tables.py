"""Forms and their versions. A version is never changed once it is there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.db import UtcDateTime, db


class Form(db.Model):  # type: ignore[name-defined,misc]  # Flask-SQLAlchemy makes Model at run time
    """A form of a campaign, by its key (TNGT-01); `title` is its newest version's."""

    __tablename__ = "forms"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(20))
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"))
    title: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    __table_args__ = (sa.UniqueConstraint("campaign_id", "key"),)


class FormVersion(db.Model):  # type: ignore[name-defined,misc]
    """One immutable version: what the phone runs (`compiled`), what it was made from (`source`), and its hash.

    The newest version of a form is the one with the largest id.
    """

    __tablename__ = "form_versions"
    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(sa.ForeignKey("forms.id"))
    version: Mapped[str] = mapped_column(sa.String(8))
    hash: Mapped[str] = mapped_column(sa.String(64))
    compiled: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    source: Mapped[str] = mapped_column(sa.Text)
    occurrence: Mapped[str] = mapped_column(sa.String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    __table_args__ = (sa.UniqueConstraint("form_id", "version"),)
