"""What phones did offline, and in which order it reaches the server: the cases of docs/offline-cases.md.

A *chain* is what one phone typed about one record before anybody answered it. Each *link* is a mutation whose `after`
names the earlier ones.
"""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.records.conftest import AT, World
from tests.records.test_sync import count, documents
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone

Json = dict[str, Any]
TARGET, SIGNED, HAMLET = "target_count", "signed_count", "hamlet"


def waiting(phone: Phone) -> list[tuple[str, int]]:
    """What waits for this person's decision: the records, and the revision of each."""
    return [(item["record"], item["rev"]) for item in phone.get("/api/reviews/inbox").get_json()["items"]]


def one(phone: Phone, mutation: Json) -> Json:
    """The result of a request with nothing but this."""
    (result,) = phone.sync(mutation)["results"]
    return dict(result)


def statuses(phone: Phone, *mutations: Json) -> list[str]:
    return [result["status"] for result in phone.sync(*mutations)["results"]]


def shown(phone: Phone, record: str) -> Json:
    return documents(phone.sync(), "record")[record]


def values(world: World, phone: Phone, record: str, *names: str) -> list[Any]:
    """Answers of the record as a phone that comes for the first time is sent it."""
    found = shown(phone, record)["values"]
    positions = [position for position, _ in world.positions("CK-05", dict.fromkeys(names))]
    return [found[position] if position < len(found) else None for position in positions]


def asked(phone: Phone, record: str) -> list[tuple[str, Any, Any]]:
    """Each open conflict: the answer, the value that stands, the value beside it."""
    return [(c["path"], c["head"]["value"], c["theirs"]["value"]) for c in shown(phone, record)["conflicts"]]


def kept(phone: Phone, record: str, path: str) -> set[Any]:
    """Every value of an answer that the record's history knows of."""
    found = set()
    for entry in phone.get(f"/api/records/{record}").get_json()["history"]:
        if entry["type"] == "conflict" and entry["path"] == path:
            found |= {entry["head"]["value"], entry["theirs"]["value"]}
        elif entry["type"] == "revision" and path in entry["changes"]:
            found.add(entry["changes"][path]["to"])
    return found


def link(world: World, n: int, record: str, *after: int, base: int = 1, **changes: Any) -> Json:
    """What was typed after the links that it names; `base` 0 where the first of them is the record's creation."""
    return world.edit(n, record, base, **changes) | ({"after": list(after)} if after else {})


@pytest.fixture
def record(world: World, volunteer: Phone, colleague: Phone) -> str:
    """A record of An's that Bình has seen too: revision 1, 40 pupils asked, 30 signed."""
    assert one(volunteer, world.create(volunteer, 1))["status"] == "applied"
    return f"{volunteer.device}-1"


# ---------------------------------------------------------------- in order


def test_a_chain_that_arrives_in_order_lands_link_by_link_and_asks_nothing(world: World, volunteer: Phone) -> None:
    created = world.create(volunteer, 1)
    second = link(world, 2, created["record"], 1, base=0, signed_count=31)
    third = link(world, 3, created["record"], 1, 2, base=0, signed_count=32)
    assert statuses(volunteer, created, second, third) == ["applied"] * 3
    assert shown(volunteer, created["record"])["rev"] == 3
    assert values(world, volunteer, created["record"], SIGNED) == [32]
    assert asked(volunteer, created["record"]) == []


def test_a_chain_makes_the_same_record_in_one_request_or_in_many(
    world: World, volunteer: Phone, colleague: Phone
) -> None:
    hashes = []
    for phone, together in ((volunteer, True), (colleague, False)):
        created = world.create(phone, 1)
        chain = [
            created,
            link(world, 2, created["record"], 1, base=0, signed_count=31),
            link(world, 3, created["record"], 1, 2, base=0, hamlet="Ấp Chợ", signed_count=32),
        ]
        results = phone.sync(*chain)["results"] if together else [one(phone, mutation) for mutation in chain]
        assert [result["status"] for result in results] == ["applied"] * 3
        hashes.append(results[-1]["hash"])
    assert hashes[0] == hashes[1]


