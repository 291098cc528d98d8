"""The progress page's call: the year before as far as it is known, special days, hazards by commune; both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from server.campaigns.rules import Window
from server.indicators import comparing
from server.milestones import service as milestones
from tests.tools.chain import DISTRICT, Chain
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone

MONTHS = [
    Window(date(2022, 12, 15), date(2023, 1, 14)),
    Window(date(2023, 1, 15), date(2023, 2, 14)),
    Window(date(2023, 2, 15), date(2023, 3, 14)),
]


def span(*ends: Window) -> tuple[date, date]:
    return ends[0].first, ends[-1].last


@pytest.fixture
def office(chain: Chain) -> Phone:
    return chain.phone("Thường trực", "TT", DISTRICT)


def progress(chain: Chain) -> dict[str, Any]:
    answer = chain.volunteer.get(f"/api/campaigns/{chain.campaign}/progress")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def enter(chain: Chain, office: Phone, kind: str, day: str, **values: int | None) -> None:
    path = f"/api/campaigns/{chain.campaign}/reports/{kind}/same-period?place={chain.district}&day={day}"
    assert office.put(path, {"values": values}).status_code == 200


def compared(chain: Chain, code: str = "A1") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = next(one for one in progress(chain)["compared"] if one["code"] == code)["points"]
    return found


# ---------------------------------------------------------------- the same period, pure


def test_what_nobody_entered_of_the_year_before_is_unknown_and_not_zero() -> None:
    assert comparing.so_far(MONTHS, {}, None) == [None, None, None]
    assert comparing.so_far(MONTHS, {span(MONTHS[0]): 0}, None) == [0, None, None]


def test_the_year_before_adds_up_over_periods_that_were_entered_and_is_never_cut_pro_rata() -> None:
    entered = {span(MONTHS[0]): 2, span(MONTHS[1]): 3}
    assert comparing.same(MONTHS, entered) == [2, 3, None]
    assert comparing.so_far(MONTHS, entered, 12) == [2, 5, 12]


def test_a_longer_span_that_was_entered_fills_a_gap() -> None:
    entered = {span(MONTHS[0], MONTHS[1]): 4, span(MONTHS[2]): 1}
    assert comparing.so_far(MONTHS, entered, None) == [None, 4, 5]


def test_a_figure_that_was_taken_back_is_unknown_again() -> None:
    assert comparing.so_far(MONTHS, {span(MONTHS[0]): None, span(MONTHS[1]): 3}, None) == [None, None, None]


def test_figures_add_up_to_the_period_that_runs() -> None:
    assert comparing.added([1, 0, 2, None, None]) == [1, 1, 3, None, None]


# ---------------------------------------------------------------- the call


def test_the_office_enters_a_month_of_the_year_before_and_everybody_reads_it_beside_this_year(
    chain: Chain, office: Phone
) -> None:
    chain.approved("TNGT-02")
    chain.approved("TNGT-02", occurred_at="2023-01-02T08:00:00.000+07:00")
    points = compared(chain)
    assert len(points) == 12
    assert {point["same"] for point in points} == {point["same_so_far"] for point in points} == {None}
    assert [point["now"] for point in points] == [1, 0, 0, 0, 1, 0, *[None] * 6]
    assert [point["so_far"] for point in points] == [1, 1, 1, 1, 2, 2, *[None] * 6]

    enter(chain, office, "month", "2022-12-20", A1=3, A2=0)
    enter(chain, office, "half", "2023-01-01", A1=9)
    points = compared(chain)
    assert [point["same"] for point in points] == [3, *[None] * 11]
    assert [point["same_so_far"] for point in points] == [3, None, None, None, None, 9, *[None] * 6]
    assert [point["same_so_far"] for point in compared(chain, "A2")][:2] == [0, None]
    office.put(f"/api/campaigns/{chain.campaign}/baselines", {"values": {"A1": 20}})
    chain.work()
    assert compared(chain)[-1]["same_so_far"] == 20
    enter(chain, office, "month", "2022-12-20", A1=None)
    assert compared(chain)[0]["same"] is None


def test_figures_of_a_commune_s_own_reports_are_not_the_campaign_s(chain: Chain) -> None:
    path = f"/api/campaigns/{chain.campaign}/reports/month/same-period?place={chain.commune}&day=2022-12-20"
    assert chain.supervisor.put(path, {"values": {"A1": 1}}).status_code == 200
    assert compared(chain)[0]["same"] is None


def test_special_days_are_told_by_themselves_once_they_have_begun(chain: Chain) -> None:
    chain.approved("TNGT-02", occurred_at="2023-04-29T00:10:00.000+07:00", deaths_male=1, deaths=1)
    chain.approved("TNGT-02", occurred_at="2023-05-03T23:50:00.000+07:00")
    chain.approved("TNGT-02", occurred_at="2023-05-04T00:10:00.000+07:00")
    chain.approved("TT-04", held_on="2023-05-01", attendees_total=60)
    told = progress(chain)
    assert [(one["from"], one["to"]) for one in told["special"]] == [("2023-04-29", "2023-05-03")]
    assert told["special"][0]["name"]["vi"] == "Nghỉ lễ 30/4 – 1/5"
    by_code = {one["code"]: one["special"] for one in told["indicators"]}
    assert [by_code[code][0]["numerator"] for code in ("A1", "A2", "P2")] == [2, 1, 60]
    assert by_code["P6"] == [None]  # people are counted once, and not by days


def test_of_two_sheets_of_one_case_special_days_count_the_later_one(chain: Chain) -> None:
    for at in ("2023-05-03T08:00:00.000+07:00", "2023-05-04T08:00:00.000+07:00"):
        chain.approved("TNGT-02", occurred_at=at, case_ref="12/2023")
    by_code = {one["code"]: one["special"] for one in progress(chain)["indicators"]}
    assert by_code["A1"][0]["numerator"] == 0


def test_hazards_are_counted_by_state_and_stand_where_their_commune_is_and_no_finer(
    chain: Chain, clock: StillClock
) -> None:
    assert progress(chain)["hazards"]["middles"] == []
    chain.approved("NCO-03", location="9.68361 106.26041 3 12", due_date="2023-05-20")
    in_work = chain.approved("NCO-03", location="9.69361 106.28041 3 12", status="in_work", due_date="2023-05-10")
    chain.approved("NCO-03", status="refused", reason="Không thuộc địa bàn", due_date=None)
    clock.set(datetime(2023, 5, 17, 0, 30, tzinfo=UTC))
    milestones.tick()
    told = progress(chain)
    assert told["hazards"]["counts"] == {"waiting": "H1", "in_work": "H2", "late": "H3", "done": "H4"}
    (middle,) = told["hazards"]["middles"]
    assert middle == {"place": chain.commune, "latitude": 9.69, "longitude": 106.27}
    by_code = {one["code"]: one["places"] for one in told["indicators"]}
    assert [[one["numerator"] for one in by_code[code]] for code in ("H1", "H2", "H3", "H4")] == [[1], [1], [1], []]
    done = {"status": "done", "done_on": "2023-05-16", "photo_after": f"{'b' * 64}.jpg"}
    chain.review(chain.edit("NCO-03", in_work, chain.supervisor, **done))
    chain.work()
    by_code = {one["code"]: one["places"] for one in progress(chain)["indicators"]}
    assert [[one["numerator"] for one in by_code[code]] for code in ("H1", "H2", "H3", "H4")] == [[1], [], [], [1]]


def test_the_call_says_below_how_many_no_share_is_given_in_percent(chain: Chain) -> None:
    assert progress(chain)["few"] == 20
