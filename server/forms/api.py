"""The forms API: one form version, for a phone that meets a record of a version it doesn't hold."""

from __future__ import annotations

from typing import Any

from flask import Response, after_this_request, request
from flask_smorest import Blueprint

from server.forms import schemas, service
from server.people.service import current_actor

blueprint = Blueprint("forms", __name__, url_prefix="/api", description="Form versions as the phone runs them")


@blueprint.get("/forms/<int:form_version_id>")
@blueprint.response(200, schemas.CompiledFormSchema)
@blueprint.alt_response(304, description="The phone's copy (If-None-Match) is the same")
@blueprint.alt_response(401, description="sign-in, device-revoked")
@blueprint.alt_response(404, description="form-unknown")
def read(form_version_id: int) -> dict[str, Any]:
    """A form version, compiled. It never changes: the ETag is its hash."""
    current_actor()
    form = service.compiled(form_version_id)
    _answer_304_to(form["hash"])
    return form


def _answer_304_to(tag: str) -> None:
    @after_this_request
    def compare(response: Response) -> Response:
        response.set_etag(tag)
        response.headers["Cache-Control"] = "private, no-cache"
        return response.make_conditional(request)  # type: ignore[return-value]  # werkzeug gives back what it got
