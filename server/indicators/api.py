"""The indicators API: figures in detail, and closed reporting periods. The figures themselves come with the feed."""

from __future__ import annotations

from datetime import date
from typing import Any

from server.indicators import closing, schemas
from server.indicators import progress as details
from server.people.service import current_actor
from server.problems import Problem
from server.web import Blueprint

blueprint = Blueprint("indicators", __name__, url_prefix="/api", description="Figures in detail; closed periods")
Document = dict[str, Any]


@blueprint.get("/campaigns/<int:campaign_id>/progress")
@blueprint.response(200, schemas.ProgressSchema)
@blueprint.alt_response(404, description="not-found: a campaign outside my places")
def progress(campaign_id: int) -> Document:
    """Every unit's figures side by side, and each reporting period's."""
    return details.progress(current_actor(), campaign_id)


@blueprint.get("/campaigns/<int:campaign_id>/periods")
@blueprint.response(200, schemas.PeriodsSchema)
@blueprint.alt_response(404, description="not-found: I neither prepare nor sign this campaign's periods")
def periods(campaign_id: int) -> Document:
    """Reporting periods, as they were closed and corrected, and what waits to correct them."""
    return closing.periods(current_actor(), campaign_id)


@blueprint.put("/campaigns/<int:campaign_id>/periods/<string:starts_on>")
@blueprint.response(200, schemas.PeriodsSchema)
@blueprint.alt_response(404, description="not-found: no such period, or not my office")
@blueprint.alt_response(409, description="period-open, period-signed")
def prepare(campaign_id: int, starts_on: str) -> Document:
    """Prepares a period's figures for the signature, or the correction of one that is signed."""
    return closing.prepare(current_actor(), campaign_id, _day(starts_on))


@blueprint.post("/campaigns/<int:campaign_id>/periods/<string:starts_on>/signature")
@blueprint.response(200, schemas.PeriodsSchema)
@blueprint.alt_response(404, description="not-found: nothing is prepared, or I don't sign here")
@blueprint.alt_response(409, description="own-period, period-changed")
def sign(campaign_id: int, starts_on: str) -> Document:
    """Signs a period as it was prepared by somebody else."""
    return closing.sign(current_actor(), campaign_id, _day(starts_on))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem("not-found") from None
