"""A record that was reported for the wrong commune leaves one feed and enters another, with all that hangs on it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from server import clock
from server.db import db, transaction
from server.indicators import service as indicators
from server.records.tables import QuarantineRow
from tests.house.test_feeds import steps_of_sqlite
from tests.indicators.test_service import state
from tests.records.conftest import AT
from tests.records.test_sync import documents
from tests.tools.chain import Chain
from tests.tools.phones import Phone


def move(n: int, record: str, origin: int, place: int, rev: int = 1) -> dict[str, Any]:
    return {"n": n, "kind": "move", "record": record, "rev": rev, "from": origin, "place": place, "at": AT}


def result(phone: Phone, *mutations: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = phone.sync(*mutations)["results"][-1]
    return found


def there(chain: Chain) -> Phone:
    return chain.phone("Lâm Đạt", "GSV", "xa-dai-an")


def test_a_record_leaves_one_feed_and_enters_another_at_once(chain: Chain) -> None:
    sent = chain.submit("CK-05")
    supervisor, other = chain.supervisor, there(chain)
    before, elsewhere = chain.volunteer.sync()["cursors"], other.sync()["cursors"]
    assert result(supervisor, move(1, sent["record"], chain.commune, chain.other_commune))["status"] == "applied"
    answer = chain.volunteer.sync(cursors=before)
    assert answer["changes"][f"p{chain.commune}"] == [{"k": "record", "id": sent["record"], "gone": True}]
    arrived = documents(other.sync(cursors=elsewhere), "record")[sent["record"]]
    assert (arrived["place"], arrived["state"], arrived["rev"]) == (chain.other_commune, "submitted", 1)
    assert chain.volunteer.get(f"/api/records/{sent['record']}").status_code == 404
    (waiting,) = other.get("/api/reviews/inbox").get_json()["items"]
    assert waiting["record"] == sent["record"]


def test_who_reads_both_places_has_the_record_in_one_feed_only(chain: Chain) -> None:
    sent = chain.submit("CK-05")
    office = chain.phone("Văn phòng", "TT", "huyen-tra-cu")
    assert result(office, move(1, sent["record"], chain.commune, chain.other_commune))["status"] == "applied"
    changes = office.sync()["changes"]
    assert changes[f"p{chain.commune}"] == [{"k": "record", "id": sent["record"], "gone": True}]
    (arrived,) = [item for item in changes[f"p{chain.other_commune}"] if item["k"] == "record"]
    assert arrived["id"] == sent["record"]


def test_the_history_says_who_moved_it_from_where_to_where(chain: Chain) -> None:
    sent = chain.submit("CK-05")
    result(chain.supervisor, move(1, sent["record"], chain.commune, chain.other_commune))
    history = there(chain).get(f"/api/records/{sent['record']}").get_json()
    assert [entry["type"] for entry in history["history"]] == ["revision", "move"]
    entry = history["history"][1]
    assert (entry["from"], entry["to"], entry["by"]) == (
        chain.commune,
        chain.other_commune,
        chain.supervisor.person,
    )
    assert history["people"][str(entry["by"])] == "Sơn Chi"


def test_what_it_counts_moves_with_it_and_sums_are_as_if_made_anew(chain: Chain) -> None:
    stays = chain.approved("TT-04", attendees_total=40)
    sent = chain.approved("TT-04", attendees_total=60)
    office = chain.phone("Văn phòng", "TT", "huyen-tra-cu")
    figures = {}
    for name, origin, place, n in (
        ("there", chain.commune, chain.other_commune, 1),
        ("back", chain.other_commune, chain.commune, 2),
        ("there again", chain.commune, chain.other_commune, 3),
    ):
        assert result(office, move(n, sent["record"], origin, place))["status"] == "applied"
        chain.work()
        places = (chain.commune, chain.other_commune, chain.district)
        found = [chain.indicator("P2", one) for one in places]
        figures[name] = [one["numerator"] if one else None for one in found]
    assert figures == {"there": [40, 60, 100], "back": [100, None, 100], "there again": [40, 60, 100]}
    assert stays["record"] != sent["record"]
    before = state()
    indicators.rebuild(chain.campaign)
    assert state() == before


def test_an_edit_that_raced_with_the_move_reaches_who_decides_now(chain: Chain) -> None:
    sent = chain.submit("CK-05")
    colleague, other = chain.phone("Kim Bình"), there(chain)
    result(chain.supervisor, move(1, sent["record"], chain.commune, chain.other_commune))
    edit = {"n": 1, "kind": "edit", "record": sent["record"], "base": 1, "at": AT}
    edit["set"] = chain.positions("CK-05", {"signed_count": 31})
    answer = colleague.sync(edit)
    (held,) = answer["results"]
    assert (held["reason"], held["detail"]) == ("record-moved", {"place": chain.other_commune})
    assert all(record.get("gone") for record in documents(answer, "record").values())
    (item,) = documents(other.sync(), "quarantine")
    assert not documents(chain.supervisor.sync(), "quarantine")
    released = other.post(f"/api/quarantine/{item}/release").get_json()
    assert released["result"]["status"] == "applied"
    assert documents(other.sync(), "record")[sent["record"]]["rev"] == 2


def test_what_was_held_of_a_record_goes_along(chain: Chain) -> None:
    sent = chain.submit("CK-05")
    wrong = {"n": 50, "kind": "edit", "record": sent["record"], "base": 1, "at": AT}
    wrong["set"] = chain.positions("CK-05", {"signed_count": 4000})
    assert result(chain.volunteer, wrong)["reason"] == "not-valid"
    supervisor, other = chain.supervisor, there(chain)
    cursors = supervisor.sync()["cursors"]
    result(supervisor, move(1, sent["record"], chain.commune, chain.other_commune))
    (item,) = documents(other.sync(), "quarantine")
    gone = supervisor.sync(cursors=cursors)["changes"][f"q{chain.commune}"]
    assert {"k": "quarantine", "id": item, "gone": True} in gone


def test_what_was_held_of_a_record_goes_all_the_way_with_one_that_is_moved_on_at_once(chain: Chain) -> None:
    sent = chain.submit("CK-05")
    wrong = {"n": 50, "kind": "edit", "record": sent["record"], "base": 1, "at": AT}
    chain.volunteer.sync(wrong | {"set": chain.positions("CK-05", {"signed_count": 4000})})
    office, other = chain.phone("Văn phòng", "TT", "huyen-tra-cu"), there(chain)
    away = move(1, sent["record"], chain.commune, chain.other_commune)
    back = move(2, sent["record"], chain.other_commune, chain.commune)
    assert [each["status"] for each in office.sync(away, back)["results"]] == ["applied", "applied"]
    assert len(documents(chain.supervisor.sync(), "quarantine")) == 1
    assert all(item.get("gone") for item in documents(other.sync(), "quarantine").values())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_move_looks_at_what_is_held_of_its_record_and_not_at_all_that_is_held(chain: Chain) -> None:
    sent, supervisor = [chain.submit("CK-05")["record"] for _ in range(3)], chain.supervisor

    def steps(n: int) -> int:
        away = move(n, sent[n - 1], chain.commune, chain.other_commune)
        return steps_of_sqlite(lambda: supervisor.sync(away))

    steps(1)  # some things are read once only
    before = steps(2)
    common = {"device_id": supervisor.device, "person_id": 1, "hash": "x", "reason": "not-valid", "status": "held"}
    others = [common | {"n": 1000 + n, "record_id": f"9-{n}", "detail": {}, "payload": {}} for n in range(5000)]
    transaction(lambda: db.session.execute(sa.insert(QuarantineRow).values(received_at=clock.now()), others))()
    assert steps(3) < before + 20  # to go through all takes 150 more


def test_a_record_goes_only_where_its_form_is_filled_in(chain: Chain) -> None:
    sent = chain.submit("CK-05")
    chain.phone("Người Tỉnh Mới", "GSV", "tinh-vinh-long-2025")
    refused = result(chain.supervisor, move(1, sent["record"], chain.commune, 99_999))
    assert (refused["status"], refused["reason"]) == ("quarantined", "not-reached")


def test_a_volunteer_moves_nothing(chain: Chain) -> None:
    sent = chain.submit("CK-05")
    refused = result(chain.volunteer, move(50, sent["record"], chain.commune, chain.other_commune))
    assert (refused["status"], refused["reason"]) == ("quarantined", "not-mover")


def test_the_author_is_told_where_the_record_went(chain: Chain) -> None:
    sent = chain.submit("CK-05")
    result(chain.supervisor, move(1, sent["record"], chain.commune, chain.other_commune))
    chain.work()
    (message,) = chain.documents("message", chain.volunteer)
    assert (message["kind"], message["record"], message["text"]) == (
        "moved",
        sent["record"],
        str(chain.other_commune),
    )
