"""Milestones follow dates and approved data, once, and are taken back by corrections."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from server.campaigns import service as campaigns
from server.campaigns.rules import DefinitionsRefused
from server.db import db, snapshot, transaction
from server.events import Event
from server.milestones import service
from server.milestones.tables import MilestoneRow
from server.setup.loading import load
from tests.tools.chain import DISTRICT, OTHER_COMMUNE, PACK, Chain
from tests.tools.clocks import StillClock


@snapshot
def announced() -> list[int]:
    """The crossings that were announced, in order."""
    query = sa.select(Event.payload).where(Event.kind == "milestone.reached").order_by(Event.id)
    return [payload["crossing_id"] for payload in db.session.scalars(query)]


def shown(chain: Chain, code: str, place: int | None = None) -> dict[str, Any]:
    found = chain.milestone(code, place)
    assert found is not None
    return found


@snapshot
def audience(crossing_id: int) -> set[int]:
    """Who is told of a crossing."""
    return service.audience(service.crossings([crossing_id])[crossing_id])


def week(chain: Chain, day: str) -> dict[str, Any]:
    return chain.approved("TT-04", held_on=day, attendees_total=1, language=["vi"])


def test_dates_before_the_start_count_as_reached_and_are_not_announced(chain: Chain) -> None:
    service.tick()
    assert shown(chain, "M1")["reached"] == "2023-03-20"
    assert shown(chain, "M2")["reached"] is None
    assert announced() == []


def test_a_date_is_reached_when_its_day_begins_in_viet_nam(chain: Chain, clock: StillClock) -> None:
    clock.set(datetime(2023, 6, 13, 16, 59, tzinfo=UTC))
    service.tick()
    assert shown(chain, "M2")["reached"] is None
    clock.set(datetime(2023, 6, 13, 17, 0, tzinfo=UTC))
    service.tick()
    service.tick()
    assert shown(chain, "M2")["reached"] == "2023-06-14"
    assert len(announced()) == 1


def test_a_date_that_passed_while_the_worker_was_away_is_told_when_it_is_back(chain: Chain, clock: StillClock) -> None:
    clock.set(datetime(2023, 6, 20, 3, 0, tzinfo=UTC))
    service.tick()
    assert shown(chain, "M2")["reached"] == "2023-06-14"
    assert len(announced()) == 1


def test_a_threshold_is_crossed_once_on_approved_data(chain: Chain) -> None:
    sent = chain.submit("TT-04", attendees_total=1000)
    chain.work()
    assert announced() == []
    chain.review(sent)
    chain.work()
    assert shown(chain, "T1000")["reached"] == "2023-05-16"
    assert shown(chain, "T100", chain.commune)["reached"] == "2023-05-16"
    assert len(announced()) == 2
    chain.approved("TT-04", attendees_total=500)
    assert len(announced()) == 2


def test_a_milestone_of_each_commune_is_not_crossed_for_the_district(chain: Chain) -> None:
    chain.approved("TT-04", attendees_total=100)
    assert chain.milestone("T100") is None
    assert shown(chain, "T1000")["reached"] is None
    assert len(announced()) == 1


def test_a_correction_takes_a_milestone_back_quietly_and_it_is_told_only_once(chain: Chain) -> None:
    sent = chain.approved("TT-04", attendees_total=1000)
    told = announced()
    smaller = chain.edit("TT-04", sent, attendees_total=90)
    chain.review(smaller)
    chain.work()
    assert shown(chain, "T1000")["retracted"] is not None
    assert shown(chain, "T100", chain.commune)["retracted"] is not None
    again = chain.edit("TT-04", smaller, attendees_total=1001)
    chain.review(again)
    chain.work()
    assert shown(chain, "T1000")["retracted"] is None
    assert announced() == told


def test_four_weeks_in_a_row_are_a_streak_of_the_commune(chain: Chain) -> None:
    for day in ("2023-04-25", "2023-05-04", "2023-05-16"):
        week(chain, day)
    assert chain.milestone("S4", chain.commune) is None
    missing = week(chain, "2023-05-08")
    assert shown(chain, "S4", chain.commune)["reached"] == "2023-05-16"
    assert shown(chain, "S4", chain.commune)["weeks"] == 4
    assert chain.milestone("S4") is None
    assert len(announced()) == 1
    chain.review(chain.edit("TT-04", missing, attendees_total=2), "reject", reason="Không có buổi này")
    chain.work()
    assert shown(chain, "S4", chain.commune)["retracted"] is not None
    assert len(announced()) == 1


def test_a_definition_that_changed_while_somebody_waited_for_it_is_the_one_decided_by(chain: Chain) -> None:
    chain.approved("TT-04", attendees_total=60)

    @transaction
    def decide() -> None:
        (row,) = db.session.scalars(sa.select(MilestoneRow).where(MilestoneRow.code == "T100")).all()
        lowered = {**row.definition, "at_least": 50}
        # As another process: this session holds the row as it was.
        another = sa.update(MilestoneRow).where(MilestoneRow.id == row.id).values(definition=lowered)
        db.session.execute(another, execution_options={"synchronize_session": False})
        assert row.definition["at_least"] == 100
        service.on_indicator({"campaign_id": chain.campaign, "code": "P2", "place_id": chain.commune})

    decide()
    assert shown(chain, "T100", chain.commune)["reached"] == "2023-05-16"


def test_what_is_reached_when_a_milestone_is_added_is_not_announced(chain: Chain) -> None:
    chain.approved("TT-04", attendees_total=60)
    definitions = [dict(item) for item in campaigns.read_pack(PACK).milestones.data]
    new = {"code": "T50", "type": "threshold", "indicator": "P2", "at_least": 50, "name": {"vi": "50 lượt"}}
    service.install(chain.campaign, [*definitions, new])
    chain.work()
    assert shown(chain, "T50")["reached"] == "2023-05-16"
    assert announced() == []


def test_a_raised_threshold_and_a_removed_milestone_are_gone_from_phones(chain: Chain) -> None:
    chain.approved("TT-04", attendees_total=1000)
    definitions = [dict(item) for item in campaigns.read_pack(PACK).milestones.data]
    next(item for item in definitions if item["code"] == "T1000")["at_least"] = 2000
    service.install(chain.campaign, [item for item in definitions if item["code"] != "T100"])
    assert shown(chain, "T1000")["retracted"] is not None
    assert chain.milestone("T100", chain.commune) is None


def test_loading_the_same_pack_again_changes_nothing(chain: Chain) -> None:
    chain.approved("TT-04", attendees_total=1000)
    cursors = chain.volunteer.sync()["cursors"]
    told = announced()
    load(campaigns.read_pack(PACK))
    assert chain.work() == 0
    assert chain.volunteer.sync(cursors=cursors)["changes"] == {}
    assert announced() == told


def test_a_milestone_of_an_unknown_indicator_is_refused(chain: Chain) -> None:
    with pytest.raises(DefinitionsRefused):
        service.install(
            chain.campaign,
            [{"code": "T1", "type": "threshold", "indicator": "P99", "at_least": 5, "name": {"vi": "x"}}],
        )
    assert chain.milestone("M1") is not None


# ---------------------------------------------------------------- first, guard, days without, deadlines, spans


def sheet(chain: Chain, day: str, deaths: int = 0, severity: str = "nt") -> dict[str, Any]:
    """A sheet of the police that they confirmed."""
    at = f"{day}T18:00:00.000+07:00"
    return chain.approved("TNGT-02", occurred_at=at, deaths_male=deaths, deaths=deaths, severity_final=severity)


def test_the_first_session_in_khmer_is_the_earliest_whenever_it_was_approved(chain: Chain) -> None:
    chain.approved("TT-04", language=["vi"], attendees_total=5)
    assert chain.milestone("KM1", chain.commune) is None
    chain.approved("TT-04", language=["km"], held_on="2023-05-09", attendees_total=5)
    assert shown(chain, "KM1", chain.commune)["reached"] == "2023-05-09"
    assert len(announced()) == 1
    chain.approved("TT-04", language=["vi", "km"], held_on="2023-05-04", attendees_total=5)
    assert shown(chain, "KM1", chain.commune)["reached"] == "2023-05-04"
    assert len(announced()) == 1


def test_a_guard_breaks_with_the_first_case_and_holds_again_when_it_was_none(chain: Chain) -> None:
    assert shown(chain, "G5")["reached"] is None
    sent = sheet(chain, "2023-05-10", deaths=3, severity="dbnt")
    assert shown(chain, "G5")["reached"] == "2023-05-16"
    (crossing,) = announced()
    other = sheet(chain, "2023-05-11", deaths=3, severity="dbnt")
    assert announced() == [crossing]
    assert shown(chain, "G5")["retracted"] is None
    for one in (sent, other):
        chain.review(chain.edit("TNGT-02", one, severity_final="nt"))
        chain.work()
    assert shown(chain, "G5")["retracted"] is not None


def test_days_without_a_death_grow_at_local_midnight_also_while_the_worker_is_away(
    chain: Chain, clock: StillClock
) -> None:
    sheet(chain, "2023-05-10", deaths=1)
    assert shown(chain, "N30")["retracted"] is None  # the long streak before it stands
    before = announced()
    clock.set(datetime(2023, 6, 8, 16, 59, tzinfo=UTC))
    service.tick()
    assert announced() == before
    clock.set(datetime(2023, 6, 12, 2, 0, tzinfo=UTC))  # the worker was down at midnight, and for two days more
    service.tick()
    service.tick()
    assert shown(chain, "N30")["reached"] == "2023-06-09"
    assert len(announced()) == len(before) + 1


def test_a_death_that_becomes_known_later_takes_the_days_without_back(chain: Chain, clock: StillClock) -> None:
    sheet(chain, "2023-04-10", deaths=1)
    clock.advance(days=1)
    service.tick()
    assert shown(chain, "N30")["reached"] == "2023-05-10"
    told = announced()
    sheet(chain, "2023-04-30", deaths=1)
    assert shown(chain, "N30")["retracted"] is not None
    assert announced() == told


def test_a_deadline_is_near_once_a_period_and_over_it_is_told_to_nobody(chain: Chain, clock: StillClock) -> None:
    clock.set(datetime(2023, 6, 15, 16, 59, tzinfo=UTC))  # reports of 15/5 to 14/6 are due on 19/6
    service.tick()
    told = len(announced())
    clock.set(datetime(2023, 6, 15, 17, 0, tzinfo=UTC))
    service.tick()
    service.tick()
    assert len(announced()) == told + 1
    clock.set(datetime(2023, 7, 20, 3, 0, tzinfo=UTC))  # the next one came and went while the worker was away
    service.tick()
    assert len(announced()) == told + 1


def test_of_a_deadline_only_those_are_told_whose_report_is_missing_and_the_office(
    chain: Chain, clock: StillClock
) -> None:
    office = chain.phone("Cúc", "TT", DISTRICT)
    elsewhere = chain.phone("Kim Bình", "GSV", OTHER_COMMUNE)
    clock.set(datetime(2023, 6, 15, 17, 0, tzinfo=UTC))
    service.tick()
    chain.at = "2023-06-16T07:30:00+07:00"
    told = audience(announced()[-1])
    assert {office.person, elsewhere.person, chain.supervisor.person} <= told
    assert chain.volunteer.person not in told
    chain.submit("BC-09", period_end="2023-06-14")
    assert audience(announced()[-1]) == told - {chain.supervisor.person, chain.sender("BC-09").person}


def test_a_guard_is_told_to_those_who_lead_and_verify_alone(chain: Chain) -> None:
    leader, office = chain.phone("Thu", "LD", DISTRICT), chain.phone("Cúc", "TT", DISTRICT)
    sheet(chain, "2023-05-10", deaths=3, severity="dbnt")
    told = audience(announced()[-1])
    assert {leader.person, office.person, chain.sender("TNGT-02").person} <= told
    assert not told & {chain.volunteer.person, chain.supervisor.person}


def test_a_units_streak_is_told_to_those_who_work_there(chain: Chain) -> None:
    office, elsewhere = chain.phone("Cúc", "TT", DISTRICT), chain.phone("Kim Bình", place=OTHER_COMMUNE)
    for day in ("2023-04-25", "2023-05-04", "2023-05-08", "2023-05-16"):
        chain.approved("TT-04", held_on=day, attendees_total=1, language=["vi"])
    told = audience(announced()[-1])
    assert {chain.volunteer.person, chain.supervisor.person} <= told
    assert not told & {office.person, elsewhere.person}


def test_a_threshold_of_a_monthly_figure_is_crossed_once_a_month(chain: Chain, clock: StillClock) -> None:
    definitions = [dict(item) for item in campaigns.read_pack(PACK).milestones.data]
    new = {"code": "V1", "type": "threshold", "indicator": "P6", "at_least": 1, "name": {"vi": "Có người"}}
    service.install(chain.campaign, [*definitions, new])
    chain.approved("TT-04", held_on="2023-05-15", attendees_total=1, language=["vi"])
    assert len(announced()) == 1
    clock.set(datetime(2023, 6, 20, 3, 0, tzinfo=UTC))
    chain.at = "2023-06-20T10:00:00+07:00"
    service.tick()
    told = len(announced())
    chain.approved("TT-04", held_on="2023-06-19", attendees_total=1, language=["vi"])
    chain.approved("TT-04", held_on="2023-06-20", attendees_total=1, language=["vi"])
    assert len(announced()) == told + 1
    assert shown(chain, "V1")["retracted"] is None
