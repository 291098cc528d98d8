"""Bugs planted in server/records and server/feeds: the simulation over a database must find every one.

Each has the story that shows it. Rule 0: the server fails, as where only a unique key keeps what a lock should.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from server import feeds
from server.db import db
from server.people import service as people
from server.people.tables import Device
from server.records import service, store
from server.records.store import CONFLICTS, RECORDS, SqlStore
from server.statements import Query, Rows, among, save_rows
from tests.simulation.bugs import Bug, Patch

DATABASE_BUGS: list[Bug] = []
LOCK_BUGS: list[Bug] = []  # where more than one writer writes at a time: on PostgreSQL


def bug(*rules: int, story: str, bugs: list[Bug] = DATABASE_BUGS) -> Callable[[Patch], Patch]:
    """Adds a bug to a list."""

    def add(plant: Patch) -> Patch:
        bugs.append(Bug(plant.__name__, frozenset(rules), plant, story))
        return plant

    return add


@bug(2, story="3 2: sync 2 0 0; create 2 1 327; clone 2 0 0")
def answer_not_kept(patch: pytest.MonkeyPatch) -> None:
    save = SqlStore.save
    patch.setattr(SqlStore, "save", lambda self, plan: save(self, replace(plan, answered=[])))


@bug(2, story="3 50: sync 1 0 0; create 1 1 4095; sync 1 0 0; sync 2 0 0; edit 2 0 2677; edit 1 1 3559; clone 2 0 0")
def conflicts_left_out_of_a_kept_answer(patch: pytest.MonkeyPatch) -> None:
    result_of = store.result_of
    patch.setattr(store, "result_of", lambda n, kept: result_of(n, {**kept, "conflicts": ()}))


@bug(1, story="3 50: sync 4 0 0; create 4 1 3203; revoke 4 0 0")
def held_item_dropped(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(SqlStore, "_save_held", lambda *_: None)


@bug(3, story="3 50: sync 4 0 0; create 4 1 3203; revoke 4 0 0")
def held_item_told_to_nobody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(service, "tell_quarantine", lambda _ids: None)


@bug(3, story="3 50: sync 4 0 0; create 4 1 3203; revoke 4 0 0; sync 4 0 0; sync 3 0 0; settle 0 1 0")
def settled_item_told_to_nobody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(service, "_settle", lambda row, _actor, status: setattr(row, "status", status))


@bug(
    7,
    story="50 3: sync 4 0 0; create 4 1 2893; sync 4 0 0; edit 4 0 2832; sync 2 0 0; edit 2 0 3833; sync 2 0 0; "
    "stall 4 1 0; move 0 0 0",
)
def open_conflicts_not_counted(patch: pytest.MonkeyPatch) -> None:
    values = store._record_values
    patch.setattr(store, "_record_values", lambda record: values(record) | {"conflict_count": 0})


@bug(
    3,
    story="50 2: sync 1 0 0; create 1 1 985; sync 1 0 0; sync 3 0 0; sync 0 0 0; edit 3 1 2441; edit 0 1 2139; "
    "sync 3 0 0; cut 0 28 0; resolve 3 1 0",
)
def closed_conflicts_read_as_open(patch: pytest.MonkeyPatch) -> None:
    every = sa.select(*CONFLICTS.c)
    patch.setattr(store, "_open_conflicts", Query(lambda: every.where(among(CONFLICTS.c.record_id, "ids"))))


@bug(4, 5, story="2 3: sync 2 0 0; create 2 0 119; sync 2 0 0; move 0 1 0")
def moved_record_leaves_no_feed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(service, "_tell_moved", lambda _plan: None)


@bug(4, 5, story="2 3: sync 2 0 0; create 2 0 119; sync 2 0 0; move 0 1 0")
def moved_record_shown_where_it_was(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(service, "_here", lambda document, _key: document)


@bug(5, story="2 3: sync 0 0 0; create 0 1 1029; create 0 2 140; shaky 0 4 1; shaky 2 7 1; grant 2 0 0")
def taken_feed_not_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(service, "_forgotten", lambda *_: [])
    start = feeds.protocol.start
    patch.setattr(feeds.protocol, "start", lambda *given: replace(start(*given), forget=[]))


@bug(
    1,
    4,
    10,
    story="3 2: sync 3 0 0; create 3 0 2106; sync 3 0 0; sync 0 0 0; sync 1 0 0; backup 0 0 0; edit 0 1 421; "
    "edit 1 1 1461; sync 1 0 0; restore 0 0 0",
)
def restore_not_noticed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(service, "current_epoch", lambda: "the same")


@bug(4, story="50 50: sync 0 0 0; sync 1 0 0; create 0 0 1; sync 0 0 0; create 1 0 1; sync 1 0 0")
def anothers_write_overlooked_at_a_glance(patch: pytest.MonkeyPatch) -> None:
    glance = feeds.glance

    def blind(scope: Any, cursors: Any, wrote: feeds.Wrote, *limit: int) -> Any:
        with pytest.MonkeyPatch.context() as here:
            if wrote.written:
                here.setattr(feeds, "any", lambda _: False, raising=False)
            return glance(scope, cursors, wrote, *limit)

    patch.setattr(feeds, "glance", blind)


@bug(
    4,
    story="2 50: sync 0 0 0; sync 2 0 0; create 0 0 1; sync 0 0 0; create 0 0 2; create 0 0 3; create 2 1 1; "
    "sync 0 0 0; sync 2 0 0",
)
def one_position_for_all_documents_of_a_push(patch: pytest.MonkeyPatch) -> None:
    publish = feeds._publish
    patch.setattr(feeds, "_publish", lambda counts, rows, *reads: publish(counts, _at_last(rows), *reads))


def _at_last(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "back": 0} for row in rows]


@bug(4, story="50 50: sync 0 0 0; sync 1 0 0; create 0 0 1; stall 0 1 0; sync 1 0 0", bugs=LOCK_BUGS)
def positions_taken_apart_from_their_rows(patch: pytest.MonkeyPatch) -> None:
    def apart(counts: Mapping[str, int], rows: Sequence[Any], reads: Sequence[str]) -> Any:
        with db.engine.begin() as other:
            last = {key: other.scalar(_TAKE, {"key": key, "count": count}) for key, count in counts.items()}
        save_rows(Rows(feeds.FEED_ROWS, [row | {"position": last[row["feed"]] - row["back"]} for row in rows]))
        return last, {key: feeds.position(key) for key in reads}

    patch.setattr(feeds, "_publish", apart)


_TAKE = sa.text(
    "INSERT INTO feeds (key, position) VALUES (:key, :count) "
    "ON CONFLICT (key) DO UPDATE SET position = feeds.position + :count RETURNING position"
)


@bug(
    7,
    story="50 50: sync 0 0 0; sync 3 0 0; create 0 0 1; sync 0 0 0; sync 3 0 0; edit 0 0 2; stall 0 0 0; "
    "review 3 0 0; sync 3 0 0",
    bugs=LOCK_BUGS,
)
def record_not_locked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(store, "_locks", Query(lambda: sa.select(RECORDS.c.id).where(among(RECORDS.c.id, "ids"))))


@bug(0, story="50 50: sync 0 0 0; create 0 0 1; stall 0 0 0; sync 0 0 0", bugs=LOCK_BUGS)
def device_not_locked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(people, "device_lock", Query(lambda: sa.select(Device.id).where(Device.id == sa.bindparam("device"))))
