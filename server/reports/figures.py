"""Figures as tables: of every reporting period and unit for the office, of a year that is over for everybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from server import clock
from server.db import snapshot
from server.indicators.rules import percent_of
from server.indicators.spans import Case, Span
from server.indicators.tallying import Figure
from server.people.rules import Actor
from server.places import service as places
from server.problems import Problem
from server.reports import public
from server.reports.spans import Asked, Chosen, choose

HEADER = (
    "indicator", "name", "unit", "place_code", "place", "from", "to", "signed", "numerator", "denominator", "percent",
)  # fmt: skip
PUBLIC = ("bảng", "mục", "số vụ", "số người chết", "số người bị thương")
ALL = "Tổng cộng"
WHOLE = "Toàn địa bàn (vụ đặc biệt nghiêm trọng)"
Row = Sequence[object]


@snapshot
def by_period(actor: Actor, asked: Asked) -> list[Row]:
    """The figures of each reporting period of a span: of the place asked for and its units. Problem 'not-found'."""
    chosen = choose(actor, asked)
    return list(_by_period(chosen))


def _by_period(chosen: Chosen) -> Iterator[Row]:
    whole = Span(chosen.campaign.id, chosen.window)
    here = list(dict.fromkeys([chosen.place_id, *whole.units(chosen.place_id)]))
    named = {int(key): one for key, one in places.documents([str(one) for one in here], None).items()}
    today = clock.today(chosen.campaign.zone)
    signed = {window.first for window in whole.book.signed}
    codes = [code for code, key in whole.codes.items() if whole.book.indicators[key].kind != "all_of"]
    for period in whole.book.calendar.periods(chosen.window):
        if period.first > today:
            continue
        figures = whole.within(period).figures(codes, here)
        done = "yes" if whole.book.calendar.period(period.first).first in signed else "no"
        for (code, place_id), figure in figures.items():
            if figure is not None:
                indicator, place = whole.indicator(code), named[place_id]
                what = [code, indicator.name["vi"], indicator.unit["vi"], place["code"], place["name"]["vi"]]
                yield [*what, period.first.isoformat(), period.last.isoformat(), done, *_numbers(figure)]


def _numbers(figure: Figure) -> list[object]:
    percent = percent_of(figure.numerator, figure.denominator) if figure.denominator else None
    return [figure.numerator, figure.denominator, percent]


# ---------------------------------------------------------------- for everybody


@snapshot
def for_everybody(actor: Actor, asked: Asked) -> list[Row]:
    """Anonymised figures of a year. Problems: 'not-found'; 'period-open' before the year is over."""
    chosen = choose(actor, asked)
    if not actor.may("export", chosen.place_id):
        raise Problem("not-found")
    if chosen.kind != "year" or chosen.window.last >= clock.today(chosen.campaign.zone):
        raise Problem("period-open")
    codes = (chosen.campaign.report or {})["accidents"]["counts"][:3]
    span = Span(chosen.campaign.id, chosen.window)
    return list(_published(chosen, span, span.cases(codes, chosen.place_id), codes))


def _published(chosen: Chosen, span: Span, cases: Sequence[Case], codes: Sequence[str]) -> Iterator[Row]:
    tables: dict[str, dict[str, list[Case]]] = {
        "Đơn vị": _by_unit(chosen, span),
        "Tháng": {_month(span, period.last): [] for period in span.book.calendar.periods(chosen.window)},
        "Giờ": {band: [] for band in ("00:00 – 06:00", "06:00 – 12:00", "12:00 – 18:00", "18:00 – 24:00", "")},
    }
    times = span.occurrences(codes[0])
    worst = span.book.scales.order[0] if span.book.scales else None
    called = places.names(span.book.units, chosen.window.last)
    for case in cases:
        unit = span.book.unit(case.place_id)
        open_unit = unit in called and case.values.get("@severity") != worst
        tables["Đơn vị"].setdefault(called[unit].vi if open_unit else WHOLE, []).append(case)
        tables["Tháng"][_month(span, span.book.calendar.period(case.on_date).last)].append(case)
        moment = next((case.values[one] for one in times if one in case.values), None)
        tables["Giờ"][public.part_of_day(moment)].append(case)
    counts = {
        name: {row: tuple(sum(case.adds.get(code, 0) for case in mine) for code in codes) for row, mine in rows.items()}
        for name, rows in tables.items()
    }
    for name, table in public.publish(counts).items():
        for row, numbers in [*table.rows.items(), (ALL, table.total)]:
            if row or any(number != 0 for number in numbers):
                yield [name, row or "Chưa rõ", *(public.HIDDEN if one is None else one for one in numbers)]


def _by_unit(chosen: Chosen, span: Span) -> dict[str, list[Case]]:
    called = places.names(span.units(chosen.place_id), chosen.window.last)
    return {name: [] for name in sorted(one.vi for one in called.values())}


def _month(span: Span, last: date) -> str:
    year, number = span.book.calendar.months.month(last)
    return f"{number:02d}/{year}"