def test_a_chain_typed_before_somebody_changed_another_answer_is_merged_with_it(
    world: World, volunteer: Phone, colleague: Phone, record: str
) -> None:
    one(volunteer, world.edit(2, record, 1, paper_ref="UBND xã"))
    chain = link(world, 1, record, signed_count=31), link(world, 2, record, 1, signed_count=32)
    assert statuses(colleague, *chain) == ["merged", "merged"]
    assert values(world, volunteer, record, SIGNED, "paper_ref") == [32, "UBND xã"]
    assert asked(volunteer, record) == []


def test_what_somebody_typed_between_two_links_stays(
    world: World, volunteer: Phone, colleague: Phone, record: str
) -> None:
    one(colleague, link(world, 1, record, signed_count=31))
    one(volunteer, world.edit(2, record, 2, target_count=45))
    assert one(colleague, link(world, 2, record, 1, signed_count=32))["status"] == "merged"
    assert values(world, volunteer, record, TARGET, SIGNED) == [45, 32]
    assert asked(volunteer, record) == []


def test_only_the_link_that_met_another_persons_value_is_asked_about(
    world: World, volunteer: Phone, colleague: Phone, record: str
) -> None:
    """Whoever looked at the link before it alone would not see that the two ever met."""
    one(volunteer, world.edit(2, record, 1, target_count=45))
    chain = link(world, 1, record, signed_count=31), link(world, 2, record, 1, target_count=38)
    assert statuses(colleague, *chain) == ["merged", "conflict"]
    assert values(world, volunteer, record, TARGET, SIGNED) == [45, 31]
    assert asked(volunteer, record) == [(TARGET, 45, 38)]


# ---------------------------------------------------------------- out of order


def test_a_later_link_that_comes_first_waits_for_nobody(world: World, volunteer: Phone, record: str) -> None:
    assert one(volunteer, link(world, 3, record, 2, target_count=50))["status"] == "applied"
    assert one(volunteer, link(world, 2, record, signed_count=31))["status"] == "merged"
    assert values(world, volunteer, record, TARGET, SIGNED) == [50, 31]
    assert asked(volunteer, record) == []


def test_an_earlier_link_that_comes_late_puts_nothing_newer_aside(world: World, volunteer: Phone, record: str) -> None:
    assert one(volunteer, link(world, 3, record, 2, signed_count=32))["status"] == "applied"
    assert one(volunteer, link(world, 2, record, signed_count=31))["status"] == "conflict"
    assert asked(volunteer, record) == [(SIGNED, 32, 31)]


def test_a_link_whose_predecessors_never_come_lands_with_what_it_says_itself(
    world: World, volunteer: Phone, record: str
) -> None:
    assert one(volunteer, link(world, 9, record, 2, 3, 8, signed_count=35))["status"] == "applied"
    assert one(volunteer, link(world, 10, record, 2, 3, 8, 9, signed_count=36))["status"] == "applied"
    assert values(world, volunteer, record, SIGNED) == [36]
    assert (count("quarantine"), asked(volunteer, record)) == (0, [])


def test_whatever_order_the_links_arrive_in_every_value_is_kept_and_the_last_typed_stands(
    world: World, volunteer: Phone
) -> None:
    for turn, order in enumerate(itertools.permutations((1, 2, 3))):
        first = 10 * turn + 1
        created = world.create(volunteer, first)
        record = created["record"]
        one(volunteer, created)
        chain = {
            place: link(world, first + place, record, *range(first + 1, first + place), signed_count=30 + place)
            for place in (1, 2, 3)
        }
        assert "quarantined" not in [one(volunteer, chain[place])["status"] for place in order]
        assert {31, 32, 33} <= kept(volunteer, record, SIGNED)
        assert values(world, volunteer, record, SIGNED) == [33]


# ---------------------------------------------------------------- the creation is late, or never comes


def held(phone: Phone, record: str) -> list[str]:
    """The items of a record that are held, in the order of their numbers."""
    items = [item for item in documents(phone.sync(), "quarantine").values() if item["record"] == record]
    return [item["id"] for item in sorted(items, key=lambda item: int(item["n"])) if item["status"] == "held"]


def test_an_edit_that_comes_before_its_creation_is_held_whole_and_lands_when_its_author_says_so(
    world: World, volunteer: Phone
) -> None:
    created = world.create(volunteer, 1)
    early = one(volunteer, link(world, 2, created["record"], 1, base=0, signed_count=31))
    assert (early["status"], early["reason"]) == ("quarantined", "record-unknown")
    assert one(volunteer, created)["status"] == "applied"
    (item,) = held(volunteer, created["record"])
    assert volunteer.post(f"/api/quarantine/{item}/release").get_json()["result"]["status"] == "applied"
    assert values(world, volunteer, created["record"], SIGNED) == [31]


