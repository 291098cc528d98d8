"""Milestones: installed with a campaign, reached by dates and approved data, taken back by corrections.

Whoever decides on a milestone's crossings holds its row until the commit; the unique constraint is the last word.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from server import clock, events, feeds
from server.campaigns import service as campaigns
from server.campaigns.rules import Campaign
from server.db import db, transaction
from server.indicators import service as indicators
from server.milestones import rules
from server.milestones.rules import Milestone
from server.milestones.tables import CrossingRow, MilestoneRow
from server.places import service as places

Document = dict[str, Any]


def register() -> None:
    """Shows milestones in campaign feeds, and follows figures."""
    feeds.provide("milestone", documents)
    events.on("indicator.changed", on_indicator)


def ref(campaign_id: int, code: str, place_id: int) -> str:
    """How the feed names a milestone at a place."""
    return f"{campaign_id}:{code}:{place_id}"


def _campaign(campaign_id: int) -> Campaign:
    campaign = campaigns.find(campaign_id)
    if campaign is None:
        raise LookupError(f"there is no campaign {campaign_id}")
    return campaign


# ---------------------------------------------------------------- installing


@transaction
def install(campaign_id: int, definitions: Sequence[Mapping[str, Any]]) -> None:
    """Makes the campaign's milestones be as defined, in this order; installing the same again changes nothing.

    What has been reached by then counts as reached and is not announced. Install the indicators first. Raises
    `DefinitionsRefused` with every fault: index in the list, code, message.
    """
    rules.parse(definitions, indicators.harmful(campaign_id))
    campaign = _campaign(campaign_id)
    query = sa.select(MilestoneRow).where(MilestoneRow.campaign_id == campaign_id).with_for_update()
    known = {row.code: row for row in db.session.scalars(query)}
    for position, definition in enumerate(definitions):
        row = known.pop(definition["code"], None)
        if row is None:
            row = MilestoneRow(campaign_id=campaign_id, code=definition["code"])
            db.session.add(row)
        wanted = (position, _plain(definition))
        if (row.position, row.definition) == wanted:
            continue
        row.position, row.definition = wanted
        db.session.flush()
        feeds.publish(f"c{campaign_id}", "milestone", ref(campaign_id, row.code, campaign.place_id))
        _decide(campaign, row, announce=False)
    for row in known.values():
        _publish(row, {campaign.place_id, *(crossing.place_id for crossing in _crossings(row))})
        db.session.delete(row)


def _plain(definition: Mapping[str, Any]) -> Document:
    """A definition as JSON keeps it."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in definition.items()}


# ---------------------------------------------------------------- deciding


def on_indicator(event: Mapping[str, Any]) -> None:
    """Decides again on the milestones of an indicator whose figure at a place changed."""
    campaign = _campaign(event["campaign_id"])
    query = sa.select(MilestoneRow).where(MilestoneRow.campaign_id == campaign.id).order_by(MilestoneRow.id)
    for row in db.session.scalars(query).all():
        milestone = rules.build(row.definition)
        if event["code"] in (milestone.indicator, *milestone.indicators):
            _lock(row)
            _decide(campaign, row, {event["place_id"]})


@transaction
def tick() -> None:
    """Reaches the dates that have come, however long the worker was away, and closes windows that have ended.

    Streaks need no tick: without a newly approved report no week joins one, and rule 4 looks at approved data only.
    """
    indicators.tick()
    for campaign in campaigns.all_campaigns():
        query = sa.select(MilestoneRow).where(MilestoneRow.campaign_id == campaign.id).order_by(MilestoneRow.id)
        for row in db.session.scalars(query).all():
            on = rules.build(row.definition).on
            if on is not None and on <= clock.today(campaign.zone) and not _crossings(row):
                _lock(row)
                _decide(campaign, row)


def _lock(row: MilestoneRow) -> None:
    db.session.execute(sa.select(MilestoneRow.id).where(MilestoneRow.id == row.id).with_for_update())


def _decide(
    campaign: Campaign, row: MilestoneRow, place_ids: Collection[int] | None = None, *, announce: bool = True
) -> None:
    """Reaches and retracts what data and date say now, at these places (all, if None)."""
    milestone = rules.build(row.definition)
    known: dict[int, dict[str, CrossingRow]] = {}
    for crossing in _crossings(row):
        known.setdefault(crossing.place_id, {})[crossing.period] = crossing
    today = clock.today(campaign.zone)
    data = _Data(campaign, milestone, today)
    meant = data.places()
    for place_id in sorted(meant | known.keys()):
        if place_ids is not None and place_id not in place_ids:
            continue
        mine = known.get(place_id, {})
        standing = {period for period, crossing in mine.items() if crossing.retracted_at is None}
        reached, retract = data.decide(place_id, standing) if place_id in meant else (None, standing)
        for period in sorted(retract):
            mine[period].retracted_at = clock.now()
            _publish(row, {place_id})
        if reached is not None and reached not in standing:
            _reach(row, mine.get(reached), CrossingRow(place_id=place_id, period=reached, reached_on=today), announce)


def _reach(row: MilestoneRow, before: CrossingRow | None, new: CrossingRow, announce: bool) -> None:
    _publish(row, {new.place_id})
    if before is not None:  # it was reached, taken back, and holds again: that was told once
        before.retracted_at = None
        return
    milestone = rules.build(row.definition)
    new.milestone_id = row.id
    new.reached_on = milestone.on or new.reached_on
    db.session.add(new)
    db.session.flush()
    if announce:
        events.emit("milestone.reached", {"crossing_id": new.id})


