"""Managing people: only those below one's own place, and nobody above oneself."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from server import clock
from server.db import db, snapshot, transaction
from server.people import rules
from server.people import service as people
from server.people.tables import Enrolment, PersonRole
from tests.people.conftest import Village


def slug(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["slug"]  # type: ignore[attr-defined]


def test_a_supervisor_sees_the_people_of_the_commune_only(village: Village) -> None:
    shown = village.enrolled("supervisor").get("/api/people").get_json()
    assert [person["name"] for person in shown] == ["supervisor", "volunteer"]


def test_the_office_sees_everybody_of_the_district(village: Village) -> None:
    shown = village.enrolled("office").get("/api/people").get_json()
    assert sorted(person["name"] for person in shown) == ["office", "stranger", "supervisor", "volunteer"]
    manageable = {person["name"]: person["manageable"] for person in shown}
    assert manageable == {"office": False, "stranger": True, "supervisor": True, "volunteer": True}


def test_a_volunteer_sees_nobody(village: Village) -> None:
    assert village.enrolled("volunteer").get("/api/people").get_json() == []


def test_a_person_is_shown_with_their_phones(village: Village) -> None:
    phone = village.enrolled("volunteer")
    [shown] = [
        person
        for person in village.enrolled("supervisor").get("/api/people").get_json()
        if person["id"] == phone.person
    ]
    assert [device["number"] for device in shown["devices"]] == [phone.device]
    assert shown["devices"][0]["last_seen"].startswith("2023-05-16")
    assert shown["devices"][0]["revoked"] is None


def test_a_supervisor_adds_a_volunteer_who_can_enrol(village: Village) -> None:
    supervisor = village.enrolled("supervisor")
    body = {"name": "  Kim Thị Lan ", "role": "TNV", "place": village.places["commune"], "language": "km"}
    answer = supervisor.post("/api/people", body)
    assert answer.status_code == 201
    added = answer.get_json()
    assert added["name"] == "Kim Thị Lan"
    link = supervisor.post(f"/api/people/{added['id']}/enrolments")
    assert link.status_code == 201
    url = link.get_json()["url"]
    assert url.startswith("http://localhost:8000/#/enrol/")
    phone = village.phone().enrol(url.rpartition("/")[2])
    assert phone.person == added["id"]


@pytest.mark.parametrize(
    ("who", "role", "place", "expected"),
    [
        ("volunteer", "TNV", "commune", (404, "not-found")),
        ("supervisor", "TNV", "other", (404, "not-found")),
        ("supervisor", "TNV", "district", (404, "not-found")),
        ("supervisor", "GSV", "commune", (403, "not-yours-to-give")),
        ("supervisor", "TT", "commune", (403, "not-yours-to-give")),
        ("office", "TT", "district", (403, "not-yours-to-give")),
    ],
)
def test_nobody_gives_a_role_outside_their_places_or_above_their_own(
    village: Village, who: str, role: str, place: str, expected: tuple[int, str]
) -> None:
    body = {"name": "x", "role": role, "place": village.places[place], "language": "vi"}
    phone = village.enrolled(who)
    before = village.enrolled("office").get("/api/people").get_json()
    assert slug(phone.post("/api/people", body)) == expected
    after = village.enrolled("office").get("/api/people").get_json()
    assert len(after) == len(before)


@pytest.mark.parametrize(
    ("who", "whose", "expected"),
    [
        ("volunteer", "supervisor", (404, "not-found")),
        ("volunteer", "volunteer", (404, "not-found")),
        ("supervisor", "stranger", (404, "not-found")),
        ("supervisor", "office", (404, "not-found")),
        ("supervisor", "supervisor", (403, "not-yours-to-give")),
        ("office", "office", (403, "not-yours-to-give")),
    ],
)
def test_a_link_is_given_only_to_those_whom_one_manages(
    village: Village, who: str, whose: str, expected: tuple[int, str]
) -> None:
    assert slug(village.enrolled(who).post(f"/api/people/{village.people[whose]}/enrolments")) == expected


def test_links_for_several_people_are_given_at_once_each_for_their_own_person(village: Village) -> None:
    wanted = [village.people["volunteer"], village.people["supervisor"], village.people["stranger"]]
    answer = village.enrolled("office").post("/api/people/enrolments", {"people": wanted})
    assert answer.status_code == 201
    links = answer.get_json()
    assert [link["person"] for link in links] == wanted
    assert {link["expires"][:10] for link in links} == {"2023-05-23"}
    for link in links:
        assert village.phone().enrol(link["url"].rpartition("/")[2]).person == link["person"]


@pytest.mark.parametrize(
    ("who", "wanted", "expected", "named"),
    [
        ("supervisor", ["volunteer", "stranger"], (404, "not-found"), ["stranger"]),
        ("supervisor", ["volunteer", "supervisor"], (403, "not-yours-to-give"), ["supervisor"]),
        ("office", ["volunteer", "office"], (403, "not-yours-to-give"), ["office"]),
        ("volunteer", ["volunteer"], (404, "not-found"), ["volunteer"]),
        ("office", ["volunteer", "volunteer"], (422, "invalid"), None),
        ("office", [], (422, "invalid"), None),
    ],
)
def test_of_links_for_several_people_none_is_given_where_one_may_not_be_and_the_answer_names_these(
    village: Village, who: str, wanted: list[str], expected: tuple[int, str], named: list[str] | None
) -> None:
    phone = village.enrolled(who)
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Enrolment))
    answer = phone.post("/api/people/enrolments", {"people": [village.people[name] for name in wanted]})
    assert slug(answer) == expected
    assert answer.get_json().get("people") == (named and [village.people[name] for name in named])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Enrolment)) == before


def test_links_are_given_to_a_bounded_number_of_people_at_once(village: Village) -> None:
    body = {"people": list(range(1, rules.LINKS_AT_ONCE + 2))}
    assert slug(village.enrolled("office").post("/api/people/enrolments", body)) == (422, "invalid")


def test_a_links_token_is_in_no_log_of_the_request_that_makes_it(
    village: Village, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    answer = village.enrolled("office").post("/api/people/enrolments", {"people": [village.people["volunteer"]]})
    (link,) = answer.get_json()
    assert link["url"].rpartition("/")[2] not in caplog.text


def test_somebody_with_a_higher_role_as_well_cannot_be_taken_over_from_below(village: Village) -> None:
    # The office's own person is also a volunteer of the commune, so that its supervisor sees them.
    def also() -> None:
        role = PersonRole(person_id=village.people["office"], role="TNV", place_id=village.places["commune"])
        role.valid_from = clock.today()
        db.session.add(role)

    transaction(also)()
    supervisor = village.enrolled("supervisor")
    assert "office" in [person["name"] for person in supervisor.get("/api/people").get_json()]
    answer = supervisor.post(f"/api/people/{village.people['office']}/enrolments")
    assert slug(answer) == (403, "not-yours-to-give")
    assert people.has_phone(village.people["office"]) is False


def test_an_unknown_person_and_an_unknown_phone_are_not_found(village: Village) -> None:
    office = village.enrolled("office")
    assert slug(office.post("/api/people/99999/enrolments")) == (404, "not-found")
    assert slug(office.post("/api/devices/99999/revoke")) == (404, "not-found")


def test_a_phone_outside_ones_places_is_not_found(village: Village) -> None:
    phone = village.enrolled("stranger")
    assert slug(village.enrolled("supervisor").post(f"/api/devices/{phone.device}/revoke")) == (404, "not-found")
    assert phone.get("/api/me").status_code == 200


def test_everybody_may_take_back_a_phone_of_their_own(village: Village) -> None:
    lost, kept = village.enrolled("volunteer"), village.enrolled("volunteer")
    assert kept.post(f"/api/devices/{lost.device}/revoke").status_code == 204
    assert slug(lost.get("/api/me")) == (401, "device-revoked")
    assert kept.get("/api/me").status_code == 200


def test_the_feeds_of_a_person_are_their_places_and_their_own(village: Village) -> None:
    rights = {village.places["commune"]: rules.RIGHTS["TNV"]}
    actor = rules.Actor(village.people["volunteer"], 1, "volunteer", "vi", rights)
    assert people.scope(actor) == [f"p{village.places['commune']}", f"u{village.people['volunteer']}"]
    gone = rules.Actor(village.people["volunteer"], 1, "volunteer", "vi", rights, revoked=True)
    assert people.scope(gone) == []


def test_those_who_have_a_right_on_a_place_hold_a_role_there_or_above(village: Village) -> None:
    def holders(right: str) -> list[int]:
        return snapshot(lambda: people.holders(right, village.places["commune"]))()

    assert holders("review") == [village.people["supervisor"]]
    assert holders("office") == [village.people["office"]]
    assert holders("read") == sorted(village.people[who] for who in ("office", "supervisor", "volunteer"))
