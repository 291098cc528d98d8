"""From decisions to figures: contributions, tallies and values of one campaign, moved by one record or made anew.

Whoever changes a campaign's figures holds the locks of its indicators until the commit, so that sums made by several
workers come out as if made by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from server import clock
from server.campaigns import service as campaigns
from server.campaigns.rules import Window
from server.db import db
from server.indicators import held, late, rules, severity, tallying
from server.indicators.book import Book
from server.indicators.rules import Contribution
from server.indicators.tables import ContributionRow, NamedRow, TallyRow, ValueRow
from server.indicators.tallying import Figure, Row
from server.records import approved
from server.records.approved import ApprovedContent
from server.statements import Rows, among, listed, save_rows

Placed = tuple[int, Contribution]
# A unit, and what makes several records of it one.
Group = tuple[int, str | None]
Move = tuple[ContributionRow | None, ContributionRow | None]
LONGEST_ID = 24
TALLIES: sa.Table = TallyRow.__table__
TALLY_COLUMNS = ("indicator_id", "place_id", "period", "key", "records", "numerator", "denominator", "provisional")
TallyKey = tuple[int, int, date, str]


# ---------------------------------------------------------------- one record


def replace(book: Book, record_ids: Collection[str]) -> None:
    """Replaces what records contribute by what their approved revisions say now, and where: nothing, if none counts.

    So it does with the records that they name, or no longer name.
    """
    contents = {one.record_id: one for one in approved.contents(sorted(set(record_ids)))}
    named = _named_anew(book, set(record_ids), contents)
    contents |= {one.record_id: one for one in approved.contents(sorted(named - set(record_ids)))}
    asked = {*record_ids, *named}
    before = {(row.indicator_id, row.record_id): row for row in _of_records(asked)}
    naming = _naming(asked)
    book.learn({one.place_id for one in contents.values()} | {row.place_id for row in before.values()})
    after: dict[tuple[int, str], ContributionRow] = {}
    for record_id, content in contents.items():
        for indicator_id, row in contributions(book, content, naming.get(record_id, ())).items():
            after[indicator_id, record_id] = row
    waiting = held.of_records(asked) if book.signed else {}
    waited = late.of(waiting.values())
    moves: dict[int, list[Move]] = {}
    # What waits is looked at too: a late record that is taken back before its correction is signed must not count then.
    for key in sorted(before.keys() | after.keys() | waiting.keys()):
        old, new = before.get(key), after.get(key)
        if not (book.signed and held.hold(book.signed, key, (old, new), waiting.get(key))):
            moves.setdefault(key[0], []).append((old, new))
    if book.signed:
        db.session.flush()
        late.follow(book, waited, late.of(held.of_records(asked).values()))
    for indicator_id, changes in moves.items():
        move(book, indicator_id, changes)


def _of_records(record_ids: Collection[str]) -> Iterable[ContributionRow]:
    query = sa.select(ContributionRow).where(among(ContributionRow.record_id, "ids"))
    return db.session.scalars(query, {"ids": listed(sorted(record_ids))})


def move(book: Book, indicator_id: int, changes: Iterable[Move]) -> None:
    """Puts records' new contributions to an indicator in the place of their old ones, and moves what follows."""
    moved: list[Move] = []
    for old, new in changes:
        if old is not None and new is not None and same(old, new):
            old.rev = new.rev
        else:
            moved.append((old, new))
    rows = [row for pair in moved for row in pair if row is not None]
    if not rows:
        return
    groups = {(book.unit(row.place_id), row.group_key) for row in rows if row.group_key is not None}
    gone = [*winners(book, indicator_id, groups), *(old for old, _ in moved if old and old.group_key is None)]
    leaving = [placed(row) for row in gone]
    for old, _ in moved:
        if old is not None:
            db.session.delete(old)
    db.session.flush()
    db.session.add_all([new for _, new in moved if new is not None])
    db.session.flush()
    come = [*winners(book, indicator_id, groups), *(new for _, new in moved if new and new.group_key is None)]
    _tally(book, indicator_id, leaving, [placed(row) for row in come])
    db.session().info.pop("activity", None)
    touched = {place for row in rows for place in book.chain(row.place_id)}
    refresh(book, indicator_id, touched)
    book.tell(indicator_id, touched)


def winners(book: Book, indicator_id: int, groups: Collection[Group]) -> list[ContributionRow]:
    """The contribution that counts of each group that has any."""
    if not groups:
        return []
    mine = (ContributionRow.indicator_id == indicator_id, among(ContributionRow.group_key, "keys"))
    keys = {"keys": listed(sorted({str(key) for _, key in groups}))}
    rows = list(db.session.scalars(sa.select(ContributionRow).where(*mine), keys))
    book.learn({row.place_id for row in rows})
    found: dict[Group, dict[Contribution, ContributionRow]] = {}
    for row in rows:
        group = (book.unit(row.place_id), row.group_key)
        if group in groups:
            found.setdefault(group, {})[placed(row)[1]] = row
    winning = [(of_group, rules.latest(of_group)) for of_group in found.values()]
    return [of_group[winner] for of_group, winner in winning if winner is not None]


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


def _named_anew(book: Book, record_ids: Collection[str], contents: Mapping[str, ApprovedContent]) -> set[str]:
    """Keeps what records name, and gives the records of which that has changed."""
    query = sa.select(NamedRow).where(among(NamedRow.by_record, "ids"))
    rows = db.session.scalars(query, {"ids": listed(sorted(record_ids))})
    before = {(row.by_record, row.form, row.path, row.record): row for row in rows}
    after = {(one.record_id, *named) for one in contents.values() for named in _names(book, one)}
    for gone in before.keys() - after:
        db.session.delete(before[gone])
    for by_record, *named in after - before.keys():
        db.session.add(_naming_row(book, by_record, (named[0], named[1], named[2])))
    db.session.flush()
    return {record for *_, record in before.keys() ^ after}


