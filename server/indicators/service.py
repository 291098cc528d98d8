"""Indicators: installed with a campaign, moved by every decision on a record, shown in the campaign's feed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from server import clock, events, feeds
from server.campaigns import service as campaigns
from server.campaigns.rules import DefinitionFault, DefinitionsRefused
from server.db import db, transaction
from server.forms import service as forms
from server.indicators import counting, language, late, rules, tallying
from server.indicators.book import Book, campaign_of, open_book, read_book, ref
from server.indicators.rules import Indicator, Standing
from server.indicators.tables import ContributionRow, IndicatorRow, ValueRow
from server.indicators.tallying import Figure
from server.places import service as places

Document = dict[str, Any]
Laid = tuple[frozenset[int], Mapping[int, tuple[int, ...]]]

__all__ = ["Figure", "ref"]


def register() -> None:
    """Shows indicators in campaign feeds, and follows decisions and baselines."""
    feeds.provide("indicator", documents)
    feeds.provide("period", late.documents)
    feeds.provide("correction", late.corrections)
    events.on_several("record.reviewed", on_reviewed)
    events.on_several("record.moved", on_reviewed)
    events.on("baseline.entered", on_baseline)


# ---------------------------------------------------------------- installing


@transaction
def install(campaign_id: int, definitions: Sequence[Mapping[str, Any]]) -> None:
    """Makes the campaign's indicators be as defined, in this order; installing the same again changes nothing.

    Raises `DefinitionsRefused` with every fault: index in the list, code, message.
    """
    parsed = language.parse(definitions)
    if faults := _pack_faults(campaign_id, parsed):
        raise DefinitionsRefused(faults)
    book = open_book(campaign_id)
    known = {row.code: row for row in book.rows.values()}
    counted, shown = False, []
    for position, (indicator, definition) in enumerate(zip(parsed, definitions, strict=True)):
        window = book.campaign.windows[indicator.window]
        row = known.pop(indicator.code, None)
        if row is None:
            row = IndicatorRow(campaign_id=campaign_id, code=indicator.code, closed=False)
            db.session.add(row)
        wanted = (position, dict(definition), dict(book.campaign.counting), window.first, window.last)
        before = (row.position, row.definition, row.counting, row.starts_on, row.ends_on)
        if before == wanted:
            continue
        row.position, row.definition, row.counting, row.starts_on, row.ends_on = wanted
        if before[:2] != wanted[:2]:
            shown.append(row)
        if _counting_of(before) != _counting_of(wanted):
            row.counted_on = clock.today(book.campaign.zone)
            row.closed = window.last < row.counted_on
            counted = True
    for row in known.values():
        _remove(row)
    db.session.flush()
    if counted or known:
        rebuild(campaign_id)
    else:
        _tell_again(open_book(campaign_id), [row.id for row in shown])


def _counting_of(stored: tuple[Any, ...]) -> tuple[Any, ...]:
    """Of what is stored of an indicator, what its figures are counted with."""
    _, definition, setting, *days = stored
    counted = {name: value for name, value in (definition or {}).items() if name not in language.SHOWN}
    return (counted, {name: value for name, value in (setting or {}).items() if name != "special"}, *days)


def _tell_again(book: Book, indicator_ids: Collection[int]) -> None:
    """Has phones told what is called or judged otherwise now, wherever there are figures."""
    places_of: dict[int, list[int]] = {}
    with_figures = sa.select(ValueRow.indicator_id, ValueRow.place_id)
    for indicator_id, place_id in db.session.execute(with_figures.where(ValueRow.indicator_id.in_(indicator_ids))):
        places_of.setdefault(indicator_id, []).append(place_id)
    for indicator_id, place_ids in places_of.items():
        book.publish(indicator_id, place_ids)


def _pack_faults(campaign_id: int, indicators: Sequence[Indicator]) -> list[DefinitionFault]:
    """Indicators that read a form, a question, a fact or a class that the pack doesn't have."""
    versions = forms.current_versions(campaign_id)
    counts = campaign_of(campaign_id).counting
    scales = counts["severity"]
    faults: list[DefinitionFault] = []
    for index, indicator in enumerate(indicators):
        wrong = [f"the campaign has no form {key}" for key in indicator.forms if key not in versions]
        for key in indicator.forms:
            if key in versions:
                unknown = language.paths(indicator) - set(forms.compiled(versions[key])["fields"])
                wrong += [f"form {key} has no question '{path}'" for path in sorted(unknown)]
        if indicator.unless_named is not None and not _asks(versions, *indicator.unless_named):
            wrong.append(f"form {indicator.unless_named[0]} has no question '{indicator.unless_named[1]}'")
        if indicator.fact is not None and indicator.fact not in counts["facts"]:
            wrong.append(f"fact '{indicator.fact}' is not among the facts of campaign.yaml")
        if indicator.severity is not None:
            if scales is None or indicator.severity not in scales["order"]:
                wrong.append(f"severity '{indicator.severity}' is no class of severity.yaml")
            else:
                unread = [key for key in indicator.forms if key not in scales["forms"]]
                wrong += [f"severity.yaml doesn't say where form {key} tells of severity" for key in unread]
        faults += [DefinitionFault(index, indicator.code, message) for message in wrong]
    return faults


