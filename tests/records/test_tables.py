"""Edits in tables: what a table says is exactly the mutations that went into it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.problems import Problem
from server.records.schemas import parse, parse_all
from tests.tools.tables import tables

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "tables.json").read_text("utf-8"))

numbers = st.integers(1, 2**31 - 1)
values = st.none() | st.text(max_size=5) | st.integers() | st.lists(st.text(max_size=3), max_size=3)
moments = st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC).isoformat())
common = {"record": st.builds(lambda device, counter: f"{device}-{counter}", numbers, numbers), "at": moments}


def edits(sets: st.SearchStrategy[Any], **more: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Edits whose `set` is sorted by position."""
    pairs = sets.map(lambda found: [[position, found[position]] for position in sorted(found)])
    return st.fixed_dictionaries({"kind": st.just("edit"), **common, "set": pairs, **more})


creations = edits(
    st.dictionaries(st.integers(0, 30), values.filter(lambda value: value is not None), max_size=6),
    base=st.just(0),
    form=st.integers(1, 3),
    place=st.integers(1, 3),
)
changes = edits(st.dictionaries(st.integers(0, 5), values, max_size=3), base=numbers)


def packed(mutations: list[dict[str, Any]]) -> dict[str, Any]:
    """A request's members, as they arrive."""
    found: dict[str, Any] = json.loads(json.dumps({"mutations": [], "tables": tables(mutations), "saw": {}}))
    return found


@given(st.lists(creations | changes, max_size=12))
def test_a_table_says_exactly_what_went_into_it(made: list[dict[str, Any]]) -> None:
    mutations = [{"n": number, **mutation} for number, mutation in enumerate(made, 1)]
    read = parse_all(packed(mutations))
    assert [json.loads(json.dumps(item.payload)) for item in read] == mutations
    assert all(item.data is not None for item in read)


@given(st.lists(creations | changes, max_size=5))
def test_an_item_of_a_table_is_known_again_when_it_is_kept_as_an_object(made: list[dict[str, Any]]) -> None:
    mutations = [{"n": number, **mutation} for number, mutation in enumerate(made, 1)]
    for item in parse_all(packed(mutations)):
        kept = parse(json.loads(json.dumps(item.payload)))
        assert kept.hash == item.hash
        assert kept.data is not None


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["name"])
def test_the_phone_and_the_server_mean_the_same_tables(case: dict[str, Any]) -> None:
    read = [item.payload for item in parse_all({"mutations": case["others"], "tables": case["tables"], "saw": {}})]
    expected = [
        mutation | {"at": datetime.fromisoformat(mutation["at"]).replace(microsecond=0).astimezone(UTC).isoformat()}
        if mutation not in case["others"]
        else mutation
        for mutation in case["mutations"]
    ]
    assert json.loads(json.dumps(read)) == expected


GOOD = tables(
    [
        {
            "n": 1,
            "record": "5-1",
            "base": 0,
            "form": 1,
            "place": 1,
            "at": "2026-01-01T00:00:00+00:00",
            "set": [[0, "a"]],
        },
        {
            "n": 2,
            "record": "5-2",
            "base": 0,
            "form": 1,
            "place": 1,
            "at": "2026-01-01T00:00:00+00:00",
            "set": [[0, "b"]],
        },
    ]
)[0]


@pytest.mark.parametrize(
    "change",
    [
        {"n": [1]},
        {"n": [1, 0.5]},
        {"n": [1, True]},
        {"n": []},
        {"n": [0, 1]},
        {"n": [2**31, 1]},
        {"at": [-1, 1]},
        {"at": [253_402_300_799, 1]},
        {"values": [["a"]]},
        {"values": ["ab"]},
        {"values": []},
        {"fields": [0, 0], "values": [["a", "b"], ["a", "b"]]},
        {"fields": [-1]},
        {"base": [1, 0]},
        {"form": None},
        {"form": 2**31},
        {"strange": 1},
        {"device": "55"},
    ],
    ids=str,
)
def test_a_table_of_a_wrong_shape_refuses_the_request(change: dict[str, Any]) -> None:
    with pytest.raises(Problem, match="invalid"):
        parse_all({"mutations": [], "tables": [GOOD | change], "saw": {}})


@pytest.mark.parametrize("table", [None, [], "x", {}, 7])
def test_what_is_no_table_refuses_the_request(table: Any) -> None:
    with pytest.raises(Problem, match="invalid"):
        parse_all({"mutations": [], "tables": [table], "saw": {}})


def test_more_rows_than_a_request_may_bring_refuse_it() -> None:
    many = GOOD | {name: [1] * 1000 for name in ("n", "device", "counter", "at")} | {"values": [["a"] * 1000]}
    assert len(parse_all({"mutations": [], "tables": [many], "saw": {}})) == 1000
    with pytest.raises(Problem, match="invalid"):
        parse_all({"mutations": [], "tables": [many, GOOD], "saw": {}})
