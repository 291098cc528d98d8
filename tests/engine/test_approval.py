"""The approval of a record: who may take which step at which stage, and what it makes of the record."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from sync import approval
from sync.memory import MemoryStore
from sync.store import Author, Record, Result
from tests.engine import builders
from tests.engine.builders import AN, CHI, PLACE, create, edit, push, review

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "approval.json").read_text(encoding="utf-8")
)
POLICE = Author(person=21, device=21, writes=frozenset(), decides={PLACE: frozenset({"CAX"})})
OFFICE = Author(person=22, device=22, writes=frozenset(), decides={PLACE: frozenset({"TT"})})
LEADER = Author(person=23, device=23, writes=frozenset(), decides={PLACE: frozenset({"LD"})})
BOTH = Author(person=22, device=24, writes=frozenset(), decides={PLACE: frozenset({"TT", "LD"})})


@pytest.mark.parametrize("confirmed", [True, False])
def test_the_table_says_of_every_stage_action_and_role_what_the_vectors_say(confirmed: bool) -> None:
    kind = "confirmed" if confirmed else "plain"
    expected = {(at, action, role): to for at, role, action, to, *only in VECTORS["steps"] if only in ([], [kind])}
    for stage, action, role in itertools.product(VECTORS["stages"], VECTORS["actions"], VECTORS["roles"]):
        found = approval.step(stage, action, {role}, confirmed=confirmed)
        assert found == expected.get((stage, action, role)), (stage, action, role)


def test_a_stage_is_what_became_of_the_head_and_how_far_what_counts_has_come() -> None:
    for state, level, stage in VECTORS["standings"]:
        assert approval.stage_of(state, level) == stage
        again = approval.standing(stage, level)
        assert approval.stage_of(*again) == stage
        assert again == (state, level)


def test_there_are_no_other_stages_actions_and_roles() -> None:
    assert tuple(VECTORS["actions"]) == approval.ACTIONS
    assert {stage for stage, _, _ in approval.STEPS} | set(approval.STEPS.values()) == set(VECTORS["stages"])
    assert {role for _, _, role in approval.STEPS} == set(approval.ROLES)


def test_somebody_with_two_roles_may_do_what_either_may() -> None:
    assert approval.step("approved", "confirm", {"GSV", "CAX"}, confirmed=True) == "confirmed"
    assert approval.step("received", "approve", {"GSV", "CAX"}, confirmed=True) == "approved"


# ---------------------------------------------------------------- in the engine


class Confirmed(builders.Forms):
    """Forms whose records the police confirm."""

    def confirmed(self, form: int) -> bool:
        """All of them."""
        return True


class Desk:
    """A record and those who decide about it, one step after the other."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.seen: Result = builders.land(self.store, AN, create(1, "17-1", {"a": 1}))
        self.n = 1

    def step(self, who: Author, action: str, reason: str | None = None, **more: Any) -> Result:
        """What somebody's decision about the head as it was last seen comes to."""
        self.n += 1
        return builders.land(self.store, who, review(self.n, "17-1", self.seen, action, reason, **more))

    def edit(self, who: Author, **changes: Any) -> Result:
        """The head changes and is seen."""
        self.n += 1
        assert self.seen.rev
        self.seen = builders.land(self.store, who, edit(self.n, "17-1", self.seen.rev, changes))
        return self.seen

    def lock(self) -> None:
        """As far as a record goes."""
        for who, action, reason in ((CHI, "approve", None), (OFFICE, "take", None), (LEADER, "lock", "2023-05")):
            assert self.step(who, action, reason).status == "applied"

    @property
    def record(self) -> Record:
        """As it stands."""
        return self.store.records["17-1"]


def test_a_record_goes_from_the_commune_to_the_lock_of_its_period() -> None:
    desk = Desk()
    stages = [desk.record.stage]
    for who, action in ((CHI, "check"), (CHI, "approve"), (OFFICE, "take")):
        desk.step(who, action)
        stages.append(desk.record.stage)
    desk.step(LEADER, "lock", "15/4/2023-14/5/2023")
    stages.append(desk.record.stage)
    assert stages == ["received", "checking", "approved", "taken", "locked"]
    assert (desk.record.state, desk.record.approved) == ("approved", 1)
    assert desk.record.decision is not None
    assert desk.record.step is not None
    assert (desk.record.decision.decision, desk.record.step.decision) == ("approve", "lock")


