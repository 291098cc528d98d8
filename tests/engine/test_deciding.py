"""Policies at work in records, resolutions that race, and edits made with another version of the form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import engine
from sync.document import same
from sync.memory import MemoryStore
from sync.store import needs
from tests.engine.builders import AN, BINH, CHI, FORM, NOW, Forms, create, edit, land, push, resolve

NEWER = 30


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def head(store: MemoryStore) -> dict[str, Any]:
    return dict(store.records["17-1"].document)


class TestPolicies:
    @pytest.mark.parametrize(
        ("field", "base", "one", "other", "result"),
        [
            ("max", 3, 5, 4, 5),
            ("min", 3, 5, 4, 4),
            ("sum", 3, 5, 4, 6),
            ("union", ["x"], ["x", "b"], ["x", "a"], ["x", "a", "b"]),
            ("text", "a b c", "x b c", "a b y", "x b y"),
            ("text", "a b c", "a b c d", "z b c", "z b c d"),
        ],
    )
    @pytest.mark.parametrize("swapped", [False, True])
    def test_what_a_policy_made_is_the_head_and_what_was_typed_is_kept(
        self, store: MemoryStore, field: str, base: Any, one: Any, other: Any, result: Any, swapped: bool
    ) -> None:
        first, second = (other, one) if swapped else (one, other)
        land(store, AN, create(1, "17-1", {field: base}))
        land(store, AN, edit(2, "17-1", 1, {field: first}))
        answer = land(store, BINH, edit(1, "17-1", 1, {field: second}))
        assert head(store)[field] == result
        assert not store.records["17-1"].conflicts
        if second == result:
            assert (answer.status, store.conflicts) == ("applied", {})
            return
        assert (answer.status, answer.conflicts) == ("merged", ())
        (kept,) = store.conflicts.values()
        assert (kept.base, kept.head.value, kept.head.person) == (base, first, 5)
        assert (kept.theirs.value, kept.theirs.person) == (second, 6)
        assert kept.closing is not None
        assert (kept.closing.value, kept.closing.rule) == (result, field)

    def test_a_value_that_the_form_refuses_is_not_made(self, store: MemoryStore) -> None:
        land(store, AN, create(1, "17-1", {"sum": 400, "max": 1}))
        land(store, AN, edit(2, "17-1", 1, {"sum": 800, "max": 9}))
        result = land(store, BINH, edit(1, "17-1", 1, {"sum": 900, "max": 5}))
        assert (result.status, head(store)) == ("conflict", {"sum": 800, "max": 9})
        (conflict,) = store.records["17-1"].conflicts
        assert (conflict.path, conflict.head.value, conflict.theirs.value) == ("sum", 800, 900)

    def test_a_policy_works_in_every_item_of_a_repeat(self, store: MemoryStore) -> None:
        land(store, AN, create(1, "17-1", {"v/17-5": 1, "v/17-5/sum": 2}))
        land(store, AN, edit(2, "17-1", 1, {"v/17-5/sum": 4}))
        assert land(store, BINH, edit(1, "17-1", 1, {"v/17-5/sum": 5})).status == "merged"
        assert head(store)["v/17-5/sum"] == 7


NUMBERS = st.dictionaries(st.sampled_from(["max", "min", "sum", "a", "note"]), st.integers(0, 9), min_size=1)
SCRIPT = st.lists(st.tuples(st.sampled_from((AN, BINH, CHI)), st.integers(1, 6), NUMBERS), max_size=8)


@settings(max_examples=300, deadline=None)
@given(SCRIPT)
def test_whatever_the_policy_every_typed_value_is_kept(script: list) -> None:
    store = MemoryStore()
    land(store, AN, create(100, "17-1", {"a": 0}))
    for n, (author, base, changes) in enumerate(script, 1):
        land(store, author, edit(n, "17-1", base, changes))
    assert not store.held
    for _, _, changes in script:
        for path, value in changes.items():
            shown = [revision.document.get(path) for revision in store.revisions.values()]
            sides = [c.theirs.value for c in store.conflicts.values() if c.path == path]
            assert any(same(value, kept) for kept in (*shown, *sides))
    assert sorted(number for _, number in store.conflicts) == list(range(1, store.records["17-1"].conflict_count + 1))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_tallies_of_many_phones_come_to_the_same_in_any_order(values: list[int], chance) -> None:
    totals = set()
    for _ in range(2):
        store = MemoryStore()
        land(store, AN, create(100, "17-1", {"sum": 5}))
        for n, value in enumerate(values, 1):
            land(store, AN, edit(n, "17-1", 1, {"sum": value}))
        totals.add(head(store)["sum"])
        values = chance.sample(values, len(values))
    assert len(totals) == 1


class TestRacingResolutions:
    @pytest.fixture
    def asked(self, store: MemoryStore) -> MemoryStore:
        """a is 2 or 3, b is 4 or 5, at revision 2."""
        land(store, AN, create(1, "17-1", {"a": 1, "b": 1}))
        land(store, AN, edit(2, "17-1", 1, {"a": 2, "b": 4}))
        assert land(store, BINH, edit(1, "17-1", 1, {"a": 3, "b": 5})).conflicts == (1, 2)
        return store

    def test_one_resolution_closes_many_conflicts(self, asked: MemoryStore) -> None:
        result = land(asked, CHI, resolve(1, "17-1", 2, {1, 2}, {"a": 3, "b": 4}))
        assert (result.status, head(asked)) == ("applied", {"a": 3, "b": 4})
        assert not asked.records["17-1"].conflicts
        assert asked.records["17-1"].rev == 3

    def test_a_resolution_that_sets_nothing_keeps_what_was_seen(self, asked: MemoryStore) -> None:
        assert land(asked, CHI, resolve(1, "17-1", 2, {1, 2}, {})).status == "applied"
        assert (head(asked), asked.records["17-1"].conflicts) == ({"a": 2, "b": 4}, ())

    def test_choosing_what_was_shown_does_not_choose_what_came_meanwhile(self, asked: MemoryStore) -> None:
        land(asked, AN, edit(3, "17-1", 2, {"a": 9}))
        result = land(asked, CHI, resolve(1, "17-1", 2, {1, 2}, {"a": 2, "b": 5}))
        assert (result.status, head(asked)) == ("conflict", {"a": 9, "b": 5})
        kept = [(c.number, c.path, c.head.value, c.theirs.value) for c in asked.records["17-1"].conflicts]
        assert kept == [(1, "a", 2, 3), (3, "a", 9, 2)]

    def test_setting_nothing_does_not_choose_what_came_meanwhile(self, asked: MemoryStore) -> None:
        land(asked, AN, edit(3, "17-1", 2, {"a": 9}))
        land(asked, CHI, resolve(1, "17-1", 2, {1, 2}, {}))
        assert [c.number for c in asked.records["17-1"].conflicts] == [1]

    def test_two_who_decide_differently_are_asked_again(self, asked: MemoryStore) -> None:
        land(asked, CHI, resolve(1, "17-1", 2, {1}, {"a": 3}))
        assert land(asked, AN, resolve(3, "17-1", 2, {1}, {"a": 2})).status == "conflict"
        (_, again) = asked.records["17-1"].conflicts
        assert (again.path, again.head.value, again.head.person, again.theirs.value) == ("a", 3, 7, 2)

    def test_two_who_decide_alike_agree(self, asked: MemoryStore) -> None:
        land(asked, CHI, resolve(1, "17-1", 2, {1}, {"a": 3}))
        assert land(asked, AN, resolve(3, "17-1", 2, {1}, {"a": 3})).status == "applied"
        assert [c.number for c in asked.records["17-1"].conflicts] == [2]


CHOICES = st.dictionaries(st.sampled_from("ab"), st.integers(1, 5), max_size=2)
STEPS = st.lists(st.tuples(st.sampled_from((AN, BINH, CHI)), st.booleans(), st.integers(1, 4), CHOICES), max_size=7)


@settings(max_examples=400, deadline=None)
@given(STEPS)
def test_no_decision_closes_over_a_value_that_nobody_chose(steps: list) -> None:
    """A closed conflict's field then held a value that the person set or saw, never one that came meanwhile."""
    store = MemoryStore()
    land(store, AN, create(100, "17-1", {"a": 0, "b": 0}))
    for n, (author, decides, base, changes) in enumerate(steps, 1):
        record = store.records["17-1"]
        rev = min(base, record.rev)
        seen = {**store.revisions["17-1", rev].document, **changes}
        if not decides:
            land(store, author, edit(n, "17-1", rev, changes))
            continue
        closes = {conflict.number for conflict in record.conflicts}
        plan = push(store, author, resolve(n, "17-1", rev, closes or {1}, changes))
        for conflict in plan.closed:
            assert conflict.closing is not None
            assert same(conflict.closing.value, seen.get(conflict.path))
        still = {conflict.path for conflict in store.records["17-1"].conflicts}
        for path, value in changes.items():
            assert same(store.records["17-1"].document.get(path), value) or path in still


