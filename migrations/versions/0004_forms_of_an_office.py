"""Forms that an office uploads: drafts, whom a version is for, when it ends, and the files beside it.

Revision: 0004, after: 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What a campaign's pack installed is published, for everybody, since it was installed."""
    with op.batch_alter_table("forms") as forms:
        forms.alter_column("key", type_=sa.String(100), existing_type=sa.String(20), existing_nullable=False)
    moment = server.db.UtcDateTime(timezone=True)
    with op.batch_alter_table("form_versions") as versions:
        versions.alter_column("version", type_=sa.String(40), existing_type=sa.String(8), existing_nullable=False)
        versions.alter_column("occurrence", type_=sa.String(1000), existing_type=sa.String(300), nullable=True)
        versions.add_column(sa.Column("filename", sa.String(200), nullable=False, server_default="form.md"))
        versions.add_column(sa.Column("created_by", sa.Integer(), nullable=True))
        versions.add_column(sa.Column("warnings", sa.JSON(), nullable=False, server_default="[]"))
        versions.add_column(sa.Column("roles", sa.JSON(), nullable=False, server_default="[]"))
        versions.add_column(sa.Column("places", sa.JSON(), nullable=False, server_default="[]"))
        versions.add_column(sa.Column("published_at", moment, nullable=True))
        versions.add_column(sa.Column("retired_at", moment, nullable=True))
        versions.add_column(sa.Column("content", sa.LargeBinary(), nullable=True))
        versions.create_foreign_key(op.f("fk_form_versions_created_by_people"), "people", ["created_by"], ["id"])
    op.execute("UPDATE form_versions SET published_at = created_at")
    op.execute(
        "UPDATE form_versions SET content = CAST(source AS BLOB)"
        if op.get_bind().dialect.name == "sqlite"
        else "UPDATE form_versions SET content = convert_to(source, 'UTF8')"
    )
    with op.batch_alter_table("form_versions") as versions:
        versions.drop_column("source")
        versions.alter_column(
            "content", new_column_name="source", existing_type=sa.LargeBinary(), existing_nullable=True, nullable=False
        )
        for column in ("filename", "warnings", "roles", "places"):
            versions.alter_column(column, server_default=None)
    op.create_table(
        "form_files",
        sa.Column("form_version_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_version_id"], ["form_versions.id"], name=op.f("fk_form_files_form_version_id_form_versions")
        ),
        sa.PrimaryKeyConstraint("form_version_id", "name", name=op.f("pk_form_files")),
    )


def downgrade() -> None:
    """Back; drafts and what isn't text can't be kept by the version before."""
    op.drop_table("form_files")
    op.execute("DELETE FROM form_versions WHERE published_at IS NULL")
    with op.batch_alter_table("form_versions") as versions:
        versions.add_column(sa.Column("text", sa.Text(), nullable=False, server_default=""))
    op.execute(
        "UPDATE form_versions SET text = CAST(source AS TEXT) WHERE filename LIKE '%.md'"
        if op.get_bind().dialect.name == "sqlite"
        else "UPDATE form_versions SET text = convert_from(source, 'UTF8') WHERE filename LIKE '%.md'"
    )
    op.execute("UPDATE form_versions SET occurrence = '' WHERE occurrence IS NULL")
    with op.batch_alter_table("form_versions") as versions:
        versions.drop_constraint(op.f("fk_form_versions_created_by_people"), type_="foreignkey")
        for column in ("source", "filename", "created_by", "warnings", "roles", "places", "published_at", "retired_at"):
            versions.drop_column(column)
        versions.alter_column(
            "text", new_column_name="source", existing_type=sa.Text(), existing_nullable=False, server_default=None
        )
        versions.alter_column("version", type_=sa.String(8), existing_type=sa.String(40), existing_nullable=False)
        versions.alter_column("occurrence", type_=sa.String(300), existing_type=sa.String(1000), nullable=False)
    with op.batch_alter_table("forms") as forms:
        forms.alter_column("key", type_=sa.String(20), existing_type=sa.String(100), existing_nullable=False)
