"""What must hold once a schedule has ended quietly: the promises of docs/protocol.md, seen from outside."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from tests.simulation_client.schedule import Schedule
from tests.simulation_client.story import VALUE, in_mutation, ordered
from tests.simulation_client.town import Hand

Rows = dict[str, list[list[Any]]]


def check(schedule: Schedule) -> None:
    """Raises AssertionError with what is broken."""
    reader = schedule.town.hand("reader", schedule.supervisor, reviews=True)
    reader.phone.ask("sync")
    there = {record["id"]: record["place"] for record in reader.phone.ask("records")}
    histories = {
        record: reader.phone.ask("api", method="GET", path=f"/api/records/{record}")
        for record in there
        if ordered(record)[0] in schedule.devices
    }
    nothing_typed_is_lost(schedule, histories, reader)
    nothing_took_effect_twice(schedule, histories)
    only_what_must_be_is_held(schedule, reader)
    fresh = {schedule.supervisor: reader}
    for hand in schedule.hands:
        drafts_are_whole(hand)
        if hand.revoked:
            nothing_is_left_on_it(hand)
            continue
        holds_exactly_what_they_may_read(schedule, hand, there)
        if not schedule.book.communes(hand.person, schedule.town.day):
            continue  # nobody without a role enrols a phone
        if hand.person not in fresh:
            fresh[hand.person] = schedule.town.hand("anew", hand.person)
            fresh[hand.person].phone.ask("sync")
        holds_what_the_server_would_answer(hand, fresh[hand.person], histories)


def nothing_typed_is_lost(schedule: Schedule, histories: dict[str, Any], reader: Hand) -> None:
    """Every value that was submitted is in a revision, a conflict, the quarantine or still in a phone's outbox.

    What a person has let in from the quarantine is in a revision or a conflict. Where the server's clock went back to
    before an author's role, what is held then is shown to its author alone, who may have no phone left.
    """
    hands = [reader, *(hand for hand in schedule.hands if not hand.revoked)]
    items = [item for hand in hands for item in hand.phone.ask("documents", kind="quarantine")]
    held = set(VALUE.findall(json.dumps([item for item in items if item["status"] != "released"])))
    if schedule.flavour.keys() >= {"jump", "revoke"}:
        held |= set(VALUE.findall(json.dumps(schedule.town.held_nowhere())))
    waiting = {value for hand in schedule.hands for item in hand.phone.ask("outbox") for value in in_mutation(item)}
    taken = set(VALUE.findall(json.dumps(histories)))
    lost = [typed for typed in schedule.typed if typed.value not in taken | held | waiting | schedule.retired]
    assert not lost, f"lost: {lost}"


def drafts_are_whole(hand: Hand) -> None:
    """What is typed and not submitted is in its draft."""
    kept = {draft["id"]: draft["values"] for draft in hand.phone.ask("drafts")}
    for draft, values in hand.drafts.items():
        assert kept[draft].items() >= values.items(), f"{hand.name}: {draft} holds {kept[draft]}, not {values}"


def nothing_took_effect_twice(schedule: Schedule, histories: dict[str, Any]) -> None:
    """A value becomes a record's at most as often as it was submitted or chosen in a decision."""
    taken: Counter[str] = Counter()
    for history in histories.values():
        for entry in history["history"]:
            if entry["type"] == "revision":
                taken.update(change["to"] for change in entry["changes"].values() if isinstance(change["to"], str))
    allowed = schedule.submissions + schedule.decided
    twice = {value: count for value, count in taken.items() if value in schedule.submissions and count > allowed[value]}
    assert not twice, f"took effect twice: {twice}"


# Why something is held, by what else happened: a phone in good standing is never refused.
REASONS = {
    "revoke": {"device-revoked"},
    # A copy builds on creations that were the other's; what it says of them can't be understood.
    "clone": {"cloned", "record-exists", "record-unknown", "foreign-record"},
    # Typed on top of a creation that was held for the same reason, it is of no record that there is.
    "role": {"outside-scope", "record-unknown"},
    "move": {"record-moved"},
}


