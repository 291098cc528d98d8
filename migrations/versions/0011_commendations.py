"""Commendations: how a campaign commends, and the steps that are taken about nominations.

Revision: 0011, after: 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A campaign that is there commends once its pack is loaded again."""
    op.create_table(
        "commendation_terms",
        sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_commendation_terms_campaign_id_campaigns")
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_commendation_terms")),
    )
    op.create_table(
        "commendation_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("was", sa.String(length=16), nullable=False),
        sa.Column("reached", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", server.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_commendation_steps_by_people")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_commendation_steps_campaign_id_campaigns")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_commendation_steps_place_id_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commendation_steps")),
        sa.UniqueConstraint("record_id", "number", name=op.f("uq_commendation_steps_record_id_number")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("commendation_steps") as steps:
        steps.create_index("ix_commendation_steps_campaign_id", ["campaign_id"])


def downgrade() -> None:
    """What was decided about nominations goes; their records stay."""
    op.drop_table("commendation_steps")
    op.drop_table("commendation_terms")
