"""Records: one push in, one pull out, and what a person does about a single record or an item of the quarantine."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import orjson
import sqlalchemy as sa

from server import clock, events, feeds
from server.attachments import service as attachments
from server.campaigns import service as campaigns
from server.db import UtcDateTime, db, snapshot, transaction
from server.epoch import current_epoch
from server.forms import service as forms
from server.people import rules as people_rules
from server.people import service as people
from server.people.rules import Actor
from server.places import service as places
from server.problems import Problem
from server.records import rules, telling
from server.records.formbook import FormBook, Judged, judge
from server.records.store import SqlStore, conflict_of, decision_of, moved_of, result_json, revision_of
from server.records.tables import ConflictRow, MoveRow, QuarantineRow, RecordRow, ReviewRow, RevisionRow
from sync import approval, engine
from sync.mutation import Mutation
from sync.store import Author, Loaded, Plan, Record, needs

Answer = dict[str, Any]
WAITING = ("submitted", "checking")
# How many documents one answer carries: about 100 kB before compression, so that a page survives a 2G link.
PAGE = 500
# Whoever answers for a place, or for all of them, may say that a record belongs elsewhere.
MOVERS = {"review", "office"}


# ---------------------------------------------------------------- one round trip


def sync(actor: Actor, asked: Mapping[str, Any], offered: Sequence[rules.Parsed]) -> Answer:
    """Takes what a phone offers and answers with what it lacks. Push and pull are one round trip.

    The push is one transaction, the pull one snapshot after it. Raises Problem 'protocol-unknown', 'storage-full'
    (507) and 'busy' (503), each without having accepted anything.
    """
    if asked["protocol"] != rules.PROTOCOL:
        raise Problem("protocol-unknown", speaks=[rules.PROTOCOL])
    epoch = current_epoch()
    restored = asked["epoch"] not in (None, epoch)
    scope = [*people.scope(actor), *campaigns.scope(actor)]
    # After a restore an edit may arrive before the creation that was lost with the old database: all wait for the
    # phone to offer everything again, in order.
    pushed = Pushed([{"n": item.n, "status": "retry"} for item in offered]) if restored else push(actor, offered, scope)
    if pushed.reached:
        feeds.note(scope, pushed.reached)
    if asked["seen"] and not restored:
        _note_seen(actor, asked["seen"])
    results = pushed.results
    own = rules.as_sent([item.payload for item in offered], results)
    created = _created(offered, pushed)
    changed = {key: document for key, document in pushed.shown.items() if key not in created}
    wrote = feeds.Wrote(pushed.written, created, changed, own)
    answer = _pull(actor, scope, {} if restored else asked["cursors"], own, wrote=wrote)
    answer["forget"] = sorted({*answer["forget"], *_forgotten(asked["cursors"], answer["cursors"])})
    answer["reoffer"] = answer["reoffer"] or restored
    told = {"protocol": rules.PROTOCOL, "epoch": epoch, "now": clock.now(), "person": actor.person_id}
    return answer | told | {"results": results, "lacks": attachments.lacking(asked["photos"])}


def only_reads(asked: Mapping[str, Any]) -> bool:
    """Whether a request brings nothing: a phone asks whether there is anything new."""
    return not (asked["mutations"] or asked["tables"] or asked["seen"])


@transaction
def _note_seen(actor: Actor, ids: Sequence[int]) -> None:
    """A phone goes on saying so until the message itself says that it was read."""
    events.emit("messages.seen", {"person_id": actor.person_id, "ids": list(ids)})


def _created(offered: Sequence[rules.Parsed], pushed: Pushed) -> set[str]:
    """The records that a table of this request created just as it said."""
    times = Counter(item.record for item in offered)
    answers = {result["n"]: result for result in pushed.results}
    return {
        item.payload["record"]
        for item in offered
        if item.tabled and item.base == 0 and times[item.record] == 1 and answers[item.n]["status"] == "applied"
        # one that was filed under its place's successor comes whole: the phone would show it where it was written
        if item.data and item.data["place"] == item.payload["place"]
    }


def _forgotten(cursors: Mapping[str, int], answered: Mapping[str, int]) -> list[str]:
    return [key for key in cursors if key not in answered]


@dataclass(frozen=True)
class Pushed:
    """The result of each mutation, in order; where the feeds were told of it; the records with new heads, as phones get
    them; how far the feeds that are read next had come with it."""

    results: list[Answer]
    written: feeds.Positions = field(default_factory=dict)
    shown: Mapping[str, Answer] = field(default_factory=dict)
    reached: Mapping[str, int] = field(default_factory=dict)


def push(actor: Actor, offered: Sequence[rules.Parsed], reads: Sequence[str] = ()) -> Pushed:
    """Plans and saves a batch in one transaction; `reads` are the feeds that are read after it."""
    return _push(actor, offered, judge(offered), reads) if offered else Pushed([])


@transaction
def _push(actor: Actor, offered: Sequence[rules.Parsed], judged: Judged, reads: Sequence[str]) -> Pushed:
    received = clock.now()
    store = SqlStore(received, people.device_lock)
    author = _author(actor)
    loaded = store.load(author, needs(offered))
    _file(offered, author)
    mutations = _decode(offered, loaded.records)
    plan = engine.plan(loaded, author, mutations, forms=FormBook(actor, judged), received=received)
    standing = _save(store, plan, loaded)
    results = [{"n": result.n, **result_json(result)} for result in plan.results]
    shown = {revision.record: standing[revision.record] for revision in plan.revisions}
    written, reached = feeds.write(reads)
    return Pushed(results, written, shown, reached)


def _author(actor: Actor) -> Author:
    """The engine's author; a revoked phone keeps its person's places, so that a supervisor sees its items."""
    rights, former = actor.rights, actor.former
    if actor.revoked:
        rights, former = people.rights(actor.person_id), people.former(actor.person_id)
    return Author(
        person=actor.person_id,
        device=actor.device_id,
        writes=frozenset(place for place, allowed in rights.items() if "write" in allowed),
        decides={place: roles for place, roles in actor.roles.items() if "decide" in rights.get(place, ())},
        revoked=actor.revoked,
        former=former,
        moves=frozenset(place for place, allowed in rights.items() if allowed & MOVERS),
    )


def _decode(offered: Sequence[rules.Parsed], records: Mapping[str, Record]) -> list[Mutation]:
    """Turns positions into paths, by the form version that the item names, else the record's."""
    versions = {key: record.form for key, record in records.items()}
    named = {parsed.n: parsed.form for parsed in offered if parsed.form}
    for parsed in offered:
        if parsed.n in named and not parsed.base:
            versions.setdefault(parsed.record or "", named[parsed.n])
    compiled = forms.compiled_many({*versions.values(), *named.values()})
    fields = {key: form["fields"] for key, form in compiled.items()}
    return [
        rules.mutation(parsed, fields.get(named.get(parsed.n) or versions.get(parsed.record or "", 0)))
        for parsed in offered
    ]


