"""The steps from a nomination to an award, the vote, the order of a list, the law by its day: pure."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.campaigns import service as campaigns
from server.campaigns.schemas import as_written
from server.commendations import rules
from server.commendations.rules import Taken, Vote
from tests.tools.chain import PACK

RULE = {"present": [2, 3], "agree": [1, 2]}
TERMS: dict[str, Any] = as_written(campaigns.read_pack(PACK).commendation.data)  # type: ignore[union-attr]
DAY = date(2023, 5, 12)
MUST = ("vote", "check", "list", "grant")


def vote(members: int, present: int, agree: int, against: int = 0) -> Vote:
    return Vote(DAY, members, present, agree, against, present - agree - against)


def award(key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in TERMS["awards"] if one["key"] == key)
    return found


@pytest.mark.parametrize(
    ("held", "leads"),
    [
        (vote(9, 6, 4), "voted"),
        (vote(9, 6, 3), "not_passed"),  # half is not more than half
        (vote(9, 6, 3, against=1), "not_passed"),  # who abstains does not agree
        (vote(9, 5, 5), "nominated"),  # five of nine are less than two thirds
        (vote(3, 2, 2), "voted"),
        (vote(1, 0, 0), "nominated"),
    ],
)
def test_a_meeting_counts_with_two_thirds_and_proposes_with_more_than_half_of_who_is_there(
    held: Vote, leads: str
) -> None:
    assert rules.after_vote(held, RULE) == leads


@given(*(st.integers(0, 60) for _ in range(5)))
def test_a_vote_that_leads_on_could_have_happened(
    members: int, present: int, agree: int, against: int, abstained: int
) -> None:
    held = Vote(DAY, members, present, agree, against, abstained)
    if not held.faults(DAY):
        assert agree + against + abstained == present <= members
        if rules.after_vote(held, RULE) == "voted":
            assert 3 * present >= 2 * members
            assert agree > against + abstained
    else:
        assert present > members or agree + against + abstained != present


def test_no_meeting_lies_in_the_future() -> None:
    assert vote(3, 3, 3).faults(date(2023, 5, 11)) == {"held_on": ["The meeting can't lie in the future."]}


def test_every_way_to_an_award_goes_through_vote_evidence_conduct_and_list() -> None:
    def roads(stage: str, before: tuple[str, ...]) -> list[tuple[str, ...]]:
        found = []
        for (at, action, _), to in rules.STEPS.items():
            if at == stage and action not in before:
                road = (*before, action)
                found += [road] if to == "granted" else roads(to, road)
        return found

    assert roads("nominated", ())
    for road in roads("nominated", ()):
        assert [step for step in road if step in ("vote", "check", "list", "grant")] == [
            "vote",
            "check",
            "list",
            "grant",
        ]
        assert "clear" in road


def test_each_step_belongs_to_one_office() -> None:
    whose = {action: {right for _, named, right in rules.STEPS if named == action} for action in rules.ACTIONS}
    assert whose == {
        "vote": {"review"}, "check": {"office"}, "return": {"office", "commend", "sign"}, "clear": {"commend"},
        "block": {"commend"}, "list": {"sign"}, "unlist": {"sign"}, "grant": {"office"}, "decline": {"office"},
        "publish": {"office"}, "unpublish": {"office"}, "cancel": {"office", "commend"},
    }  # fmt: skip


def test_what_is_blocked_goes_on_only_when_the_council_clears_it() -> None:
    everything = ("review", "office", "commend", "sign")
    assert rules.open_to("blocked", everything) == ["clear", "cancel"]
    assert rules.open_to("blocked", ("office", "sign")) == ["cancel"]


def test_what_was_decided_on_an_earlier_revision_says_nothing_about_a_later_one() -> None:
    voted = Taken("vote", "voted", 1, 5)
    assert rules.standing([], 1) == "nominated"
    assert rules.standing([voted], 1) == "voted"
    assert rules.standing([voted], 2) == "nominated"
    assert rules.standing([voted], None) == "withdrawn"
    assert rules.standing([voted, Taken("grant", "granted", 1, 6)], 2) == "granted"
    assert rules.standing([Taken("cancel", "cancelled", 1, 6)], None) == "cancelled"


def test_checking_clearing_and_listing_are_three_people_and_none_wrote_the_nomination() -> None:
    taken = [Taken("check", "checked", 1, 5), Taken("clear", "cleared", 1, 6)]
    assert rules.is_own("check", 1, 1, [])
    assert rules.is_own("clear", 5, 1, taken[:1])
    assert rules.is_own("list", 6, 1, taken)
    assert not rules.is_own("list", 7, 1, taken)
    assert not rules.is_own("clear", 6, 1, taken)  # again after it was blocked
    assert not rules.is_own("block", 5, 1, taken)


# Which of the steps that are open is taken: mostly the first, which leads on.
CHOICE = st.integers(0, 9).map(lambda number: max(0, number - 6))
SELDOM = st.integers(0, 40).map(lambda number: number == 40)


@given(st.lists(st.tuples(CHOICE, st.integers(1, 6), SELDOM), min_size=30, max_size=60))
def test_however_people_act_an_award_has_a_vote_and_three_different_people_who_did_not_write_it(
    tries: list[tuple[int, int, bool]],
) -> None:
    author, rev, taken = 1, 1, list[Taken]()
    for choice, person, changes in tries:
        rev += changes  # the record was changed and approved again
        stage = rules.standing(taken, rev)
        actions = rules.open_to(stage, rules.RIGHTS)
        if not actions:
            return
        action = actions[min(choice, len(actions) - 1)]
        to = rules.leads_to(stage, action, rules.RIGHTS)
        if to is None or rules.is_own(action, person, author, taken):
            continue
        taken.append(Taken(action, to, rev, person))
        if action == "grant":
            latest = {step.action: step.by for step in taken if step.rev == rev}
            assert "vote" in latest
            assert len({author, latest["check"], latest["clear"], latest["list"]}) == 4


def test_on_a_tie_women_and_groups_of_seventy_percent_women_come_first_and_nothing_else_weighs() -> None:
    assert rules.preferred("person", "female", None, None)
    assert not rules.preferred("person", "male", 10, 10)
    assert rules.preferred("group", None, 10, 7)
    assert not rules.preferred("group", None, 13, 9)
    assert not rules.preferred("group", None, None, None)
    assert not rules.preferred("household", "female", 2, 2)
    more, tie = vote(10, 10, 9), vote(10, 10, 8)
    listed = [(tie, False, "2-1"), (tie, True, "17-3"), (more, False, "9-1"), (tie, False, "10-1"), (None, True, "1-1")]
    ordered = sorted(listed, key=lambda one: rules.order(*one))
    assert [record for _, _, record in ordered] == ["9-1", "17-3", "2-1", "10-1", "1-1"]


@pytest.mark.parametrize(
    ("day", "law"),
    [
        ("2023-12-31", "Nghị định số 91/2017/NĐ-CP"),
        ("2024-01-01", "Nghị định số 98/2023/NĐ-CP"),
        ("2025-06-30", "Nghị định số 98/2023/NĐ-CP"),
        ("2025-07-01", "Nghị định số 152/2025/NĐ-CP"),
    ],
)
def test_the_law_is_that_of_the_day(day: str, law: str) -> None:
    found = rules.on_day(TERMS["laws"], date.fromisoformat(day))
    assert found is not None
    assert found["title"] == law


def test_no_district_grants_after_june_2025() -> None:
    grants = award("district")["grants"]
    assert rules.on_day(grants, date(2025, 6, 30)) is not None
    assert rules.on_day(grants, date(2025, 7, 1)) is None


@pytest.mark.parametrize(
    ("key", "kind", "day", "money"),
    [
        ("commune", "person", "2023-05-16", 230_000),  # 0.15 of 1,490,000, rounded up to ten thousands
        ("commune", "group", "2023-12-20", 540_000),
        ("commune", "group", "2025-08-01", 1_410_000),
        ("province", "group", "2025-08-01", 7_020_000),
        ("province", "household", "2025-08-01", 5_270_000),
        ("praise", "person", "2023-05-16", None),
        ("commune", "person", "2016-01-01", None),
    ],
)
def test_money_is_a_share_of_the_base_salary_of_the_day(key: str, kind: str, day: str, money: int | None) -> None:
    assert rules.money(TERMS, award(key), kind, date.fromisoformat(day)) == money


@pytest.mark.parametrize("text", ["CCCD 084099001234", "gọi 0912 345 678", "0912.34.56.78", "xe 84-H1 123.45"])
def test_numbers_of_persons_are_seen(text: str) -> None:
    assert rules.names_somebody(text)


@pytest.mark.parametrize("text", ["Số 12/QĐ-UBND ngày 20/12/2023", "12 buổi, 230 hộ", "năm 2022-2023", ""])
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not rules.names_somebody(text)
