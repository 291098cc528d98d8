"""The sync engine's store in SQL: a fixed number of statements, however many mutations. Promises: `sync.store`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from server.db import db
from server.records.tables import ConflictRow, MoveRow, MutationRow, QuarantineRow, RecordRow, ReviewRow, RevisionRow
from server.statements import Query, Rows, among, save_rows, together
from sync.approval import VERDICTS
from sync.store import (
    Answered,
    Author,
    Closing,
    Conflict,
    Decision,
    Held,
    Loaded,
    Moved,
    Needs,
    Plan,
    Record,
    Result,
    Revision,
    Side,
)

# Tables, not mapped classes, where many rows come and go: the mapper's work would be half of a push.
RECORDS: sa.Table = RecordRow.__table__
REVISIONS: sa.Table = RevisionRow.__table__
CONFLICTS: sa.Table = ConflictRow.__table__
REVIEWS: sa.Table = ReviewRow.__table__
MOVES: sa.Table = MoveRow.__table__
MUTATIONS: sa.Table = MutationRow.__table__

Asked = tuple[Query, Mapping[str, Any]]


@Query
def _heads() -> Any:
    head = sa.and_(REVISIONS.c.record_id == RECORDS.c.id, REVISIONS.c.rev == RECORDS.c.rev)
    columns = (column for column in REVISIONS.c if column.name != "rev")
    wanted = sa.select(*RECORDS.c, *columns).join(REVISIONS, head).where(among(RECORDS.c.id, "ids"))
    return wanted.order_by(RECORDS.c.id)


@Query
def _locks() -> Any:
    return sa.select(RECORDS.c.id).where(among(RECORDS.c.id, "ids")).order_by(RECORDS.c.id).with_for_update()


@Query
def _open_conflicts() -> Any:
    wanted = sa.select(*CONFLICTS.c).where(among(CONFLICTS.c.record_id, "ids"), CONFLICTS.c.closed_at.is_(None))
    return wanted.order_by(CONFLICTS.c.record_id, CONFLICTS.c.number)


@Query
def _reviews() -> Any:
    return sa.select(*REVIEWS.c).where(among(REVIEWS.c.record_id, "ids")).order_by(REVIEWS.c.order)


@Query
def _revisions() -> Any:
    wanted = sa.and_(among(REVISIONS.c.record_id, "ids"), REVISIONS.c.rev >= sa.bindparam("oldest", type_=sa.Integer))
    return sa.select(*REVISIONS.c).where(wanted)


@Query
def _answers() -> Any:
    mine = MUTATIONS.c.device_id == sa.bindparam("device")
    return sa.select(*MUTATIONS.c).where(mine, among(MUTATIONS.c.n, "numbers"))


@Query
def _held() -> Any:
    held = QuarantineRow
    return sa.select(held.n, held.hash).where(held.device_id == sa.bindparam("device"), among(held.n, "numbers"))


class SqlStore:
    """Loads and saves inside the transaction that is open. `received` is the server's time of the request.

    `lock` is the statement that makes others wait who send for the same device; only `load` needs it.
    """

    def __init__(self, received: datetime, lock: Query | None = None) -> None:
        self.received = received
        self.lock = lock
        self.quarantined: list[int] = []
        self.answered: frozenset[int] = frozenset()

    # -- load

    def load(self, author: Author, needs: Needs) -> Loaded:
        """What is known of these mutations and records; device and records stay locked until the commit."""
        assert self.lock  # noqa: S101  # who loads says how a device is locked
        locks: list[Asked] = [(self.lock, {"device": author.device})]
        # Nobody else can create under this device's number, so what begins here needs no lock of its own.
        changed = [key for key, base in needs.bases.items() if base]
        if changed and db.engine.dialect.name == "postgresql":  # SQLite has one writer at a time
            # A statement of its own. One that reads what it waited for would join the record as it is after the wait
            # with the revisions of before it, and not find its head.
            locks.append((_locks, {"ids": changed}))
        wanted = {"device": author.device, "numbers": needs.numbers}
        asked: list[Asked] = [(_heads, {"ids": list(needs.bases)}), (_answers, wanted)]
        if changed:
            asked.append((_reviews, {"ids": changed}))
        heads, answers, *more = together(*locks, *asked)[len(locks) :]
        reviews = more[0] if changed and len(changed) == len(needs.bases) else None
        answered = {row.n: _answered(row) for row in answers}
        self.answered = frozenset(answered)
        # What is held has its answer too, or is a clone's with the number of an answer.
        held = {(row.n, row.hash) for row in _held.rows(**wanted)} if answered else set()
        records, revisions = {}, {}
        for record, head in self._whole(heads, reviews).values():
            records[record.id] = record
            if needs.bases[record.id]:
                revisions[record.id, head.rev] = head
        return Loaded(records, revisions | self._earlier(records, needs), answered, held)

    def _earlier(self, records: Mapping[str, Record], needs: Needs) -> dict[tuple[str, int], Revision]:
        """The revisions from the oldest that is wanted of each record, where that isn't its head."""
        since = {key: base for key, record in records.items() if 0 < (base := needs.bases[key]) < record.rev}
        rows = _revisions.rows(ids=since, oldest=min(since.values())) if since else []
        return {(row.record_id, row.rev): revision_of(row) for row in rows if row.rev >= since[row.record_id]}

    def records(self, ids: Iterable[str]) -> dict[str, Record]:
        """Records as they stand, by id."""
        return {key: record for key, (record, _) in self.heads(ids).items()}

    def heads(self, ids: Iterable[str]) -> dict[str, tuple[Record, Revision]]:
        """Records as they stand with their head revisions, by id."""
        wanted = list(ids)
        return self._whole(_heads.rows(ids=wanted)) if wanted else {}

    def _whole(self, heads: Sequence[Any], reviews: Sequence[Any] | None = None) -> dict[str, tuple[Record, Revision]]:
        """The records of these rows, with what stands in other tables; `reviews` where they have been read already."""
        conflicts, decisions = beside(heads, reviews)
        return {
            row.id: (_record(row, conflicts.get(row.id, ()), decisions.get(row.id, (None, None))), revision_of(row))
            for row in heads
        }

    # -- save

    def save(self, plan: Plan) -> None:
        """Writes the whole plan; one statement a table."""
        db.session.flush()
        created = {revision.record for revision in plan.revisions if revision.rev == 1}
        records = {key: _record_values(record) for key, record in plan.records.items()}
        conflicts = {(c.record, c.number): c for c in plan.opened} | {(c.record, c.number): c for c in plan.closed}
        answers = [self._answer_values(plan.author, answer) for answer in plan.answered]
        save_rows(
            Rows(RECORDS, [row for key, row in records.items() if key in created], append=True),
            Rows(RECORDS, [row for key, row in records.items() if key not in created]),
            Rows(REVISIONS, [_revision_values(revision) for revision in plan.revisions], append=True),
            Rows(CONFLICTS, [_conflict_values(conflict) for conflict in conflicts.values()]),
            Rows(REVIEWS, self._decision_rows(plan.decisions), append=True),
            Rows(MOVES, [_move_values(moved) for moved in plan.moves], append=True),
            Rows(MUTATIONS, [row for row in answers if row["n"] not in self.answered], append=True),
            Rows(MUTATIONS, [row for row in answers if row["n"] in self.answered]),  # of items that are released
        )
        self._save_held(plan.author, plan.held)

    def _answer_values(self, author: Author, answer: Answered) -> dict[str, Any]:
        return {
            "device_id": author.device,
            "n": answer.n,
            "hash": answer.hash,
            "record_id": answer.record,
            "result": result_json(answer.result),
            "seen": dict(answer.seen) or None,
            "received_at": self.received,
        }

    def _decision_rows(self, decisions: Sequence[Decision]) -> list[dict[str, Any]]:
        if not decisions:
            return []
        ids = {decision.record for decision in decisions}
        query = sa.select(ReviewRow.record_id, sa.func.max(ReviewRow.order)).where(ReviewRow.record_id.in_(ids))
        last = {row[0]: row[1] for row in db.session.execute(query.group_by(ReviewRow.record_id))}
        rows = []
        for decision in decisions:
            last[decision.record] = last.get(decision.record, 0) + 1
            rows.append(_decision_values(decision, last[decision.record]))
        return rows

    def _save_held(self, author: Author, held: Sequence[Held]) -> None:
        if not held:
            return
        rows = [
            {
                "device_id": author.device,
                "n": item.mutation.n,
                "hash": item.mutation.hash,
                "person_id": author.person,
                "record_id": item.mutation.record,
                "place_id": item.place,
                "reason": item.reason,
                "detail": dict(item.detail),
                "payload": item.mutation.payload,
                "received_at": self.received,
                "status": "held",
            }
            for item in held
        ]
        added = sa.insert(QuarantineRow).returning(QuarantineRow.id)
        self.quarantined += db.session.scalars(added, rows).all()


