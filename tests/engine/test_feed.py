"""How a device catches up: no row is skipped and no cursor claims what was not sent."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from sync import feed

HEADS = st.dictionaries(st.sampled_from(["c1", "p1", "p2", "u5"]), st.integers(0, 9), min_size=1)


@dataclass(frozen=True)
class Row:
    feed: str
    position: int


def rows_after(heads: dict[str, int], begun: feed.Start) -> list[Row]:
    return [Row(key, position) for key in begun.behind for position in range(begun.since[key] + 1, heads[key] + 1)]


@given(HEADS, st.integers(1, 5))
def test_page_after_page_every_row_comes_exactly_once(heads: dict[str, int], limit: int) -> None:
    cursors: dict[str, int] = {}
    seen: list[Row] = []
    for _ in range(100):
        begun = feed.start(heads, cursors)
        page, cursors, more = feed.cut(rows_after(heads, begun)[: limit + 1], heads, begun, limit)
        seen += page
        if not more:
            break
    assert sorted(seen, key=lambda row: (row.feed, row.position)) == rows_after(heads, feed.start(heads, {}))
    assert len(set(seen)) == len(seen)
    assert cursors == heads


@given(HEADS, HEADS, st.integers(1, 5))
def test_cursors_never_go_back_unless_the_server_was_restored(heads: dict, cursors: dict, limit: int) -> None:
    begun = feed.start(heads, cursors)
    _, after, _ = feed.cut(rows_after(heads, begun)[: limit + 1], heads, begun, limit)
    for key, position in after.items():
        assert position >= cursors.get(key, 0) or cursors[key] > heads[key]


def test_a_cursor_beyond_its_feed_counts_as_none_and_is_reported() -> None:
    begun = feed.start({"p1": 3}, {"p1": 7})
    assert begun.ahead
    assert begun.since == {"p1": 0}


def test_a_feed_that_is_granted_is_read_from_its_start() -> None:
    assert feed.start({"p1": 3, "p2": 4}, {"p1": 3}).since == {"p1": 3, "p2": 0}


def test_a_feed_that_is_taken_away_comes_back_to_be_forgotten() -> None:
    assert feed.start({"p1": 3}, {"p1": 3, "p2": 4}).forget == ["p2"]
