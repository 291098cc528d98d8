"""Statements that a push or a poll runs: built and compiled once, run on the driver's own cursor.

SQLAlchemy's own work on a statement and on its rows would be most of a request (docs/decisions/0024).
"""

from __future__ import annotations

import functools
from collections import namedtuple
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from server.db import CheckedJson, UtcDateTime, db, session_info

Convert = Callable[[Any], Any]
COLLECTIONS = (list, tuple, set, frozenset, dict)


def among(column: Any, name: str) -> sa.ColumnElement[bool]:
    """`column IN …` with one parameter `name`, whose value is `listed(…)`: one statement, however many there are."""
    if db.engine.dialect.name == "postgresql":
        return sa.cast(column == sa.any_(sa.bindparam(name, type_=sa.ARRAY(column.type))), sa.Boolean)
    text = sa.bindparam(name, type_=sa.Text)
    found: sa.ColumnElement[bool] = column.in_(sa.select(sa.func.json_each(text).table_valued("value").c.value))
    return found


def listed(values: Collection[Any]) -> Any:
    """The value of `among`'s parameter, where SQLAlchemy runs the statement; a `Query` makes it of any collection."""
    return list(values) if db.engine.dialect.name == "postgresql" else orjson.dumps(list(values)).decode()


class Query:
    """A statement with its parameters by name. Rows are named tuples; a collection is what `among` asks for.

    `anew`: PostgreSQL plans it each time for the values that it is given, and keeps no plan for all of them.
    """

    def __init__(self, build: Callable[[], Any], *, anew: bool = False) -> None:
        self._build = build
        self._anew = anew
        self._ready: dict[str, _Ready] = {}
        self.__doc__ = build.__doc__

    def ready(self) -> _Ready:
        """The statement as the database that is used is told it."""
        name = db.engine.dialect.name
        if name not in self._ready:
            self._ready[name] = _compile(self._build(), anew=self._anew)
        return self._ready[name]

    def rows(self, **given: Any) -> list[Any]:
        """All rows, in the transaction or snapshot that is open."""
        return together((self, given))[0]

    def first(self, **given: Any) -> Any:
        """The first row or None, in the transaction or snapshot that is open."""
        found = self.rows(**given)
        return found[0] if found else None

    def glance(self, **given: Any) -> list[Any]:
        """All rows, in a snapshot that is this statement's own, unless one is open: on PostgreSQL half the price."""
        known = session_info()
        if known.get("depth") or known.get("snapshot"):
            return self.rows(**given)
        if db.session.registry.has():
            db.session.rollback()
        ready = self.ready()
        with _as_told(None, ready.text), _alone() as driver, _as_told(driver, ready.text):
            return _run(None, driver, ready, given)


def together(*asked: tuple[Query, Mapping[str, Any]]) -> list[list[Any]]:
    """The rows of several queries, one round trip on PostgreSQL; they run in order, in the open transaction.

    Each sees what is committed when it begins: what comes after a lock sees what the lock waited for.
    """
    session = db.session()
    session.flush()
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    every = [(query.ready(), given) for query, given in asked]
    with _as_told(driver, every[0][0].text, connection):
        if len(every) == 1 or db.engine.dialect.name != "postgresql":
            return [_run(connection, driver, ready, given) for ready, given in every]
        cursors = []
        with driver.pipeline():
            for ready, given in every:
                cursors.append(driver.cursor())
                _execute(connection, cursors[-1], ready.text, ready.parameters(given), **ready.options)
        return [ready.read(cursor) for (ready, _), cursor in zip(every, cursors, strict=True)]


def _run(connection: sa.Connection | None, driver: Any, ready: _Ready, given: Mapping[str, Any]) -> list[Any]:
    with closing(driver.cursor()) as cursor:
        _execute(connection, cursor, ready.text, ready.parameters(given), **ready.options)
        return ready.read(cursor)


def _execute(connection: sa.Connection | None, cursor: Any, text: str, parameters: Any, **options: Any) -> None:
    """Runs a statement with the driver's `options`; who watches the engine's statements is told of it too."""
    for watcher in db.engine.dispatch.before_cursor_execute:
        watcher(connection, cursor, text, parameters, None, False)
    cursor.execute(text, parameters, **options)


@contextmanager
def _alone() -> Iterator[Any]:
    """A connection of the pool on which each statement is a transaction."""
    pooled = db.engine.raw_connection()
    driver: Any = pooled.driver_connection
    postgresql = db.engine.dialect.name == "postgresql"
    try:
        if postgresql:
            driver.autocommit = True
        yield driver
        if postgresql:
            driver.autocommit = False
    except BaseException:
        pooled.invalidate()  # nobody knows in what state it is: the pool makes another one
        raise
    finally:
        pooled.close()


@contextmanager
def _as_told(driver: Any, statement: str, connection: sa.Connection | None = None) -> Iterator[None]:
    """The driver's errors as SQLAlchemy tells them; `driver` is None as long as there is no connection."""
    dialect = db.engine.dialect
    known: Any = dialect.loaded_dbapi
    try:
        yield
    except known.Error as error:
        gone = dialect.is_disconnect(error, driver, None)
        if gone and connection is not None:
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement, None, error, known.Error, connection_invalidated=gone, dialect=dialect
        ) from error