def _file(offered: Sequence[rules.Parsed], author: Author) -> None:
    """Files what was written after its place had gone into another under that one, if its author may write there."""
    created = [parsed.data for parsed in offered if parsed.data and parsed.form and parsed.data.get("place")]
    today = clock.today()
    heirs = places.heirs({data["place"] for data in created}, today)
    by_day: dict[date, dict[int, int]] = {}
    for data in created:
        place = data["place"]
        if heirs[place] == place:
            continue
        day = min(today, clock.local_day(data["at"]))  # a phone's clock may be ahead
        if day not in by_day:
            by_day[day] = places.heirs(heirs, day)
        if by_day[day][place] in author.writes:
            data["place"] = by_day[day][place]


def _save(store: SqlStore, plan: Plan, loaded: Loaded) -> dict[str, Answer]:
    """Saves a plan, tells the feeds and leaves the events of what happened.

    Gives the records that it changed as phones get them, by id.
    """
    store.save(plan)
    standing = telling.documents(_heads(plan, loaded))
    told = telling.told(standing)
    feeds.publish_many("record", ((f"p{record.place}", key, told.get(key)) for key, record in plan.records.items()))
    for conflict in plan.opened:
        event = {
            "record_id": conflict.record,
            "conflict_ids": [conflict.number],
            "head_by": conflict.head.person,
            "theirs_by": conflict.theirs.person,
            "place_id": plan.records[conflict.record].place,
        }
        events.emit("conflict.opened", event)
    for conflict in plan.closed:
        if closing := rules.closing_event(conflict):
            events.emit("conflict.closed", closing)
    for decision in plan.decisions:
        record = plan.records[decision.record]
        event = {
            "record_id": record.id,
            "rev": decision.rev,
            "decision": decision.decision,
            "reason": decision.reason or next(iter(decision.notes.values()), None),
            "by": decision.person,
            "author_id": record.author,
            "place_id": record.place,
            "form_version_id": record.form,
        }
        events.emit("record.reviewed", event)
    _tell_moved(plan)
    tell_quarantine(store.quarantined)
    return standing


