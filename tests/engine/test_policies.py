"""The laws of the merge policies, for any values."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.document import same
from sync.policies import LARGEST_NUMBER, POLICIES, policy
from sync.texts import merge_texts

NUMBERS = st.one_of(st.none(), st.integers(-50, 50), st.sampled_from([0.5, 2.0]))
DAYS = st.sampled_from(
    [None, "2023-05-16", "2023-05-17", "2023-05-16T10:00+07:00", "2023-05-16T03:00:00Z", "no date", "2023-05-16T10:00"]
)
CHOICES = st.one_of(st.none(), st.lists(st.sampled_from("abcd"), unique=True, min_size=1))
TEXTS = st.one_of(st.none(), st.lists(st.sampled_from(["a", "b", "xe máy", "\n"]), min_size=1).map(" ".join))
ANY = st.one_of(NUMBERS, DAYS, CHOICES, TEXTS, st.booleans())
SYMMETRIC = {"max": st.one_of(NUMBERS, DAYS), "min": DAYS, "sum": NUMBERS, "union": CHOICES, "text": TEXTS}


@pytest.mark.parametrize("name", POLICIES)
@given(ANY, ANY, ANY)
def test_a_policy_has_an_answer_for_any_values(name: str, base, head, theirs) -> None:
    decision = policy(name)(base, head, theirs)
    assert not decision.conflict or same(decision.value, head)


@pytest.mark.parametrize("name", SYMMETRIC)
@given(st.data())
def test_it_makes_no_difference_which_of_two_arrives_first(name: str, data) -> None:
    base, one, other = (data.draw(SYMMETRIC[name]) for _ in range(3))
    first, second = policy(name)(base, one, other), policy(name)(base, other, one)
    assert first.conflict == second.conflict
    assert first.conflict or same(first.value, second.value)


@pytest.mark.parametrize("name", ["max", "min", "union", "text"])
@given(st.data())
def test_the_same_again_adds_nothing(name: str, data) -> None:
    base, one, other = (data.draw(SYMMETRIC.get(name, DAYS)) for _ in range(3))
    once = policy(name)(base, one, other)
    again = policy(name)(base, once.value, other)
    assert once.conflict or again.conflict or same(again.value, once.value)


@pytest.mark.parametrize("name", ["max", "min", "sum"])
@given(st.integers(-9, 9), st.lists(st.integers(-9, 9), min_size=3, max_size=3))
def test_three_numbers_come_to_the_same_in_every_order(name: str, base: int, values: list[int]) -> None:
    results = set()
    for one, two, three in permutations(values):
        first = policy(name)(base, one, two).value
        results.add(policy(name)(base, first, three).value)
    assert len(results) == 1


@given(st.integers(-9, 9), st.integers(-9, 9), st.integers(-9, 9))
def test_sum_adds_both_differences(base: int, one: int, other: int) -> None:
    assert policy("sum")(base, one, other).value == base + (one - base) + (other - base)


def test_a_tally_that_was_empty_counts_from_nothing() -> None:
    assert policy("sum")(None, 3, 4).value == 7


def test_a_sum_that_no_phone_could_hold_is_asked() -> None:
    assert policy("sum")(0, LARGEST_NUMBER, 5).conflict


@given(CHOICES, CHOICES, CHOICES)
def test_union_keeps_what_either_chose_and_drops_what_either_took_out(base, one, other) -> None:
    merged = set(policy("union")(base, one, other).value or [])
    for choice in "abcd":
        before, in_one, in_other = (choice in (side or []) for side in (base, one, other))
        assert (choice in merged) == ((in_one and in_other) if before else (in_one or in_other))


def test_moments_are_compared_as_moments_whatever_their_zone() -> None:
    assert policy("max")(None, "2023-05-16T10:00+07:00", "2023-05-16T04:00:00Z").value == "2023-05-16T04:00:00Z"
    assert policy("min")(None, "2023-05-16T10:00+07:00", "2023-05-16T04:00:00Z").value == "2023-05-16T10:00+07:00"


@pytest.mark.parametrize("name", ["max", "min", "sum", "text"])
def test_clearing_against_another_value_is_asked(name: str) -> None:
    value = "a" if name == "text" else 3
    assert policy(name)(value, None, value * 2).conflict
    assert policy(name)(value, value * 2, None).conflict


@given(ANY, ANY, ANY)
def test_latest_takes_what_arrived_last_even_if_that_is_nothing_and_never_asks(base, head, theirs) -> None:
    decision = policy("latest")(base, head, theirs)
    assert same(decision.value, theirs)
    assert not decision.conflict


class TestTexts:
    def test_changes_in_two_places_are_both_taken(self) -> None:
        base = "Xe tải va xe máy ở ngã ba. Hai người bị thương."
        one = "Xe tải va hai xe máy ở ngã ba. Hai người bị thương."
        other = "Xe tải va xe máy ở ngã ba. Ba người bị thương nhẹ."
        assert merge_texts(base, one, other) == "Xe tải va hai xe máy ở ngã ba. Ba người bị thương nhẹ."

    def test_the_same_change_is_taken_once(self) -> None:
        assert merge_texts("a b c", "a x c", "a x c d") == "a x c d"

    @pytest.mark.parametrize(
        ("base", "one", "other"),
        [("a b c", "a x c", "a y c"), ("a", "a b", "a c"), ("", "a", "b"), ("a b c d", "a d", "a b x d")],
    )
    def test_changes_that_meet_are_not_merged(self, base: str, one: str, other: str) -> None:
        assert merge_texts(base, one, other) is None

    def test_a_text_that_would_take_too_long_is_not_merged(self) -> None:
        long = " ".join(str(number) for number in range(400))
        assert merge_texts("x " + long, long[::-1] + " y", long + " z") is None

    @given(TEXTS, TEXTS, TEXTS)
    def test_every_word_of_the_merged_text_comes_from_one_of_the_three(self, base, one, other) -> None:
        merged = merge_texts(base or "", one or "", other or "")
        if merged is not None:
            assert set(merged.split()) <= {*(base or "").split(), *(one or "").split(), *(other or "").split()}
            assert {*(one or "").split(), *(other or "").split()} - set((base or "").split()) <= set(merged.split())


@pytest.mark.parametrize(("base", "one", "other"), [("a", "b a", "a a"), ("xe", "xe xe", "một xe")])
def test_a_person_is_asked_where_repeated_words_leave_open_which_is_new(base: str, one: str, other: str) -> None:
    assert merge_texts(base, one, other) is None
    assert merge_texts(base, other, one) is None
