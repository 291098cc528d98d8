"""What becomes of what a device asks: each title is a rule of the protocol."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sync import engine
from sync.memory import MemoryStore
from sync.mutation import Refused
from sync.store import needs
from tests.engine.builders import (
    AN,
    BINH,
    CHI,
    ELSEWHERE,
    NOW,
    STRANGER,
    Forms,
    create,
    edit,
    land,
    push,
    resolve,
    review,
)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def landed(store: MemoryStore) -> MemoryStore:
    """A store with An's record 17-1: {a: 1, b: 1}."""
    assert land(store, AN, create(1, "17-1", {"a": 1, "b": 1})).status == "applied"
    return store


class TestIdentity:
    def test_the_same_mutation_again_gets_the_same_answer_and_has_no_second_effect(self, landed: MemoryStore) -> None:
        first = land(landed, AN, edit(2, "17-1", 1, {"a": 2}))
        again = land(landed, AN, edit(2, "17-1", 1, {"a": 2}))
        assert (again.status, again.first, again.rev, again.hash) == ("duplicate", "applied", first.rev, first.hash)
        assert landed.records["17-1"].rev == 2

    def test_the_same_mutation_twice_in_one_batch_takes_effect_once(self, store: MemoryStore) -> None:
        plan = push(store, AN, create(1, "17-1", {"a": 1}), create(1, "17-1", {"a": 1}))
        assert [result.status for result in plan.results] == ["applied", "duplicate"]
        assert len(plan.revisions) == 1

    def test_another_payload_under_a_used_number_is_held_and_the_phone_gets_a_new_number(
        self, landed: MemoryStore
    ) -> None:
        result = land(landed, AN, edit(1, "17-1", 1, {"a": 9}))
        assert (result.status, result.reason, result.renumber) == ("quarantined", "cloned", True)
        (held,) = landed.held.values()
        assert held.mutation.payload["set"] == {"a": 9}
        assert landed.answered[17, 1].result.status == "applied"

    def test_a_clones_item_that_comes_again_is_held_once(self, landed: MemoryStore) -> None:
        land(landed, AN, edit(1, "17-1", 1, {"a": 9}))
        again = land(landed, AN, edit(1, "17-1", 1, {"a": 9}))
        assert (again.status, again.first) == ("duplicate", "quarantined")
        assert len(landed.held) == 1

    def test_an_unreadable_item_is_held_whole_and_delays_no_other(self, store: MemoryStore) -> None:
        broken = Refused(n=1, record=None, at=NOW, hash="h", payload={"n": 1, "set": "?"}, reason="malformed")
        plan = push(store, AN, broken, create(2, "17-1", {"a": 1}))
        assert [result.status for result in plan.results] == ["quarantined", "applied"]
        assert store.held[17, 1, "h"].mutation.payload == {"n": 1, "set": "?"}


class TestCreating:
    def test_a_record_is_created_at_revision_one_and_waits_for_review(self, landed: MemoryStore) -> None:
        record = landed.records["17-1"]
        assert (record.rev, record.state, record.author, dict(record.document)) == (1, "submitted", 5, {"a": 1, "b": 1})

    def test_a_record_id_of_another_device_is_held(self, store: MemoryStore) -> None:
        assert land(store, AN, create(1, "18-1", {"a": 1})).reason == "foreign-record"

    def test_a_place_outside_the_authors_rights_is_held_and_not_shown_to_its_supervisor(
        self, store: MemoryStore
    ) -> None:
        assert land(store, AN, create(1, "17-1", {"a": 1}, place=ELSEWHERE)).reason == "outside-scope"
        (held,) = store.held.values()
        assert held.place is None

    def test_an_unknown_form_is_held(self, store: MemoryStore) -> None:
        assert land(store, AN, create(1, "17-1", {"a": 1}, form=99)).reason == "form-unknown"

    def test_a_second_creation_of_a_record_is_held(self, landed: MemoryStore) -> None:
        assert land(landed, AN, create(2, "17-1", {"a": 5})).reason == "record-exists"
        assert dict(landed.records["17-1"].document) == {"a": 1, "b": 1}

    def test_an_answer_that_breaks_the_form_is_held_whole_with_what_is_wrong(self, store: MemoryStore) -> None:
        result = land(store, AN, create(1, "17-1", {"a": "bad", "b": 2}))
        assert (result.status, result.reason) == ("quarantined", "not-valid")
        assert result.detail["violations"] == [{"path": "a", "kind": "constraint"}]
        (held,) = store.held.values()
        assert held.mutation.payload["set"] == {"a": "bad", "b": 2}


