"""A record goes to another place: who may say so, what counts, and what becomes of those who still work on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sync.memory import MemoryStore
from tests.engine.builders import (
    AN,
    BINH,
    CHI,
    ELSEWHERE,
    PLACE,
    STRANGER,
    create,
    edit,
    land,
    move,
    push,
    review,
)

THERE = replace(STRANGER, moves=frozenset({ELSEWHERE}))


@pytest.fixture
def store() -> MemoryStore:
    """A store with one record of An's."""
    opened = MemoryStore()
    land(opened, AN, create(1, "17-1", {"a": 1}))
    return opened


def test_a_moved_record_keeps_everything_but_its_place(store: MemoryStore) -> None:
    before = store.records["17-1"]
    result = land(store, CHI, move(1, "17-1", 1, PLACE, ELSEWHERE))
    assert (result.status, result.rev, result.hash) == ("applied", 1, before.hash)
    assert store.records["17-1"] == before._replace(place=ELSEWHERE, was=frozenset({PLACE}))
    (moved,) = store.moves
    assert (moved.origin, moved.place, moved.person) == (PLACE, ELSEWHERE, CHI.person)


def test_the_same_move_again_is_answered_and_done_once(store: MemoryStore) -> None:
    asked = move(1, "17-1", 1, PLACE, ELSEWHERE)
    land(store, CHI, asked)
    assert land(store, CHI, asked).status == "duplicate"
    assert len(store.moves) == 1


def test_only_who_answers_for_the_place_moves_a_record(store: MemoryStore) -> None:
    asked = move(5, "17-1", 1, PLACE, ELSEWHERE)
    assert land(store, AN, asked).reason == "not-mover"
    assert land(store, THERE, asked).reason == "record-unknown"
    assert store.records["17-1"].place == PLACE


def test_a_move_counts_only_for_what_the_mover_saw(store: MemoryStore) -> None:
    land(store, AN, edit(2, "17-1", 1, {"a": 2}))
    assert land(store, CHI, move(1, "17-1", 1, PLACE, ELSEWHERE)).status == "stale"
    assert store.records["17-1"].place == PLACE
    assert land(store, CHI, move(2, "17-1", 2, PLACE, ELSEWHERE)).status == "applied"


def test_of_two_moves_at_once_the_first_counts(store: MemoryStore) -> None:
    both = replace(CHI, device=21, moves=frozenset({PLACE, ELSEWHERE}))
    land(store, CHI, move(1, "17-1", 1, PLACE, ELSEWHERE))
    assert land(store, both, move(1, "17-1", 1, PLACE, 30)).status == "stale"
    assert land(store, both, move(2, "17-1", 1, PLACE, ELSEWHERE)).status == "applied"
    assert len(store.moves) == 1


def test_an_edit_that_raced_with_the_move_is_held_and_says_where_the_record_went(store: MemoryStore) -> None:
    land(store, CHI, move(1, "17-1", 1, PLACE, ELSEWHERE))
    plan = push(store, BINH, edit(1, "17-1", 1, {"a": 2}))
    (result,) = plan.results
    assert (result.status, result.reason, result.detail) == ("quarantined", "record-moved", {"place": ELSEWHERE})
    (held,) = plan.held
    assert held.place == ELSEWHERE  # where somebody can judge it


def test_nobody_else_is_told_that_a_record_was_moved(store: MemoryStore) -> None:
    land(store, CHI, move(1, "17-1", 1, PLACE, ELSEWHERE))
    outsider = replace(AN, person=40, device=41, writes=frozenset({30}))
    plan = push(store, outsider, edit(1, "17-1", 1, {"a": 2}))
    assert (plan.results[0].reason, plan.held[0].place) == ("record-unknown", None)


def test_a_returned_record_waits_for_review_where_it_went_and_an_approved_one_goes_on_counting(
    store: MemoryStore,
) -> None:
    seen = land(store, AN, edit(2, "17-1", 1, {"a": 2}))
    land(store, CHI, review(1, "17-1", seen, "approve"))
    land(store, CHI, move(2, "17-1", 2, PLACE, ELSEWHERE))
    assert (store.records["17-1"].state, store.records["17-1"].approved) == ("approved", 2)
    other = land(store, AN, create(3, "17-2", {"a": 1}))
    land(store, CHI, review(3, "17-2", other, "return", "Thiếu"))
    land(store, CHI, move(4, "17-2", 1, PLACE, ELSEWHERE))
    assert store.records["17-2"].state == "submitted"


def test_a_record_that_came_back_is_what_it_was(store: MemoryStore) -> None:
    land(store, CHI, move(1, "17-1", 1, PLACE, ELSEWHERE))
    land(store, THERE, move(1, "17-1", 1, ELSEWHERE, PLACE))
    assert (store.records["17-1"].place, store.records["17-1"].was) == (PLACE, {ELSEWHERE})
    assert land(store, BINH, edit(1, "17-1", 1, {"a": 2})).status == "applied"
