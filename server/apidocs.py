"""The API page: Swagger UI over the OpenAPI document that the same schemas make, from files of our own origin.

The library's files come with the package `flask-swagger-ui`; its own page has an inline script, which our content
policy forbids, so the page is ours.
"""

from __future__ import annotations

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, send_from_directory

FILES = Path(flask_swagger_ui.__file__).parent / "dist"
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bến · API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<div id="api"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</html>
"""
START = """SwaggerUIBundle({
  url: "/api/openapi.json", dom_id: "#api", validatorUrl: null, supportedSubmitMethods: [],
});
"""

blueprint = Blueprint("apidocs", __name__, url_prefix="/api/docs")


@blueprint.get("/")
def page() -> str:
    """The page that a developer opens."""
    return PAGE


@blueprint.get("/start.js")
def start() -> Response:
    """Starts Swagger UI on our document."""
    return Response(START, mimetype="text/javascript")


@blueprint.get("/<path:name>")
def file(name: str) -> Response:
    """One of the library's files."""
    response = send_from_directory(FILES, name, max_age=86400)
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
