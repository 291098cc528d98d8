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
from server.campaigns.calendars import calendar
from server.campaigns.rules import Campaign
from server.db import db, transaction
from server.forms import service as forms
from server.indicators import service as indicators
from server.milestones import rules
from server.milestones.reading import Reading
from server.milestones.runs import Reached
from server.milestones.tables import CrossingRow, MilestoneRow
from server.people import rules as people_rules
from server.people import service as people
from server.places import service as places
from server.records import approved
from server.reviews import service as reviews
from server.reviews.rules import Message

Document = dict[str, Any]


def register() -> None:
    """Shows milestones in campaign feeds, and follows figures."""
    feeds.provide("milestone", documents)
    events.on("indicator.changed", on_indicator)
    events.on("milestone.reached", on_reached)
    events.on("milestone.changed", on_changed)


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

    What has been reached by then counts as reached and is not announced, also of one that was switched off and is on
    again. Install the indicators first. Raises `DefinitionsRefused` with every fault: index in the list, code, message.
    """
    counted = indicators.described(campaign_id)
    kinds = {code: indicator.kind for code, indicator in counted.items()}
    harmful = {code for code, indicator in counted.items() if indicator.counts_harm}
    rules.parse(definitions, rules.Known(kinds, harmful, forms.current_versions(campaign_id)))
    campaign = _campaign(campaign_id)
    reading = Reading(campaign)
    known = {row.code: row for row in _locked(MilestoneRow.campaign_id == campaign_id)}
    for position, definition in enumerate(definitions):
        row = known.pop(definition["code"], None)
        if row is None:
            row = MilestoneRow(campaign_id=campaign_id, code=definition["code"])
            db.session.add(row)
        wanted = (position, plain(definition))
        if (row.position, row.definition) == wanted:
            continue
        row.position, row.definition = wanted
        row.decided_on = reading.today
        db.session.flush()
        _decide(reading, row, announce=False)
        _publish(row, {campaign.place_id, *(crossing.place_id for crossing in _crossings(row))})
    for row in known.values():
        _publish(row, {campaign.place_id, *(crossing.place_id for crossing in _crossings(row))})
        db.session.delete(row)


def plain(definition: Mapping[str, Any]) -> Document:
    """A definition as JSON keeps it."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in definition.items()}


# ---------------------------------------------------------------- deciding


def on_indicator(event: Mapping[str, Any]) -> None:
    """Decides again on the milestones of an indicator whose figure at a place changed."""
    rows = _locked(MilestoneRow.campaign_id == event["campaign_id"])
    reading = Reading(_campaign(event["campaign_id"]))
    for row in rows:
        if event["code"] in rules.build(row.definition).reads:
            _decide(reading, row, {event["place_id"]})


@transaction
def tick() -> None:
    """Decides on each milestone once a local day, from midnight on, however long the worker was away.

    Dates come, days in a row grow, deadlines draw near and spans end without any record. Windows that have ended are
    closed.
    """
    indicators.tick()
    for campaign in campaigns.all_campaigns():
        today = clock.today(campaign.zone)
        rows = _locked(MilestoneRow.campaign_id == campaign.id, MilestoneRow.decided_on < today)
        reading = Reading(campaign)
        for row in rows:
            row.decided_on = today
            _decide(reading, row)


def _locked(*which: sa.ColumnElement[bool]) -> Sequence[MilestoneRow]:
    """The rows held until the commit, as they are once they are held: the office may have changed one meanwhile."""
    query = sa.select(MilestoneRow).where(*which).order_by(MilestoneRow.id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def _decide(
    reading: Reading, row: MilestoneRow, place_ids: Collection[int] | None = None, *, announce: bool = True
) -> None:
    """Reaches and retracts what data and date say now, at these places (all, if None)."""
    milestone = rules.build(row.definition)
    if milestone.off:
        return
    known: dict[int, dict[str, CrossingRow]] = {}
    for crossing in _crossings(row):
        known.setdefault(crossing.place_id, {})[crossing.period] = crossing
    meant = reading.places(milestone)
    for place_id in sorted(meant | known.keys()):
        if place_ids is None or place_id in place_ids:
            mine = known.get(place_id, {})
            wanted = reading.reached(milestone, place_id) if place_id in meant else {}
            stands = {period: crossing.retracted_at is None for period, crossing in mine.items()}
            for old, new in reading.renamed(milestone, place_id, stands).items():
                mine[new] = mine.pop(old)
                mine[new].period = new
            _settle(_At(row, place_id, announce), mine, wanted)


@dataclass(frozen=True)
class _At:
    """A milestone at a place; whether what is new there is announced."""

    row: MilestoneRow
    place_id: int
    announce: bool


def _settle(at: _At, mine: Mapping[str, CrossingRow], wanted: Mapping[str, Reached]) -> None:
    """Makes what stands be what is wanted. What comes back was told when it was first reached."""
    for period, crossing in sorted(mine.items()):
        stands = crossing.retracted_at is None
        if stands != (period in wanted):
            crossing.retracted_at = clock.now() if stands else None
            _publish(at.row, {at.place_id})
            events.emit("milestone.changed", {"crossing_id": crossing.id})
        if period in wanted and wanted[period].exact and crossing.reached_on != wanted[period].on:
            crossing.reached_on = wanted[period].on
            _publish(at.row, {at.place_id})
    for period, reached in sorted(wanted.items()):
        if period in mine:
            continue
        new = CrossingRow(milestone_id=at.row.id, place_id=at.place_id, period=period, reached_on=reached.on)
        db.session.add(new)
        db.session.flush()
        _publish(at.row, {at.place_id})
        if at.announce and reached.fresh:
            events.emit("milestone.reached", {"crossing_id": new.id})


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
        if row is None or rules.build(row.definition).off:
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
        **({"days": milestone.days} if milestone.days is not None else {}),
        "indicator": milestone.indicator,
        "reached": crossing.reached_on.isoformat() if crossing is not None else None,
        "retracted": retracted.isoformat() if retracted is not None else None,
    }