def _asks(versions: Mapping[str, int], form: str, path: str) -> bool:
    return form in versions and path in forms.compiled(versions[form])["fields"]


def _remove(row: IndicatorRow) -> None:
    shown = db.session.scalars(sa.select(ValueRow.place_id).where(ValueRow.indicator_id == row.id))
    for place_id in shown.all():
        feeds.publish(f"c{row.campaign_id}", "indicator", ref(row.campaign_id, row.code, place_id))
    db.session.delete(row)


# ---------------------------------------------------------------- from decisions to figures


def on_reviewed(given: Sequence[Mapping[str, Any]]) -> None:
    """Replaces what records contribute by what their approved revisions say now, and where: nothing, if none counts."""
    records: dict[int, set[str]] = {}
    for event in given:
        campaign_id = forms.campaign_of(event["form_version_id"])
        if campaign_id is not None:
            records.setdefault(campaign_id, set()).add(event["record_id"])
    for campaign_id in sorted(records):
        counting.replace(open_book(campaign_id), records[campaign_id])


def on_baseline(event: Mapping[str, Any]) -> None:
    """Takes over what the office entered as the period of comparison."""
    book = open_book(event["campaign_id"])
    ids = [key for key, row in book.rows.items() if row.code == event["indicator"]]
    for indicator_id in ids:
        row = counting.values(indicator_id, [event["place_id"]])[event["place_id"]]
        row.baseline = counting.baselines_of(book).get((event["indicator"], event["place_id"]))
        book.publish(indicator_id, [event["place_id"]])


@transaction
def rebuild(campaign_id: int) -> None:
    """Makes all contributions, tallies and values of a campaign again from approved records."""
    book = open_book(campaign_id)
    shown: dict[int, set[int]] = {indicator_id: set() for indicator_id in book.rows}
    for row in db.session.scalars(sa.select(ValueRow).where(ValueRow.indicator_id.in_(list(book.rows)))):
        shown[row.indicator_id].add(row.place_id)
    for indicator_id, here in counting.count_again(book).items():
        book.tell(indicator_id, shown[indicator_id] | here)
    late.publish_all(book)
    db.session.flush()


# ---------------------------------------------------------------- time


@transaction
def tick() -> None:
    """Closes the windows that have ended, counts what moves with time, tells of figures that successors have."""
    _close()
    _move_on()
    succeed()


def _move_on() -> None:
    """Counts again, once a day, the figures that another day changes: periods, weeks, what has fallen due."""
    for campaign in campaigns.all_campaigns():
        today = clock.today(campaign.zone)
        earlier = (IndicatorRow.campaign_id == campaign.id, IndicatorRow.counted_on < today)
        if db.session.scalars(sa.select(IndicatorRow.id).where(*earlier).limit(1)).first() is None:
            continue
        book = open_book(campaign.id)
        for indicator_id, row in book.rows.items():
            before, row.counted_on = row.counted_on, today
            # What has gone into them counts there from its day on.
            book.publish(indicator_id, places.gained(before, today) & _with_figure(indicator_id))
            if not book.indicators[indicator_id].moves_with_time:
                continue
            touched = counting.mature(book, indicator_id, before)
            here = db.session.scalars(sa.select(ValueRow.place_id).where(ValueRow.indicator_id == indicator_id))
            changed = counting.refresh(book, indicator_id, {*here, *touched})
            if changed:
                book.tell(indicator_id, changed)


