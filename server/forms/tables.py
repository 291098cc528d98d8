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
    key: Mapped[str] = mapped_column(sa.String(100))
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"))
    title: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    __table_args__ = (sa.UniqueConstraint("campaign_id", "key"),)


class FormVersion(db.Model):  # type: ignore[name-defined,misc]
    """One version: what the phone runs (`compiled`), what it was made from (`source`, the file as it came), its hash.

    What it says never changes; a draft that is uploaded again is another row. Nobody but the office is told of it until
    `published_at`. It is for everybody who may write, or for these `roles` and `places` (with those below them) alone;
    from `retired_at` on no record is begun with it. The newest version of a form is the one with the largest id.
    """

    __tablename__ = "form_versions"
    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(sa.ForeignKey("forms.id"))
    version: Mapped[str] = mapped_column(sa.String(40))
    hash: Mapped[str] = mapped_column(sa.String(64))
    compiled: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    source: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    filename: Mapped[str] = mapped_column(sa.String(200))
    occurrence: Mapped[str | None] = mapped_column(sa.String(1000))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    # what the office was told when it was uploaded
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    roles: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    places: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    __table_args__ = (sa.UniqueConstraint("form_id", "version"),)


class FormFile(db.Model):  # type: ignore[name-defined,misc]
    """A file beside a form version: a list, or a picture, sound or film that its texts show."""

    __tablename__ = "form_files"
    form_version_id: Mapped[int] = mapped_column(sa.ForeignKey("form_versions.id"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    media_type: Mapped[str] = mapped_column(sa.String(60))
    hash: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int] = mapped_column(sa.Integer)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
