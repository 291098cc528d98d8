"""Figures for everybody: of a year that is over, without anything by which somebody could be found. Pure.

1. Only counts, in tables of one dimension each (unit; month; part of the day), for a whole year: what is published
   twice for parts of a year could be subtracted. Nothing else of a record is in them.
2. A count of 1 to 4 is hidden. 0 is shown: it speaks of nobody.
3. A hidden count must not come out of the total. With k counts hidden that come to S, each may be anything from 1 to
   S - k + 1. Unless two are hidden and that end is 5 or more, the smallest count that is still shown is hidden too;
   where none is left, the total is.
4. A total that is hidden in one table is hidden in all, since it is the same.
5. Of the most serious class, whose cases everybody has read of, a unit isn't told: they are in a row of the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST = 5
HIDDEN = "< 5 / …"
Counts = tuple[int, ...]


@dataclass(frozen=True)
class Published:
    """A table as it may be seen: rows by name, None where a count is hidden, and the totals."""

    rows: Mapping[str, tuple[int | None, ...]]
    total: tuple[int | None, ...]


def publish(tables: Mapping[str, Mapping[str, Counts]]) -> dict[str, Published]:
    """Hides what must not be seen in tables of the same cases, each split in another way."""
    columns = len(next(iter(next(iter(tables.values())).values())))
    hidden: dict[str, list[frozenset[str]]] = {name: [] for name in tables}
    open_totals: list[bool] = []
    for column in range(columns):
        found = {name: hide({row: counts[column] for row, counts in rows.items()}) for name, rows in tables.items()}
        open_totals.append(all(shown for _, shown in found.values()))
        for name, (rows, _) in found.items():
            hidden[name].append(rows)
    return {
        name: Published(
            {
                row: tuple(None if row in hidden[name][at] else count for at, count in enumerate(counts))
                for row, counts in rows.items()
            },
            tuple(_total(rows, at) if shown else None for at, shown in enumerate(open_totals)),
        )
        for name, rows in tables.items()
    }


def _total(rows: Mapping[str, Counts], column: int) -> int:
    return sum(counts[column] for counts in rows.values())


def hide(counts: Mapping[str, int]) -> tuple[frozenset[str], bool]:
    """The rows of a column that are hidden, and whether its total may be shown (rules 2 and 3)."""
    hidden = {row for row, count in counts.items() if 0 < count < LEAST}
    total = sum(counts.values())
    if 0 < total < LEAST:
        return frozenset(hidden), False
    left = sorted((count, row) for row, count in counts.items() if count >= LEAST)
    while hidden and not _safe([counts[row] for row in hidden]):
        if not left:
            return frozenset(hidden), False
        hidden.add(left.pop(0)[1])
    return frozenset(hidden), True


def _safe(hidden: Sequence[int]) -> bool:
    return len(hidden) > 1 and sum(hidden) - len(hidden) + 1 >= LEAST


def part_of_day(moment: object) -> str:
    """Six hours of the day, from a date-time as it was written down; '' where there is no time in it."""
    text = str(moment or "")
    hour = text[11:13]
    if not hour.isdigit() or int(hour) > 23:
        return ""
    first = int(hour) // 6 * 6
    return f"{first:02d}:00 – {first + 6:02d}:00"
