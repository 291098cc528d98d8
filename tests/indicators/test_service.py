"""Figures follow decisions: on both databases, through the API and the worker."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from server import events
from server.campaigns import service as campaigns
from server.campaigns.rules import DefinitionsRefused
from server.db import db, snapshot
from server.indicators import service
from server.indicators.tables import ContributionRow, IndicatorRow, NamedRow, TallyRow, ValueRow
from server.milestones import service as milestones
from server.places import service as places
from server.setup.loading import load
from tests.tools.chain import DISTRICT, PACK, Chain
from tests.tools.clocks import StillClock


def shown(chain: Chain, code: str, place: int | None = None) -> dict[str, Any]:
    found = figure(chain, code, place or chain.district)
    assert found is not None
    return found


@snapshot
def figure(chain: Chain, code: str, place: int) -> dict[str, Any] | None:
    """An indicator at a place, as whoever reads the campaign's feed is told it."""
    one = service.ref(chain.campaign, code, place)
    return dict(service.documents([one], None)).get(one)


@snapshot
def state() -> list[list[Any]]:
    """Everything that figures are: contributions, tallies, values, in order."""
    tables = (ContributionRow, TallyRow, ValueRow, NamedRow)
    return [
        sorted(tuple(row) for row in db.session.execute(sa.select(*table.__table__.columns)))  # type: ignore[attr-defined]
        if table is not ValueRow
        else sorted((tuple(row) for row in db.session.execute(sa.select(*table.__table__.columns))), key=repr)
        for table in tables
    ]


def test_what_was_sent_counts_only_once_it_is_approved(chain: Chain) -> None:
    sent = chain.submit("TT-04", attendees_total=60)
    chain.work()
    assert shown(chain, "P2")["numerator"] == 0
    chain.review(sent)
    chain.work()
    assert shown(chain, "P2")["numerator"] == 60
    assert shown(chain, "P2", chain.commune)["numerator"] == 60
    assert shown(chain, "P2")["verdict"] == "progress"


def test_an_edit_after_approval_counts_only_when_it_is_approved_too(chain: Chain) -> None:
    first = chain.approved("TT-04", attendees_total=60)
    later = chain.edit("TT-04", first, attendees_total=80)
    chain.work()
    assert shown(chain, "P2")["numerator"] == 60
    chain.review(later)
    chain.work()
    assert shown(chain, "P2")["numerator"] == 80


def test_a_rejected_record_counts_no_more(chain: Chain) -> None:
    sent = chain.approved("TT-04", attendees_total=60)
    chain.approved("TT-04", attendees_total=5)
    again = chain.edit("TT-04", sent, attendees_total=61)
    chain.review(again, "reject", reason="Trùng với buổi ngày 9/5")
    chain.work()
    assert shown(chain, "P2")["numerator"] == 5
    assert shown(chain, "P2", chain.commune)["numerator"] == 5


def test_accidents_count_on_the_day_they_happened_inside_the_window(chain: Chain) -> None:
    chain.approved("TT-04", held_on="2023-03-19", attendees_total=40)
    assert shown(chain, "P2")["numerator"] == 0
    chain.approved("TT-04", held_on="2023-03-20", attendees_total=7)
    assert shown(chain, "P2")["numerator"] == 7
    chain.approved("TNGT-02", deaths_male=1, injured_male=2, deaths=1, injured=2)
    assert [shown(chain, code)["numerator"] for code in ("A1", "A2", "A3", "A5")] == [1, 1, 2, 0]


def figures(chain: Chain, *codes: str) -> list[int]:
    return [shown(chain, code)["numerator"] for code in codes]


def test_a_report_is_no_accident_until_the_police_confirm_it(chain: Chain) -> None:
    first = chain.approved("TNGT-01", deaths_seen=1, injured_seen=2)
    second = chain.approved("TNGT-01", deaths_seen=0, injured_seen=3)
    assert figures(chain, "A1", "A2", "R1", "R2", "R3") == [0, 0, 2, 1, 5]
    assert shown(chain, "A1")["reports"] == "R1"
    sheet = chain.approved("TNGT-02", quick_reports=f"{first['record']} {second['record']}", injured_male=3, injured=3)
    assert figures(chain, "A1", "A2", "A3", "R1", "R2", "R3") == [1, 0, 3, 0, 0, 0]
    chain.review(chain.edit("TNGT-02", sheet, quick_reports=first["record"]))
    chain.work()
    assert figures(chain, "A1", "R1", "R2", "R3") == [1, 1, 0, 3]


