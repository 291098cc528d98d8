"""The people API: enrolling a phone, who am I, managing people."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, request, send_file

from server.people import blank, granting, importing, schemas, service, sessions
from server.people.service import current_actor
from server.problems import Problem
from server.web import Blueprint

blueprint = Blueprint("people", __name__, url_prefix="/api", description="People, phones and what they may do")
Document = dict[str, Any]


@blueprint.post("/enrolments/inspect")
@blueprint.arguments(schemas.TokenSchema)
@blueprint.response(200, schemas.InspectedSchema)
@blueprint.alt_response(404, description="enrolment-unknown")
@blueprint.alt_response(410, description="enrolment-used, enrolment-expired")
def inspect(given: Document) -> Document:
    """Whose link this is, without using it."""
    return service.inspect(given["token"])


@blueprint.post("/enrolments/redeem")
@blueprint.arguments(schemas.RedeemSchema)
@blueprint.response(201, schemas.EnrolledSchema)
@blueprint.alt_response(400, description="needs-https")
@blueprint.alt_response(404, description="enrolment-unknown")
@blueprint.alt_response(410, description="enrolment-used, enrolment-expired")
@blueprint.alt_response(422, description="consent-needed")
def redeem(given: Document) -> Document:
    """Uses the link: this phone becomes its person's, and gets a device number and a session cookie."""
    return service.redeem(given, request.user_agent.string)


@blueprint.get("/me")
@blueprint.response(200, schemas.MeSchema)
@blueprint.alt_response(401, description="sign-in, device-revoked")
def me() -> Document:
    """Who the server takes this phone for."""
    return service.me(current_actor())


@blueprint.patch("/me")
@blueprint.arguments(schemas.LanguageSchema)
@blueprint.response(200, schemas.MeSchema)
@blueprint.alt_response(401, description="sign-in, device-revoked")
def change_me(given: Document) -> Document:
    """Changes the language in which I am told things."""
    return service.set_language(current_actor(), given["language"])


@blueprint.get("/sessions/here")
@blueprint.response(200, schemas.SessionHereSchema(many=True))
@blueprint.alt_response(403, description="cross-site")
def sessions_here() -> list[Document]:
    """The phone numbers that this browser still has a session of, whatever became of its storage."""
    return sessions.here()


@blueprint.post("/sessions/end")
@blueprint.response(204)
@blueprint.alt_response(401, description="sign-in")
def end_session() -> None:
    """Ends this session; what the phone holds stays on the phone."""
    service.end_session()


@blueprint.post("/devices")
@blueprint.response(201, schemas.EnrolledSchema)
@blueprint.alt_response(401, description="sign-in, device-revoked")
def new_number() -> Document:
    """Another device number, for a phone whose storage was copied ('renumber' in a sync answer)."""
    return service.new_number(current_actor(), request.user_agent.string)


@blueprint.post("/devices/<int:number>/revoke")
@blueprint.response(204)
@blueprint.alt_response(403, description="not-yours-to-give")
@blueprint.alt_response(404, description="not-found")
def revoke_device(number: int) -> None:
    """Takes a phone's access back; what it still sends is kept in quarantine."""
    service.revoke_device(current_actor(), number)


@blueprint.get("/people")
@blueprint.response(200, schemas.PersonSchema(many=True))
@blueprint.alt_response(401, description="sign-in, device-revoked")
def people() -> list[Document]:
    """Those whose access I look after, with their phones."""
    return service.visible_people(current_actor())


@blueprint.post("/people")
@blueprint.arguments(schemas.NewPersonSchema)
@blueprint.response(201, schemas.PersonSchema)
@blueprint.alt_response(403, description="not-yours-to-give")
@blueprint.alt_response(404, description="not-found: a place outside my rights")
def add_person(given: Document) -> Document:
    """Adds somebody with a first role."""
    return service.add_person(current_actor(), given)


@blueprint.post("/people/<int:person_id>/enrolments")
@blueprint.response(201, schemas.LinkSchema)
@blueprint.alt_response(403, description="not-yours-to-give")
@blueprint.alt_response(404, description="not-found: a person outside my rights")
def give_link(person_id: int) -> Document:
    """A one-time link for one of them; it is shown this once."""
    return service.give_links(current_actor(), [person_id])[0]


