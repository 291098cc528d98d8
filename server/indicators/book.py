"""A campaign's indicators at work: their definitions, its calendar and units, the places above each place."""

from __future__ import annotations

import functools
from collections.abc import Collection
from dataclasses import dataclass, field

import sqlalchemy as sa

from server import clock, events, feeds
from server.campaigns import service as campaigns
from server.campaigns.calendars import Calendar, calendar
from server.campaigns.rules import Campaign, Window
from server.db import db
from server.indicators import held, language, severity
from server.indicators.rules import Indicator
from server.indicators.tables import IndicatorRow
from server.indicators.tallying import Setting
from server.places import service as places


@dataclass
class Book:
    """A campaign's indicators by id, with what is needed to count: its calendar, its units, chains of places."""

    campaign: Campaign
    rows: dict[int, IndicatorRow]
    indicators: dict[int, Indicator]
    chains: dict[int, list[int]] = field(default_factory=dict)
    heirs: dict[int, int] = field(default_factory=dict)

    @functools.cached_property
    def calendar(self) -> Calendar:
        """How the campaign's authority cuts time."""
        return calendar(self.campaign.counting["cut"])

    @functools.cached_property
    def scales(self) -> severity.Scales | None:
        """The pack's scales of severity."""
        found = self.campaign.counting["severity"]
        return severity.build(found) if found else None

    @functools.cached_property
    def units(self) -> frozenset[int]:
        """The places of the campaign that report and are compared, as on the day that its activity begins."""
        day = self.campaign.windows["activity"].first
        inside = places.reach([self.campaign.place_id], day)[self.campaign.place_id]
        return frozenset(places.of_kinds(inside, self.campaign.counting["units"], day))

    @functools.cached_property
    def signed(self) -> list[Window]:
        """The reporting periods that are signed."""
        return held.signed(self.campaign.id)

    def chain(self, place_id: int) -> list[int]:
        """A place and those above it up to the campaign's own, as on the day that the campaign's activity begins.

        One tree for the whole campaign: a reform of units in its middle doesn't take figures apart.
        """
        if place_id not in self.chains:
            self.learn([place_id])
        return self.chains[place_id]

    def learn(self, place_ids: Collection[int]) -> None:
        """Finds the chains of many places at once."""
        root = self.campaign.place_id
        unknown = set(place_ids) - self.chains.keys()
        for place_id, above in places.lines(unknown, self.campaign.windows["activity"].first).items():
            inside = above[: above.index(root) + 1] if root in above else [root]
            chain = [place_id] if place_id == root else [place_id, *inside]
            self.chains |= {one: chain[position:] for position, one in enumerate(chain)}

    def unit(self, place_id: int) -> int:
        """The unit that a place lies in; itself, if in none."""
        return next((one for one in self.chain(place_id) if one in self.units), place_id)

    def setting(self, indicator_id: int, place_ids: Collection[int], period: Window | None = None) -> Setting:
        """What a figure of these places together depends on, of the whole window or of one period."""
        row, counting = self.rows[indicator_id], self.campaign.counting
        indicator = self.indicators[indicator_id]
        fact = None
        if indicator.fact is not None:
            known = [counting["facts"].get(indicator.fact, {}).get(str(one)) for one in place_ids]
            fact = None if None in known else sum(known)
        units = 0
        if indicator.thing == "@unit":
            units = sum(any(above in place_ids for above in self.chain(unit)) for unit in self.units)
        window = Window(row.starts_on, row.ends_on)
        if period is not None:
            window = Window(max(window.first, period.first), min(window.last, period.last))
        return Setting(row.counted_on, window, self.calendar, units, counting["report_days"], fact)

    def shown(self, place_id: int) -> bool:
        """Whether figures of a place are shown at all: of none that is finer than the campaign's units."""
        return self.unit(place_id) == place_id

    def publish(self, indicator_id: int, place_ids: Collection[int]) -> None:
        """Tells the campaign's feed that figures of these places changed, and those that are made of them."""
        code = self.rows[indicator_id].code
        codes = [code, *(other.code for other in self.indicators.values() if code in other.of)]
        unknown = set(place_ids) - self.heirs.keys()
        self.heirs |= places.heirs(unknown, clock.today(self.campaign.zone))
        for place_id in filter(self.shown, sorted({*place_ids, *(self.heirs[one] for one in place_ids)})):
            for changed in codes:
                feeds.publish(f"c{self.campaign.id}", "indicator", ref(self.campaign.id, changed, place_id))

    def tell(self, indicator_id: int, place_ids: Collection[int]) -> None:
        """Publishes and leaves an event for each place, for what follows from figures."""
        self.publish(indicator_id, place_ids)
        for place_id in filter(self.shown, sorted(place_ids)):
            event = {"indicator_id": indicator_id, "campaign_id": self.campaign.id, "place_id": place_id}
            events.emit("indicator.changed", event | {"code": self.rows[indicator_id].code})


def open_book(campaign_id: int) -> Book:
    """A campaign's indicators, locked until the commit."""
    return _book(campaign_id, _mine(campaign_id).with_for_update())


def read_book(campaign_id: int) -> Book:
    """A campaign's indicators to be read, in a snapshot."""
    return _book(campaign_id, _mine(campaign_id))


def _mine(campaign_id: int) -> sa.Select[IndicatorRow]:
    return sa.select(IndicatorRow).where(IndicatorRow.campaign_id == campaign_id).order_by(IndicatorRow.id)


def _book(campaign_id: int, query: sa.Select[IndicatorRow]) -> Book:
    rows = {row.id: row for row in db.session.scalars(query)}
    indicators = {key: language.build(row.definition) for key, row in rows.items()}
    return Book(campaign_of(campaign_id), rows, indicators)


def campaign_of(campaign_id: int) -> Campaign:
    """The campaign with this number, which is there."""
    campaign = campaigns.find(campaign_id)
    if campaign is None:
        raise LookupError(f"there is no campaign {campaign_id}")
    return campaign


def ref(campaign_id: int, code: str, place_id: int) -> str:
    """How the feed names an indicator at a place."""
    return f"{campaign_id}:{code}:{place_id}"
