"""A database as one file, and back: SQLite by itself, PostgreSQL by its own tools.

SQLite: VACUUM INTO, a compact copy of one snapshot; writers go on meanwhile. PostgreSQL: pg_dump, pg_restore and psql,
which must not be older than the server.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy.engine import Engine

SQLITE = "ben.db"
POSTGRES = "ben.dump"
ASIDE = "before_restore_*"
LOCK_SECONDS = 20


class DumpFailed(Exception):
    """A copy could not be made or put back; `full` is true when there was no room."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.full = "No space left on device" in message or "disk is full" in message


def dump(engine: Engine, room: Path) -> Path:
    """A copy of one consistent state of the database, as a file in `room`."""
    if engine.dialect.name == "sqlite":
        _sqlite(Path(str(engine.url.database)), "VACUUM INTO ?", str(room / SQLITE))
        (room / SQLITE).chmod(0o600)
        return room / SQLITE
    made = room / POSTGRES
    _run(engine, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--exclude-schema={ASIDE}", "-f", made)
    return made


def check(engine: Engine, room: Path) -> str | None:
    """What is wrong with the copy in `room`, read from its first to its last byte; None when it is whole."""
    try:
        if engine.dialect.name == "postgresql":
            _run(engine, "pg_restore", "--file=/dev/null", room / POSTGRES, connect=False)
            return None
        for pragma, good in (("integrity_check", [("ok",)]), ("foreign_key_check", [])):
            found = _sqlite(room / SQLITE, f"PRAGMA {pragma}")
            if found != good:
                return f"{pragma}: {found[0]}"
    except DumpFailed as failed:
        return str(failed)
    return None


def load(engine: Engine, room: Path, epoch: str, aside: str | None) -> None:
    """Makes the copy in `room` the database, whole or not at all, with a new epoch.

    What was there is kept under the name `aside` (SQLite: a file beside it, PostgreSQL: a schema), or dropped if there
    is none. Nobody else may use the database.
    """
    if engine.dialect.name == "sqlite":
        _load_sqlite(Path(str(engine.url.database)), room / SQLITE, epoch, aside)
    else:
        _load_postgres(engine, room, epoch, aside)


def _load_sqlite(place: Path, copy: Path, epoch: str, aside: str | None) -> None:
    _sqlite(copy, "UPDATE installation SET epoch = ?", epoch)
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    kept = place.with_name(f"{place.name}.{aside}")
    if aside:
        os.link(place, kept)  # a second name: at no moment is there no database
    for suffix in ("-wal", "-shm"):  # they belong to the file that goes
        beside = place.with_name(place.name + suffix)
        if beside.exists() and aside:
            beside.replace(kept.with_name(kept.name + suffix))
        beside.unlink(missing_ok=True)
    copy.replace(place)


def _load_postgres(engine: Engine, room: Path, epoch: str, aside: str | None) -> None:
    script = room / "ben.sql"
    _run(engine, "pg_restore", "--no-owner", "--no-privileges", "-f", script, room / POSTGRES, connect=False)
    away = f"ALTER SCHEMA public RENAME TO {aside}" if aside else "DROP SCHEMA public CASCADE"
    steps: list[str | Path] = ["-c", f"SET lock_timeout = '{LOCK_SECONDS}s'", "-c", away, "-c", "CREATE SCHEMA public"]
    steps += ["-f", script, "-c", f"UPDATE public.installation SET epoch = '{epoch}'"]  # noqa: S608  # our own random id
    _run(engine, "psql", "--no-psqlrc", "--quiet", "--single-transaction", "-v", "ON_ERROR_STOP=1", *steps)


def _sqlite(path: Path, statement: str, *values: str) -> list[tuple[object, ...]]:
    import pysqlite3  # noqa: PLC0415  # only where SQLite is the database

    try:
        connection = pysqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level=None)
        try:
            found: list[tuple[object, ...]] = connection.execute(statement, values).fetchall()
        finally:
            connection.close()
    except pysqlite3.Error as error:
        raise DumpFailed(str(error)) from error
    return found


def _run(engine: Engine, program: str, *arguments: str | Path, connect: bool = True) -> None:
    """Runs one of PostgreSQL's tools; the password travels in the environment, where other users can't read it."""
    login = conninfo_to_dict(engine.url.set(drivername="postgresql").render_as_string(hide_password=False))
    password = login.pop("password", None)
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    command = [_find(program, _server_version(engine)), *map(str, arguments)]
    if connect:
        command.append(f"--dbname={make_conninfo('', **login)}")
    done = _call(command, environment)
    if done.returncode:
        raise DumpFailed(f"{program}: {_last_line(done.stderr)}")


def _call(command: list[str], environment: Mapping[str, str] = os.environ) -> subprocess.CompletedProcess[str]:
    # A program that _find has found, and arguments that we have made: nothing that came in over the network.
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603


def _server_version(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(sa.text("SHOW server_version_num")).scalar_one()) // 10000


def _find(program: str, server: int) -> str:
    """The tool's path, not older than the server; Debian and Red Hat keep each version in a place of its own."""
    own = f"/usr/lib/postgresql/{server}/bin:/usr/pgsql-{server}/bin:"
    found = shutil.which(program, path=own + os.environ.get("PATH", os.defpath))
    todo = f"install the client programs of PostgreSQL {server} (apt-get install postgresql-client-{server})"
    if found is None:
        raise DumpFailed(f"{program} is missing: {todo}")
    version = re.search(r"\) (\d+)", _call([found, "--version"]).stdout)
    if version is None or int(version[1]) < server:
        raise DumpFailed(f"{found} is older than the server: {todo}")
    return found


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    errors = [line for line in lines if "rror" in line]
    return (errors or lines or ["it failed without a word"])[0][:300]
