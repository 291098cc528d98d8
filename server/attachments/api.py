"""Resumable uploads by tus 1.0 (https://tus.io/protocols/resumable-upload), for photos and other files of records.

Core, creation, creation-with-upload, expiration and termination. An upload's address is known from its name, so that a
phone that has forgotten everything else still goes on where it was.
"""

from __future__ import annotations

from email.utils import format_datetime

from flask import Response, request

from server.attachments import service
from server.attachments.schemas import CHUNK, VERSION, check_version, metadata_of, offset_of
from server.attachments.service import State
from server.config import current_settings
from server.people.service import current_actor
from server.web import Blueprint

blueprint = Blueprint("attachments", __name__, url_prefix="/api/attachments", description="Resumable uploads (tus 1.0)")
EXTENSIONS = "creation,creation-with-upload,expiration,termination"


@blueprint.after_request
def speak_tus(response: Response) -> Response:
    """Every answer says which version is spoken; a refused version is told which there are."""
    response.headers["Tus-Resumable"] = VERSION
    if response.status_code == 412 or request.method == "OPTIONS":
        response.headers["Tus-Version"] = VERSION
    return response


@blueprint.route("", methods=["OPTIONS"], provide_automatic_options=False)
@blueprint.response(204)
def options() -> Response:
    """What this server speaks."""
    most = max(current_settings().max_picture, current_settings().max_file)
    return Response(status=204, headers={"Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(most)})


@blueprint.post("")
@blueprint.response(201)
def create_upload() -> Response:
    """Begins an upload, or says that its content is there already; its first bytes may come along."""
    check_version()
    actor = current_actor()
    said = service.announced(request.headers.get("Upload-Length"), request.headers.get("Upload-Metadata", ""))
    state = service.create(actor, said, request.stream.read if request.mimetype == CHUNK else None)
    return _told(state, 201)


@blueprint.route("/<string:upload_id>", methods=["HEAD"])
@blueprint.response(200)
def look(upload_id: str) -> Response:
    """How far an upload is."""
    check_version()
    state = service.look(current_actor(), upload_id)
    answer = _told(state, 200)
    answer.headers["Upload-Length"] = str(state.length)
    answer.headers["Upload-Metadata"] = metadata_of(state.named)
    return answer


@blueprint.patch("/<string:upload_id>")
@blueprint.response(204)
def append(upload_id: str) -> Response:
    """Appends bytes at an offset; the last ones finish the upload, if it passes the checks."""
    check_version()
    return _told(service.append(current_actor(), upload_id, offset_of(), request.stream.read), 204)


@blueprint.delete("/<string:upload_id>")
@blueprint.response(204)
def give_up(upload_id: str) -> Response:
    """Removes an unfinished upload."""
    check_version()
    service.give_up(current_actor(), upload_id)
    return Response(status=204)


def _told(state: State, status: int) -> Response:
    answer = Response(status=status, headers={"Upload-Offset": str(state.offset)})
    if status == 201:
        answer.headers["Location"] = f"/api/attachments/{state.named.id}"
        answer.autocorrect_location_header = False
    if state.expires is not None:
        answer.headers["Upload-Expires"] = format_datetime(state.expires, usegmt=True)
    return answer
