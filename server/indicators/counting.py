"""From decisions to figures: contributions, tallies and values of one campaign, moved by one record or made anew.

Whoever changes a campaign's figures holds the locks of its indicators until the commit, so that sums made by several
workers come out as if made by one.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from server import clock, events, feeds
from server.campaigns import service as campaigns
from server.campaigns.calendars import Calendar
from server.campaigns.rules import Campaign, Window
from server.db import db
from server.indicators import held, language, rules, severity, tallying
from server.indicators.rules import Contribution, Indicator
from server.indicators.tables import ContributionRow, IndicatorRow, NamedRow, TallyRow, ValueRow
from server.indicators.tallying import Figure, Row, Setting
from server.places import service as places
from server.records import approved
from server.records.approved import ApprovedContent

Placed = tuple[int, Contribution]
LONGEST_ID = 24
TallyKey = tuple[int, int, date, str]


@dataclass
class Book:
    """A campaign's indicators by id, with what is needed to count: its calendar, its units, chains of places."""

    campaign: Campaign
    rows: dict[int, IndicatorRow]
    indicators: dict[int, Indicator]
    chains: dict[int, list[int]] = field(default_factory=dict)

    @functools.cached_property
    def calendar(self) -> Calendar:
        """How the campaign's authority cuts time."""
        return Calendar(**self.campaign.counting["cut"])

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
            root = self.campaign.place_id
            above = places.ancestors(place_id, self.campaign.windows["activity"].first)
            inside = above[: above.index(root) + 1] if root in above else [root]
            self.chains[place_id] = [place_id] if place_id == root else [place_id, *inside]
        return self.chains[place_id]

    def unit(self, place_id: int) -> int:
        """The unit that a place lies in; itself, if in none."""
        return next((one for one in self.chain(place_id) if one in self.units), place_id)

    def setting(self, indicator_id: int, place_ids: Collection[int]) -> Setting:
        """What a figure of these places together depends on."""
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
        return Setting(row.counted_on, window, self.calendar, units, counting["report_days"], fact)

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


# ---------------------------------------------------------------- one record


def replace(book: Book, record_id: str) -> None:
    """Replaces what a record contributes by what its approved revision says now, and where: nothing, if none counts.

    So it does with the records that it names, or no longer names.
    """
    content = approved.content(record_id)
    for named in _named_anew(book, record_id, content):
        if named != record_id:
            _replace(book, named, approved.content(named))
    _replace(book, record_id, content)


def _replace(book: Book, record_id: str, content: ApprovedContent | None) -> None:
    query = sa.select(ContributionRow).where(ContributionRow.record_id == record_id)
    before = {row.indicator_id: row for row in db.session.scalars(query)}
    named_in = _naming(record_id)
    after = {} if content is None else contributions(book, content, named_in)
    for indicator_id in sorted(before.keys() | after.keys()):
        old, new = before.get(indicator_id), after.get(indicator_id)
        if not (book.signed and held.hold(book.signed, (indicator_id, record_id), old, new)):
            move(book, indicator_id, old, new)


def move(book: Book, indicator_id: int, old: ContributionRow | None, new: ContributionRow | None) -> None:
    """Puts a record's new contribution to an indicator in the place of its old one, and moves what follows from it."""
    if old is not None and new is not None and same(old, new):
        old.rev = new.rev
        return
    groups = {(row.place_id, row.group_key) for row in (old, new) if row is not None and row.group_key is not None}
    out = [winner(indicator_id, group) for group in groups] if groups else []
    out += [old] if old is not None and old.group_key is None else []
    gone = [placed(row) for row in out if row is not None]
    if old is not None:
        db.session.delete(old)
        db.session.flush()
    if new is not None:
        db.session.add(new)
        db.session.flush()
    come_rows = [winner(indicator_id, group) for group in groups] if groups else []
    come_rows += [new] if new is not None and new.group_key is None else []
    come = [placed(row) for row in come_rows if row is not None]
    _tally(book, indicator_id, gone, -1)
    _tally(book, indicator_id, come, 1)
    touched = {place for row in (old, new) if row is not None for place in book.chain(row.place_id)}
    refresh(book, indicator_id, touched)
    book.tell(indicator_id, touched)


def winner(indicator_id: int, group: tuple[int, str | None]) -> ContributionRow | None:
    """Of the contributions of a group (place and key), the one that counts."""
    query = sa.select(ContributionRow).where(
        ContributionRow.indicator_id == indicator_id,
        ContributionRow.place_id == group[0],
        ContributionRow.group_key == group[1],
    )
    rows = {placed(row)[1]: row for row in db.session.scalars(query)}
    found = rules.latest(rows)
    return None if found is None else rows[found]


