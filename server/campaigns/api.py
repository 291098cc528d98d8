"""The campaigns API: baselines. Campaigns themselves reach phones through their feed."""

from __future__ import annotations

from typing import Any

from server.campaigns import schemas, service
from server.people.service import current_actor
from server.web import Blueprint

blueprint = Blueprint("campaigns", __name__, url_prefix="/api", description="Campaigns and what they compare with")
Document = dict[str, Any]


@blueprint.get("/campaigns/<int:campaign_id>/baselines")
@blueprint.response(200, schemas.EnteredSchema)
@blueprint.alt_response(404, description="not-found: a campaign outside my rights")
def baselines(campaign_id: int) -> Document:
    """The figures of the period compared with, and who entered them when."""
    return service.entered(current_actor(), campaign_id)


@blueprint.put("/campaigns/<int:campaign_id>/baselines")
@blueprint.arguments(schemas.BaselinesSchema)
@blueprint.response(200, schemas.EnteredSchema)
@blueprint.alt_response(404, description="not-found: a campaign outside my rights")
@blueprint.alt_response(422, description="invalid: a code that the campaign doesn't compare, a figure out of range")
def enter_baselines(given: Document, campaign_id: int) -> Document:
    """Enters figures; each entry is kept, the latest of a code counts, null takes a figure back."""
    return service.enter(current_actor(), campaign_id, given["values"])
