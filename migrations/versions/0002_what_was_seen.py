"""What one who types over a change has seen for it.

Revision: 0002, after: 0001.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The column is named after what it holds."""
    op.alter_column("mutations", "typed", new_column_name="seen")


def downgrade() -> None:
    """Back."""
    op.alter_column("mutations", "seen", new_column_name="typed")