def placed(row: ContributionRow) -> Placed:
    """A row as place and contribution.

    Two lists of one group and one day: the higher record id stands, which is as good as any and always the same.
    """
    order = tuple(int(part) for part in row.record_id.split("-"))
    known = (row.on_date, row.numerator, row.denominator, row.group_key, row.key, row.provisional, order)
    return row.place_id, Contribution(*known)


def same(old: ContributionRow, new: ContributionRow) -> bool:
    """Whether two contributions of a record count the same."""
    members = ("place_id", "on_date", "numerator", "denominator", "group_key", "key", "provisional")
    return all(getattr(old, member) == getattr(new, member) for member in members)


def contributions(
    book: Book, content: ApprovedContent, named_in: Collection[tuple[str, str]]
) -> dict[int, ContributionRow]:
    """What a record contributes, by indicator; `named_in`: the forms and questions of the records that name it."""
    found: dict[int, ContributionRow] = {}
    known: dict[str, object] | None = None
    for indicator_id, indicator in book.indicators.items():
        if content.form_key not in indicator.forms or indicator.unless_named in named_in:
            continue
        on_date = content.occurred_on if indicator.day is None else approved.day_of(content.values.get(indicator.day))
        row = book.rows[indicator_id]
        if on_date is None or not row.starts_on <= on_date <= row.ends_on:
            continue
        known = known or known_of(book, content)
        least = indicator.severity
        case = known["@class"] if least is not None else None
        if isinstance(case, severity.Class) and book.scales and not book.scales.reaches(case.name, str(least)):
            continue
        provisional = isinstance(case, severity.Class) and case.provisional
        counted = tallying.contribution(indicator, known, on_date, book.calendar, provisional=provisional)
        if counted is not None:
            found[indicator_id] = _row(indicator_id, content, counted)
    return found


def _row(indicator_id: int, content: ApprovedContent, counted: Contribution) -> ContributionRow:
    return ContributionRow(
        indicator_id=indicator_id,
        record_id=content.record_id,
        rev=content.rev,
        place_id=content.place_id,
        on_date=counted.on_date,
        numerator=counted.numerator,
        denominator=counted.denominator,
        group_key=counted.group_key,
        key=counted.key,
        provisional=counted.provisional,
    )


def known_of(book: Book, content: ApprovedContent) -> dict[str, object]:
    """A record's answers, and what the house knows of it (`language.KNOWN`)."""
    day = content.occurred_on
    due = None if day is None else book.calendar.period(day).last + tallying.DAY * book.campaign.counting["report_days"]
    case = None
    if book.scales is not None and day is not None:
        case = book.scales.of(content.form_key, content.values, day)
    return {
        **content.values,
        "@author": content.author_id,
        "@unit": book.unit(content.place_id),
        "@class": case,
        "@severity": case.name if case else None,
        "@confirmed": "yes" if _confirmed(book, content) else "no",
        "@arrived_on": clock.local_day(content.arrived, book.campaign.zone).isoformat(),
        "@due_on": due.isoformat() if due else None,
        "@approval_minutes": content.waited_minutes,
    }


def _confirmed(book: Book, content: ApprovedContent) -> bool:
    """Whether a record has come as far as it must: past the police, where they confirm its form."""
    return content.form_key not in book.campaign.confirmed or content.level not in (None, "approved")


# ---------------------------------------------------------------- records that name others


def _names(book: Book, content: ApprovedContent) -> set[tuple[str, str, str]]:
    """(form, question, record) for each record that this one names where some indicator asks for it."""
    if not _confirmed(book, content):
        return set()
    asked = {one.unless_named for one in book.indicators.values() if one.unless_named is not None}
    return {
        (form, path, record)
        for form, path in asked
        if form == content.form_key
        for record in str(content.values.get(path) or "").split()
        if len(record) <= LONGEST_ID
    }


def _named_anew(book: Book, record_id: str, content: ApprovedContent | None) -> list[str]:
    """Keeps what a record names, and gives the records of which that has changed."""
    query = sa.select(NamedRow).where(NamedRow.by_record == record_id)
    before = {(row.form, row.path, row.record): row for row in db.session.scalars(query)}
    after = set() if content is None else _names(book, content)
    for gone in before.keys() - after:
        db.session.delete(before[gone])
    for new in after - before.keys():
        db.session.add(_naming_row(book, record_id, new))
    db.session.flush()
    return sorted({record for _, _, record in before.keys() ^ after})


