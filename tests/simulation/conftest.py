"""Fixtures for the simulation over databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulation.sql import STORES, Landing, opened


@pytest.fixture(scope="module", params=STORES)
def landing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Landing]:
    """The product on each database."""
    with opened(request.param, tmp_path_factory.mktemp("landing")) as made:
        yield made
