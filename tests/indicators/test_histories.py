"""Whatever happens to records, in whatever order: figures kept step by step are those counted from nothing.

Records are approved, corrected, moved, merged and taken back; periods are signed, and corrected for what came late;
days pass, and places go into others. The records are made up here and the database is real: each example goes on where
the one before it ended, so that thousands of examples are one long history. `BEN_HISTORIES=3000` makes it that long.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.campaigns.calendars import Calendar
from server.db import snapshot, transaction
from server.indicators import closing, counting, service
from server.indicators.book import open_book
from server.people import service as people
from server.people.rules import Actor
from server.places import service as places
from server.problems import Problem
from server.records import approved
from server.records.approved import ApprovedContent
from tests.indicators.test_service import state
from tests.tools.chain import DISTRICT, Chain
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone

MANY = int(os.environ.get("BEN_HISTORIES", "100"))
FIRST = date(2022, 12, 1)
# The first two have gone into the last one since the reform of 2025.
COMMUNES = ("xa-ngai-xuyen", "xa-thanh-son", "xa-dai-an", "huyen-tra-cu", "xa-tra-cu-2025")
REFORM = datetime(2025, 7, 2, 5, tzinfo=UTC)
FORMS = ("TNGT-01", "TNGT-02", "TT-04", "CK-05", "NCO-03", "QS-06", "BC-09")


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> dict[str, ApprovedContent]:
    """What is approved of each record, in the place of the records' own tables."""
    known: dict[str, ApprovedContent] = {}

    def contents(record_ids: Sequence[str]) -> Iterator[ApprovedContent]:
        return iter([known[key] for key in sorted(record_ids) if key in known])

    monkeypatch.setattr(approved, "ids", lambda _campaign: sorted(known))
    monkeypatch.setattr(approved, "contents", contents)
    return known


def answers(form: str, number: int, day: date) -> dict[str, Any]:
    """Answers of a form; `number` makes them differ."""
    few = number % 4
    if form == "TNGT-01":
        return {"consequences/deaths_seen": few, "consequences/injured_seen": number % 7}
    if form == "TNGT-02":
        return {
            "quick_reports": " ".join(f"1-{1 + (number + step) % 12}" for step in range(few)),
            "case_ref": [None, "12/2023", "13/2023", None][few],
            "deaths": number % 3,
            "injured": number % 5,
            "findings/counts_in_stats": "no" if number % 9 == 0 else "yes",
            "findings/alcohol_confirmed": ["yes", "no", "unknown"][number % 3],
            "findings/severity_final": ["vc", "int", "nt", "dbnt"][few],
            "findings/scale_version": "tt26_2024" if number % 5 == 0 else "tt58_2009",
        }
    if form == "TT-04":
        return {"attendees_total": 1 + number, "hamlet": [None, "Ấp Chợ", "ấp  chợ", "Xoài Lơ"][few]}
    if form == "CK-05":
        return {"pledge_type": "helmet", "group": "pupils", "target_count": 40 + number, "signed_count": number % 30}
    if form == "NCO-03":
        done = None if few == 0 else (day + timedelta(days=few)).isoformat()
        return {"handling/due_date": (day + timedelta(days=2)).isoformat(), "handling/done_on": done}
    return {"riders_total": 50 + number, "helmet_ok": number % 50} if form == "QS-06" else {}


steps = st.lists(
    st.tuples(
        st.sampled_from(["approve"] * 7 + ["reject"] * 2 + ["sign", "tomorrow"]),
        st.integers(1, 14),  # which record
        st.sampled_from(FORMS),
        st.integers(0, 40),
        st.integers(0, 390),  # which day
        st.sampled_from(COMMUNES),
    ),
    min_size=3,
    max_size=24,
)


@settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(asked=steps)
def test_figures_kept_step_by_step_are_those_counted_from_nothing(
    chain: Chain, offices: Offices, clock: StillClock, book: dict[str, ApprovedContent], asked: list[Any]
) -> None:
    waiting: set[str] = set()

    def follow() -> None:
        """What the worker does with decisions that wait together."""
        if waiting:
            offices.follow(waiting)
            waiting.clear()

    for what, which, form, number, days, commune in asked:
        record = f"1-{which}"
        if what in ("tomorrow", "sign") or (number % 3 == 0 and record in waiting):
            follow()
        if what == "tomorrow":
            clock.set(max(REFORM, clock.now) if number == 40 else clock.now + timedelta(days=1 + number // 8))
            service.tick()
        elif what == "sign":
            offices.sign(days)
        elif what == "reject":
            book.pop(record, None)
            waiting.add(record)
        else:
            kind = book[record].form_key if record in book else form  # a record keeps its form
            book[record] = content(chain, record, kind, number, FIRST + timedelta(days=days), places.by_key(commune))
            waiting.add(record)
    follow()
    kept = figures()
    service.rebuild(chain.campaign)
    for mine, again in zip(kept, figures(), strict=True):
        assert ([row for row in mine if row not in again], [row for row in again if row not in mine]) == ([], [])
    offices.count(asked)


def figures() -> list[list[Any]]:
    """Everything that figures are, without the empty rows by which a successor is told of once."""
    contributions, tallies, values, named = state()
    return [contributions, tallies, [row for row in values if row[2]], named]


class Offices:
    """The worker, the standing office and a leader; what was done is counted, so that it surely was."""

    def __init__(self, chain: Chain) -> None:
        self.campaign = chain.campaign
        self.office, self.leader = (
            actor(chain.phone(name, role, DISTRICT)) for name, role in (("C", "TT"), ("L", "LD"))
        )
        self.done: Counter[str] = Counter()

    @transaction
    def follow(self, records: set[str]) -> None:
        """Counts what became of these records."""
        counting.replace(open_book(self.campaign), records)

    def sign(self, days: int) -> None:
        """Closes the period that holds a day, or corrects it; nothing where it isn't over or nothing waits."""
        period = Calendar(15).period(FIRST + timedelta(days=days))
        try:
            closing.prepare(self.office, self.campaign, period.first)
            closing.sign(self.leader, self.campaign, period.first)
            self.done["signed"] += 1
        except Problem as problem:
            self.done[problem.slug] += 1

    def count(self, asked: list[Any]) -> None:
        """Notes what was asked for."""
        self.done.update(what for what, *_ in asked)


@snapshot
def actor(phone: Phone) -> Actor:
    found = people.owner(phone.device or 0)
    assert found is not None
    return found


@pytest.fixture
def offices(chain: Chain) -> Iterator[Offices]:
    """Those who close periods; periods were signed, corrected and found closed by the end."""
    made = Offices(chain)
    yield made
    assert made.done["signed"] > 0
    assert made.done["approve"] > MANY


def content(chain: Chain, record: str, form: str, number: int, day: date, place: int) -> ApprovedContent:
    return ApprovedContent(
        record_id=record,
        rev=1,
        place_id=place,
        author_id=1 + number % 5,
        form_key=form,
        form_version_id=chain.versions[form],
        campaign_id=chain.campaign,
        level="confirmed" if number % 4 else "approved",
        occurred_on=day,
        arrived=datetime.combine(day + timedelta(days=number % 9), time(5), UTC),
        waited_minutes=number * 13,
        values={path: value for path, value in answers(form, number, day).items() if value is not None},
    )
