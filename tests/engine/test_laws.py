"""What must always hold, for any mutations in any order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.document import same
from sync.memory import MemoryStore
from sync.mutation import Edit
from tests.engine.builders import AN, BINH, CHI, create, edit, land, push, review

AUTHORS = (AN, BINH, CHI)
PATHS = st.sampled_from(["a", "b", "note"])
VALUES = st.one_of(st.integers(0, 3), st.sampled_from(["bad", "x"]), st.none())
EDITS = st.tuples(st.sampled_from(AUTHORS), st.integers(1, 6), st.dictionaries(PATHS, VALUES, min_size=1, max_size=3))
SCRIPT = st.lists(EDITS, max_size=12)


def play(script: list) -> tuple[MemoryStore, list]:
    """One record, created by An and then edited by everybody from whatever base they say they saw."""
    store = MemoryStore()
    sent = [(AN, create(100, "17-1", {"a": 0, "b": 0}))]
    sent += [(author, edit(n, "17-1", base, changes)) for n, (author, base, changes) in enumerate(script, 1)]
    for author, mutation in sent:
        land(store, author, mutation)
    return store, sent


@settings(max_examples=300, deadline=None)
@given(SCRIPT)
def test_every_typed_value_is_in_a_revision_a_conflict_or_the_quarantine(script: list) -> None:
    store, sent = play(script)
    held = {(device, n) for device, n, _ in store.held}
    for author, mutation in sent:
        assert isinstance(mutation, Edit)
        if (author.device, mutation.n) in held:
            continue
        for path, value in mutation.changes.items():
            in_revision = any(same(revision.document.get(path), value) for revision in store.revisions.values())
            in_conflict = any(
                conflict.path == path and same(conflict.theirs.value, value) for conflict in store.conflicts.values()
            )
            assert in_revision or in_conflict


@settings(max_examples=200, deadline=None)
@given(SCRIPT, st.randoms(use_true_random=False))
def test_sending_everything_again_in_any_order_changes_nothing(script: list, chance) -> None:
    store, sent = play(script)
    before = (dict(store.records), dict(store.revisions), dict(store.conflicts), dict(store.held))
    chance.shuffle(sent)
    for author, mutation in sent:
        assert land(store, author, mutation).status == "duplicate"
    assert (store.records, store.revisions, store.conflicts, store.held) == before


@settings(max_examples=200, deadline=None)
@given(SCRIPT)
def test_one_batch_and_one_by_one_give_the_same(script: list) -> None:
    script = [(AN, base, changes) for _, base, changes in script]
    singly, sent = play(script)
    batch = MemoryStore()
    push(batch, AN, *(mutation for _, mutation in sent))
    assert batch.records == singly.records
    assert batch.revisions == singly.revisions
    assert batch.held.keys() == singly.held.keys()


@settings(max_examples=200, deadline=None)
@given(SCRIPT, SCRIPT)
def test_an_approved_revision_never_changes(before: list, after: list) -> None:
    store, _ = play(before)
    record = store.records["17-1"]
    seen = store.answered[17, 100].result
    if record.rev != 1 or record.conflicts:
        return
    land(store, CHI, review(500, "17-1", seen, "approve"))
    approved = store.revisions["17-1", 1]
    for n, (author, base, changes) in enumerate(after, 200):
        land(store, author, edit(n, "17-1", base, changes))
    assert store.records["17-1"].approved == 1
    assert store.revisions["17-1", 1] == approved


@settings(max_examples=200, deadline=None)
@given(SCRIPT)
def test_revisions_count_up_without_a_gap_and_the_head_is_the_last(script: list) -> None:
    store, _ = play(script)
    record = store.records["17-1"]
    assert sorted(rev for _, rev in store.revisions) == list(range(1, record.rev + 1))
    assert store.revisions["17-1", record.rev].document == record.document
    assert [conflict.number for conflict in store.conflicts.values()] == list(range(1, record.conflict_count + 1))