# -- rows and the engine's data


Conflicts = dict[str, tuple[Conflict, ...]]
LastDecisions = dict[str, tuple[Decision | None, Decision]]


def beside(heads: Sequence[Any], reviews: Sequence[Any] | None = None) -> tuple[Conflicts, LastDecisions]:
    """What other tables say of the records of these rows: the open conflicts, and the last verdict and the last step.

    Rows have `id` and `conflict_count`; `reviews` are given where they have been read already.
    """
    if not heads:
        return {}, {}
    open_ones = [row.id for row in heads if row.conflict_count]
    conflicts: Conflicts = {}
    for row in _open_conflicts.rows(ids=open_ones) if open_ones else ():
        conflicts[row.record_id] = (*conflicts.get(row.record_id, ()), conflict_of(row))
    return conflicts, _last_of(_reviews.rows(ids=[row.id for row in heads]) if reviews is None else reviews)


def _answered(row: Any) -> Answered:
    return Answered(row.n, row.hash, row.record_id, result_of(row.n, row.result), row.seen or {})


def _last_of(reviews: Iterable[Any]) -> LastDecisions:
    """The last verdict and the last step of each record; `reviews` are in their order."""
    found: LastDecisions = {}
    for row in reviews:
        last = decision_of(row)
        verdict, _ = found.get(row.record_id, (None, last))
        found[row.record_id] = (last if last.decision in VERDICTS else verdict, last)
    return found


