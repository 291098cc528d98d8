"""Tables of reviews: messages to people. Decisions themselves stand with their records."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.db import UtcDateTime, db


class MessageRow(db.Model):  # type: ignore[name-defined,misc]  # Flask-SQLAlchemy makes Model at run time
    """What one person was told, once a `cause`; `about` is a milestone's reference, or the campaign of a nomination.

    `text` is a reason that somebody wrote, a slug or a place. What doesn't hold any more is withdrawn, never deleted.
    """

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    record_id: Mapped[str | None] = mapped_column(sa.String(24))
    by: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    text: Mapped[str | None] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    cause: Mapped[str] = mapped_column(sa.String(80))
    about: Mapped[str | None] = mapped_column(sa.String(48))
    place_id: Mapped[int | None] = mapped_column(sa.ForeignKey("places.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    __table_args__ = (sa.UniqueConstraint("person_id", "cause"),)
