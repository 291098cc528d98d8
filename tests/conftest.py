"""Fixtures for every test.

`database_url` runs a test on SQLite and on PostgreSQL; `app` is the application on it; `clock` its time, standing
still; `phone()` makes a phone that is not enrolled yet; `chain` is the campaign of Trà Cú at work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings

from server.app import create_app
from server.config import Settings
from server.db import db
from tests.tools.chain import Chain, with_campaign
from tests.tools.clocks import StillClock
from tests.tools.databases import PostgresServer, SqliteTemplates, migrate, new_sqlite
from tests.tools.local_push_service import LocalPushService
from tests.tools.phones import Phone

BOTH = ("sqlite", "postgresql")

# A busy machine is no failure: nothing here is judged by how long it takes.
settings.register_profile("ben", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ben")


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplates:
    """Prepared SQLite files to copy."""
    return SqliteTemplates(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A PostgreSQL server for this run."""
    server = PostgresServer(tmp_path_factory.mktemp("postgres"))
    yield server
    server.stop()


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database, with the campaign in it where `chain` is asked for: on SQLite and on PostgreSQL."""
    prepare = with_campaign if "chain" in request.fixturenames else migrate
    if request.param == "sqlite":
        with request.getfixturevalue("sqlite_templates").fresh(tmp_path, prepare) as url:
            yield url
    else:
        with request.getfixturevalue("postgres").fresh(prepare) as url:
            yield url


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield new_sqlite(tmp_path)
    else:
        with request.getfixturevalue("postgres").empty() as url:
            yield url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of the application under test; a test module may override this fixture."""
    return Settings(data_dir=tmp_path / "var", database_url=database_url, app_dir=tmp_path / "no-app")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application, inside its context (so that services can be called)."""
    made = create_app(settings)
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def clock(app: Flask) -> StillClock:
    """The application's time: 16 May 2023, 07:30 in Việt Nam, until the test moves it."""
    return StillClock(app)


@pytest.fixture
def chain(app: Flask, clock: StillClock) -> Chain:
    """The campaign of Trà Cú at work, loaded on 16 May 2023."""
    return Chain(app)


@pytest.fixture
def phone(app: Flask) -> Callable[[], Phone]:
    """Makes phones: `phone().enrol(token)`, then `.get/.post/.put/.patch/.delete/.sync`."""
    return lambda: Phone(app)


@pytest.fixture
def push_service(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalPushService]:
    """A real web push service on loopback, whose certificate this process and its children trust."""
    with LocalPushService() as service:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", service.ca_file)
        yield service
