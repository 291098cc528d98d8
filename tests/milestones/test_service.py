"""Milestones follow dates and approved data, once, and are taken back by corrections."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from server import cli
from server.campaigns import service as campaigns
from server.campaigns.rules import DefinitionsRefused
from server.db import db, snapshot
from server.events import Event
from server.milestones import service
from tests.tools.chain import PACK, Chain
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


def week(chain: Chain, day: str) -> dict[str, Any]:
    return chain.approved("TT-04", held_on=day, attendees_total=1)


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
    cli.load(campaigns.read_pack(PACK))
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
