"""Indicators: installed with a campaign, moved by every decision on a record, shown in the campaign's feed.

Whoever changes a campaign's figures holds the locks of its indicators until the commit, so that sums made by several
workers come out as if made by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from server import clock, events, feeds
from server.campaigns import service as campaigns
from server.campaigns.rules import Campaign
from server.db import db, transaction
from server.forms import service as forms
from server.indicators import rules
from server.indicators.rules import Contribution, Indicator, Standing, Sums
from server.indicators.tables import ContributionRow, IndicatorRow, ValueRow
from server.places import service as places
from server.records import service as records

Document = dict[str, Any]


def register() -> None:
    """Shows indicators in campaign feeds, and follows decisions and baselines."""
    feeds.provide("indicator", documents)
    events.on("record.reviewed", on_reviewed)
    events.on("record.moved", on_reviewed)
    events.on("baseline.entered", on_baseline)


# ---------------------------------------------------------------- a campaign's indicators, locked


@dataclass
class _Book:
    """A campaign's indicators by id, its own place and the chains of places that have been looked up."""

    campaign: Campaign
    rows: dict[int, IndicatorRow]
    indicators: dict[int, Indicator]
    chains: dict[int, list[int]] = field(default_factory=dict)

    def chain(self, place_id: int) -> list[int]:
        """A place and those above it up to the campaign's own, as on the day that the campaign's activity begins.

        One tree for the whole campaign: a reform of units in its middle doesn't take figures apart.
        """
        if place_id not in self.chains:
            root = self.campaign.place_id
            above = places.ancestors(place_id, self.campaign.windows["activity"].first)
            inside = above[: above.index(root) + 1] if root in above else [root]
            self.chains[place_id] = [place_id] if place_id == root else [place_id, *inside]
        return self.chains[place_id]

    def publish(self, indicator_id: int, place_ids: Collection[int]) -> None:
        """Tells the campaign's feed that figures of these places changed, and those that are made of them."""
        code = self.rows[indicator_id].code
        codes = [code, *(other.code for other in self.indicators.values() if code in other.of)]
        heirs = places.heirs(set(place_ids), clock.today(self.campaign.zone))
        for place_id in sorted({*place_ids, *heirs.values()}):
            for changed in codes:
                feeds.publish(f"c{self.campaign.id}", "indicator", ref(self.campaign.id, changed, place_id))

    def tell(self, indicator_id: int, place_ids: Collection[int]) -> None:
        """Publishes and leaves an event for each place, for what follows from figures."""
        self.publish(indicator_id, place_ids)
        for place_id in sorted(place_ids):
            event = {"indicator_id": indicator_id, "campaign_id": self.campaign.id, "place_id": place_id}
            events.emit("indicator.changed", event | {"code": self.rows[indicator_id].code})


def _open(campaign_id: int) -> _Book:
    query = sa.select(IndicatorRow).where(IndicatorRow.campaign_id == campaign_id).order_by(IndicatorRow.id)
    rows = {row.id: row for row in db.session.scalars(query.with_for_update())}
    indicators = {key: rules.build(row.definition) for key, row in rows.items()}
    return _Book(_campaign(campaign_id), rows, indicators)


def _campaign(campaign_id: int) -> Campaign:
    campaign = campaigns.find(campaign_id)
    if campaign is None:
        raise LookupError(f"there is no campaign {campaign_id}")
    return campaign


def ref(campaign_id: int, code: str, place_id: int) -> str:
    """How the feed names an indicator at a place."""
    return f"{campaign_id}:{code}:{place_id}"


# ---------------------------------------------------------------- installing


