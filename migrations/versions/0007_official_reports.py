"""Official reports: what a campaign's say, and the figures of the same period that an office enters for them.

Revision: 0007, after: 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A campaign that is there has no reports until its pack is loaded again."""
    with op.batch_alter_table("campaigns") as campaigns:
        campaigns.add_column(sa.Column("report", sa.JSON(), nullable=True))
    op.create_table(
        "same_period_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("indicator", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("at", server.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_same_period_figures_campaign_id_campaigns")
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["people.id"], name=op.f("fk_same_period_figures_entered_by_people")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_same_period_figures_place_id_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_same_period_figures")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("same_period_figures") as figures:
        figures.create_index("ix_same_period_figures_of", ["campaign_id", "place_id", "starts_on"])


def downgrade() -> None:
    """What was entered goes."""
    op.drop_table("same_period_figures")
    with op.batch_alter_table("campaigns") as campaigns:
        campaigns.drop_column("report")