def succeed() -> None:
    """Gives a successor a row of its own, with nothing in it: so it is told of once, on its day."""
    held: dict[int, set[int]] = {}
    for indicator_id, place_id in db.session.execute(sa.select(ValueRow.indicator_id, ValueRow.place_id)):
        held.setdefault(indicator_id, set()).add(place_id)
    heirs = places.heirs(set().union(*held.values()), clock.today())
    for indicator_id, place_ids in held.items():
        fresh = {heirs[place_id] for place_id in place_ids} - place_ids
        if fresh:
            book = open_book(db.session.get_one(IndicatorRow, indicator_id).campaign_id)
            counting.values(indicator_id, sorted(fresh))
            book.publish(indicator_id, fresh)


@transaction
def follow_places(campaign_id: int, before: Laid, gained: Collection[int]) -> None:
    """Makes figures be as places are now; `before`: how they were laid out when they were counted (`laid`).

    `gained`: places into which others go otherwise than before: phones are told of theirs anew.
    """
    units, above = before
    now, above_now = laid(campaign_id)
    if units != now or any(above_now.get(place_id, chain) != chain for place_id, chain in above.items()):
        rebuild(campaign_id)
    succeed()
    book = open_book(campaign_id)
    for indicator_id in book.rows:
        book.publish(indicator_id, _with_figure(indicator_id).intersection(gained))


def _with_figure(indicator_id: int) -> set[int]:
    return set(db.session.scalars(sa.select(ValueRow.place_id).where(ValueRow.indicator_id == indicator_id)))


def laid(campaign_id: int) -> Laid:
    """How a campaign's figures lie: its units, and of all places the ones above them; in a transaction or snapshot."""
    book = read_book(campaign_id)
    covered = campaigns.covered_places(campaign_id)
    book.learn(covered)
    return book.units, {place_id: tuple(book.chain(place_id)) for place_id in covered}


def _close() -> None:
    for row in db.session.scalars(sa.select(IndicatorRow).where(IndicatorRow.closed.is_(False))).all():
        if row.ends_on < clock.today(campaign_of(row.campaign_id).zone):
            row.closed = True
            shown = sa.select(ValueRow.place_id).where(ValueRow.indicator_id == row.id)
            open_book(row.campaign_id).publish(row.id, db.session.scalars(shown).all())


# ---------------------------------------------------------------- showing


@dataclass(frozen=True)
class Shelf:
    """What documents are made of: indicators and figures by what they are of; what went into each place."""

    rows: Mapping[tuple[int, str], IndicatorRow]
    values: Mapping[tuple[int, int], ValueRow]
    before: Mapping[int, Collection[int]]
    # Of places into which others have gone: the figure of all of them together.
    together: Mapping[tuple[int, int], Figure]
    # By id.
    indicators: Mapping[int, Indicator]

    def family(self, place_id: int) -> list[int]:
        """A place and those that have gone into it."""
        return [place_id, *sorted(self.before.get(place_id, ()))]

    def of(self, indicator_id: int, place_id: int) -> Figure:
        """The figure at a place, with those of the places that have gone into it."""
        if (indicator_id, place_id) in self.together:
            return self.together[indicator_id, place_id]
        row = self.values.get((indicator_id, place_id))
        return Figure() if row is None else counting.figure_of(row)

    def baseline(self, indicator_id: int, place_id: int) -> int | None:
        """What a place is compared with; of a place into which others went, theirs together, if all have one."""
        own = self.values.get((indicator_id, place_id))
        if own is not None and own.baseline is not None:
            return own.baseline
        rows = [self.values.get((indicator_id, one)) for one in self.before.get(place_id, ())]
        known = [row.baseline for row in rows if row is not None and row.baseline is not None]
        return sum(known) if known and len(known) == len(rows) else None


def documents(refs: Sequence[str], _viewer: object) -> Mapping[str, Document]:
    """Indicators at places, as phones hold them: two statements, one more where places have gone into others.

    Whoever reads a campaign's feed may see its figures. A place without a figure has no document: no report is not 0.
    """
    asked = [(one, one.split(":")) for one in refs]
    wanted = {one: (int(campaign_id), code, int(place_id)) for one, (campaign_id, code, place_id) in asked}
    shelf = shelve({key for key, _, _ in wanted.values()}, {key for _, _, key in wanted.values()})
    shown: dict[str, Document] = {}
    for one, (campaign_id, code, place_id) in wanted.items():
        row = shelf.rows.get((campaign_id, code))
        if row is not None and has_figure(row, place_id, shelf):
            shown[one] = document(row, place_id, shelf)
    return shown