def test_a_sheet_counts_once_another_officer_has_confirmed_it(chain: Chain) -> None:
    report = chain.approved("TNGT-01")
    sheet = chain.submit("TNGT-02", quick_reports=report["record"])
    chain.review(sheet, phone=chain.supervisor)
    chain.work()
    assert figures(chain, "A1", "R1") == [0, 1]
    chain.review(sheet, "confirm", chain.confirming)
    chain.work()
    assert figures(chain, "A1", "R1") == [1, 0]


def test_two_sheets_of_one_police_case_are_one_accident(chain: Chain) -> None:
    chain.approved("TNGT-02", case_ref="12/2023", injured_male=2, injured=2)
    chain.approved("TNGT-02", case_ref="12/2023", injured_male=3, injured=3)
    chain.approved("TNGT-02")
    assert figures(chain, "A1", "A3") == [2, 4]


def test_a_collision_or_a_case_outside_the_statistics_does_not_count(chain: Chain) -> None:
    chain.approved("TNGT-02", severity_final="vc", injured_male=0, injured=0)
    chain.approved("TNGT-02", counts_in_stats="no", confirm_note="Ngoài địa bàn")
    assert figures(chain, "A1", "A3", "A4") == [0, 0, 0]
    assert shown(chain, "A1")["severity"] == "int"


def test_alcohol_counts_once_the_police_confirm_it_and_unknown_is_not_no(chain: Chain) -> None:
    for known in ("yes", "no", "no", "unknown"):
        chain.approved("TNGT-02", alcohol_confirmed=known)
    assert figures(chain, "A4") == [1]
    assert [(shown(chain, code)["denominator"], shown(chain, code)["percent"]) for code in ("A4b", "A4c")] == [
        (3, "33,33"), (4, "25,00"),
    ]  # fmt: skip


def test_only_the_police_make_an_accident_especially_serious(chain: Chain) -> None:
    chain.approved("TNGT-01", deaths_seen=3)
    chain.approved("TNGT-01", property_est="from_1500m")
    assert shown(chain, "A5")["verdict"] == "held_zero"
    assert (figures(chain, "R5"), shown(chain, "R5")["provisional"]) == ([2], True)
    chain.approved("TNGT-02", severity_final="dbnt")
    assert (shown(chain, "A5")["numerator"], shown(chain, "A5")["verdict"]) == (1, "not_met")
    assert shown(chain, "A5")["provisional"] is False


def test_a_class_by_a_scale_that_was_not_in_force_makes_the_figure_provisional(chain: Chain) -> None:
    chain.approved("TNGT-02")
    assert shown(chain, "A1")["provisional"] is False
    wrong = chain.approved("TNGT-02", scale_version="tt26_2024")
    assert (figures(chain, "A1"), shown(chain, "A1")["provisional"]) == ([2], True)
    chain.review(chain.edit("TNGT-02", wrong, scale_version="tt58_2009"))
    chain.work()
    assert shown(chain, "A1")["provisional"] is False


def test_days_without_a_death_are_counted_from_the_last_one(chain: Chain) -> None:
    found = shown(chain, "A6")
    assert (found["since"], found["happened"]) == ("2022-12-14", False)
    chain.approved("TNGT-02", occurred_at="2023-05-02T01:00:00.000+07:00", deaths_male=1, deaths=1)
    late = chain.approved("TNGT-02", occurred_at="2023-05-06T23:00:00.000+07:00", deaths_female=1, deaths=1)
    assert (shown(chain, "A6")["since"], shown(chain, "A6")["numerator"]) == ("2023-05-06", 10)
    chain.review(chain.edit("TNGT-02", late, deaths_female=0, deaths=0), "approve")
    chain.work()
    assert shown(chain, "A6")["since"] == "2023-05-02"


def test_a_rate_is_known_where_the_population_is(chain: Chain) -> None:
    chain.approved("TNGT-02", deaths_male=9, deaths=9, severity_final="dbnt")
    assert (shown(chain, "A7")["percent"], shown(chain, "A7")["denominator"]) == ("6,15", 146329)
    assert shown(chain, "A7", chain.commune)["percent"] is None


def test_hamlets_communes_and_volunteers_count_once(chain: Chain) -> None:
    colleague = chain.phone("Kim Bình")
    for hamlet in ("Ấp Chợ", "ấp  chợ", "Xoài Lơ"):
        chain.approved("TT-04", hamlet=hamlet, held_on="2023-05-15")
    chain.approved("TT-04", hamlet="Giồng Cao", held_on="2023-03-21")
    chain.review(chain.submit("CK-05", colleague, signed_on="2023-05-16"))
    chain.work()
    assert (figures(chain, "P1"), shown(chain, "P1")["denominator"]) == ([3], 138)
    assert figures(chain, "P6") == [2]
    assert (figures(chain, "P9"), shown(chain, "P9")["denominator"]) == ([1], 17)
    assert shown(chain, "P9", chain.commune)["denominator"] == 1


