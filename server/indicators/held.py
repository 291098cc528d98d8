"""What comes too late: changes to a reporting period that is signed wait until their correction is signed too."""

from __future__ import annotations

from collections.abc import Collection, MutableMapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from server import clock
from server.campaigns.rules import Window
from server.db import db
from server.indicators.tables import ClosingRow, ContributionRow, CorrectionRow
from server.statements import among, listed

MEMBERS = ("rev", "place_id", "on_date", "numerator", "denominator", "group_key", "key", "provisional")
Document = dict[str, Any]


def signed(campaign_id: int) -> list[Window]:
    """The reporting periods of a campaign that are signed."""
    query = sa.select(ClosingRow.starts_on, ClosingRow.ends_on).where(
        ClosingRow.campaign_id == campaign_id, ClosingRow.signed_at.is_not(None)
    )
    return [Window(first, last) for first, last in db.session.execute(query.distinct().order_by(ClosingRow.starts_on))]


def of_records(record_ids: Collection[str]) -> dict[tuple[int, str], CorrectionRow]:
    """What waits of these records, by indicator and record."""
    query = sa.select(CorrectionRow).where(among(CorrectionRow.record_id, "ids"))
    rows = db.session.scalars(query, {"ids": listed(sorted(record_ids))})
    return {(row.indicator_id, row.record_id): row for row in rows}


def hold(
    periods: Sequence[Window],
    key: tuple[int, str],
    change: tuple[ContributionRow | None, ContributionRow | None],
    known: CorrectionRow | None,
) -> bool:
    """Whether a change waits for a correction, because it falls into a signed period: it is kept, and not counted.

    `known`: what waits of it already. A change back to what counts leaves nothing to correct.
    """
    old, new = change
    before, after = _content(old), _content(new)
    days = [row.on_date for row in (old, new) if row is not None]
    closed = next((period for period in periods for day in days if period.holds(day)), None)
    if closed is None or _same(before, after):
        if known is not None:
            db.session.delete(known)
        return False
    if known is None:
        known = CorrectionRow(indicator_id=key[0], record_id=key[1], before=before)
        db.session.add(known)
    known.starts_on, known.after, known.found_at = closed.first, after, clock.now()
    known.place_id = (new or old).place_id  # type: ignore[union-attr]  # one of them is there, since they differ
    return True


def _content(row: ContributionRow | None) -> Document | None:
    if row is None:
        return None
    content = {member: getattr(row, member) for member in MEMBERS}
    return content | {"on_date": row.on_date.isoformat()}


def _same(before: Document | None, after: Document | None) -> bool:
    if before is None or after is None:
        return before is after
    return all(before[member] == after[member] for member in MEMBERS if member != "rev")


def row_of(correction: CorrectionRow, content: Document | None) -> ContributionRow | None:
    """A contribution as a correction keeps it."""
    if content is None:
        return None
    day = date.fromisoformat(content["on_date"])
    key = {"indicator_id": correction.indicator_id, "record_id": correction.record_id}
    return ContributionRow(**key, **{**content, "on_date": day})


def waiting(indicator_ids: Collection[int], starts_on: date | None = None) -> list[CorrectionRow]:
    """The corrections that nobody has signed, of one period or of all."""
    query = sa.select(CorrectionRow).where(CorrectionRow.indicator_id.in_(sorted(indicator_ids)))
    if starts_on is not None:
        query = query.where(CorrectionRow.starts_on == starts_on)
    return list(db.session.scalars(query.order_by(CorrectionRow.record_id, CorrectionRow.indicator_id)))


def put_back(indicator_ids: Collection[int], found: MutableMapping[tuple[int, str], ContributionRow]) -> None:
    """Where a correction waits, what counts is what counted before it."""
    for correction in waiting(indicator_ids):
        key = (correction.indicator_id, correction.record_id)
        before = row_of(correction, correction.before)
        found.pop(key, None)
        if before is not None:
            found[key] = before
