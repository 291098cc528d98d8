"""How a nomination becomes an award: who may take which step at which stage, and where it leads. Pure, and one table.

1. The unit votes and keeps the record of its meeting; the standing office looks at the evidence, the emulation council
   at conduct; the leader puts it on the list: the committee proposes. Others grant; their decision is written down.
2. Nobody is awarded while discipline, an inspection or a complaint about them is being looked into: that blocks, with a
   reason, until the council clears it.
3. A lower award is no condition of a higher one. No award of merit is proposed (a pack can't even name one).
4. Checking, clearing and listing are by different people, and none of them wrote the nomination.
5. What was decided about an earlier revision of a nomination says nothing about the one that counts now; what was
   granted, refused or cancelled stays.
6. On ties women come first, and groups of which at least 70 % are women (Decree 152/2025/NĐ-CP).
7. Nothing is public without consent. What was gained by false declarations is cancelled; its history stays.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

Stage = Literal[
    "nominated",
    "voted",
    "not_passed",
    "checked",
    "blocked",
    "cleared",
    "listed",
    "granted",
    "declined",
    "published",
    "cancelled",
    "withdrawn",
]
ACTIONS = (
    "vote", "check", "clear", "list", "grant", "publish", "return", "block", "unlist", "decline", "unpublish", "cancel",
)  # fmt: skip

# (stage, action, right) → stage. `vote` leads to "voted" only if the meeting counts and agrees.
STEPS: Mapping[tuple[Stage, str, str], Stage] = {
    ("nominated", "vote", "review"): "voted",
    ("not_passed", "vote", "review"): "voted",
    ("voted", "vote", "review"): "voted",
    ("voted", "check", "office"): "checked",
    ("voted", "return", "office"): "nominated",
    ("checked", "return", "office"): "nominated",
    ("checked", "clear", "commend"): "cleared",
    ("checked", "block", "commend"): "blocked",
    ("checked", "return", "commend"): "voted",
    ("blocked", "clear", "commend"): "cleared",
    ("cleared", "block", "commend"): "blocked",
    ("listed", "block", "commend"): "blocked",
    ("cleared", "list", "sign"): "listed",
    ("cleared", "return", "sign"): "checked",
    ("listed", "unlist", "sign"): "cleared",
    ("listed", "grant", "office"): "granted",
    ("listed", "decline", "office"): "declined",
    ("granted", "publish", "office"): "published",
    ("published", "unpublish", "office"): "granted",
    **{
        (stage, "cancel", right): "cancelled"
        for stage in (
            "nominated", "voted", "not_passed", "checked", "blocked", "cleared", "listed", "granted", "published",
        )
        for right in ("office", "commend")
    },
}  # fmt: skip
RIGHTS = ("review", "office", "commend", "sign")
# stage → the step that it waits for, and the right of those who take it. What is blocked waits for what is looked into.
WAITS: Mapping[Stage, tuple[str, str]] = {
    "nominated": ("vote", "review"),
    "voted": ("check", "office"),
    "checked": ("clear", "commend"),
    "cleared": ("list", "sign"),
    "listed": ("grant", "office"),
}
# Who decided what can't be unsaid by a later revision.
DECIDED: frozenset[Stage] = frozenset({"granted", "declined", "published", "cancelled"})
NEEDS_REASON = frozenset({"return", "block", "unlist", "decline", "unpublish", "cancel"})
GROUNDS = ("discipline", "inspection", "complaint")
# Each of these by another person, and none by who wrote the nomination.
SEPARATE = frozenset({"check", "clear", "list"})
WOMEN = Fraction(7, 10)
KINDS = ("person", "group", "household")

# What looks like a number of a person: of an ID, a phone, a vehicle. The forms refuse the same.
NUMBERS = re.compile(
    r"[0-9]{9}|0[0-9]{2,3}[ .-]?[0-9]{3}[ .-]?[0-9]{3,4}|0[0-9]{3}([ .-][0-9]{2}){3}"
    r"|84[ .-]?[0-9]{2,3}[ .-]?[0-9]{3}[ .-]?[0-9]{3,4}|[0-9]{2} ?-?[A-Z][A-Z0-9]?[ -][0-9]{3}[.]?[0-9]{1,2}"
)


# ---------------------------------------------------------------- the meeting


@dataclass(frozen=True)
class Vote:
    """The record of a unit's meeting: so many of its members were there; those agreed, were against, abstained."""

    held_on: date
    members: int
    present: int
    agree: int
    against: int
    abstained: int

    def faults(self, today: date) -> dict[str, list[str]]:
        """What can't be so, by field."""
        found: dict[str, list[str]] = {}
        if self.held_on > today:
            found["held_on"] = ["The meeting can't lie in the future."]
        if self.present > self.members:
            found["present"] = ["More are there than the unit has members."]
        if self.agree + self.against + self.abstained != self.present:
            found["agree"] = ["The votes don't come to the number of those who were there."]
        return found

    def counts(self, rule: Mapping[str, Any]) -> bool:
        """Whether enough members were there."""
        part, whole = rule["present"]
        return self.present > 0 and self.present * int(whole) >= self.members * int(part)

    def agrees(self, rule: Mapping[str, Any]) -> bool:
        """Whether more than the share of those who were there agreed; who abstains does not agree."""
        part, whole = rule["agree"]
        return self.agree * int(whole) > self.present * int(part)


