"""The commendations API: who is proposed, the steps about it, and what is public."""

from __future__ import annotations

from typing import Any

from server.commendations import schemas, service
from server.people.service import current_actor
from server.web import Blueprint

blueprint = Blueprint("commendations", __name__, url_prefix="/api", description="Nominations and awards")
Document = dict[str, Any]
ONE = "/campaigns/<int:campaign_id>/commendations/<string:record>"


@blueprint.get("/campaigns/<int:campaign_id>/commendations")
@blueprint.response(200, schemas.OverviewSchema)
@blueprint.alt_response(404, description="not-found: a campaign outside my places, or one that doesn't commend")
def overview(campaign_id: int) -> Document:
    """The nominations that are mine to see, and the awards that are public."""
    return service.overview(current_actor(), campaign_id)


@blueprint.get(ONE)
@blueprint.response(200, schemas.NominationSchema)
@blueprint.alt_response(404, description="not-found: no such nomination, or not mine to see")
def detail(campaign_id: int, record: str) -> Document:
    """A nomination: its evidence, its history, what may be done."""
    return service.detail(current_actor(), campaign_id, record)


@blueprint.post(f"{ONE}/steps")
@blueprint.arguments(schemas.StepSchema)
@blueprint.response(200, schemas.NominationSchema)
@blueprint.alt_response(404, description="not-found: no such nomination, or a step that is never mine")
@blueprint.alt_response(409, description="commendation-moved, own-nomination, no-grantor, no-consent")
@blueprint.alt_response(422, description="invalid: what is missing or can't be so")
def take(given: Document, campaign_id: int, record: str) -> Document:
    """Takes a step about a nomination."""
    return service.take(current_actor(), campaign_id, record, given)