@blueprint.post("/people/enrolments")
@blueprint.arguments(schemas.LinksForSchema)
@blueprint.response(201, schemas.LinkOfSchema(many=True))
@blueprint.alt_response(403, description="not-yours-to-give; `people`: to whom")
@blueprint.alt_response(404, description="not-found: people outside my rights; `people`: who they are")
def give_links(given: Document) -> list[Document]:
    """A one-time link for each of several people, for sheets of paper: for all of them or none; shown this once."""
    return service.give_links(current_actor(), given["people"])


@blueprint.get("/people/list/empty")
@blueprint.arguments(schemas.TemplateSchema, location="query")
@blueprint.response(200, content_type=blank.XLSX)
@blueprint.alt_response(404, description="not-found: I look after nobody's access")
def empty_list(given: Document) -> Response:
    """A workbook to write people into, with the roles and places that I may give."""
    made = blank.workbook(current_actor(), given["language"])
    return send_file(io.BytesIO(made), blank.XLSX, as_attachment=True, download_name="ben-people.xlsx")


@blueprint.post("/people/list/read")
@blueprint.response(200, schemas.ListSchema)
@blueprint.alt_response(404, description="not-found: I look after nobody's access")
@blueprint.alt_response(422, description="list-refused: 'code' says why")
def read_list() -> Document:
    """The rows of a list that comes as multipart/form-data, `list`: a workbook, or text from one. Nothing is kept."""
    actor = current_actor()
    given = request.files.get("list")
    if given is None:
        raise Problem("unsupported-media")
    return importing.read(actor, given.read())


@blueprint.post("/people/list/preview")
@blueprint.arguments(schemas.RowsSchema)
@blueprint.response(200, schemas.LineSchema(many=True))
@blueprint.alt_response(404, description="not-found: I look after nobody's access")
def preview_list(given: Document) -> list[Document]:
    """What each row of a list would do; nobody is added."""
    return importing.preview(current_actor(), given["rows"])


@blueprint.post("/people/list")
@blueprint.arguments(schemas.RowsSchema)
@blueprint.response(200, schemas.LineSchema(many=True))
@blueprint.alt_response(404, description="not-found: I look after nobody's access")
def add_list(given: Document) -> list[Document]:
    """Adds the people of those rows that are 'new', whose `person` they then are; of all others nothing is done."""
    return importing.add(current_actor(), given["rows"])


@blueprint.post("/people/<int:person_id>/roles")
@blueprint.arguments(schemas.NewRoleSchema)
@blueprint.response(201, schemas.PersonSchema)
@blueprint.alt_response(403, description="not-yours-to-give")
@blueprint.alt_response(404, description="not-found: a person or a place outside my rights")
@blueprint.alt_response(422, description="invalid: a role that would end before it begins")
def give_role(given: Document, person_id: int) -> Document:
    """Another role for one of them; it begins and ends by itself on its days."""
    return granting.give_role(current_actor(), person_id, given)


@blueprint.post("/people/<int:person_id>/roles/<int:role_id>/end")
@blueprint.arguments(schemas.RoleEndSchema)
@blueprint.response(200, schemas.PersonSchema)
@blueprint.alt_response(403, description="not-yours-to-give")
@blueprint.alt_response(404, description="not-found: a person or a role outside my rights")
def end_role(given: Document, person_id: int, role_id: int) -> Document:
    """Ends a role of one of them; what their phones still send of that place is kept in quarantine."""
    return granting.end_role(current_actor(), person_id, role_id, given.get("end"))


@blueprint.post("/people/<int:person_id>/roles/<int:role_id>/stand-in")
@blueprint.arguments(schemas.NewStandInSchema)
@blueprint.response(201, schemas.PersonSchema)
@blueprint.alt_response(403, description="not-yours-to-give")
@blueprint.alt_response(404, description="not-found: a person or a role outside my rights")
@blueprint.alt_response(422, description="invalid: a person for themselves, or days that end before they begin")
def stand_in(given: Document, person_id: int, role_id: int) -> Document:
    """Somebody who is away for some days, and who stands in for them."""
    return granting.stand_in(current_actor(), person_id, role_id, given)
