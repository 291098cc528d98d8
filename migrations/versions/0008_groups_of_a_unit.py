"""Groups of records are looked up by what makes them one, in all places of a unit.

Revision: 0008, after: 0007.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One index takes the other's place."""
    with op.batch_alter_table("contributions") as contributions:
        contributions.drop_index("ix_contributions_indicator_id_place_id")
        contributions.create_index("ix_contributions_indicator_id_group_key", ["indicator_id", "group_key"])


def downgrade() -> None:
    """And back."""
    with op.batch_alter_table("contributions") as contributions:
        contributions.drop_index("ix_contributions_indicator_id_group_key")
        contributions.create_index("ix_contributions_indicator_id_place_id", ["indicator_id", "place_id"])
