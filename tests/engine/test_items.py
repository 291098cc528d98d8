"""Repeats: items are found by their id, and nobody's item goes or comes back without a person having decided."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.document import apply, field_of, homeless, is_item, items_of, outermost, same
from sync.memory import MemoryStore
from sync.mutation import Edit
from tests.engine.builders import AN, BINH, CHI, create, edit, land, resolve, review

CAR = {"v/17-5": 1, "v/17-5/kind": "car", "v/17-5/seats/17-6": 1, "v/17-5/seats/17-6/name": "Sa"}


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore()
    assert land(store, AN, create(1, "17-1", {"a": 1, **CAR})).status == "applied"
    return store


def head(store: MemoryStore) -> dict[str, Any]:
    return dict(store.records["17-1"].document)


def kept(store: MemoryStore) -> list[tuple[str, set[tuple[int, str]]]]:
    """Open conflicts, whichever side is which."""
    sides = [(c.path, c.head, c.theirs) for c in store.records["17-1"].conflicts]
    return [(path, {(one.person, repr(one.value)), (other.person, repr(other.value))}) for path, one, other in sides]


class TestPaths:
    def test_an_item_is_a_segment_of_the_path(self) -> None:
        assert items_of("v/17-5/seats/17-6/name") == ["v/17-5", "v/17-5/seats/17-6"]
        assert items_of("v/17-5") == ["v/17-5"]
        assert items_of("group/field_1") == []
        assert (is_item("v/17-5"), is_item("v/17-5/kind"), is_item("v")) == (True, False, False)
        assert field_of("v/17-5/seats/17-6/name") == "v/seats/name"

    def test_taking_an_item_away_takes_all_that_is_in_it(self) -> None:
        assert apply({"a": 1, **CAR, "v/17-51": 2}, {"v/17-5": None}) == {"a": 1, "v/17-51": 2}

    def test_taking_a_nested_item_away_leaves_the_outer_one(self) -> None:
        assert apply(CAR, {"v/17-5/seats/17-6": None}) == {"v/17-5": 1, "v/17-5/kind": "car"}

    def test_a_value_in_an_item_that_is_not_there_is_named(self) -> None:
        assert homeless({"v/17-5": 1}, {"v/17-5/kind": "car", "v/17-9/kind": "bus", "v/17-8/kind": None}) == [
            "v/17-9/kind"
        ]


class TestEditing:
    def test_two_phones_add_items_without_a_question(self, store: MemoryStore) -> None:
        land(store, AN, edit(2, "17-1", 1, {"v/17-7": 2, "v/17-7/kind": "bus"}))
        result = land(store, BINH, edit(1, "17-1", 1, {"v/18-1": 2, "v/18-1/kind": "bike"}))
        assert (result.status, kept(store)) == ("merged", [])
        assert {path for path in head(store) if is_item(path)} == {"v/17-5", "v/17-5/seats/17-6", "v/17-7", "v/18-1"}

    def test_one_item_goes_field_by_field(self, store: MemoryStore) -> None:
        land(store, AN, edit(2, "17-1", 1, {"v/17-5/kind": "bus"}))
        assert land(store, BINH, edit(1, "17-1", 1, {"v/17-5/seats/17-6/name": "Rương"})).status == "merged"
        assert land(store, CHI, edit(1, "17-1", 1, {"v/17-5/kind": "van"})).status == "conflict"
        assert kept(store) == [("v/17-5/kind", {(5, "'bus'"), (7, "'van'")})]

    def test_of_two_places_in_the_order_the_later_to_arrive_is_taken(self, store: MemoryStore) -> None:
        land(store, AN, edit(2, "17-1", 1, {"v/17-5": 4}))
        assert land(store, BINH, edit(1, "17-1", 1, {"v/17-5": 3})).status == "applied"
        assert head(store)["v/17-5"] == 3

    def test_a_field_in_a_repeat_has_its_fields_policy(self, store: MemoryStore) -> None:
        land(store, AN, edit(2, "17-1", 1, {"v/17-5/note": "x"}))
        assert land(store, BINH, edit(1, "17-1", 1, {"v/17-5/note": "y"})).status == "applied"
        assert head(store)["v/17-5/note"] == "y"

    def test_a_value_in_an_item_that_its_author_never_saw_is_held(self, store: MemoryStore) -> None:
        result = land(store, AN, edit(2, "17-1", 1, {"v/17-9/kind": "bus"}))
        assert (result.status, result.reason, result.detail) == (
            "quarantined",
            "item-unknown",
            {"paths": ["v/17-9/kind"]},
        )
        assert land(store, AN, create(3, "17-2", {"v/17-9/kind": "bus"})).reason == "item-unknown"

    def test_an_item_with_a_value_that_the_same_edit_takes_away_is_held(self, store: MemoryStore) -> None:
        assert land(store, AN, edit(2, "17-1", 1, {"v/17-5": None, "v/17-5/kind": "x"})).reason == "item-unknown"


class TestTakingAway:
    def test_what_nobody_else_touched_goes_with_all_that_is_in_it(self, store: MemoryStore) -> None:
        land(store, BINH, edit(1, "17-1", 1, {"a": 2}))
        assert land(store, AN, edit(2, "17-1", 1, {"v/17-5": None})).status == "merged"
        assert head(store) == {"a": 2}
        assert store.revisions["17-1", 3].changed == set(CAR)

    def test_two_who_take_the_same_item_away_agree(self, store: MemoryStore) -> None:
        land(store, BINH, edit(1, "17-1", 1, {"v/17-5": None}))
        assert land(store, AN, edit(2, "17-1", 1, {"v/17-5": None})).status == "applied"
        assert kept(store) == []

    @pytest.mark.parametrize(
        "typed",
        [
            {"v/17-5/kind": "bus"},
            {"v/17-5/seats/17-6/name": "Rương"},
            {"v/17-5/seats/18-1": 2, "v/17-5/seats/18-1/name": "Thi"},
            {"v/17-5": 8},
        ],
    )
    @pytest.mark.parametrize("first", ["typed", "taken away"])
    def test_what_somebody_typed_in_stays_whole_until_a_person_decides(
        self, store: MemoryStore, first: str, typed: dict
    ) -> None:
        typing, taking = (BINH, edit(1, "17-1", 1, typed)), (AN, edit(2, "17-1", 1, {"v/17-5": None}))
        for author, mutation in (typing, taking) if first == "typed" else (taking, typing):
            result = land(store, author, mutation)
        assert (result.status, result.conflicts) == ("conflict", (1,))
        assert head(store) == {"a": 1, **CAR, **typed}
        (conflict,) = store.records["17-1"].conflicts
        assert (conflict.path, conflict.base) == ("v/17-5", 1)
        assert (conflict.head.person, conflict.head.value) == (6, typed.get("v/17-5", 1))
        assert (conflict.theirs.person, conflict.theirs.value) == (5, None)

    def test_an_item_comes_back_as_it_was_before_it_was_taken_away(self, store: MemoryStore) -> None:
        land(store, CHI, edit(1, "17-1", 1, {"v/17-5/plate": "84-B1"}))
        land(store, AN, edit(2, "17-1", 2, {"v/17-5": None}))
        land(store, BINH, edit(1, "17-1", 1, {"v/17-5/kind": "bus"}))
        assert head(store) == {"a": 1, **CAR, "v/17-5/plate": "84-B1", "v/17-5/kind": "bus"}

    def test_a_nested_item_that_went_before_the_outer_one_comes_back_too(self, store: MemoryStore) -> None:
        land(store, AN, edit(2, "17-1", 1, {"v/17-5/seats/17-6": None}))
        land(store, AN, edit(3, "17-1", 2, {"v/17-5": None}))
        result = land(store, BINH, edit(1, "17-1", 1, {"v/17-5/seats/17-6/name": "Rương"}))
        assert [path for path, _ in kept(store)] == ["v/17-5", "v/17-5/seats/17-6"]
        assert (result.conflicts, head(store)["v/17-5/seats/17-6/name"]) == ((1, 2), "Rương")

    def test_clearing_a_field_keeps_no_item(self, store: MemoryStore) -> None:
        land(store, BINH, edit(1, "17-1", 1, {"v/17-5/kind": None}))
        assert land(store, AN, edit(2, "17-1", 1, {"v/17-5": None})).status == "applied"
        assert land(store, CHI, edit(1, "17-1", 1, {"v/17-5/kind": None})).status == "merged"
        assert (head(store), kept(store)) == ({"a": 1}, [])

    def test_an_item_with_an_open_question_in_it_is_not_taken_away_unasked(self, store: MemoryStore) -> None:
        land(store, AN, edit(2, "17-1", 1, {"v/17-5/kind": "bus"}))
        land(store, BINH, edit(1, "17-1", 1, {"v/17-5/kind": "van"}))
        assert land(store, CHI, edit(1, "17-1", 2, {"v/17-5": None})).status == "conflict"
        assert [path for path, _ in kept(store)] == ["v/17-5/kind", "v/17-5"]

    def test_without_a_base_the_item_is_asked_about_and_stays(self, store: MemoryStore) -> None:
        assert land(store, BINH, edit(1, "17-1", 99, {"v/17-5": None})).status == "conflict"
        assert head(store) == {"a": 1, **CAR}

    def test_without_a_base_a_value_in_an_unknown_item_is_kept_in_one(self, store: MemoryStore) -> None:
        result = land(store, BINH, edit(1, "17-1", 99, {"v/18-7": 2, "v/18-7/kind": "bus"}))
        assert result.status == "conflict"
        assert head(store) == {"a": 1, **CAR, "v/18-7": 2, "v/18-7/kind": "bus"}


class TestDeciding:
    @pytest.fixture
    def asked(self, store: MemoryStore) -> MemoryStore:
        land(store, BINH, edit(1, "17-1", 1, {"v/17-5/kind": "bus"}))
        land(store, AN, edit(2, "17-1", 1, {"v/17-5": None}))
        return store

    def test_the_item_goes_if_a_person_says_so(self, asked: MemoryStore) -> None:
        assert land(asked, CHI, resolve(1, "17-1", 2, {1}, {"v/17-5": None})).status == "applied"
        assert (head(asked), kept(asked)) == ({"a": 1}, [])

    def test_the_item_stays_if_a_person_says_so(self, asked: MemoryStore) -> None:
        assert land(asked, CHI, resolve(1, "17-1", 2, {1}, {"v/17-5": 1})).status == "applied"
        assert (head(asked)["v/17-5/kind"], kept(asked)) == ("bus", [])

    def test_a_decision_to_take_away_meets_what_was_typed_meanwhile(self, asked: MemoryStore) -> None:
        land(asked, BINH, edit(2, "17-1", 2, {"v/17-5/kind": "van"}))
        assert land(asked, CHI, resolve(1, "17-1", 2, {1}, {"v/17-5": None})).status == "conflict"
        assert head(asked)["v/17-5/kind"] == "van"
        assert [path for path, _ in kept(asked)] == ["v/17-5", "v/17-5"]

    def test_one_who_keeps_and_one_who_takes_away_are_asked_again(self, asked: MemoryStore) -> None:
        land(asked, CHI, resolve(1, "17-1", 2, {1}, {"v/17-5": None}))
        assert land(asked, AN, resolve(3, "17-1", 2, {1}, {"v/17-5": 1})).status == "conflict"
        assert head(asked)["v/17-5/kind"] == "bus"
        assert kept(asked) == [("v/17-5", {(5, "1"), (7, "None")})]

    def test_taking_an_item_away_decides_what_was_open_in_it(self, asked: MemoryStore) -> None:
        land(asked, CHI, edit(1, "17-1", 1, {"v/17-5/kind": "van"}))
        assert land(asked, CHI, resolve(2, "17-1", 2, {1, 2}, {"v/17-5": None})).status == "applied"
        assert (head(asked), kept(asked)) == ({"a": 1}, [])

    def test_what_was_open_in_an_item_and_is_not_named_keeps_the_item(self, asked: MemoryStore) -> None:
        land(asked, CHI, edit(1, "17-1", 1, {"v/17-5/kind": "van"}))
        assert land(asked, CHI, resolve(2, "17-1", 2, {1}, {"v/17-5": None})).status == "conflict"
        assert head(asked)["v/17-5/kind"] == "bus"

    def test_an_approved_record_with_an_item_that_comes_back_waits_again(self, store: MemoryStore) -> None:
        taken = land(store, AN, edit(2, "17-1", 1, {"v/17-5": None}))
        land(store, CHI, review(1, "17-1", taken, "approve"))
        land(store, BINH, edit(1, "17-1", 1, {"v/17-5/kind": "bus"}))
        assert (store.records["17-1"].state, store.records["17-1"].approved) == ("submitted", 2)


# ---------------------------------------------------------------- laws

ITEMS = ("v/17-5", "v/17-5/seats/17-6", "v/18-1", "v/18-1/seats/18-2")
LEAVES = ("a", *(f"{item}/{name}" for item in ITEMS for name in ("kind", "note")))
CHANGES = st.dictionaries(
    st.sampled_from([*ITEMS, *LEAVES]), st.one_of(st.none(), st.integers(1, 3)), min_size=1, max_size=4
)
START = {"a": 0} | {path: 0 for path in (*ITEMS, *LEAVES) if path.startswith("v/17")}
AUTHORS = (AN, BINH, CHI)
SCRIPT = st.lists(st.tuples(st.sampled_from(AUTHORS), st.integers(1, 6), CHANGES), max_size=8)


def play(script: list) -> MemoryStore:
    store = MemoryStore()
    land(store, AN, create(100, "17-1", START))
    for n, (author, base, changes) in enumerate(script, 1):
        land(store, author, edit(n, "17-1", base, changes))
    return store


@settings(max_examples=300, deadline=None)
@given(SCRIPT)
def test_every_typed_value_is_in_a_revision_a_conflict_or_the_quarantine(script: list) -> None:
    store = play(script)
    held = {(device, n) for device, n, _ in store.held}
    for n, (author, _, changes) in enumerate(script, 1):
        if (author.device, n) in held:
            continue
        for path, value in outermost(changes).items():
            shown = [revision.document.get(path) for revision in store.revisions.values()]
            asked = [c.theirs.value for c in store.conflicts.values() if c.path == path]
            assert any(same(value, kept) for kept in (*shown, *asked))


@settings(max_examples=300, deadline=None)
@given(SCRIPT)
def test_nothing_is_ever_inside_an_item_that_is_not_there(script: list) -> None:
    store = play(script)
    for revision in store.revisions.values():
        assert homeless(revision.document, revision.document) == []
    record = store.records["17-1"]
    for conflict in record.conflicts:
        assert set(items_of(conflict.path)) <= set(record.document)


@settings(max_examples=400, deadline=None)
@given(CHANGES, CHANGES)
def test_whoever_of_two_arrives_first_the_same_is_kept(one: dict, other: dict) -> None:
    orders = [play([(AN, 1, one), (BINH, 1, other)]), play([(BINH, 1, other), (AN, 1, one)])]
    first, second = orders
    assert len(first.held) == len(second.held)
    assert sorted(kept(first), key=repr) == sorted(kept(second), key=repr)
    open_to_order = {path for path, _ in kept(first)} | {path for path in START if path.endswith("note")}
    for path in {*head(first), *head(second)} - open_to_order - set(ITEMS):
        if not path.endswith("note"):
            assert same(head(first).get(path), head(second).get(path))
    assert {path for path in head(first) if is_item(path)} == {path for path in head(second) if is_item(path)}


@settings(max_examples=200, deadline=None)
@given(SCRIPT)
def test_an_edit_that_saw_the_head_is_simply_made(script: list) -> None:
    store = play(script)
    record = store.records["17-1"]
    if record.conflicts:
        return
    typed = edit(900, "17-1", record.rev, {"v/20-1": 5, "v/20-1/kind": 2, "v/17-5": None})
    assert isinstance(typed, Edit)
    assert land(store, CHI, typed).status == "applied"
    assert head(store) == apply(record.document, typed.changes)