@transaction
def install(campaign_id: int, definitions: Sequence[Mapping[str, Any]]) -> None:
    """Makes the campaign's indicators be as defined, in this order; installing the same again changes nothing.

    Raises `rules.DefinitionsRefused` with every fault: index in the list, code, message.
    """
    parsed = rules.parse(definitions)
    if faults := _form_faults(campaign_id, parsed):
        raise rules.DefinitionsRefused(faults)
    book = _open(campaign_id)
    known = {row.code: row for row in book.rows.values()}
    changed = False
    for position, (indicator, definition) in enumerate(zip(parsed, definitions, strict=True)):
        window = book.campaign.windows[indicator.window]
        row = known.pop(indicator.code, None)
        if row is None:
            row = IndicatorRow(campaign_id=campaign_id, code=indicator.code, closed=False)
            db.session.add(row)
        wanted = (position, dict(definition), window.first, window.last)
        if (row.position, row.definition, row.starts_on, row.ends_on) != wanted:
            row.position, row.definition, row.starts_on, row.ends_on = wanted
            row.closed = window.last < clock.today(book.campaign.zone)
            changed = True
    for row in known.values():
        _remove(row)
    if changed or known:
        db.session.flush()
        rebuild(campaign_id)


def _form_faults(campaign_id: int, indicators: Sequence[Indicator]) -> list[rules.Fault]:
    """Indicators that read a form or a question that the campaign doesn't have."""
    versions = forms.current_versions(campaign_id)
    faults: list[rules.Fault] = []
    for index, indicator in enumerate(indicators):
        if indicator.form is None:
            continue
        if indicator.form not in versions:
            faults.append(rules.Fault(index, indicator.code, f"the campaign has no form {indicator.form}"))
            continue
        unknown = rules.paths(indicator) - set(forms.compiled(versions[indicator.form])["fields"])
        faults += [
            rules.Fault(index, indicator.code, f"form {indicator.form} has no question '{path}'")
            for path in sorted(unknown)
        ]
    return faults


def _remove(row: IndicatorRow) -> None:
    shown = db.session.scalars(sa.select(ValueRow.place_id).where(ValueRow.indicator_id == row.id))
    for place_id in shown.all():
        feeds.publish(f"c{row.campaign_id}", "indicator", ref(row.campaign_id, row.code, place_id))
    db.session.delete(row)


# ---------------------------------------------------------------- from decisions to sums


def on_reviewed(event: Mapping[str, Any]) -> None:
    """Replaces what a record contributes by what its approved revision says now, and where: nothing, if none counts."""
    campaign_id = forms.campaign_of(event["form_version_id"])
    if campaign_id is not None:
        _replace(_open(campaign_id), event["record_id"])


def _replace(book: _Book, record_id: str) -> None:
    query = sa.select(ContributionRow).where(ContributionRow.record_id == record_id)
    before = {row.indicator_id: row for row in db.session.scalars(query)}
    after = _contributions(book, record_id)
    touched: set[tuple[int, int]] = set()
    for indicator_id in before.keys() | after.keys():
        old, new = before.get(indicator_id), after.get(indicator_id)
        if old is not None and new is not None and _same(old, new):
            old.rev = new.rev
            continue
        touched |= {(indicator_id, row.place_id) for row in (old, new) if row is not None}
        if old is not None:
            db.session.delete(old)
            db.session.flush()
        if new is not None:
            db.session.add(new)
    db.session.flush()
    for indicator_id, place_id in sorted(touched):
        _sum_again(book, indicator_id, place_id)


def _contributions(book: _Book, record_id: str) -> dict[int, ContributionRow]:
    content = records.approved_content(record_id)
    if content is None or content.occurred_on is None:
        return {}
    found: dict[int, ContributionRow] = {}
    for indicator_id, indicator in book.indicators.items():
        row = book.rows[indicator_id]
        if indicator.form != content.form_key or not row.starts_on <= content.occurred_on <= row.ends_on:
            continue
        counted = rules.contribution(indicator, content.values, content.occurred_on)
        if counted is not None:
            found[indicator_id] = ContributionRow(
                indicator_id=indicator_id,
                record_id=record_id,
                rev=content.rev,
                place_id=content.place_id,
                on_date=counted.on_date,
                numerator=counted.numerator,
                denominator=counted.denominator,
                group_key=counted.group_key,
            )
    return found


def _same(old: ContributionRow, new: ContributionRow) -> bool:
    members = ("place_id", "on_date", "numerator", "denominator", "group_key")
    return all(getattr(old, member) == getattr(new, member) for member in members)


