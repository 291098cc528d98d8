"""Who may see an attachment: who may read a record that holds its name, or an item of the quarantine that does.

A name alone opens nothing. It must be the answer to a question for a picture, sound, film or file, in some revision of
that very record, or one of the two values of a conflict about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from server.db import db, snapshot
from server.forms import rules as form_rules
from server.forms import service as forms
from server.people.rules import Actor
from server.problems import Problem
from server.records.service import may_see_item
from server.records.tables import ConflictRow, QuarantineRow, RecordRow, RevisionRow
from sync.document import field_of

MEDIA = ("image", "audio", "video", "file")


@snapshot
def check(actor: Actor, record_id: str, name: str) -> None:
    """Raises Problem 'not-found' unless this person may see this attachment there."""
    record = db.session.get(RecordRow, record_id)
    readable = record is not None and actor.may("read", record.place_id)
    if record is not None and readable and _holds(record, name):
        return
    if not any(_item_holds(row.payload, name) for row in _items(actor, record_id)):
        raise Problem("not-found")


def _holds(record: RecordRow, name: str) -> bool:
    paths = {path for path, value in _answers(record.id) if value == name}
    if not paths:
        return False
    nodes = form_rules.walk(forms.compiled(record.form_version_id), hidden=True)
    media = {node["path"] for node in nodes if node["t"] in MEDIA}
    return any(field_of(path) in media for path in paths)


def _answers(record_id: str) -> Iterator[tuple[str, Any]]:
    """(path, value) of every revision and every conflict."""
    for document in db.session.scalars(sa.select(RevisionRow.document).where(RevisionRow.record_id == record_id)):
        yield from document.items()
    for conflict in db.session.scalars(sa.select(ConflictRow).where(ConflictRow.record_id == record_id)):
        for side in (conflict.head, conflict.theirs):
            yield from ((conflict.path, value) for value in side)


def _items(actor: Actor, record_id: str) -> list[QuarantineRow]:
    rows = db.session.scalars(sa.select(QuarantineRow).where(QuarantineRow.record_id == record_id))
    return [row for row in rows if may_see_item(actor, row)]


def _item_holds(payload: Mapping[str, Any], name: str) -> bool:
    """A held item is kept as it came, whatever it looks like."""
    entries = payload.get("set")
    pairs = [entry for entry in entries if isinstance(entry, list)] if isinstance(entries, list) else []
    return any(entry[1:2] == [name] for entry in pairs)