def _heads(plan: Plan, loaded: Loaded) -> list[rules.Head]:
    """The records that a plan changes, as they stand after it, where the head is known."""
    revisions = loaded.revisions | {(revision.record, revision.rev): revision for revision in plan.revisions}
    heads = ((record, revisions.get((key, record.rev))) for key, record in plan.records.items())
    return [rules.head_of(record, head) for record, head in heads if head]


def _tell_moved(plan: Plan) -> None:
    """Moved records leave a feed; what is held of them goes along to who decides about it now."""
    if not plan.moves:
        return
    records = {moved.record for moved in plan.moves}
    query = sa.select(QuarantineRow).where(QuarantineRow.record_id.in_(records), QuarantineRow.status == "held")
    held: dict[str, list[QuarantineRow]] = defaultdict(list)
    for row in db.session.scalars(query.order_by(QuarantineRow.id)):
        held[row.record_id or ""].append(row)
    for moved in plan.moves:  # in their order: one record may go on at once
        feeds.publish(f"p{moved.origin}", "record", moved.record)
        for row in held[moved.record]:
            if row.place_id == moved.origin:
                _publish_item(row)
                row.place_id = moved.place
                _publish_item(row)
        record = plan.records[moved.record]
        event = {"record_id": moved.record, "from": moved.origin, "to": moved.place, "by": moved.person}
        events.emit("record.moved", event | {"author_id": record.author, "form_version_id": record.form})


def tell_quarantine(ids: Sequence[int]) -> None:
    """Tells the feeds and the authors of items that were held in the open transaction."""
    if not ids:
        return
    rows = db.session.scalars(sa.select(QuarantineRow).where(QuarantineRow.id.in_(ids))).all()
    _bring_to_creations(rows)
    for row in rows:
        _publish_item(row)
        event = {"quarantine_id": row.id, "person_id": row.person_id, "place_id": row.place_id, "reason": row.reason}
        events.emit("item.quarantined", event)


def _bring_to_creations(rows: Sequence[QuarantineRow]) -> None:
    """What was typed on top of a creation that is held goes to who decides about that: a record there is not yet."""
    lost = [row for row in rows if row.place_id is None and row.record_id is not None]
    if not lost:
        return
    said = sa.and_(QuarantineRow.record_id.in_({row.record_id for row in lost}), QuarantineRow.place_id.is_not(None))
    found = db.session.execute(
        sa.select(QuarantineRow.device_id, QuarantineRow.record_id, QuarantineRow.place_id).where(said)
    )
    places_by_item = {(device, record): place for device, record, place in found}
    for row in lost:
        row.place_id = places_by_item.get((row.device_id, row.record_id))


def _publish_item(row: QuarantineRow) -> None:
    feeds.publish(f"u{row.person_id}", "quarantine", str(row.id))
    if row.place_id is not None:
        feeds.publish(f"q{row.place_id}", "quarantine", str(row.id))


def _pull(
    actor: Actor,
    scope: Sequence[str],
    cursors: Mapping[str, int],
    own: Mapping[str, tuple[Any, Any]],
    *,
    wrote: feeds.Wrote,
) -> Answer:
    if page := feeds.glance(scope, cursors, wrote, PAGE):
        return _told(actor, page, own)
    return snapshot(lambda: _told(actor, feeds.read(scope, cursors, actor, PAGE, wrote=wrote), own))()


