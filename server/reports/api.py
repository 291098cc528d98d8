"""The reports API: official reports, exports."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from flask import Response, send_file

from server.people.service import current_actor
from server.reports import commending, figures, official, points, schemas, service, spans
from server.scores import service as scores
from server.web import Blueprint

blueprint = Blueprint("reports", __name__, url_prefix="/api", description="What leaves the landing as files")
Document = dict[str, Any]
KIND = "/campaigns/<int:campaign_id>/reports/<any(month, half, year):kind>"
NOT_MINE = "not-found: no such report, or not mine"


TYPES = {
    "zip": "application/zip",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _asked(given: Document, campaign_id: int, kind: str) -> spans.Asked:
    return spans.Asked(campaign_id, given["place"], kind, given["day"], given.get("on"))


def _file(content: bytes, kind: str, name: str) -> Response:
    return send_file(io.BytesIO(content), kind, as_attachment=True, download_name=name)


def _table(header: Sequence[str], rows: Sequence[Sequence[object]], *named: str) -> Response:
    name, file_type = named
    return _file(service.written(header, rows, file_type), TYPES[file_type], f"{name}.{file_type}")


@blueprint.get("/campaigns/<int:campaign_id>/export")
@blueprint.arguments(schemas.ExportSchema, location="query")
@blueprint.response(200, content_type="application/zip")
@blueprint.alt_response(401, description="sign-in, device-revoked")
@blueprint.alt_response(404, description="not-found: a campaign outside my places, or a role that exports nothing")
def export(given: Document, campaign_id: int) -> Response:
    """Everything that a campaign has gathered in my places, as tables: a zip of CSV files, or a workbook."""
    made = service.export(current_actor(), campaign_id, given["format"])
    return send_file(made.file, TYPES[given["format"]], as_attachment=True, download_name=made.name)


@blueprint.get("/campaigns/<int:campaign_id>/points")
@blueprint.response(200, content_type="application/geo+json")
@blueprint.alt_response(404, description=NOT_MINE)
def all_points(campaign_id: int) -> Response:
    """Where records are, as GeoJSON: exact for who reviews them, in squares of 500 metres for who exports."""
    content = points.points(current_actor(), campaign_id).encode("utf-8", "backslashreplace")
    return _file(content, "application/geo+json", f"ben-points-{campaign_id}.geojson")


@blueprint.get("/campaigns/<int:campaign_id>/scores/table")
@blueprint.arguments(schemas.ScoresSchema, location="query")
@blueprint.response(200, content_type="text/csv")
@blueprint.alt_response(404, description="not-found: no scoring table, or no unit that I score")
def score_table(given: Document, campaign_id: int) -> Response:
    """The totals of the units that I score, as a workbook or as CSV."""
    header, rows = scores.table(current_actor(), campaign_id)
    return _table(header, rows, f"ben-scores-{campaign_id}", given["format"])


@blueprint.get("/campaigns/<int:campaign_id>/commendations/<string:record>/vote-record")
@blueprint.response(200, content_type=official.WORD)
@blueprint.alt_response(404, description="not-found: no such nomination, not mine to see, or its unit hasn't met")
@blueprint.alt_response(409, description="no-issuer")
def vote_record(campaign_id: int, record: str) -> Response:
    """The record of a unit's meeting about a nomination, as a draft to be signed: DOCX."""
    made = commending.vote_record(current_actor(), campaign_id, record)
    return _file(made.content, official.WORD, made.name)


@blueprint.get("/campaigns/<int:campaign_id>/commendations/<string:record>/achievements")
@blueprint.response(200, content_type=official.WORD)
@blueprint.alt_response(404, description="not-found: no such nomination, or not mine to see")
@blueprint.alt_response(409, description="no-issuer")
def achievements(campaign_id: int, record: str) -> Response:
    """What a nominee has achieved, with the approved records that show it, as a draft to be signed: DOCX."""
    made = commending.achievements(current_actor(), campaign_id, record)
    return _file(made.content, official.WORD, made.name)


@blueprint.get("/campaigns/<int:campaign_id>/commendation-list")
@blueprint.arguments(schemas.ProposalSchema, location="query")
@blueprint.response(200, content_type=official.WORD)
@blueprint.alt_response(404, description="not-found: nobody is on that list, or not my office")
@blueprint.alt_response(409, description="no-issuer, no-grantor")
def proposal(given: Document, campaign_id: int) -> Response:
    """The proposal to whoever grants an award, with the list for decision as its appendix: DOCX."""
    made = commending.proposal(current_actor(), campaign_id, given["award"], given["place"])
    return _file(made.content, official.WORD, made.name)


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
    return _file(made.content, official.WORD, made.name)


@blueprint.get(f"{KIND}/figures")
@blueprint.arguments(schemas.TableSchema, location="query")
@blueprint.response(200, content_type="text/csv")
@blueprint.alt_response(404, description=NOT_MINE)
def by_period(given: Document, campaign_id: int, kind: str) -> Response:
    """The figures of each reporting period of a span, of a place and its units, as a table."""
    rows = figures.by_period(current_actor(), _asked(given, campaign_id, kind))
    return _table(figures.HEADER, rows, f"ben-figures-{kind}-{given['day']}", given["format"])


@blueprint.get(f"{KIND}/public-figures")
@blueprint.arguments(schemas.TableSchema, location="query")
@blueprint.response(200, content_type="text/csv")
@blueprint.alt_response(404, description=NOT_MINE)
@blueprint.alt_response(409, description="period-open: only a year that is over is published")
def for_everybody(given: Document, campaign_id: int, kind: str) -> Response:
    """Anonymised figures of a year that is over: small counts are hidden, and can't be worked out from totals."""
    rows = figures.for_everybody(current_actor(), _asked(given, campaign_id, kind))
    return _table(figures.PUBLIC, rows, f"ben-public-{given['day']}", given["format"])


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
