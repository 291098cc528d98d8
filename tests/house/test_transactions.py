"""One door to the database: what the database asks to be run again is run again whole, and nobody notices."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from server.db import db, snapshot, transaction

POSTGRES = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def rows(app: Flask) -> Callable[[], dict[str, int]]:
    """Two rows to fight for, and what they hold."""
    transaction(lambda: db.session.execute(sa.text("INSERT INTO feeds (key, position) VALUES ('a', 0), ('b', 0)")))()

    def read() -> dict[str, int]:
        found = dict(db.session.execute(sa.text("SELECT key, position FROM feeds")).all())
        db.session.rollback()
        return found

    return read


def add(key: str) -> None:
    db.session.execute(sa.text("UPDATE feeds SET position = position + 1 WHERE key = :key"), {"key": key})


class Pair:
    """Two transactions that meet half-way in their first attempt; counts how often each was begun."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.middle = threading.Barrier(2)
        self.begun: list[str] = []
        self.errors: list[Exception] = []

    def meet(self, name: str) -> None:
        """Waits for the other one, in the first attempt."""
        if self.begun.count(name) == 1:
            self.middle.wait(20)

    def run(self, **work: Callable[[], None]) -> None:
        """Runs both at once. AssertionError when one ended with an error."""
        threads = [threading.Thread(target=self._one, args=pair) for pair in work.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert self.errors == []

    def _one(self, name: str, work: Callable[[], None]) -> None:
        def counted() -> None:
            self.begun.append(name)
            work()

        with self.app.app_context():
            try:
                transaction(counted)()
            except Exception as error:  # noqa: BLE001  # shown by the test
                self.errors.append(error)
            finally:
                db.session.remove()


@POSTGRES
def test_a_deadlock_is_run_again_whole(app: Flask, rows: Callable[[], dict[str, int]]) -> None:
    pair = Pair(app)

    def crosswise(name: str, first: str, second: str) -> Callable[[], None]:
        def work() -> None:
            add(first)
            pair.meet(name)
            add(second)

        return work

    pair.run(one=crosswise("one", "a", "b"), two=crosswise("two", "b", "a"))
    # The one that ran again may meet the other once more before that has come on.
    assert len(pair.begun) >= 3
    assert set(pair.begun) == {"one", "two"}
    assert rows() == {"a": 2, "b": 2}


@POSTGRES
def test_a_serialization_failure_is_run_again_whole(app: Flask, rows: Callable[[], dict[str, int]]) -> None:
    pair = Pair(app)

    def copy(name: str) -> Callable[[], None]:
        def work() -> None:
            db.session.execute(sa.text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
            seen = db.session.execute(sa.text("SELECT sum(position) FROM feeds")).scalar_one()
            pair.meet(name)
            db.session.execute(
                sa.text("UPDATE feeds SET position = :seen + 1 WHERE key = :key"),
                {"seen": seen, "key": {"one": "a", "two": "b"}[name]},
            )

        return work

    pair.run(one=copy("one"), two=copy("two"))
    assert len(pair.begun) == 3
    assert sorted(rows().values()) == [1, 2]  # as if one had come after the other


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_writers_on_sqlite_wait_for_each_other_and_none_is_run_twice(
    app: Flask, rows: Callable[[], dict[str, int]]
) -> None:
    pair = Pair(app)

    def both() -> None:
        seen = db.session.execute(sa.text("SELECT position FROM feeds WHERE key = 'a'")).scalar_one()
        db.session.execute(sa.text("UPDATE feeds SET position = :new"), {"new": seen + 1})

    pair.run(one=both, two=both)
    assert sorted(pair.begun) == ["one", "two"]
    assert rows() == {"a": 2, "b": 2}


@POSTGRES
def test_a_connection_that_dies_after_its_last_use_spoils_no_answer(app: Flask) -> None:
    """A request's snapshot stays open until the answer is out; somebody may end its connection before that."""

    @snapshot
    def read() -> int:
        return int(db.session.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())

    def end(pid: int) -> None:
        with sa.create_engine(db.engine.url, poolclass=sa.NullPool).connect() as other:
            other.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    @app.get("/api/then-gone")
    def view() -> str:
        pid = read()
        end(pid)
        return str(pid)

    # In a context of its own: inside the test's application context Flask would share the session with it.
    first, second = (contextvars.Context().run(app.test_client().get, "/api/then-gone") for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.text != second.text
