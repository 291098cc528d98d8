"""Standing in: a role that somebody has for days in the place of the one whose role it is.

Revision: 0012, after: 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Roles that were given so far are people's own."""
    with op.batch_alter_table("roles") as roles:
        roles.add_column(sa.Column("for_role_id", sa.Integer(), nullable=True))
        roles.create_foreign_key("fk_roles_for_role_id_roles", "roles", ["for_role_id"], ["id"])


def downgrade() -> None:
    """Who stands in keeps the role until its last day; for whom is forgotten."""
    with op.batch_alter_table("roles") as roles:
        roles.drop_constraint("fk_roles_for_role_id_roles", type_="foreignkey")
        roles.drop_column("for_role_id")
