"""What was said of a record that was not here, and is now: after a restore others' phones offer it again in time."""

from __future__ import annotations

from itertools import groupby

import sqlalchemy as sa

from server.db import db, snapshot, transaction
from server.people import service as people
from server.people.rules import Actor
from server.problems import Problem
from server.records import service
from server.records.schemas import parse_kept
from server.records.tables import QuarantineRow, RecordRow


def adopt() -> int:
    """Lets in what was held only because its record came later, as its author would; how many. For the worker.

    What doesn't get in so goes to who decides about the record's place, and is not tried again. Of authors who have and
    had no part there nothing is let in or shown: to them there is no such record.
    """
    adopted = 0
    for device_id, found in groupby(snapshot(_orphans)(), key=lambda orphan: orphan[0]):
        author = snapshot(people.owner)(device_id)
        for _, item_id, place_id in found:
            if author and (author.former | author.rights.keys()) >= {place_id}:
                adopted += _adopted(author, item_id, place_id)
    return adopted


def _orphans() -> list[tuple[int, int, int]]:
    """Whose phone said it, the item and the record's place. What was there when the item came is no reason to try."""
    item = QuarantineRow
    query = sa.select(item.device_id, item.id, RecordRow.place_id).join(RecordRow, RecordRow.id == item.record_id)
    query = query.where(item.status == "held", item.reason == "record-unknown", item.place_id.is_(None))
    query = query.where(RecordRow.created_at > item.received_at).order_by(item.device_id, item.n)
    return [(row.device_id, row.id, row.place_id) for row in db.session.execute(query)]


def _adopted(author: Actor, item_id: int, place_id: int) -> bool:
    try:
        service.release(author, item_id, parse_kept)
    except Problem:
        _show(item_id, place_id)
        return False
    return True


@transaction
def _show(item_id: int, place_id: int) -> None:
    row = db.session.get(QuarantineRow, item_id, with_for_update=True)
    if row is not None and row.status == "held":
        row.place_id = place_id
        service.tell_quarantine([item_id])
