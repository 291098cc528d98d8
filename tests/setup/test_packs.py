"""Packs beside what the office changed on screen: none undoes it, and none drops it in silence."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from server.campaigns import service as campaigns
from server.campaigns.rules import Lined, PackRefused
from server.campaigns.tables import CampaignRow
from server.db import db, transaction
from server.setup import loading
from server.setup.loading import load
from tests.tools.chain import Chain, pack
from tests.tools.phones import Phone
from tests.tools.setting_up import FAIR, address, change, days, milestone, of, target, threshold, with_target


def as_json(stored: Any) -> Any:
    """A column of JSON as a driver gives it: SQLite's gives its text."""
    return json.loads(stored) if isinstance(stored, str) else stored


def test_loading_the_pack_again_undoes_nothing_that_the_office_changed(chain: Chain, office: Phone) -> None:
    made = change(
        chain,
        office,
        target("P2", {"at_least": 50}),
        milestone("T100", threshold(500)),
        milestone(None, threshold(7)),
        milestone("M2", {"type": "date", "on": "2023-06-14", "name": {"vi": "Sơ kết"}, "off": True}),
    )
    for given in (pack(), with_target("P2", at_least=90)):
        load(given)
        chain.work()
        shown = office.get(address(chain)).get_json()
        assert of(shown["targets"], "P2")["target"] == {"at_least": 50}
        assert of(shown["milestones"], "T100")["definition"]["at_least"] == 500
        assert [one["code"] for one in shown["milestones"]] == [one["code"] for one in made["milestones"]]
    assert of(shown["targets"], "P2")["of_pack"] == {"at_least": 90}


def test_what_the_office_has_not_changed_follows_the_pack(chain: Chain, office: Phone) -> None:
    change(chain, office, target("P3", {"at_least": 50}))
    load(with_target("P2", at_least=90))
    assert of(office.get(address(chain)).get_json()["targets"], "P2")["target"] == {"at_least": 90}


def test_what_is_taken_back_is_as_the_pack_says_now(chain: Chain, office: Phone) -> None:
    change(chain, office, target("P2", {"at_least": 50}))
    load(with_target("P2", at_least=90))
    shown = change(chain, office, target("P2", None))
    assert of(shown["targets"], "P2")["target"] == {"at_least": 90}


def test_a_pack_that_no_longer_fits_a_change_is_refused_and_says_whose_it_is(chain: Chain, office: Phone) -> None:
    change(chain, office, target("P2", {"at_least": 50}))
    told = pack().indicators
    data = [{**one, "kind": "at_most", "target": {"at_most": 5}} if one["code"] == "P2" else one for one in told.data]
    with pytest.raises(PackRefused, match=r"P2: .*the office changed this on screen"):
        load(replace(pack(), indicators=Lined(told.file, data, told.lines)))


@pytest.mark.parametrize("part", ["indicators", "milestones"])
def test_a_pack_that_drops_what_the_office_changed_is_refused(chain: Chain, office: Phone, part: str) -> None:
    changed = {"indicators": target("P10", {"at_most": 20}), "milestones": milestone("T1000", threshold(500))}[part]
    change(chain, office, changed)
    told: Lined = getattr(pack(), part)
    without = Lined(told.file, [one for one in told.data if one["code"] != changed["code"]], told.lines)
    with pytest.raises(PackRefused, match=rf"{changed['code']}: the office changed this .*the pack no longer has it"):
        load(replace(pack(), **{part: without}))
    change(chain, office, {**changed, "value": None})
    load(replace(pack(), report=None, scores=None, **{part: without}))
    assert changed["code"] not in [one["code"] for one in office.get(address(chain)).get_json()[part]]


def test_no_pack_gives_a_milestone_a_code_of_the_offices(chain: Chain) -> None:
    told = pack().milestones
    mine = [{**one, "code": "O1"} if one["code"] == "T1000" else one for one in told.data]
    with pytest.raises(PackRefused, match="O1: O and a number are the codes"):
        load(replace(pack(), milestones=Lined(told.file, mine, told.lines)))


