"""Statements that run on the driver's own cursor: the same rows, errors and locks as through SQLAlchemy."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from server.db import db, snapshot, transaction
from server.feeds import Feed
from server.people.tables import Person
from server.problems import Problem
from server.statements import Query, Rows, among, save_rows, together

POSTGRES = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
FEEDS: sa.Table = Feed.__table__
PEOPLE: sa.Table = Person.__table__
NOW = datetime(2023, 5, 16, 1, 2, 3, 456789, tzinfo=UTC)


@Query
def feeds() -> Any:
    return sa.select(*FEEDS.c).where(among(FEEDS.c.key, "keys")).order_by(FEEDS.c.key)


@Query
def lock() -> Any:
    return sa.select(FEEDS.c.key).where(among(FEEDS.c.key, "keys")).with_for_update()


@Query
def people() -> Any:
    return sa.select(*PEOPLE.c).where(PEOPLE.c.created_at == sa.bindparam("at"), PEOPLE.c.name != "nobody")


@Query
def wrong() -> Any:
    return sa.text("SELECT nothing FROM nowhere").columns(FEEDS.c.key)


@transaction
def put(**positions: int) -> None:
    save_rows(Rows(FEEDS, [{"key": key, "position": position} for key, position in positions.items()]))


def test_a_query_gives_the_rows_that_sqlalchemy_gives(app: Flask) -> None:
    put(a=1, b=2, c=3)
    transaction(lambda: db.session.add(Person(name="An", language="vi", created_at=NOW)))()

    @snapshot
    def read() -> None:
        assert [tuple(row) for row in feeds.rows(keys={"a", "c", "d"})] == [("a", 1), ("c", 3)]
        (found,) = people.rows(at=NOW)
        (expected,) = db.session.execute(sa.select(*PEOPLE.c).where(PEOPLE.c.name == "An")).all()
        assert tuple(found) == tuple(expected)
        assert found.created_at == NOW

    read()


def test_a_query_sees_what_the_open_transaction_has_not_written_yet(app: Flask) -> None:
    @transaction
    def work() -> int:
        db.session.add(Feed(key="new", position=7))
        return int(feeds.first(keys=["new"]).position)

    assert work() == 7


def test_a_glance_sees_what_is_committed_and_leaves_no_transaction_open(app: Flask) -> None:
    put(a=1)
    assert feeds.glance(keys=["a"])[0].position == 1
    put(a=2)
    assert feeds.glance(keys=["a"])[0].position == 2

    @transaction
    def work() -> None:  # a connection that a glance used is one on which a transaction can be rolled back
        put(a=3)
        raise Problem("busy")

    with pytest.raises(Problem):
        work()
    assert feeds.glance(keys=["a"])[0].position == 2


def test_inside_a_snapshot_a_glance_sees_what_the_snapshot_sees(app: Flask) -> None:
    put(a=1)

    def elsewhere() -> None:
        with app.app_context():
            put(a=2)
            db.session.remove()

    @snapshot
    def read() -> list[int]:
        before = feeds.rows(keys=["a"])[0].position
        other = threading.Thread(target=elsewhere)
        other.start()
        other.join()
        return [before, feeds.glance(keys=["a"])[0].position]

    assert read() == [1, 1]


@POSTGRES
def test_what_is_asked_for_behind_a_lock_is_as_it_was_left_by_whom_the_lock_waited_for(app: Flask) -> None:
    put(a=1)
    held, release = threading.Event(), threading.Event()

    def holder() -> None:
        @transaction
        def work() -> None:
            lock.rows(keys=["a"])
            held.set()
            release.wait(20)
            put(a=2)

        with app.app_context():
            work()
            db.session.remove()

    other = threading.Thread(target=holder)
    other.start()
    held.wait(20)
    threading.Timer(0.3, release.set).start()

    @transaction
    def work() -> list[list[Any]]:
        return together((lock, {"keys": ["a"]}), (feeds, {"keys": ["a"]}))

    _, found = work()
    other.join()
    assert [tuple(row) for row in found] == [("a", 2)]


def test_an_error_is_sqlalchemys_and_the_next_statement_works(app: Flask) -> None:
    for ask in (wrong.glance, snapshot(wrong.rows), snapshot(lambda: together((feeds, {"keys": []}), (wrong, {})))):
        with pytest.raises(DBAPIError):
            ask()
        assert feeds.glance(keys=["a"]) == []


@POSTGRES
def test_a_glance_at_a_database_that_went_away_says_busy_and_the_next_one_works(app: Flask) -> None:
    put(a=1)
    pids = sa.text("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                   " AND datname = current_database()")  # fmt: skip
    feeds.glance(keys=["a"])
    with sa.create_engine(db.engine.url, poolclass=sa.NullPool).connect() as other:
        other.execute(pids)
    with pytest.raises(DBAPIError) as caught:
        feeds.glance(keys=["a"])
    assert caught.value.connection_invalidated
    assert feeds.glance(keys=["a"])[0].position == 1


def test_rows_of_several_tables_are_saved_together_or_not_at_all(app: Flask) -> None:
    put(a=1)
    person = {"id": 77, "name": "An", "language": "vi", "created_at": NOW, "created_by": None}

    @transaction
    def work(key: str) -> None:
        save_rows(
            Rows(PEOPLE, [person | {"name": "Bình"}]),
            Rows(FEEDS, [{"key": key, "position": 5}], append=True),
        )

    with pytest.raises(DBAPIError):
        work("a")  # it is there already
    assert people.glance(at=NOW) == []
    work("b")
    assert [row.name for row in people.glance(at=NOW)] == ["Bình"]
    assert [tuple(row) for row in feeds.glance(keys=["a", "b"])] == [("a", 1), ("b", 5)]