def _sum_again(book: _Book, indicator_id: int, place_id: int) -> None:
    """Sums one place's own contributions and adds the difference to every place above it."""
    indicator = book.indicators[indicator_id]
    count, own = _own(indicator, indicator_id, place_id)
    chain = book.chain(place_id)
    rows = _values(book, indicator_id, chain)
    lowest = rows[place_id]
    more = (
        count - lowest.own_records,
        own.numerator - lowest.own_numerator,
        (own.denominator or 0) - (lowest.own_denominator or 0),
    )
    lowest.own_records, lowest.own_numerator = count, own.numerator
    lowest.own_denominator = _denominator(indicator, own.denominator)
    for row in rows.values():
        row.records += more[0]
        row.numerator += more[1]
        row.denominator = _denominator(indicator, (row.denominator or 0) + more[2])
        if not row.records and row.baseline is None and row.place_id != book.campaign.place_id:
            db.session.delete(row)
    db.session.flush()
    book.tell(indicator_id, chain)


def _denominator(indicator: Indicator, found: int | None) -> int | None:
    """None for an indicator without one; 0 for one that has nothing to compare yet."""
    return (found or 0) if indicator.denominator is not None else None


def _own(indicator: Indicator, indicator_id: int, place_id: int) -> tuple[int, Sums]:
    """How many contributions a place has of its own, and their sums."""
    here = (ContributionRow.indicator_id == indicator_id, ContributionRow.place_id == place_id)
    if indicator.latest_by:
        rows = db.session.scalars(sa.select(ContributionRow).where(*here)).all()
        return len(rows), rules.total(indicator, [_contribution(row) for row in rows])
    columns = (sa.func.count(), sa.func.sum(ContributionRow.numerator), sa.func.sum(ContributionRow.denominator))
    count, numerator, denominator = db.session.execute(sa.select(*columns).where(*here)).one()
    return count, Sums(int(numerator or 0), None if denominator is None else int(denominator))


def _contribution(row: ContributionRow) -> Contribution:
    """Two lists of one group and one day: the higher record id stands, which is as good as any and always the same."""
    order = tuple(int(part) for part in row.record_id.split("-"))
    return Contribution(row.on_date, row.numerator, row.denominator, row.group_key, order)


def _values(book: _Book, indicator_id: int, place_ids: Sequence[int]) -> dict[int, ValueRow]:
    """The value rows of these places, made where they are missing."""
    query = sa.select(ValueRow).where(ValueRow.indicator_id == indicator_id, ValueRow.place_id.in_(place_ids))
    rows = {row.place_id: row for row in db.session.scalars(query)}
    for place_id in place_ids:
        if place_id not in rows:
            row = ValueRow(indicator_id=indicator_id, place_id=place_id, own_records=0, own_numerator=0)
            row.records = row.numerator = 0
            row.denominator = row.own_denominator = _denominator(book.indicators[indicator_id], 0)
            db.session.add(row)
            rows[place_id] = row
    return rows


def on_baseline(event: Mapping[str, Any]) -> None:
    """Takes over what the office entered as the period of comparison."""
    book = _open(event["campaign_id"])
    ids = [key for key, row in book.rows.items() if row.code == event["indicator"]]
    for indicator_id in ids:
        row = _values(book, indicator_id, [event["place_id"]])[event["place_id"]]
        row.baseline = _baselines(book).get((event["indicator"], event["place_id"]))
        book.publish(indicator_id, [event["place_id"]])


def _baselines(book: _Book) -> dict[tuple[str, int], int]:
    """Baselines by code and place; what was not entered is not in it."""
    entered = campaigns.baselines(book.campaign.id)
    return {(code, book.campaign.place_id): value for code, value in entered.items() if value is not None}


@transaction
def rebuild(campaign_id: int) -> None:
    """Makes all contributions and values of a campaign again from approved records."""
    book = _open(campaign_id)
    shown: dict[int, set[int]] = {indicator_id: {book.campaign.place_id} for indicator_id in book.rows}
    for row in db.session.scalars(sa.select(ValueRow).where(ValueRow.indicator_id.in_(list(book.rows)))):
        shown[row.indicator_id].add(row.place_id)
    for table in (ContributionRow, ValueRow):
        db.session.execute(sa.delete(table).where(table.indicator_id.in_(list(book.rows))))
    for record_id in records.approved_ids(campaign_id):
        db.session.add_all(_contributions(book, record_id).values())
    db.session.flush()
    for indicator_id, indicator in book.indicators.items():
        values = _values_again(book, indicator_id, indicator)
        db.session.add_all(values)
        book.tell(indicator_id, shown[indicator_id] | {row.place_id for row in values})
    db.session.flush()


