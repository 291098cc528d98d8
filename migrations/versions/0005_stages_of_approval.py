"""How far the revision that counts has come, remarks on fields, reports merged, and which forms the police confirm.

Revision: 0005, after: 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What counts was approved by its commune and has come no further."""
    with op.batch_alter_table("records") as records:
        records.add_column(sa.Column("level", sa.String(10), nullable=True))
    op.execute("UPDATE records SET level = 'approved' WHERE approved_rev IS NOT NULL")
    with op.batch_alter_table("reviews") as reviews:
        reviews.add_column(sa.Column("notes", server.db.CheckedJson(none_as_null=True), nullable=True))
        reviews.add_column(sa.Column("into", sa.String(24), nullable=True))
    with op.batch_alter_table("campaigns") as campaigns:
        campaigns.add_column(sa.Column("confirmed", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """What was being checked waits again; how far a record had come is not known any more."""
    op.execute("UPDATE records SET state = 'submitted' WHERE state = 'checking'")
    op.execute("UPDATE records SET state = 'rejected' WHERE state = 'merged'")
    op.execute("DELETE FROM reviews WHERE decision NOT IN ('approve', 'return', 'reject')")
    with op.batch_alter_table("records") as records:
        records.drop_column("level")
    with op.batch_alter_table("reviews") as reviews:
        reviews.drop_column("into")
        reviews.drop_column("notes")
    with op.batch_alter_table("campaigns") as campaigns:
        campaigns.drop_column("confirmed")
