"""Figures by reporting period: tallies, what is counted beside records, periods that are closed and their corrections.

Tallies and values are made again from the records when the campaign's pack is next loaded (or by `flask indicators
rebuild`): what was kept of them in the old shape is dropped.

Revision: 0006, after: 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = server.db.UtcDateTime(timezone=True)
NOTHING_BESIDE = (
    '{"cut": {"month_from": 15}, "special": [], "report_days": 0, "units": [], "facts": {}, "severity": null}'
)


def upgrade() -> None:
    """A campaign that is there counts by the committee's calendar until its pack is loaded again."""
    with op.batch_alter_table("campaigns") as campaigns:
        campaigns.add_column(sa.Column("counting", sa.JSON(), nullable=False, server_default=NOTHING_BESIDE))
    with op.batch_alter_table("campaigns") as campaigns:
        campaigns.alter_column("counting", server_default=None)
    with op.batch_alter_table("indicators") as indicators:
        indicators.add_column(sa.Column("counting", sa.JSON(), nullable=False, server_default="{}"))
        indicators.add_column(sa.Column("counted_on", sa.Date(), nullable=False, server_default="2022-12-15"))
    with op.batch_alter_table("indicators") as indicators:
        indicators.alter_column("counting", server_default=None)
        indicators.alter_column("counted_on", server_default=None)
    op.execute("DELETE FROM contributions")
    op.execute("DELETE FROM indicator_values")
    with op.batch_alter_table("contributions") as contributions:
        contributions.add_column(sa.Column("key", sa.String(220), nullable=False))
        contributions.add_column(sa.Column("provisional", sa.Boolean(), nullable=False))
    with op.batch_alter_table("indicator_values") as values:
        for column in ("own_records", "own_numerator", "own_denominator"):
            values.drop_column(column)
        values.add_column(sa.Column("provisional", sa.Boolean(), nullable=False))
        values.add_column(sa.Column("since", sa.Date(), nullable=True))
    _tallies()
    _closings()


def _tallies() -> None:
    op.create_table(
        "tallies",
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("key", sa.String(length=220), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=False),
        sa.Column("denominator", sa.BigInteger(), nullable=False),
        sa.Column("provisional", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicators.id"], name=op.f("fk_tallies_indicator_id_indicators"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_tallies_place_id_places")),
        sa.PrimaryKeyConstraint("indicator_id", "place_id", "period", "key", name=op.f("pk_tallies")),
    )
    op.create_table(
        "named_records",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("by_record", sa.String(length=24), nullable=False),
        sa.Column("form", sa.String(length=100), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("record", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_named_records_campaign_id_campaigns")),
        sa.PrimaryKeyConstraint("by_record", "form", "path", "record", name=op.f("pk_named_records")),
    )
    with op.batch_alter_table("named_records") as named:
        named.create_index(op.f("ix_named_records_record"), ["record"])


def _closings() -> None:
    op.create_table(
        "closings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("prepared_by", sa.Integer(), nullable=False),
        sa.Column("prepared_at", MOMENT, nullable=False),
        sa.Column("signed_by", sa.Integer(), nullable=True),
        sa.Column("signed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_closings_campaign_id_campaigns")),
        sa.ForeignKeyConstraint(["prepared_by"], ["people.id"], name=op.f("fk_closings_prepared_by_people")),
        sa.ForeignKeyConstraint(["signed_by"], ["people.id"], name=op.f("fk_closings_signed_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closings")),
        sa.UniqueConstraint(
            "campaign_id", "starts_on", "version", name=op.f("uq_closings_campaign_id_starts_on_version")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "corrections",
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.String(length=24), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicators.id"], name=op.f("fk_corrections_indicator_id_indicators"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_corrections_place_id_places")),
        sa.PrimaryKeyConstraint("indicator_id", "record_id", name=op.f("pk_corrections")),
    )


def downgrade() -> None:
    """Figures are made again by the older version's own means; closed periods and corrections are lost."""
    for table in ("corrections", "closings", "named_records", "tallies"):
        op.drop_table(table)
    op.execute("DELETE FROM contributions")
    op.execute("DELETE FROM indicator_values")
    with op.batch_alter_table("indicator_values") as values:
        for column in ("provisional", "since"):
            values.drop_column(column)
        values.add_column(sa.Column("own_records", sa.Integer(), nullable=False))
        values.add_column(sa.Column("own_numerator", sa.BigInteger(), nullable=False))
        values.add_column(sa.Column("own_denominator", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("contributions") as contributions:
        for column in ("key", "provisional"):
            contributions.drop_column(column)
    with op.batch_alter_table("indicators") as indicators:
        for column in ("counting", "counted_on"):
            indicators.drop_column(column)
    with op.batch_alter_table("campaigns") as campaigns:
        campaigns.drop_column("counting")
