"""What a device builds on may stand for something else: after a restore, and where its storage was copied."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sync.memory import MemoryStore
from tests.engine.builders import AN, BINH, create, edit, land, resolve


@pytest.fixture
def landed() -> MemoryStore:
    store = MemoryStore()
    land(store, AN, create(1, "17-1", {"a": 1, "b": 1}))
    return store


def test_a_base_that_is_another_revision_now_is_not_known(landed: MemoryStore) -> None:
    land(landed, BINH, edit(1, "17-1", 1, {"a": 2}))
    sent = edit(2, "17-1", 2, {"a": 3})
    seen_elsewhere = edit(2, "17-1", 2, {"a": 3}, saw="of a life that has ended")
    assert seen_elsewhere.changes == sent.changes
    assert land(landed, AN, seen_elsewhere).status == "conflict"
    assert landed.records["17-1"].document["a"] == 2


def test_a_base_that_is_still_the_same_revision_is_trusted(landed: MemoryStore) -> None:
    seen = landed.revisions["17-1", 1].hash
    assert land(landed, AN, edit(2, "17-1", 1, {"a": 3}, saw=seen)).status == "applied"


def test_an_edit_that_follows_a_number_used_twice_overwrites_nothing(landed: MemoryStore) -> None:
    land(landed, AN, edit(2, "17-1", 1, {"a": 2}))
    assert land(landed, AN, edit(2, "17-1", 1, {"a": 20})).renumber
    assert land(landed, AN, edit(3, "17-1", 1, {"a": 21}, after=(2,))).status == "conflict"
    assert landed.records["17-1"].document["a"] == 2


def test_an_edit_typed_over_an_own_decision_overwrites_nothing_that_this_had_not_seen(landed: MemoryStore) -> None:
    land(landed, BINH, edit(1, "17-1", 1, {"b": 2}))
    land(landed, AN, edit(2, "17-1", 1, {"b": 3}))
    land(landed, BINH, edit(2, "17-1", 2, {"b": 4}))
    assert land(landed, AN, resolve(3, "17-1", 2, {1}, {"b": 5})).status == "conflict"
    # The copy on the phone says 4 by now; what its author sees, and types over, is the decision.
    assert land(landed, AN, edit(4, "17-1", 3, {"b": 6}, after=(3,))).status == "conflict"
    assert landed.records["17-1"].document["b"] == 4


def test_an_edit_typed_over_an_own_one_of_a_creation_overwrites_nothing_unseen(landed: MemoryStore) -> None:
    land(landed, BINH, edit(1, "17-1", 1, {"a": 2}))
    assert land(landed, AN, edit(2, "17-1", 0, {"a": 3}, after=(1,))).status == "conflict"
    assert land(landed, AN, edit(3, "17-1", 2, {"a": 4}, after=(2,))).status == "conflict"
    assert landed.records["17-1"].document["a"] == 2


def test_a_resolution_of_a_life_that_has_ended_closes_no_conflict_of_the_same_number(landed: MemoryStore) -> None:
    land(landed, BINH, edit(1, "17-1", 1, {"b": 2}))
    land(landed, AN, edit(2, "17-1", 1, {"b": None}))
    land(landed, BINH, edit(2, "17-1", 2, {"b": None}))
    assert [conflict.path for conflict in landed.records["17-1"].conflicts] == ["b"]
    land(landed, AN, resolve(3, "17-1", 9, {1}, {"a": 5}))
    assert [conflict.path for conflict in landed.records["17-1"].conflicts] == ["b", "a"]


def test_an_edit_over_what_was_never_taken_in_asks_about_what_is_there_by_now(landed: MemoryStore) -> None:
    result = land(landed, AN, edit(2, "17-1", 0, {"a": 2, "b": 1}))
    assert (result.status, landed.records["17-1"].document) == ("conflict", {"a": 1, "b": 1})
    assert [conflict.path for conflict in landed.records["17-1"].conflicts] == ["a"]


def test_an_edit_over_what_was_never_taken_in_is_held_where_there_is_no_record(landed: MemoryStore) -> None:
    assert land(landed, AN, edit(2, "17-2", 0, {"a": 2})).reason == "record-unknown"


def test_the_head_of_an_edit_on_an_unknown_base_is_never_left_out_of_the_answer(landed: MemoryStore) -> None:
    land(landed, BINH, edit(1, "17-1", 1, {"a": 2}))
    assert land(landed, AN, edit(2, "17-1", 0, {"a": 2})).status == "merged"


def test_an_edit_typed_over_a_held_one_has_seen_what_that_was_typed_over(landed: MemoryStore) -> None:
    land(landed, BINH, edit(1, "17-1", 1, {"a": 2}))
    elsewhere = replace(AN, writes=frozenset())
    assert land(landed, elsewhere, edit(2, "17-1", 1, {"a": 3})).status == "quarantined"
    # The copy on the phone said 2 when this was typed; what its author saw was the 3 that was held.
    assert land(landed, AN, edit(3, "17-1", 2, {"a": 4}, after=(2,))).status == "conflict"
    assert landed.records["17-1"].document["a"] == 2


def test_an_edit_that_corrects_a_held_one_on_the_same_base_needs_no_decision(landed: MemoryStore) -> None:
    elsewhere = replace(AN, writes=frozenset())
    assert land(landed, elsewhere, edit(2, "17-1", 1, {"a": 3})).status == "quarantined"
    assert land(landed, AN, edit(3, "17-1", 1, {"a": 4}, after=(2,))).status == "applied"