def _naming_row(book: Book, by_record: str, named: tuple[str, str, str]) -> NamedRow:
    form, path, record = named
    return NamedRow(campaign_id=book.campaign.id, by_record=by_record, form=form, path=path, record=record)


def _naming(record_ids: Collection[str]) -> dict[str, set[tuple[str, str]]]:
    query = sa.select(NamedRow.record, NamedRow.form, NamedRow.path).where(among(NamedRow.record, "ids"))
    found: dict[str, set[tuple[str, str]]] = {}
    for record, form, path in db.session.execute(query, {"ids": listed(sorted(record_ids))}):
        found.setdefault(record, set()).add((form, path))
    return found


# ---------------------------------------------------------------- tallies and values


def _tally(book: Book, indicator_id: int, leaving: Iterable[Placed], coming: Iterable[Placed]) -> None:
    """Moves the tallies of an indicator by what leaves and what comes."""
    changes: dict[TallyKey, list[int]] = {}
    for sign, items in ((-1, leaving), (1, coming)):
        for place_id, item in items:
            if counts_by(book, indicator_id, item.on_date):
                for key in tally_keys(book, indicator_id, place_id, item):
                    steps = (1, item.numerator, item.denominator or 0, item.provisional)
                    known = changes.get(key, (0, 0, 0, 0))
                    changes[key] = [value + sign * step for value, step in zip(known, steps, strict=True)]
    changes = {key: change for key, change in changes.items() if any(change)}
    if not changes:
        return
    before = _tallies_at(indicator_id, changes)
    rows = []
    for key, change in changes.items():
        counts = [value + step for value, step in zip(before.get(key, (0, 0, 0, 0)), change, strict=True)]
        rows.append(dict(zip(TALLY_COLUMNS, (*key, *counts), strict=True)))
    save_rows(Rows(TALLIES, rows))
    if any(row["records"] == 0 for row in rows):
        db.session.execute(sa.delete(TALLIES).where(TALLIES.c.indicator_id == indicator_id, TALLIES.c.records == 0))


def _tallies_at(indicator_id: int, keys: Collection[TallyKey]) -> dict[TallyKey, Sequence[int]]:
    table = TALLIES.c
    query = sa.select(*(table[name] for name in TALLY_COLUMNS)).where(
        table.indicator_id == indicator_id,
        table.place_id.in_(sorted({key[1] for key in keys})),
        table.period.in_(sorted({key[2] for key in keys})),
        among(table.key, "keys"),
    )
    found = db.session.execute(query, {"keys": listed(sorted({key[3] for key in keys}))})
    return {(row[0], row[1], row[2], row[3]): row[4:] for row in found}


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


def sums_within(book: Book, indicator_ids: Collection[int], window: Window) -> dict[int, tuple[int, int]]:
    """What some days added, both numbers, to indicators whose figures are sums: at the campaign's place.

    Two statements, and one more for each indicator that has groups in these days.
    """
    found = dict.fromkeys(indicator_ids, (0, 0))
    grouped = {key for key in indicator_ids if book.indicators[key].latest_by}
    table = ContributionRow
    days = table.on_date.between(window.first, window.last)
    query = sa.select(table.indicator_id, sa.func.sum(table.numerator), sa.func.sum(table.denominator))
    query = query.where(table.indicator_id.in_(sorted(set(indicator_ids) - grouped)), days)
    query = query.where(*_fallen_due(book, indicator_ids)).group_by(table.indicator_id)
    for key, numerator, denominator in db.session.execute(query):
        found[key] = (int(numerator), int(denominator or 0))
    rows = list(db.session.scalars(sa.select(table).where(table.indicator_id.in_(sorted(grouped)), days)))
    book.learn({row.place_id for row in rows})
    by_indicator: dict[int, set[ContributionRow]] = {}
    for row in rows:
        by_indicator.setdefault(row.indicator_id, set()).add(row)
    for key, here in by_indicator.items():
        groups = {(book.unit(row.place_id), row.group_key) for row in here if row.group_key is not None}
        alone = {row for row in here if row.group_key is None}
        counting_ones = alone | here.intersection(winners(book, key, groups))
        found[key] = (
            sum(row.numerator for row in counting_ones),
            sum(row.denominator or 0 for row in counting_ones),
        )
    return found


def _fallen_due(book: Book, indicator_ids: Collection[int]) -> list[sa.ColumnElement[bool]]:
    """What matures counts once its day has passed."""
    table = ContributionRow
    maturing = [key for key in indicator_ids if book.indicators[key].matures]
    return [sa.or_(table.indicator_id != key, table.on_date < book.rows[key].counted_on) for key in maturing]


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
    _tally(book, indicator_id, (), due)
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
    rows = list(rows)
    book.learn({row.place_id for row in rows})
    items: list[tuple[int, Placed]] = []
    groups: dict[tuple[int, Group], dict[Contribution, int]] = {}
    for row in rows:
        place_id, item = placed(row)
        if item.group_key is None:
            items.append((row.indicator_id, (place_id, item)))
        else:
            group = (book.unit(place_id), item.group_key)
            groups.setdefault((row.indicator_id, group), {})[item] = place_id
    for (indicator_id, _), of_group in groups.items():
        if (winner := rules.latest(of_group)) is not None:
            items.append((indicator_id, (of_group[winner], winner)))
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
