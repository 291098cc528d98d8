"""Which attachments the server has. Their bytes are in the storage; a phone's unfinished uploads are files."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.db import UtcDateTime, db


class AttachmentRow(db.Model):  # type: ignore[name-defined,misc]
    """A file, or a phone's preview of one, whole and checked; written after its bytes are safe."""

    __tablename__ = "attachments"
    name: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    media_type: Mapped[str] = mapped_column(sa.String(40))
    length: Mapped[int]  # as it was sent
    size: Mapped[int]  # as it is kept: a picture is encoded anew
    device_id: Mapped[int] = mapped_column(sa.ForeignKey("devices.id"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
