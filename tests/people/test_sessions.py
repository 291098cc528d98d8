"""Who the server takes a phone for, and until when."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from server.db import db, transaction
from server.events import Event
from server.people.tables import PersonRole
from tests.people.conftest import Village
from tests.tools.clocks import StillClock


def slug(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["slug"]  # type: ignore[attr-defined]


def test_a_phone_is_known_by_its_cookie_and_its_number(village: Village) -> None:
    phone = village.enrolled("volunteer")
    me = phone.get("/api/me").get_json()
    assert me["device"] == phone.device
    assert me["person"]["name"] == "volunteer"
    assert [role["role"] for role in me["roles"]] == ["TNV"]


def test_without_the_number_in_the_header_a_cookie_opens_nothing(village: Village) -> None:
    phone = village.enrolled("volunteer")
    for header in ("", "0", "999", "-1", "1e1", "١", "9" * 30):
        answer = phone.get("/api/me", headers={"Ben-Device": header})
        assert slug(answer) == (401, "sign-in"), header


def test_a_cookie_of_another_phone_opens_nothing(village: Village) -> None:
    phone, other = village.enrolled("volunteer"), village.enrolled("supervisor")
    stolen = phone.client.get_cookie(f"ben-{phone.device}")
    assert stolen is not None
    other.client.set_cookie(f"ben-{other.device}", stolen.value)
    assert slug(other.get("/api/me")) == (401, "sign-in")


def test_two_profiles_in_one_browser_do_not_meet(village: Village) -> None:
    first = village.enrolled("volunteer")
    second = village.phone()
    second.client = first.client
    second.enrol(village.token("supervisor"))
    assert first.get("/api/me").get_json()["person"]["name"] == "volunteer"
    assert second.get("/api/me").get_json()["person"]["name"] == "supervisor"


def test_another_sites_request_is_refused_even_with_the_cookie(village: Village) -> None:
    phone = village.enrolled("volunteer")
    for site in ("cross-site", "same-site"):
        assert slug(phone.get("/api/me", headers={"Sec-Fetch-Site": site})) == (403, "cross-site")


def test_a_session_lasts_180_days_from_its_last_use(village: Village, clock: StillClock) -> None:
    phone = village.enrolled("volunteer")
    clock.advance(days=179)
    answer = phone.get("/api/me")
    assert answer.status_code == 200
    assert answer.headers.getlist("Set-Cookie")  # the browser's copy lives on as well
    clock.advance(days=179)
    assert phone.get("/api/me").status_code == 200
    clock.advance(days=180)
    assert slug(phone.get("/api/me")) == (401, "sign-in")


def test_use_is_noted_at_most_once_an_hour(village: Village, clock: StillClock) -> None:
    phone = village.enrolled("volunteer")
    clock.advance(minutes=59)
    assert not phone.get("/api/me").headers.getlist("Set-Cookie")
    clock.advance(minutes=2)
    assert phone.get("/api/me").headers.getlist("Set-Cookie")
    assert not phone.get("/api/me").headers.getlist("Set-Cookie")


def test_ending_a_session_ends_that_one_only(village: Village) -> None:
    phone, other = village.enrolled("volunteer"), village.enrolled("volunteer")
    answer = phone.post("/api/sessions/end")
    assert answer.status_code == 204
    assert f"ben-{phone.device}=;" in answer.headers["Set-Cookie"]
    assert slug(phone.get("/api/me")) == (401, "sign-in")
    assert other.get("/api/me").status_code == 200


def test_a_revoked_phone_is_told_so(village: Village) -> None:
    phone, supervisor = village.enrolled("volunteer"), village.enrolled("supervisor")
    assert supervisor.post(f"/api/devices/{phone.device}/revoke").status_code == 204
    assert slug(phone.get("/api/me")) == (401, "device-revoked")
    assert slug(phone.patch("/api/me", {"language": "km"})) == (401, "device-revoked")


def test_revoking_leaves_one_event_however_often(village: Village) -> None:
    phone, supervisor = village.enrolled("volunteer"), village.enrolled("supervisor")
    for _ in range(2):
        supervisor.post(f"/api/devices/{phone.device}/revoke")
    query = sa.select(Event.payload).where(Event.kind == "device.revoked")
    told = transaction(lambda: list(db.session.scalars(query)))()
    assert told == [{"device_id": phone.device, "person_id": phone.person}]


def test_a_role_that_has_ended_gives_nothing_from_that_day(app: Flask, village: Village, clock: StillClock) -> None:
    phone = village.enrolled("volunteer")
    end = sa.update(PersonRole).where(PersonRole.person_id == phone.person)
    transaction(lambda: db.session.execute(end.values(valid_to=clock.now.date().replace(day=18))))()
    clock.advance(days=1)
    assert len(phone.get("/api/me").get_json()["roles"]) == 1
    clock.advance(days=1)
    assert phone.get("/api/me").get_json()["roles"] == []


def test_the_language_of_a_person_can_be_changed(village: Village) -> None:
    phone = village.enrolled("volunteer")
    assert phone.patch("/api/me", {"language": "km"}).get_json()["language"] == "km"
    assert phone.get("/api/me").get_json()["language"] == "km"
    assert slug(phone.patch("/api/me", {"language": "tlh"})) == (422, "invalid")


def test_a_copied_phone_takes_a_new_number_for_the_same_person(village: Village) -> None:
    phone = village.enrolled("volunteer")
    answer = phone.post("/api/devices")
    assert answer.status_code == 201
    new = answer.get_json()
    assert new["device"] > (phone.device or 0)
    assert new["person"] == phone.profile["person"]
    assert phone.get("/api/me", headers={"Ben-Device": str(new["device"])}).status_code == 200
    assert phone.get("/api/me").status_code == 200


def test_a_browser_whose_storage_was_cleared_learns_which_living_sessions_it_has(village: Village) -> None:
    first = village.enrolled("volunteer")
    second = village.phone()
    second.client = first.client
    second.enrol(village.token("supervisor"))
    first.client.set_cookie("ben-0", "x")
    first.client.set_cookie(f"ben-{second.device}1", "x")
    told = first.client.get("/api/sessions/here").get_json()
    assert {(each["device"], each["person"]["name"]) for each in told} == {
        (first.device, "volunteer"),
        (second.device, "supervisor"),
    }
    first.post("/api/sessions/end")
    assert [each["device"] for each in second.client.get("/api/sessions/here").get_json()] == [second.device]
    assert second.client.get("/api/sessions/here", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_a_cookie_under_another_phones_name_is_no_session(village: Village) -> None:
    phone, other = village.enrolled("volunteer"), village.enrolled("supervisor")
    stolen = phone.client.get_cookie(f"ben-{phone.device}")
    assert stolen is not None
    browser = village.phone().client
    browser.set_cookie(f"ben-{other.device}", stolen.value)
    assert browser.get("/api/sessions/here").get_json() == []
