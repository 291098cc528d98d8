"""One door to the database: what the database asks to be run again is run again whole, and nobody notices."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from server import db as database
from server import feeds
from server.db import db, snapshot, transaction
from server.problems import Problem
from server.statements import Query

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


@POSTGRES
def test_what_the_database_has_prepared_outlives_the_requests_that_read(app: Flask) -> None:
    query = Query(lambda: sa.text("SELECT key FROM feeds").columns(sa.column("key")))

    @app.get("/api/prepared")
    @snapshot
    def view() -> str:
        query.rows()
        prepared = sa.text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT key%'")
        return str(db.session.execute(prepared).scalar_one())

    answers = [contextvars.Context().run(app.test_client().get, "/api/prepared").text for _ in range(9)]
    assert answers[0] == "0"
    assert answers[-1] == "1"


@POSTGRES
def test_a_plan_made_for_a_few_rows_is_not_kept_for_thousands(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one for fifty records among five hundred went through the whole table until that was analysed."""
    joined = "SELECT ref FROM feeds JOIN feed_rows ON feed = key AND feed_rows.position = feeds.position"
    query = Query(lambda: sa.text(f"{joined} WHERE key = ANY(:keys)").columns(sa.column("ref")))

    keys = [f"p{n}" for n in range(1, 51)]

    def fill(first: int, last: int) -> None:
        numbers = f"generate_series({first}, {last}) AS n"
        db.session.execute(sa.text(f"INSERT INTO feeds SELECT 'p' || n, n FROM {numbers}"))
        rows = f"SELECT 'p' || n, 'record', n, n, repeat('x', 200) FROM {numbers}"
        db.session.execute(sa.text(f"INSERT INTO feed_rows (feed, kind, ref, position, told) {rows}"))

    @snapshot
    def plan() -> str:
        about = sa.text("SELECT name FROM pg_prepared_statements WHERE statement LIKE 'SELECT ref FROM%'")
        name = db.session.execute(about).scalar_one()
        return "\n".join(db.session.execute(sa.text(f"EXPLAIN EXECUTE {name}('{{{','.join(keys)}}}')")).scalars())

    transaction(lambda: fill(1, 500))()
    for _ in range(20):
        snapshot(lambda: query.rows(keys=keys))()
    transaction(lambda: fill(501, 30_000))()
    assert "Seq Scan on feed_rows" in plan()
    monkeypatch.setattr(database, "PLANNED_SECONDS", 0.0)
    assert "Seq Scan on feed_rows" not in plan()


def test_a_transaction_after_a_snapshot_of_the_same_request_reads_anew(app: Flask) -> None:
    """What the snapshot has read may have been changed since by others."""
    transaction(lambda: db.session.add(feeds.Feed(key="a", position=1)))()

    @app.get("/api/read-and-write")
    def view() -> str:
        row = snapshot(lambda: db.session.get_one(feeds.Feed, "a"))()
        thread = threading.Thread(target=contextvars.Context().run, args=(elsewhere,))
        thread.start()
        thread.join()

        def count() -> None:
            db.session.get_one(feeds.Feed, "a").position += 1

        transaction(count)()
        return str(row.position)

    def elsewhere() -> None:
        with app.app_context():
            transaction(lambda: add("a"))()
            db.session.remove()

    assert contextvars.Context().run(app.test_client().get, "/api/read-and-write").text == "3"


def test_what_was_changed_in_a_snapshot_by_mistake_is_not_written(app: Flask) -> None:
    transaction(lambda: db.session.add(feeds.Feed(key="a", position=1)))()

    @app.get("/api/mistake")
    def view() -> str:
        snapshot(lambda: db.session.get_one(feeds.Feed, "a"))().position = 7
        return ""

    assert contextvars.Context().run(app.test_client().get, "/api/mistake").status_code == 200
    assert snapshot(lambda: db.session.get_one(feeds.Feed, "a").position)() == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_disk_without_room_is_told_as_what_it_is_by_sqlite(app: Flask) -> None:
    def fill() -> None:
        db.session.execute(sa.text("PRAGMA max_page_count = 1"))
        db.session.execute(sa.text("CREATE TABLE more AS SELECT randomblob(1000000) AS much"))

    with pytest.raises(Problem, match="storage-full"):
        transaction(fill)()


@POSTGRES
def test_a_disk_without_room_is_told_as_what_it_is_by_postgresql(app: Flask) -> None:
    full = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$"
    with pytest.raises(Problem, match="storage-full"):
        transaction(lambda: db.session.execute(sa.text(full)))()
