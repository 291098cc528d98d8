"""A server's clock that is wrong: what was typed is kept whatever it says, and order is the order of arrival."""

from __future__ import annotations

from tests.records.conftest import World
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone


def test_a_clock_that_goes_back_changes_no_order(world: World, volunteer: Phone, clock: StillClock) -> None:
    record = world.create(volunteer, 1)["record"]
    volunteer.sync(world.create(volunteer, 1))
    clock.advance(hours=5)
    second = volunteer.sync(world.edit(2, record, 1, hamlet="sau"))
    clock.advance(hours=-9)
    third = volunteer.sync(world.edit(3, record, 2, hamlet="cuối"), cursors=second["cursors"])
    assert [answer["results"][0]["rev"] for answer in (second, third)] == [2, 3]
    assert [place for place, at in second["cursors"].items() if third["cursors"][place] < at] == []
    (shown,) = (one for page in volunteer.sync()["changes"].values() for one in page if one["k"] == "record")
    assert (shown["rev"], shown["values"][-1]) == (3, "cuối")
    history = volunteer.get(f"/api/records/{record}").get_json()["history"]
    assert len(history) == 3


def test_what_arrives_while_the_clock_is_years_behind_is_held_and_can_be_released(
    world: World, volunteer: Phone, clock: StillClock
) -> None:
    """Then no role has begun yet: nobody may write, and nothing is thrown away."""
    cursors = volunteer.sync()["cursors"]
    right = clock.now
    clock.advance(days=-700)
    answer = volunteer.sync(world.create(volunteer, 1), cursors=cursors)
    assert answer["results"][0]["status"] == "quarantined"
    clock.set(right)
    (held,) = (one for page in volunteer.sync()["changes"].values() for one in page if one["k"] == "quarantine")
    assert volunteer.post(f"/api/quarantine/{held['id']}/release").status_code == 200
    assert volunteer.get(f"/api/records/{volunteer.device}-1").status_code == 200