def _values_again(book: _Book, indicator_id: int, indicator: Indicator) -> Iterable[ValueRow]:
    own: dict[int, list[Contribution]] = {}
    for row in db.session.scalars(sa.select(ContributionRow).where(ContributionRow.indicator_id == indicator_id)):
        own.setdefault(row.place_id, []).append(_contribution(row))
    nothing = Sums(0, _denominator(indicator, 0))
    sums = {place_id: rules.total(indicator, items) for place_id, items in own.items()}
    baselines = {place: value for (code, place), value in _baselines(book).items() if code == indicator.code}
    whole = dict.fromkeys({book.campaign.place_id, *baselines}, nothing)
    counts: dict[int, int] = {}
    for place_id, found in sums.items():
        for above in book.chain(place_id):
            whole[above] = whole.get(above, nothing).plus(found)
            counts[above] = counts.get(above, 0) + len(own[place_id])
    return [
        ValueRow(
            indicator_id=indicator_id,
            place_id=place_id,
            own_records=len(own.get(place_id, ())),
            own_numerator=sums.get(place_id, nothing).numerator,
            own_denominator=sums.get(place_id, nothing).denominator,
            records=counts.get(place_id, 0),
            numerator=found.numerator,
            denominator=found.denominator,
            baseline=baselines.get(place_id),
        )
        for place_id, found in whole.items()
    ]


# ---------------------------------------------------------------- time


@transaction
def tick() -> None:
    """Closes the windows that have ended, and tells of figures that places have by what has gone into them."""
    _close()
    _succeed()


def _succeed() -> None:
    """Gives a successor a row of its own, with nothing in it: so it is told of once, on its day."""
    held: dict[int, set[int]] = {}
    for indicator_id, place_id in db.session.execute(sa.select(ValueRow.indicator_id, ValueRow.place_id)):
        held.setdefault(indicator_id, set()).add(place_id)
    heirs = places.heirs(set().union(*held.values()), clock.today())
    for indicator_id, place_ids in held.items():
        fresh = {heirs[place_id] for place_id in place_ids} - place_ids
        if fresh:
            book = _open(db.session.get_one(IndicatorRow, indicator_id).campaign_id)
            _values(book, indicator_id, sorted(fresh))
            book.publish(indicator_id, fresh)


def _close() -> None:
    for row in db.session.scalars(sa.select(IndicatorRow).where(IndicatorRow.closed.is_(False))).all():
        if row.ends_on < clock.today(_campaign(row.campaign_id).zone):
            row.closed = True
            shown = sa.select(ValueRow.place_id).where(ValueRow.indicator_id == row.id)
            _open(row.campaign_id).publish(row.id, db.session.scalars(shown).all())


# ---------------------------------------------------------------- showing


@dataclass(frozen=True)
class _Shelf:
    """What documents are made of: indicators and values by what they are of; what went into each place."""

    rows: Mapping[tuple[int, str], IndicatorRow]
    values: Mapping[tuple[int, int], ValueRow]
    before: Mapping[int, Collection[int]]

    def of(self, indicator_id: int, place_id: int) -> list[ValueRow]:
        """A place's own row and those of the places that have gone into it."""
        family = [place_id, *sorted(self.before.get(place_id, ()))]
        found = (self.values.get((indicator_id, one)) for one in family)
        return [row for row in found if row is not None]