def _record(row: Any, conflicts: tuple[Conflict, ...], decisions: tuple[Decision | None, Decision | None]) -> Record:
    return Record(
        id=row.id,
        form=row.form_version_id,
        place=row.place_id,
        author=row.author_id,
        rev=row.rev,
        document=row.document,
        hash=row.hash,
        state=row.state,
        created=row.created_at,
        approved=row.approved_rev,
        conflicts=conflicts,
        conflict_count=row.conflict_count,
        decision=decisions[0],
        step=decisions[1],
        level=row.level,
        was=frozenset(row.was or ()),
    )


def _record_values(record: Record) -> dict[str, Any]:
    return {
        "id": record.id,
        "form_version_id": record.form,
        "place_id": record.place,
        "author_id": record.author,
        "rev": record.rev,
        "state": record.state,
        "created_at": record.created,
        "approved_rev": record.approved,
        "level": record.level,
        "conflict_count": record.conflict_count,
        "was": sorted(record.was) or None,
    }


def revision_of(row: Any) -> Revision:
    """The engine's revision of a row."""
    return Revision(
        record=row.record_id,
        rev=row.rev,
        document=row.document,
        changed=frozenset(row.document if row.changed is None else row.changed),
        hash=row.hash,
        kind=row.kind,
        person=row.person_id,
        device=row.device_id,
        n=row.n,
        at=row.at,
        received=row.received_at,
    )


def _revision_values(revision: Revision) -> dict[str, Any]:
    return {
        "record_id": revision.record,
        "rev": revision.rev,
        "document": revision.document,
        "changed": None if revision.kind == "create" else sorted(revision.changed),
        "hash": revision.hash,
        "kind": revision.kind,
        "person_id": revision.person,
        "device_id": revision.device,
        "n": revision.n,
        "at": revision.at,
        "received_at": revision.received,
    }