@dataclass(frozen=True)
class _Ready:
    """A compiled statement: what turns parameters into the driver's, and the driver's rows into named tuples."""

    text: str
    fixed: dict[str, Any]
    binders: dict[str, Convert]
    order: tuple[str, ...] | None
    make: Convert
    converters: list[tuple[int, Convert]]
    options: dict[str, Any]

    def parameters(self, given: Mapping[str, Any]) -> Any:
        values = dict(self.fixed)
        for name, value in given.items():
            if isinstance(value, COLLECTIONS):
                values[name] = listed(value)
            else:
                values[name] = self.binders[name](value) if name in self.binders else value
        return values if self.order is None else tuple(values[name] for name in self.order)

    def read(self, cursor: Any) -> list[Any]:
        rows = cursor.fetchall()
        if not self.converters:
            return [self.make(row) for row in rows]
        found = [list(row) for row in rows]
        for place, convert in self.converters:
            for row in found:
                row[place] = convert(row[place])
        return [self.make(row) for row in found]


def _compile(statement: Any, *, anew: bool) -> _Ready:
    dialect = db.engine.dialect
    compiled = statement.compile(dialect=dialect)
    binders = {
        name: convert
        for name, bound in compiled.binds.items()
        if (convert := bound.type.dialect_impl(dialect).bind_processor(dialect))
    }
    fixed = {
        name: binders[name](bound.value) if name in binders else bound.value
        for name, bound in compiled.binds.items()
        if not bound.required
    }
    columns = list(statement.selected_columns)
    names = [column.key for column in columns]
    make: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # they come from the statement
    reads = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    converters = [(place, convert) for place, convert in enumerate(reads) if convert]
    order = tuple(compiled.positiontup) if compiled.positiontup else None
    options = {"prepare": False} if anew and dialect.name == "postgresql" else {}
    return _Ready(compiled.string, fixed, binders, order, make._make, converters, options)


# ---------------------------------------------------------------- many rows


@dataclass(frozen=True)
class Rows:
    """Rows for a table. Every row has every column; there is no JSON null beside SQL's NULL.

    Those whose primary key exists are updated, unless `append` says that there are none.
    """

    table: sa.Table
    rows: Sequence[Mapping[str, Any]]
    append: bool = False


def save_rows(*given: Rows) -> None:
    """Saves rows of one or several tables, those first that others refer to.

    One statement on PostgreSQL, with one JSON text a table: client and server together spend half of what `COPY` or a
    parameter a value costs them. One a table on SQLite, whose driver takes rows in a loop of its own.
    """
    wanted = [one for one in given if one.rows]
    if not wanted:
        return
    connection = db.session.connection()
    if db.engine.dialect.name == "postgresql":
        statement = _all_at_once(tuple((one.table, one.append) for one in wanted))
        texts = {f"rows{place}": orjson.dumps(one.rows, default=dict).decode() for place, one in enumerate(wanted)}
        driver: Any = connection.connection.driver_connection
        with _as_told(driver, statement, connection), driver.cursor() as cursor:
            _execute(connection, cursor, statement, texts)
        return
    for one in wanted:
        loop = _loop(one.table, one.append)
        values = [list(loop.columns(row)) for row in one.rows]
        for place, convert in loop.converters:
            for value in values:
                value[place] = convert(value[place])
        connection.exec_driver_sql(loop.statement, [tuple(value) for value in values])


@functools.cache
def _all_at_once(tables: tuple[tuple[sa.Table, bool], ...]) -> str:
    """PostgreSQL: an INSERT a table, of which the last is the statement and the others stand before it."""
    inserts = []
    for place, (table, append) in enumerate(tables):
        named = ", ".join(_quoted(column) for column in table.columns)
        typed = ", ".join(f"{_quoted(column)} {column.type.compile(db.engine.dialect)}" for column in table.columns)
        source = f"SELECT {named} FROM json_to_recordset(%(rows{place})s::json) AS given({typed})"  # noqa: S608  # names are the schema's own
        inserts.append(f"INSERT INTO {_quoted(table)} ({named}) {source}{'' if append else _or_update(table)}")
    *before, last = inserts
    beside = ", ".join(f"part{place} AS ({insert})" for place, insert in enumerate(before))
    return f"WITH {beside} {last}" if before else last


@dataclass(frozen=True)
class _Loop:
    """SQLite's statement for one row; what gives a row's values in its order; what turns some into what is stored."""

    statement: str
    columns: Convert
    converters: list[tuple[int, Convert]]


@functools.cache
def _loop(table: sa.Table, append: bool) -> _Loop:
    columns = list(table.columns)
    named = ", ".join(map(_quoted, columns))
    statement = f"INSERT INTO {_quoted(table)} ({named}) VALUES ({', '.join('?' for _ in columns)})"  # noqa: S608
    stored = [(place, _stored_as(column.type)) for place, column in enumerate(columns)]
    converters = [(place, convert) for place, convert in stored if convert]
    return _Loop(statement + ("" if append else _or_update(table)), itemgetter(*(c.name for c in columns)), converters)


def _or_update(table: sa.Table) -> str:
    keys = ", ".join(map(_quoted, table.primary_key))
    rest = [_quoted(column) for column in table.columns if not column.primary_key]
    return f" ON CONFLICT ({keys}) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in rest)


def _quoted(named: Any) -> str:
    return db.engine.dialect.identifier_preparer.quote(named.name)


def _stored_as(kind: Any) -> Convert | None:
    if isinstance(kind, UtcDateTime):
        return _sqlite_moment
    return _json if isinstance(kind, sa.JSON | CheckedJson) else None


def _sqlite_moment(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat(" ", "microseconds")[:26]


def _json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value, default=dict).decode()