def test_helmets_are_those_observed(chain: Chain) -> None:
    chain.approved("QS-06", riders_total=100, helmet_ok=96)
    chain.approved("QS-06", riders_total=50, helmet_ok=40)
    assert (shown(chain, "P4")["numerator"], shown(chain, "P4")["percent"]) == (136, "90,67")


def test_hazards_count_once_their_day_has_passed(chain: Chain, clock: StillClock) -> None:
    chain.approved("NCO-03", due_date="2023-05-16")
    done = {"status": "done", "due_date": "2023-05-15", "done_on": "2023-05-15", "photo_after": f"{'b' * 64}.jpg"}
    chain.approved("NCO-03", **done)
    assert (figures(chain, "P5"), shown(chain, "P5")["denominator"]) == ([1], 1)
    clock.set(datetime(2023, 5, 17, 0, 30, tzinfo=UTC))
    milestones.tick()
    assert (figures(chain, "P5"), shown(chain, "P5")["denominator"]) == ([1], 2)
    kept = state()
    service.rebuild(chain.campaign)
    assert state() == kept


def test_regular_means_every_week_that_has_ended(chain: Chain, clock: StillClock) -> None:
    week = date(2023, 3, 20)
    while week < date(2023, 5, 15):
        chain.approved("TT-04", held_on=week.isoformat())
        week += timedelta(days=7)
    assert (figures(chain, "P7"), shown(chain, "P7")["denominator"]) == ([1], 17)
    assert shown(chain, "P7", chain.commune)["numerator"] == 1
    clock.set(datetime(2023, 5, 22, 0, 30, tzinfo=UTC))
    milestones.tick()
    assert figures(chain, "P7") == [0]


def test_a_monthly_report_is_in_time_when_it_arrived_in_time(chain: Chain, clock: StillClock) -> None:
    clock.set(datetime(2023, 5, 20, 0, 30, tzinfo=UTC))  # the 14th and five days are over
    milestones.tick()
    chain.approved("BC-09", period_end="2023-05-14")
    assert (figures(chain, "P8"), shown(chain, "P8")["denominator"]) == ([0], 34)
    clock.set(datetime(2023, 6, 19, 0, 30, tzinfo=UTC))
    chain.at = "2023-06-19T07:30:00+07:00"
    chain.approved("BC-09", period_end="2023-06-14")
    milestones.tick()
    assert (figures(chain, "P8"), shown(chain, "P8")["denominator"]) == ([0], 34)
    clock.set(datetime(2023, 6, 20, 0, 30, tzinfo=UTC))
    milestones.tick()
    assert (figures(chain, "P8"), shown(chain, "P8")["denominator"]) == ([1], 51)


def test_the_time_to_approval_is_the_median_by_the_servers_clock(chain: Chain, clock: StillClock) -> None:
    for hours in (1, 2, 30):
        sent = chain.submit("TT-04")
        clock.advance(hours=hours)
        chain.review(sent)
    chain.work()
    assert (shown(chain, "P10")["numerator"], shown(chain, "P10")["denominator"]) == (120, 3)


def test_a_list_signed_further_replaces_its_earlier_count(chain: Chain) -> None:
    chain.approved("CK-05", signed_on="2023-05-02", signed_count=10)
    chain.approved("CK-05", signed_on="2023-05-09", signed_count=30)
    late = chain.approved("CK-05", signed_on="2023-04-30", signed_count=5)
    assert late["rev"] == 1
    chain.approved("CK-05", organisation="TH Ngãi Xuyên B", signed_count=8, target_count=10)
    found = shown(chain, "P3")
    assert (found["numerator"], found["denominator"], found["percent"]) == (38, 110, "34,55")


def test_there_is_no_baseline_until_the_office_enters_one_and_none_is_not_zero(chain: Chain) -> None:
    office = chain.phone("Cúc", "TT", DISTRICT)
    chain.approved("TNGT-02", injured_male=3, injured=3)
    assert {shown(chain, code)["verdict"] for code in ("A0", "A1", "A2", "A3")} == {"no_baseline"}
    address = f"/api/campaigns/{chain.campaign}/baselines"
    assert office.put(address, {"values": {"A1": 20, "A2": 0, "A3": 2}}).status_code == 200
    chain.work()
    assert [shown(chain, code)["verdict"] for code in ("A1", "A2", "A3", "A0")] == [
        "progress", "held_zero", "not_met", "not_met",
    ]  # fmt: skip
    assert (shown(chain, "A1")["budget"], shown(chain, "A1")["percent"]) == (19, "-95,00")
    office.put(address, {"values": {"A3": None}})
    chain.work()
    assert (shown(chain, "A3")["verdict"], shown(chain, "A3")["baseline"]) == ("no_baseline", None)
    assert shown(chain, "A0")["numerator"] == 1


