"""The wire's positions and what edits do to documents: the vectors that the phone computes too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.document import apply
from sync.positions import BadPosition, beyond, decode, encode

VECTORS = Path(__file__).parents[1] / "vectors"
POSITIONS = json.loads((VECTORS / "positions.json").read_text(encoding="utf-8"))
DOCUMENTS = json.loads((VECTORS / "documents.json").read_text(encoding="utf-8"))
FIELDS = POSITIONS["fields"]


@pytest.mark.parametrize("case", POSITIONS["round_trips"], ids=lambda case: case["why"])
def test_entries_and_paths_say_the_same(case: dict) -> None:
    assert encode(case["changes"], FIELDS) == case["entries"]
    assert decode(case["entries"], FIELDS) == case["changes"]


@pytest.mark.parametrize("case", POSITIONS["refused"], ids=lambda case: case["why"])
def test_an_entry_that_names_no_place_is_refused(case: dict) -> None:
    with pytest.raises(BadPosition):
        decode(case["entries"], FIELDS)


def test_a_form_without_repeats_refuses_them_too() -> None:
    for entries in ([[2, 1]], [[0, 1, "17-5"]]):
        with pytest.raises(BadPosition):
            decode(entries, ["a", "b"])


@pytest.mark.parametrize("case", POSITIONS["contents"], ids=lambda case: case["why"])
def test_what_a_plain_list_has_no_room_for_travels_beside_it(case: dict) -> None:
    assert beyond(case["document"], FIELDS) == case["more"]


@pytest.mark.parametrize("case", DOCUMENTS["apply"], ids=lambda case: case["why"])
def test_what_a_set_makes_of_a_document(case: dict) -> None:
    assert apply(case["document"], decode(case["set"], DOCUMENTS["fields"])) == case["result"]


@pytest.mark.parametrize("case", DOCUMENTS["difference"], ids=lambda case: case["why"])
def test_a_difference_makes_the_one_from_the_other(case: dict) -> None:
    after = {path: value for path, value in case["after"].items() if value != ""}
    assert apply(case["before"], decode(case["result"], DOCUMENTS["fields"])) == after


ITEM = st.tuples(st.integers(1, 30), st.integers(1, 30)).map(lambda pair: f"{pair[0]}-{pair[1]}")
PATHS = st.one_of(
    st.sampled_from(["day", "place/name", "tags"]),
    st.tuples(ITEM, st.sampled_from(["", "/kind", "/owner/name"])).map(lambda pair: f"vehicles/{pair[0]}{pair[1]}"),
    st.tuples(ITEM, ITEM, st.sampled_from(["", "/hurt"])).map(lambda t: f"vehicles/{t[0]}/seats/{t[1]}{t[2]}"),
)


@given(st.dictionaries(PATHS, st.one_of(st.none(), st.integers(0, 3)), max_size=8))
def test_whatever_is_set_comes_back_by_position(changes: dict) -> None:
    assert decode(encode(changes, FIELDS), FIELDS) == changes
