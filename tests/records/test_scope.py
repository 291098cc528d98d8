"""Which records a phone holds and may change, as roles begin and end and communes merge: by the local date."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from server.people import granting
from server.people import service as people
from server.places import service as places
from tests.records.conftest import World
from tests.records.test_sync import documents
from tests.tools.chain import Chain
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone
from tests.tools.tables import tables

# 23:59 on 30 June and 00:01 on 1 July 2025 in Việt Nam.
BEFORE_REFORM = datetime(2025, 6, 30, 16, 59, tzinfo=UTC)
AFTER_REFORM = datetime(2025, 6, 30, 17, 1, tzinfo=UTC)


def everything(phone: Phone, cursors: dict[str, int] | None = None) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """All documents of records that come down from these cursors on, and the last answer."""
    found: dict[str, dict[str, Any]] = {}
    answer = phone.sync(cursors=cursors)
    found |= documents(answer, "record")
    while answer["more"]:
        answer = phone.sync(cursors=answer["cursors"])
        found |= documents(answer, "record")
    return found, answer


def give(phone: Phone, role: str, place: str, start: date | None = None, end: date | None = None) -> None:
    granting.install_role(phone.person, {"role": role, "place": place, "start": start, "end": end})


def take(phone: Phone, role: str, place: str) -> None:
    assert granting.operator_end_role(phone.person, {"role": role, "place": place}) == 1


def approve(phone: Phone, n: int, record: dict[str, Any]) -> dict[str, Any]:
    review = {"n": n, "kind": "review", "record": record["id"], "rev": record["rev"], "hash": record["hash"]}
    answer: dict[str, Any] = phone.sync(review | {"decision": "approve", "at": "2025-07-01T08:00:00+07:00"})
    return answer["results"][0]


@pytest.fixture
def spring_2025(world: World, clock: StillClock) -> StillClock:
    """The spring before the reform, so that phones enrol shortly before it."""
    clock.set(datetime(2025, 6, 1, tzinfo=UTC))
    return clock


# ---------------------------------------------------------------- grants


def test_a_role_in_another_place_brings_its_records_from_the_start(world: World, volunteer: Phone) -> None:
    neighbour = world.phone("Lâm Đạt", "TNV", "xa-dai-an")
    for start in (1, 301):
        created = [world.create(neighbour, n) | {"place": world.other_place} for n in range(start, start + 300)]
        assert {result["status"] for result in neighbour.sync(*created)["results"]} == {"applied"}
    before = volunteer.sync(world.create(volunteer, 1))["cursors"]
    give(volunteer, "TNV", "xa-dai-an")
    found, answer = everything(volunteer, before)
    assert len(found) == 600  # more than one page
    assert all(record["values"] for record in found.values())
    assert set(answer["cursors"]) == {*before, f"p{world.other_place}"}


@pytest.mark.parametrize("role", ["TDKT", "QT", "XEM"])
def test_a_council_an_administrator_and_a_viewer_get_the_campaign_and_none_of_its_records(
    world: World, volunteer: Phone, role: str
) -> None:
    volunteer.sync(world.create(volunteer, 1))
    phone = world.phone("Phan Thị Hội", role, "huyen-tra-cu")
    found, answer = everything(phone)
    assert found == {}
    assert set(answer["cursors"]) == {f"c{world.campaign}", f"u{phone.person}"}
    assert documents(answer, "campaign").keys() == {str(world.campaign)}


def test_a_first_role_of_a_campaign_brings_its_forms_and_figures(world: World, volunteer: Phone) -> None:
    volunteer.sync(world.create(volunteer, 1))
    stranger = world.phone("Người Tỉnh Mới", "GSV", "tinh-vinh-long-2025")
    before = stranger.sync()
    province = places.by_key("tinh-vinh-long-2025")
    assert set(before["cursors"]) == {f"p{province}", f"q{province}", f"u{stranger.person}"}
    give(stranger, "GSV", "xa-ngai-xuyen")
    answer = stranger.sync(cursors=before["cursors"])
    assert len(documents(answer, "form")) == 9
    assert documents(answer, "campaign")
    assert documents(answer, "record")


def test_who_begins_to_review_gets_what_was_held_before_and_who_ends_keeps_none_of_it(
    world: World, volunteer: Phone, colleague: Phone
) -> None:
    volunteer.sync(world.create(volunteer, 1, signed_on="không phải ngày"))
    assert not documents(colleague.sync(), "quarantine")
    cursors = colleague.sync()["cursors"]
    give(colleague, "GSV", "xa-ngai-xuyen")
    answer = colleague.sync(cursors=cursors)
    assert documents(answer, "quarantine")
    take(colleague, "GSV", "xa-ngai-xuyen")
    assert colleague.sync(cursors=answer["cursors"])["forget"] == [f"q{world.place}"]


def test_a_role_with_dates_begins_and_ends_at_the_local_midnight_by_itself(
    world: World, volunteer: Phone, clock: StillClock
) -> None:
    neighbour = world.phone("Lâm Đạt", "TNV", "xa-dai-an")
    neighbour.sync(world.create(neighbour, 1) | {"place": world.other_place})
    give(volunteer, "TNV", "xa-dai-an", date(2023, 5, 20), date(2023, 5, 25))
    feed = f"p{world.other_place}"
    seen = {}
    for day, hour, minute in ((19, 16, 59), (19, 17, 1), (24, 16, 59), (24, 17, 1)):  # 23:59 and 00:01 in Việt Nam
        clock.set(datetime(2023, 5, day, hour, minute, tzinfo=UTC))
        answer = volunteer.sync(cursors={feed: 0})
        seen[(day, hour)] = (len(documents(answer, "record")), answer["forget"])
    assert seen == {(19, 16): (0, [feed]), (19, 17): (1, []), (24, 16): (1, []), (24, 17): (0, [feed])}


# ---------------------------------------------------------------- a role that ended


def test_what_is_sent_after_a_role_ended_is_held_for_its_author_and_the_supervisor_and_nobody_else(
    world: World, volunteer: Phone, supervisor: Phone
) -> None:
    sent = world.create(volunteer, 1)
    cursors = volunteer.sync(sent)["cursors"]
    stranger = world.phone("Lâm Đạt", "GSV", "xa-dai-an")
    take(volunteer, "TNV", "xa-ngai-xuyen")
    answer = volunteer.sync(
        world.edit(2, sent["record"], 1, signed_count=35), world.create(volunteer, 3), cursors=cursors
    )
    assert [result["reason"] for result in answer["results"]] == ["outside-scope", "outside-scope"]
    assert set(answer["forget"]) == {f"p{world.place}", f"c{world.campaign}"}
    assert not documents(answer, "record")
    mine = documents(answer, "quarantine")
    assert len(mine) == 2
    theirs = documents(supervisor.sync(), "quarantine")
    assert theirs.keys() == mine.keys()
    assert not documents(stranger.sync(), "quarantine")
    released = {supervisor.post(f"/api/quarantine/{item}/release").get_json()["result"]["status"] for item in theirs}
    assert released == {"applied"}
    records = documents(supervisor.sync(), "record")
    assert {record["by"] for record in records.values()} == {volunteer.person}
    assert records[sent["record"]]["values"][-1] == 35
    settled = documents(volunteer.sync(cursors=answer["cursors"]), "quarantine")
    assert {item["status"] for item in settled.values()} == {"released"}


@pytest.mark.parametrize("end", ["role", "access"])
def test_what_was_typed_on_top_of_a_held_creation_is_shown_to_whoever_decides_about_that(
    world: World, volunteer: Phone, supervisor: Phone, end: str
) -> None:
    """Its record isn't there yet, so the item itself says nothing of a place."""
    volunteer.sync(world.create(volunteer, 1))
    if end == "role":
        take(volunteer, "TNV", "xa-ngai-xuyen")
    else:
        supervisor.post(f"/api/devices/{volunteer.device}/revoke")
    sent = world.create(volunteer, 2)
    together = [sent, world.edit(3, sent["record"], 0, signed_count=35) | {"after": [2]}]
    later = world.edit(4, sent["record"], 0, signed_count=36) | {"after": [2, 3]}
    volunteer.sync(*together)
    volunteer.sync(later)
    stranger = world.phone("Lâm Đạt", "GSV", "xa-dai-an")
    items = documents(supervisor.sync(), "quarantine")
    assert sorted(item["n"] for item in items.values()) == [2, 3, 4]
    assert {item["place"] for item in items.values()} == {world.place}
    assert not documents(stranger.sync(), "quarantine")
    for item in sorted(items, key=int):
        assert supervisor.post(f"/api/quarantine/{item}/release").status_code == 200
    assert documents(supervisor.sync(), "record")[sent["record"]]["values"][-1] == 36


