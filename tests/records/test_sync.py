"""The sync endpoint: one round trip, on the real campaign, on both databases."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from server.db import db
from server.people import service as people
from tests.records.conftest import World
from tests.tools.phones import Phone


def documents(answer: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {str(d["id"]): d for changed in answer["changes"].values() for d in changed if d["k"] == kind}


def count(table: str) -> int:
    db.session.rollback()
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(db.metadata.tables[table])) or 0)


def test_one_round_trip_lands_a_record_and_brings_the_campaign(world: World, volunteer: Phone) -> None:
    answer = volunteer.sync(world.create(volunteer, 1))
    assert [result["status"] for result in answer["results"]] == ["applied"]
    assert not answer["more"]
    assert len(documents(answer, "form")) == 9
    assert documents(answer, "campaign")
    assert len(documents(answer, "place")) >= 17
    assert set(answer["cursors"]) == {f"c{world.campaign}", f"p{world.place}", f"u{volunteer.person}"}


def test_own_unchanged_writes_come_back_as_a_revision_number(world: World, volunteer: Phone, colleague: Phone) -> None:
    sent = world.create(volunteer, 1)
    answer = volunteer.sync(sent)
    own = documents(answer, "record")[sent["record"]]
    assert own["rev"] == 1
    assert "values" not in own
    theirs = documents(colleague.sync(), "record")[sent["record"]]
    assert theirs["values"] == ["2023-05-10", "helmet", "pupils", 40, 30]


def test_a_lost_answer_and_a_retry_make_no_second_record(world: World, volunteer: Phone) -> None:
    sent = world.create(volunteer, 1)
    first = volunteer.sync(sent)["results"][0]
    again = volunteer.sync(sent)["results"][0]
    assert (again["status"], again["first"], again["rev"], again["hash"]) == ("duplicate", "applied", 1, first["hash"])
    assert (count("records"), count("revisions")) == (1, 1)


def test_an_idle_poll_changes_nothing_and_says_nothing(world: World, volunteer: Phone) -> None:
    cursors = volunteer.sync()["cursors"]
    answer = volunteer.sync(cursors=cursors)
    assert (answer["changes"], answer["results"], answer["people"]) == ({}, [], {})
    assert answer["cursors"] == cursors


def test_an_idle_sync_takes_at_most_400_bytes_of_bodies(world: World, volunteer: Phone, supervisor: Phone) -> None:
    """As they travel: a phone compresses a request from 512 bytes on, the server an answer where that saves some."""
    volunteer.sync(world.create(volunteer, 1))
    for phone in (volunteer, supervisor):
        asked = {"protocol": 1, "epoch": phone.profile["epoch"], "cursors": phone.sync()["cursors"]}
        asked |= {"mutations": [], "tables": [], "photos": []}
        request = json.dumps(asked, separators=(",", ":")).encode()
        assert len(request) < 512
        takes = {"Content-Type": "application/json", "Accept-Encoding": "gzip, deflate, br, zstd"}
        answer = phone.call("POST", "/api/sync", data=request, headers=takes)
        assert answer.status_code == 200
        assert len(request) + len(answer.data) <= 400


def test_another_field_is_merged_and_the_same_field_is_kept_twice_for_all_to_see(
    world: World, volunteer: Phone, colleague: Phone, supervisor: Phone
) -> None:
    record = world.create(volunteer, 1)["record"]
    volunteer.sync(world.create(volunteer, 1))
    volunteer.sync(world.edit(2, record, 1, signed_count=31, hamlet="Ấp Chợ"))
    merged = colleague.sync(world.edit(1, record, 1, paper_ref="UBND xã"))
    assert merged["results"][0]["status"] == "merged"
    contested = colleague.sync(world.edit(2, record, 1, signed_count=35))
    assert contested["results"][0]["status"] == "conflict"
    for phone in (volunteer, colleague, supervisor):
        answer = phone.sync()
        (conflict,) = documents(answer, "record")[record]["conflicts"]
        assert (conflict["base"], conflict["head"]["value"], conflict["theirs"]["value"]) == (30, 31, 35)
        assert {answer["people"][str(side["by"])] for side in (conflict["head"], conflict["theirs"])} == {
            "Thạch Thị An",
            "Kim Bình",
        }


def test_each_side_of_a_conflict_says_when_and_on_which_phone_it_was_typed(
    world: World, volunteer: Phone, colleague: Phone, supervisor: Phone
) -> None:
    created = world.create(volunteer, 1)
    record = created["record"]
    volunteer.sync(created)
    volunteer.sync(world.edit(2, record, 1, signed_count=31) | {"at": "2023-05-16T07:35:00+07:00"})
    supervisor.sync(world.edit(1, record, 2, hamlet="Ấp Chợ") | {"at": "2023-05-16T07:45:00+07:00"})  # a later head
    colleague.sync(world.edit(1, record, 1, signed_count=35) | {"at": "2023-05-16T07:40:00+07:00"})
    head = {"value": 31, "by": volunteer.person, "at": "2023-05-16T00:35:00+00:00", "device": volunteer.device}
    theirs = {"value": 35, "by": colleague.person, "at": "2023-05-16T00:40:00+00:00", "device": colleague.device}
    for phone in (volunteer, colleague, supervisor):
        (conflict,) = documents(phone.sync(), "record")[record]["conflicts"]
        assert (conflict["head"], conflict["theirs"]) == (head, theirs)
    history = supervisor.get(f"/api/records/{record}").get_json()["history"]
    (entry,) = [entry for entry in history if entry["type"] == "conflict"]
    assert (entry["head"], entry["theirs"]) == (head, theirs)


def test_a_decision_about_a_conflict_stays_in_the_history(
    world: World, volunteer: Phone, colleague: Phone, supervisor: Phone
) -> None:
    record = world.create(volunteer, 1)["record"]
    volunteer.sync(world.create(volunteer, 1), world.edit(2, record, 1, signed_count=31))
    colleague.sync(world.edit(1, record, 1, signed_count=35))
    resolution = world.edit(1, record, 2, signed_count=35) | {"kind": "resolve", "closes": [1]}
    assert supervisor.sync(resolution)["results"][0]["status"] == "applied"
    history = volunteer.get(f"/api/records/{record}").get_json()
    assert not history["record"]["conflicts"]
    assert [entry["type"] for entry in history["history"]] == [
        "revision",
        "revision",
        "conflict",
        "revision",
        "resolution",
    ]
    decision = history["history"][-1]
    assert (decision["value"], decision["head"]["value"], decision["theirs"]["value"]) == (35, 31, 35)
    assert history["people"][str(decision["by"])] == "Sơn Chi"


def test_a_return_a_correction_and_an_approval(world: World, volunteer: Phone, supervisor: Phone) -> None:
    record = world.create(volunteer, 1)["record"]
    volunteer.sync(world.create(volunteer, 1))
    seen = documents(supervisor.sync(), "record")[record]
    back = {"kind": "review", "record": record, "at": "2023-05-16T09:00:00+07:00"}
    returned = supervisor.sync(back | {"n": 1, "rev": 1, "hash": seen["hash"], "decision": "return", "reason": "Thiếu"})
    assert returned["results"][0]["status"] == "applied"
    shown = documents(volunteer.sync(), "record")[record]
    assert (shown["state"], shown["review"]["reason"]) == ("returned", "Thiếu")
    corrected = volunteer.sync(world.edit(2, record, 1, signed_count=33))["results"][0]
    stale = supervisor.sync(back | {"n": 2, "rev": 1, "hash": seen["hash"], "decision": "approve"})
    assert stale["results"][0]["status"] == "stale"
    assert documents(stale, "record")[record]["rev"] == 2
    approved = supervisor.sync(back | {"n": 3, "rev": 2, "hash": corrected["hash"], "decision": "approve"})
    assert approved["results"][0]["status"] == "applied"
    shown = documents(volunteer.sync(), "record")[record]
    assert (shown["state"], shown["approved"]) == ("approved", 2)


def test_a_phone_of_another_commune_gets_nothing_and_can_do_nothing(world: World, volunteer: Phone) -> None:
    record = world.create(volunteer, 1)["record"]
    volunteer.sync(world.create(volunteer, 1))
    stranger = world.phone("Lâm Đạt", "GSV", "xa-dai-an")
    assert not documents(stranger.sync(), "record")
    assert stranger.get(f"/api/records/{record}").status_code == 404
    result = stranger.sync(world.edit(1, record, 1, signed_count=1))["results"][0]
    assert (result["status"], result["reason"]) == ("quarantined", "record-unknown")
    assert volunteer.get(f"/api/records/{record}").get_json()["record"]["rev"] == 1


def test_the_office_reads_every_commune_and_writes_in_none(world: World, volunteer: Phone) -> None:
    volunteer.sync(world.create(volunteer, 1))
    office = world.phone("Văn phòng", "TT", "huyen-tra-cu")
    answer = office.sync()
    assert documents(answer, "record")
    refused = office.sync(world.create(office, 1))["results"][0]
    assert (refused["status"], refused["reason"]) == ("quarantined", "outside-scope")


def test_an_answer_that_breaks_its_form_is_held_whole_and_shown_to_its_author(world: World, volunteer: Phone) -> None:
    sent = world.create(volunteer, 1, signed_count=99)
    answer = volunteer.sync(sent)
    result = answer["results"][0]
    assert (result["status"], result["reason"]) == ("quarantined", "not-valid")
    (violation,) = result["detail"]["violations"]
    assert (violation["path"], violation["kind"]) == ("signed_count", "constraint")
    assert "vi" in violation["message"]
    (held,) = documents(answer, "quarantine").values()
    assert (held["payload"], held["status"], held["reason"]) == (sent, "held", "not-valid")


def test_any_json_as_an_answer_is_held_and_never_an_error(world: World, volunteer: Phone) -> None:
    odd = [{"a": 1}, [[[]]], True, 1.5, "x" * 100_000, ["pupils"] * 500, -(2**70), "\u0000", "\ud800"]
    mutations = [world.create(volunteer, n, group=value) for n, value in enumerate(odd, 1)]
    mutations.append(world.create(volunteer, 50))
    answer = volunteer.post("/api/sync", {"protocol": 1, "mutations": mutations}).get_json()
    assert [result["status"] for result in answer["results"]] == ["quarantined"] * len(odd) + ["applied"]
    assert len(documents(answer, "quarantine")) == len(odd)


def test_an_item_of_a_wrong_shape_is_held_and_delays_no_other(world: World, volunteer: Phone) -> None:
    broken = [
        {"n": 1},
        {"n": 2, "kind": "coin"},
        {"n": 3, "kind": "edit", "record": "x", "base": -1, "set": "?"},
        world.create(volunteer, 4) | {"set": [[999, 1]]},
        world.create(volunteer, 5) | {"at": "yesterday"},
        world.create(volunteer, 6) | {"more": 1},
        world.create(volunteer, 7) | {"set": [["x", 1], [0]]},
        world.create(volunteer, 8) | {"\u0000": 1, "\ud800": 2},
    ]
    body = {"protocol": 1, "mutations": [*broken, world.create(volunteer, 9)]}
    results = volunteer.post("/api/sync", body).get_json()["results"]
    assert [result["status"] for result in results] == ["quarantined"] * 8 + ["applied"]
    assert {result["reason"] for result in results[:8]} == {"malformed"}


def test_an_edit_that_no_database_could_hold_is_held_too(world: World, volunteer: Phone) -> None:
    volunteer.sync(world.create(volunteer, 1))
    odd = [world.edit(n, f"{volunteer.device}-1", 1, group=value) for n, value in ((2, 2**70), (3, "\u0000\ud800"))]
    results = volunteer.post("/api/sync", {"protocol": 1, "mutations": odd}).get_json()["results"]
    assert [result["status"] for result in results] == ["quarantined"] * 2


def test_an_unknown_form_is_held_and_can_be_released_once_it_is_known(
    world: World, volunteer: Phone, supervisor: Phone
) -> None:
    sent = world.create(volunteer, 1) | {"form": 4000}
    answer = volunteer.sync(sent)
    assert answer["results"][0]["reason"] == "form-unknown"
    (held,) = documents(answer, "quarantine").values()
    refused = supervisor.post(f"/api/quarantine/{held['id']}/release")
    assert refused.status_code in (404, 409)


def test_what_a_revoked_phone_still_sends_is_held_and_the_supervisor_can_release_it(
    world: World, volunteer: Phone, supervisor: Phone
) -> None:
    cursors = volunteer.sync()["cursors"]
    assert volunteer.device is not None
    people.operator_revoke(volunteer.device)
    answer = volunteer.sync(world.create(volunteer, 1), cursors=cursors)
    assert answer["results"][0]["reason"] == "device-revoked"
    assert set(answer["forget"]) == set(cursors)
    assert (answer["changes"], answer["cursors"]) == ({}, {})
    (held,) = documents(supervisor.sync(), "quarantine").values()
    released = supervisor.post(f"/api/quarantine/{held['id']}/release")
    assert released.get_json()["result"]["status"] == "applied"
    (record,) = documents(supervisor.sync(), "record").values()
    assert record["by"] == volunteer.person
    assert supervisor.post(f"/api/quarantine/{held['id']}/discard").get_json()["slug"] == "already-settled"


def test_another_payload_under_a_used_number_is_held_and_the_phone_is_renumbered(
    world: World, volunteer: Phone
) -> None:
    volunteer.sync(world.create(volunteer, 1))
    result = volunteer.sync(world.create(volunteer, 1, signed_count=3))["results"][0]
    assert (result["status"], result["reason"], result["renumber"]) == ("quarantined", "cloned", True)


def test_an_epoch_that_changed_makes_phones_offer_again_in_order_and_start_over(world: World, volunteer: Phone) -> None:
    sent = world.create(volunteer, 1)
    cursors = volunteer.sync(sent)["cursors"]
    edit = world.edit(2, sent["record"], 1, signed_count=31)
    answer = volunteer.sync(edit, cursors=cursors, epoch="another life")
    assert answer["reoffer"]
    assert [result["status"] for result in answer["results"]] == ["retry"]
    assert documents(answer, "record")[sent["record"]]["rev"] == 1
    again = volunteer.sync(sent, edit, epoch=answer["epoch"])
    assert [result["status"] for result in again["results"]] == ["duplicate", "applied"]


def test_an_edit_of_a_revision_seen_before_the_restore_overwrites_nothing_it_has_not_seen(
    world: World, volunteer: Phone, colleague: Phone
) -> None:
    sent = world.create(volunteer, 1)
    volunteer.sync(sent)
    colleague.sync(world.edit(1, sent["record"], 1, target_count=41))
    late = world.edit(2, sent["record"], 2, target_count=42)
    (result,) = volunteer.sync(late, saw={"2": "of another life"})["results"]
    assert result["status"] == "conflict"
    (again,) = volunteer.sync(late)["results"]
    assert (again["status"], again["first"]) == ("duplicate", "conflict")


def test_a_head_over_anything_but_applied_edits_comes_with_its_values(world: World, volunteer: Phone) -> None:
    sent = world.create(volunteer, 1)
    volunteer.sync(sent)
    edited = world.edit(2, sent["record"], 0, target_count=41) | {"after": [1]}
    answer = volunteer.sync(sent, edited)
    assert [result["status"] for result in answer["results"]] == ["duplicate", "applied"]
    assert documents(answer, "record")[sent["record"]]["values"][3] == 41


def test_a_cursor_ahead_of_its_feed_means_a_restored_server(world: World, volunteer: Phone) -> None:
    answer = volunteer.sync(cursors={f"p{world.place}": 1000})
    assert answer["reoffer"]
    assert answer["cursors"][f"p{world.place}"] < 1000


def test_pages_bring_everything_once(world: World, volunteer: Phone, colleague: Phone) -> None:
    for start in range(1, 1201, 300):
        volunteer.sync(*(world.create(volunteer, n) for n in range(start, start + 300)))
    seen: list[str] = []
    cursors: dict[str, int] = {}
    for _ in range(10):
        answer = colleague.sync(cursors=cursors)
        seen += documents(answer, "record")
        cursors = answer["cursors"]
        if not answer["more"]:
            break
    assert len(seen) == len(set(seen)) == 1200


def test_forms_come_in_the_first_page_and_each_page_says_how_much_is_left(
    world: World, volunteer: Phone, colleague: Phone
) -> None:
    for first in range(1, 1301, 650):
        volunteer.sync(*(world.create(volunteer, n) for n in range(first, first + 650)))
    pages = [colleague.sync(cursors={})]
    assert {doc["key"] for doc in documents(pages[0], "form").values()} == set(world.versions)
    while pages[-1]["more"]:
        pages.append(colleague.sync(cursors=pages[-1]["cursors"]))
    sizes = [sum(len(changed) for changed in page["changes"].values()) for page in pages]
    assert [page.get("left") for page in pages] == [*(sum(sizes[at:]) for at in range(1, len(sizes))), None]
    assert len(pages) > 2