def conflict_of(row: Any) -> Conflict:
    """The engine's conflict of a row."""
    closing = None
    if row.closed_at is not None:
        assert row.closed_by  # noqa: S101  # the four are written together
        assert row.closed_by_at  # noqa: S101
        assert row.closed_rev  # noqa: S101
        chosen = (row.chosen or [None])[0]
        closing = Closing(chosen, row.closed_by, row.closed_by_at, row.closed_at, row.closed_rev, row.closed_rule)
    return Conflict(
        record=row.record_id,
        number=row.number,
        path=row.path,
        rev=row.rev,
        base=row.base[0],
        head=Side(row.head[0], row.head_person_id, row.head_device_id, row.head_at),
        theirs=Side(row.theirs[0], row.theirs_person_id, row.theirs_device_id, row.theirs_at),
        n=row.n,
        opened=row.opened_at,
        closing=closing,
    )


def _conflict_values(conflict: Conflict) -> dict[str, Any]:
    closing = conflict.closing
    return {
        "record_id": conflict.record,
        "number": conflict.number,
        "path": conflict.path,
        "rev": conflict.rev,
        "base": [conflict.base],
        "head": [conflict.head.value],
        "head_person_id": conflict.head.person,
        "head_device_id": conflict.head.device,
        "head_at": conflict.head.at,
        "theirs": [conflict.theirs.value],
        "theirs_person_id": conflict.theirs.person,
        "theirs_device_id": conflict.theirs.device,
        "theirs_at": conflict.theirs.at,
        "n": conflict.n,
        "opened_at": conflict.opened,
        "closed_at": closing.received if closing else None,
        "closed_by": closing.person if closing else None,
        "closed_by_at": closing.at if closing else None,
        "closed_rev": closing.rev if closing else None,
        "closed_rule": closing.rule if closing else None,
        "chosen": [closing.value] if closing else None,
    }


def decision_of(row: Any) -> Decision:
    """The engine's decision of a row."""
    return Decision(
        record=row.record_id,
        rev=row.rev,
        decision=row.decision,
        reason=row.reason,
        person=row.person_id,
        n=row.n,
        device=row.device_id,
        at=row.at,
        received=row.received_at,
        notes=row.notes or {},
        into=row.into,
    )


def _decision_values(decision: Decision, order: int) -> dict[str, Any]:
    return {
        "device_id": decision.device,
        "n": decision.n,
        "record_id": decision.record,
        "rev": decision.rev,
        "decision": decision.decision,
        "reason": decision.reason,
        "person_id": decision.person,
        "at": decision.at,
        "received_at": decision.received,
        "order": order,
        "notes": dict(decision.notes) or None,
        "into": decision.into,
    }


def moved_of(row: MoveRow) -> Moved:
    """The engine's move of a row."""
    return Moved(
        record=row.record_id,
        rev=row.rev,
        origin=row.from_place_id,
        place=row.to_place_id,
        person=row.person_id,
        n=row.n,
        device=row.device_id,
        at=row.at,
        received=row.received_at,
    )


def _move_values(moved: Moved) -> dict[str, Any]:
    return {
        "device_id": moved.device,
        "n": moved.n,
        "record_id": moved.record,
        "rev": moved.rev,
        "from_place_id": moved.origin,
        "to_place_id": moved.place,
        "person_id": moved.person,
        "at": moved.at,
        "received_at": moved.received,
    }


def result_json(result: Result) -> dict[str, Any]:
    """A result as it travels and as it is kept: what is empty is left out."""
    told: dict[str, Any] = {name: value for name, value in zip(Result._fields, result, strict=True) if value}
    del told["n"]
    if result.conflicts:
        told["conflicts"] = list(result.conflicts)
    if result.detail:
        told["detail"] = dict(result.detail)
    return told


def result_of(n: int, kept: Mapping[str, Any]) -> Result:
    """The result that was kept."""
    known = dict(kept)
    return Result(n=n, **{**known, "conflicts": tuple(known.get("conflicts", ()))})