class TestEditing:
    def test_another_field_is_merged_without_a_question(self, landed: MemoryStore) -> None:
        land(landed, AN, edit(2, "17-1", 1, {"a": 2}))
        result = land(landed, BINH, edit(1, "17-1", 1, {"b": 2}))
        assert result.status == "merged"
        assert dict(landed.records["17-1"].document) == {"a": 2, "b": 2}
        assert not landed.conflicts

    def test_the_same_field_keeps_both_values_with_who_and_where(self, landed: MemoryStore) -> None:
        land(landed, AN, edit(2, "17-1", 1, {"a": 2}))
        result = land(landed, BINH, edit(1, "17-1", 1, {"a": 3}))
        assert (result.status, result.conflicts) == ("conflict", (1,))
        (conflict,) = landed.records["17-1"].conflicts
        assert (conflict.base, conflict.head.value, conflict.theirs.value) == (1, 2, 3)
        assert (conflict.head.person, conflict.theirs.person) == (5, 6)
        assert (conflict.head.device, conflict.theirs.device) == (17, 18)
        assert landed.records["17-1"].document["a"] == 2

    def test_a_conflict_names_who_typed_the_heads_value_not_who_edited_last(self, landed: MemoryStore) -> None:
        land(landed, AN, edit(2, "17-1", 1, {"a": 2}))
        land(landed, CHI, edit(1, "17-1", 2, {"b": 7}))
        land(landed, BINH, edit(1, "17-1", 1, {"a": 3}))
        assert landed.records["17-1"].conflicts[0].head.person == AN.person

    def test_one_edit_can_merge_one_field_and_leave_another_to_decide(self, landed: MemoryStore) -> None:
        land(landed, AN, edit(2, "17-1", 1, {"a": 2}))
        assert land(landed, BINH, edit(1, "17-1", 1, {"a": 3, "b": 3})).status == "conflict"
        assert dict(landed.records["17-1"].document) == {"a": 2, "b": 3}

    def test_offering_the_same_value_again_opens_no_second_conflict(self, landed: MemoryStore) -> None:
        land(landed, AN, edit(2, "17-1", 1, {"a": 2}))
        land(landed, BINH, edit(1, "17-1", 1, {"a": 3}))
        assert land(landed, BINH, edit(2, "17-1", 1, {"a": 3})).conflicts == (1,)
        assert len(landed.records["17-1"].conflicts) == 1

    def test_an_unknown_base_makes_every_differing_field_a_conflict(self, landed: MemoryStore) -> None:
        result = land(landed, BINH, edit(1, "17-1", 40, {"a": 3, "b": 1}))
        assert result.status == "conflict"
        assert [conflict.path for conflict in landed.records["17-1"].conflicts] == ["a"]

    def test_a_chain_of_own_unanswered_edits_is_no_conflict_with_itself(self, landed: MemoryStore) -> None:
        plan = push(landed, AN, edit(2, "17-1", 1, {"a": 2}), edit(3, "17-1", 1, {"a": 3}, after=(2,)))
        assert [result.status for result in plan.results] == ["applied", "applied"]
        assert landed.records["17-1"].document["a"] == 3
        assert not landed.conflicts

    def test_an_edit_of_an_own_unanswered_creation_builds_on_it(self, store: MemoryStore) -> None:
        plan = push(store, AN, create(1, "17-1", {"a": 1}), edit(2, "17-1", 0, {"a": 2}, after=(1,)))
        assert [result.status for result in plan.results] == ["applied", "applied"]
        assert dict(store.records["17-1"].document) == {"a": 2}

    def test_a_chain_does_not_hide_what_somebody_else_changed_meanwhile(self, landed: MemoryStore) -> None:
        land(landed, BINH, edit(1, "17-1", 1, {"b": 5}))
        land(landed, AN, edit(2, "17-1", 1, {"a": 2}))
        result = land(landed, AN, edit(3, "17-1", 1, {"b": 6}, after=(2,)))
        assert result.status == "conflict"
        assert landed.records["17-1"].conflicts[0].theirs.value == 6

    def test_what_was_valid_for_its_author_is_not_refused_because_of_what_others_typed(
        self, landed: MemoryStore
    ) -> None:
        land(landed, AN, edit(2, "17-1", 1, {"note": "fine"}))
        assert land(landed, BINH, edit(1, "17-1", 1, {"b": 2})).status == "merged"

    def test_a_record_elsewhere_and_no_record_get_the_same_answer(self, landed: MemoryStore) -> None:
        assert land(landed, STRANGER, edit(1, "17-1", 1, {"a": 2})).reason == "record-unknown"
        assert land(landed, STRANGER, edit(2, "17-9", 1, {"a": 2})).reason == "record-unknown"

    def test_what_a_phone_sends_after_its_access_was_taken_back_is_held_for_the_supervisor(
        self, landed: MemoryStore
    ) -> None:
        result = land(landed, replace(BINH, revoked=True), edit(1, "17-1", 1, {"a": 2}))
        assert (result.status, result.reason) == ("quarantined", "device-revoked")
        (held,) = landed.held.values()
        assert held.place == 4


