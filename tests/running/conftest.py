"""Real installations on both databases: gunicorn with several workers, ended and killed for real."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from server.app import create_app
from server.campaigns import service as campaigns
from server.config import Settings
from server.db import db
from server.people import service as people
from server.setup.loading import load
from tests.tools.chain import PACK
from tests.tools.databases import PostgresServer, SqliteTemplates
from tests.tools.evidence import Evidence
from tests.tools.landing import REHEARSAL, Landing


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder runs the real server: in `make test`, not in `make check`."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.running)


class Site:
    """An installation with the campaign, past whose server the test may look into the database."""

    def __init__(self, landing: Landing) -> None:
        self.landing = landing
        self.database_url = landing.environment["DATABASE_URL"]
        self.evidence = Evidence(self.database_url)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.landing.port

    def operator(self) -> contextlib.AbstractContextManager[Flask]:
        """The application in this process, for what commands do."""
        return _app(self.database_url, self.landing.directory / "var")

    def tokens(self, count: int, role: str = "TNV", place: str = "xa-ngai-xuyen") -> list[str]:
        """Links for new people with a role on a place."""
        with self.operator():
            given = [{"name": f"{role} {n}", "role": role, "place": place, "language": "vi"} for n in range(count)]
            return [people.install_link(people.install_person(one))["url"].rpartition("/")[2] for one in given]


@contextlib.contextmanager
def _app(database_url: str, data_dir: Path) -> Iterator[Flask]:
    """The application in this process, for what an operator's commands do, without starting each of them."""
    app = create_app(Settings(data_dir=data_dir, database_url=database_url, rehearse=date.fromisoformat(REHEARSAL)))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@contextlib.contextmanager
def installation(directory: Path, database_url: str, programs: str) -> Iterator[Site]:
    """An installation with the campaign on a migrated database, not started; ended at the end."""
    with _app(database_url, directory / "var"):
        load(campaigns.read_pack(PACK))
    made = Site(Landing(directory, database_url=database_url, PATH=programs))
    try:
        yield made
    finally:
        made.landing.stop()
        made.evidence.close()


@contextlib.contextmanager
def on_sqlite(directory: Path, templates: SqliteTemplates) -> Iterator[Site]:
    """An installation whose database is a file in its own data."""
    (directory / "var").mkdir()
    shutil.copyfile(templates.made(), directory / "var" / "ben.db")
    with installation(directory, f"sqlite:///{directory / 'var/ben.db'}", os.environ["PATH"]) as made:
        yield made


@contextlib.contextmanager
def on_postgresql(directory: Path, server: PostgresServer) -> Iterator[Site]:
    """An installation with a database of this server."""
    with server.fresh() as url, installation(directory, url, server.programs) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """An installation on each database."""
    if request.param == "sqlite":
        with on_sqlite(tmp_path, request.getfixturevalue("sqlite_templates")) as made:
            yield made
        return
    with on_postgresql(tmp_path, request.getfixturevalue("postgres")) as made:
        yield made
