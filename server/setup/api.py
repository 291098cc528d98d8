"""The set-up API: a campaign's parts, what a change of them will do, and the change itself."""

from __future__ import annotations

from typing import Any

from flask import request

from server.people.service import current_actor
from server.problems import Problem
from server.setup import listing, schemas, service
from server.web import Blueprint

blueprint = Blueprint("setup", __name__, url_prefix="/api", description="Setting up a campaign")
Document = dict[str, Any]
SETUP = "/campaigns/<int:campaign_id>/setup"
NOT_MINE = "not-found: a campaign outside my office"
INVALID = (
    "invalid: 'errors' by the code of the indicator or milestone; of places 'refused', which can't be done and why"
)


@blueprint.get(SETUP)
@blueprint.response(200, schemas.SetupSchema)
@blueprint.alt_response(404, description=NOT_MINE)
def setup(campaign_id: int) -> Document:
    """What there is of each part, targets, milestones, and every change."""
    return service.shown(current_actor(), campaign_id)


@blueprint.get(f"{SETUP}/places")
@blueprint.response(200, schemas.SetupPlacesSchema)
@blueprint.alt_response(404, description=NOT_MINE)
def shown_places(campaign_id: int) -> Document:
    """The campaign's places, and which of them the office may change."""
    return service.shown_places(current_actor(), campaign_id)


@blueprint.post(f"{SETUP}/places/list/read")
@blueprint.response(200, schemas.PlaceListSchema)
@blueprint.alt_response(404, description=NOT_MINE)
@blueprint.alt_response(422, description="list-refused: 'code' says why")
def read_places(campaign_id: int) -> Document:
    """The rows of a list that comes as multipart/form-data, `list`: a workbook, or text from one. Nothing is kept."""
    actor = current_actor()
    given = request.files.get("list")
    if given is None:
        raise Problem("unsupported-media")
    return listing.read(actor, campaign_id, given.read())


@blueprint.post(f"{SETUP}/preview")
@blueprint.arguments(schemas.ChangesGivenSchema)
@blueprint.response(200, schemas.PreviewSchema)
@blueprint.alt_response(404, description=NOT_MINE)
@blueprint.alt_response(409, description="setup-changed")
@blueprint.alt_response(422, description=INVALID)
def preview(given: Document, campaign_id: int) -> Document:
    """What changes will do; nothing is changed."""
    return service.preview(current_actor(), campaign_id, given["changes"], given["seen"])


@blueprint.post(f"{SETUP}/changes")
@blueprint.arguments(schemas.ChangesGivenSchema)
@blueprint.response(200, schemas.SetupSchema)
@blueprint.alt_response(404, description=NOT_MINE)
@blueprint.alt_response(409, description="setup-changed")
@blueprint.alt_response(422, description=INVALID)
def change(given: Document, campaign_id: int) -> Document:
    """Makes changes, all or none; the set-up afterwards."""
    return service.change(current_actor(), campaign_id, given["changes"], given["seen"])
