"""Scoring units through the API: what the app fills in, three columns, reasons, and who may do what where."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from server.db import db, snapshot
from server.milestones import service as milestones
from server.people import granting
from server.places import service as places
from server.scores import service
from server.scores.tables import ScoreRow
from tests.people.test_standing_in import stand_in
from tests.tools.chain import DISTRICT, OTHER_COMMUNE, Chain, pack
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone

# what nobody counts in Trà Cú, with 5 points each at least
BY_HAND = ("I.1", "I.2", "I.3", "II.1", "VI.1")
OVER = datetime.fromisoformat("2023-12-20T08:00:00+07:00")


def at(chain: Chain, rest: object = "") -> str:
    return f"/api/campaigns/{chain.campaign}/scores{f'/{rest}' if rest else ''}"


def seen(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.get_json()
    found = answer.get_json()
    assert isinstance(found, dict)
    return found


def slug(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["slug"]


def sheet(chain: Chain, phone: Phone, place: int | None = None) -> dict[str, Any]:
    return seen(phone.get(at(chain, place or chain.commune)))


def item(found: dict[str, Any], code: str) -> dict[str, Any]:
    (one,) = [each for each in found["items"] if each["code"] == code]
    assert isinstance(one, dict)
    return one


def put(chain: Chain, phone: Phone, column: str, *entries: tuple[str, int | None, str], **more: Any) -> Any:
    """Puts points down, having seen everything (or `known`), at the commune (or `place`)."""
    place = more.get("place", chain.commune)
    last = more.get("known")
    if last is None:
        answer = phone.get(at(chain, place))
        last = answer.get_json()["seen"] if answer.status_code == 200 else 0
    body = {"entries": [{"item": code, "points": points, "reason": why} for code, points, why in entries], "seen": last}
    return phone.put(at(chain, f"{place}/{column}"), body)


@snapshot
def rows() -> list[tuple[str, str, int | None, str]]:
    query = sa.select(ScoreRow).order_by(ScoreRow.id)
    return [(row.item, row.column, row.points, row.reason) for row in db.session.scalars(query)]


# ---------------------------------------------------------------- what the app fills in


def test_what_can_be_counted_is_filled_in_with_the_records_behind_it(chain: Chain, office: Phone) -> None:
    pledge = chain.approved("CK-05")
    first = chain.approved("TT-04")
    later = chain.approved("TT-04", held_on="2023-05-12", venue_type="market", language=["vi", "km"])
    chain.approved("TT-04", venue_type="market")
    chain.submit("TT-04")  # nobody has approved it
    found = sheet(chain, office)
    assert item(found, "II.2")["counted"] == {
        "state": "counted", "points": 200, "numerator": 30, "denominator": 100, "baseline": None, "records": 1,
    }  # fmt: skip
    assert (item(found, "II.3")["counted"]["points"], item(found, "II.3")["counted"]["records"]) == (200, 2)
    assert item(found, "I.1")["counted"] is None
    behind = seen(office.get(at(chain, f"{chain.commune}/records/II.3")))
    assert behind == {
        "total": 2,
        "records": [
            {"record": later["record"], "day": "2023-05-12"}, {"record": first["record"], "day": "2023-05-10"},
        ],
    }  # fmt: skip
    assert seen(office.get(at(chain, f"{chain.commune}/records/II.2")))["records"][0]["record"] == pledge["record"]
    assert slug(office.get(at(chain, f"{chain.commune}/records/I.1"))) == (404, "not-found")
    elsewhere = item(sheet(chain, office, chain.other_commune), "II.3")["counted"]
    assert (elsewhere["points"], elsewhere["records"]) == (0, 0)


def test_only_the_list_that_counts_is_behind_the_points(chain: Chain, office: Phone) -> None:
    chain.approved("CK-05")
    further = chain.approved("CK-05", signed_on="2023-05-12", signed_count=90)
    assert item(sheet(chain, office), "II.2")["counted"]["points"] == 600
    behind = seen(office.get(at(chain, f"{chain.commune}/records/II.2")))
    assert [one["record"] for one in behind["records"]] == [further["record"]]


def test_without_figures_of_the_year_before_accidents_do_not_apply(chain: Chain, office: Phone) -> None:
    chain.approved("TNGT-02")
    before = item(sheet(chain, office), "IV.1")["counted"]
    assert (before["state"], before["numerator"], before["baseline"]) == ("not_applicable", 1, None)
    year = f"/api/campaigns/{chain.campaign}/reports/year/same-period?place={chain.commune}&day=2023-05-16"
    assert chain.supervisor.put(year, {"values": {"A1": 4, "A2": 0, "A3": 1}}).status_code == 200
    found = sheet(chain, office)
    assert [item(found, code)["counted"]["points"] for code in ("IV.1", "IV.2", "IV.3")] == [1000, 1000, 300]
    assert (item(found, "IV.1")["counted"]["baseline"], found["running"]) == (4, True)


def test_late_and_missing_reports_cost_points(chain: Chain, office: Phone, clock: StillClock) -> None:
    chain.approved("BC-09", period_end="2023-05-14")
    clock.set(datetime.fromisoformat("2023-06-25T08:00:00+07:00"))
    milestones.tick()
    counted = item(sheet(chain, office), "V.1")["counted"]
    # three periods are due: of one the report was there in time
    assert (counted["numerator"], counted["denominator"], counted["points"]) == (1, 3, 500)


def test_hamlets_of_every_quarter_count_once_their_number_is_known(chain: Chain, office: Phone) -> None:
    chain.approved("TT-04", hamlet="Chợ")
    counted = item(sheet(chain, office), "II.1")["counted"]
    assert (counted["state"], counted["points"], counted["records"]) == ("unknown", None, 1)


def test_an_especially_serious_accident_holds_the_rank_down(chain: Chain, office: Phone) -> None:
    chain.approved("TNGT-02", deaths_male=3, deaths=3, severity_final="dbnt")
    found = sheet(chain, office)
    assert found["columns"]["final"]["limits"] == ["L.1"]
    assert [one["count"] for one in found["limits"]] == [1, None]
    assert seen(office.get(at(chain, f"{chain.commune}/records/L.1")))["total"] == 1


# ---------------------------------------------------------------- three columns


def test_a_unit_scores_itself_the_office_verifies_a_leader_settles(chain: Chain, office: Phone, leader: Phone) -> None:
    own = seen(put(chain, chain.supervisor, "self", ("I.1", 500, "KH 05/KH-UBND ngày 30/3/2023")))
    assert (own["mine"], own["columns"]["self"]["points"]) == (["self"], 1100 * 10_000 // 6200)  # one report is missing
    checked = seen(put(chain, office, "verified", ("I.1", 400, "Ban hành chậm 3 ngày")))
    settled = seen(put(chain, leader, "final", ("I.1", 400, "")))
    entries = item(settled, "I.1")["entries"]
    assert [(entries[one]["points"], entries[one]["by"]) for one in ("self", "verified", "final")] == [
        (500, "Sơn Chi"), (400, "Cúc"), (400, "Trần Lãnh"),
    ]  # fmt: skip
    assert [(one["column"], one["reason"]) for one in settled["history"]] == [
        ("final", ""), ("verified", "Ban hành chậm 3 ngày"), ("self", "KH 05/KH-UBND ngày 30/3/2023"),
    ]  # fmt: skip
    assert (checked["columns"]["verified"]["left"], settled["columns"]["final"]["left"]) == (14, 14)


def test_a_change_without_a_reason_is_refused_and_what_is_so_already_makes_no_entry(
    chain: Chain, office: Phone
) -> None:
    refused = put(chain, chain.supervisor, "self", ("I.1", 500, " "), ("I.2", 400, "Đủ 4 quý"))
    assert (slug(refused), list(refused.get_json()["errors"])) == ((422, "invalid"), ["I.1"])
    assert rows() == []  # all or none
    chain.approved("CK-05")
    put(chain, chain.supervisor, "self", ("II.2", 200, ""))  # as the app has counted
    put(chain, chain.supervisor, "self", ("II.2", 200, "nữa"))
    assert slug(put(chain, chain.supervisor, "self", ("II.2", 300, ""))) == (422, "invalid")
    put(chain, office, "verified", ("II.2", 200, ""))
    assert rows() == [("II.2", "self", 200, ""), ("II.2", "verified", 200, "")]


def test_points_that_an_item_cannot_have_are_refused(chain: Chain, office: Phone) -> None:
    for code, points in (("I.1", 501), ("G.1", 100), ("T.1", 600), ("I.1", None), ("X.9", 100), ("UT", 50)):
        assert slug(put(chain, office, "verified", (code, points, "vì"))) == (422, "invalid"), code
    twice = put(chain, office, "verified", ("I.1", 100, "vì"), ("I.1", 200, "vì"))
    assert slug(twice) == (422, "invalid")
    assert put(chain, office, "verified", ("III.3", None, "Không có sông, bến")).status_code == 200
    assert sheet(chain, office)["columns"]["verified"]["groups"][2] == {"code": "III", "points": 0, "of": 800}


def test_nobody_settles_what_they_verified_and_nobody_verifies_what_they_scored(
    chain: Chain, office: Phone, leader: Phone
) -> None:
    person = office.sync()["person"]
    granting.install_role(person, {"role": "LD", "place": DISTRICT, "start": None, "end": None})
    put(chain, office, "verified", ("I.1", 500, "Đúng hạn"))
    assert item(sheet(chain, office), "I.1")["refused"]["final"] == "own-score"
    assert slug(put(chain, office, "final", ("I.1", 500, ""))) == (409, "own-score")
    assert put(chain, leader, "final", ("I.1", 500, "")).status_code == 200
    supervisor = chain.supervisor.sync()["person"]
    granting.install_role(supervisor, {"role": "TT", "place": DISTRICT, "start": None, "end": None})
    put(chain, chain.supervisor, "self", ("I.2", 500, "Đủ"))
    assert slug(put(chain, chain.supervisor, "verified", ("I.2", 500, ""))) == (409, "own-score")


def test_what_the_next_step_has_taken_is_changed_there_only(chain: Chain, office: Phone, leader: Phone) -> None:
    put(chain, chain.supervisor, "self", ("I.1", 500, "Đúng hạn"))
    assert slug(put(chain, leader, "final", ("I.1", 500, ""))) == (409, "score-unverified")
    put(chain, office, "verified", ("I.1", 500, ""))
    assert slug(put(chain, chain.supervisor, "self", ("I.1", 400, "Nhầm"))) == (409, "score-taken")
    put(chain, office, "verified", ("I.1", 300, "Xem lại"))
    put(chain, leader, "final", ("I.1", 300, ""))
    assert slug(put(chain, office, "verified", ("I.1", 500, "Xem lại nữa"))) == (409, "score-taken")
    assert put(chain, leader, "final", ("I.1", 200, "Họp ngày 20/12")).status_code == 200


def test_who_has_not_seen_the_last_entry_puts_nothing_down(chain: Chain, office: Phone) -> None:
    second = chain.phone("Diệp", "TT", DISTRICT)
    before = sheet(chain, second)["seen"]
    put(chain, office, "verified", ("I.1", 500, "Đúng hạn"))
    assert slug(put(chain, second, "verified", ("I.1", 100, "Muộn"), known=before)) == (409, "score-changed")
    assert put(chain, second, "verified", ("I.1", 100, "Muộn")).status_code == 200


def test_what_moves_after_it_was_put_down_is_seen_beside_it(chain: Chain, office: Phone) -> None:
    chain.approved("CK-05")
    put(chain, chain.supervisor, "self", ("II.2", 200, ""))
    chain.approved("CK-05", signed_on="2023-05-12", signed_count=90)
    found = item(sheet(chain, office), "II.2")
    assert (found["counted"]["points"], found["entries"]["self"]["points"]) == (600, 200)
    assert (found["entries"]["self"]["counted"], found["entries"]["self"]["records"]) == (200, 1)


# ---------------------------------------------------------------- who sees and does what


def test_a_supervisor_sees_and_scores_their_own_unit_alone(chain: Chain) -> None:
    units = seen(chain.supervisor.get(at(chain)))["units"]
    assert [(one["place"], one["order"]) for one in units] == [(chain.commune, None)]
    assert slug(chain.supervisor.get(at(chain, chain.other_commune))) == (404, "not-found")
    assert slug(put(chain, chain.supervisor, "self", ("I.1", 1, "x"), place=chain.other_commune)) == (404, "not-found")
    assert slug(chain.supervisor.get(at(chain, f"{chain.other_commune}/records/II.2"))) == (404, "not-found")


@pytest.mark.parametrize("column", ["self", "verified", "final"])
def test_each_column_is_written_by_its_own_role(chain: Chain, office: Phone, leader: Phone, column: str) -> None:
    who = {"self": chain.supervisor, "verified": office, "final": leader}
    put(chain, office, "verified", ("I.1", 500, "x"))
    for name, phone in who.items():
        if name != column:
            assert slug(put(chain, phone, column, ("I.2", 100, "x"))) == (404, "not-found")


def test_volunteers_police_and_strangers_see_no_scores(chain: Chain) -> None:
    for phone in (chain.volunteer, chain.confirming):
        assert slug(phone.get(at(chain))) == (404, "not-found")
        assert slug(phone.get(at(chain, chain.commune))) == (404, "not-found")
        assert slug(phone.get(at(chain, "table"))) == (404, "not-found")
        assert slug(put(chain, phone, "self", ("I.1", 1, "x"))) == (404, "not-found")
    assert slug(chain.supervisor.get("/api/campaigns/99/scores")) == (404, "not-found")
    assert chain.phone("Cúc", "TT", DISTRICT).put(at(chain, f"{chain.commune}/other"), {}).status_code == 404


def test_the_emulation_council_settles_and_is_told_how_many_records_there_are(chain: Chain, office: Phone) -> None:
    council = chain.phone("Nguyễn Hội", "TDKT", DISTRICT)
    chain.approved("CK-05")
    put(chain, office, "verified", ("II.2", 200, ""))
    assert item(seen(put(chain, council, "final", ("II.2", 200, ""))), "II.2")["entries"]["final"]["by"] == "Nguyễn Hội"
    assert len(seen(council.get(at(chain)))["units"]) == 17
    assert slug(put(chain, council, "verified", ("I.1", 100, "x"))) == (404, "not-found")
    assert seen(council.get(at(chain, f"{chain.commune}/records/II.2"))) == {"total": 1, "records": []}


def test_who_stands_in_for_the_supervisor_scores_in_their_place_and_it_is_said(chain: Chain, office: Phone) -> None:
    deputy = chain.phone("Kim Bình")
    assert stand_in(office, chain.supervisor.person, deputy.person, **{"from": "2023-05-16"}).status_code == 201
    entry = item(seen(put(chain, deputy, "self", ("I.1", 500, "Đúng hạn"))), "I.1")["entries"]["self"]
    assert (entry["by"], entry["for"]) == ("Kim Bình", "Sơn Chi")


def test_a_place_that_is_no_unit_has_no_sheet(chain: Chain, office: Phone) -> None:
    assert slug(office.get(at(chain, chain.district))) == (404, "not-found")


def test_the_office_sees_every_unit_with_its_order(chain: Chain, office: Phone) -> None:
    for place, points in ((chain.commune, 500), (chain.other_commune, 400)):
        put(chain, office, "verified", *((code, points, "x") for code in BY_HAND), ("V.2", 300, "x"), place=place)
    units = seen(office.get(at(chain)))["units"]
    assert len(units) == 17
    ordered = {one["place"]: (one["order"], one["columns"]["final"]["rank"]) for one in units}
    assert (ordered.pop(chain.commune), ordered.pop(chain.other_commune)) == ((1, "trung_binh"), (2, "yeu"))
    assert set(ordered.values()) == {(None, None)}  # there is no rank before every item has points
    assert [one["name"]["vi"] for one in units] == sorted(one["name"]["vi"] for one in units)


def test_a_supervisor_of_a_unit_that_became_part_of_another_still_sees_its_sheet(
    chain: Chain, clock: StillClock
) -> None:
    clock.set(datetime.fromisoformat("2025-07-02T08:00:00+07:00"))
    successor = chain.phone("Mới", "GSV", "xa-tra-cu-2025")
    units = {one["place"] for one in seen(successor.get(at(chain)))["units"]}
    assert units == {places.by_key(key) for key in ("tt-tra-cu", "xa-ngai-xuyen", "xa-thanh-son")}


# ---------------------------------------------------------------- the table and its versions


def test_another_version_of_the_table_keeps_the_entries_of_items_that_stayed_the_same(
    chain: Chain, office: Phone
) -> None:
    put(chain, office, "verified", ("I.1", 500, "x"), ("I.2", 500, "x"))
    lined = pack().scores
    assert lined is not None
    changed = {**lined.data, "groups": [dict(group) for group in lined.data["groups"]]}
    first = dict(changed["groups"][0])
    first["items"] = [dict(one) for one in first["items"]]
    first["items"][0]["points"] = 4
    first["items"][1]["name"] = {**first["items"][1]["name"], "vi": "Tên khác"}
    changed["groups"][0] = first
    service.install(chain.campaign, changed)
    found = sheet(chain, office)
    assert (found["version"], item(found, "I.1")["entries"]) == (2, {})
    assert item(found, "I.2")["entries"]["verified"]["points"] == 500
    assert len(found["history"]) == 2
    service.install(chain.campaign, None)
    assert slug(office.get(at(chain))) == (404, "not-found")


def test_the_table_leaves_as_a_workbook_and_as_csv(chain: Chain, office: Phone, clock: StillClock) -> None:
    put(chain, office, "verified", ("I.1", 450, "x"), ("T.1", 300, "x"), ("G.1", 200, "x"))
    sheet_of = load_workbook(io.BytesIO(office.get(at(chain, "table")).get_data())).worksheets[0]
    header, *lines = list(sheet_of.values)
    assert (header[1], header[2], len(lines)) == ("Đơn vị", "I. Chỉ đạo, tổ chức", 17)
    mine = dict(zip(header, next(line for line in lines if line[1] == "Xã Ngãi Xuyên"), strict=True))
    assert (mine["I. Chỉ đạo, tổ chức"], mine["Điểm thưởng"], mine["Điểm trừ"]) == (4.5, 3, 2)
    assert (mine["IV. Kết quả kéo giảm tai nạn giao thông"], mine["Thứ hạng"]) == ("không tính", None)
    raw = office.get(at(chain, "table?format=csv")).get_data().decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(raw, newline="")))) == 18
    own = chain.supervisor.get(at(chain, "table?format=csv")).get_data().decode("utf-8-sig")
    assert [row[1] for row in csv.reader(io.StringIO(own, newline=""))] == ["Đơn vị", "Xã Ngãi Xuyên"]
    assert office.get(at(chain, "table?format=exe")).get_json()["slug"] == "invalid"


def test_once_the_campaign_is_over_figures_are_no_longer_those_so_far(chain: Chain, clock: StillClock) -> None:
    clock.set(OVER)
    milestones.tick()
    assert sheet(chain, chain.phone("Cúc", "TT", DISTRICT), places.by_key(OTHER_COMMUNE))["running"] is False