class _Data:
    """What dates and approved data say of one milestone, by place; figures are read once."""

    def __init__(self, campaign: Campaign, milestone: Milestone, today: date) -> None:
        self.campaign, self.milestone, self.today = campaign, milestone, today
        self.figures: dict[int, indicators.Figure] = {}
        self.days: dict[int, set[date]] = {}
        if milestone.indicator is not None:
            self.figures = indicators.figures(campaign.id, milestone.indicator)
        if milestone.weeks is not None:
            self.days = indicators.activity(campaign.id, milestone.indicators)

    def places(self) -> set[int]:
        """The places for which the milestone may be reached now."""
        if self.milestone.places == "campaign":
            return {self.campaign.place_id}
        return (self.figures.keys() | self.days.keys()) - {self.campaign.place_id}

    def decide(self, place_id: int, standing: Collection[str]) -> tuple[str | None, Collection[str]]:
        """The period that is reached, if one is, and the standing periods that no longer are."""
        milestone = self.milestone
        if milestone.weeks is not None:
            days = self.days.get(place_id, set())
            decision = rules.decide_streak(days, milestone.weeks, self.today, standing)
            return decision.reached, decision.retract
        if milestone.on is not None:
            period = rules.date_period(milestone.on, self.today)
        else:
            period = rules.WHOLE_CAMPAIGN if self._reached(place_id) else None
        return period, set(standing) - {period}

    def _reached(self, place_id: int) -> bool:
        figure = self.figures.get(place_id)
        wanted = self.milestone.at_least
        if figure is None or wanted is None:
            return False
        return rules.threshold_reached(wanted, figure.numerator, figure.denominator)


def _crossings(row: MilestoneRow) -> list[CrossingRow]:
    return list(db.session.scalars(sa.select(CrossingRow).where(CrossingRow.milestone_id == row.id)))


def _publish(row: MilestoneRow, place_ids: Collection[int]) -> None:
    for place_id in sorted(place_ids):
        feeds.publish(f"c{row.campaign_id}", "milestone", ref(row.campaign_id, row.code, place_id))


# ---------------------------------------------------------------- showing


def documents(refs: Sequence[str], _viewer: object) -> Mapping[str, Document]:
    """Milestones at places, as phones hold them; whoever reads a campaign's feed may see them.

    At the campaign's own place a milestone is shown from the start, at other places once it was reached there.
    """
    asked = [(one, one.split(":")) for one in refs]
    wanted = {one: (int(campaign_id), code, int(place_id)) for one, (campaign_id, code, place_id) in asked}
    in_campaigns = sa.select(MilestoneRow).where(MilestoneRow.campaign_id.in_({key for key, _, _ in wanted.values()}))
    rows = {(row.campaign_id, row.code): row for row in db.session.scalars(in_campaigns)}
    roots = {campaign.id: campaign.place_id for campaign in campaigns.all_campaigns()}
    crossed = sa.select(CrossingRow).where(CrossingRow.milestone_id.in_([row.id for row in rows.values()]))
    latest: dict[tuple[int, int], CrossingRow] = {}
    for crossing in db.session.scalars(crossed.order_by(CrossingRow.reached_on, CrossingRow.id)):
        latest[(crossing.milestone_id, crossing.place_id)] = crossing
    shown: dict[str, Document] = {}
    for one, (campaign_id, code, place_id) in wanted.items():
        row = rows.get((campaign_id, code))
        if row is None:
            continue
        found = latest.get((row.id, place_id))
        at_root = place_id == roots.get(campaign_id) and rules.build(row.definition).places == "campaign"
        if found is not None or at_root:
            shown[one] = _document(row, place_id, found)
    return shown


def _document(row: MilestoneRow, place_id: int, crossing: CrossingRow | None) -> Document:
    milestone = rules.build(row.definition)
    retracted = crossing.retracted_at if crossing is not None else None
    return {
        "campaign": row.campaign_id,
        "code": row.code,
        "position": row.position,
        "type": milestone.type,
        "place": place_id,
        "name": dict(milestone.name),
        "on": milestone.on.isoformat() if milestone.on else None,
        "threshold": milestone.at_least,
        "weeks": milestone.weeks,
        "indicator": milestone.indicator,
        "reached": crossing.reached_on.isoformat() if crossing is not None else None,
        "retracted": retracted.isoformat() if retracted is not None else None,
    }


# ---------------------------------------------------------------- for web push


@dataclass(frozen=True)
class Crossing:
    """What may be told of a milestone that was reached; `retracted` once it no longer holds."""

    id: int
    campaign_id: int
    place_id: int
    type: str
    name: Mapping[str, str]
    place: Mapping[str, str]
    campaign: Mapping[str, str]
    zone: str
    reached_on: date
    counts_harm: bool
    retracted: bool


def crossings(ids: Collection[int]) -> dict[int, Crossing]:
    """Crossings by id; inside a transaction or snapshot."""
    query = (
        sa.select(CrossingRow, MilestoneRow)
        .join(MilestoneRow, MilestoneRow.id == CrossingRow.milestone_id)
        .where(CrossingRow.id.in_(sorted(set(ids))))
    )
    found: dict[int, Crossing] = {}
    for crossing, row in db.session.execute(query):
        milestone, campaign = rules.build(row.definition), _campaign(row.campaign_id)
        harmful = indicators.harmful(row.campaign_id)
        found[crossing.id] = Crossing(
            id=crossing.id,
            campaign_id=row.campaign_id,
            place_id=crossing.place_id,
            type=milestone.type,
            name=milestone.name,
            place=places.name(crossing.place_id, crossing.reached_on).as_dict(),
            campaign=campaign.name,
            zone=campaign.zone,
            reached_on=crossing.reached_on,
            counts_harm=any(harmful.get(code, False) for code in (milestone.indicator, *milestone.indicators) if code),
            retracted=crossing.retracted_at is not None,
        )
    return found