def test_a_chain_that_arrives_backwards_can_end_as_it_was_typed(world: World, volunteer: Phone) -> None:
    created = world.create(volunteer, 1)
    record = created["record"]
    chain = [created] + [link(world, n, record, *range(1, n), base=0, signed_count=29 + n) for n in (2, 3)]
    assert [one(volunteer, mutation)["status"] for mutation in reversed(chain)] == ["quarantined"] * 2 + ["applied"]
    for item in held(volunteer, record):
        assert volunteer.post(f"/api/quarantine/{item}/release").get_json()["result"]["status"] == "applied"
    assert (shown(volunteer, record)["rev"], values(world, volunteer, record, SIGNED)) == (3, [32])
    assert asked(volunteer, record) == []


def test_an_edit_whose_creation_never_comes_becomes_no_record_however_long_it_is_held(
    world: World, clock: StillClock, volunteer: Phone
) -> None:
    record = f"{volunteer.device}-1"
    one(volunteer, link(world, 2, record, 1, base=0, signed_count=31))
    clock.advance(days=14)
    (item,) = held(volunteer, record)
    refused = volunteer.post(f"/api/quarantine/{item}/release")
    assert (refused.status_code, refused.get_json()["reason"]) == (409, "record-unknown")
    assert count("records") == 0
    assert held(volunteer, record) == [item]


def test_a_creation_that_comes_again_under_another_number_puts_no_newer_value_aside(
    world: World, volunteer: Phone, record: str
) -> None:
    one(volunteer, link(world, 2, record, signed_count=31))
    late = one(volunteer, world.create(volunteer, 3) | {"record": record})
    assert (late["status"], late["reason"]) == ("quarantined", "record-exists")
    assert values(world, volunteer, record, SIGNED) == [31]


def test_an_edit_whose_creation_never_came_is_nothing_to_approve_and_waits_for_approval_once_it_landed(
    world: World, volunteer: Phone, supervisor: Phone
) -> None:
    created = world.create(volunteer, 1)
    record = created["record"]
    edit = one(volunteer, link(world, 2, record, 1, base=0, signed_count=31))
    assert (edit["status"], edit["reason"]) == ("quarantined", "record-unknown")
    assert (waiting(supervisor), held(supervisor, record)) == ([], [])
    guess = {"kind": "review", "record": record, "rev": 1, "hash": "A" * 22, "decision": "approve", "at": AT}
    assert one(supervisor, guess | {"n": 1})["reason"] == "record-unknown"
    assert count("records") == 0
    one(volunteer, created)
    (item,) = held(volunteer, record)
    landed = volunteer.post(f"/api/quarantine/{item}/release").get_json()["result"]
    assert (waiting(supervisor), shown(volunteer, record)["state"]) == ([(record, 2)], "submitted")
    assert one(supervisor, guess | {"n": 2, "rev": 2, "hash": landed["hash"]})["status"] == "applied"


# ---------------------------------------------------------------- a link that can't land


def test_a_link_that_breaks_the_form_is_held_alone_and_what_was_typed_after_it_lands(
    world: World, volunteer: Phone, record: str
) -> None:
    chain = (
        link(world, 2, record, hamlet="Ấp Chợ"),
        link(world, 3, record, 2, signed_count=4000),
        link(world, 4, record, 2, 3, target_count=41),
    )
    assert statuses(volunteer, *chain) == ["applied", "quarantined", "applied"]
    assert values(world, volunteer, record, TARGET, SIGNED, HAMLET) == [41, 30, "Ấp Chợ"]
    assert len(held(volunteer, record)) == 1


def test_a_link_that_is_held_while_its_form_is_withdrawn_lands_all_the_same(
    world: World, clock: StillClock, volunteer: Phone
) -> None:
    created = world.create(volunteer, 1)
    record = created["record"]
    one(volunteer, link(world, 2, record, 1, base=0, signed_count=31))
    clock.advance(days=1)
    office = world.phone("Cúc", "TT", "huyen-tra-cu")
    assert office.post(f"/api/forms/{world.versions['CK-05']}/retire").get_json()["state"] == "retired"
    assert one(volunteer, created)["status"] == "applied"  # typed before that
    (item,) = held(volunteer, record)
    assert volunteer.post(f"/api/quarantine/{item}/release").get_json()["result"]["status"] == "applied"
    later = link(world, 3, record, 1, 2, base=0, target_count=41) | {"at": "2023-05-18T07:30:00+07:00"}
    assert one(volunteer, later)["status"] == "applied"
    assert values(world, volunteer, record, TARGET, SIGNED) == [41, 31]
    begun = one(volunteer, world.create(volunteer, 4) | {"at": later["at"]})
    assert (begun["status"], begun["reason"]) == ("quarantined", "form-not-offered")


