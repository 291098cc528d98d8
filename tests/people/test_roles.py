"""Giving and ending roles: by those who manage a person, for places of their own, from one day to another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.people.conftest import Village
from tests.people.test_managing import slug
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone


def held(manager: Phone, person: int) -> list[dict[str, Any]]:
    roles: list[dict[str, Any]] = next(
        one["roles"] for one in manager.get("/api/people").get_json() if one["id"] == person
    )
    return roles


def test_the_office_gives_a_role_in_another_place_and_ends_the_old_one(village: Village) -> None:
    office, volunteer = village.enrolled("office"), village.enrolled("volunteer")
    person = village.people["volunteer"]
    given = office.post(f"/api/people/{person}/roles", {"role": "TNV", "place": village.places["other"]})
    assert given.status_code == 201
    old, new = given.get_json()["roles"]
    assert (new["place"]["id"], new["from"], new["to"]) == (village.places["other"], "2023-05-16", None)
    assert set(volunteer.sync()["cursors"]) >= {f"p{village.places['commune']}", f"p{village.places['other']}"}
    ended = office.post(f"/api/people/{person}/roles/{old['id']}/end")
    assert [role["place"]["id"] for role in ended.get_json()["roles"]] == [village.places["other"]]
    assert f"p{village.places['commune']}" not in volunteer.sync()["cursors"]


def test_a_role_in_another_place_takes_the_place_of_the_old_one_at_once(village: Village) -> None:
    office, volunteer = village.enrolled("office"), village.enrolled("volunteer")
    person, other = village.people["volunteer"], village.places["other"]
    (old,) = held(office, person)
    body = {"role": "TNV", "place": other, "replaces": old["id"]}
    given = office.post(f"/api/people/{person}/roles", body)
    assert [role["place"]["id"] for role in given.get_json()["roles"]] == [other]
    places = {key for key in volunteer.sync()["cursors"] if key[0] == "p"}
    assert places == {f"p{other}"}


def test_nobody_replaces_a_role_that_is_not_theirs_to_end(village: Village) -> None:
    office, person = village.enrolled("office"), village.people["volunteer"]
    (strangers,) = held(office, village.people["stranger"])
    body = {"role": "TNV", "place": village.places["other"], "replaces": strangers["id"]}
    assert slug(office.post(f"/api/people/{person}/roles", body)) == (404, "not-found")
    assert len(held(office, person)) == 1


def test_a_role_is_given_and_ended_for_days_to_come(village: Village, clock: StillClock) -> None:
    office, person = village.enrolled("office"), village.people["volunteer"]
    body = {"role": "TNV", "place": village.places["other"], "from": "2023-06-01", "to": "2023-07-01"}
    assert office.post(f"/api/people/{person}/roles", body).status_code == 201
    assert len(held(office, person)) == 1
    clock.set(datetime(2023, 6, 15, tzinfo=UTC))
    (_, role) = held(office, person)
    assert (role["from"], role["to"]) == ("2023-06-01", "2023-07-01")
    assert office.post(f"/api/people/{person}/roles/{role['id']}/end", {"to": "2023-06-20"}).status_code == 200
    clock.set(datetime(2023, 6, 20, tzinfo=UTC))
    assert len(held(office, person)) == 1


@pytest.mark.parametrize(
    ("who", "whose", "role", "place", "expected"),
    [
        ("volunteer", "volunteer", "TNV", "other", (404, "not-found")),
        ("supervisor", "stranger", "TNV", "commune", (404, "not-found")),
        ("supervisor", "volunteer", "TNV", "other", (404, "not-found")),
        ("supervisor", "volunteer", "GSV", "commune", (403, "not-yours-to-give")),
        ("office", "office", "TNV", "commune", (403, "not-yours-to-give")),
    ],
)
def test_a_role_is_given_only_within_ones_own_places_and_below_ones_own(
    village: Village, who: str, whose: str, role: str, place: str, expected: tuple[int, str]
) -> None:
    body = {"role": role, "place": village.places[place]}
    assert slug(village.enrolled(who).post(f"/api/people/{village.people[whose]}/roles", body)) == expected


def test_a_role_is_ended_only_by_those_who_may_give_it(village: Village) -> None:
    office, supervisor = village.enrolled("office"), village.enrolled("supervisor")
    (mine,) = held(office, village.people["supervisor"])
    (strangers,) = held(office, village.people["stranger"])
    volunteer = village.people["volunteer"]
    own = f"/api/people/{village.people['supervisor']}/roles/{mine['id']}/end"
    assert slug(supervisor.post(own)) == (403, "not-yours-to-give")
    assert slug(supervisor.post(f"/api/people/{volunteer}/roles/{strangers['id']}/end")) == (404, "not-found")


def test_a_role_cannot_end_before_it_begins(village: Village) -> None:
    body = {"role": "TNV", "place": village.places["other"], "from": "2023-06-01", "to": "2023-06-01"}
    answer = village.enrolled("office").post(f"/api/people/{village.people['volunteer']}/roles", body)
    assert slug(answer) == (422, "invalid")
