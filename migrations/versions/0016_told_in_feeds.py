"""The words in which everybody is told a document stand in the feed's row; null: they are made when they are asked for.

Revision: 0016, after: 0015.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rows that stand already keep none: they are told as they were until something changes them."""
    with op.batch_alter_table("feed_rows") as rows:
        rows.add_column(sa.Column("told", sa.Text(), nullable=True))
        rows.add_column(sa.Column("people", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    """The words are made again from what they were made of."""
    with op.batch_alter_table("feed_rows") as rows:
        rows.drop_column("people")
        rows.drop_column("told")
