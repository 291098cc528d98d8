"""How a device catches up: positions, cursors, pages.

Rules:
- A cursor maps a feed to the position up to which everything has been seen. It never goes back by itself.
- A feed in scope without a cursor is read from its start; a cursor whose feed is not in scope is to be forgotten.
- A cursor beyond its feed means that the server was restored from a backup: it counts as none, and is reported.
- A page takes whole rows in the order of (feed, position); the cursors it returns claim exactly what it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar


class Positioned(Protocol):
    """A row of a feed."""

    @property
    def feed(self) -> str: ...

    @property
    def position(self) -> int: ...


Row = TypeVar("Row", bound=Positioned)


@dataclass(frozen=True)
class Start:
    """From where each feed in scope is read, which cursors to forget, and whether one was ahead of its feed."""

    since: dict[str, int]
    behind: list[str]
    forget: list[str]
    ahead: bool


def start(heads: Mapping[str, int], cursors: Mapping[str, int]) -> Start:
    """Where to read on, given each feed in scope with its last position (0 for an empty one)."""
    ahead = any(cursors.get(key, 0) > head for key, head in heads.items())
    since = {key: 0 if cursors.get(key, 0) > head else cursors.get(key, 0) for key, head in heads.items()}
    behind = [key for key in sorted(heads) if since[key] < heads[key]]
    return Start(since, behind, sorted(key for key in cursors if key not in heads), ahead)


def portions(heads: Mapping[str, int], begun: Start, limit: int) -> Iterator[list[str]]:
    """The feeds to read, in order, some at a time: together they hold at most `limit` rows, or it is one feed alone.

    So a store never has to sort more than a page to find one, however much there is. What a feed holds at most is known
    by its positions, since no two rows of it share one.
    """
    portion: list[str] = []
    room = limit
    for key in begun.behind:
        most = heads[key] - begun.since[key]
        if portion and most > room:
            yield portion
            portion, room = [], limit
        portion.append(key)
        room -= most
    if portion:
        yield portion


def cut(
    rows: Sequence[Row], heads: Mapping[str, int], begun: Start, limit: int
) -> tuple[Sequence[Row], dict[str, int], bool]:
    """Cuts rows, sorted by (feed, position), to a page: the page, the new cursors, and whether there is more."""
    upto = dict(heads)
    if len(rows) <= limit:
        return rows, upto, False
    page = rows[:limit]
    last = page[-1]
    upto |= {key: begun.since[key] for key in begun.behind if key > last.feed} | {last.feed: last.position}
    return page, upto, True