def documents(refs: Sequence[str], _viewer: object) -> Mapping[str, Document]:
    """Indicators at places, as phones hold them: two statements.

    Whoever reads a campaign's feed may see its figures. A place without a figure has no document: no report is not 0.
    """
    asked = [(one, one.split(":")) for one in refs]
    wanted = {one: (int(campaign_id), code, int(place_id)) for one, (campaign_id, code, place_id) in asked}
    in_campaigns = sa.select(IndicatorRow).where(IndicatorRow.campaign_id.in_({key for key, _, _ in wanted.values()}))
    rows = {(row.campaign_id, row.code): row for row in db.session.scalars(in_campaigns)}
    before = places.predecessors({key for _, _, key in wanted.values()}, clock.today())
    at_places = sa.select(ValueRow).where(
        ValueRow.indicator_id.in_([row.id for row in rows.values()]),
        ValueRow.place_id.in_({*before, *set().union(*before.values())}),
    )
    shelf = _Shelf(rows, {(row.indicator_id, row.place_id): row for row in db.session.scalars(at_places)}, before)
    shown: dict[str, Document] = {}
    for one, (campaign_id, code, place_id) in wanted.items():
        row = rows.get((campaign_id, code))
        if row is not None and _has_figure(row, place_id, shelf):
            shown[one] = _document(row, place_id, shelf)
    return shown


def _has_figure(row: IndicatorRow, place_id: int, shelf: _Shelf) -> bool:
    parts = [shelf.rows.get((row.campaign_id, code)) for code in rules.build(row.definition).of]
    found = [value for one in [row, *parts] if one is not None for value in shelf.of(one.id, place_id)]
    # The row that a successor was given has nothing in it.
    return any(value.records or not shelf.before.get(value.place_id) for value in found)


def _document(row: IndicatorRow, place_id: int, shelf: _Shelf) -> Document:
    indicator = rules.build(row.definition)
    standing, sums, baseline = _judge(row, place_id, shelf)
    return {
        "campaign": row.campaign_id,
        "code": row.code,
        "position": row.position,
        "place": place_id,
        "name": dict(indicator.name),
        "unit": dict(indicator.unit),
        "kind": indicator.kind,
        "numerator": sums.numerator,
        "denominator": sums.denominator,
        "baseline": baseline,
        "target": indicator.target.as_dict() or None,
        "verdict": standing.verdict,
        "percent": standing.percent,
        "budget": standing.budget,
        "provisional": indicator.provisional,
        "closed": row.closed,
    }


def _judge(row: IndicatorRow, place_id: int, shelf: _Shelf) -> tuple[Standing, Sums, int | None]:
    indicator = rules.build(row.definition)
    if indicator.kind == "all_of":
        parts = [shelf.rows[(row.campaign_id, code)] for code in indicator.of]
        standing, sums = rules.combined([_judge(part, place_id, shelf)[0] for part in parts])
        return standing, sums, None
    sums = Sums()
    for value in shelf.of(row.id, place_id):
        sums = sums.plus(Sums(value.numerator, value.denominator))
    own = shelf.values.get((row.id, place_id))
    baseline = own.baseline if own is not None else None
    return rules.standing(indicator, sums, baseline, closed=row.closed), sums, baseline


# ---------------------------------------------------------------- for milestones


@dataclass(frozen=True)
class Figure:
    """What an indicator says at a place now."""

    numerator: int
    denominator: int | None


def figures(campaign_id: int, code: str) -> dict[int, Figure]:
    """An indicator's figures by place id; inside a transaction or snapshot."""
    query = (
        sa.select(ValueRow)
        .join(IndicatorRow, IndicatorRow.id == ValueRow.indicator_id)
        .where(IndicatorRow.campaign_id == campaign_id, IndicatorRow.code == code)
    )
    return {row.place_id: Figure(row.numerator, row.denominator) for row in db.session.scalars(query)}


def harmful(campaign_id: int) -> dict[str, bool]:
    """The campaign's indicator codes, and whether each counts harm; inside a transaction or snapshot."""
    query = sa.select(IndicatorRow).where(IndicatorRow.campaign_id == campaign_id)
    return {row.code: rules.build(row.definition).counts_harm for row in db.session.scalars(query)}


def activity(campaign_id: int, codes: Collection[str]) -> dict[int, set[date]]:
    """The days with approved contributions to any of these indicators, by place, the places above it included."""
    book = _open(campaign_id)
    ids = [key for key, row in book.rows.items() if row.code in codes]
    query = sa.select(ContributionRow.place_id, ContributionRow.on_date).distinct()
    found: dict[int, set[date]] = {}
    for place_id, day in db.session.execute(query.where(ContributionRow.indicator_id.in_(ids))):
        for above in book.chain(place_id):
            found.setdefault(above, set()).add(day)
    return found
