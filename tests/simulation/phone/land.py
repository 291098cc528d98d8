"""Documents come down, stay in the feeds they came by, and are erased with the last of them (land.ts)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from tests.simulation.phone.overlay import is_creation
from tests.simulation.phone.storage import Copy, Sent, Storage
from tests.simulation.phone.values import apply_set


class Landing(NamedTuple):
    """Which reading this is, whether the copies here are of the same life, and what the answer calls applied."""

    generation: int
    trusted: bool
    answered: frozenset[int]


def take_changes(storage: Storage, changes: Iterable[tuple[str, list[dict[str, Any]]]], landing: Landing) -> list[str]:
    """Stores what came; gives the ids of records whose values could not be rebuilt here."""
    incomplete = []
    told = [(feed, document) for feed, documents in changes for document in documents]
    # What is gone from one feed may have come by another: its copy is needed to rebuild that.
    for feed, document in sorted(told, key=lambda pair: bool(pair[1].get("gone"))):
        if document.get("gone"):
            _take_gone(storage, feed, document["k"], str(document["id"]))
        elif document["k"] != "record":
            _take_other(storage, feed, document, landing)
        elif not _take_record(storage, feed, document, landing):
            incomplete.append(document["id"])
    return incomplete


def _with_feed(before: Copy | None, feed: str, generation: int) -> tuple[str, ...]:
    feeds = before.feeds if before and before.generation == generation else ()
    return feeds if feed in feeds else (*feeds, feed)


def _take_other(storage: Storage, feed: str, doc: dict[str, Any], landing: Landing) -> None:
    key = (doc["k"], str(doc["id"]))
    storage.documents[key] = Copy(
        doc, _with_feed(storage.documents.get(key), feed, landing.generation), landing.generation
    )
    if doc["k"] == "quarantine" and doc["status"] != "held":
        row = storage.sent.get(doc["n"])
        if row and row.open == "held" and row.record == doc["record"]:
            storage.sent[row.n] = row._replace(open=None)


def _take_record(storage: Storage, feed: str, document: dict[str, Any], landing: Landing) -> bool:
    before = storage.records.get(document["id"])
    landed = [
        row
        for row in storage.answered(document["id"])
        if row.open == "landing" and (row.result.get("rev") or 0) <= document["rev"]
    ]
    values = document["values"] if "values" in document else rebuild(document, before, landed, landing)
    feeds = _with_feed(before, feed, landing.generation)
    if values is not None:
        storage.records[document["id"]] = Copy(document | {"values": values}, feeds, landing.generation)
        _close(storage, landed)
    elif before is not None:
        storage.records[document["id"]] = before._replace(feeds=tuple(dict.fromkeys([*before.feeds, feed])))
    return values is not None


def _close(storage: Storage, landed: Iterable[Sent]) -> None:
    for row in landed:
        storage.sent[row.n] = row._replace(open=None)


def rebuild(
    document: dict[str, Any], before: Copy | None, landed: Sequence[Sent], landing: Landing
) -> list[Any] | None:
    """Values that the server left out because this phone sent them just so; None if this phone can't be sure."""
    if not landing.trusted or (before is not None and before.generation != landing.generation):
        return None
    if not landed:
        return before.doc["values"] if before and before.doc["rev"] == document["rev"] else None
    if before is None and not is_creation(landed[0].mutation):
        return None
    if not all(row.mutation["kind"] == "edit" and row.n in landing.answered for row in landed):
        return None
    if any((row.mutation["base"] or 1) != (before.doc["rev"] if before else 1) for row in landed):
        return None
    values: list[Any] = before.doc["values"] if before else []
    for row in landed:
        values = apply_set(values, row.mutation["set"])
    return values


def _take_gone(storage: Storage, feed: str, kind: str, document: str) -> None:
    if kind == "record":
        _leave(storage.records, document, feed)
    else:
        _leave(storage.documents, (kind, document), feed)


def _leave(copies: dict[Any, Copy], key: Any, feed: str) -> None:
    copy = copies.get(key)
    if copy is None:
        return
    feeds = tuple(other for other in copy.feeds if other != feed)
    if feeds:
        copies[key] = copy._replace(feeds=feeds)
    else:
        del copies[key]


def forget(storage: Storage, feed: str) -> None:
    """Erases what came by this feed alone; what this phone still has to send is not touched."""
    for copies in (storage.records, storage.documents):
        for key, copy in list(copies.items()):
            if feed in copy.feeds:
                _leave(copies, key, feed)


def erase_unseen(storage: Storage, generation: int, incomplete: Collection[str]) -> None:
    """A reading from the start has ended: what it did not see is not there any more."""
    for copies in (storage.records, storage.documents):
        for key, copy in list(copies.items()):
            if copy.generation < generation and key not in incomplete:
                del copies[key]  # type: ignore[arg-type]


def take_whole(storage: Storage, record: str, document: dict[str, Any] | None) -> None:
    """The whole of a record that was asked for, unless something newer is here already."""
    before, progress = storage.records.get(record), storage.progress
    current = before is not None and before.generation == progress.generation
    if document is None:
        if before is not None and not current:
            del storage.records[record]
        return
    feed = f"p{document['place']}"
    if feed not in progress.cursors or (current and before and document["rev"] < before.doc["rev"]):
        return
    storage.records[record] = Copy(document, _with_feed(before, feed, progress.generation), progress.generation)
    _close(storage, [row for row in storage.answered(record) if row.open == "landing"])
