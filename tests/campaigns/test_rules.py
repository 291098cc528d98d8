"""A pack's files as data that remembers its lines."""

from __future__ import annotations

from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from server.campaigns import rules
from server.campaigns.rules import PackRefused, Window, load_yaml_with_lines


def refused(text: str) -> list[tuple[int, str]]:
    with pytest.raises(PackRefused) as caught:
        load_yaml_with_lines(text, "pack.yaml")
    return [(fault.line, fault.message) for fault in caught.value.faults]


def test_each_part_remembers_its_line() -> None:
    lined = load_yaml_with_lines("# a comment\na: 1\nb:\n  - x: 2\n    y: 3\n  - z\n", "pack.yaml")
    assert lined.data == {"a": 1, "b": [{"x": 2, "y": 3}, "z"]}
    lines = {path: lined.line(path) for path in [("a",), ("b",), ("b", 0), ("b", 0, "y"), ("b", 1)]}
    assert list(lines.values()) == [2, 3, 4, 5, 6]


def test_a_part_that_is_missing_has_the_line_of_what_is_around_it() -> None:
    lined = load_yaml_with_lines("a:\n  b: 1\n", "pack.yaml")
    assert lined.line(("a", "c", 7)) == 1
    assert str(lined.fault(("a", "c"), "is missing")) == "pack.yaml:1: a.c: is missing"


def test_a_key_given_twice_is_a_fault_on_its_second_line() -> None:
    assert refused("a: 1\nb: 2\na: 3\n") == [(3, "'a' is given twice")]


def test_text_that_is_not_yaml_is_a_fault_on_the_line_where_it_stops() -> None:
    [(line, message)] = refused("a: 1\nb: [1, 2\nc: 3\n")
    assert line == 3
    assert message


def test_an_empty_file_a_date_that_is_none_and_a_python_object_are_faults() -> None:
    assert refused("# nothing\n") == [(1, "the file is empty")]
    assert [line for line, _ in refused("a: 1\nb: 2023-02-30\n")] == [2]
    assert [line for line, _ in refused("a: !!python/object/apply:os.system [ls]\n")] == [1]


def test_an_alias_is_a_fault_on_its_line() -> None:
    assert [line for line, _ in refused("a: &a\n  - *a\nb: 1\nc: *a")] == [2, 4]


def test_text_is_nfc_whatever_the_editor_wrote() -> None:
    assert load_yaml_with_lines("a: Tra\u0300 Vinh\n", "pack.yaml").data == {"a": "Trà Vinh"}


class WithoutAliases(yaml.SafeDumper):
    """Writes a value out each time it occurs."""

    def ignore_aliases(self, data: object) -> bool:
        return True


keys = st.text("abc", min_size=1, max_size=3)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("abcđ xyz", max_size=5) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.dictionaries(keys, plain, min_size=1, max_size=4))
def test_what_is_written_is_what_is_read(data: dict[str, object]) -> None:
    assert load_yaml_with_lines(yaml.dump(data, Dumper=WithoutAliases, allow_unicode=True), "pack.yaml").data == data


@given(st.text(max_size=60))
def test_any_text_at_all_is_read_or_refused(text: str) -> None:
    try:
        faults = load_yaml_with_lines(text, "pack.yaml").lines.values()
    except PackRefused as found:
        faults = [fault.line for fault in found.faults]
    assert faults
    assert all(line >= 1 for line in faults)


def test_a_window_has_both_its_ends() -> None:
    window = Window(date(2022, 12, 15), date(2023, 12, 14))
    days = [date(2022, 12, 14), date(2022, 12, 15), date(2023, 12, 14), date(2023, 12, 15)]
    assert [window.holds(day) for day in days] == [False, True, True, False]


def test_a_window_may_not_end_before_it_begins_nor_meet_what_it_is_compared_with() -> None:
    year = {"from": date(2022, 12, 15), "to": date(2023, 12, 14)}
    turned = {"from": year["to"], "to": year["from"]}
    assert [path for path, _ in rules.window_faults({"activity": turned})] == [("activity", "to")]
    before = {"from": date(2021, 12, 15), "to": date(2022, 12, 14)}
    assert list(rules.window_faults({"outcome": year, "against": before})) == []
    touching = {"from": date(2021, 12, 15), "to": date(2022, 12, 15)}
    assert [path for path, _ in rules.window_faults({"outcome": year, "against": touching})] == [("against", "to")]


def test_nested_messages_become_paths() -> None:
    nested = {"a": {"b": {0: ["one", "two"]}}, "_schema": ["three"]}
    assert list(rules.flatten(nested)) == [(("a", "b", 0), "one"), (("a", "b", 0), "two"), ((), "three")]
