"""The office changes the set-up on screen: it sees before what will change."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from server import events
from server.db import db, snapshot
from server.setup import rules
from server.setup.loading import load
from tests.tools.chain import Chain, pack
from tests.tools.phones import Phone
from tests.tools.setting_up import FAIR, address, change, days, milestone, of, preview, seen_by, target, threshold

DISTRICT_OFFICE = "huyen-tra-cu"


@snapshot
def announced() -> int:
    """How many milestones were ever told to people."""
    query = sa.select(sa.func.count()).where(events.Event.kind == "milestone.reached")
    return db.session.scalar(query) or 0


# ---------------------------------------------------------------- the list


def test_each_part_says_how_much_there_is_and_what_is_missing(chain: Chain, office: Phone) -> None:
    parts = {one["part"]: one for one in office.get(address(chain)).get_json()["parts"]}
    assert list(parts) == ["places", "people", "forms", "indicators", "targets", "milestones", "calendar"]
    assert parts["forms"]["count"] == 9
    assert parts["people"]["count"] == 3
    assert parts["people"]["missing"] == parts["places"]["count"] - 1  # one commune has its supervisor
    assert parts["indicators"]["missing"] == 4  # nobody has entered the figures compared with
    assert parts["targets"]["by"] is None
    assert parts["targets"]["at"] is not None


def test_the_last_change_of_a_part_names_who_made_it(chain: Chain, office: Phone) -> None:
    shown = change(chain, office, target("P2", {"at_least": 500}))
    (part,) = (one for one in shown["parts"] if one["part"] == "targets")
    assert part["by"] == "Nguyễn Văn Bình"


# ---------------------------------------------------------------- targets


def test_what_will_change_is_shown_and_not_made(chain: Chain, office: Phone) -> None:
    chain.approved("TT-04", attendees_total=60)
    seen = preview(chain, office, target("P2", {"at_least": 50}))
    (district,) = (one for one in seen["figures"] if one["place"] == chain.district)
    assert (district["code"], district["before"]["verdict"], district["after"]["verdict"]) == ("P2", "progress", "met")
    assert district["after"]["target"] == {"at_least": 50}
    assert chain.indicator("P2")["verdict"] == "progress"  # type: ignore[index]
    assert office.get(address(chain)).get_json()["history"] == []


def test_a_changed_target_reaches_phones_by_the_usual_sync(chain: Chain, office: Phone) -> None:
    chain.approved("TT-04", attendees_total=60)
    cursors = chain.volunteer.sync()["cursors"]
    change(chain, office, target("P2", {"at_least": 50}))
    answer = chain.volunteer.sync(cursors=cursors)
    told = [item for page in answer["changes"].values() for item in page if item.get("code") == "P2"]
    assert {item["place"] for item in told} == {chain.district, chain.commune}
    assert {item["verdict"] for item in told} == {"met"}
    assert told[0]["numerator"] == 60


def test_a_unit_may_have_a_target_of_its_own(chain: Chain, office: Phone) -> None:
    chain.approved("TT-04", attendees_total=60)
    change(chain, office, target("P2", {"at_least": 60}, chain.commune))
    assert chain.indicator("P2", chain.commune)["target"] == {"at_least": 60}  # type: ignore[index]
    assert chain.indicator("P2", chain.commune)["verdict"] == "met"  # type: ignore[index]
    assert chain.indicator("P2")["verdict"] == "progress"  # type: ignore[index]


def test_every_change_is_kept_with_who_made_it_and_when(chain: Chain, office: Phone) -> None:
    for value in ({"at_least": 50}, None):
        shown = change(chain, office, target("P2", value))
    told = [(one["entry"], one["value"], one["by"]) for one in shown["history"]]
    assert told == [("P2", None, "Nguyễn Văn Bình"), ("P2", {"at_least": 50}, "Nguyễn Văn Bình")]
    assert of(shown["targets"], "P2")["target"] == of(shown["targets"], "P2")["of_pack"]


def test_what_is_so_already_makes_no_entry(chain: Chain, office: Phone) -> None:
    for _ in range(2):
        shown = change(chain, office, target("P2", {"at_least": 50}))
    assert len(shown["history"]) == 1


def test_no_least_is_striven_for_of_what_nobody_wishes_for(chain: Chain, office: Phone) -> None:
    offered = {one["code"]: one["members"] for one in office.get(address(chain)).get_json()["targets"]}
    assert "A4b" not in offered
    assert offered["P4"] == ["at_least"]


def test_a_target_that_the_kind_cannot_have_is_refused_whole(chain: Chain, office: Phone) -> None:
    changes = [target("P2", {"at_least": 50}), target("A1", {"at_least": 3})]
    answer = office.post(address(chain, "/changes"), {"changes": changes, "seen": 0})
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["A1"]
    assert office.get(address(chain)).get_json()["history"] == []


@pytest.mark.parametrize(
    "given",
    [
        {"part": "targets", "value": {"at_least": 1}},
        {"part": "targets", "code": "P2", "value": {"at_least": -1}},
        {"part": "targets", "code": "P2", "value": {"at_least": "50"}},
        {"part": "targets", "code": "P2", "value": {}},
        {"part": "targets", "code": "ZZ", "value": {"at_least": 1}},
        {"part": "targets", "code": "A4b", "value": {"at_least": 1}},
        {"part": "targets", "code": "P2", "place": 999, "value": {"at_least": 1}},
        {"part": "forms", "code": "P2", "value": {"at_least": 1}},
        {"part": "milestones", "code": "ZZ", "value": {"type": "date", "on": "2023-06-01", "name": {"vi": "Mốc"}}},
        {"part": "milestones", "value": {"type": "date", "on": "tomorrow", "name": {"vi": "Mốc"}}},
        {"part": "milestones", "value": {"type": "threshold", "indicator": "A2", "at_least": 9, "name": {"vi": "Mốc"}}},
        {"part": "milestones", "value": {"type": "date", "on": "2023-06-01", "name": {"en": "Mark"}}},
        {"part": "milestones", "value": None},
    ],
)
def test_what_cannot_be_is_refused(chain: Chain, office: Phone, given: dict[str, Any]) -> None:
    answer = office.post(address(chain, "/preview"), {"changes": [given], "seen": 0})
    assert (answer.status_code, answer.get_json()["slug"]) == (422, "invalid")
    assert answer.get_json()["errors"]


def test_changes_of_one_entry_in_one_request_follow_each_other(chain: Chain, office: Phone) -> None:
    said = of(office.get(address(chain)).get_json()["targets"], "P2")["target"]
    shown = change(chain, office, target("P2", {"at_least": 50}), target("P2", None))
    assert of(shown["targets"], "P2")["target"] == said
    assert [one["value"] for one in shown["history"]] == [None, {"at_least": 50}]


def test_of_two_offices_the_later_one_looks_again(chain: Chain, office: Phone) -> None:
    other = chain.phone("Trần Thị Sáu", "TT", DISTRICT_OFFICE)
    begun = seen_by(chain, other)
    change(chain, office, target("P2", {"at_least": 50}))
    for step in ("/preview", "/changes"):
        given = {"changes": [target("P2", {"at_least": 70})], "seen": begun}
        answer = other.post(address(chain, step), given)
        assert (answer.status_code, answer.get_json()["slug"]) == (409, "setup-changed")
    shown = change(chain, other, target("P2", {"at_least": 70}))
    assert [one["value"] for one in shown["history"]] == [{"at_least": 70}, {"at_least": 50}]


@pytest.mark.parametrize(("role", "place"), [("GSV", "xa-ngai-xuyen"), ("LD", DISTRICT_OFFICE), ("TT", "xa-dai-an")])
def test_nobody_but_the_office_of_the_campaigns_place_sets_up(chain: Chain, role: str, place: str) -> None:
    stranger = chain.phone(f"{role} {place}", role, place)
    changes = {"changes": [target("P2", {"at_least": 50})], "seen": 0}
    answers = [
        stranger.get(address(chain)),
        stranger.post(address(chain, "/preview"), changes),
        stranger.post(address(chain, "/changes"), changes),
    ]
    assert [(one.status_code, one.get_json()["slug"]) for one in answers] == [(404, "not-found")] * 3


# ---------------------------------------------------------------- milestones


def test_what_a_milestone_was_and_will_be_is_shown(chain: Chain, office: Phone) -> None:
    change(chain, office, milestone("T1000", threshold(500)))
    (moved,) = preview(chain, office, milestone("T1000", None))["milestones"]
    assert (moved["before"]["at_least"], moved["after"]["at_least"]) == (500, 1000)


def test_a_figure_decides_those_milestones_that_it_says_and_no_others(chain: Chain, office: Phone) -> None:
    shown = office.get(address(chain)).get_json()
    shapes: dict[str, dict[str, Any]] = {
        "threshold": {"type": "threshold", "at_least": 10},
        "first": {"type": "first"},
        "weeks": {"type": "streak", "weeks": 3},
        "days": {"type": "streak", "days": 30},
        "guard": {"type": "guard", "at_most": 0},
    }
    seen, decided = seen_by(chain, office), set()
    for way, shape in shapes.items():
        for line in shown["indicators"]:
            by = {"indicators": [line["code"]]} if way == "weeks" else {"indicator": line["code"]}
            made = milestone(None, {**shape, **by, "name": {"vi": "Mốc"}, "places": "each"})
            answer = office.post(address(chain, "/preview"), {"changes": [made], "seen": seen})
            assert (answer.status_code == 200) == (way in line["decides"]), (way, line["code"], answer.get_json())
            decided.update(line["decides"])
    assert decided == set(shapes)


def test_a_reminder_is_of_a_form_of_the_campaign(chain: Chain, office: Phone) -> None:
    shown = office.get(address(chain)).get_json()
    assert {form["key"]: form["title"]["vi"] for form in shown["forms"]}["TNGT-01"] == "Báo nhanh tai nạn giao thông"
    reminder = {"type": "deadline", "name": {"vi": "Còn 5 ngày"}, "days": 5, "form": shown["forms"][0]["key"]}
    made = change(chain, office, milestone(None, reminder))
    assert of(made["milestones"], "O1")["definition"]["form"] == shown["forms"][0]["key"]


def test_where_a_milestone_has_been_crossed_already_is_shown_and_told_to_nobody(chain: Chain, office: Phone) -> None:
    chain.approved("TT-04", attendees_total=60)
    before = announced()
    new = milestone(None, threshold(50, places="each"))
    assert of(preview(chain, office, new)["milestones"], "O1") == {
        "code": "O1",
        "before": None,
        "after": {"code": "O1", **threshold(50, places="each")},
        "standing": [chain.commune],
        "reached": [chain.commune],
        "gone": [],
    }
    assert chain.milestone("O1", chain.commune) is None
    change(chain, office, new)
    assert chain.milestone("O1", chain.commune)["reached"] == "2023-05-16"  # type: ignore[index]
    assert announced() == before


def test_a_threshold_that_is_raised_is_taken_back_where_it_does_not_hold(chain: Chain, office: Phone) -> None:
    chain.approved("TT-04", attendees_total=120)
    assert chain.milestone("T100", chain.commune)["retracted"] is None  # type: ignore[index]
    changed = milestone("T100", threshold(150, places="each"))
    assert of(preview(chain, office, changed)["milestones"], "T100")["gone"] == [chain.commune]
    change(chain, office, changed)
    assert chain.milestone("T100", chain.commune)["retracted"] is not None  # type: ignore[index]


def test_where_a_milestone_stands_for_another_period_it_is_not_gone() -> None:
    before = {"S4": {(5, "2023-W18"), (5, "2023-W19"), (6, "2023-W18")}}
    (moved,) = rules.moved(before, {"S4": {(5, "2023-W18")}}, ())
    assert moved == {"code": "S4", "standing": [5], "reached": [], "gone": [6]}


def test_what_was_told_is_never_told_again(chain: Chain, office: Phone) -> None:
    chain.approved("TT-04", attendees_total=120)
    told = announced()
    assert told == 1
    t100 = threshold(100, places="each")
    change(chain, office, milestone("T100", {**t100, "off": True}))
    assert chain.milestone("T100", chain.commune) is None
    change(chain, office, milestone("T100", t100))
    assert chain.milestone("T100", chain.commune)["retracted"] is None  # type: ignore[index]
    change(chain, office, milestone("T100", threshold(150, places="each")))
    chain.approved("TT-04", attendees_total=60)
    assert chain.milestone("T100", chain.commune)["retracted"] is None  # type: ignore[index]
    assert announced() == told


def test_what_is_reached_while_a_milestone_is_off_is_told_to_nobody(chain: Chain, office: Phone) -> None:
    t100 = threshold(100, places="each")
    change(chain, office, milestone("T100", {**t100, "off": True}))
    chain.approved("TT-04", attendees_total=120)
    change(chain, office, milestone("T100", t100))
    assert chain.milestone("T100", chain.commune) is not None
    assert announced() == 0


def test_a_new_milestone_is_told_where_it_is_reached_afterwards(chain: Chain, office: Phone) -> None:
    change(chain, office, milestone(None, threshold(50, places="each")))
    chain.approved("TT-04", attendees_total=60)
    assert chain.milestone("O1", chain.commune) is not None
    assert announced() == 1


def test_an_own_milestone_is_switched_off_and_never_deleted(chain: Chain, office: Phone) -> None:
    change(chain, office, milestone(None, threshold(50)))
    answer = office.post(address(chain, "/preview"), {"changes": [milestone("O1", None)], "seen": 1})
    assert answer.status_code == 422


# ---------------------------------------------------------------- calendar


def test_what_days_of_their_own_come_to_is_shown_before_they_are_set(chain: Chain, office: Phone) -> None:
    chain.approved("TT-04", attendees_total=60)  # on 10 May
    (span,) = preview(chain, office, days(FAIR))["special"]
    assert span["name"] == {"vi": "Tuần lễ an toàn"}
    assert of(span["figures"], "P2")["numerator"] == 60
    path = f"/api/campaigns/{chain.campaign}/progress"
    assert FAIR["name"] not in [one["name"] for one in office.get(path).get_json()["special"]]
    change(chain, office, days(FAIR))
    assert [one["name"] for one in office.get(path).get_json()["special"]] == [FAIR["name"]]


def test_days_that_the_office_set_stand_when_the_pack_is_loaded_again(chain: Chain, office: Phone) -> None:
    of_pack = office.get(address(chain)).get_json()["special"]
    assert len(of_pack) == 2
    change(chain, office, days(FAIR))
    load(pack())
    shown = office.get(address(chain)).get_json()
    assert (shown["special"], shown["special_changed"]) == ([FAIR], True)
    shown = change(chain, office, {"part": "calendar", "value": None})
    assert (shown["special"], shown["special_changed"]) == (of_pack, False)


@pytest.mark.parametrize("wrong", [{"to": "2023-05-01"}, {"from": "soon"}, {"name": {"en": "Fair"}}, {"more": 1}])
def test_days_that_cannot_be_are_refused(chain: Chain, office: Phone, wrong: dict[str, Any]) -> None:
    answer = office.post(address(chain, "/preview"), {"changes": [days({**FAIR, **wrong})], "seen": 0})
    assert (answer.status_code, answer.get_json()["slug"]) == (422, "invalid")