class Versions(Forms):
    """Form 3 knows a and b; form 30, the next version, a and c. What changed must be known to the version used."""

    def known(self, form: int, place: int) -> bool:
        return form in (FORM, NEWER)

    def violations(self, seen) -> list[dict[str, str]]:
        fields = {FORM: {"a", "b"}, NEWER: {"a", "c"}}[seen.form]
        return [{"path": path, "kind": "unknown"} for path in sorted(seen.changed - fields)]


class TestVersions:
    def send(self, store: MemoryStore, author, mutation):
        plan = engine.plan(store.load(author, needs([mutation])), author, [mutation], forms=Versions(), received=NOW)
        store.save(plan)
        return plan.results[0]

    @pytest.fixture
    def landed(self, store: MemoryStore) -> MemoryStore:
        assert self.send(store, AN, create(1, "17-1", {"a": 1, "b": 1})).status == "applied"
        return store

    def test_an_edit_with_another_version_is_merged_by_path_and_nothing_is_dropped(self, landed: MemoryStore) -> None:
        assert self.send(landed, BINH, edit(1, "17-1", 1, {"c": 7}, form=NEWER)).status == "applied"
        assert self.send(landed, AN, edit(2, "17-1", 1, {"b": 2})).status == "merged"
        assert head(landed) == {"a": 1, "b": 2, "c": 7}
        assert landed.records["17-1"].form == FORM

    def test_what_the_version_used_does_not_know_is_held(self, landed: MemoryStore) -> None:
        assert self.send(landed, BINH, edit(1, "17-1", 1, {"b": 7}, form=NEWER)).reason == "not-valid"
        assert self.send(landed, BINH, edit(2, "17-1", 1, {"a": 7}, form=99)).reason == "form-unknown"

    def test_a_conflict_about_an_unknown_field_can_be_decided_with_the_version_that_knows_it(
        self, landed: MemoryStore
    ) -> None:
        self.send(landed, BINH, edit(1, "17-1", 1, {"c": 7}, form=NEWER))
        assert self.send(landed, AN, edit(2, "17-1", 1, {"c": 8}, form=NEWER)).status == "conflict"
        decision = resolve(1, "17-1", 2, {1}, {"c": 8})
        assert self.send(landed, CHI, decision).reason == "not-valid"
        assert self.send(landed, CHI, replace(decision, n=2, form=NEWER)).status == "applied"
        assert head(landed)["c"] == 8
