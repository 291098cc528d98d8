"""Leave and delegation: somebody stands in for days, is asked and reminded in the other's place, and it stays known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from server.people import service as people
from server.people.rules import Held, acted_for
from server.reviews import reminding
from tests.people.conftest import Village
from tests.people.test_managing import slug
from tests.tools.chain import DISTRICT, Chain
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone


def roles_of(manager: Phone, person: int) -> list[dict[str, Any]]:
    found = next(one["roles"] for one in manager.get("/api/people").get_json() if one["id"] == person)
    assert isinstance(found, list)
    return found


def stand_in(office: Phone, away: int, person: int, **days: str) -> Any:
    (role,) = [one for one in roles_of(office, away) if one["role"] == "GSV"]
    body = {"person": person, "from": "2023-05-20", "to": "2023-05-27", **days}
    return office.post(f"/api/people/{away}/roles/{role['id']}/stand-in", body)


def test_somebody_stands_in_from_a_day_until_another_and_both_are_shown(village: Village, clock: StillClock) -> None:
    office = village.enrolled("office")
    away, stand_in_for = village.people["supervisor"], village.people["volunteer"]
    answer = stand_in(office, away, stand_in_for)
    assert answer.status_code == 201
    (role,) = answer.get_json()["roles"]
    (planned,) = role["away"]
    assert (planned["person"]["name"], planned["from"], planned["to"]) == ("volunteer", "2023-05-20", "2023-05-27")
    assert [one["role"] for one in roles_of(office, stand_in_for)] == ["TNV"]
    clock.set(datetime(2023, 5, 20, tzinfo=UTC))
    (_, acting) = roles_of(office, stand_in_for)
    assert (acting["role"], acting["for"], acting["to"]) == ("GSV", {"id": away, "name": "supervisor"}, "2023-05-27")
    told = village.enrolled("volunteer").get("/api/me").get_json()["roles"][1]
    assert (told["role"], told["for"]["name"], told["to"]) == ("GSV", "supervisor", "2023-05-27")
    clock.set(datetime(2023, 5, 27, tzinfo=UTC))
    assert len(roles_of(office, stand_in_for)) == 1
    assert roles_of(office, away)[0]["away"] == []


def test_who_stands_in_may_what_the_other_may_and_the_other_keeps_it(village: Village, clock: StillClock) -> None:
    office, supervisor, volunteer = (village.enrolled(who) for who in ("office", "supervisor", "volunteer"))
    assert volunteer.get("/api/people").get_json() == []
    stand_in(office, supervisor.person, volunteer.person, **{"from": "2023-05-16"})
    assert len(volunteer.get("/api/people").get_json()) == len(supervisor.get("/api/people").get_json()) == 2


def test_leave_that_is_called_off_is_ended_before_it_begins(village: Village) -> None:
    office, away = village.enrolled("office"), village.people["supervisor"]
    planned = stand_in(office, away, village.people["volunteer"]).get_json()["roles"][0]["away"][0]
    ended = office.post(f"/api/people/{planned['person']['id']}/roles/{planned['role']}/end")
    assert ended.status_code == 200
    assert roles_of(office, away)[0]["away"] == []


def test_only_who_manages_both_people_and_the_role_says_who_stands_in(village: Village) -> None:
    office, away = village.enrolled("office"), village.people["supervisor"]
    (role,) = roles_of(office, away)
    path = f"/api/people/{away}/roles/{role['id']}/stand-in"
    body = {"person": village.people["volunteer"], "to": "2023-05-27"}
    assert slug(village.enrolled("supervisor").post(path, body)) == (403, "not-yours-to-give")
    assert slug(village.enrolled("stranger").post(path, body)) == (404, "not-found")
    assert slug(office.post(path, body | {"person": away})) == (422, "invalid")
    assert slug(office.post(path, body | {"to": "2023-05-16"})) == (422, "invalid")
    assert slug(office.post(path, {"person": body["person"]})) == (422, "invalid")
    assert slug(office.post(path, body | {"person": office.person})) == (403, "not-yours-to-give")


def kinds(chain: Chain, phone: Phone) -> list[str]:
    """Of which kinds somebody was asked and reminded."""
    chain.work()
    return [one["kind"] for one in chain.documents("message", phone) if one["kind"] != "stands_in"]


def test_reminders_go_to_who_stands_in_and_not_to_who_is_away(chain: Chain, clock: StillClock) -> None:
    office = chain.phone("Cúc", "TT", DISTRICT)
    deputy, away = chain.phone("Kim Bình"), chain.supervisor
    stand_in(office, away.person, deputy.person, **{"from": "2023-05-16", "to": "2023-05-17"})
    chain.submit("TNGT-01", deaths_seen=1)
    reminding.tick()
    clock.advance(hours=3)
    reminding.tick()
    assert (kinds(chain, deputy), kinds(chain, away)) == (["asked", "overdue"], [])
    clock.advance(days=1)
    chain.submit("TNGT-01", deaths_seen=1)
    reminding.tick()
    assert (kinds(chain, deputy)[2:], kinds(chain, away)) == ([], ["asked"])


def test_history_says_who_acted_for_whom(chain: Chain, clock: StillClock) -> None:
    office = chain.phone("Cúc", "TT", DISTRICT)
    deputy, away = chain.phone("Kim Bình"), chain.supervisor
    stand_in(office, away.person, deputy.person, **{"from": "2023-05-16", "to": "2023-05-17"})
    sent = chain.submit("TT-04")
    chain.review(sent, "return", phone=deputy, reason="Thiếu")
    clock.advance(days=3)
    chain.review(sent)
    told = chain.volunteer.get(f"/api/records/{sent['record']}").get_json()
    decided = [one for one in told["history"] if one["type"] == "review"]
    assert [(one["decision"], one["by"], one.get("for")) for one in decided] == [
        ("return", deputy.person, away.person), ("approve", away.person, None),
    ]  # fmt: skip
    assert told["people"][str(away.person)] == "Sơn Chi"


def test_who_decided_between_two_values_in_anothers_place_stays_known(chain: Chain) -> None:
    office = chain.phone("Cúc", "TT", DISTRICT)
    deputy = chain.phone("Kim Bình", "XEM")
    stand_in(office, chain.supervisor.person, deputy.person, **{"from": "2023-05-16"})
    sent = disputed(chain)
    resolve = {"n": 900, "kind": "resolve", "record": sent["record"], "base": 2, "closes": [1], "at": chain.at}
    resolve["set"] = chain.positions("CK-05", {"signed_count": 29})
    assert deputy.sync(resolve)["results"][0]["status"] == "applied"
    history = chain.volunteer.get(f"/api/records/{sent['record']}").get_json()["history"]
    (decided,) = [one for one in history if one["type"] == "resolution"]
    assert (decided["by"], decided["for"]) == (deputy.person, chain.supervisor.person)


def disputed(chain: Chain) -> dict[str, Any]:
    """A record with two values for one question."""
    sent = chain.submit("CK-05")
    chain.edit("CK-05", sent, signed_count=31)
    edit = {"n": 1, "kind": "edit", "record": sent["record"], "base": 1, "at": chain.at}
    edit["set"] = chain.positions("CK-05", {"signed_count": 29})
    assert chain.phone("Lan").sync(edit)["results"][0]["status"] == "conflict"
    return sent


def test_nobody_acts_for_another_with_a_role_of_their_own() -> None:
    day = datetime(2023, 5, 20, tzinfo=UTC).date()
    lent, own = Held("GSV", 4, (4,), for_person=7), Held("GSV", 4, (4,))
    assert acted_for([lent], [4], day, ["GSV"]) == 7
    assert acted_for([lent, own], [4], day, ["GSV"]) is None
    assert acted_for([lent], [5], day, ["GSV"]) is None
    assert acted_for([lent], [4], day, ["CAX"]) is None


def test_rights_and_reminders_are_two_things(village: Village) -> None:
    office = village.enrolled("office")
    away, person = village.people["supervisor"], village.people["volunteer"]
    stand_in(office, away, person, **{"from": "2023-05-16"})
    commune = village.places["commune"]
    assert people.having(["GSV"], commune) == [person]
    assert away in people.holders("review", commune)


def test_who_is_to_stand_in_is_told_for_whom_and_when_and_told_if_it_is_called_off(chain: Chain) -> None:
    office = chain.phone("Cúc", "TT", DISTRICT)
    deputy, away = chain.phone("Kim Bình"), chain.supervisor
    planned = stand_in(office, away.person, deputy.person).get_json()["roles"][0]["away"][0]
    chain.work()
    (told,) = chain.documents("message", deputy)
    assert (told["kind"], told["by"], told["text"]) == ("stands_in", away.person, "2023-05-20/2023-05-26")
    office.post(f"/api/people/{deputy.person}/roles/{planned['role']}/end")
    chain.work()
    assert "withdrawn" in chain.documents("message", deputy)[0]
