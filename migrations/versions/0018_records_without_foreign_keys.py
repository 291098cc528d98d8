"""Records have no foreign keys: what they name was read by the transaction that writes them, and is never deleted.

Revision: 0018, after: 0017.
"""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
NAMED = {"form_version_id": "form_versions", "place_id": "places", "author_id": "people"}


def upgrade() -> None:
    """Rows stay as they are."""
    with op.batch_alter_table("records") as rows:
        for column, other in NAMED.items():
            rows.drop_constraint(op.f(f"fk_records_{column}_{other}"), type_="foreignkey")


def downgrade() -> None:
    """The database looks names up again."""
    with op.batch_alter_table("records") as rows:
        for column, other in NAMED.items():
            rows.create_foreign_key(op.f(f"fk_records_{column}_{other}"), other, [column], ["id"])