def shelve(campaign_ids: Collection[int], place_ids: Collection[int]) -> Shelf:
    """What the documents of these places are made of."""
    in_campaigns = sa.select(IndicatorRow).where(IndicatorRow.campaign_id.in_(sorted(campaign_ids)))
    rows = {(row.campaign_id, row.code): row for row in db.session.scalars(in_campaigns)}
    before = {key: found for key, found in places.predecessors(set(place_ids), clock.today()).items() if found}
    at_places = sa.select(ValueRow).where(
        ValueRow.indicator_id.in_([row.id for row in rows.values()]),
        ValueRow.place_id.in_({*place_ids, *set().union(*before.values())}),
    )
    values = {(row.indicator_id, row.place_id): row for row in db.session.scalars(at_places)}
    indicators = {row.id: language.build(row.definition) for row in rows.values()}
    return Shelf(rows, values, before, _together(rows.values(), before) if before else {}, indicators)


def _together(rows: Collection[IndicatorRow], before: Mapping[int, Collection[int]]) -> dict[tuple[int, int], Figure]:
    """Of things that are counted once, a sum of figures would count some twice: their tallies are put together."""
    family = {*before, *set().union(*before.values())}
    tallies = counting.tally_rows([row.id for row in rows], family)
    books: dict[int, Book] = {}
    found: dict[tuple[int, int], Figure] = {}
    for row in rows:
        if row.campaign_id not in books:
            mine = {one.id: one for one in rows if one.campaign_id == row.campaign_id}
            indicators = {key: language.build(one.definition) for key, one in mine.items()}
            books[row.campaign_id] = Book(campaign_of(row.campaign_id), mine, indicators)
        book = books[row.campaign_id]
        for place_id, gone in before.items():
            here = [place_id, *gone]
            together = [tally for one in here for tally in tallies.get((row.id, one), ())]
            setting = book.setting(row.id, here)
            found[row.id, place_id] = tallying.figure(book.indicators[row.id], together, setting)
    return found


def has_figure(row: IndicatorRow, place_id: int, shelf: Shelf) -> bool:
    """Whether there is anything to show of an indicator at a place."""
    parts = [shelf.rows.get((row.campaign_id, code)) for code in shelf.indicators[row.id].of]
    for one in [row, *(part for part in parts if part is not None)]:
        for place in shelf.family(place_id):
            value = shelf.values.get((one.id, place))
            # The row that a successor was given has nothing in it.
            if value is not None and (value.records or not shelf.before.get(place)):
                return True
    return False


def document(row: IndicatorRow, place_id: int, shelf: Shelf) -> Document:
    """One indicator at one place, judged."""
    indicator = shelf.indicators[row.id].at(place_id)
    standing, figure, baseline = judge(row, place_id, shelf)
    return {
        "campaign": row.campaign_id,
        "code": row.code,
        "position": row.position,
        "place": place_id,
        "name": dict(indicator.name),
        "unit": dict(indicator.unit),
        "kind": indicator.kind,
        "window": indicator.window,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "baseline": baseline,
        "target": indicator.target.as_dict() or None,
        "verdict": standing.verdict,
        "percent": standing.percent,
        "budget": standing.budget,
        "provisional": indicator.provisional or figure.provisional,
        "closed": row.closed,
        **_further(row, indicator, figure),
    }


def _further(row: IndicatorRow, indicator: Indicator, figure: Figure) -> Document:
    """Members that only some kinds have."""
    found: Document = {}
    if indicator.reports is not None:
        found["reports"] = indicator.reports
    if indicator.severity is not None:
        found["severity"] = indicator.severity
    if indicator.kind == "rate":
        found["times"] = indicator.times
    if indicator.kind == "days_since":
        # Days are counted from here by whoever shows them: they grow without a message.
        found["since"] = (figure.since or row.starts_on - timedelta(days=1)).isoformat()
        found["happened"] = figure.since is not None
        found["until"] = row.ends_on.isoformat()
    if indicator.per is not None:
        found["per"] = indicator.per
    if indicator.every or indicator.each:
        found["every"] = indicator.every or indicator.each
    return found


