"""Messages: what each is about, once a person and cause; deliveries are of messages, subscriptions have kinds.

Milestones that were told by web push become messages, so that no delivery under way is lost.

Revision: 0010, after: 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = server.db.UtcDateTime(timezone=True)
DUE = "status = 'due'"


def upgrade() -> None:
    """What was told before has no cause but itself."""
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("cause", sa.String(80), nullable=False, server_default=""))
        messages.add_column(sa.Column("about", sa.String(48), nullable=True))
        messages.add_column(sa.Column("place_id", sa.Integer(), nullable=True))
        messages.add_column(sa.Column("withdrawn_at", MOMENT, nullable=True))
        messages.add_column(sa.Column("read_at", MOMENT, nullable=True))
    op.execute("UPDATE messages SET cause = 'message:' || CAST(id AS VARCHAR)")
    op.execute(
        "INSERT INTO messages (person_id, kind, at, cause, about)"
        " SELECT s.person_id, 'milestone', MIN(d.next_at),"
        " 'milestone:' || CAST(c.id AS VARCHAR),"
        " CAST(m.campaign_id AS VARCHAR) || ':' || m.code || ':' || CAST(c.place_id AS VARCHAR)"
        " FROM deliveries d JOIN crossings c ON c.id = d.crossing_id JOIN milestones m ON m.id = c.milestone_id"
        " JOIN subscriptions s ON s.id = d.subscription_id"
        " GROUP BY s.person_id, c.id, m.campaign_id, m.code, c.place_id"
    )
    with op.batch_alter_table("messages") as messages:
        messages.alter_column("cause", server_default=None)
        messages.create_unique_constraint("uq_messages_person_id_cause", ["person_id", "cause"])
        messages.create_foreign_key("fk_messages_place_id_places", "places", ["place_id"], ["id"])
    with op.batch_alter_table("subscriptions") as subscriptions:
        subscriptions.add_column(sa.Column("kinds", sa.JSON(none_as_null=True), nullable=True))
    op.execute("CREATE TABLE deliveries_of_crossings AS SELECT * FROM deliveries")
    op.drop_table("deliveries")
    _deliveries("message_id", "messages")
    op.execute(
        "INSERT INTO deliveries (message_id, subscription_id, status, attempts, next_at, lease_until, last_status)"
        " SELECT m.id, d.subscription_id, d.status, d.attempts, d.next_at, d.lease_until, d.last_status"
        " FROM deliveries_of_crossings d JOIN subscriptions s ON s.id = d.subscription_id"
        " JOIN messages m ON m.person_id = s.person_id AND m.cause = 'milestone:' || CAST(d.crossing_id AS VARCHAR)"
    )
    op.drop_table("deliveries_of_crossings")


def _deliveries(column: str, target: str) -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(column, sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            [column], [f"{target}.id"], name=op.f(f"fk_deliveries_{column}_{target}"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscriptions.id"],
            name=op.f("fk_deliveries_subscription_id_subscriptions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint(column, "subscription_id", name=op.f(f"uq_deliveries_{column}_subscription_id")),
    )
    with op.batch_alter_table("deliveries") as deliveries:
        due = {"sqlite_where": sa.text(DUE), "postgresql_where": sa.text(DUE)}
        deliveries.create_index("ix_deliveries_due", ["next_at"], unique=False, **due)
        deliveries.create_index(op.f("ix_deliveries_subscription_id"), ["subscription_id"], unique=False)


def downgrade() -> None:
    """Messages of kinds that the older version doesn't know go, and with them what is still to be sent."""
    op.drop_table("deliveries")
    _deliveries("crossing_id", "crossings")
    with op.batch_alter_table("subscriptions") as subscriptions:
        subscriptions.drop_column("kinds")
    op.execute("DELETE FROM messages WHERE kind IN ('asked', 'overdue', 'escalated', 'guard', 'deadline', 'milestone')")
    with op.batch_alter_table("messages") as messages:
        messages.drop_constraint("uq_messages_person_id_cause", type_="unique")
        messages.drop_constraint("fk_messages_place_id_places", type_="foreignkey")
        for column in ("cause", "about", "place_id", "withdrawn_at", "read_at"):
            messages.drop_column(column)
