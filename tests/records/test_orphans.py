"""What was said of a record that was not here is let in once it is: after a restore its phone offers it again."""

from __future__ import annotations

from typing import Any

from server.records import orphans
from tests.records.conftest import AT, World
from tests.records.test_scope import give, take
from tests.records.test_sync import documents
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone


def items(phone: Phone) -> dict[int, tuple[str, str]]:
    """What this phone sees held or settled: by number, the reason and what became of it."""
    return {one["n"]: (one["reason"], one["status"]) for one in documents(phone.sync(), "quarantine").values()}


def shown(phone: Phone, record: str) -> dict[str, Any]:
    return dict(documents(phone.sync(), "record")[record])


def test_what_others_typed_about_it_is_let_in_in_its_authors_name(
    world: World, clock: StillClock, volunteer: Phone, supervisor: Phone
) -> None:
    creation = world.create(volunteer, 1)
    record = creation["record"]
    approval = {"kind": "review", "record": record, "rev": 1, "hash": "A" * 22, "decision": "approve", "at": AT}
    supervisor.sync({"n": 1, **approval}, world.edit(2, record, 1, signed_count=35))
    assert items(supervisor) == {1: ("record-unknown", "held"), 2: ("record-unknown", "held")}
    assert orphans.adopt() == 0
    clock.advance(seconds=1)
    volunteer.sync(creation)
    assert orphans.adopt() == 2
    assert items(supervisor) == {1: ("record-unknown", "released"), 2: ("record-unknown", "released")}
    now = shown(supervisor, record)
    # What was approved is not what is here: a decision is pinned to what its author saw.
    assert (now["rev"], now["state"], now["values"][-1]) == (2, "submitted", 35)
    assert orphans.adopt() == 0


def test_a_chain_that_came_before_its_creation_ends_as_it_was_typed(
    world: World, clock: StillClock, volunteer: Phone
) -> None:
    creation = world.create(volunteer, 1)
    record = creation["record"]
    third = world.edit(3, record, 0, signed_count=36) | {"after": [1, 2]}
    second = world.edit(2, record, 0, signed_count=35) | {"after": [1]}
    for mutation in (third, second, creation):
        volunteer.sync(mutation)
        clock.advance(seconds=1)
    assert orphans.adopt() == 2
    now = shown(volunteer, record)
    assert (now["rev"], now["values"][-1], now["conflicts"]) == (3, 36, [])


def test_who_may_not_write_there_is_not_let_in_and_whoever_decides_there_sees_it_once(
    world: World, clock: StillClock, volunteer: Phone, supervisor: Phone
) -> None:
    creation = world.create(volunteer, 1)
    colleague = world.phone("Thạch Thị Sáu", "TNV", "xa-ngai-xuyen")
    colleague.sync(world.edit(1, creation["record"], 1, signed_count=35))
    take(colleague, "TNV", "xa-ngai-xuyen")
    clock.advance(seconds=1)
    volunteer.sync(creation)
    assert [orphans.adopt(), orphans.adopt()] == [0, 0]
    assert items(supervisor) == {1: ("record-unknown", "held")}
    assert shown(volunteer, creation["record"])["rev"] == 1


def test_what_a_stranger_guessed_stays_a_strangers(
    world: World, clock: StillClock, volunteer: Phone, supervisor: Phone
) -> None:
    creation = world.create(volunteer, 1)
    stranger = world.phone("Lâm Đạt", "TNV", "xa-dai-an")
    stranger.sync(world.edit(1, creation["record"], 1, signed_count=1))
    clock.advance(seconds=1)
    volunteer.sync(creation)
    assert orphans.adopt() == 0
    assert items(supervisor) == {}
    assert items(stranger) == {1: ("record-unknown", "held")}


def test_what_was_said_of_a_record_that_was_there_waits_for_its_author(
    world: World, clock: StillClock, volunteer: Phone
) -> None:
    creation = world.create(volunteer, 1)
    volunteer.sync(creation)
    clock.advance(seconds=1)
    latecomer = world.phone("Thạch Thị Sáu", "TNV", "xa-dai-an")
    latecomer.sync(world.edit(1, creation["record"], 1, signed_count=1))
    give(latecomer, "TNV", "xa-ngai-xuyen")
    assert orphans.adopt() == 0
    assert items(latecomer) == {1: ("record-unknown", "held")}
