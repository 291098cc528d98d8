"""Trà Cú's figures counted a second time, in plain SQL over records, revisions and reviews: recount.sql.

Nothing of the product's counting is used: calendar (15th to 14th), units and what counts are written down again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import sqlalchemy as sa

from server import clock
from server.app import create_app
from server.campaigns import service as campaigns
from server.campaigns.rules import Window
from server.db import db, transaction
from server.indicators import closing, held, service
from server.indicators.book import Book, open_book

Key = tuple[str, int, str | None]
Pair = tuple[int | None, int | None]
DAY = timedelta(days=1)
OUTCOME, LAUNCH, UNTIL = date(2022, 12, 15), date(2023, 3, 20), date(2023, 12, 14)
HAMLETS, POPULATION = 138, 146329
HAZARDS = ("H1", "H2", "H3", "H4")
SUMS = (
    "A1",
    "A2",
    "A3",
    "A4",
    "A4b",
    "A4c",
    "A5",
    "A7",
    "R1",
    "R2",
    "R3",
    "R5",
    "P2",
    "P3",
    "P4",
    "P5",
    "P11",
    "P12",
    "P13",
    "P14",
    *HAZARDS,
)

PLACES = """
CREATE TEMPORARY TABLE above AS
WITH RECURSIVE line(place, at, depth) AS (
    SELECT id, id, 0 FROM places
    UNION ALL
    SELECT line.place, place_parents.parent_id, line.depth + 1
    FROM line JOIN place_parents ON place_parents.place_id = line.at
    WHERE tree = 'admin' AND valid_from <= '2023-03-20' AND (valid_to IS NULL OR valid_to > '2023-03-20')
)
SELECT line.place, line.at, coalesce(home.at, line.place) AS unit
FROM line
LEFT JOIN (
    SELECT line.place, line.at FROM line JOIN place_versions ON place_versions.place_id = line.at
    WHERE kind IN ('xa', 'thi_tran') AND valid_from <= '2023-03-20' AND (valid_to IS NULL OR valid_to > '2023-03-20')
) AS home ON home.place = line.place
WHERE EXISTS (
    SELECT 1 FROM line AS up JOIN places ON places.id = up.at
    WHERE up.place = line.at AND places.key = 'huyen-tra-cu'
)
"""
APPROVED = """
CREATE TEMPORARY TABLE approved AS
SELECT records.id AS record, forms.key AS form, place_id AS place, author_id AS author, level,
    {arrived} AS arrived, {waited} AS waited, {device} AS by_device, {number} AS by_number
