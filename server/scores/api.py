"""The scores API: a campaign's units side by side, one unit's sheet, and what is put down in it."""

from __future__ import annotations

from typing import Any

from server.people.service import current_actor
from server.scores import schemas, service
from server.web import Blueprint

blueprint = Blueprint("scores", __name__, url_prefix="/api", description="Scores of units")
Document = dict[str, Any]
SHEET = "/campaigns/<int:campaign_id>/scores/<int:place_id>"
COLUMN = f"{SHEET}/<any(self, verified, final):column>"
NOT_MINE = "not-found: no scoring table, or a unit that I don't score"


@blueprint.get("/campaigns/<int:campaign_id>/scores")
@blueprint.response(200, schemas.ScoreOverviewSchema)
@blueprint.alt_response(404, description=NOT_MINE)
def overview(campaign_id: int) -> Document:
    """The scoring table, and the totals of the units that I score."""
    return service.overview(current_actor(), campaign_id)


@blueprint.get(SHEET)
@blueprint.response(200, schemas.ScoreSheetSchema)
@blueprint.alt_response(404, description=NOT_MINE)
def sheet(campaign_id: int, place_id: int) -> Document:
    """One unit's score sheet."""
    return service.sheet(current_actor(), campaign_id, place_id)


@blueprint.get(f"{SHEET}/records/<string:code>")
@blueprint.response(200, schemas.ScoredRecordsSchema)
@blueprint.alt_response(404, description=NOT_MINE)
def records(campaign_id: int, place_id: int, code: str) -> Document:
    """The approved records behind an item, or behind a limit."""
    return service.records(current_actor(), campaign_id, place_id, code)


@blueprint.put(COLUMN)
@blueprint.arguments(schemas.ScoreGivenSchema)
@blueprint.response(200, schemas.ScoreSheetSchema)
@blueprint.alt_response(404, description=NOT_MINE)
@blueprint.alt_response(409, description="score-changed, score-taken, score-unverified, own-score")
@blueprint.alt_response(422, description="invalid: points that an item can't have, a reason that is missing")
def put(given: Document, campaign_id: int, place_id: int, column: Any) -> Document:
    """Puts down points for items of a unit: all of them, or none."""
    return service.put(current_actor(), (campaign_id, place_id, column), given["entries"], given["seen"])