def test_the_author_of_an_item_from_an_ended_role_may_discard_it_but_not_release_it(
    world: World, volunteer: Phone
) -> None:
    take(volunteer, "TNV", "xa-ngai-xuyen")
    (item,) = documents(volunteer.sync(world.create(volunteer, 1)), "quarantine")
    refused = volunteer.post(f"/api/quarantine/{item}/release")
    assert (refused.status_code, refused.get_json()["slug"]) == (409, "still-held")
    assert volunteer.post(f"/api/quarantine/{item}/discard").get_json()["status"] == "discarded"


def test_a_stranger_can_put_nothing_before_a_supervisor(world: World, volunteer: Phone, supervisor: Phone) -> None:
    stranger = world.phone("Lâm Đạt", "TNV", "xa-dai-an")
    sent = world.create(volunteer, 1)
    volunteer.sync(sent)
    results = stranger.sync(world.create(stranger, 1), world.edit(2, sent["record"], 1, signed_count=1))["results"]
    assert [result["reason"] for result in results] == ["outside-scope", "record-unknown"]
    assert not documents(supervisor.sync(), "quarantine")


def test_a_reason_about_a_record_is_read_only_by_who_may_read_the_record(chain: Chain) -> None:
    sent = chain.submit("CK-05")
    chain.review(sent, "return", reason="Hỏi lại bà Tư")
    chain.work()
    (told,) = chain.documents("message")
    assert told["text"] == "Hỏi lại bà Tư"
    take(chain.volunteer, "TNV", "xa-ngai-xuyen")
    (told,) = chain.documents("message")
    assert (told["kind"], told["text"]) == ("returned", None)


