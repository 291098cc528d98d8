"""How a record is approved: which role may take which step at which stage, and where it leads. Pure, and one table.

Rules:
- A stage is made of two things: what became of the head (`State`), and how far the revision that counts has come
  (`Level`). An edit moves the head alone; what counts goes on counting until the next decision.
- The commune approves; the police confirm the forms that the campaign has them confirm; the district takes up; the
  leader locks for a period. A locked record is changed by a correction only: somebody edits it, the office drafts the
  correction, the leader makes it count, and the day of that decision is the correction's date.
- A report of what another one tells is merged into it: both are kept, and one counts.
- Returning, rejecting and locking say why: a reason, a reason, the period.
- Nobody decides about a record of their own, and who locks or corrects is not who took it up or drafted it.
The phone has the same table (`pwa/src/shared/approval.ts`); `tests/vectors/approval.json` holds the two together.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

State = Literal["submitted", "checking", "returned", "approved", "rejected", "merged"]
Level = Literal["approved", "confirmed", "taken", "locked", "corrected"]
Action = Literal["check", "approve", "return", "reject", "merge", "confirm", "take", "lock", "correct"]
Stage = Literal[
    "received",
    "checking",
    "returned",
    "rejected",
    "merged",
    "approved",
    "confirmed",
    "taken",
    "locked",
    "corrected",
    "correcting",
    "drafted",
    "sent_back",
]

ACTIONS: tuple[Action, ...] = ("check", "approve", "return", "reject", "merge", "confirm", "take", "lock", "correct")
# What the author reads as the answer to their record; the others are steps of the offices behind it.
VERDICTS = frozenset({"approve", "return", "reject", "merge"})
# To whom the steps belong.
ROLES = ("GSV", "CAX", "TT", "LD")
NEEDS_REASON = frozenset({"return", "reject", "lock"})
# What doesn't need an undisputed record.
DISPUTED = frozenset({"check", "return", "reject", "merge"})
# Signing is not for whoever prepared what is signed.
SECOND_PERSON = frozenset({"lock", "correct"})
CLOSED = frozenset({"locked", "corrected"})

# (stage, action, role) → stage
STEPS: dict[tuple[Stage, Action, str], Stage] = {
    ("received", "check", "GSV"): "checking",
    ("received", "approve", "GSV"): "approved",
    ("received", "return", "GSV"): "returned",
    ("received", "reject", "GSV"): "rejected",
    ("received", "merge", "GSV"): "merged",
    ("checking", "approve", "GSV"): "approved",
    ("checking", "return", "GSV"): "returned",
    ("checking", "reject", "GSV"): "rejected",
    ("checking", "merge", "GSV"): "merged",
    ("returned", "approve", "GSV"): "approved",
    ("returned", "reject", "GSV"): "rejected",
    ("rejected", "approve", "GSV"): "approved",
    ("rejected", "return", "GSV"): "returned",
    ("merged", "approve", "GSV"): "approved",
    ("merged", "return", "GSV"): "returned",
    ("approved", "return", "GSV"): "returned",
    ("approved", "reject", "GSV"): "rejected",
    ("approved", "merge", "GSV"): "merged",
    ("approved", "confirm", "CAX"): "confirmed",
    ("approved", "return", "CAX"): "returned",
    ("confirmed", "return", "CAX"): "returned",
    ("approved", "take", "TT"): "taken",
    ("approved", "return", "TT"): "returned",
    ("confirmed", "take", "TT"): "taken",
    ("confirmed", "return", "TT"): "returned",
    ("taken", "return", "TT"): "returned",
    ("taken", "lock", "LD"): "locked",
    ("taken", "return", "LD"): "returned",
    ("correcting", "check", "TT"): "drafted",
    ("correcting", "return", "TT"): "sent_back",
    ("drafted", "correct", "LD"): "corrected",
    ("drafted", "return", "LD"): "sent_back",
}


def stage_of(state: State, level: Level | None) -> Stage:
    """Where a record stands."""
    if state == "approved":
        return level or "approved"
    if state in ("rejected", "merged"):
        return state
    if level in CLOSED:
        closed: dict[State, Stage] = {"submitted": "correcting", "checking": "drafted", "returned": "sent_back"}
        return closed[state]
    return "received" if state == "submitted" else state


def standing(stage: Stage, before: Level | None) -> tuple[State, Level | None]:
    """The state and level of a record that has come to a stage; `before` is the level that it had."""
    head: dict[Stage, State] = {
        "received": "submitted",
        "correcting": "submitted",
        "checking": "checking",
        "drafted": "checking",
        "returned": "returned",
        "sent_back": "returned",
    }
    if stage in head:
        return head[stage], before
    if stage in ("rejected", "merged"):
        return stage, None
    counted: dict[Stage, Level] = {
        "approved": "approved",
        "confirmed": "confirmed",
        "taken": "taken",
        "locked": "locked",
        "corrected": "corrected",
    }
    return "approved", counted[stage]


def step(stage: Stage, action: str, roles: Collection[str], *, confirmed: bool) -> Stage | None:
    """Where an action by somebody with these roles leads; None if it is not theirs to take at this stage.

    `confirmed`: the police confirm records of this form, so that the district takes up what they have confirmed.
    """
    if (stage, action) == ("approved", "take") and confirmed:
        return None
    for (at, taken, role), reached in STEPS.items():
        if (at, taken) == (stage, action) and role in roles and (confirmed or role != "CAX"):
            return reached
    return None


def ever(action: str, roles: Collection[str]) -> bool:
    """Whether an action is anybody's with these roles, at some stage."""
    return any(action == known and role in roles for _, known, role in STEPS)
