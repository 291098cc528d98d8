"""The reports API: official reports, exports."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, send_file

from server.people.service import current_actor
from server.reports import official, schemas, service, spans
from server.web import Blueprint

blueprint = Blueprint("reports", __name__, url_prefix="/api", description="What leaves the landing as files")
Document = dict[str, Any]
KIND = "/campaigns/<int:campaign_id>/reports/<any(month, half, year):kind>"
NOT_MINE = "not-found: no such report, or not mine"


def _asked(given: Document, campaign_id: int, kind: str) -> spans.Asked:
    return spans.Asked(campaign_id, given["place"], kind, given["day"], given["on"])


@blueprint.get("/campaigns/<int:campaign_id>/export")
@blueprint.response(200, content_type="application/zip")
@blueprint.alt_response(401, description="sign-in, device-revoked")
@blueprint.alt_response(404, description="not-found: a campaign outside my places, or a role that exports nothing")
def export(campaign_id: int) -> Response:
    """Everything that a campaign has gathered in my places, as a zip of tables."""
    made = service.export(current_actor(), campaign_id)
    return send_file(made.file, "application/zip", as_attachment=True, download_name=made.name)


@blueprint.get("/campaigns/<int:campaign_id>/reports")
@blueprint.response(200, schemas.OfferedSchema)
@blueprint.alt_response(404, description=NOT_MINE)
def offered(campaign_id: int) -> Document:
    """The official reports that I may have: places, and spans that have begun."""
    return spans.offered(current_actor(), campaign_id)


@blueprint.get(KIND)
@blueprint.arguments(schemas.ChoiceSchema, location="query")
@blueprint.response(200, content_type=official.WORD)
@blueprint.alt_response(404, description=NOT_MINE)
@blueprint.alt_response(409, description="no-issuer")
def report(given: Document, campaign_id: int, kind: str) -> Response:
    """An official report as a draft: DOCX in the form of Decree 30/2020/NĐ-CP."""
    made = official.report(current_actor(), _asked(given, campaign_id, kind))
    return send_file(io.BytesIO(made.content), official.WORD, as_attachment=True, download_name=made.name)


@blueprint.get(f"{KIND}/same-period")
@blueprint.arguments(schemas.ChoiceSchema, location="query")
@blueprint.response(200, schemas.ComparedSchema)
@blueprint.alt_response(404, description=NOT_MINE)
def compared(given: Document, campaign_id: int, kind: str) -> Document:
    """What a report's figures are compared with."""
    return spans.compared(current_actor(), _asked(given, campaign_id, kind))


@blueprint.put(f"{KIND}/same-period")
@blueprint.arguments(schemas.ChoiceSchema, location="query")
@blueprint.arguments(schemas.EnteredFiguresSchema)
@blueprint.response(200, schemas.ComparedSchema)
@blueprint.alt_response(404, description=NOT_MINE)
@blueprint.alt_response(422, description="invalid: a code that isn't compared here")
def enter(given: Document, body: Document, campaign_id: int, kind: str) -> Document:
    """Enters the figures of the same period a year before, as the office knows them."""
    return spans.enter(current_actor(), _asked(given, campaign_id, kind), body["values"])