class TestResolving:
    @pytest.fixture
    def contested(self, landed: MemoryStore) -> MemoryStore:
        land(landed, AN, edit(2, "17-1", 1, {"a": 2}))
        land(landed, BINH, edit(1, "17-1", 1, {"a": 3}))
        return landed

    def test_choosing_theirs_makes_a_revision_and_keeps_the_decision(self, contested: MemoryStore) -> None:
        assert land(contested, CHI, resolve(1, "17-1", 2, {1}, {"a": 3})).status == "applied"
        assert contested.records["17-1"].document["a"] == 3
        assert not contested.records["17-1"].conflicts
        closing = contested.conflicts["17-1", 1].closing
        assert closing is not None
        assert (closing.person, closing.value, closing.rev) == (7, 3, 3)

    def test_choosing_the_heads_value_makes_no_revision(self, contested: MemoryStore) -> None:
        result = land(contested, BINH, resolve(2, "17-1", 2, {1}, {"a": 2}))
        assert (result.status, result.rev) == ("applied", 2)
        assert not contested.records["17-1"].conflicts

    def test_a_third_value_may_be_chosen(self, contested: MemoryStore) -> None:
        land(contested, CHI, resolve(1, "17-1", 2, {1}, {"a": 4}))
        assert contested.records["17-1"].document["a"] == 4

    def test_a_resolution_that_races_a_new_edit_keeps_the_conflict_and_both_new_values(
        self, contested: MemoryStore
    ) -> None:
        land(contested, AN, edit(3, "17-1", 2, {"a": 8}))
        result = land(contested, CHI, resolve(1, "17-1", 2, {1}, {"a": 3}))
        assert result.status == "conflict"
        record = contested.records["17-1"]
        assert record.document["a"] == 8
        assert {conflict.theirs.value for conflict in record.conflicts} == {3}
        assert len(record.conflicts) == 2

    def test_two_people_who_decide_alike_at_once_disagree_about_nothing(self, contested: MemoryStore) -> None:
        land(contested, CHI, resolve(1, "17-1", 2, {1}, {"a": 3}))
        assert land(contested, BINH, resolve(2, "17-1", 2, {1}, {"a": 3})).status == "applied"
        assert not contested.records["17-1"].conflicts