def only_what_must_be_is_held(schedule: Schedule, reader: Hand) -> None:
    """What a phone in good standing sends is never refused; what it says of a record to come waits for it."""
    expected: set[str] = set().union(*(REASONS.get(step, ()) for step in schedule.flavour))
    items = [item for item in reader.phone.ask("documents", kind="quarantine") if item["device"] in schedule.devices]
    held = [item for item in items if (item["reason"], item["status"]) != ("record-unknown", "released")]
    assert {item["reason"] for item in held} <= expected, held


def holds_exactly_what_they_may_read(schedule: Schedule, hand: Hand, there: dict[str, int]) -> None:
    """The records of the places where its person has a role today, all of them, and no other."""
    town = schedule.town
    reach = {town.places[key] for key in schedule.book.reach(hand.person, town.day, town.pack.changes)}
    rows: Rows = hand.phone.ask("rows")
    held = {str(key) for key, _ in rows["records"]}
    wanted = {record for record, place in there.items() if place in reach}
    assert held == wanted, f"{hand.name} holds {held - wanted} and lacks {wanted - held}"
    read = {feed for feed in dict(rows["meta"])["progress"]["cursors"] if feed.startswith("p")}
    assert read == {f"p{place}" for place in reach}, f"{hand.name} reads {read}, and should {reach}"


def nothing_is_left_on_it(hand: Hand) -> None:
    """A phone whose access was taken back holds nothing of the server's, and has handed over what it had to say."""
    rows: Rows = hand.phone.ask("rows")
    assert rows["records"] == [], f"{hand.name} still shows {rows['records']}"
    # A form stays while somebody's own unsettled words are read by it; it says nothing of anybody.
    shown = [document for document in rows["documents"] if document[0][0] != "form"]
    assert shown == [], f"{hand.name} still shows {shown}"
    assert rows["outbox"] == [], f"{hand.name} keeps {rows['outbox']}"


def holds_what_the_server_would_answer(hand: Hand, fresh: Hand, histories: dict[str, Any]) -> None:
    """The phone is as one that the same person enrols now, and what it shows is the server's head."""
    mine, its = held_by(hand), held_by(fresh)
    for what, rows in its.items():
        assert mine[what] == rows, f"{hand.name}: {what} {differing(mine[what], rows)}"
    shown = {record["id"]: record["values"] for record in hand.phone.ask("records")}
    anew = {record["id"]: record["values"] for record in fresh.phone.ask("records")}
    assert {record: shown[record] for record in anew} == anew, f"{hand.name} shows {differing(shown, anew)}"
    for record in mine["records"].keys() & histories:
        document = mine["records"][record]
        assert document["doc"] == strip(plain(histories[record]["record"]), document["doc"]), f"{hand.name}: {record}"


def held_by(hand: Hand) -> dict[str, dict[str, Any]]:
    """What a phone has from the server: records, other documents, how far it has read."""
    rows: Rows = hand.phone.ask("rows")
    progress = dict(rows["meta"])["progress"]
    assert not progress["sweeping"]
    assert not progress["incomplete"], f"{hand.name} doesn't know {progress['incomplete']}"
    return {
        "records": {str(key): known(row) for key, row in rows["records"]},
        "documents": {str(key): known(row) for key, row in rows["documents"]},
        "cursors": progress["cursors"],
        "epoch": {"epoch": progress["epoch"]},
    }


def known(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what only this phone's own story has made of it."""
    return {"doc": plain(row["doc"]), "feeds": sorted(row["feeds"])}


def plain(document: dict[str, Any]) -> dict[str, Any]:
    """A document, its times written one way. Of its own creations a phone knows only roughly when they arrived."""
    if document["k"] != "record":
        return document
    at = datetime.fromisoformat(document["at"]).astimezone(UTC).isoformat()
    return {name: value for name, value in document.items() if name != "received"} | {"at": at}


def differing(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    """Where they differ."""
    return {
        key: (left.get(key), right.get(key)) for key in left.keys() | right.keys() if left.get(key) != right.get(key)
    }


def strip(document: dict[str, Any], like: dict[str, Any]) -> dict[str, Any]:
    """The members that a phone keeps."""
    return {name: value for name, value in document.items() if name in like}
