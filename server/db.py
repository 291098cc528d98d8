"""The database: one door to transactions, the same on SQLite and PostgreSQL.

- SQLite: WAL, synchronous=FULL, foreign keys on, BEGIN IMMEDIATE for writers. They queue at a file beside the database
  before that: whoever waits for SQLite's own lock sleeps up to a tenth of a second after it is free. Builds with the
  WAL-reset bug are refused: https://sqlite.org/wal.html#walresetbug.
- PostgreSQL: READ COMMITTED with row locks for writers, REPEATABLE READ READ ONLY for snapshots.
"""

from __future__ import annotations

import fcntl
import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, ParamSpec, TypeVar

import orjson
import sqlalchemy as sa
from flask import Response, has_request_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from server.problems import Problem

P = ParamSpec("P")
T = TypeVar("T")

RETRIES = 6
BUSY_SECONDS = 20
RESTED_SECONDS = 2.0
PLANNED_SECONDS = 5.0
# serialization_failure, deadlock_detected: the whole transaction may be run again (PostgreSQL, appendix A)
PG_AGAIN = {"40001", "40P01"}
# disk_full, out_of_memory of the storage kind
PG_FULL = {"53100"}
# Where PostgreSQL makes its files longer: a quota or a limit that it meets there is an internal error to it.
PG_EXTENDS = {"mdextend", "mdzeroextend"}
# SQLite calls a wrong statement an operational error too; that is the program's fault, and waiting won't mend it.
SQLITE_MISTAKES = ("no such", "near ", "table ")
SQLITE_MINIMUM = ((3, 51, 3), (3, 50, 7), (3, 44, 6))

naming = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table; constraints have names so that migrations can change them."""

    metadata = sa.MetaData(naming_convention=naming)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC and given back aware in UTC, on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime can't be stored")
        return value.astimezone(UTC)

    def result_processor(self, dialect: sa.Dialect, _coltype: Any) -> Callable[[Any], datetime | None]:
        """What reads a column's value: PostgreSQL's driver gives a moment, SQLite's the text that was stored."""
        if dialect.name == "sqlite":
            return lambda text: None if text is None else datetime.fromisoformat(f"{text}+00:00")
        return lambda moment: None if moment is None else moment.astimezone(UTC)


class UnsafeSqlite(Exception):
    """The SQLite library that was found can lose commits."""


def sqlite_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the fix of the WAL-reset bug: 3.51.3 or later, or the back-ports 3.50.7 and 3.44.6."""
    newest, *back_ports = SQLITE_MINIMUM
    return version >= newest or any(version[:2] == fixed[:2] and version >= fixed for fixed in back_ports)


def engine_options(url: str) -> dict[str, Any]:
    """What SQLAlchemy needs beyond the URL; raises `UnsafeSqlite` rather than start on a library that loses commits."""
    if not url.startswith("sqlite"):
        return {"pool_size": 4, "max_overflow": 4}
    import pysqlite3  # noqa: PLC0415  # only where SQLite is the database

    if not sqlite_is_safe(tuple(pysqlite3.sqlite_version_info)):
        raise UnsafeSqlite(
            f"SQLite {pysqlite3.sqlite_version} can lose commits (WAL-reset bug); "
            "install pysqlite3 with 3.51.3 or later"
        )
    return {"module": pysqlite3, "connect_args": {"timeout": BUSY_SECONDS}}


def prepare_engine(engine: Engine) -> None:
    """PostgreSQL: looks after connections before they are used again. SQLite: sets the pragmas and takes over BEGIN."""
    if engine.dialect.name != "sqlite":
        _look_after(engine)
        return

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS}000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        # Who reads waits for nobody; who will write takes the lock at once, since it can't be had half-way.
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _look_after(engine: Engine) -> None:
    """Before it is used: asks a connection that has rested, or was long busy, whether it lives, and to plan anew.

    A request takes up to three connections from the pool: asking each time would be felt. PostgreSQL keeps a plan until
    it has looked through a table again, which can take minutes; one that was made when there were a few records goes
    through the whole table when there are thousands.
    """

    @event.listens_for(engine, "checkin")
    def rests(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def asks(connection: Any, record: Any, _fairy: Any) -> None:
        now, known = monotonic(), record.info
        long_ago = now - known.get("asked_at", -PLANNED_SECONDS) >= PLANNED_SECONDS
        if not long_ago and now - known["rests_since"] < RESTED_SECONDS:
            return
        try:
            connection.autocommit = True  # no transaction: there is nothing to end
            connection.execute("DISCARD PLANS")
            connection.autocommit = False
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # the pool makes another one
        known["asked_at"] = now


class CheckedJson(TypeDecorator[Any]):
    """JSON that has been checked before it was stored: no half of a surrogate pair, no number of more than 64 bits.

    Read by a parser that is twice as fast and that such things would be lost on.
    """

    impl = sa.JSON
    cache_ok = True

    def column_expression(self, column: Any) -> Any:
        """Asks for the text: PostgreSQL's driver would parse it."""
        return sa.type_coerce(sa.cast(column, sa.Text), self)

    def result_processor(self, _dialect: sa.Dialect, _coltype: Any) -> Callable[[Any], Any]:
        """What reads a column's text."""
        return lambda text: None if text is None else orjson.loads(text)