def defined(campaign_id: int) -> list[Document]:
    """The campaign's milestones as they are defined, in order; inside a transaction or snapshot."""
    query = sa.select(MilestoneRow).where(MilestoneRow.campaign_id == campaign_id).order_by(MilestoneRow.position)
    return [row.definition for row in db.session.scalars(query)]


def standing(campaign_id: int) -> dict[str, set[tuple[int, str]]]:
    """Where and in which periods each milestone stands, by code; one that is off stands nowhere."""
    rows = db.session.scalars(sa.select(MilestoneRow).where(MilestoneRow.campaign_id == campaign_id)).all()
    codes = {row.id: row.code for row in rows if not rules.build(row.definition).off}
    found: dict[str, set[tuple[int, str]]] = {row.code: set() for row in rows}
    stands = (CrossingRow.milestone_id.in_(list(codes)), CrossingRow.retracted_at.is_(None))
    for crossing in db.session.scalars(sa.select(CrossingRow).where(*stands)):
        found[codes[crossing.milestone_id]].add((crossing.place_id, crossing.period))
    return found


# ---------------------------------------------------------------- telling people

# What a guard watches over is told to those who lead and verify; a unit's streak to those who work there.
LEADERS = frozenset({"LD", "TT", "CAX"})
WORKERS = frozenset(role for role, rights in people_rules.RIGHTS.items() if "write" in rights)
READERS = frozenset(role for role, rights in people_rules.RIGHTS.items() if "read" in rights)


@dataclass(frozen=True)
class Crossing:
    """What may be told of a milestone that was reached; `retracted` once it no longer holds."""

    id: int
    campaign_id: int
    place_id: int
    ref: str
    type: str
    name: Mapping[str, str]
    place: Mapping[str, str]
    campaign: Mapping[str, str]
    zone: str
    reached_on: date
    counts_harm: bool
    retracted: bool
    # Of a deadline: whose reports are missed, and of which period.
    form: str | None = None
    period: str = ""


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
        counted = indicators.described(row.campaign_id)
        found[crossing.id] = Crossing(
            id=crossing.id,
            campaign_id=row.campaign_id,
            place_id=crossing.place_id,
            ref=ref(row.campaign_id, row.code, crossing.place_id),
            type=milestone.type,
            name=milestone.name,
            place=places.name(crossing.place_id, crossing.reached_on).as_dict(),
            campaign=campaign.name,
            zone=campaign.zone,
            reached_on=crossing.reached_on,
            counts_harm=any(counted[code].counts_harm for code in milestone.reads if code in counted),
            retracted=crossing.retracted_at is not None or milestone.off,
            form=milestone.form,
            period=crossing.period,
        )
    return found


def audience(crossing: Crossing) -> set[int]:
    """The ids of those who are told; inside a transaction or snapshot.

    Of the campaign's own milestones that is everybody in it, of a unit's whoever may read there. Of a deadline it is
    the supervisors of the units whose report isn't there yet, and the standing office.
    """
    campaign = _campaign(crossing.campaign_id)
    whole = crossing.place_id == campaign.place_id
    if crossing.type == "deadline":
        late = indicators.units(campaign.id) - _reported(campaign, crossing)
        office = people.having({"TT"}, campaign.place_id) if late else []
        return {*office, *(person_id for place_id in late for person_id in people.having({"GSV"}, place_id))}
    told = READERS if whole or crossing.type != "streak" else WORKERS
    told = LEADERS if crossing.type == "guard" else told
    place_ids = campaigns.covered_places(campaign.id) if whole else {crossing.place_id}
    return {person_id for place_id in place_ids for person_id in people.having(told, place_id)}


def on_reached(event: Mapping[str, Any]) -> None:
    """A message for each who is told; what a correction took back meanwhile is told to nobody."""
    crossing = crossings([event["crossing_id"]]).get(event["crossing_id"])
    if crossing is None or crossing.retracted:
        return
    kind = crossing.type if crossing.type in ("guard", "deadline") else "milestone"
    reviews.tell(
        Message(person_id, kind, None, cause=cause(crossing.id), about=crossing.ref)
        for person_id in sorted(audience(crossing))
    )


def on_changed(event: Mapping[str, Any]) -> None:
    """What was told of a milestone that is taken back says so, and no more when it holds again: quietly."""
    crossing = crossings([event["crossing_id"]]).get(event["crossing_id"])
    if crossing is not None:
        reviews.withdraw(cause(crossing.id), holds=not crossing.retracted)


CAUSE = "milestone:"


def cause(crossing_id: int) -> str:
    """What messages of a crossing are told for."""
    return f"{CAUSE}{crossing_id}"


def crossing_of(told_for: str) -> int | None:
    """The crossing that a message was told for, None for any other cause."""
    return int(told_for.removeprefix(CAUSE)) if told_for.startswith(CAUSE) else None


def _reported(campaign: Campaign, crossing: Crossing) -> set[int]:
    period = calendar(campaign.counting["cut"]).period(date.fromisoformat(crossing.period))
    return approved.reported(campaign.id, str(crossing.form), period)
