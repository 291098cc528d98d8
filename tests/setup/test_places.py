"""The office changes places on screen: it sees before what will change, and no pack undoes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from server.campaigns.rules import PackRefused
from server.campaigns.service import read_pack
from server.db import db, transaction
from server.people import service as people
from server.setup.loading import load
from server.setup.tables import PackPartRow
from tests.tools.chain import PACK, Chain, pack
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone
from tests.tools.setting_up import address, change, preview, seen_by

DAY = "2023-05-01"
NEW = {"name": {"vi": "Xã Ngãi Sơn", "en": "Ngãi Sơn commune"}, "kind": "xa", "code": "29900"}
FROM = ["xa-ngai-xuyen", "xa-thanh-son"]


def done(value: dict[str, Any] | None, code: str | None = None) -> dict[str, Any]:
    return {"part": "places", "code": code, "value": value}


def merge(places: list[str] | None = None, **others: Any) -> dict[str, Any]:
    into = {} if "into" in others else {"new": NEW}
    return done({"do": "merge", "places": places or FROM, "on": DAY, "law": "NQ 12", **into, **others})


def rename(key: str, name: str, **others: Any) -> dict[str, Any]:
    return done({"do": "rename", "place": key, "name": {"vi": name}, **others})


def add(called: str, **others: Any) -> dict[str, Any]:
    return done({"do": "add", "parent": "huyen-tra-cu", "kind": "xa", "name": {"vi": called}, "on": DAY, **others})


def shown(chain: Chain, office: Phone) -> dict[str, dict[str, Any]]:
    answer = office.get(address(chain, "/places"))
    assert answer.status_code == 200, answer.get_json()
    return {one["name"]["vi"]: one for one in sorted(answer.get_json()["places"], key=lambda one: one["mine"])}


def refused(chain: Chain, office: Phone, *changes: dict[str, Any]) -> list[tuple[int, str]]:
    answer = office.post(address(chain, "/changes"), {"changes": list(changes), "seen": seen_by(chain, office)})
    assert answer.status_code == 422, answer.get_json()
    return [(one["at"], one["why"]) for one in answer.get_json()["refused"]]


def waiting_for(phone: Phone) -> list[str]:
    return [item["record"] for item in phone.get("/api/reviews/inbox").get_json()["items"]]


def as_phones_have_it(chain: Chain, place: int) -> dict[str, Any]:
    (found,) = {one["id"]: one for one in chain.documents("place") if one["id"] == place}.values()
    return found


# ---------------------------------------------------------------- what there is


def test_the_office_sees_its_places_and_which_it_may_change(chain: Chain, office: Phone) -> None:
    found = shown(chain, office)
    assert len([one for one in found.values() if one["mine"]]) == 17
    commune = found["Xã Ngãi Xuyên"]
    assert (commune["key"], commune["code"], commune["kind"]) == ("xa-ngai-xuyen", "29479", "xa")
    assert (commune["from"], commune["to"], commune["people"], commune["mine"]) == ("2021-12-15", "2025-07-01", 2, True)
    assert [found[name]["mine"] for name in ("Huyện Trà Cú", "Tỉnh Trà Vinh")] == [False, False]


@pytest.mark.parametrize(("role", "place"), [("GSV", "xa-ngai-xuyen"), ("LD", "huyen-tra-cu"), ("TT", "xa-ngai-xuyen")])
def test_nobody_but_the_campaigns_office_changes_places(chain: Chain, role: str, place: str) -> None:
    other = chain.phone("Lê Văn Tám", role, place)
    assert other.get(address(chain, "/places")).status_code == 404
    for below in ("/preview", "/changes"):
        assert other.post(address(chain, below), {"changes": [merge()], "seen": 0}).status_code == 404


# ---------------------------------------------------------------- merging


def test_what_a_merge_will_do_is_shown_and_not_done(chain: Chain, office: Phone) -> None:
    chain.submit("CK-05")
    chain.approved("TT-04", attendees_total=60)
    neighbour = chain.phone("Lâm Đạt", "GSV", "xa-thanh-son")
    before = shown(chain, office)
    will = preview(chain, office, merge())
    moved = {one["after"]["name"]["vi"]: one for one in will["places"]["moved"]}
    new = moved["Xã Ngãi Sơn"]
    assert new["before"] is None
    assert (new["after"]["from"], new["after"]["to"], new["after"]["code"]) == (DAY, "2025-07-01", "29900")
    assert moved["Xã Thanh Sơn"]["after"]["to"] == DAY
    assert moved["Xã Thanh Sơn"]["after"]["into"] == new["id"]
    named = {(one["name"], one["role"], one["after"]) for one in will["places"]["roles"]}
    assert named == {
        ("Thạch Thị An", "TNV", new["id"]),
        ("Sơn Chi", "GSV", new["id"]),
        ("Lâm Đạt", "GSV", new["id"]),
    }
    assert (will["places"]["role_count"], will["places"]["people"], will["places"]["phones"]) == (3, 4, 4)
    assert will["places"]["records"] == 2
    assert will["places"]["waiting"] == [{"place": chain.commune, "count": 1, "before": 1, "after": 2}]
    figure = next(one for one in will["figures"] if (one["code"], one["place"]) == ("P2", new["id"]))
    assert (figure["before"]["numerator"], figure["after"]["numerator"]) == (None, 60)
    assert shown(chain, office) == before
    assert waiting_for(neighbour) == []


def test_whoever_answers_for_the_new_place_has_what_waits_in_the_old_ones(chain: Chain, office: Phone) -> None:
    sent = chain.submit("CK-05")
    neighbour = chain.phone("Lâm Đạt", "GSV", "xa-thanh-son")
    change(chain, office, merge())
    assert waiting_for(neighbour) == [sent["record"]]
    chain.review(sent, phone=neighbour)
    chain.work()
    new = shown(chain, office)["Xã Ngãi Sơn"]
    assert [one["place"] for one in chain.documents("record", neighbour)] == [chain.commune]
    assert chain.indicator("P3", new["id"])["numerator"] == 30  # type: ignore[index]


def test_a_merge_changes_nothing_of_before_its_day(chain: Chain, office: Phone) -> None:
    sent = chain.approved("TT-04", attendees_total=60)
    before = chain.indicator("P2"), chain.indicator("P2", chain.commune)
    change(chain, office, merge())
    assert (chain.indicator("P2"), chain.indicator("P2", chain.commune)) == before
    (record,) = (one for one in chain.documents("record") if one["id"] == sent["record"])
    assert record["place"] == chain.commune
    new = shown(chain, office)["Xã Ngãi Sơn"]["id"]
    assert chain.indicator("P2", new)["numerator"] == 60  # type: ignore[index]


def test_what_is_written_after_the_day_is_filed_under_the_new_place(chain: Chain, office: Phone) -> None:
    change(chain, office, merge())
    sent = chain.submit("CK-05")  # by a phone that doesn't know yet
    new = shown(chain, office)["Xã Ngãi Sơn"]["id"]
    (record,) = (one for one in chain.documents("record") if one["id"] == sent["record"])
    assert record["place"] == new


def test_phones_learn_of_a_merge_by_the_usual_sync(chain: Chain, office: Phone) -> None:
    cursors = chain.volunteer.sync()["cursors"]
    change(chain, office, merge())
    answer = chain.volunteer.sync(cursors=cursors)
    told = {one["id"]: one for page in answer["changes"].values() for one in page if one["k"] == "place"}
    new = next(one for one in told.values() if one["name"]["vi"] == "Xã Ngãi Sơn")
    assert (new["parent"], new["into"]) == (
        chain.district,
        as_phones_have_it(chain, chain.commune)["into"] and new["into"],
    )
    assert (told[chain.commune]["to"], told[chain.commune]["into"]) == (DAY, new["id"])
    assert f"p{new['id']}" in answer["cursors"]


def test_places_go_into_one_that_is_there(chain: Chain, office: Phone) -> None:
    chain.approved("TT-04", attendees_total=60)
    there = chain.phone("Lâm Đạt", "GSV", "xa-dai-an")
    with pytest.raises(AssertionError, match="apart"):
        change(chain, office, merge(["xa-ngai-xuyen"], into="xa-dai-an"))  # in 2025 they become parts of two communes
    cursors = there.sync()["cursors"]
    change(chain, office, merge(["xa-dinh-an"], into="xa-dai-an"))
    place = as_phones_have_it(chain, shown(chain, office)["Xã Định An"]["id"])
    assert (place["to"], place["into"]) == (DAY, chain.other_commune)
    assert f"p{place['id']}" in there.sync(cursors=cursors)["cursors"]


def test_figures_of_a_place_into_which_another_went_are_told_anew(chain: Chain, office: Phone) -> None:
    dinh_an = shown(chain, office)["Xã Định An"]["id"]
    for place in (dinh_an, chain.other_commune):
        name = {dinh_an: "xa-dinh-an", chain.other_commune: "xa-dai-an"}[place]
        volunteer, supervisor = chain.phone(f"Kim {place}", "TNV", name), chain.phone(f"Sơn {place}", "GSV", name)
        sent = chain.submit("TT-04", volunteer, place, attendees_total=40)
        chain.review(sent, phone=supervisor)
    chain.work()
    cursors = chain.volunteer.sync()["cursors"]
    change(chain, office, merge(["xa-dinh-an"], into="xa-dai-an"))
    answer = chain.volunteer.sync(cursors=cursors)
    told = [one for page in answer["changes"].values() for one in page if one.get("code") == "P2"]
    assert {one["place"]: one["numerator"] for one in told}[chain.other_commune] == 80


def test_a_merge_before_the_campaign_begins_changes_its_units(chain: Chain, office: Phone) -> None:
    chain.approved("TT-04", attendees_total=60)
    units = office.get(address(chain)).get_json()["units"]
    made = change(chain, office, merge(on="2022-01-01"))
    new = shown(chain, office)["Xã Ngãi Sơn"]["id"]
    assert len(made["units"]) == len(units) - 1
    assert new in made["units"]
    assert chain.indicator("P2")["numerator"] == 60  # type: ignore[index]


def test_a_merge_of_a_day_to_come_is_known_before_and_comes_by_itself(
    chain: Chain, office: Phone, clock: StillClock
) -> None:
    sent = chain.submit("CK-05")
    neighbour = chain.phone("Lâm Đạt", "GSV", "xa-thanh-son")
    change(chain, office, merge(on="2023-06-01"))
    assert as_phones_have_it(chain, chain.commune)["to"] == "2023-06-01"
    assert waiting_for(neighbour) == []
    clock.advance(days=20)
    assert waiting_for(neighbour) == [sent["record"]]


def test_what_was_to_become_of_places_becomes_of_the_one_they_went_into(
    chain: Chain, office: Phone, clock: StillClock
) -> None:
    change(chain, office, merge())
    found = shown(chain, office)
    assert found["Xã Ngãi Sơn"]["into"] == next(one["id"] for one in found.values() if one["key"] == "xa-tra-cu-2025")
    sent = chain.submit("CK-05")
    assert waiting_for(chain.phone("Lâm Đạt", "GSV", "xa-tra-cu-2025")) == []
    clock.advance(days=800)  # a session has ended by then: there is another phone
    assert waiting_for(chain.phone("Lâm Đạt", "GSV", "xa-tra-cu-2025")) == [sent["record"]]


def test_a_merge_can_be_taken_back_while_nothing_hangs_on_it(chain: Chain, office: Phone) -> None:
    sent = chain.submit("CK-05")
    neighbour = chain.phone("Lâm Đạt", "GSV", "xa-thanh-son")
    before = as_phones_have_it(chain, chain.commune)
    made = change(chain, office, merge())
    entry = next(one["entry"] for one in made["history"] if one["value"]["do"] == "merge")
    change(chain, office, done(None, entry))
    assert as_phones_have_it(chain, chain.commune) == before
    assert waiting_for(neighbour) == []
    assert waiting_for(chain.supervisor) == [sent["record"]]
    added = next(one["entry"] for one in made["history"] if one["value"]["do"] == "add")
    assert refused(chain, office, done(None, added)) == [(0, "unknown")]  # it may be in use: it is ended
    key = shown(chain, office)["Xã Ngãi Sơn"]["key"]
    change(chain, office, done({"do": "end", "place": key, "on": "2023-05-16"}))
    assert shown(chain, office)["Xã Ngãi Sơn"]["to"] == "2023-05-16"


# ---------------------------------------------------------------- adding, renaming, ending


def test_a_place_is_added_and_somebody_may_answer_for_it(chain: Chain, office: Phone) -> None:
    change(chain, office, add("Xã Mới", name={"vi": "Xã Mới", "en": "New commune", "km": "ឃុំថ្មី"}, code="29901"))
    new = shown(chain, office)["Xã Mới"]
    assert new["name"] == {"vi": "Xã Mới", "en": "New commune", "km": "ឃុំថ្មី"}
    assert (new["key"], new["parent"], new["to"], new["mine"]) == ("w1-xa-moi", chain.district, "2025-07-01", True)
    volunteer = chain.phone("Kim Văn Chín", "TNV", new["key"])
    sent = chain.submit("CK-05", volunteer, new["id"])
    assert sent["record"] in [one["id"] for one in chain.documents("record", volunteer)]


def test_a_name_is_put_right_or_changes_on_a_day(chain: Chain, office: Phone) -> None:
    change(chain, office, rename("xa-ngai-xuyen", "Xã Ngãi Xuyên A"))
    found = shown(chain, office)["Xã Ngãi Xuyên A"]
    assert (found["id"], found["from"], found["code"]) == (chain.commune, "2021-12-15", "29479")
    change(chain, office, rename("xa-ngai-xuyen", "Xã Ngãi Xuyên B", on=DAY, code="29902"))
    found = shown(chain, office)["Xã Ngãi Xuyên B"]
    assert (found["id"], found["from"], found["to"], found["code"]) == (
        chain.commune,
        "2021-12-15",
        "2025-07-01",
        "29902",
    )


def test_only_a_place_that_nobody_uses_is_ended(chain: Chain, office: Phone) -> None:
    end = {"do": "end", "on": "2023-05-16"}
    assert refused(chain, office, done({**end, "place": "xa-ngai-xuyen"})) == [(0, "used")]
    change(chain, office, add("Xã Nhầm"))
    key = shown(chain, office)["Xã Nhầm"]["key"]
    change(chain, office, done({**end, "place": key}))
    assert shown(chain, office)["Xã Nhầm"]["to"] == "2023-05-16"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (add("Xã Mới", code="29479"), "code"),
        (add("Xã Mới", on="2023-05-17"), "future"),
        (add("Xã Mới", parent="tinh-vinh-long-2025"), "unknown"),
        (rename("xa-nowhere", "Xã Mới"), "unknown"),
        (rename("tinh-tra-vinh", "Tỉnh Mới"), "unknown"),
        (merge(["xa-ngai-xuyen"], into="xa-ngai-xuyen"), "itself"),
        (merge(["xa-ngai-xuyen", "xa-long-hiep"]), "apart"),
        (merge(on="2021-12-15"), "not-there"),
        (merge(["huyen-tra-cu"]), "unknown"),
        (done({"do": "end", "place": "xa-kim-son", "on": "2023-05-16"}), "later"),
        (done(None, "W7"), "unknown"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(
    chain: Chain, office: Phone, given: dict[str, Any], why: str
) -> None:
    fine = add("Xã Được", code="29950")
    assert refused(chain, office, fine, given) == [(1, why)]
    assert "Xã Được" not in shown(chain, office)


@pytest.mark.parametrize(
    "value",
    [
        {"do": "add", "parent": "huyen-tra-cu", "kind": "xa", "name": {"vi": " "}, "on": DAY},
        {"do": "add", "parent": "huyen-tra-cu", "kind": "castle", "name": {"vi": "Xã"}, "on": DAY},
        {"do": "merge", "places": FROM, "on": DAY},
        {"do": "merge", "places": FROM, "on": DAY, "into": "xa-kim-son", "new": NEW},
        {"do": "merge", "places": [], "on": DAY, "into": "xa-kim-son"},
        {"do": "rename", "place": "xa-kim-son", "name": {"vi": "x" * 121}},
        {"do": "end", "place": "xa-kim-son", "on": "soon"},
        {"do": "burn"},
        {},
    ],
)
def test_what_has_not_the_shape_is_refused(chain: Chain, office: Phone, value: dict[str, Any]) -> None:
    assert office.post(address(chain, "/preview"), {"changes": [done(value)], "seen": 0}).status_code == 422


# ---------------------------------------------------------------- packs, other offices


def test_loading_the_pack_again_undoes_nothing_of_places(chain: Chain, office: Phone) -> None:
    change(chain, office, merge(), rename("xa-kim-son", "Xã Kim Sơn A"), add("Xã Mới"))
    before = shown(chain, office)
    kept = office.get(address(chain)).get_json()["history"]
    load(pack())
    chain.work()
    assert shown(chain, office) == before
    assert office.get(address(chain)).get_json()["history"] == kept
    assert {one["by"] for one in kept} == {"Nguyễn Văn Bình"}


def test_a_name_that_the_pack_corrects_later_is_corrected_also_of_a_place_that_went(
    chain: Chain, office: Phone
) -> None:
    change(chain, office, merge())
    mine = [
        replace(one, versions=(replace(one.versions[0], names=replace(one.versions[0].names, en="Thanh Son")),))
        if one.key == "xa-thanh-son"
        else one
        for one in pack().places
    ]
    load(replace(pack(), places=tuple(mine)))
    found = shown(chain, office)["Xã Thanh Sơn"]
    assert (found["name"]["en"], found["to"]) == ("Thanh Son", DAY)


def test_a_pack_that_no_longer_fits_what_the_office_did_is_refused(chain: Chain, office: Phone) -> None:
    change(chain, office, merge())
    later = [
        replace(one, versions=(replace(one.versions[0], period=replace(one.versions[0].period, end=None)),))
        if one.key == "xa-ngai-xuyen"
        else one
        for one in pack().places
    ]
    gone = [change for change in pack().changes if change.key != "nq-1687-2025"]
    with pytest.raises(PackRefused, match=r"W2: what the office did on screen no longer fits the pack"):
        load(replace(pack(), places=tuple(one for one in later if one.key != "xa-thanh-son"), changes=tuple(gone)))


def test_the_pack_of_another_campaign_undoes_nothing_either(chain: Chain, office: Phone) -> None:
    change(chain, office, merge())
    before = shown(chain, office)
    load(replace(read_pack(PACK), campaign={**pack().campaign, "key": "tra-cu-2024"}))
    chain.work()
    assert shown(chain, office) == before


def test_what_another_office_did_meanwhile_is_not_undone_unseen(chain: Chain, office: Phone) -> None:
    seen = seen_by(chain, office)
    change(chain, office, merge())
    for below in ("/preview", "/changes"):
        answer = office.post(address(chain, below), {"changes": [rename("xa-kim-son", "Xã B")], "seen": seen})
        assert answer.get_json()["type"].endswith("setup-changed")


def test_a_campaign_that_was_loaded_before_places_were_kept_is_changed_as_well(chain: Chain, office: Phone) -> None:
    @transaction
    def forget() -> None:
        db.session.delete(db.session.get_one(PackPartRow, (chain.campaign, "places")))

    before = shown(chain, office)
    forget()
    made = change(chain, office, merge())
    assert shown(chain, office)["Xã Ngãi Xuyên"]["to"] == DAY
    change(chain, office, done(None, made["history"][0]["entry"]))
    assert shown(chain, office)["Xã Ngãi Xuyên"] == before["Xã Ngãi Xuyên"]


def test_a_supervisor_of_the_new_place_counts_for_those_that_went_into_it(chain: Chain, office: Phone) -> None:
    def missing() -> int:
        return next(one["missing"] for one in office.get(address(chain)).get_json()["parts"] if one["part"] == "people")

    before = missing()
    change(chain, office, merge())
    key = shown(chain, office)["Xã Ngãi Sơn"]["key"]
    people.install_person({"name": "Lâm Đạt", "role": "GSV", "place": key, "language": "vi"})
    assert missing() == before - 1
