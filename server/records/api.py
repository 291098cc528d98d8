"""The sync endpoint, one record's history, and settling an item of the quarantine."""

from __future__ import annotations

from typing import Any

from flask import Response

from server.attachments import service as attachments
from server.people.service import current_actor
from server.records import attached, handin, service
from server.records.schemas import (
    AttachmentQuerySchema,
    HandedInSchema,
    HandInSchema,
    HistorySchema,
    QuarantineSchema,
    SyncAnswerSchema,
    SyncRequestSchema,
    parse_all,
    parse_kept,
)
from server.web import Blueprint

blueprint = Blueprint("records", __name__, url_prefix="/api", description="Records and their synchronisation")


@blueprint.post("/sync")
@blueprint.arguments(SyncRequestSchema())
@blueprint.response(200, SyncAnswerSchema)
def sync(asked: dict[str, Any]) -> dict[str, Any]:
    """Lands a phone's mutations and answers with everything that changed for it, in one round trip."""
    reads = asked["cursors"] if service.only_reads(asked) else ()
    return service.sync(current_actor(allow_revoked=True, reads=reads), asked, parse_all(asked))


@blueprint.post("/handins")
@blueprint.arguments(HandInSchema)
@blueprint.response(200, HandedInSchema)
@blueprint.alt_response(404, description="not-found: no such phone")
def hand_in(given: dict[str, Any]) -> dict[str, Any]:
    """Takes in what another phone saved as a file because it could not send it."""
    return handin.hand_in(current_actor(allow_revoked=True), given, parse_all(given))


@blueprint.get("/records/<string:record_id>")
@blueprint.response(200, HistorySchema)
def record_history(record_id: str) -> dict[str, Any]:
    """A record with its whole history."""
    return service.record_history(current_actor(), record_id)


@blueprint.get("/records/<string:record_id>/attachments/<string:name>")
@blueprint.arguments(AttachmentQuerySchema, location="query")
@blueprint.response(200, content_type="application/octet-stream")
def attachment(asked: dict[str, Any], record_id: str, name: str) -> Response:
    """A photo or another file of a record, or its small preview."""
    attached.check(current_actor(), record_id, name)
    return attachments.answer(name, preview=asked["preview"])


@blueprint.post("/quarantine/<int:item_id>/release")
@blueprint.response(200, QuarantineSchema)
def release(item_id: int) -> dict[str, Any]:
    """Applies a held item in its author's name."""
    return service.release(current_actor(), item_id, parse_kept)


@blueprint.post("/quarantine/<int:item_id>/discard")
@blueprint.response(200, QuarantineSchema)
def discard(item_id: int) -> dict[str, Any]:
    """Puts a held item aside for good; it is kept."""
    return service.discard(current_actor(), item_id)
