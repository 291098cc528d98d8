"""The figures of the year before: entered by the office, never invented, every entry kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from server.campaigns import service as campaigns
from server.db import db, snapshot
from server.events import Event
from server.people import service as people
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone

PACK = Path(__file__).parents[2] / "campaigns" / "tra-cu-2023"
Enrol = Callable[[str, str], Phone]


def slug(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["slug"]  # type: ignore[attr-defined]


@pytest.fixture
def enrol(app: Flask, clock: StillClock, phone: Callable[[], Phone]) -> Enrol:
    """Loads the pack; makes an enrolled phone of a new person with a role on a place."""
    assert app.test_cli_runner().invoke(args=["campaign", "load", str(PACK)]).exit_code == 0

    def made(role: str, place: str) -> Phone:
        person = people.install_person({"name": f"{role} {place}", "role": role, "place": place, "language": "vi"})
        return phone().enrol(people.install_link(person)["url"].rpartition("/")[2])

    return made


@pytest.fixture
def address(enrol: Enrol) -> str:
    """Where the campaign's baselines are."""
    campaign = campaigns.find_by_key("tra-cu-2023")
    assert campaign is not None
    return f"/api/campaigns/{campaign.id}/baselines"


def entered() -> list[dict[str, object]]:
    query = sa.select(Event.payload).where(Event.kind == "baseline.entered").order_by(Event.id)
    return snapshot(lambda: list(db.session.scalars(query)))()


def test_before_anybody_enters_one_there_is_none(enrol: Enrol, address: str) -> None:
    answer = enrol("TT", "huyen-tra-cu").get(address)
    assert answer.get_json() == {"values": {"A1": None, "A2": None, "A3": None, "A4": None}, "history": []}


def test_the_office_enters_figures_and_each_is_an_event(enrol: Enrol, address: str) -> None:
    office = enrol("TT", "huyen-tra-cu")
    answer = office.put(address, {"values": {"A1": 20, "A2": 0}})
    assert answer.status_code == 200
    assert answer.get_json()["values"] == {"A1": 20, "A2": 0, "A3": None, "A4": None}
    assert [event["indicator"] for event in entered()] == ["A1", "A2"]
    campaign = campaigns.find_by_key("tra-cu-2023")
    assert campaign is not None
    assert entered()[0] == {"campaign_id": campaign.id, "indicator": "A1", "place_id": campaign.place_id}


def test_the_latest_entry_counts_and_every_entry_is_kept(enrol: Enrol, address: str, clock: StillClock) -> None:
    office = enrol("TT", "huyen-tra-cu")
    for value in (20, 21, None, 21):
        clock.advance(minutes=1)
        office.put(address, {"values": {"A1": value}})
    shown = office.get(address).get_json()
    assert shown["values"]["A1"] == 21
    assert [entry["value"] for entry in shown["history"]] == [21, None, 21, 20]
    assert {entry["by"] for entry in shown["history"]} == {office.person}
    assert shown["history"][0]["name"] == "TT huyen-tra-cu"
    assert shown["history"][0]["at"] > shown["history"][1]["at"]


def test_entering_what_is_so_already_makes_no_entry(enrol: Enrol, address: str) -> None:
    office = enrol("TT", "huyen-tra-cu")
    for _ in range(2):
        office.put(address, {"values": {"A1": 20, "A3": None}})
    assert len(office.get(address).get_json()["history"]) == 1
    assert len(entered()) == 1


@pytest.mark.parametrize(
    ("role", "place"), [("TNV", "xa-ngai-xuyen"), ("GSV", "xa-ngai-xuyen"), ("LD", "huyen-tra-cu")]
)
def test_nobody_but_the_office_of_the_campaigns_place_enters_figures(
    enrol: Enrol, address: str, role: str, place: str
) -> None:
    assert slug(enrol(role, place).put(address, {"values": {"A1": 1}})) == (404, "not-found")
    assert entered() == []


def test_an_office_of_a_commune_is_not_the_campaigns(enrol: Enrol, address: str) -> None:
    assert slug(enrol("TT", "xa-ngai-xuyen").put(address, {"values": {"A1": 1}})) == (404, "not-found")


def test_a_leader_of_the_district_reads_them(enrol: Enrol, address: str) -> None:
    assert enrol("LD", "huyen-tra-cu").get(address).status_code == 200
    assert slug(enrol("TNV", "xa-ngai-xuyen").get(address)) == (404, "not-found")


def test_a_campaign_that_is_not_there_is_not_found(enrol: Enrol, address: str) -> None:
    office = enrol("TT", "huyen-tra-cu")
    assert slug(office.put("/api/campaigns/999/baselines", {"values": {"A1": 1}})) == (404, "not-found")


@pytest.mark.parametrize(
    "values",
    [{"A1": -1}, {"A1": "20"}, {"A1": 1.5}, {"A1": True}, {"A1": 10_000_000}, {}, {"P2": 5}, {"A1": 1, "ZZ": 2}, [], 3],
)
def test_a_figure_that_is_none_is_refused_whole(enrol: Enrol, address: str, values: object) -> None:
    office = enrol("TT", "huyen-tra-cu")
    answer = office.put(address, {"values": values})
    assert slug(answer) == (422, "invalid")
    assert answer.get_json()["errors"]
    assert office.get(address).get_json()["history"] == []


def test_without_signing_in_there_is_nothing(enrol: Enrol, address: str, phone: Callable[[], Phone]) -> None:
    assert slug(phone().get(address)) == (401, "sign-in")