def judge(row: IndicatorRow, place_id: int, shelf: Shelf) -> tuple[Standing, Figure, int | None]:
    """What an indicator says at a place, what it is judged to be, and what it is compared with."""
    indicator = shelf.indicators[row.id].at(place_id)
    if indicator.kind == "all_of":
        parts = [shelf.rows[(row.campaign_id, code)] for code in indicator.of]
        judged = [judge(part, place_id, shelf) for part in parts]
        standing, sums = rules.combined([found[0] for found in judged])
        provisional = any(found[1].provisional for found in judged)
        return standing, Figure(0, sums.numerator, sums.denominator, provisional), None
    figure, baseline = shelf.of(row.id, place_id), shelf.baseline(row.id, place_id)
    if indicator.kind == "days_since":
        figure = Figure(figure.records, days_since(row, figure.since), None, figure.provisional, figure.since)
    return rules.standing(indicator, figure.sums, baseline, closed=row.closed), figure, baseline


def days_since(row: IndicatorRow, since: date | None) -> int:
    """Whole days from the last one on which it happened (else from the window's first) to today or the window's end."""
    last = min(clock.today(), row.ends_on)
    return max(0, (last - (since or row.starts_on - timedelta(days=1))).days)


def judged(campaign_id: int) -> list[Document]:
    """Every figure that is shown, as phones are told it, in order; inside a transaction or snapshot."""
    book = read_book(campaign_id)
    held = sa.select(ValueRow.place_id).where(ValueRow.indicator_id.in_(list(book.rows))).distinct()
    place_ids = sorted(filter(book.shown, db.session.scalars(held).all()))
    codes = [row.code for row in sorted(book.rows.values(), key=lambda row: row.position)]
    refs = [ref(campaign_id, code, place_id) for code in codes for place_id in place_ids]
    found = documents(refs, None)
    return [found[one] for one in refs if one in found]


# ---------------------------------------------------------------- for milestones


def described(campaign_id: int) -> dict[str, Indicator]:
    """The campaign's indicators by code; inside a transaction or snapshot."""
    query = sa.select(IndicatorRow).where(IndicatorRow.campaign_id == campaign_id).order_by(IndicatorRow.position)
    return {row.code: language.build(row.definition) for row in db.session.scalars(query)}


def figures(campaign_id: int, code: str) -> dict[int, Figure]:
    """An indicator's figures by place id; inside a transaction or snapshot."""
    query = (
        sa.select(ValueRow)
        .join(IndicatorRow, IndicatorRow.id == ValueRow.indicator_id)
        .where(IndicatorRow.campaign_id == campaign_id, IndicatorRow.code == code)
    )
    return {row.place_id: counting.figure_of(row) for row in db.session.scalars(query)}


def spans(campaign_id: int, code: str) -> dict[int, dict[date, Figure]]:
    """Of an indicator that is counted per month or quarter: its figures by place and by the span's first day."""
    book = read_book(campaign_id)
    (indicator_id,) = (key for key, row in book.rows.items() if row.code == code)
    indicator = book.indicators[indicator_id]
    found: dict[int, dict[date, Figure]] = {}
    for (_, place_id), rows in counting.tally_rows([indicator_id], figures(campaign_id, code)).items():
        setting = book.setting(indicator_id, [place_id])
        settings = [replace(setting, today=row.period) for row in rows]
        by_day = {tallying.span(indicator, each).first: each for each in settings}
        found[place_id] = {day: tallying.figure(indicator, rows, each) for day, each in by_day.items()}
    return found


def activity(campaign_id: int, codes: Collection[str]) -> dict[int, set[date]]:
    """The days with approved contributions to any of these indicators, by place, the places above it included.

    Read once a transaction, as long as no contribution moves in it.
    """
    info = db.session().info
    known: dict[Any, dict[int, set[date]]] = info.setdefault("activity", {}) if info.get("depth") else {}
    asked = (campaign_id, frozenset(codes))
    if asked not in known:
        known[asked] = _activity(read_book(campaign_id), codes)
    return known[asked]


def _activity(book: Book, codes: Collection[str]) -> dict[int, set[date]]:
    ids = [key for key, row in book.rows.items() if row.code in codes]
    query = sa.select(ContributionRow.place_id, ContributionRow.on_date).distinct()
    days: dict[int, set[date]] = {}
    for place_id, day in db.session.execute(query.where(ContributionRow.indicator_id.in_(ids))):
        days.setdefault(place_id, set()).add(day)
    book.learn(days)
    found: dict[int, set[date]] = {}
    for place_id, here in days.items():
        for above in book.chain(place_id):
            found.setdefault(above, set()).update(here)
    return found


def units(campaign_id: int) -> frozenset[int]:
    """The places of the campaign that report."""
    return read_book(campaign_id).units
