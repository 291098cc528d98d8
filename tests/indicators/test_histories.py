"""Whatever happens to records, in whatever order: figures kept step by step are those counted from nothing.

The records are made up here and the database is real: each example goes on where the one before it ended, so that
thousands of examples are one long history. `BEN_HISTORIES=3000` makes it that long.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.db import transaction
from server.indicators import counting, service
from server.indicators.book import open_book
from server.places import service as places
from server.records import approved
from server.records.approved import ApprovedContent
from tests.indicators.test_service import state
from tests.tools.chain import Chain
from tests.tools.clocks import StillClock

MANY = int(os.environ.get("BEN_HISTORIES", "60"))
FIRST = date(2022, 12, 1)
COMMUNES = ("xa-ngai-xuyen", "xa-thanh-son", "xa-dai-an", "huyen-tra-cu")
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
        st.sampled_from(["approve", "approve", "approve", "reject", "tomorrow"]),
        st.integers(1, 12),  # which record
        st.sampled_from(FORMS),
        st.integers(0, 40),
        st.integers(0, 390),  # which day
        st.sampled_from(COMMUNES),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(asked=steps)
def test_figures_kept_step_by_step_are_those_counted_from_nothing(
    chain: Chain, app: Flask, clock: StillClock, book: dict[str, ApprovedContent], asked: list[Any]
) -> None:
    @transaction
    def follow(record: str) -> None:
        counting.replace(open_book(chain.campaign), [record])

    for what, which, form, number, days, commune in asked:
        record = f"1-{which}"
        if what == "tomorrow":
            clock.advance(days=1 + number // 8)
            service.tick()
            continue
        if what == "reject":
            book.pop(record, None)
        else:
            kind = book[record].form_key if record in book else form  # a record keeps its form
            book[record] = content(chain, record, kind, number, FIRST + timedelta(days=days), places.by_key(commune))
        follow(record)
    kept = state()
    service.rebuild(chain.campaign)
    assert state() == kept


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
