"""A saved outbox that another phone hands in: nothing is lost or doubled, and nobody writes in another's name."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from server.db import db, transaction
from server.people import numbers
from tests.records.conftest import World
from tests.tools.phones import Phone


def handed(phone: Phone, device: int | None, *mutations: dict[str, Any]) -> list[dict[str, Any]]:
    answer = phone.post("/api/handins", {"device": device, "mutations": list(mutations)})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    results: list[dict[str, Any]] = answer.get_json()["results"]
    return results


def documents(phone: Phone, kind: str) -> list[dict[str, Any]]:
    changes = phone.sync(cursors={})["changes"]
    found = {doc["id"]: doc for docs in changes.values() for doc in docs if doc["k"] == kind and "gone" not in doc}
    return list(found.values())


def held(phone: Phone) -> list[dict[str, Any]]:
    return [item for item in documents(phone, "quarantine") if item["status"] == "held"]


def test_an_author_hands_in_their_own_from_another_phone_and_it_lands_once(world: World, volunteer: Phone) -> None:
    broken, saved = volunteer, world.create(volunteer, 1)
    second = second_phone(world, broken)
    assert [result["status"] for result in handed(second, broken.device, saved)] == ["applied"]
    assert [result["status"] for result in handed(second, broken.device, saved)] == ["duplicate"]
    assert broken.sync(saved)["results"][0]["first"] == "applied"  # the phone lives after all
    (record,) = documents(second, "record")
    assert (record["id"], record["by"], record["rev"]) == (saved["record"], broken.person, 1)


def second_phone(world: World, phone: Phone) -> Phone:
    """Another phone of the same person."""
    answer = phone.post("/api/devices")
    assert answer.status_code == 201
    another = Phone(world.app)
    another.client, another.profile = phone.client, answer.get_json()
    another.device = another.profile["device"]
    return another


def test_what_somebody_else_hands_in_waits_for_its_author_or_a_supervisor(
    world: World, volunteer: Phone, supervisor: Phone
) -> None:
    saved = world.create(volunteer, 1)
    neighbour = world.phone("Kim Thị Hoa")
    (result,) = handed(neighbour, volunteer.device, saved)
    assert (result["status"], result["reason"]) == ("quarantined", "handed-in")
    assert documents(supervisor, "record") == []
    (item,) = held(supervisor)
    assert (item["by"], item["detail"]["name"], item["payload"]["set"]) == (
        volunteer.person,
        "Kim Thị Hoa",
        saved["set"],
    )
    assert [each["id"] for each in held(volunteer)] == [item["id"]]
    assert neighbour.post(f"/api/quarantine/{item['id']}/release").status_code == 404
    assert supervisor.post(f"/api/quarantine/{item['id']}/release").get_json()["result"]["status"] == "applied"
    (record,) = documents(supervisor, "record")
    assert (record["id"], record["by"]) == (saved["record"], volunteer.person)
    assert volunteer.sync(saved)["results"][0]["status"] == "duplicate"


def test_a_supervisor_who_brings_a_file_can_not_take_it_in_but_its_author_can(
    world: World, volunteer: Phone, supervisor: Phone
) -> None:
    handed(supervisor, volunteer.device, world.create(volunteer, 1))
    (item,) = held(supervisor)
    assert supervisor.post(f"/api/quarantine/{item['id']}/release").status_code == 404
    assert volunteer.post(f"/api/quarantine/{item['id']}/release").get_json()["result"]["status"] == "applied"


def test_the_office_brings_a_file_that_the_places_supervisor_takes_in_and_the_office_can_not(
    world: World, volunteer: Phone, supervisor: Phone
) -> None:
    office = world.phone("Cúc", "TT", "huyen-tra-cu")
    saved = world.create(volunteer, 1)
    (result,) = handed(office, volunteer.device, saved)
    assert (result["status"], result["reason"]) == ("quarantined", "handed-in")
    assert [result["status"] for result in handed(office, volunteer.device, saved)] == ["duplicate"]
    (item,) = held(supervisor)
    assert (item["by"], item["detail"]) == (volunteer.person, {"by": office.person, "name": "Cúc"})
    assert held(office) == []  # what is held is shown to who reviews at the place, and the office doesn't
    for settle in ("release", "discard"):
        assert office.post(f"/api/quarantine/{item['id']}/{settle}").status_code == 404
    assert supervisor.post(f"/api/quarantine/{item['id']}/release").get_json()["result"]["status"] == "applied"
    (record,) = documents(office, "record")
    assert (record["id"], record["by"]) == (saved["record"], volunteer.person)


def test_an_invented_item_takes_nothing_from_the_phone_that_it_names(world: World, volunteer: Phone) -> None:
    neighbour = world.phone("Kim Thị Hoa")
    handed(neighbour, volunteer.device, world.create(volunteer, 1, signed_count=39))
    true = world.create(volunteer, 1)
    assert volunteer.sync(true)["results"] == [{"n": 1, "status": "applied", "rev": 1} | volunteer_hash(volunteer)]
    (item,) = held(volunteer)
    assert item["reason"] == "handed-in"
    assert volunteer.post(f"/api/quarantine/{item['id']}/discard").get_json()["status"] == "discarded"


def volunteer_hash(phone: Phone) -> dict[str, Any]:
    (record,) = documents(phone, "record")
    return {"hash": record["hash"]}


def test_handed_in_twice_or_sent_by_the_phone_meanwhile_it_is_one_item_and_one_record(
    world: World, volunteer: Phone, supervisor: Phone
) -> None:
    saved, later = world.create(volunteer, 1), world.create(volunteer, 2)
    neighbour = world.phone("Kim Thị Hoa")
    handed(neighbour, volunteer.device, saved)
    assert [result["status"] for result in handed(neighbour, volunteer.device, saved)] == ["duplicate"]
    volunteer.sync(saved, later)
    assert [result["status"] for result in handed(neighbour, volunteer.device, later)] == ["duplicate"]
    (item,) = held(supervisor)
    released = supervisor.post(f"/api/quarantine/{item['id']}/release").get_json()
    assert (released["status"], released["result"]["status"]) == ("released", "applied")
    assert {record["rev"] for record in documents(supervisor, "record")} == {1}


def test_an_item_that_its_phone_sends_later_and_that_breaks_a_rule_is_held_beside_it(
    world: World, volunteer: Phone
) -> None:
    wrong = world.create(volunteer, 1, signed_count=-1)
    handed(world.phone("Kim Thị Hoa"), volunteer.device, wrong)
    assert volunteer.sync(wrong)["results"][0]["reason"] == "not-valid"
    assert {item["reason"] for item in held(volunteer)} == {"handed-in", "not-valid"}


def test_what_a_revoked_phone_had_saved_is_for_a_reviewer_whoever_brings_it(
    world: World, volunteer: Phone, supervisor: Phone
) -> None:
    second = second_phone(world, volunteer)
    second.post(f"/api/devices/{volunteer.device}/revoke")
    (own,) = handed(second, volunteer.device, world.create(volunteer, 1))
    assert own["reason"] == "device-revoked"
    (brought,) = handed(world.phone("Kim Thị Hoa"), volunteer.device, world.create(volunteer, 2))
    assert brought["reason"] == "device-revoked"
    for item in held(supervisor):
        assert second.post(f"/api/quarantine/{item['id']}/release").status_code == 404
        assert supervisor.post(f"/api/quarantine/{item['id']}/release").get_json()["result"]["status"] == "applied"


def test_at_a_place_where_the_author_has_no_part_only_the_author_sees_it(
    world: World, volunteer: Phone, supervisor: Phone
) -> None:
    stranger = world.phone("Người lạ", place="xa-ham-giang")
    handed(volunteer, stranger.device, world.create(stranger, 1))  # in the volunteer's commune
    assert held(supervisor) == []
    assert [item["by"] for item in held(stranger)] == [stranger.person]


def test_an_unknown_phone_and_a_shape_that_is_no_outbox_are_refused(world: World, volunteer: Phone) -> None:
    assert volunteer.post("/api/handins", {"device": 9999, "mutations": []}).status_code == 404
    for body in ({}, {"device": "17"}, {"device": volunteer.device, "mutations": [{"kind": "edit"}]}):
        assert volunteer.post("/api/handins", body).get_json()["slug"] == "invalid"
    assert world.app.test_client().post("/api/handins", json={"device": 1}).status_code == 401


# ---------------------------------------------------------------- after a restore


def given(phone: Phone, device: int | None, *mutations: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    answer = phone.post("/api/handins", {"device": device, "mutations": list(mutations), **more})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    results: list[dict[str, Any]] = answer.get_json()["results"]
    return results


def test_a_file_is_not_taken_in_by_what_an_ended_life_of_the_server_knew(world: World, volunteer: Phone) -> None:
    saved = world.create(volunteer, 1)
    assert given(volunteer, volunteer.device, saved, epoch="ended") == [{"n": 1, "status": "retry"}]
    assert documents(volunteer, "record") == []
    epoch = volunteer.sync()["epoch"]
    assert given(volunteer, volunteer.device, saved, epoch=epoch)[0]["status"] == "applied"


def test_a_base_that_was_another_revision_is_asked_about_in_a_file_too(
    world: World, volunteer: Phone, colleague: Phone
) -> None:
    created = world.create(volunteer, 1)
    volunteer.sync(created)
    edit = world.edit(1, created["record"], 1, signed_count=31)
    saw = {"1": "A" * 22}  # in the life that has ended revision 1 was another
    assert given(colleague, colleague.device, edit, saw=saw)[0]["status"] == "conflict"
    second = world.edit(2, created["record"], 1, target_count=50)
    by_hand = given(volunteer, colleague.device, second, saw={"2": "A" * 22})
    assert by_hand[0]["status"] == "quarantined"
    (item,) = held(colleague)
    released = colleague.post(f"/api/quarantine/{item['id']}/release").get_json()
    assert released["result"]["status"] == "conflict"


def test_what_a_phone_wrote_under_a_number_that_a_restore_forgot_is_taken_in_as_its_own(
    world: World, volunteer: Phone, colleague: Phone
) -> None:
    lost = forgotten()
    created = world.create(volunteer, 1) | {"record": f"{lost}-1"}
    refused = colleague.post("/api/handins", {"device": lost, "mutations": [created]})
    assert refused.get_json()["slug"] == "not-found"  # a file proves nothing about an unknown number
    assert given(volunteer, lost, created, former=True)[0]["status"] == "applied"
    (record,) = documents(volunteer, "record")
    assert (record["id"], record["by"]) == (f"{lost}-1", volunteer.person)
    again = colleague.post("/api/handins", {"device": lost, "mutations": [created], "former": True})
    assert again.get_json()["slug"] == "not-found"


@transaction
def forgotten() -> int:
    """A number below the next one that nobody has."""
    numbers.skip_lost()
    highest = db.session.scalar(sa.text("SELECT max(id) FROM devices"))
    return int(highest or 0) + 1


def test_who_has_lost_access_hands_in_their_own_alone_and_it_is_held(
    world: World, volunteer: Phone, colleague: Phone, supervisor: Phone
) -> None:
    second = second_phone(world, volunteer)
    assert supervisor.post(f"/api/devices/{second.device}/revoke").status_code == 204
    (result,) = given(second, volunteer.device, world.create(volunteer, 1), former=True)
    assert (result["status"], result["reason"]) == ("quarantined", "device-revoked")
    refused = second.post("/api/handins", {"device": colleague.device, "mutations": [world.create(colleague, 1)]})
    assert refused.get_json()["slug"] == "device-revoked"
