"""Migrations are production code: one head, up and down and up again, and the result is what the tables say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from server.app import create_app
from server.config import Settings
from server.db import db
from tests.tools.chain import Chain

MIGRATIONS = Path(__file__).parents[2] / "migrations"


@pytest.fixture
def empty_app(empty_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without any table."""
    app = create_app(Settings(data_dir=tmp_path / "var", database_url=empty_database_url, app_dir=tmp_path / "no-app"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def tables() -> set[str]:
    db.session.remove()
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_there_is_one_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_up_makes_every_table_down_removes_them_and_up_again_works(empty_app: Flask) -> None:
    upgrade()
    assert tables() == set(db.metadata.tables)
    downgrade(revision="base")
    assert tables() == set()
    upgrade()
    assert tables() == set(db.metadata.tables)


def test_migrated_and_declared_tables_are_the_same(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, db.metadata) == []


def rows(table: str) -> list[tuple[Any, ...]]:
    """All that a table holds."""
    db.session.remove()
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(f"SELECT * FROM {table} ORDER BY 1, 2"))]


def test_records_outlive_the_way_down_before_feeds_told_words_and_up_again(chain: Chain) -> None:
    chain.approved("CK-05")
    for _ in range(2):
        chain.submit("CK-05")
    kept = ("records", "reviews", "revisions", "mutations")
    before = [rows(table) for table in kept]
    downgrade(revision="0015")
    upgrade()
    assert [rows(table) for table in kept] == before
    chain.submit("CK-05")
    told = [document for changes in chain.volunteer.sync()["changes"].values() for document in changes]
    assert [document["rev"] for document in told if document["k"] == "record"] == [1, 1, 1, 1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_table_made_anew_on_sqlite_is_still_referred_to(chain: Chain) -> None:
    """SQLite makes the table of records again, to which reviews refer; afterwards keys are looked at as before."""
    chain.approved("CK-05")
    downgrade(revision="0017")
    upgrade()
    db.session.remove()
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        with pytest.raises(sa.exc.IntegrityError):
            connection.exec_driver_sql("DELETE FROM records")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_migration_that_leaves_a_row_without_what_it_names_is_taken_back(
    chain: Chain, caplog: pytest.LogCaptureFixture
) -> None:
    chain.approved("CK-05")
    downgrade(revision="0017")
    db.session.remove()
    with db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("DELETE FROM records")
        driver.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(SystemExit):
        upgrade()
    assert "rows that refer to nothing" in caplog.text
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0017"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
