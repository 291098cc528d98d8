"""The set-up of a campaign: what its pack said last, and what the office changed of it.

Revision: 0015, after: 0014.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
CAMPAIGNS = sa.table("campaigns", sa.column("id"), sa.column("windows", sa.JSON()), sa.column("counting", sa.JSON()))


def upgrade() -> None:
    """What is defined by now is what a pack said: nobody could change it otherwise."""
    parts = op.create_table(
        "pack_parts",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("definitions", sa.JSON(), nullable=False),
        sa.Column("loaded_at", server.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_pack_parts_campaign_id_campaigns")),
        sa.PrimaryKeyConstraint("campaign_id", "part", name=op.f("pk_pack_parts")),
    )
    op.create_table(
        "setup_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("entry", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("at", server.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_setup_changes_campaign_id_campaigns")),
        sa.ForeignKeyConstraint(["changed_by"], ["people.id"], name=op.f("fk_setup_changes_changed_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setup_changes")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("setup_changes") as changes:
        changes.create_index("ix_setup_changes_campaign_id", ["campaign_id", "id"])
    _keep_what_is_defined(parts)


def _keep_what_is_defined(parts: sa.Table) -> None:
    connection, now = op.get_bind(), sa.func.current_timestamp()
    for part in ("indicators", "milestones"):
        defined = sa.table(part, sa.column("campaign_id"), sa.column("position"), sa.column("definition", sa.JSON()))
        found: dict[int, list[object]] = {}
        query = sa.select(defined.c.campaign_id, defined.c.definition).order_by(defined.c.position)
        for campaign_id, definition in connection.execute(query).all():
            found.setdefault(campaign_id, []).append(definition)
        for campaign_id, definitions in found.items():
            row = {"campaign_id": campaign_id, "part": part, "definitions": definitions}
            connection.execute(sa.insert(parts).values(**row, loaded_at=now))
    for campaign_id, windows, counting in connection.execute(sa.select(CAMPAIGNS)).all():
        days = {"windows": windows, "report_days": counting["report_days"]}
        for part, definitions in (("calendar", counting.get("special", [])), ("windows", [days])):
            row = {"campaign_id": campaign_id, "part": part, "definitions": definitions}
            connection.execute(sa.insert(parts).values(**row, loaded_at=now))


def downgrade() -> None:
    """What the pack said last counts again, and what was changed on screen is gone.

    Milestones that the office added stay until the pack is loaded, with whom they were told to. One that is switched
    off is on again: a server of before knows nothing of that.
    """
    connection = op.get_bind()
    parts = sa.table("pack_parts", sa.column("campaign_id"), sa.column("part"), sa.column("definitions", sa.JSON()))
    for campaign_id, part, definitions in connection.execute(sa.select(parts)).all():
        if part == "calendar":
            _put_back_days(campaign_id, {"special": definitions})
        elif part == "windows":
            (days,) = definitions
            _put_back_days(campaign_id, {"report_days": days["report_days"]}, windows=days["windows"])
        elif part != "places":  # these are as the office has them: a server of before reads them as well
            _put_back(part, campaign_id, {definition["code"]: definition for definition in definitions})
    op.drop_table("setup_changes")
    op.drop_table("pack_parts")


def _put_back(part: str, campaign_id: int, said: dict[str, dict[str, object]]) -> None:
    """Every definition as the pack said it, without the members that a server of before can't read."""
    columns = [sa.column(name) for name in ("id", "campaign_id", "code")]
    defined = sa.table(part, *columns, sa.column("definition", sa.JSON()))
    query = sa.select(defined.c.id, defined.c.code, defined.c.definition).where(defined.c.campaign_id == campaign_id)
    connection = op.get_bind()
    for key, code, definition in connection.execute(query).all():
        plain = {name: value for name, value in said.get(code, definition).items() if name not in ("off", "targets")}
        connection.execute(sa.update(defined).where(defined.c.id == key).values(definition=plain))


def _put_back_days(campaign_id: int, counted: dict[str, object], **others: object) -> None:
    mine = CAMPAIGNS.c.id == campaign_id
    connection = op.get_bind()
    counting = connection.execute(sa.select(CAMPAIGNS.c.counting).where(mine)).scalar_one()
    connection.execute(sa.update(CAMPAIGNS).where(mine).values(counting={**counting, **counted}, **others))
