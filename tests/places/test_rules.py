"""What must hold of places in time."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.places import rules
from server.places.rules import WHOLE, Change, Definition, Link, Names, Parent, Period, Version

REFORM = date(2025, 7, 1)
EVE = date(2025, 6, 30)
START = date(2021, 12, 15)


def named(text: str) -> Names:
    return Names(text, text, text)


def place(key: str, code: str | None, start: date = START, end: date | None = None, parent: str = "") -> Definition:
    period = Period(start, end)
    parents = (Parent(period, parent, line=7),) if parent else ()
    return Definition(key, (Version(period, code, "xa", named(key), line=7),), parents, line=6)


def messages(*places: Definition, changes: tuple[Change, ...] = ()) -> list[str]:
    return [fault.message for fault in rules.faults(places, changes)]


days = st.dates(date(2020, 1, 1), date(2020, 2, 15))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(days)
    end = draw(st.none() | days.filter(lambda day: day > start)) if start < date(2020, 2, 15) else None
    return Period(start, end)


def test_a_unit_that_ends_on_1_july_is_last_itself_on_30_june() -> None:
    period = Period(START, REFORM)
    assert period.holds(EVE)
    assert not period.holds(REFORM)


def test_a_unit_that_begins_on_1_july_is_not_there_on_30_june() -> None:
    period = Period(REFORM)
    assert not period.holds(EVE)
    assert period.holds(REFORM)


def test_periods_that_touch_do_not_overlap() -> None:
    assert not Period(START, REFORM).overlaps(Period(REFORM))
    assert not Period(REFORM).overlaps(Period(START, REFORM))


@given(periods(), periods())
def test_periods_overlap_exactly_when_some_day_lies_in_both(one: Period, other: Period) -> None:
    every = [date.fromordinal(day) for day in range(date(2020, 1, 1).toordinal(), date(2020, 3, 1).toordinal())]
    assert one.overlaps(other) == any(one.holds(day) and other.holds(day) for day in every)


def test_two_versions_of_a_place_may_not_overlap() -> None:
    versions = (
        Version(Period(START, date(2025, 7, 2)), "1", "xa", named("a"), line=3),
        Version(Period(REFORM), "1", "xa", named("b"), line=4),
    )
    faults = rules.faults([Definition("a", versions, line=2)], [])
    assert [(fault.line, "overlaps" in fault.message) for fault in faults] == [(4, True)]


def test_two_parents_in_one_tree_may_not_overlap_but_may_in_two_trees() -> None:
    both = (Parent(Period(START), "b"), Parent(Period(START), "c"))
    apart = (Parent(Period(START), "b"), Parent(Period(START), "c", tree="cluster"))
    others = [place("b", "2"), place("c", "3")]
    version = place("a", "1").versions
    assert any("overlaps" in message for message in messages(Definition("a", version, both), *others))
    assert messages(Definition("a", version, apart), *others) == []


def test_a_period_must_end_after_it_begins() -> None:
    assert any("not after its start" in message for message in messages(place("a", "1", REFORM, REFORM)))


def test_a_code_may_be_used_again_after_its_place_has_ended() -> None:
    assert messages(place("ham-tan", "29489", START, REFORM), place("ham-giang-2025", "29489", REFORM)) == []


def test_a_code_may_not_be_of_two_places_on_one_day() -> None:
    found = messages(place("ham-tan", "29489", START, date(2025, 7, 2)), place("ham-giang-2025", "29489", REFORM))
    assert found == ["code 29489 is of 'ham-tan' and 'ham-giang-2025' at the same time"]


def test_a_place_may_not_be_above_itself() -> None:
    assert any(
        "above itself" in message for message in messages(place("a", "1", parent="b"), place("b", "2", parent="a"))
    )
    assert any("above itself" in message for message in messages(place("a", "1", parent="a")))


def test_places_may_change_who_is_above_whom_when_the_periods_do_not_meet() -> None:
    first = Definition("a", place("a", "1").versions, (Parent(Period(START, REFORM), "b"),))
    then = Definition("b", place("b", "2").versions, (Parent(Period(REFORM), "a"),))
    assert messages(first, then) == []


def test_a_parent_must_be_known_and_a_key_is_given_once() -> None:
    assert messages(place("a", "1", parent="x")) == ["place 'a': no place has the key 'x'"]
    assert "place 'a' is defined twice" in messages(place("a", "1"), place("a", "2"))


@pytest.mark.parametrize(
    ("shares", "right"), [((WHOLE,), True), ((600_000, 400_000), True), ((600_000, 300_000), False)]
)
def test_the_shares_of_a_place_come_to_one_whole(shares: tuple[int, ...], right: bool) -> None:
    new = [place(f"n{number}", None, REFORM) for number in range(len(shares))]
    links = tuple(Link("a", f"n{number}", share) for number, share in enumerate(shares))
    change = Change("split", "split", REFORM, "law", links, line=9)
    assert (messages(place("a", "1", START, REFORM), *new, changes=(change,)) == []) is right


def test_a_successor_must_be_there_on_the_day_of_the_change() -> None:
    change = Change("merge", "merge", EVE, "law", (Link("a", "b"),), line=9)
    found = messages(place("a", "1", START, REFORM), place("b", "2", REFORM), changes=(change,))
    assert found == ["change 'merge': 'b' is not there on 2025-06-30"]


def test_a_name_is_the_one_of_its_day_and_outside_its_time_the_nearest() -> None:
    versions = [
        Version(Period(date(2023, 1, 1), REFORM), "1", "thi_tran", named("Thị trấn")),
        Version(Period(REFORM, date(2026, 1, 1)), "1", "xa", named("Xã")),
    ]
    on = {day: rules.version_on(versions, day).names.vi for day in (date(2020, 1, 1), EVE, REFORM, date(2030, 1, 1))}
    assert list(on.values()) == ["Thị trấn", "Thị trấn", "Xã", "Xã"]


def test_the_last_day_is_today_while_the_place_is_there() -> None:
    ended = place("a", "1", START, REFORM).versions
    assert rules.last_day(ended, date(2023, 5, 16)) == date(2023, 5, 16)
    assert rules.last_day(ended, date(2026, 1, 1)) == EVE
    assert rules.last_day(place("b", "2").versions, date(2026, 1, 1)) == date(2026, 1, 1)