def test_a_held_link_that_a_person_discards_takes_nothing_from_those_that_landed_or_come_later(
    world: World, volunteer: Phone, supervisor: Phone, record: str
) -> None:
    wrong = link(world, 3, record, 2, signed_count=4000)
    chain = link(world, 2, record, hamlet="Ấp Chợ"), wrong, link(world, 4, record, 2, 3, target_count=41)
    assert statuses(volunteer, *chain) == ["applied", "quarantined", "applied"]
    (item,) = held(supervisor, record)
    assert supervisor.post(f"/api/quarantine/{item}/discard").get_json()["status"] == "discarded"
    assert statuses(volunteer, wrong, link(world, 5, record, 2, 3, 4, signed_count=33)) == ["duplicate", "applied"]
    assert values(world, volunteer, record, TARGET, SIGNED, HAMLET) == [41, 33, "Ấp Chợ"]
    assert asked(volunteer, record) == []
    discarded = documents(volunteer.sync(), "quarantine")[item]
    assert (discarded["status"], discarded["payload"]) == ("discarded", wrong)


def test_a_held_link_that_a_person_discards_is_waited_for_by_none_that_is_held_after_it(
    world: World, volunteer: Phone
) -> None:
    created = world.create(volunteer, 1)
    record = created["record"]
    one(volunteer, link(world, 2, record, 1, base=0, hamlet="Ấp Chợ"))
    one(volunteer, link(world, 3, record, 1, 2, base=0, signed_count=32))
    unwanted, wanted = held(volunteer, record)
    assert volunteer.post(f"/api/quarantine/{unwanted}/discard").get_json()["status"] == "discarded"
    assert one(volunteer, created)["status"] == "applied"
    assert volunteer.post(f"/api/quarantine/{wanted}/release").get_json()["result"]["status"] == "applied"
    assert (values(world, volunteer, record, SIGNED, HAMLET), asked(volunteer, record)) == ([32, None], [])


# ---------------------------------------------------------------- two phones


def test_two_chains_about_different_answers_land_whole_however_they_interleave(
    world: World, volunteer: Phone, colleague: Phone, record: str
) -> None:
    assert one(volunteer, link(world, 2, record, signed_count=31))["status"] == "applied"
    assert one(colleague, link(world, 1, record, target_count=45))["status"] == "merged"
    assert one(volunteer, link(world, 3, record, 2, signed_count=32))["status"] == "merged"
    assert one(colleague, link(world, 2, record, 1, hamlet="Ấp Chợ"))["status"] == "merged"
    assert values(world, volunteer, record, TARGET, SIGNED, HAMLET) == [45, 32, "Ấp Chợ"]
    assert asked(volunteer, record) == []


def test_two_chains_that_meet_in_one_answer_keep_every_value_of_both(
    world: World, volunteer: Phone, colleague: Phone, record: str
) -> None:
    one(volunteer, link(world, 2, record, signed_count=31))
    assert one(colleague, link(world, 1, record, signed_count=35))["status"] == "conflict"
    assert one(volunteer, link(world, 3, record, 2, signed_count=32))["status"] == "applied"
    assert one(colleague, link(world, 2, record, 1, signed_count=36))["status"] == "conflict"
    assert kept(volunteer, record, SIGNED) == {30, 31, 32, 35, 36}
    assert values(world, volunteer, record, SIGNED) == [32]
    assert asked(volunteer, record) == [(SIGNED, 31, 35), (SIGNED, 32, 36)]


# ---------------------------------------------------------------- the base


