"""Revisions and answers have no foreign keys: what they name is written or locked by the transaction that writes them.

Revision: 0017, after: 0016.
"""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
NAMED = {
    "revisions": {"record_id": "records", "person_id": "people", "device_id": "devices"},
    "mutations": {"device_id": "devices"},
}


def upgrade() -> None:
    """Rows stay as they are."""
    for table, named in NAMED.items():
        with op.batch_alter_table(table) as rows:
            for column, other in named.items():
                rows.drop_constraint(op.f(f"fk_{table}_{column}_{other}"), type_="foreignkey")


def downgrade() -> None:
    """The database looks names up again."""
    for table, named in NAMED.items():
        with op.batch_alter_table(table) as rows:
            for column, other in named.items():
                rows.create_foreign_key(op.f(f"fk_{table}_{column}_{other}"), other, [column], ["id"])