def _told(actor: Actor, page: feeds.Page, own: Mapping[str, tuple[Any, Any]]) -> Answer:
    """A page as the phone is told it."""
    for key, changed in page.changes.items():
        page.changes[key] = [_here(told, key) if isinstance(told, dict) else told for told in changed]
    changes = [told for changed in page.changes.values() for told in changed]
    told = [document for document in changes if isinstance(document, feeds.Told)]
    documents = [document for document in changes if isinstance(document, dict)]
    for document in documents:
        # The phone has these values: it sent them in this very request, and they were applied as they were.
        if document["k"] == "record" and own.get(document["id"]) == (document.get("rev"), document.get("hash")):
            document.pop("values", None)
            document.pop("more", None)
    return {
        "changes": {
            key: [orjson.Fragment(one.json) if isinstance(one, feeds.Told) else one for one in changed]
            for key, changed in page.changes.items()
        },
        "cursors": page.cursors,
        "forget": page.forget,
        "more": page.more,
        **({"left": page.left} if page.more else {}),
        "reoffer": page.ahead,
        "people": _names(rules.people_in(documents).union(*(document.people for document in told)), actor),
    }


def _here(document: Answer, key: str) -> Answer:
    """A record, or what is held of it, is shown in its own place's feed; from that of an earlier one it is gone."""
    of_a_place = document["k"] in ("record", "quarantine") and key[0] in "pq" and "place" in document
    if of_a_place and key[1:] != str(document["place"]):
        return {"k": document["k"], "id": document["id"], "gone": True}
    return document


def _names(named: Collection[int], actor: Actor) -> dict[str, str]:
    """The names of people; whose phone it is needn't be asked for."""
    others = set(named) - {actor.person_id}
    found = people.names(others) if others else {}
    known = {actor.person_id: actor.name} if actor.person_id in named else {}
    return {str(person): name for person, name in (found | known).items()}


# ---------------------------------------------------------------- documents


def documents(refs: Sequence[str], viewer: Actor) -> dict[str, Answer]:
    """The records among `refs` that the viewer may read."""
    found = telling.documents(telling.heads(refs))
    return {ref: document for ref, document in found.items() if viewer.may("read", document["place"])}


def quarantine_documents(refs: Sequence[str], viewer: Actor) -> dict[str, Answer]:
    """The quarantine's items that are the viewer's own, or in a place where they review."""
    rows = db.session.scalars(sa.select(QuarantineRow).where(QuarantineRow.id.in_([int(ref) for ref in refs])))
    return {str(row.id): item_document(row) for row in rows if may_see_item(viewer, row)}


def may_see_item(viewer: Actor, row: QuarantineRow) -> bool:
    """Whether an item of the quarantine is the viewer's own, or in a place where they review."""
    return row.person_id == viewer.person_id or _answers_for(viewer, row)


def item_document(row: QuarantineRow) -> Answer:
    """An item of the quarantine as phones get it (docs/protocol.md, documents)."""
    return {
        "id": str(row.id),
        "record": row.record_id,
        "by": row.person_id,
        "device": row.device_id,
        "n": row.n,
        "reason": row.reason,
        "detail": row.detail,
        "payload": row.payload,
        "at": row.received_at.isoformat(),
        "place": row.place_id,
        "status": row.status,
    }


# ---------------------------------------------------------------- one record


@snapshot
def record_history(actor: Actor, record_id: str) -> Answer:
    """A record and all that happened to it; Problem 'not-found' outside the actor's places."""
    shown = documents([record_id], actor).get(record_id)
    if shown is None:
        raise Problem("not-found")
    revisions = sa.select(RevisionRow).where(RevisionRow.record_id == record_id).order_by(RevisionRow.rev)
    conflicts = sa.select(ConflictRow).where(ConflictRow.record_id == record_id).order_by(ConflictRow.number)
    decisions = sa.select(ReviewRow).where(ReviewRow.record_id == record_id).order_by(ReviewRow.order)
    moves = sa.select(MoveRow).where(MoveRow.record_id == record_id).order_by(MoveRow.received_at)
    entries = rules.history(
        [revision_of(row) for row in db.session.scalars(revisions)],
        [conflict_of(row) for row in db.session.scalars(conflicts)],
        [decision_of(row) for row in db.session.scalars(decisions)],
        [moved_of(row) for row in db.session.scalars(moves)],
    )
    _tell_for_whom(entries, {shown["place"], *(entry["from"] for entry in entries if entry["type"] == "move")})
    return {
        "record": {"k": "record", **shown},
        "history": entries,
        "people": _names(rules.people_in([shown, *entries]), actor),
    }