def _naming_row(book: Book, by_record: str, named: tuple[str, str, str]) -> NamedRow:
    form, path, record = named
    return NamedRow(campaign_id=book.campaign.id, by_record=by_record, form=form, path=path, record=record)


def _naming(record_id: str) -> set[tuple[str, str]]:
    query = sa.select(NamedRow.form, NamedRow.path).where(NamedRow.record == record_id)
    return {(form, path) for form, path in db.session.execute(query)}


# ---------------------------------------------------------------- tallies and values


def _tally(book: Book, indicator_id: int, items: Iterable[Placed], sign: int) -> None:
    for place_id, item in items:
        if not counts_by(book, indicator_id, item.on_date):
            continue
        for key in tally_keys(book, indicator_id, place_id, item):
            row = db.session.get(TallyRow, key)
            if row is None:
                row = TallyRow(indicator_id=key[0], place_id=key[1], period=key[2], key=key[3])
                row.records = row.numerator = row.denominator = row.provisional = 0
                db.session.add(row)
            row.records += sign
            row.numerator += sign * item.numerator
            row.denominator += sign * (item.denominator or 0)
            row.provisional += sign * item.provisional
            if not row.records:
                db.session.delete(row)
            db.session.flush()


def tally_keys(book: Book, indicator_id: int, place_id: int, item: Contribution) -> list[TallyKey]:
    """Where a contribution is counted: at its place and at each above it."""
    period = book.calendar.period(item.on_date).first
    return [(indicator_id, place, period, item.key) for place in book.chain(place_id)]


def counts_by(book: Book, indicator_id: int, on_date: date) -> bool:
    """Whether what falls on a day is counted yet: what matures is once that day has passed."""
    return not book.indicators[indicator_id].matures or on_date < book.rows[indicator_id].counted_on


def refresh(book: Book, indicator_id: int, place_ids: Collection[int]) -> set[int]:
    """Makes the values of these places be what their tallies come to; gives the places whose value changed."""
    tallies: dict[int, list[Row]] = {place_id: [] for place_id in place_ids}
    for (_, place_id), found in tally_rows([indicator_id], place_ids).items():
        tallies[place_id] = found
    indicator = book.indicators[indicator_id]
    rows = values(indicator_id, place_ids)
    changed: set[int] = set()
    for place_id in sorted(place_ids):
        row = rows[place_id]
        figure = tallying.figure(indicator, tallies[place_id], book.setting(indicator_id, [place_id]))
        if figure_of(row) != figure:
            changed.add(place_id)
            _write(row, figure)
        if not row.records and row.baseline is None and place_id != book.campaign.place_id:
            db.session.delete(row)
    db.session.flush()
    return changed


def _write(row: ValueRow, figure: Figure) -> None:
    row.records, row.numerator, row.denominator = figure.records, figure.numerator, figure.denominator
    row.provisional, row.since = figure.provisional, figure.since


def figure_of(row: ValueRow) -> Figure:
    """The figure that a row holds."""
    return Figure(row.records, row.numerator, row.denominator, row.provisional, row.since)


def tally_rows(indicator_ids: Collection[int], place_ids: Collection[int]) -> dict[tuple[int, int], list[Row]]:
    """The tallies by indicator and place: one statement."""
    table = TallyRow
    query = sa.select(
        table.indicator_id, table.place_id, table.period, table.key,
        table.records, table.numerator, table.denominator, table.provisional,
    )  # fmt: skip
    query = query.where(table.indicator_id.in_(sorted(indicator_ids)), table.place_id.in_(sorted(place_ids)))
    found: dict[tuple[int, int], list[Row]] = {}
    for row in db.session.execute(query):
        found.setdefault((row[0], row[1]), []).append(Row(*row[2:]))
    return found


def values(indicator_id: int, place_ids: Collection[int]) -> dict[int, ValueRow]:
    """The value rows of these places, made where they are missing."""
    query = sa.select(ValueRow).where(ValueRow.indicator_id == indicator_id, ValueRow.place_id.in_(sorted(place_ids)))
    rows = {row.place_id: row for row in db.session.scalars(query)}
    for place_id in sorted(set(place_ids) - rows.keys()):
        row = ValueRow(indicator_id=indicator_id, place_id=place_id, records=0, numerator=0, provisional=False)
        db.session.add(row)
        rows[place_id] = row
    db.session.flush()
    return rows


