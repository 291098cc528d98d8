"""The forms API: form versions for phones; uploading, publishing and retiring them for the office."""

from __future__ import annotations

import unicodedata
from typing import Any
from urllib.parse import quote

from flask import Response, after_this_request, request
from werkzeug.datastructures import FileStorage

from server.forms import schemas, uploads
from server.people.service import current_actor
from server.problems import Problem
from server.web import MAX_UPLOAD, Blueprint

blueprint = Blueprint("forms", __name__, url_prefix="/api", description="Form versions; uploading and publishing them")
Document = dict[str, Any]


@blueprint.get("/forms/<int:form_version_id>")
@blueprint.response(200, schemas.CompiledFormSchema)
@blueprint.alt_response(304, description="The phone's copy (If-None-Match) is the same")
@blueprint.alt_response(401, description="sign-in, device-revoked")
@blueprint.alt_response(404, description="form-unknown")
def read(form_version_id: int) -> dict[str, Any]:
    """A form version, compiled. It never changes: the ETag is its hash."""
    form = uploads.readable(current_actor(), form_version_id)
    _answer_304_to(form["hash"])
    return form


@blueprint.get("/forms/<int:form_version_id>/files/<path:name>")
@blueprint.alt_response(304, description="The phone's copy (If-None-Match) is the same")
@blueprint.alt_response(404, description="not-found, form-unknown")
def read_file(form_version_id: int, name: str) -> Response:
    """A file beside a form version: what its texts show. It never changes.

    A picture on a page sends no header, so the address may name the phone instead: `?device=17`.
    """
    found = uploads.file(current_actor(device=request.args.get("device")), form_version_id, name)
    answer = Response(found.content, mimetype=found.media_type)
    # A picture may be SVG: it is shown, and runs nothing.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    answer.set_etag(found.hash)
    return answer.make_conditional(request)  # type: ignore[return-value]  # werkzeug gives back what it got


@blueprint.get("/forms/<int:form_version_id>/source")
@blueprint.alt_response(404, description="not-found: a version outside my office")
def read_source(form_version_id: int) -> Response:
    """The file that a version was made from, as it came."""
    name, data = uploads.source(current_actor(), form_version_id)
    answer = Response(data, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


@blueprint.get("/campaigns/<int:campaign_id>/forms")
@blueprint.response(200, schemas.FormListSchema(many=True))
@blueprint.alt_response(404, description="not-found: a campaign outside my office")
def listed(campaign_id: int) -> list[Document]:
    """The forms of a campaign with all their versions, drafts too."""
    return uploads.listed(current_actor(), campaign_id)


@blueprint.post("/campaigns/<int:campaign_id>/forms")
@blueprint.response(201, schemas.VersionSchema)
@blueprint.alt_response(404, description="not-found: a campaign outside my office")
@blueprint.alt_response(409, description="form-published: somebody else has published this version meanwhile")
@blueprint.alt_response(422, description="form-refused: 'errors' at their cells")
def upload(campaign_id: int) -> Document:
    """Uploads a form as multipart/form-data: `form`, `files` beside it, and the path of the `occurrence`."""
    actor = current_actor()
    return uploads.upload(actor, campaign_id, _uploaded())


@blueprint.post("/forms/<int:form_version_id>/publish")
@blueprint.arguments(schemas.AudienceSchema)
@blueprint.response(200, schemas.VersionSchema)
@blueprint.alt_response(404, description="not-found: a version outside my office")
@blueprint.alt_response(409, description="form-incomplete: 'missing' names the files")
@blueprint.alt_response(422, description="invalid: a role or place that isn't the campaign's")
def publish(given: Document, form_version_id: int) -> Document:
    """Publishes a version to roles and places (none: everybody, everywhere), or changes whom it is for."""
    return uploads.publish(current_actor(), form_version_id, given["roles"], given["places"])


@blueprint.post("/forms/<int:form_version_id>/retire")
@blueprint.response(200, schemas.VersionSchema)
@blueprint.alt_response(404, description="not-found: a version outside my office, or a draft")
def retire(form_version_id: int) -> Document:
    """From now on no record is begun with this version; what was written before still comes in."""
    return uploads.retire(current_actor(), form_version_id)


@blueprint.delete("/forms/<int:form_version_id>/retire")
@blueprint.response(200, schemas.VersionSchema)
@blueprint.alt_response(404, description="not-found: a version outside my office, or a draft")
def take_back(form_version_id: int) -> Document:
    """Offers a retired version again."""
    return uploads.retire(current_actor(), form_version_id, back=True)


@blueprint.delete("/forms/<int:form_version_id>")
@blueprint.response(204)
@blueprint.alt_response(404, description="not-found: a version outside my office")
@blueprint.alt_response(409, description="form-published: phones may have it; retire it instead")
def discard(form_version_id: int) -> None:
    """Takes a draft away."""
    uploads.discard(current_actor(), form_version_id)


def _uploaded() -> uploads.Upload:
    """The files of the request. Raises Problem 'unsupported-media' without a form, 'body-too-large'."""
    request.max_content_length = MAX_UPLOAD
    form = request.files.get("form")
    if form is None:
        raise Problem("unsupported-media", "Send multipart/form-data with the form's file as 'form'.")
    files = {_name(one): one.stream.read() for one in request.files.getlist("files")}
    occurrence = request.form.get("occurrence") or None
    return uploads.Upload(form.stream.read(), _name(form), files, occurrence)


def _name(file: FileStorage) -> str:
    name = (file.filename or "form").replace("\\", "/").rpartition("/")[2]
    return unicodedata.normalize("NFC", name)


def _answer_304_to(tag: str) -> None:
    @after_this_request
    def compare(response: Response) -> Response:
        response.set_etag(tag)
        response.headers["Cache-Control"] = "private, no-cache"
        return response.make_conditional(request)  # type: ignore[return-value]  # werkzeug gives back what it got