# ---------------------------------------------------------------- communes that merge


def test_on_the_day_of_a_merger_the_successor_takes_over_and_the_records_stay_where_they_were(
    world: World, spring_2025: StillClock, volunteer: Phone
) -> None:
    successor = places.by_key("xa-tra-cu-2025")
    sent = world.create(volunteer, 1)
    volunteer.sync(sent)
    heir = world.phone("Lê Văn Mười", "GSV", "xa-tra-cu-2025")
    spring_2025.set(BEFORE_REFORM)
    assert not documents(heir.sync(), "record")
    spring_2025.set(AFTER_REFORM)
    record = documents(heir.sync(), "record")[sent["record"]]
    assert record["place"] == world.place
    assert approve(heir, 1, record)["status"] == "applied"
    assert heir.get("/api/reviews/inbox").get_json()["items"] == []
    assert set(heir.sync()["cursors"]) >= {f"p{world.place}", f"p{successor}", f"c{world.campaign}"}


def test_a_record_made_before_the_merger_and_sent_after_it_is_taken_under_the_old_place(
    world: World, spring_2025: StillClock, volunteer: Phone
) -> None:
    heir = world.phone("Lê Văn Mười", "GSV", "xa-tra-cu-2025")
    spring_2025.set(AFTER_REFORM)
    sent = world.create(volunteer, 1, signed_on="2025-06-30") | {"at": "2025-06-30T22:00:00+07:00"}
    assert volunteer.sync(sent)["results"][0]["status"] == "applied"
    record = documents(heir.sync(), "record")[sent["record"]]
    assert record["place"] == world.place
    assert approve(heir, 1, record)["status"] == "applied"


