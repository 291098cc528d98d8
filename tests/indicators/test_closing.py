"""Closed periods: prepared by one, signed by another, and changed afterwards only by a signed correction."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from server.indicators import service
from server.milestones import service as milestones
from server.people import granting
from tests.indicators.test_service import figures, shown, state
from tests.tools.chain import DISTRICT, OTHER_COMMUNE, Chain
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone

MAY = "2023-04-15"  # the reporting month that ends on 14 May


@pytest.fixture
def office(chain: Chain) -> Phone:
    """The standing office, which prepares."""
    return chain.phone("Cúc", "TT", DISTRICT)


@pytest.fixture
def leader(chain: Chain) -> Phone:
    """The committee's leader, who signs."""
    return chain.phone("Trần Lãnh", "LD", DISTRICT)


def at(chain: Chain, rest: str = "") -> str:
    return f"/api/campaigns/{chain.campaign}/periods{rest}"


def period(answer: Any, starts_on: str = MAY) -> dict[str, Any]:
    assert answer.status_code == 200, answer.get_json()
    found = next(one for one in answer.get_json()["periods"] if one["from"] == starts_on)
    assert isinstance(found, dict)
    return found


def slug(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["slug"]


def signed(chain: Chain, office: Phone, leader: Phone) -> dict[str, Any]:
    office.put(at(chain, f"/{MAY}"), {})
    return period(leader.post(at(chain, f"/{MAY}/signature"), {}))


def district(found: dict[str, Any], chain: Chain, code: str) -> list[int]:
    figures = found["versions"][0]["figures"]
    return [one["numerator"] for one in figures if (one["code"], one["place"]) == (code, chain.district)]


def test_a_period_is_prepared_by_one_and_signed_by_another(chain: Chain, office: Phone, leader: Phone) -> None:
    chain.approved("TNGT-02", injured_male=2, injured=2)
    prepared = period(office.put(at(chain, f"/{MAY}"), {}))
    assert (prepared["state"], prepared["to"], prepared["versions"][0]["signed_by"]) == ("prepared", "2023-05-14", None)
    found = period(leader.post(at(chain, f"/{MAY}/signature"), {}))
    assert (found["state"], found["versions"][0]["signed_by"]) == ("signed", "Trần Lãnh")
    assert (district(found, chain, "A1"), district(found, chain, "A3")) == ([1], [2])
    stamp = found["versions"][0]["stamp"]
    assert (stamp["calendar"], stamp["scale"], stamp["scopes"]["A1"]) == ("BATGT_15_14", "tt58_2009", "int")
    assert slug(office.put(at(chain, f"/{MAY}"), {})) == (409, "period-signed")


def test_only_office_prepares_and_only_leaders_sign(chain: Chain, office: Phone, leader: Phone) -> None:
    assert slug(leader.put(at(chain, f"/{MAY}"), {})) == (404, "not-found")
    office.put(at(chain, f"/{MAY}"), {})
    assert slug(office.post(at(chain, f"/{MAY}/signature"), {})) == (404, "not-found")
    assert slug(chain.volunteer.get(at(chain))) == (404, "not-found")
    assert slug(chain.supervisor.put(at(chain, f"/{MAY}"), {})) == (404, "not-found")


def test_nobody_signs_what_they_prepared(chain: Chain, office: Phone) -> None:
    person = office.sync()["person"]
    granting.install_role(person, {"role": "LD", "place": DISTRICT, "start": None, "end": None})
    office.put(at(chain, f"/{MAY}"), {})
    assert slug(office.post(at(chain, f"/{MAY}/signature"), {})) == (409, "own-period")


def test_a_period_is_closed_only_once_it_is_over(chain: Chain, office: Phone) -> None:
    assert slug(office.put(at(chain, "/2023-05-15"), {})) == (409, "period-open")
    assert slug(office.put(at(chain, "/2023-04-16"), {})) == (404, "not-found")
    assert slug(office.put(at(chain, "/2019-04-15"), {})) == (404, "not-found")
    assert slug(office.put(at(chain, "/soon"), {})) == (404, "not-found")


def test_figures_that_moved_must_be_prepared_again(chain: Chain, office: Phone, leader: Phone) -> None:
    office.put(at(chain, f"/{MAY}"), {})
    chain.approved("TNGT-02")
    assert slug(leader.post(at(chain, f"/{MAY}/signature"), {})) == (409, "period-changed")
    office.put(at(chain, f"/{MAY}"), {})
    assert district(period(leader.post(at(chain, f"/{MAY}/signature"), {})), chain, "A1") == [1]


def test_a_late_record_into_a_signed_period_waits_for_its_correction_and_says_so(
    chain: Chain, office: Phone, leader: Phone
) -> None:
    chain.approved("TNGT-02")
    signed(chain, office, leader)
    late = chain.approved("TNGT-02", deaths_male=1, deaths=1)
    chain.approved("TNGT-02", occurred_at="2023-05-15T08:00:00.000+07:00")
    assert figures(chain, "A1", "A2") == [2, 0]  # the one of the open period counts
    found = period(office.get(at(chain)))
    assert found["corrections"] == 1
    assert {(one["record"], one["code"], one["before"], one["after"]) for one in found["waiting"]} >= {
        (late["record"], "A1", None, 1), (late["record"], "A2", None, 1),
    }  # fmt: skip
    told = next(one for one in chain.volunteer.get(progress(chain)).get_json()["periods"] if one["from"] == MAY)
    assert (told["state"], told["corrections"]) == ("signed", 1)

    corrected = signed(chain, office, leader)
    assert [version["version"] for version in corrected["versions"]] == [2, 1]
    assert (district(corrected, chain, "A1"), corrected["waiting"]) == ([2], [])
    assert figures(chain, "A1", "A2") == [3, 1]
    assert shown(chain, "A6")["since"] == "2023-05-10"


def progress(chain: Chain) -> str:
    return f"/api/campaigns/{chain.campaign}/progress"


def test_what_is_corrected_back_leaves_nothing_to_sign(chain: Chain, office: Phone, leader: Phone) -> None:
    sheet = chain.approved("TNGT-02", injured_male=2, injured=2)
    signed(chain, office, leader)
    changed = chain.edit("TNGT-02", sheet, injured_male=5, injured=5)
    chain.review(changed)
    chain.work()
    assert (figures(chain, "A3"), period(office.get(at(chain)))["corrections"]) == ([2], 1)
    chain.review(chain.edit("TNGT-02", changed, injured_male=2, injured=2))
    chain.work()
    assert (figures(chain, "A3"), period(office.get(at(chain)))["corrections"]) == ([2], 0)


def test_figures_counted_again_leave_what_waits_waiting(chain: Chain, office: Phone, leader: Phone) -> None:
    sheet = chain.approved("TNGT-02", injured_male=2, injured=2)
    signed(chain, office, leader)
    chain.review(chain.edit("TNGT-02", sheet, injured_male=5, injured=5))
    chain.approved("TT-04")
    kept = state()
    service.rebuild(chain.campaign)
    assert state() == kept
    signed(chain, office, leader)
    kept = state()
    assert figures(chain, "A3", "P2") == [5, 60]
    service.rebuild(chain.campaign)
    assert state() == kept


def test_units_stand_side_by_side_and_periods_one_after_the_other(chain: Chain, clock: StillClock) -> None:
    chain.approved("TNGT-02")
    chain.approved("TT-04", attendees_total=60, held_on="2023-05-15")
    chain.approved("TT-04", attendees_total=7, held_on="2023-03-20")
    clock.set(datetime(2023, 5, 17, 0, 30, tzinfo=UTC))
    milestones.tick()
    told = chain.volunteer.get(progress(chain)).get_json()
    assert [one["from"] for one in told["periods"]] == [
        "2022-12-15", "2023-01-15", "2023-02-15", "2023-03-15", "2023-04-15", "2023-05-15",
    ]  # fmt: skip
    assert len(told["places"]) == 17
    by_code = {one["code"]: one for one in told["indicators"]}
    assert [one and one["numerator"] for one in by_code["A1"]["periods"]] == [0, 0, 0, 0, 1, 0]
    assert [one and one["numerator"] for one in by_code["P2"]["periods"]] == [None, None, None, 7, 0, 60]
    assert [(one["place"], one["numerator"]) for one in by_code["P2"]["places"]] == [(chain.commune, 67)]


def test_what_is_remembered_of_the_progress_page_follows_figures_and_periods(
    chain: Chain, office: Phone, leader: Phone
) -> None:
    def told() -> tuple[str, int, int]:
        answer = chain.volunteer.get(progress(chain)).get_json()
        period = next(one for one in answer["periods"] if one["from"] == MAY)
        figure = next(one for one in answer["indicators"] if one["code"] == "A1")["periods"][4]
        return period["state"], figure["numerator"], period["corrections"]

    assert told() == ("open", 0, 0)
    chain.approved("TNGT-02")
    assert told() == ("open", 1, 0)
    office.put(at(chain, f"/{MAY}"), {})
    assert told() == ("prepared", 1, 0)
    leader.post(at(chain, f"/{MAY}/signature"), {})
    assert told() == ("signed", 1, 0)
    chain.approved("TNGT-02")
    assert told() == ("signed", 1, 1)


def test_a_late_record_that_is_taken_back_before_its_correction_is_signed_never_counts(
    chain: Chain, office: Phone, leader: Phone
) -> None:
    chain.approved("TNGT-02")
    signed(chain, office, leader)
    late = chain.approved("TT-04")
    assert period(office.get(at(chain)))["corrections"] == 1
    chain.review(late, "reject", reason="Trùng")
    chain.work()
    assert period(office.get(at(chain)))["corrections"] == 0
    assert figures(chain, "P2") == [0]


def told(chain: Chain, phone: Phone) -> list[tuple[str, str, str, bool]]:
    chain.work()
    found = [one for one in chain.documents("message", phone) if one["kind"] in ("late", "corrected")]
    return [(one["kind"], one["record"], one["text"], "withdrawn" in one) for one in found]


def test_everybody_in_the_campaign_knows_a_signed_period_and_its_forms(
    chain: Chain, office: Phone, leader: Phone
) -> None:
    office.put(at(chain, f"/{MAY}"), {})
    assert chain.documents("period") == []
    leader.post(at(chain, f"/{MAY}/signature"), {})
    (known,) = chain.documents("period")
    assert (known["from"], known["to"], known["version"]) == (MAY, "2023-05-14", 1)
    assert {"TNGT-02", "TT-04"} <= set(known["forms"])
    assert "DX-08" not in known["forms"]  # a nomination counts in no figure
    chain.approved("TT-04")
    signed(chain, office, leader)
    assert [one["version"] for one in chain.documents("period")] == [2]


def test_a_record_that_waits_for_its_correction_is_known_where_it_is_read(
    chain: Chain, office: Phone, leader: Phone
) -> None:
    signed(chain, office, leader)
    assert chain.documents("correction") == []
    late = chain.approved("TT-04")
    here = {"k": "correction", "id": late["record"], "place": chain.commune, "period": MAY}
    assert chain.documents("correction") == [here]
    assert chain.documents("correction", leader) == [here]
    assert chain.documents("correction", chain.phone("Kim Bình", place=OTHER_COMMUNE)) == []
    signed(chain, office, leader)
    assert [one.get("gone") for one in chain.documents("correction")] == [True]


def test_author_and_approver_are_told_that_a_late_record_waits_and_that_it_was_corrected(
    chain: Chain, office: Phone, leader: Phone
) -> None:
    signed(chain, office, leader)
    late = chain.approved("TT-04")
    waits = ("late", late["record"], "2023-04-15/2023-05-14", False)
    assert told(chain, chain.volunteer) == told(chain, chain.supervisor) == [waits]
    assert told(chain, office) == told(chain, chain.phone("Kim Bình")) == []
    chain.approved("TT-04", held_on="2023-05-15")  # the period that runs
    signed(chain, office, leader)
    assert told(chain, chain.volunteer) == told(chain, chain.supervisor) == [("corrected", *waits[1:])]


def test_what_is_taken_back_before_its_correction_withdraws_what_was_told(
    chain: Chain, office: Phone, leader: Phone
) -> None:
    signed(chain, office, leader)
    late = chain.approved("TT-04")
    chain.review(late, "reject", reason="Trùng")
    assert told(chain, chain.volunteer) == [("late", late["record"], "2023-04-15/2023-05-14", True)]
    assert [one.get("gone") for one in chain.documents("correction")] == [True]


def test_a_late_record_that_is_taken_to_another_commune_waits_there(chain: Chain, office: Phone, leader: Phone) -> None:
    signed(chain, office, leader)
    late = chain.approved("TT-04")
    mover = chain.phone("Cả hai", "GSV", DISTRICT)
    move = {"n": 900, "kind": "move", "record": late["record"], "rev": 1, "from": chain.commune, "at": chain.at}
    (result,) = mover.sync(move | {"place": chain.other_commune})["results"]
    assert result["status"] == "applied", result
    chain.work()
    assert [one.get("gone") for one in chain.documents("correction")] == [True]
    there = chain.documents("correction", chain.phone("Kim Bình", place=OTHER_COMMUNE))
    assert [(one["id"], one["place"]) for one in there] == [(late["record"], chain.other_commune)]


def test_what_has_happened_to_periods_is_told_again_when_all_is_counted_again(
    chain: Chain, office: Phone, leader: Phone
) -> None:
    signed(chain, office, leader)
    late = chain.approved("TT-04")
    cursors = chain.volunteer.sync(cursors={})["cursors"]
    service.rebuild(chain.campaign)
    answer = chain.volunteer.sync(cursors=cursors)
    again = [item for page in answer["changes"].values() for item in page if item["k"] in ("period", "correction")]
    assert {(one["k"], one["id"]) for one in again} == {
        ("period", f"{chain.campaign}:{MAY}"), ("correction", late["record"]),
    }  # fmt: skip


def test_a_version_says_for_whom_it_was_signed(chain: Chain, office: Phone, leader: Phone) -> None:
    deputy = chain.phone("Kim Bình", "GSV")
    (role,) = next(one["roles"] for one in office.get("/api/people").get_json() if one["id"] == leader.person)
    body = {"person": deputy.person, "from": "2023-05-16", "to": "2023-05-20"}
    assert office.post(f"/api/people/{leader.person}/roles/{role['id']}/stand-in", body).status_code == 201
    (version,) = signed(chain, office, deputy)["versions"]
    assert (version["signed_by"], version["signed_for"]) == ("Kim Bình", "Trần Lãnh")
    assert (version["prepared_by"], version["prepared_for"]) == ("Cúc", None)


def test_a_record_of_a_signed_period_is_edited_and_disputed_like_any_other_and_then_corrects_it(
    chain: Chain, office: Phone, leader: Phone
) -> None:
    sent = chain.approved("TT-04", attendees_total=60)
    signed(chain, office, leader)
    colleague = chain.phone("Kim Bình")
    chain.edit("TT-04", sent, attendees_total=70)
    edit = {"n": 900, "kind": "edit", "record": sent["record"], "base": sent["rev"], "at": chain.at}
    (result,) = colleague.sync(edit | {"set": chain.positions("TT-04", {"attendees_total": 80})})["results"]
    assert result["status"] == "conflict"
    decision = {"n": 901, "kind": "resolve", "record": sent["record"], "base": result["rev"], "at": chain.at}
    decision |= {"closes": result["conflicts"], "set": chain.positions("TT-04", {"attendees_total": 80})}
    (decided,) = colleague.sync(decision)["results"]
    chain.work()
    assert (figures(chain, "P2"), period(office.get(at(chain)))["corrections"]) == ([60], 0)
    chain.review({"record": sent["record"], "rev": decided["rev"], "hash": decided["hash"]})
    chain.work()
    assert (figures(chain, "P2"), period(office.get(at(chain)))["corrections"]) == ([60], 1)
    signed(chain, office, leader)
    assert (figures(chain, "P2"), chain.documents("correction")[0]["gone"]) == ([80], True)