def session_info() -> Mapping[str, Any]:
    """What is known of the transaction that is open; nothing where no session was begun, which a poll never needs."""
    return db.session().info if db.session.registry.has() else {}


before_commit: list[Callable[[], object]] = []


def transaction(work: Callable[P, T]) -> Callable[P, T]:
    """One write transaction around `work`: committed when it returns, rolled back when it raises.

    Inside another transaction it joins it. Run whole again (at most six times) when the database asks for that, so
    `work` must have no effect outside the database. Raises Problem 'storage-full' (507) and 'busy' (503).
    """

    @functools.wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        session = db.session()
        if session.info.get("depth"):
            return work(*args, **kwargs)
        for attempt in range(1, RETRIES + 1):
            try:
                return _once(session, functools.partial(work, *args, **kwargs))
            except DBAPIError as error:
                if not _again(error) or attempt == RETRIES:
                    raise _as_problem(error) from error
        raise AssertionError("unreachable")

    return run


def _once(session: Session, work: Callable[[], T]) -> T:
    _leave(session)
    session.info.clear()
    session.info["depth"] = 1
    with _writers_queue():
        try:
            session.connection(execution_options={"writing": True})
            result = work()
            for last in before_commit:
                last()
            session.commit()
            return result
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.clear()


@contextmanager
def _writers_queue() -> Iterator[None]:
    """SQLite has one writer at a time: the turn of this one, among all processes. PostgreSQL needs no queue."""
    url = db.engine.url
    if db.engine.dialect.name != "sqlite" or not url.database or url.database == ":memory:":
        yield
        return
    with Path(f"{url.database}-queue").open("ab") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def snapshot(work: Callable[P, T]) -> Callable[P, T]:
    """Reads in one consistent snapshot; never writes. Joins a transaction that is already open.

    In a request the snapshot stays for what is read after it, until the request ends or writes.
    """

    @functools.wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        session = db.session()
        if session.info.get("depth"):
            return work(*args, **kwargs)
        kept = session.info.pop("snapshot", False)
        try:
            if not kept:
                _begin_snapshot(session)
            session.info["depth"] = 1
            found = work(*args, **kwargs)
        except BaseException as error:
            session.info.clear()
            session.rollback()
            if isinstance(error, DBAPIError):
                raise _as_problem(error) from error
            raise
        session.info.clear()
        session.info["snapshot"] = True
        if not has_request_context():
            _leave(session)
        return found

    return run


def _leave(session: Session) -> None:
    """Ends what is open and forgets what was read in it.

    A snapshot that was only read ends with COMMIT: at a ROLLBACK psycopg forgets all statements that it has prepared,
    and the database would have to parse and plan each of them again.
    """
    if session.info.pop("snapshot", False) and not (session.new or session.dirty or session.deleted):
        session.commit()
        session.expire_all()
    else:
        session.rollback()


def _begin_snapshot(session: Session) -> None:
    session.rollback()
    options: dict[str, Any] = {}
    if db.engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    session.connection(execution_options=options)


def _again(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return state in PG_AGAIN or (isinstance(error, OperationalError) and "database is locked" in str(error.orig))


def _no_room(error: DBAPIError) -> bool:
    """Whether PostgreSQL's disk, quota or limit is used up, whatever language it tells that in."""
    told = getattr(error.orig, "diag", None)
    return told is not None and (told.sqlstate in PG_FULL or told.source_function in PG_EXTENDS)


def answer(error: DBAPIError) -> Response:
    """What a request is answered that met the database outside `transaction` and `snapshot`, while it was away."""
    problem = _as_problem(error)
    if isinstance(problem, Problem):
        return problem.answer()
    raise error


def let_go(_error: BaseException | None) -> None:
    """Gives the connection back when a request ends.

    The answer is made by then: a connection that has died since it was last used must not turn it into an error.
    """
    try:
        if session_info().get("snapshot"):
            _leave(db.session())
        db.session.remove()
    except DBAPIError:
        db.session().invalidate()  # nothing is said to a connection that is given up so
        db.session.remove()


def _as_problem(error: DBAPIError) -> Exception:
    """What the client may know of a driver's error: never its text."""
    text = str(error.orig)
    if _no_room(error) or "database or disk is full" in text:
        return Problem("storage-full")
    if _again(error) or error.connection_invalidated or "disk I/O error" in text:
        return Problem("busy")
    if isinstance(error, OperationalError) and not text.startswith(SQLITE_MISTAKES):
        return Problem("busy")
    return error
