"""Which photos and other files of records the server has.

Revision: 0003, after: 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A row for each; their bytes are in the storage."""
    op.create_table(
        "attachments",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("received_at", server.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_attachments_device_id_devices")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_attachments")),
    )


def downgrade() -> None:
    """The rows go; the bytes stay, and are found again when they are offered again."""
    op.drop_table("attachments")