FROM records
JOIN form_versions ON form_versions.id = records.form_version_id JOIN forms ON forms.id = form_versions.form_id
JOIN revisions ON revisions.record_id = records.id AND revisions.rev = records.approved_rev
JOIN (
    SELECT record_id, rev, min(received_at) AS at FROM reviews WHERE decision = 'approve' GROUP BY record_id, rev
) AS decided ON decided.record_id = records.id AND decided.rev = records.approved_rev
"""
DIALECTS = {
    "sqlite": {
        "arrived": "date(records.created_at, '+7 hours')",
        "waited": "(strftime('%s', decided.at) - strftime('%s', revisions.received_at)) / 60",
        "device": "CAST(substr(records.id, 1, instr(records.id, '-') - 1) AS integer)",
        "number": "CAST(substr(records.id, instr(records.id, '-') + 1) AS integer)",
        "answers": "json_each(revisions.document) AS entry",
        "name": "entry.key",
        "value": "CAST(entry.value AS text)",
    },
    "postgresql": {
        "arrived": "to_char(records.created_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD')",
        "waited": "CAST(floor(extract(epoch FROM decided.at - revisions.received_at) / 60) AS integer)",
        "device": "CAST(split_part(records.id, '-', 1) AS integer)",
        "number": "CAST(split_part(records.id, '-', 2) AS integer)",
        "answers": "json_each_text(CAST(revisions.document AS json)) AS entry(key, value)",
        "name": "entry.key",
        "value": "entry.value",
    },
}
ANSWERS = """
CREATE TEMPORARY TABLE answer AS
SELECT records.id AS record, {name} AS path, {value} AS value
FROM records JOIN revisions ON revisions.record_id = records.id AND revisions.rev = records.approved_rev, {answers}
WHERE {value} IS NOT NULL
"""


def periods() -> list[tuple[date, date]]:
    """The reporting months of the year: each from the 15th to the 14th."""
    found, first = [], OUTCOME
    while first <= UNTIL:
        following = date(first.year + first.month // 12, first.month % 12 + 1, 15)
        found.append((first, following - DAY))
        first = following
    return found


def recount(connection: sa.Connection, today: date) -> dict[Key, Pair]:
    """(numerator, denominator) by indicator, place and period (None: as it is shown today); 0 is left out."""
    _prepare(connection, today)
    found: dict[Key, Pair] = {}
    for code in SUMS:
        found |= _summed(connection, code)
    found |= _distinct(connection, today)
    found |= _median(connection)
    found |= _weeks(connection, today)
    return found | _with_facts(connection, found)


def _prepare(connection: sa.Connection, today: date) -> None:
    words = DIALECTS[connection.dialect.name]
    for statement in (PLACES, APPROVED.format(**words), ANSWERS.format(**words)):
        connection.execute(sa.text(statement))
    connection.execute(sa.text("CREATE INDEX answers ON answer(record, path)"))
    connection.execute(sa.text("CREATE TEMPORARY TABLE period (first text, last text, due text)"))
    for first, last in periods():
        row = {"first": first, "last": last, "due": last + 5 * DAY}
        connection.execute(sa.text("INSERT INTO period VALUES (:first, :last, :due)"), _texts(row))
    given = {"outcome": OUTCOME, "launch": LAUNCH, "until": UNTIL, "today": today}
    for statement in (Path(__file__).with_suffix(".sql")).read_text(encoding="utf-8").split("\n;\n"):
        if statement.strip():
            text = sa.text(statement)
            values = {**_texts(given), "least": 4}
            connection.execute(text, {name: values[name] for name in text.compile().params})


def _texts(given: Mapping[str, date]) -> dict[str, Any]:
    return {name: day.isoformat() for name, day in given.items()}


BY_PLACE = """
SELECT at, {period} AS period, {figure} FROM item JOIN above ON above.place = item.place {join}
WHERE code = :code {only} GROUP BY 1, 2
"""


def _ask(connection: sa.Connection, code: str, figure: str, only: str = "") -> Iterator[Any]:
    """A figure of each place, as a whole and by period."""
    within = "JOIN period ON item.day BETWEEN period.first AND period.last"
    for period, join, kept in (("''", "", only), ("period.first", within, "")):
        if period == "''" and only == "never":
            continue
        text = BY_PLACE.format(period=period, figure=figure, join=join, only=kept)
        yield from connection.execute(sa.text(text), {"code": code})


def _summed(connection: sa.Connection, code: str) -> dict[Key, Pair]:
    rows = _ask(connection, code, "sum(num), sum(den)")
    return {(code, row[0], row[1] or None): (int(row[2]), None if row[3] is None else int(row[3])) for row in rows}


def _distinct(connection: sa.Connection, today: date) -> dict[Key, Pair]:
    """Hamlets of the quarter, people of the month, communes: each counted once."""
    month = max(first for first, _ in periods() if first <= min(today, UNTIL))
    number = [first for first, _ in periods()].index(month)
    quarter = periods()[number - number % 3][0]  # the year's quarters begin with its first month
    only = {"P1": f"AND day >= '{quarter}'", "P6": f"AND day >= '{month}'", "P9": "", "P8": ""}
    found: dict[Key, Pair] = {}
    units = _units(connection)
    due = [last for first, last in periods() if last >= LAUNCH and last + 5 * DAY < today]
    for code, kept in only.items():
        for at, period, many in _ask(connection, code, "count(DISTINCT thing)", kept):
            of = {"P9": units.get(at, 0), "P8": units.get(at, 0) * (1 if period else len(due))}.get(code)
            found[code, at, period or None] = (int(many), of)
    return found


def _units(connection: sa.Connection) -> dict[int, int]:
    """How many communes and townships lie at each place."""
    query = """
    SELECT at, count(DISTINCT unit) FROM above JOIN place_versions ON place_id = unit AND kind IN ('xa', 'thi_tran')
    WHERE place = unit GROUP BY at
    """
    return {row[0]: row[1] for row in connection.execute(sa.text(query))}


def _median(connection: sa.Connection) -> dict[Key, Pair]:
    """The middle of waiting times, of two the mean rounded up by half."""
    found: dict[Key, Pair] = {}
    for period, join in (("''", ""), ("period.first", "JOIN period ON item.day BETWEEN period.first AND period.last")):
        text = f"""
        SELECT at, period, sum(num), count(*), max(many) FROM (
            SELECT at, {period} AS period, num, count(*) OVER (PARTITION BY at, {period}) AS many,
                row_number() OVER (PARTITION BY at, {period} ORDER BY num) AS position
            FROM item JOIN above ON above.place = item.place {join} WHERE code = 'P10'
        ) AS sorted WHERE position IN ((many + 1) / 2, (many + 2) / 2) GROUP BY at, period
        """
        for at, first, total, middle, many in connection.execute(sa.text(text)):
            found["P10", at, first or None] = ((int(total) + middle - 1) // middle, int(many))
    return found


def _weeks(connection: sa.Connection, today: date) -> dict[Key, Pair]:
    """Communes with something in every week that lies whole in the window, or in the period, and has ended."""
    spans: list[tuple[str | None, date, date]] = [(None, LAUNCH, UNTIL)]
    spans += [(first.isoformat(), max(first, LAUNCH), last) for first, last in periods()]
    units = _units(connection)
    found: dict[Key, Pair] = {}
    for period, first, last in spans:
        monday = first + timedelta(days=-first.weekday() % 7)
        until = min(last, today - DAY)
        mondays = [monday + 7 * DAY * number for number in range(60) if monday + 7 * DAY * number + 6 * DAY <= until]
        weeks = " UNION ALL ".join(f"SELECT '{one}' AS monday, '{one + 6 * DAY}' AS sunday" for one in mondays)
        if not mondays:
            continue
        text = f"""
        SELECT at, sum(CASE WHEN weeks = {len(mondays)} THEN 1 ELSE 0 END) FROM (
            SELECT at, thing, count(DISTINCT monday) AS weeks
            FROM item JOIN above ON above.place = item.place
            LEFT JOIN ({weeks}) AS week ON day BETWEEN monday AND sunday
            WHERE code = 'P7' AND day BETWEEN '{first}' AND '{last}' GROUP BY at, thing
        ) AS done GROUP BY at
        """
        for at, many in connection.execute(sa.text(text)):
            found["P7", at, period] = (int(many), units.get(at, 0))
    return found


def _with_facts(connection: sa.Connection, found: Mapping[Key, Pair]) -> dict[Key, Pair]:
    """Of the district the number of hamlets and of people is known."""
    facts, here = {"P1": HAMLETS, "A7": POPULATION}, district(connection)
    known = {key: pair for key, pair in found.items() if key[0] in facts}
    return {key: (pair[0], facts[key[0]] if key[1] == here else None) for key, pair in known.items()}


def district(connection: sa.Connection) -> int:
    return int(connection.execute(sa.text("SELECT id FROM places WHERE key = 'huyen-tra-cu'")).scalar_one())


def last_death(connection: sa.Connection) -> dict[int, str]:
    """The last day with a death at each place; after `recount`."""
    query = "SELECT at, max(day) FROM item JOIN above ON above.place = item.place WHERE code = 'A6' GROUP BY at"
    return {row[0]: row[1] for row in connection.execute(sa.text(query))}


# ---------------------------------------------------------------- against the product


class _Compared(Exception):
    """Ends the transaction, in which nothing is to stay."""

    def __init__(self, found: tuple[list[str], int]) -> None:
        super().__init__()
        self.found = found


def compared(campaign: int) -> tuple[list[str], int]:
    """Every figure of the product that differs from the recount, in words, and how many were compared.

    What waits for a correction is counted first, as if it were signed: SQL knows of no signature. Nothing stays of it.
    """
    try:
        _compared(campaign)
    except _Compared as done:
        return done.found
    raise AssertionError("it ends with an answer")


@transaction
def _compared(campaign: int) -> None:
    book = open_book(campaign)
    closing.apply(book, held.waiting(book.rows))
    raise _Compared(_compare(book))


def _compare(book: Book) -> tuple[list[str], int]:
    connection = db.session.connection()
    counted = recount(connection, clock.today())
    product = _shown(book) | _by_period(book)
    differing = [
        f"{key}: product {product.get(key)}, SQL {counted.get(key)}"
        for key in sorted(product.keys() | counted.keys(), key=repr)
        if not _agree(key[0], product.get(key), counted.get(key))
    ]
    days, last = _last_days(book), last_death(connection)
    differing += [f"A6 at {at}: product {days.get(at)}, SQL {last.get(at)}" for at in days if days[at] != last.get(at)]
    return differing, len(product.keys() | counted.keys()) + len(days)


def _agree(code: str, product: Pair | None, counted: Pair | None) -> bool:
    """What SQL has no row of is nothing; a share of nothing is none, of 17 communes it is none of 17."""
    if counted is None:
        ratio = code in ("A4b", "A4c", "P3", "P4", "P5", "P10")
        return product is None or (not product[0] and (not ratio or not product[1]))
    return product == counted


def _shown(book: Book) -> dict[Key, Pair]:
    """The figures as they are shown, at every place."""
    found: dict[Key, Pair] = {}
    for indicator in book.indicators.values():
        if indicator.kind not in ("all_of", "days_since"):
            for place, figure in service.figures(book.campaign.id, indicator.code).items():
                found[indicator.code, place, None] = (figure.numerator, figure.denominator)
    return found


def _by_period(book: Book) -> dict[Key, Pair]:
    """The figures of each period as they are signed, at every place."""
    found: dict[Key, Pair] = {}
    for first, last in periods():
        for one in closing.figures(book, Window(first, last)):
            if one["code"] != "A6":
                found[one["code"], one["place"], first.isoformat()] = (one["numerator"], one["denominator"])
    return found


def _last_days(book: Book) -> dict[int, str | None]:
    figures = service.figures(book.campaign.id, "A6")
    return {at: figure.since.isoformat() if figure.since else None for at, figure in figures.items()}


def main() -> None:
    """`python -m tests.tools.recount`: compares the campaigns of the database that the environment names."""
    with create_app().app_context():
        for campaign in campaigns.all_campaigns():
            began = monotonic()
            differing, many = compared(campaign.id)
            print(*differing, sep="\n")
            print(f"{campaign.key}: {many} figures compared in {monotonic() - began:.0f} s, {len(differing)} differ.")


if __name__ == "__main__":
    main()
