"""Two transactions at once in a database: others see nothing of an open push, and wait for it only where they must."""

from __future__ import annotations

import pytest

from tests.simulation.schedule import parse
from tests.simulation.sql import Landing
from tests.simulation.world import World

EARLY, LATE = 0, 1  # it waits before it takes its positions; with all done before its COMMIT
both_ways = pytest.mark.parametrize("where", [EARLY, LATE], ids=["early", "late"])
BEGUN = "sync 0 0 0; sync 2 0 0; create 0 0 1"


def told(landing: Landing, story: str) -> World:
    """A world in which that has happened."""
    world = World(landing.server(50), 50)
    for op in parse(f"50 50: {story}").ops:
        world.take(op)
    return world


@both_ways
def test_nobody_sees_anything_of_an_open_push(landing: Landing, where: int) -> None:
    world = told(landing, f"{BEGUN}; stall 0 {where} 0; sync 2 0 0")
    assert (world.server.kept().records, list(world.phones[2].storage.records)) == ({}, [])
    world.do_commit(0, 0, 0)
    assert list(world.server.kept().records) == ["1-1"]
    world.quiet()


@both_ways
def test_a_push_to_another_place_waits_where_there_is_one_writer_only(landing: Landing, where: int) -> None:
    world = told(landing, f"{BEGUN}; create 2 1 1; stall 0 {where} 0; sync 2 0 0")
    assert sorted(world.server.kept().records) == (["3-1"] if _has_many_writers(landing) else ["1-1", "3-1"])
    world.quiet()


@both_ways
def test_a_push_to_the_same_place_waits_for_who_has_taken_its_positions(landing: Landing, where: int) -> None:
    world = told(landing, f"{BEGUN}; create 2 0 1; stall 0 {where} 0; sync 2 0 0")
    waits = where == LATE or not _has_many_writers(landing)
    assert sorted(world.server.kept().records) == (["1-1", "3-1"] if waits else ["3-1"])
    world.quiet()


@both_ways
def test_who_changes_the_same_record_waits_and_builds_on_it(landing: Landing, where: int) -> None:
    world = told(landing, f"{BEGUN}; sync 0 0 0; sync 2 0 0; edit 0 0 2; edit 2 0 4; stall 0 {where} 0; sync 2 0 0")
    by = [(revision.rev, revision.device) for revision in world.server.kept().revisions.values()]
    assert sorted(by) == [(1, 1), (2, 1), (3, 3)]
    world.quiet()


@both_ways
def test_the_same_phone_waits_for_its_own_push(landing: Landing, where: int) -> None:
    world = told(landing, f"{BEGUN}; stall 0 {where} 0; sync 0 0 0")
    (sent,) = world.phones[0].storage.sent.values()
    assert sent.result["status"] == "duplicate"
    world.quiet()


@both_ways
def test_an_open_push_dies_with_the_database_that_is_restored(landing: Landing, where: int) -> None:
    world = told(landing, f"{BEGUN}; backup 0 0 0; stall 0 {where} 0; restore 0 0 0")
    assert (world.server.kept().records, list(world.phones[0].storage.outbox)) == ({}, [1])
    world.quiet()
    assert list(world.server.kept().records) == ["1-1"]


def _has_many_writers(landing: Landing) -> bool:
    return landing.store == "postgresql"