def test_a_base_far_behind_asks_only_about_what_both_changed(
    world: World, volunteer: Phone, colleague: Phone, record: str
) -> None:
    for rev in range(1, 6):
        one(volunteer, world.edit(rev + 1, record, rev, signed_count=30 + rev))
    weeks_later = world.edit(1, record, 1, signed_count=38, target_count=45, hamlet="Ấp Chợ")
    assert one(colleague, weeks_later)["status"] == "conflict"
    assert values(world, volunteer, record, TARGET, SIGNED, HAMLET) == [45, 35, "Ấp Chợ"]
    assert asked(volunteer, record) == [(SIGNED, 35, 38)]


def test_a_base_that_the_server_never_had_makes_every_difference_a_question(
    world: World, volunteer: Phone, colleague: Phone, record: str
) -> None:
    assert one(colleague, world.edit(1, record, 7, signed_count=30, target_count=45))["status"] == "conflict"
    assert asked(volunteer, record) == [(TARGET, 40, 45)]
    assert values(world, volunteer, record, TARGET) == [40]


# ---------------------------------------------------------------- sent again


def test_a_chain_whose_answer_was_lost_comes_again_and_longer_and_takes_effect_once(
    world: World, volunteer: Phone
) -> None:
    created = world.create(volunteer, 1)
    record = created["record"]
    second = link(world, 2, record, 1, base=0, signed_count=31)
    third = link(world, 3, record, 1, 2, base=0, signed_count=32)
    volunteer.sync(created, second)
    assert statuses(volunteer, created, second, third) == ["duplicate", "duplicate", "applied"]
    assert statuses(volunteer, second, third, third) == ["duplicate"] * 3
    assert (count("records"), count("revisions"), values(world, volunteer, record, SIGNED)) == (1, 3, [32])


# ---------------------------------------------------------------- decided meanwhile


def test_a_link_after_a_decision_asks_only_about_what_it_changes_itself(
    world: World, volunteer: Phone, colleague: Phone, record: str
) -> None:
    one(volunteer, world.edit(2, record, 1, signed_count=31))
    assert one(colleague, link(world, 1, record, signed_count=35))["status"] == "conflict"
    decision = world.edit(3, record, 2, signed_count=31) | {"kind": "resolve", "closes": [1]}
    assert one(volunteer, decision)["status"] == "applied"
    assert one(colleague, link(world, 2, record, 1, hamlet="Ấp Chợ"))["status"] == "merged"
    assert asked(volunteer, record) == []
    assert one(colleague, link(world, 3, record, 1, 2, signed_count=36))["status"] == "conflict"
    assert asked(volunteer, record) == [(SIGNED, 31, 36)]


def test_a_chain_waits_for_no_review_and_a_review_of_its_first_link_does_not_reach_the_next(
    world: World, volunteer: Phone, supervisor: Phone
) -> None:
    created = world.create(volunteer, 1)
    first, second = volunteer.sync(created, link(world, 2, created["record"], 1, base=0, signed_count=31))["results"]
    approval = {"kind": "review", "record": created["record"], "decision": "approve", "at": AT}
    late = one(supervisor, approval | {"n": 1, "rev": 1, "hash": first["hash"]})
    assert (late["status"], late["reason"]) == ("stale", "head-moved")
    assert one(supervisor, approval | {"n": 2, "rev": 2, "hash": second["hash"]})["status"] == "applied"


def test_an_edit_typed_before_an_approval_leaves_the_approved_revision_counting(
    world: World, volunteer: Phone, colleague: Phone, supervisor: Phone, record: str
) -> None:
    pinned = {"rev": 1, "hash": shown(supervisor, record)["hash"], "decision": "approve", "at": AT}
    one(supervisor, {"n": 1, "kind": "review", "record": record, **pinned})
    assert one(colleague, world.edit(1, record, 1, signed_count=31))["status"] == "applied"
    now = shown(volunteer, record)
    assert (now["state"], now["rev"], now["approved"]) == ("submitted", 2, 1)


def test_an_edit_typed_before_a_rejection_brings_the_record_back_to_whoever_decides(
    world: World, volunteer: Phone, colleague: Phone, supervisor: Phone, record: str
) -> None:
    pinned = {"rev": 1, "hash": shown(supervisor, record)["hash"], "decision": "reject", "reason": "Trùng", "at": AT}
    one(supervisor, {"n": 1, "kind": "review", "record": record, **pinned})
    assert one(colleague, world.edit(1, record, 1, signed_count=31))["status"] == "applied"
    assert shown(volunteer, record)["state"] == "submitted"
    assert waiting(supervisor) == [(record, 2)]