def _tell_for_whom(entries: Sequence[Answer], place_ids: Collection[int]) -> None:
    """Says of decisions for whom they were taken, where somebody stood in for another."""
    decided = [entry for entry in entries if entry["type"] in ("review", "resolution") and not entry.get("rule")]
    acting = people.Acting({entry["by"] for entry in decided})
    for entry in decided:
        day = clock.local_day(datetime.fromisoformat(entry["received"]))
        whom = acting.whom(entry["by"], place_ids, day, granting(entry.get("decision")))
        if whom is not None:
            entry["for"] = whom


def granting(decision: str | None) -> list[str]:
    """The roles that take a step of the approval; None: that decide between two values."""
    if decision is None:
        return people_rules.with_right("write")
    return [role for role in approval.ROLES if approval.ever(decision, [role])]


@dataclass(frozen=True)
class Waiting:
    """A submitted record that nobody has decided on; `since` is when its newest revision arrived.

    `conflicts` counts those that are open.
    """

    record_id: str
    place_id: int
    form_version_id: int
    author_id: int
    rev: int
    conflicts: int
    since: datetime


@dataclass(frozen=True)
class WaitingQuery:
    """Which waiting records: of these places, not by this person, of this form (its key), after this position."""

    place_ids: Sequence[int]
    not_by: int
    form: str | None = None
    after: tuple[datetime, str] | None = None


def waiting(asked: WaitingQuery, limit: int) -> list[Waiting]:
    """What waits for a decision, oldest first, by (since, record id); inside a transaction or snapshot."""
    here = sa.and_(RecordRow.place_id.in_(asked.place_ids), RecordRow.state.in_(WAITING))
    asking = sa.select(sa.func.count()).where(ConflictRow.record_id == RecordRow.id, ConflictRow.closed_at.is_(None))
    query = (
        sa.select(RecordRow, RevisionRow.received_at, asking.scalar_subquery())
        .join(RevisionRow, sa.and_(RevisionRow.record_id == RecordRow.id, RevisionRow.rev == RecordRow.rev))
        .where(here, RecordRow.author_id != asked.not_by)
    )
    if asked.form is not None:
        versions = db.session.scalars(sa.select(RecordRow.form_version_id).where(here).distinct()).all()
        wanted = [key for key, form in forms.compiled_many(versions).items() if form["key"] == asked.form]
        query = query.where(RecordRow.form_version_id.in_(wanted))
    if asked.after is not None:
        since, record_id = asked.after
        position = sa.tuple_(sa.literal(since, UtcDateTime), sa.literal(record_id))
        query = query.where(sa.tuple_(RevisionRow.received_at, RecordRow.id) > position)
    rows = db.session.execute(query.order_by(RevisionRow.received_at, RecordRow.id).limit(limit))
    return [
        Waiting(row.id, row.place_id, row.form_version_id, row.author_id, row.rev, conflicts, since)
        for row, since, conflicts in rows
    ]


def counts(place_ids: Collection[int], *, waiting: bool = False) -> dict[int, int]:
    """How many records belong to each of these places that has some (`waiting`: that wait for a decision)."""
    query = sa.select(RecordRow.place_id, sa.func.count()).where(RecordRow.place_id.in_(sorted(place_ids)))
    if waiting:
        query = query.where(RecordRow.state.in_(WAITING))
    return dict(db.session.execute(query.group_by(RecordRow.place_id).order_by(RecordRow.place_id)).all())


def any_record() -> bool:
    """Whether anybody has ever sent a record, or anything that is held; inside a transaction or snapshot."""
    kept = (RecordRow.id, QuarantineRow.id)
    return any(db.session.scalar(sa.select(one).limit(1)) is not None for one in kept)