def test_when_the_window_ends_the_whole_period_is_judged(chain: Chain, clock: StillClock) -> None:
    office = chain.phone("Cúc", "TT", DISTRICT)
    office.put(f"/api/campaigns/{chain.campaign}/baselines", {"values": {"A1": 20, "A2": 0, "A3": 20}})
    chain.work()
    assert shown(chain, "A1")["verdict"] == "progress"
    clock.set(datetime(2023, 12, 14, 16, 59, tzinfo=UTC))  # 23:59 in Việt Nam on the last day
    chain.volunteer = chain.phone("Thạch Thị An")  # half a year later the old session has ended
    milestones.tick()
    assert shown(chain, "A1")["verdict"] == "progress"
    clock.set(datetime(2023, 12, 14, 17, 0, tzinfo=UTC))
    cursors = chain.volunteer.sync()["cursors"]
    milestones.tick()
    changed = chain.volunteer.sync(cursors=cursors)["changes"].get(f"c{chain.campaign}", [])
    assert {item["code"] for item in changed if item["k"] == "indicator"} >= {"A0", "A1", "A2", "A3", "A5"}
    assert [shown(chain, code)["verdict"] for code in ("A1", "A2", "A3", "A0")] == [
        "exceeded", "held_zero", "exceeded", "met",
    ]  # fmt: skip


def test_workers_side_by_side_sum_as_one(chain: Chain) -> None:
    for number in range(1, 9):
        chain.review(chain.submit("TT-04", attendees_total=number))
        chain.review(chain.submit("CK-05", signed_count=number, organisation=f"TH {number % 3}"))

    def work() -> int:
        with chain.app.app_context():
            handled = sum(iter(events.run_next, 0))
            db.session.remove()
            return handled

    with ThreadPoolExecutor(3) as workers:
        assert sum(worker.result() for worker in [workers.submit(work) for _ in range(3)]) > 16
    chain.work()
    kept = state()
    assert shown(chain, "P2")["numerator"] == 36
    service.rebuild(chain.campaign)
    assert state() == kept


def test_places_without_a_report_have_no_figure_rather_than_zero(chain: Chain) -> None:
    chain.approved("TT-04")
    assert chain.indicator("P2", chain.other_commune) is None
    assert chain.indicator("P2", chain.commune) is not None


def test_loading_the_same_pack_again_changes_nothing(chain: Chain) -> None:
    chain.approved("TT-04")
    before, cursors = state(), chain.volunteer.sync()["cursors"]
    load(campaigns.read_pack(PACK))
    assert chain.work() == 0
    assert state() == before
    assert chain.volunteer.sync(cursors=cursors)["changes"] == {}


def test_a_changed_definition_counts_again_what_was_approved_before(chain: Chain) -> None:
    chain.approved("TT-04", attendees_total=60)
    chain.approved("TT-04", attendees_total=60, venue_type="market")
    pack = campaigns.read_pack(PACK)
    definitions = [dict(item) for item in pack.indicators.data]
    changed = next(item for item in definitions if item["code"] == "P2")
    changed["where"] = [{"path": "venue_type", "equals": "pagoda"}]
    service.install(chain.campaign, definitions)
    chain.work()
    assert shown(chain, "P2")["numerator"] == 60
    service.install(chain.campaign, [item for item in definitions if item["code"] != "P2"])
    assert chain.indicator("P2") is None
    gone = [item for item in chain.documents("indicator") if item.get("gone")]
    assert {item["id"] for item in gone} >= {service.ref(chain.campaign, "P2", chain.district)}


def test_a_definition_that_reads_an_unknown_question_is_refused_whole(chain: Chain) -> None:
    wrong = [dict(item) for item in campaigns.read_pack(PACK).indicators.data]
    by_code = {item["code"]: index for index, item in enumerate(wrong)}
    wrong[by_code["R2"]] = {**wrong[by_code["R2"]], "measure": {"sum": "deaths"}}
    wrong[by_code["P2"]] = {**wrong[by_code["P2"]], "form": "TT-05"}
    with pytest.raises(DefinitionsRefused) as refused:
        service.install(chain.campaign, wrong)
    assert [(fault.index, fault.message) for fault in refused.value.faults] == [
        (by_code["R2"], "form TNGT-01 has no question 'deaths'"),
        (by_code["P2"], "the campaign has no form TT-05"),
    ]