class TestReviewing:
    def test_approval_is_pinned_to_the_revision_and_its_content(self, landed: MemoryStore) -> None:
        seen = landed.answered[17, 1].result
        assert land(landed, CHI, review(1, "17-1", seen, "approve")).status == "applied"
        record = landed.records["17-1"]
        assert (record.state, record.approved) == ("approved", 1)

    def test_if_the_head_has_moved_on_the_decision_is_stale_and_nothing_happens(self, landed: MemoryStore) -> None:
        seen = landed.answered[17, 1].result
        land(landed, AN, edit(2, "17-1", 1, {"a": 2}))
        result = land(landed, CHI, review(1, "17-1", seen, "approve"))
        assert (result.status, result.reason, result.rev) == ("stale", "head-moved", 2)
        assert landed.records["17-1"].approved is None

    def test_the_right_number_with_other_content_is_stale(self, landed: MemoryStore) -> None:
        seen = landed.answered[17, 1].result._replace(hash="another")
        assert land(landed, CHI, review(1, "17-1", seen, "approve")).status == "stale"

    def test_a_record_with_open_conflicts_cant_be_approved(self, landed: MemoryStore) -> None:
        land(landed, AN, edit(2, "17-1", 1, {"a": 2}))
        seen = land(landed, BINH, edit(1, "17-1", 1, {"a": 3}))
        assert land(landed, CHI, review(1, "17-1", seen, "approve")).reason == "open-conflicts"

    def test_nobody_reviews_a_record_of_their_own(self, store: MemoryStore) -> None:
        seen = land(store, CHI, create(1, "19-1", {"a": 1}))
        assert land(store, CHI, review(2, "19-1", seen, "approve")).reason == "own-record"

    def test_only_reviewers_of_the_place_review(self, landed: MemoryStore) -> None:
        seen = landed.answered[17, 1].result
        assert land(landed, BINH, review(1, "17-1", seen, "approve")).reason == "not-reviewer"
        assert land(landed, STRANGER, review(1, "17-1", seen, "approve")).reason == "record-unknown"

    def test_a_return_needs_a_reason(self, landed: MemoryStore) -> None:
        seen = landed.answered[17, 1].result
        assert land(landed, CHI, review(1, "17-1", seen, "return", " ")).reason == "reason-missing"
        assert land(landed, CHI, review(2, "17-1", seen, "return", "Thiếu số người")).status == "applied"
        assert landed.records["17-1"].state == "returned"

    def test_a_correction_of_a_returned_record_waits_again(self, landed: MemoryStore) -> None:
        land(landed, CHI, review(1, "17-1", landed.answered[17, 1].result, "return", "?"))
        land(landed, AN, edit(2, "17-1", 1, {"a": 2}))
        assert landed.records["17-1"].state == "submitted"

    def test_an_edit_after_approval_waits_while_the_approved_revision_goes_on_counting(
        self, landed: MemoryStore
    ) -> None:
        land(landed, CHI, review(1, "17-1", landed.answered[17, 1].result, "approve"))
        land(landed, AN, edit(2, "17-1", 1, {"a": 2}))
        record = landed.records["17-1"]
        assert (record.state, record.approved, record.rev) == ("submitted", 1, 2)
        assert landed.revisions["17-1", 1].hash == landed.answered[17, 1].result.hash

    def test_an_edit_that_changes_nothing_leaves_an_approval_alone(self, landed: MemoryStore) -> None:
        land(landed, CHI, review(1, "17-1", landed.answered[17, 1].result, "approve"))
        land(landed, AN, edit(2, "17-1", 1, {"a": 1}))
        assert landed.records["17-1"].state == "approved"

    def test_a_rejection_ends_what_an_approval_counted(self, landed: MemoryStore) -> None:
        seen = landed.answered[17, 1].result
        land(landed, CHI, review(1, "17-1", seen, "approve"))
        land(landed, CHI, review(2, "17-1", seen, "reject", "Trùng"))
        record = landed.records["17-1"]
        assert (record.state, record.approved) == ("rejected", None)


class TestReleasing:
    def test_a_held_item_is_applied_in_its_authors_name(self, landed: MemoryStore) -> None:
        sent = edit(1, "17-1", 1, {"a": 2})
        land(landed, replace(BINH, revoked=True), sent)
        plan = engine.release(landed.load(BINH, needs([sent])), BINH, sent, forms=Forms(), received=NOW)
        landed.save(plan)
        assert plan.results[0].status == "applied"
        assert landed.revisions["17-1", 2].person == BINH.person

    def test_an_item_that_still_cant_be_applied_says_why(self, store: MemoryStore) -> None:
        sent = create(1, "17-1", {"a": "bad"})
        land(store, AN, sent)
        plan = engine.release(store.load(AN, needs([sent])), AN, sent, forms=Forms(), received=NOW)
        assert (plan.results[0].status, plan.results[0].reason) == ("quarantined", "not-valid")
