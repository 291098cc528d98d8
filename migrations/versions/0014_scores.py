"""Scores: tables as packs define them, and what people put down for units.

Revision: 0014, after: 0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A campaign that is there has no scoring table until its pack is loaded again."""
    op.create_table(
        "score_tables",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("loaded_at", server.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_score_tables_campaign_id_campaigns")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_tables")),
        sa.UniqueConstraint("campaign_id", "version", name=op.f("uq_score_tables_campaign_id_version")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "scores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("table_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=12), nullable=False),
        sa.Column("in_column", sa.String(length=8), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("at", server.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entered_by"], ["people.id"], name=op.f("fk_scores_entered_by_people")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_scores_place_id_places")),
        sa.ForeignKeyConstraint(["table_id"], ["score_tables.id"], name=op.f("fk_scores_table_id_score_tables")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scores")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("scores") as scores:
        scores.create_index("ix_scores_place_id", ["place_id", "id"])


def downgrade() -> None:
    """What was put down goes."""
    op.drop_table("scores")
    op.drop_table("score_tables")