def mature(book: Book, indicator_id: int, before: date) -> set[int]:
    """Counts what has fallen due since `before`, of an indicator that was moved on to today; the places touched."""
    row = book.rows[indicator_id]
    if not book.indicators[indicator_id].matures:
        return set()
    query = sa.select(ContributionRow).where(
        ContributionRow.indicator_id == indicator_id,
        ContributionRow.on_date >= before,
        ContributionRow.on_date < row.counted_on,
    )
    due = [placed(one) for one in db.session.scalars(query)]
    _tally(book, indicator_id, due, 1)
    return {above for place_id, _ in due for above in book.chain(place_id)}


# ---------------------------------------------------------------- all records


def count_again(book: Book) -> dict[int, set[int]]:
    """Makes all contributions, tallies and values of a campaign again from approved records; the places of each."""
    mine = list(book.rows)
    records = approved.ids(book.campaign.id)
    for table in (ContributionRow, TallyRow, ValueRow):
        db.session.execute(sa.delete(table).where(table.indicator_id.in_(mine)))
    db.session.execute(sa.delete(NamedRow).where(NamedRow.campaign_id == book.campaign.id))
    db.session.expire_all()
    found: dict[tuple[int, str], ContributionRow] = {}
    naming: dict[str, set[tuple[str, str]]] = {}
    for content in approved.contents(records):
        for form, path, record in _names(book, content):
            db.session.add(_naming_row(book, content.record_id, (form, path, record)))
            naming.setdefault(record, set()).add((form, path))
        found |= {(key, content.record_id): row for key, row in contributions(book, content, ()).items()}
    for record, named_in in naming.items():
        for indicator_id, indicator in book.indicators.items():
            if indicator.unless_named in named_in:
                found.pop((indicator_id, record), None)
    held.put_back(mine, found)
    tallies = tallied(book, found.values())
    _insert(ContributionRow, [_columns(row) for row in found.values()])
    _insert(TallyRow, [_tally_columns(key, row) for key, row in tallies.items()])
    return _values_again(book, tallies)


def tallied(book: Book, rows: Iterable[ContributionRow]) -> dict[TallyKey, Row]:
    """The tallies that contributions come to."""
    items: list[tuple[int, Placed]] = []
    groups: dict[tuple[int, int, str], list[Contribution]] = {}
    for row in rows:
        place_id, item = placed(row)
        if item.group_key is None:
            items.append((row.indicator_id, (place_id, item)))
        else:
            groups.setdefault((row.indicator_id, place_id, item.group_key), []).append(item)
    for (indicator_id, place_id, _), group in groups.items():
        if (winner := rules.latest(group)) is not None:
            items.append((indicator_id, (place_id, winner)))
    found: dict[TallyKey, Row] = {}
    for indicator_id, (place_id, item) in items:
        if not counts_by(book, indicator_id, item.on_date):
            continue
        for key in tally_keys(book, indicator_id, place_id, item):
            before = found.get(key) or Row(key[2], key[3], 0, 0, 0, 0)
            found[key] = Row(
                before.period, before.key, before.records + 1, before.numerator + item.numerator,
                before.denominator + (item.denominator or 0), before.provisional + item.provisional,
            )  # fmt: skip
    return found


def _insert(table: type[ContributionRow] | type[TallyRow], rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        db.session.execute(sa.insert(table.__table__), rows)


def _columns(row: ContributionRow) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in ContributionRow.__table__.columns}


def _tally_columns(key: TallyKey, row: Row) -> dict[str, Any]:
    return {"indicator_id": key[0], "place_id": key[1], **row._asdict()}


def _values_again(book: Book, tallies: Mapping[TallyKey, Row]) -> dict[int, set[int]]:
    by_place: dict[tuple[int, int], list[Row]] = {}
    for (indicator_id, place_id, _, _), row in tallies.items():
        by_place.setdefault((indicator_id, place_id), []).append(row)
    baselines = baselines_of(book)
    shown: dict[int, set[int]] = {}
    for indicator_id, indicator in book.indicators.items():
        compared = {place for code, place in baselines if code == indicator.code}
        here = {place for key, place in by_place if key == indicator_id} | compared | {book.campaign.place_id}
        for place_id in sorted(here):
            rows = by_place.get((indicator_id, place_id), [])
            value = ValueRow(indicator_id=indicator_id, place_id=place_id)
            value.baseline = baselines.get((indicator.code, place_id))
            _write(value, tallying.figure(indicator, rows, book.setting(indicator_id, [place_id])))
            db.session.add(value)
        shown[indicator_id] = here
    db.session.flush()
    return shown


def baselines_of(book: Book) -> dict[tuple[str, int], int]:
    """Baselines by code and place; what was not entered is not in it."""
    entered = campaigns.baselines(book.campaign.id)
    return {(code, book.campaign.place_id): value for code, value in entered.items() if value is not None}
