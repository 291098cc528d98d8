"""What counts of records: the content of their approved revisions. Inside a transaction or snapshot."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from server import clock
from server.campaigns.rules import Window
from server.db import db
from server.forms import rules as form_rules
from server.forms import service as forms
from server.records.tables import RecordRow, ReviewRow, RevisionRow
from server.statements import among, listed

# So many documents at once while a campaign is counted anew.
PAGE = 500


@dataclass(frozen=True)
class ApprovedContent:
    """What counts of a record: the values of its approved revision, where they belong and when it happened.

    `level` is how far it has come (`sync.approval`).
    `arrived` is when the record first reached the server, `waited_minutes` how long the approved revision waited for
    its approval there: the server's times, since a phone's clock may be wrong.
    """

    record_id: str
    rev: int
    place_id: int
    author_id: int
    form_key: str
    form_version_id: int
    campaign_id: int
    level: str | None
    occurred_on: date | None
    arrived: datetime
    waited_minutes: int | None
    values: Mapping[str, Any]


def ids(campaign_id: int) -> list[str]:
    """The ids of all records of a campaign that count."""
    query = sa.select(RecordRow.id).where(
        RecordRow.approved_rev.is_not(None), RecordRow.form_version_id.in_(forms.version_ids(campaign_id))
    )
    return list(db.session.scalars(query.order_by(RecordRow.id)))


def ids_of(campaign_id: int, form_key: str, place_ids: Collection[int]) -> list[str]:
    """The ids of the records of one form that count at these places."""
    versions = [one for one in forms.version_ids(campaign_id) if forms.compiled(one)["key"] == form_key]
    query = sa.select(RecordRow.id).where(
        RecordRow.approved_rev.is_not(None),
        RecordRow.form_version_id.in_(versions),
        among(RecordRow.place_id, "places"),
    )
    return list(db.session.scalars(query.order_by(RecordRow.id), {"places": listed(sorted(place_ids))}))


def contents(record_ids: Sequence[str]) -> Iterator[ApprovedContent]:
    """The approved revisions of those records that have one, in order of id, some hundred at a time."""
    for start in range(0, len(record_ids), PAGE):
        yield from _page(record_ids[start : start + PAGE])


def _page(record_ids: Sequence[str]) -> Iterator[ApprovedContent]:
    given = {"ids": listed(sorted(record_ids))}
    counts = sa.and_(RevisionRow.record_id == RecordRow.id, RevisionRow.rev == RecordRow.approved_rev)
    query = sa.select(RecordRow.__table__, RevisionRow.document, RevisionRow.at, RevisionRow.received_at)
    query = query.join(RevisionRow, counts).where(among(RecordRow.id, "ids")).order_by(RecordRow.id)
    decided = sa.select(ReviewRow.record_id, ReviewRow.rev, sa.func.min(ReviewRow.received_at))
    decided = decided.where(among(ReviewRow.record_id, "ids"), ReviewRow.decision == "approve")
    decided = decided.group_by(ReviewRow.record_id, ReviewRow.rev)
    approvals = {(row[0], row[1]): row[2] for row in db.session.execute(decided, given)}
    rows = db.session.execute(query, given).all()
    compiled = forms.compiled_many({row.form_version_id for row in rows})
    for row in rows:
        form = compiled[row.form_version_id]
        campaign_id = forms.campaign_of(row.form_version_id)
        assert campaign_id is not None  # noqa: S101  # the foreign key holds it
        yield ApprovedContent(
            record_id=row.id,
            rev=row.approved_rev,
            place_id=row.place_id,
            author_id=row.author_id,
            form_key=form["key"],
            form_version_id=row.form_version_id,
            campaign_id=campaign_id,
            level=row.level,
            occurred_on=day_of(row.document.get(form["occurrence"])) or clock.local_day(row.created_at),
            arrived=row.created_at,
            waited_minutes=_minutes(row.received_at, approvals.get((row.id, row.approved_rev))),
            values=form_rules.counted(form, row.document, row.at),
        )


def hands(record_ids: Collection[str]) -> dict[str, set[int]]:
    """By record: who wrote it, and who decided on the revision that was decided on last."""
    given = {"ids": listed(sorted(record_ids))}
    authors = sa.select(RecordRow.id, RecordRow.author_id).where(among(RecordRow.id, "ids"))
    found = {record_id: {author_id} for record_id, author_id in db.session.execute(authors, given)}
    decided = sa.select(ReviewRow.record_id, ReviewRow.rev, ReviewRow.person_id).where(
        among(ReviewRow.record_id, "ids")
    )
    by_record: dict[str, dict[int, set[int]]] = {}
    for record_id, rev, person_id in db.session.execute(decided, given):
        by_record.setdefault(record_id, {}).setdefault(rev, set()).add(person_id)
    for record_id, by_rev in by_record.items():
        found[record_id] |= by_rev[max(by_rev)]
    return found


def reported(campaign_id: int, form: str, period: Window) -> set[int]:
    """The places of which a record of a form says that it happened in a period, however far it has come."""
    versions = [key for key, one in forms.compiled_many(forms.version_ids(campaign_id)).items() if one["key"] == form]
    query = sa.select(RecordRow.place_id, RecordRow.form_version_id, RevisionRow.document)
    heads = sa.and_(RevisionRow.record_id == RecordRow.id, RevisionRow.rev == RecordRow.rev)
    query = query.join(RevisionRow, heads).where(RecordRow.form_version_id.in_(versions), RecordRow.state != "rejected")
    days = {
        (row.place_id, day_of(row.document.get(forms.compiled(row.form_version_id)["occurrence"])))
        for row in db.session.execute(query)
    }
    return {place_id for place_id, day in days if day is not None and period.holds(day)}


def _minutes(since: datetime, until: datetime | None) -> int | None:
    return None if until is None else max(0, int((until - since).total_seconds() // 60))


def day_of(value: object) -> date | None:
    """The local date of a date or date-time answer: the day as it was written down, whatever the server's zone."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def point_of(value: object) -> tuple[float, float] | None:
    """Latitude and longitude of an answer ('9.68 106.26 3 12'); None where it is none."""
    parts = str(value or "").split()
    try:
        latitude, longitude = float(parts[0]), float(parts[1])
    except (IndexError, ValueError):
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
