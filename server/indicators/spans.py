"""What a campaign's indicators come to in a span of reporting periods, at one place: for reports. Reads only.

A place stands for itself and for those that have gone into it as a whole. Of a signed period these are the figures that
were signed: what comes later waits (`held`).
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from server import clock
from server.campaigns.rules import Window
from server.db import db
from server.forms import service as forms
from server.indicators import counting, held, tallying
from server.indicators.book import Book, read_book
from server.indicators.rules import Indicator
from server.indicators.tables import ContributionRow
from server.indicators.tallying import Figure, Setting
from server.places import service as places
from server.records import approved


@dataclass(frozen=True)
class Case:
    """A record that counts: what it adds by indicator code, and what is known of it (answers, `language.KNOWN`)."""

    record_id: str
    on_date: date
    place_id: int
    adds: Mapping[str, int]
    values: Mapping[str, object]


@dataclass(frozen=True)
class State:
    """How far the reporting periods of a span are closed, and how many records wait to correct it."""

    signed: Sequence[Window]
    unsigned: Sequence[Window]
    waiting: int


class Span:
    """A campaign's figures from `first` to `last`; both are the ends of reporting periods, or of its windows."""

    def __init__(self, campaign_id: int, window: Window) -> None:
        self.book: Book = read_book(campaign_id)
        self.window = window
        self.codes = {row.code: key for key, row in self.book.rows.items()}

    def within(self, window: Window) -> Span:
        """The same campaign's figures of a part of the span."""
        part = copy.copy(self)
        part.window = window
        return part

    def occurrences(self, code: str) -> list[str]:
        """The questions by whose date records of an indicator's forms are counted."""
        versions = forms.current_versions(self.book.campaign.id)
        return [forms.compiled(versions[form])["occurrence"] for form in self.indicator(code).forms]

    def indicator(self, code: str) -> Indicator:
        """The definition of an indicator; KeyError for none."""
        return self.book.indicators[self.codes[code]]

    def units(self, place_id: int) -> list[int]:
        """The units that report below a place; itself if it is one."""
        family = self.family(place_id)
        return sorted(unit for unit in self.book.units if family.intersection(self.book.chain(unit)))

    def family(self, place_id: int) -> set[int]:
        """A place and those that have gone into it."""
        return {place_id, *places.predecessors([place_id], clock.today(self.book.campaign.zone))[place_id]}

    def figures(self, codes: Iterable[str], place_ids: Collection[int]) -> dict[tuple[str, int], Figure | None]:
        """The figures of the span by code and place; None where the indicator doesn't count in it."""
        return self._figures(codes, place_ids, self.window)

    def so_far(self, codes: Iterable[str], place_ids: Collection[int]) -> dict[tuple[str, int], Figure | None]:
        """The figures from the beginning of each indicator's window to the end of the span."""
        return self._figures(codes, place_ids, Window(date.min, self.window.last))

    def _figures(
        self, codes: Iterable[str], place_ids: Collection[int], window: Window
    ) -> dict[tuple[str, int], Figure | None]:
        wanted = {code: self.codes[code] for code in codes}
        families = {place_id: self.family(place_id) for place_id in place_ids}
        tallies = counting.tally_rows(list(wanted.values()), set().union(*families.values()))
        found: dict[tuple[str, int], Figure | None] = {}
        for code, key in wanted.items():
            row = self.book.rows[key]
            inside = Window(max(row.starts_on, window.first), min(row.ends_on, window.last))
            for place_id, family in families.items():
                found[code, place_id] = None
                if inside.first <= inside.last:
                    here = [one for place in sorted(family) for one in tallies.get((key, place), ())]
                    within = [one for one in here if self._holds(window, one.period)]
                    setting = self._setting(key, family, inside)
                    found[code, place_id] = tallying.figure(self.book.indicators[key], within, setting)
        return found

    def _holds(self, window: Window, period: date) -> bool:
        """Whether a reporting period lies in a window, which may be cut at the campaign's ends."""
        return window.holds(period) or window.holds(self.book.calendar.period(period).last)

    def _setting(self, key: int, family: Collection[int], window: Window) -> Setting:
        return replace(self.book.setting(key, family), window=window)

    def cases(self, codes: Sequence[str], place_id: int) -> list[Case]:
        """The records that count in the span for the first of these indicators, with what they add to all of them."""
        keys = {self.codes[code]: code for code in codes}
        adds: dict[str, dict[str, int]] = {}
        days: dict[str, tuple[date, int]] = {}
        for row in self._contributions(list(keys), place_id):
            adds.setdefault(row.record_id, {})[keys[row.indicator_id]] = row.numerator
            days[row.record_id] = (row.on_date, row.place_id)
        mine = [record for record, added in adds.items() if codes[0] in added]
        known = {one.record_id: counting.known_of(self.book, one) for one in approved.contents(mine)}
        return [Case(record, *days[record], adds[record], known.get(record, {})) for record in mine]

    def records(self, code: str, place_id: int) -> list[tuple[str, date]]:
        """The records that count in the span for an indicator, with the day on which each counts."""
        key = self.codes[code]
        rows = self._contributions([key], place_id)
        return [(row.record_id, row.on_date) for row in rows if counting.counts_by(self.book, key, row.on_date)]

    def _contributions(self, keys: Collection[int], place_id: int) -> list[ContributionRow]:
        """What counts for indicators in the span, at a place and below it; of each group what stands."""
        query = sa.select(ContributionRow).where(
            ContributionRow.indicator_id.in_(list(keys)),
            ContributionRow.on_date >= self.window.first,
            ContributionRow.on_date <= self.window.last,
        )
        family = self.family(place_id)
        rows = list(db.session.scalars(query.order_by(ContributionRow.record_id)))
        self.book.learn({row.place_id for row in rows})
        inside = [row for row in rows if family.intersection(self.book.chain(row.place_id))]
        standing = self._counting(inside)
        return [row for row in inside if row.group_key is None or row in standing]

    def _counting(self, rows: Iterable[ContributionRow]) -> set[ContributionRow]:
        """Of these contributions' groups those that count: one statement an indicator."""
        groups: dict[int, set[counting.Group]] = {}
        for row in rows:
            if row.group_key is not None:
                groups.setdefault(row.indicator_id, set()).add((self.book.unit(row.place_id), row.group_key))
        return {one for key, of_it in groups.items() for one in counting.winners(self.book, key, of_it)}

    def state(self) -> State:
        """Which periods of the span are signed, and what waits to correct them."""
        today = clock.today(self.book.campaign.zone)
        periods = [period for period in self.book.calendar.periods(self.window) if period.first <= today]
        signed = {window.first for window in self.book.signed}
        by_state: dict[bool, list[Window]] = {True: [], False: []}
        for period in periods:
            by_state[self.book.calendar.period(period.first).first in signed].append(period)
        late = {one.record_id for one in held.waiting(self.book.rows) if self.window.holds(one.starts_on)}
        return State(by_state[True], by_state[False], len(late))
