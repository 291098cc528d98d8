"""The same period a year before, as far as it is known. Pure.

1. A figure of the year before is one that an office entered: for a reporting period, for a longer span (half a year),
   or for the whole window (the baseline). None is worked out pro rata, and none that is missing is taken for 0.
2. 'Up to a day' is the span from the window's first day to it, if that was entered, else what was known up to the
   period before and the period's own together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from server.campaigns.rules import Window

# Of one indicator, by the first and last day of the span of this year that they are compared with.
Entered = Mapping[tuple[date, date], int | None]


def same(periods: Sequence[Window], entered: Entered) -> list[int | None]:
    """What is known of each period alone."""
    return [entered.get((period.first, period.last)) for period in periods]


def so_far(periods: Sequence[Window], entered: Entered, baseline: int | None) -> list[int | None]:
    """What is known from the first period's beginning to the end of each; `baseline` is that of all together."""
    known: list[int | None] = []
    before: int | None = 0
    for period in periods:
        whole = entered.get((periods[0].first, period.last))
        alone = entered.get((period.first, period.last))
        if period == periods[-1]:
            whole = baseline
        before = whole if whole is not None else None if before is None or alone is None else before + alone
        known.append(before)
    return known


def added(figures: Sequence[int | None]) -> list[int | None]:
    """The sum of the figures up to each; None from the first that there is not yet."""
    known: list[int | None] = []
    total: int | None = 0
    for figure in figures:
        total = None if total is None or figure is None else total + figure
        known.append(total)
    return known
