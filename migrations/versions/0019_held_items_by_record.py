"""What is held of a record is found by the record: a push that moves some looked through everything that was ever held.

Revision: 0019, after: 0018.
"""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rows stay as they are."""
    with op.batch_alter_table("quarantine") as rows:
        rows.create_index(op.f("ix_quarantine_record_id"), ["record_id"])


def downgrade() -> None:
    """The whole table is looked through again."""
    with op.batch_alter_table("quarantine") as rows:
        rows.drop_index(op.f("ix_quarantine_record_id"))
