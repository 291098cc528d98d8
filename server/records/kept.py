"""All that is kept of records, some at a time: for exports. Inside one snapshot, so that everything fits together.

Whoever asks has looked at rights: what is given are the places whose records may be read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from server import clock
from server.db import db
from server.records import rules
from server.records.store import SqlStore, conflict_of, decision_of, moved_of, revision_of
from server.records.tables import ConflictRow, MoveRow, QuarantineRow, RecordRow, ReviewRow, RevisionRow
from server.statements import among, listed
from sync.store import Decision

Entry = dict[str, Any]
# Some hundred documents of a form: never more than a few megabytes at once, however many records there are.
PAGE = 500


def ids(place_ids: Collection[int], version_ids: Collection[int]) -> dict[int, list[str]]:
    """The ids of all records of these places by form version, in the order of their numbers."""
    query = sa.select(RecordRow.form_version_id, RecordRow.id)
    query = query.where(among(RecordRow.place_id, "places"), among(RecordRow.form_version_id, "versions"))
    found: dict[int, list[str]] = {}
    given = {"places": listed(sorted(place_ids)), "versions": listed(sorted(version_ids))}
    for version, record in db.session.execute(query, given):
        found.setdefault(version, []).append(record)
    return {version: sorted(found[version], key=_number) for version in sorted(found)}


def _number(record: str) -> tuple[int, ...]:
    return tuple(int(part) for part in record.split("-"))


def heads(records: Sequence[str]) -> Iterator[Entry]:
    """Each record as it stands, in this order: `values` is its whole document, by path."""
    store = SqlStore(clock.now())
    for page in _pages(records):
        found, places = store.heads(page), _places(page)
        for record, head in (found[key] for key in page if key in found):
            yield {
                "record": record.id,
                "form": record.form,
                "place": record.place,
                "by": record.author,
                "created": record.created,
                "rev": record.rev,
                "hash": record.hash,
                "state": record.state,
                "approved": record.approved,
                "conflicts": len(record.conflicts),
                "at": head.at,
                "received": head.received,
                "review": _review(record.decision) if record.decision else None,
                "places": places[record.id],
                "values": record.document,
            }


def _review(decision: Decision) -> Entry:
    return {**rules.decision_document(decision), "received": decision.received}


def revisions(records: Sequence[str]) -> Iterator[Entry]:
    """Every revision of these records, record by record."""
    for row in _rows(RevisionRow, records, (RevisionRow.record_id, RevisionRow.rev)):
        revision = revision_of(row)
        yield {
            "record": revision.record,
            "rev": revision.rev,
            "kind": revision.kind,
            "by": revision.person,
            "device": revision.device,
            "n": revision.n,
            "at": revision.at,
            "received": revision.received,
            "hash": revision.hash,
            "changed": sorted(revision.changed),
            "values": revision.document,
        }


def conflicts(records: Sequence[str]) -> Iterator[Entry]:
    """Every conflict with both sides; `decided` is None while it is open, and has `rule` where no person decided.

    `places`: where the record is and was.
    """
    for row, places in _placed(ConflictRow, records, (ConflictRow.record_id, ConflictRow.number)):
        conflict = conflict_of(row)
        closing = conflict.closing
        decided = None
        if closing is not None:
            decided = {"value": closing.value, "by": closing.person, "at": closing.at, "received": closing.received}
            decided |= {"rev": closing.rev, "rule": closing.rule}
        yield {
            "record": conflict.record,
            "conflict": conflict.number,
            "path": conflict.path,
            "base": conflict.base,
            "head": rules.side_document(conflict.head),
            "theirs": rules.side_document(conflict.theirs),
            "opened": conflict.opened,
            "rev": conflict.rev,
            "decided": decided,
            "places": places,
        }


def decisions(records: Sequence[str]) -> Iterator[Entry]:
    """Every review that took effect; `places`: where the record is and was."""
    for row, places in _placed(ReviewRow, records, (ReviewRow.record_id, ReviewRow.order)):
        decision = decision_of(row)
        yield {
            "record": decision.record,
            "rev": decision.rev,
            "decision": decision.decision,
            "reason": decision.reason,
            "by": decision.person,
            "at": decision.at,
            "received": decision.received,
            "places": places,
        }


def moves(records: Sequence[str]) -> Iterator[Entry]:
    """Every time that one of these records went from one place to another."""
    for row in _rows(MoveRow, records, (MoveRow.record_id, MoveRow.received_at)):
        moved = moved_of(row)
        yield {
            "record": moved.record,
            "rev": moved.rev,
            "from": moved.origin,
            "to": moved.place,
            "by": moved.person,
            "at": moved.at,
            "received": moved.received,
        }


def held(place_ids: Collection[int]) -> Iterator[Entry]:
    """Everything that was ever held at these places, whole, and what became of it."""
    here = sa.select(QuarantineRow.id).where(among(QuarantineRow.place_id, "places"))
    items = db.session.scalars(here.order_by(QuarantineRow.id), {"places": listed(sorted(place_ids))}).all()
    for page in _pages(items):
        wanted = sa.select(QuarantineRow.__table__).where(among(QuarantineRow.id, "ids")).order_by(QuarantineRow.id)
        for row in db.session.execute(wanted, {"ids": listed(page)}).all():
            yield {
                "item": row.id,
                "record": row.record_id,
                "place": row.place_id,
                "by": row.person_id,
                "device": row.device_id,
                "n": row.n,
                "reason": row.reason,
                "detail": row.detail,
                "payload": row.payload,
                "received": row.received_at,
                "status": row.status,
                "settled_by": row.settled_by,
                "settled": row.settled_at,
            }


def _rows(table: Any, records: Sequence[str], order: Sequence[Any]) -> Iterator[Any]:
    """The rows of these records, in the order of the records given."""
    query = sa.select(table.__table__).where(among(table.record_id, "ids")).order_by(*order)
    for page in _pages(records):
        found: dict[str, list[Any]] = {record: [] for record in page}
        for row in db.session.execute(query, {"ids": listed(page)}):
            found[row.record_id].append(row)
        for rows in found.values():
            yield from rows


def _placed(table: Any, records: Sequence[str], order: Sequence[Any]) -> Iterator[tuple[Any, set[int]]]:
    """As `_rows`, each with where its record is and was."""
    for page in _pages(records):
        places = _places(page)
        yield from ((row, places[row.record_id]) for row in _rows(table, page, order))


def _places(records: Sequence[str]) -> dict[str, set[int]]:
    """Where each of these records is, and where it was before it was moved."""
    now = sa.select(RecordRow.id, RecordRow.place_id).where(among(RecordRow.id, "ids"))
    before = sa.select(MoveRow.record_id, MoveRow.from_place_id).where(among(MoveRow.record_id, "ids"))
    found: dict[str, set[int]] = {record: set() for record in records}
    for record, place in db.session.execute(now.union_all(before), {"ids": listed(records)}):
        found[record].add(place)
    return found


def _pages(things: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (things[start : start + PAGE] for start in range(0, len(things), PAGE))