def answers(record_ids: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """What records hold now, by path; inside a transaction or snapshot."""
    heads = sa.and_(RevisionRow.record_id == RecordRow.id, RevisionRow.rev == RecordRow.rev)
    query = sa.select(RecordRow.id, RevisionRow.document).join(RevisionRow, heads)
    return dict(db.session.execute(query.where(RecordRow.id.in_(sorted(record_ids)))).all())


def places_of(record_ids: Collection[str]) -> dict[str, int]:
    """The places that records belong to; inside a transaction or snapshot."""
    if not record_ids:
        return {}
    query = sa.select(RecordRow.id, RecordRow.place_id).where(RecordRow.id.in_(sorted(record_ids)))
    return dict(db.session.execute(query).all())


# ---------------------------------------------------------------- quarantine


@transaction
def release(actor: Actor, item_id: int, parse: Callable[[Any], rules.Parsed]) -> Answer:
    """Applies a held item in its author's name, by somebody who may; its result. Problem 'still-held' if it can't be.

    `parse` checks the item's shape, as at its arrival.
    """
    row = _held_item(actor, item_id)
    if not _may_release(actor, row):
        raise Problem("not-found")
    received = clock.now()
    store = SqlStore(received, people.device_lock)
    rights = _author(actor)
    author = replace(rights, person=row.person_id, device=row.device_id, revoked=False)
    parsed = parse(row.payload)
    _file([parsed], author)
    loaded = store.load(author, needs([parsed]))
    (mutation,) = _decode([parsed], loaded.records)
    known = loaded.answered.get(mutation.n)
    if "by" in row.detail and known and known.hash == mutation.hash and known.result.status != "quarantined":
        _settle(row, actor, "released")  # handed in, and sent by the phone itself meanwhile
        return {"id": str(row.id), "status": row.status, "result": {"n": row.n, **result_json(known.result)}}
    book = FormBook(None if _answers_for(actor, row) else actor)
    plan = engine.release(loaded, author, mutation, forms=book, received=received)
    (result,) = plan.results
    if result.status == "quarantined":
        raise Problem("still-held", reason=result.reason, errors=dict(result.detail))
    _save(store, plan, loaded)
    _settle(row, actor, "released")
    return {"id": str(row.id), "status": row.status, "result": {"n": result.n, **result_json(result)}}


@transaction
def discard(actor: Actor, item_id: int) -> Answer:
    """Marks a held item as not wanted; it stays readable to its author and the place's supervisor."""
    row = _held_item(actor, item_id)
    _settle(row, actor, "discarded")
    return {"id": str(row.id), "status": row.status}


def _held_item(actor: Actor, item_id: int) -> QuarantineRow:
    row = db.session.scalars(sa.select(QuarantineRow).where(QuarantineRow.id == item_id).with_for_update()).first()
    if row is None or not may_see_item(actor, row):
        raise Problem("not-found")
    if row.status != "held":
        raise Problem("already-settled", settled=row.status)
    return row


def _answers_for(actor: Actor, row: QuarantineRow) -> bool:
    return row.place_id is not None and actor.may("review", row.place_id)


def _may_release(actor: Actor, row: QuarantineRow) -> bool:
    """A reviewer of the place may; the author may too, but not what a phone sent whose access was taken back.

    What somebody else handed in proves nothing by itself: whoever brought it can't be the one who takes it in.
    """
    if row.detail.get("by") == actor.person_id:
        return False
    if _answers_for(actor, row):
        return row.person_id != actor.person_id or row.reason != "device-revoked"
    return row.person_id == actor.person_id and row.reason != "device-revoked"


def _settle(row: QuarantineRow, actor: Actor, status: str) -> None:
    row.status = status
    row.settled_by = actor.person_id
    row.settled_at = clock.now()
    _publish_item(row)
    event = {"quarantine_id": row.id, "person_id": row.person_id, "by": actor.person_id, "status": status}
    events.emit("item.settled", event | {"record_id": row.record_id})


def register() -> None:
    """Provides the documents of this folder to the feeds."""
    feeds.provide("record", documents)
    feeds.provide("quarantine", quarantine_documents)