def test_a_pack_may_give_units_targets_of_their_own(chain: Chain) -> None:
    chain.approved("TT-04", attendees_total=60)
    told = pack().indicators
    own = {"xa-ngai-xuyen": {"at_least": 10}}
    data = [{**one, "targets": own} if one["code"] == "P2" else one for one in told.data]
    load(replace(pack(), indicators=Lined(told.file, data, told.lines)))
    assert chain.indicator("P2", chain.commune)["verdict"] == "met"  # type: ignore[index]
    data = [{**one, "targets": {"nowhere": {"at_least": 1}}} if one["code"] == "P2" else one for one in told.data]
    with pytest.raises(PackRefused, match=r"places\.yaml has no place 'nowhere'"):
        load(replace(pack(), indicators=Lined(told.file, data, told.lines)))


def test_a_campaign_that_was_there_before_changes_kept_is_as_its_pack_said(chain: Chain, office: Phone) -> None:
    before = office.get(address(chain)).get_json()
    db.session.remove()
    downgrade(revision="0014")
    upgrade()
    after = office.get(address(chain)).get_json()
    assert [one["of_pack"] for one in after["targets"]] == [one["target"] for one in before["targets"]]
    assert all(one["of_pack"] for one in after["milestones"])
    assert change(chain, office, target("P2", {"at_least": 50}))["history"][0]["entry"] == "P2"


def test_a_server_of_before_finds_what_the_pack_said_and_reads_it(chain: Chain, office: Phone) -> None:
    before = office.get(address(chain)).get_json()
    m2 = {"type": "date", "on": "2023-06-20", "name": {"vi": "Sơ kết"}, "off": True}
    own = milestone(None, threshold(7, off=True))
    windows = {**before["windows"], "report_days": 9}
    calendar = {"part": "calendar", "code": "windows", "value": windows}
    change(chain, office, target("P2", {"at_least": 50}), milestone("M2", m2), own, days(FAIR), calendar)
    db.session.remove()
    downgrade(revision="0014")
    with db.engine.connect() as connection:
        queries = [sa.text(f"SELECT code, definition FROM {table}") for table in ("milestones", "indicators")]
        milestones, indicators = ({row.code: row.definition for row in connection.execute(query)} for query in queries)
    assert not [code for code, definition in milestones.items() if "off" in as_json(definition)]
    assert "O1" in milestones
    assert as_json(milestones["M2"])["on"] == "2023-06-14"
    assert as_json(indicators["P2"])["target"]["at_least"] == 1000
    upgrade()
    after = office.get(address(chain)).get_json()
    assert after["special"] == before["special"]
    assert after["windows"] == after["windows_of_pack"] == before["windows"]


def test_a_load_holds_the_set_up_before_it_reads_what_the_office_changed(chain: Chain) -> None:
    said: list[str] = []
    tables = ("pack_parts", "setup_changes")

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.extend(table for table in tables if statement.startswith("SELECT") and table in statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    load(pack())
    sa.event.remove(db.engine, "before_cursor_execute", note)
    assert said[0] == "pack_parts"
    assert "setup_changes" in said


def test_nothing_read_before_the_lock_counts_after_it(chain: Chain) -> None:
    @transaction
    def wait() -> tuple[str, str]:
        campaign = campaigns.find(chain.campaign)
        row = db.session.get_one(CampaignRow, chain.campaign)
        # As another process that held the lock meanwhile.
        for table, column, value in (
            ("campaigns", "zone", "'Asia/Bangkok'"),
            ("installation", "structure", "structure + 1"),
        ):
            db.session.execute(sa.text(f"UPDATE {table} SET {column} = {value}"))
        assert campaign is not None
        assert campaigns.find(chain.campaign) == campaign
        loading.lock(chain.campaign)
        found = campaigns.find(chain.campaign)
        assert found is not None
        return found.zone, row.zone

    with chain.app.test_request_context():
        assert wait() == ("Asia/Bangkok", "Asia/Bangkok")
