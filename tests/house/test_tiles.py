"""Maps: no picture comes from elsewhere, unless the office has a tile server of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.app import create_app
from server.config import SettingError, Settings, from_environment


def policy(tmp_path: Path, tiles: str) -> str:
    app = create_app(Settings(data_dir=tmp_path, tiles=tiles))
    return app.test_client().get("/api/docs").headers["Content-Security-Policy"]


def test_pages_may_fetch_pictures_from_here_alone(tmp_path: Path) -> None:
    assert "img-src 'self' data: blob:;" in policy(tmp_path, "")


def test_of_other_hosts_pages_may_fetch_pictures_from_the_offices_tile_server_alone(tmp_path: Path) -> None:
    found = policy(tmp_path, "https://tiles.example.vn:8443/osm/{z}/{x}/{y}.png")
    assert "img-src 'self' data: blob: https://tiles.example.vn:8443;" in found


def test_the_tile_server_is_a_setting() -> None:
    address = "https://tiles.example.vn/{z}/{x}/{y}.png"
    assert from_environment({"BEN_TILES": address}).tiles == address
    assert from_environment({}).tiles == ""


@pytest.mark.parametrize(
    "given",
    [
        "tiles.example.vn/{z}/{x}/{y}.png",
        "https://tiles.example.vn/",
        "https:///{z}/{x}/{y}.png",
        "https://a.example;script-src*/{z}/{x}/{y}.png",
        "https://{s}.example.vn/{z}/{x}/{y}.png",
    ],
)
def test_an_address_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(SettingError, match="BEN_TILES"):
        from_environment({"BEN_TILES": given})
