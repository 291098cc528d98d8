"""The API page works from our own origin, under our own content policy."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask

from tests.tools.phones import Phone


def test_the_page_loads_only_files_that_this_server_has(app: Flask, phone: Callable[[], Phone]) -> None:
    page = phone().get("/api/docs/")
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    files = re.findall(r'(?:src|href)="([^"]+)"', page.get_data(as_text=True))
    assert len(files) == 3
    for path in files:
        assert phone().get(path).status_code == 200
    assert "<script>" not in page.get_data(as_text=True)


def test_the_document_describes_every_route_with_its_schemas(app: Flask, phone: Callable[[], Phone]) -> None:
    document = phone().get("/api/openapi.json").get_json()
    assert "/api/sync" in document["paths"]
    assert {"SyncRequest", "SyncAnswer"} <= set(document["components"]["schemas"])