def test_the_police_confirm_what_the_campaign_has_them_confirm(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    desk.step(CHI, "approve")
    assert desk.step(POLICE, "confirm").status == "stale"
    monkeypatch.setattr(builders, "Forms", Confirmed)
    assert desk.step(OFFICE, "take").reason == "other-stage"
    assert desk.step(POLICE, "confirm").status == "applied"
    assert desk.step(OFFICE, "take").status == "applied"
    assert desk.record.stage == "taken"


def test_a_step_out_of_turn_is_stale_and_one_that_is_never_ones_own_is_held() -> None:
    desk = Desk()
    assert (desk.step(OFFICE, "take").status, desk.step(LEADER, "lock", "x").status) == ("stale", "stale")
    assert desk.step(OFFICE, "approve").reason == "not-reviewer"
    assert desk.step(AN, "check").reason == "not-reviewer"
    assert desk.record.stage == "received"


def test_nobody_takes_a_step_with_their_own_record() -> None:
    store = MemoryStore()
    seen = builders.land(store, CHI, create(1, "19-1", {"a": 1}))
    for n, action in enumerate(("check", "approve", "merge"), 2):
        assert builders.land(store, CHI, review(n, "19-1", seen, action)).reason == "own-record"


def test_who_signs_is_not_who_prepared() -> None:
    desk = Desk()
    desk.step(CHI, "approve")
    desk.step(BOTH, "take")
    assert desk.step(BOTH, "lock", "2023-05").reason == "own-step"
    assert desk.step(LEADER, "lock").reason == "reason-missing"
    assert desk.step(LEADER, "lock", "2023-05").status == "applied"
    desk.edit(AN, a=2)
    desk.step(BOTH, "check")
    assert desk.step(BOTH, "correct").reason == "own-step"


def test_what_is_locked_goes_on_counting_until_a_correction_is_approved() -> None:
    desk = Desk()
    desk.lock()
    assert desk.step(CHI, "return", "x").status == "stale"
    desk.edit(AN, a=2)
    assert (desk.record.stage, desk.record.approved, desk.record.level) == ("correcting", 1, "locked")
    assert desk.step(CHI, "approve").status == "stale"
    assert desk.step(LEADER, "correct").status == "stale"
    desk.step(OFFICE, "check")
    assert desk.record.stage == "drafted"
    assert desk.step(LEADER, "correct").status == "applied"
    assert (desk.record.stage, desk.record.approved, desk.record.level) == ("corrected", 2, "corrected")


def test_a_correction_that_is_sent_back_leaves_what_counts_as_it_is() -> None:
    desk = Desk()
    desk.lock()
    desk.edit(AN, a=2)
    desk.step(OFFICE, "return", "Chưa có biên bản")
    assert (desk.record.stage, desk.record.approved) == ("sent_back", 1)
    desk.edit(AN, a=3)
    assert desk.record.stage == "correcting"


def test_an_edit_after_a_check_waits_anew() -> None:
    desk = Desk()
    desk.step(CHI, "check")
    desk.edit(AN, a=2)
    assert desk.record.stage == "received"


def test_a_record_with_two_answers_to_a_question_goes_no_further_and_comes_back_to_where_it_was() -> None:
    desk = Desk()
    desk.step(CHI, "approve")
    desk.step(OFFICE, "take")
    first = desk.seen
    desk.edit(AN, a=2)
    desk.step(CHI, "approve")
    desk.step(OFFICE, "take")
    assert first.rev
    clash = builders.land(desk.store, builders.BINH, edit(90, "17-1", first.rev, {"a": 3}))
    assert (clash.status, desk.record.stage) == ("conflict", "received")
    assert desk.step(LEADER, "lock", "2023-05").status == "stale"
    builders.land(desk.store, CHI, builders.resolve(91, "17-1", 2, set(clash.conflicts), {}))
    assert desk.record.stage == "taken"


def test_remarks_on_fields_are_a_reason() -> None:
    desk = Desk()
    assert desk.step(CHI, "return").reason == "reason-missing"
    assert desk.step(CHI, "return", notes={"a": "Hỏi lại trạm y tế"}).status == "applied"
    assert desk.record.decision is not None
    assert desk.record.decision.notes == {"a": "Hỏi lại trạm y tế"}


def test_a_report_of_the_same_thing_is_merged_into_another_that_counts_for_both() -> None:
    desk = Desk()
    other = builders.land(desk.store, AN, create(50, "17-2", {"a": 1}))
    desk.step(CHI, "approve")
    assert desk.step(CHI, "merge", into="17-2").status == "applied"
    assert (desk.record.stage, desk.record.approved) == ("merged", None)
    assert desk.record.step is not None
    assert desk.record.step.into == "17-2"
    back = builders.land(desk.store, CHI, review(60, "17-2", other, "merge", into="17-1"))
    assert (back.status, back.reason) == ("stale", "other-stage")
    assert desk.step(CHI, "approve").status == "applied"
    assert (desk.record.stage, desk.record.approved) == ("approved", 1)


def test_nothing_is_merged_into_itself_or_into_what_is_not_known() -> None:
    desk = Desk()
    assert desk.step(CHI, "merge", into="17-1").reason == "record-unknown"
    assert desk.step(CHI, "merge", into="17-9").reason == "record-unknown"
    assert desk.step(CHI, "merge").reason == "record-unknown"


def test_a_batch_knows_its_own_steps() -> None:
    desk = Desk()
    plan = push(desk.store, CHI, review(2, "17-1", desk.seen, "check"), review(3, "17-1", desk.seen, "approve"))
    assert [result.status for result in plan.results] == ["applied", "applied"]
    assert desk.record.stage == "approved"
