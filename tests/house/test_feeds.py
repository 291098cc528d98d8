"""A reader far behind in many feeds: each page brings the next rows, and costs a page however much lies behind it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from server import feeds
from server.db import db, snapshot, transaction

Rows = list[tuple[str, int]]  # (feed, position)
SCOPE = [f"p{number}" for number in range(1, 41)]
PAGE = 100


@transaction
def fill(rows: Rows, heads: dict[str, int]) -> None:
    db.session.execute(sa.insert(feeds.FEEDS), [{"key": key, "position": head} for key, head in heads.items()])
    given = [
        {"feed": key, "kind": "nothing", "ref": f"{key}-{position}", "position": position} for key, position in rows
    ]
    db.session.execute(sa.insert(feeds.FEED_ROWS), given)


def full(each: int) -> tuple[Rows, dict[str, int]]:
    """Forty feeds with so many rows each."""
    return [(key, position) for key in SCOPE for position in range(1, each + 1)], dict.fromkeys(SCOPE, each)


def read(cursors: dict[str, int], limit: int = PAGE) -> feeds.Page:
    return snapshot(lambda: feeds.read(SCOPE, cursors, None, limit))()


def test_page_after_page_brings_every_row_once_and_in_order_whatever_was_written_over(app: Flask) -> None:
    chance = random.Random(7)
    heads = {key: chance.choice([0, 1, 5, 40, 300]) for key in SCOPE}
    rows = [(key, n) for key in SCOPE for n in range(1, heads[key] + 1) if chance.random() < 0.3 or n == heads[key]]
    fill(rows, heads)
    came: list[str] = []
    cursors: dict[str, int] = {}
    more = True
    while more:
        page = read(cursors, 7)
        came += [document["id"] for key in sorted(page.changes) for document in page.changes[key]]
        assert page.left == (len(rows) - len(came) if page.more else 0)
        cursors, more = page.cursors, page.more
    assert came == [f"{key}-{position}" for key, position in sorted(rows)]
    assert cursors == heads


def test_what_is_left_of_very_much_is_told_without_being_counted(app: Flask) -> None:
    rows, heads = full(200)
    fill(rows[1::2], heads)
    assert read({}).left == len(rows) - 200  # a hundred rows had stood at two hundred positions
    near = dict.fromkeys(SCOPE[20:], 200)
    assert read(near).left == 20 * 100 - PAGE


def steps_of_sqlite(work: Callable[[], Any]) -> int:
    """How many hundreds of instructions SQLite's machine takes."""
    taken = [0]

    def count() -> int:
        taken[0] += 1
        return 0

    def watch(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.set_progress_handler(count, 100)

    sa.event.listen(db.engine, "checkout", watch)
    work()
    sa.event.remove(db.engine, "checkout", watch)
    return taken[0]


def rows_of_postgresql(work: Callable[[], Any]) -> int:
    """How many rows come out of the steps of its plans, all together."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        asked.append((statement, parameters))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    work()
    sa.event.remove(db.engine, "before_cursor_execute", note)

    def rows(node: dict[str, Any]) -> int:
        return int(node["Actual Rows"] * node["Actual Loops"]) + sum(map(rows, node.get("Plans", [])))

    with db.engine.connect() as connection:
        plans = [
            connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters).scalar_one()
            for statement, parameters in asked
        ]
    return sum(rows(plan[0]["Plan"]) for plan in plans)


@pytest.mark.parametrize("behind", [{}, dict.fromkeys(SCOPE[:20], 250)], ids=["from the start", "from half-way"])
def test_a_page_looks_at_some_hundred_rows_and_not_at_all_that_is_there(app: Flask, behind: dict[str, int]) -> None:
    rows, heads = full(500)
    fill(rows, heads)
    if db.engine.dialect.name == "sqlite":
        assert steps_of_sqlite(lambda: read(behind)) < 200  # a sort of all rows takes some thousands
    else:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE feed_rows"))
        assert rows_of_postgresql(lambda: read(behind)) <= 1_000  # of twenty thousand, each counted in every step


def test_words_stand_until_the_document_is_published_again_and_only_as_long_as_a_row_bears(app: Flask) -> None:
    short, long = feeds.Told('{"k":"nothing"}', [7]), feeds.Told(f'"{"x" * feeds.LONGEST_TOLD}"', ())

    def told(*given: feeds.Told | None) -> list[Any]:
        transaction(lambda: [feeds.publish("p1", "nothing", f"{n}", one) for n, one in enumerate(given)])()
        return read({}).changes["p1"]

    gone = [{"k": "nothing", "id": "0", "gone": True}, {"k": "nothing", "id": "1", "gone": True}]
    assert told(short, long) == [short, gone[1]]
    assert told(None, short) == [gone[0], short]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_plans_a_page_for_who_reads_it_and_keeps_no_plan_for_all(app: Flask) -> None:
    """A plan for all readers went through the whole table for one who follows many feeds and is little behind."""
    rows, heads = full(20)
    fill(rows, heads)
    near = dict.fromkeys(SCOPE, 19)
    assert {len(read(near).changes) for _ in range(9)} == {len(SCOPE)}

    def kept(table: str) -> int:
        about = sa.text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE :pattern")
        return int(db.session.execute(about, {"pattern": f"%FROM {table} %"}).scalar_one())

    assert snapshot(lambda: (kept("feeds"), kept("feed_rows")))() == (1, 0)
