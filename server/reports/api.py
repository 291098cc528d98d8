"""The reports API: exports."""

from __future__ import annotations

from flask import Response, send_file

from server.people.service import current_actor
from server.reports import service
from server.web import Blueprint

blueprint = Blueprint("reports", __name__, url_prefix="/api", description="What leaves the landing as files")


@blueprint.get("/campaigns/<int:campaign_id>/export")
@blueprint.response(200, content_type="application/zip")
@blueprint.alt_response(401, description="sign-in, device-revoked")
@blueprint.alt_response(404, description="not-found: a campaign outside my places, or a role that exports nothing")
def export(campaign_id: int) -> Response:
    """Everything that a campaign has gathered in my places, as a zip of tables."""
    made = service.export(current_actor(), campaign_id)
    return send_file(made.file, "application/zip", as_attachment=True, download_name=made.name)