def after_vote(vote: Vote, rule: Mapping[str, Any]) -> Stage:
    """Where a vote leads: a meeting that doesn't count leaves the nomination where it began."""
    if not vote.counts(rule):
        return "nominated"
    return "voted" if vote.agrees(rule) else "not_passed"


# ---------------------------------------------------------------- the steps


@dataclass(frozen=True)
class Taken:
    """A step that somebody took on a revision."""

    action: str
    to: Stage
    rev: int
    by: int


def standing(taken: Sequence[Taken], rev: int | None) -> Stage:
    """Where a nomination stands; `rev` is its revision that counts, None if none does."""
    last = taken[-1] if taken else None
    if last is not None and last.to in DECIDED:
        return last.to
    if rev is None:
        return "withdrawn"
    return last.to if last is not None and last.rev == rev else "nominated"


def leads_to(stage: Stage, action: str, rights: Collection[str]) -> Stage | None:
    """Where an action by somebody with these rights leads; None if it isn't theirs to take at this stage."""
    found = (STEPS.get((stage, action, right)) for right in RIGHTS if right in rights)
    return next((to for to in found if to is not None), None)


def open_to(stage: Stage, rights: Collection[str]) -> list[str]:
    """The actions that somebody with these rights may take at a stage, in their order."""
    return [action for action in ACTIONS if leads_to(stage, action, rights) is not None]


def is_own(action: str, by: int, author: int, taken: Sequence[Taken]) -> bool:
    """Whether a step must be another person's (rule 4)."""
    if action not in SEPARATE:
        return False
    latest = {step.action: step.by for step in taken if step.action in SEPARATE - {action}}
    return by == author or by in latest.values()


def names_somebody(text: str) -> bool:
    """Whether a text holds what looks like a person's number."""
    return NUMBERS.search(text) is not None


# ---------------------------------------------------------------- who is preferred


def preferred(kind: str, sex: str | None, members: int | None, women: int | None) -> bool:
    """A woman, or a group of which at least 70 % are women (rule 6)."""
    if kind == "person":
        return sex == "female"
    return kind == "group" and bool(members) and Fraction(women or 0, members or 1) >= WOMEN


def order(vote: Vote | None, is_preferred: bool, record: str) -> tuple[Any, ...]:
    """The order of a list: the larger share of those who agreed first; on a tie who is preferred; then by number."""
    share = Fraction(vote.agree, vote.present) if vote and vote.present else Fraction(0)
    return (-share, not is_preferred, *(int(part) for part in record.split("-")))


# ---------------------------------------------------------------- the law, by the day


def on_day(spans: Sequence[Mapping[str, Any]], day: date) -> Mapping[str, Any] | None:
    """What was in force on a day, of spans with `from` and perhaps `to` (ISO days, both included)."""
    told = day.isoformat()
    return next((span for span in spans if span["from"] <= told <= span.get("to", told)), None)


def money(terms: Mapping[str, Any], award: Mapping[str, Any], kind: str, day: date) -> int | None:
    """What goes with an award on a day, in đồng, rounded up; None where the pack doesn't say."""
    base, share = on_day(terms["base"], day), on_day(award["money"], day)
    if base is None or share is None or kind not in share:
        return None
    step = 100 * int(terms["round_up_to"])
    return -(-int(base["amount"]) * int(share[kind]) // step) * int(terms["round_up_to"])
