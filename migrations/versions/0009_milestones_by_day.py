"""Milestones are decided on once a local day: the day on which each was.

Revision: 0009, after: 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Milestones that are there are decided on at the worker's next round."""
    with op.batch_alter_table("milestones") as milestones:
        milestones.add_column(sa.Column("decided_on", sa.Date(), nullable=False, server_default="2022-12-15"))
    with op.batch_alter_table("milestones") as milestones:
        milestones.alter_column("decided_on", server_default=None)


def downgrade() -> None:
    """Nothing is lost: the older version decides at each round."""
    with op.batch_alter_table("milestones") as milestones:
        milestones.drop_column("decided_on")
