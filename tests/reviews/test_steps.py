"""A record's way through the offices, as phones are told it."""

from __future__ import annotations

from typing import Any

from tests.tools.chain import AT, DISTRICT, Chain


def shown(chain: Chain, record: str) -> dict[str, Any]:
    """A record as a phone has it."""
    return next(each for each in chain.documents("record") if each["id"] == record)


def told(chain: Chain, record: str) -> tuple[Any, ...]:
    """What older phones go by, and what the others are told."""
    record_shown = shown(chain, record)
    return tuple(record_shown.get(name) for name in ("state", "stage", "approved"))


def test_an_accident_goes_from_the_commune_over_the_police_and_the_district_to_the_lock(chain: Chain) -> None:
    police = chain.phone("Lê Công", "CAX", DISTRICT)
    office = chain.phone("Cúc", "TT", DISTRICT)
    leader = chain.phone("Phạm Lãnh", "LD", DISTRICT)
    sent = chain.submit("TNGT-01")
    assert told(chain, sent["record"]) == ("submitted", None, None)
    chain.review(sent, "check")
    assert told(chain, sent["record"]) == ("submitted", "checking", None)
    assert shown(chain, sent["record"])["step"]["by"] == chain.supervisor.person
    chain.review(sent)
    assert told(chain, sent["record"]) == ("approved", None, 1)
    chain.review(sent, "confirm", police)
    chain.review(sent, "take", office)
    assert told(chain, sent["record"]) == ("approved", "taken", 1)
    chain.review(sent, "lock", leader, "15/4/2023–14/5/2023")
    record = shown(chain, sent["record"])
    assert (record["stage"], record["step"]["reason"]) == ("locked", "15/4/2023–14/5/2023")
    assert record["review"]["decision"] == "approve"
    changed = chain.edit("TNGT-01", sent, injured_seen=2)
    assert told(chain, sent["record"]) == ("submitted", "correcting", 1)
    chain.review(changed, "check", office)
    chain.review(changed, "correct", leader)
    assert told(chain, sent["record"]) == ("approved", "corrected", 2)
    history = leader.get(f"/api/records/{sent['record']}").get_json()["history"]
    steps = [entry["decision"] for entry in history if entry["type"] == "review"]
    assert steps == ["check", "approve", "confirm", "take", "lock", "check", "correct"]


def test_what_is_taken_into_check_still_waits_in_the_inbox(chain: Chain) -> None:
    sent = chain.submit("TT-04")
    chain.review(sent, "check")
    page = chain.supervisor.get("/api/reviews/inbox").get_json()
    assert [item["record"] for item in page["items"]] == [sent["record"]]


def test_a_merged_report_is_kept_and_counts_no_more(chain: Chain) -> None:
    first, second = chain.approved("TNGT-01"), chain.approved("TNGT-01")
    assert (chain.indicator("R1") or {})["numerator"] == 2
    chain.supervisor_merges(second, first["record"])
    chain.work()
    assert (chain.indicator("R1") or {})["numerator"] == 1
    merged = shown(chain, second["record"])
    assert (merged["state"], merged["stage"], merged["approved"]) == ("rejected", "merged", None)
    assert merged["review"]["into"] == first["record"]
    assert merged["values"]


def test_remarks_on_fields_come_with_the_return(chain: Chain) -> None:
    sent = chain.submit("TT-04")
    notes = {"attendees_total": "Đếm lại theo danh sách"}
    review = {"kind": "review", "record": sent["record"], "rev": 1, "hash": sent["hash"], "at": AT}
    result = chain.supervisor.sync({"n": 900, **review, "decision": "return", "reason": "", "notes": notes})["results"]
    assert result[0]["status"] == "applied"
    assert shown(chain, sent["record"])["review"]["notes"] == notes
    chain.work()
    messages = [message for message in chain.documents("message") if message["kind"] == "returned"]
    assert [message["text"] for message in messages] == ["Đếm lại theo danh sách"]
