"""The reviews API: the inbox. A decision is a mutation: it goes through /api/sync like everything a phone says."""

from __future__ import annotations

from typing import Any

from server.people.service import current_actor
from server.reviews import schemas, service
from server.web import Blueprint

blueprint = Blueprint("reviews", __name__, url_prefix="/api", description="What waits for a decision")
Document = dict[str, Any]


@blueprint.get("/reviews/inbox")
@blueprint.arguments(schemas.InboxQuerySchema, location="query")
@blueprint.response(200, schemas.InboxSchema)
@blueprint.alt_response(401, description="sign-in, device-revoked")
@blueprint.alt_response(422, description="invalid")
def inbox(asked: Document) -> Document:
    """What waits for my decision, oldest first; never my own records."""
    return service.inbox(current_actor(), asked)
