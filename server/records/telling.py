"""Records as phones are told them, made of the database's rows: who is far behind is told thousands.

The engine's records and revisions, made only to be written down, were a third of what that costs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from server import feeds
from server.forms import service as forms
from server.records import rules
from server.records.rules import Head
from server.records.store import RECORDS, REVISIONS, beside
from server.statements import Query, among


@Query
def _heads() -> Any:
    """The columns of `Head`, in its order."""
    record, revision = RECORDS.c, REVISIONS.c
    standing = (record.id, record.form_version_id, record.place_id, record.author_id, record.rev, record.state)
    approval = (record.approved_rev, record.level, record.conflict_count)
    content = (revision.document, revision.hash, revision.at, revision.received_at)
    head = sa.and_(revision.record_id == record.id, revision.rev == record.rev)
    return sa.select(*standing, *approval, *content).join(REVISIONS, head).where(among(record.id, "ids"))


def heads(refs: Sequence[str]) -> list[Head]:
    """The records among `refs`, in no order; in the snapshot that is open."""
    found = [Head(*row) for row in _heads.rows(ids=refs)] if refs else []
    conflicts, decisions = beside(found)
    for place, head in enumerate(found):
        if head.id in conflicts or head.id in decisions:
            verdict, step = decisions.get(head.id, (None, None))
            found[place] = head._replace(conflicts=conflicts.get(head.id, ()), decision=verdict, step=step)
    return found


def documents(heads: Sequence[Head]) -> dict[str, dict[str, Any]]:
    """Records as phones get them, by id."""
    compiled = forms.compiled_many({head.form for head in heads})
    return {head.id: rules.record_document(head, compiled[head.form]["fields"]) for head in heads}


def told(documents: Mapping[str, Mapping[str, Any]]) -> dict[str, feeds.Told]:
    """The words in which all who may read where these records are are told them.

    Words outlive a release: whoever changes what a document says empties them (`feed_rows.told`) in a migration.
    """
    return {
        ref: feeds.Told(orjson.dumps({"k": "record", **document}).decode(), sorted(rules.people_in([document])))
        for ref, document in documents.items()
    }