def test_a_record_made_after_the_merger_is_filed_under_the_successor(
    world: World, spring_2025: StillClock, volunteer: Phone
) -> None:
    successor = places.by_key("xa-tra-cu-2025")
    spring_2025.set(AFTER_REFORM)
    sent = world.create(volunteer, 1, signed_on="2025-06-30") | {"at": "2025-07-01T00:01:00+07:00"}
    answer = volunteer.sync(sent)
    assert answer["results"][0]["status"] == "applied"
    assert documents(answer, "record")[sent["record"]]["place"] == successor
    again = volunteer.sync(sent)["results"][0]
    assert (again["status"], again["first"]) == ("duplicate", "applied")


def test_a_record_of_a_table_that_is_filed_elsewhere_comes_back_whole(
    world: World, spring_2025: StillClock, volunteer: Phone
) -> None:
    successor = places.by_key("xa-tra-cu-2025")
    spring_2025.set(AFTER_REFORM)
    sent = world.create(volunteer, 1, signed_on="2025-06-30") | {"at": "2025-07-01T00:01:00+07:00"}
    answer = volunteer.sync(tables=tables([sent]))
    assert answer["results"][0]["status"] == "applied"
    [shown] = answer["changes"][f"p{successor}"]
    assert shown["place"] == successor  # its number alone would say: as you sent it, under the place that has ended


def test_a_phone_whose_clock_is_ahead_files_nothing_under_a_place_that_is_not_there_yet(
    world: World, volunteer: Phone
) -> None:
    sent = world.create(volunteer, 1) | {"at": "2025-08-01T00:01:00+07:00"}
    assert documents(volunteer.sync(sent), "record")[sent["record"]]["place"] == world.place


def test_roles_without_an_end_pass_to_the_successor_and_meet_there(
    world: World, spring_2025: StillClock, volunteer: Phone, supervisor: Phone
) -> None:
    neighbour = world.phone("Kim Thị Hường", "TNV", "xa-thanh-son")
    other = world.create(neighbour, 1) | {"place": places.by_key("xa-thanh-son")}
    neighbour.sync(other)
    spring_2025.set(BEFORE_REFORM)
    assert not documents(supervisor.sync(), "record")
    spring_2025.set(AFTER_REFORM)
    assert other["record"] in documents(supervisor.sync(), "record")
    (role,) = volunteer.get("/api/me").get_json()["roles"]
    assert role["place"]["name"]["vi"] == "Xã Trà Cú"
    assert volunteer.sync(world.edit(1, other["record"], 1, signed_count=31))["results"][0]["status"] == "applied"
    managed = {person["name"] for person in supervisor.get("/api/people").get_json()}
    assert managed >= {"Kim Thị Hường", "Thạch Thị An"}


def test_a_role_with_an_end_stays_with_the_old_place_until_then(world: World, spring_2025: StillClock) -> None:
    keeper = world.phone("Trần Văn Giữ", "TNV", "xa-thanh-son")
    take_from = {"role": "TNV", "place": "xa-thanh-son", "end": date(2025, 8, 1)}
    granting.operator_end_role(keeper.person, take_from)
    old = places.by_key("xa-thanh-son")
    spring_2025.set(AFTER_REFORM)
    assert [key for key in keeper.sync()["cursors"] if key.startswith("p")] == [f"p{old}"]
    sent = world.create(keeper, 1, signed_on="2025-06-30") | {"place": old, "at": "2025-07-02T08:00:00+07:00"}
    assert documents(keeper.sync(sent), "record")[sent["record"]]["place"] == old
    spring_2025.set(datetime(2025, 7, 31, 17, 1, tzinfo=UTC))
    assert keeper.sync(cursors={f"p{old}": 1})["forget"] == [f"p{old}"]


def test_who_is_told_of_a_place_that_has_merged_are_those_responsible_now(
    world: World, spring_2025: StillClock, volunteer: Phone, supervisor: Phone
) -> None:
    heir = world.phone("Lê Văn Mười", "GSV", "xa-tra-cu-2025")
    town = world.phone("Sơn Thị Tư", "GSV", "tt-tra-cu")
    spring_2025.set(BEFORE_REFORM)
    assert people.holders("review", world.place) == [supervisor.person]
    spring_2025.set(AFTER_REFORM)
    assert people.holders("review", world.place) == sorted([supervisor.person, heir.person, town.person])
    assert volunteer.person in people.holders("write", places.by_key("xa-tra-cu-2025"))
