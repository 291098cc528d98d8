"""Figures follow decisions: on both databases, through the API and the worker."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server import cli, events
from server.campaigns import service as campaigns
from server.db import db, snapshot
from server.indicators import service
from server.indicators.rules import DefinitionsRefused
from server.indicators.tables import ContributionRow, IndicatorRow, ValueRow
from server.milestones import service as milestones
from server.places import service as places
from tests.tools.chain import DISTRICT, PACK, Chain
from tests.tools.clocks import StillClock


def shown(chain: Chain, code: str, place: int | None = None) -> dict[str, Any]:
    found = chain.indicator(code, place)
    assert found is not None
    return found


@snapshot
def state() -> tuple[list[Any], list[Any]]:
    contributions = db.session.execute(
        sa.select(*ContributionRow.__table__.columns).order_by(ContributionRow.indicator_id, ContributionRow.record_id)
    ).all()
    values = db.session.execute(
        sa.select(*ValueRow.__table__.columns).order_by(ValueRow.indicator_id, ValueRow.place_id)
    ).all()
    return list(contributions), list(values)


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
    chain.approved("TNGT-01", deaths_seen=1, injured_seen=2)
    assert [shown(chain, code)["numerator"] for code in ("A1", "A2", "A3", "A5")] == [1, 1, 2, 0]


def test_three_deaths_or_great_damage_make_an_especially_serious_accident(chain: Chain) -> None:
    chain.approved("TNGT-01", property_est="from_500m", deaths_seen=2)
    assert shown(chain, "A5")["verdict"] == "held_zero"
    chain.approved("TNGT-01", property_est="from_1500m")
    chain.approved("TNGT-01", deaths_seen=3)
    assert (shown(chain, "A5")["numerator"], shown(chain, "A5")["verdict"]) == (2, "not_met")


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
    chain.approved("TNGT-01", deaths_seen=0, injured_seen=3)
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


operations = st.lists(
    st.tuples(
        st.sampled_from(["approve", "edit", "reject"]),
        st.sampled_from(["TT-04", "CK-05", "TNGT-01"]),
        st.integers(1, 30),
        st.sampled_from(["2023-04-28", "2023-05-02", "2023-05-09", "2023-03-01"]),
        st.integers(0, 20),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=operations)
def test_sums_kept_step_by_step_are_those_made_again_from_the_records(chain: Chain, asked: list[Any]) -> None:
    known: list[tuple[str, dict[str, Any]]] = getattr(chain, "known", [])
    chain.known = known  # type: ignore[attr-defined]  # the next example goes on with this one's records
    for what, form, number, day, which in asked:
        amount = {"TT-04": "attendees_total", "CK-05": "signed_count", "TNGT-01": "injured_seen"}[form]
        date = {"TT-04": "held_on", "CK-05": "signed_on", "TNGT-01": "occurred_at"}[form]
        moment = f"{day}T08:00:00.000+07:00" if form == "TNGT-01" else day
        if form == "TNGT-01" and day < "2023-04-20":
            continue  # the form takes no report older than 30 days
        if what == "approve" or not known:
            known.append((form, chain.approved(form, **{amount: number, date: moment})))
            continue
        kind, before = known.pop(which % len(known))
        changed = {"TT-04": "attendees_total", "CK-05": "signed_count", "TNGT-01": "injured_seen"}[kind]
        later = chain.edit(kind, before, **{changed: number + 31})
        chain.review(later, "approve" if what == "edit" else "reject", reason="" if what == "edit" else "Trùng")
        chain.work()
        if what == "edit":
            known.append((kind, later))
    kept = state()
    service.rebuild(chain.campaign)
    assert state() == kept


def test_workers_side_by_side_sum_as_one(chain: Chain) -> None:
    for number in range(1, 9):
        chain.review(chain.submit("TT-04", attendees_total=number))
        chain.review(chain.submit("CK-05", signed_count=number, organisation=f"TH {number % 3}"))

    def work() -> int:
        with chain.app.app_context():
            handled = sum(1 for _ in iter(events.run_next, False))
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
    cli.load(campaigns.read_pack(PACK))
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
    wrong[1] = {**wrong[1], "measure": {"sum": "deaths"}}
    wrong[5] = {**wrong[5], "form": "TT-05"}
    with pytest.raises(DefinitionsRefused) as refused:
        service.install(chain.campaign, wrong)
    assert [(fault.index, fault.message) for fault in refused.value.faults] == [
        (1, "form TNGT-01 has no question 'deaths'"),
        (5, "the campaign has no form TT-05"),
    ]


def test_documents_take_two_statements_however_many(chain: Chain) -> None:
    chain.approved("TT-04")
    chain.approved("TNGT-01")
    codes = [row.code for row in db.session.scalars(sa.select(IndicatorRow)).all()]
    refs = [service.ref(chain.campaign, code, place) for code in codes for place in (chain.district, chain.commune)]
    statements: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    found = service.documents(refs, None)
    assert {key.partition(":")[2] for key in found} >= {f"A0:{chain.commune}", f"P2:{chain.district}"}
    assert len(found) == 12
    assert len([text for text in statements if text.startswith("SELECT")]) == 2


# ---------------------------------------------------------------- places that have gone into another

EVE = datetime(2025, 6, 30, 5, tzinfo=UTC)
REFORM = datetime(2025, 7, 1, 5, tzinfo=UTC)


@snapshot
def figure(chain: Chain, code: str, place: int) -> dict[str, Any] | None:
    """An indicator at a place, as whoever reads the campaign's feed is told it."""
    one = service.ref(chain.campaign, code, place)
    return dict(service.documents([one], None)).get(one)


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
