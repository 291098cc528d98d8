"""Contributions are found by their days: what a span that is no reporting period comes to.

Revision: 0013, after: 0012.
"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One more index."""
    op.create_index("ix_contributions_indicator_id_on_date", "contributions", ["indicator_id", "on_date"])


def downgrade() -> None:
    """And without it."""
    op.drop_index("ix_contributions_indicator_id_on_date", "contributions")
