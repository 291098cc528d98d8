"""The laws of merging, for any documents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.document import apply, content_hash, differing, same
from sync.errors import UnknownPolicy
from sync.merge import Rules, merge
from sync.policies import policy

VALUES = st.one_of(
    st.integers(-3, 3), st.sampled_from(["a", "b", ""]), st.lists(st.sampled_from(["x", "y"]), max_size=2)
)
PATHS = st.sampled_from(["a", "b", "group/c", "note"])
DOCUMENTS = st.dictionaries(PATHS, VALUES, max_size=4)
CHANGES = st.dictionaries(PATHS, st.one_of(VALUES, st.none()), max_size=4)


def policy_of(path: str) -> str:
    return "latest" if path == "note" else "ask"


@given(DOCUMENTS, CHANGES)
def test_onto_an_unmoved_head_changes_are_simply_made(base: dict, changes: dict) -> None:
    merged = merge(base, base, changes, Rules(policy_of))
    assert merged.document == apply(base, changes)
    assert not merged.conflicts


@given(DOCUMENTS, DOCUMENTS, CHANGES)
def test_fields_that_theirs_did_not_change_keep_the_heads_value(base: dict, head: dict, changes: dict) -> None:
    merged = merge(base, head, changes, Rules(policy_of))
    assert differing(head, merged.document) <= set(changes)


@given(DOCUMENTS, DOCUMENTS, CHANGES)
def test_every_typed_value_is_in_the_document_or_in_a_conflict_or_was_not_a_change(
    base: dict, head: dict, changes: dict
) -> None:
    merged = merge(base, head, changes, Rules(policy_of))
    for path, value in changes.items():
        in_document = same(merged.document.get(path), value)
        repeats_the_base = same(base.get(path), value)
        assert in_document or path in merged.conflicts or repeats_the_base


@given(DOCUMENTS, DOCUMENTS, CHANGES)
def test_a_conflict_never_changes_the_head(base: dict, head: dict, changes: dict) -> None:
    merged = merge(base, head, changes, Rules(policy_of))
    for path in merged.conflicts:
        assert same(merged.document.get(path), head.get(path))


@given(DOCUMENTS, CHANGES)
def test_without_a_base_every_field_that_differs_is_a_conflict(head: dict, changes: dict) -> None:
    merged = merge(None, head, changes, Rules(policy_of))
    assert merged.document == head
    assert merged.conflicts == {path for path, value in changes.items() if not same(value, head.get(path))}


@given(DOCUMENTS, DOCUMENTS, CHANGES)
def test_merging_the_same_changes_again_changes_nothing(base: dict, head: dict, changes: dict) -> None:
    once = merge(base, head, changes, Rules(policy_of))
    assert merge(base, once.document, changes, Rules(policy_of)).document == once.document


@given(DOCUMENTS, CHANGES, CHANGES)
def test_two_edits_keep_the_same_values_whichever_arrives_first(base: dict, one: dict, other: dict) -> None:
    def kept(first: dict, second: dict) -> dict[str, list]:
        head = merge(base, base, first, Rules(policy_of)).document
        merged = merge(base, head, second, Rules(policy_of))
        values = {path: [merged.document.get(path)] for path in {*base, *first, *second} if path != "note"}
        for path in merged.conflicts:
            values[path].append(second[path])
        return {path: sorted(map(repr, found)) for path, found in values.items()}

    assert kept(one, other) == kept(other, one)


def test_both_change_a_field_that_asks_the_head_stays_and_a_person_decides() -> None:
    merged = merge({"a": 1}, {"a": 2}, {"a": 3}, Rules(policy_of))
    assert merged.document == {"a": 2}
    assert merged.conflicts == {"a"}


def test_both_change_a_field_that_takes_the_latest_the_one_that_arrives_last_wins() -> None:
    merged = merge({"note": "x"}, {"note": "y"}, {"note": "z"}, Rules(policy_of))
    assert merged.document == {"note": "z"}
    assert not merged.conflicts


def test_both_type_the_same_value_there_is_nothing_to_decide() -> None:
    merged = merge({"a": 1}, {"a": 2}, {"a": 2}, Rules(policy_of))
    assert merged.document == {"a": 2}
    assert not merged.taken
    assert not merged.conflicts


def test_one_true_and_one_point_zero_are_three_values() -> None:
    assert not same(1, True)
    assert not same(1, 1.0)
    assert content_hash(3, {"a": 1}) != content_hash(3, {"a": True})


def test_an_unknown_policy_is_the_compilers_mistake_and_raises() -> None:
    with pytest.raises(UnknownPolicy):
        policy("coin")


@given(DOCUMENTS, st.integers(1, 5), DOCUMENTS, st.integers(1, 5))
def test_contents_are_the_same_if_and_only_if_their_hashes_are(
    one: dict, form: int, other: dict, other_form: int
) -> None:
    alike = form == other_form and not differing(one, other)
    assert (content_hash(form, one) == content_hash(other_form, other)) == alike
