"""Tables of places. Dates are local dates and periods half-open: [valid_from, valid_to).

A place is a surrogate id: codes and names are used again by other places (29489 was Hàm Tân and is now Hàm Giang), so
both belong to a version, never to the key.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.db import db


class Place(db.Model):  # type: ignore[name-defined,misc]  # Flask-SQLAlchemy makes Model at run time
    """A unit, whatever it is called and whoever it belongs to; `key` is how campaign packs name it."""

    __tablename__ = "places"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)


class PlaceVersion(db.Model):  # type: ignore[name-defined,misc]
    """What a place was called, and under which official code, from one day until before another."""

    __tablename__ = "place_versions"
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date | None]
    code: Mapped[str | None] = mapped_column(sa.String(16))
    kind: Mapped[str] = mapped_column(sa.String(16))
    name_vi: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120))
    name_km: Mapped[str] = mapped_column(sa.String(200))
    __table_args__ = (sa.UniqueConstraint("code", "valid_from"),)


class PlaceParent(db.Model):  # type: ignore[name-defined,misc]
    """Which place another belonged to in one tree ('admin', 'committee', 'cluster') and when."""

    __tablename__ = "place_parents"
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"), primary_key=True)
    tree: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date | None]
    parent_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"), index=True)


class PlaceChange(db.Model):  # type: ignore[name-defined,misc]
    """A merge, split, rename … of places on one day, with the text of law that ordered it."""

    __tablename__ = "place_changes"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    effective_on: Mapped[date]
    legal_ref: Mapped[str] = mapped_column(sa.String(200))


class PlaceChangeLink(db.Model):  # type: ignore[name-defined,misc]
    """Which share of a place went into which other; `share` in millionths, so that a whole is exactly a whole."""

    __tablename__ = "place_change_links"
    change_id: Mapped[int] = mapped_column(sa.ForeignKey("place_changes.id"), primary_key=True)
    from_place_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"), primary_key=True, index=True)
    to_place_id: Mapped[int] = mapped_column(sa.ForeignKey("places.id"), primary_key=True, index=True)
    share: Mapped[int] = mapped_column(default=1_000_000)