def test_documents_take_two_statements_however_many(chain: Chain) -> None:
    chain.approved("TT-04")
    chain.approved("TNGT-02")
    codes = [row.code for row in db.session.scalars(sa.select(IndicatorRow)).all()]
    refs = [service.ref(chain.campaign, code, place) for code in codes for place in (chain.district, chain.commune)]
    statements: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    found = service.documents(refs, None)
    assert {key.partition(":")[2] for key in found} >= {f"A0:{chain.commune}", f"P2:{chain.district}"}
    assert len(found) > len(codes)
    # The third says which place went where: requests remember it.
    assert len([text for text in statements if text.startswith("SELECT")]) == 3


# ---------------------------------------------------------------- places that have gone into another

EVE = datetime(2025, 6, 30, 5, tzinfo=UTC)
REFORM = datetime(2025, 7, 1, 5, tzinfo=UTC)


def told(chain: Chain, code: str, place: int) -> int:
    """Where the campaign's feed last told of an indicator at a place; 0: never."""
    where = {"feed": f"c{chain.campaign}", "ref": service.ref(chain.campaign, code, place)}
    query = sa.text("SELECT position FROM feed_rows WHERE feed = :feed AND kind = 'indicator' AND ref = :ref")
    with db.engine.connect() as connection:
        return int(connection.execute(query, where).scalar() or 0)


@pytest.fixture
def merged(chain: Chain) -> tuple[int, int]:
    """Two communes with figures that are to become one: the second of them, and what they become."""
    other = places.by_key("xa-thanh-son")
    chain.approved("TT-04", attendees_total=60)
    there = chain.submit("TT-04", chain.phone("Lý Sang", "TNV", "xa-thanh-son"), other, attendees_total=7)
    chain.review(there, phone=chain.phone("Huỳnh Chánh", "GSV", "xa-thanh-son"))
    chain.work()
    return other, places.by_key("xa-tra-cu-2025")


def test_a_successor_shows_the_figures_of_what_went_into_it_from_its_day_on(
    chain: Chain, clock: StillClock, merged: tuple[int, int]
) -> None:
    other, successor = merged
    clock.set(EVE)
    milestones.tick()
    assert figure(chain, "P2", successor) is None
    clock.set(REFORM)
    milestones.tick()
    assert shown_now(chain, "P2", successor) == 67
    assert [shown_now(chain, "P2", place) for place in (chain.commune, other, chain.district)] == [60, 7, 67]


def shown_now(chain: Chain, code: str, place: int) -> int:
    found = figure(chain, code, place)
    assert found is not None
    number: int = found["numerator"]
    return number


def test_phones_are_told_of_it_on_that_day_once(chain: Chain, clock: StillClock, merged: tuple[int, int]) -> None:
    _, successor = merged
    clock.set(REFORM)
    milestones.tick()
    first = told(chain, "P2", successor)
    assert first
    milestones.tick()
    assert told(chain, "P2", successor) == first


def test_what_is_approved_or_taken_back_later_is_told_at_the_successor_too(
    chain: Chain, clock: StillClock, merged: tuple[int, int]
) -> None:
    other, successor = merged
    clock.set(REFORM)
    milestones.tick()
    before = told(chain, "P2", successor)
    late = chain.submit("TT-04", chain.phone("Lý Sang", "TNV", "xa-thanh-son"), other, attendees_total=5)
    chain.review(late, phone=chain.phone("Huỳnh Chánh", "GSV", "xa-thanh-son"))
    chain.work()
    assert shown_now(chain, "P2", successor) == 72
    assert told(chain, "P2", successor) > before
    assert shown_now(chain, "P2", chain.district) == 72


def test_a_reform_reaches_no_milestone_by_itself(chain: Chain, clock: StillClock, merged: tuple[int, int]) -> None:
    _, successor = merged
    chain.approved("TT-04", attendees_total=39)  # 60 + 39 here, 7 there: together more than the hundred of T100
    clock.set(REFORM)
    milestones.tick()
    chain.work()
    assert shown_now(chain, "P2", successor) == 106
    assert milestones.documents([milestones.ref(chain.campaign, "T100", successor)], None) == {}


def test_figures_made_again_are_the_same_at_a_successor(
    chain: Chain, clock: StillClock, merged: tuple[int, int]
) -> None:
    _, successor = merged
    clock.set(REFORM)
    milestones.tick()
    service.rebuild(chain.campaign)
    milestones.tick()
    assert shown_now(chain, "P2", successor) == 67
