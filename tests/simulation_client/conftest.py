"""The phones' script is built once a run; an installation is made once for each database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.simulation_client.phone import bundle
from tests.simulation_client.town import Town, standing
from tests.tools.databases import PostgresServer, SqliteTemplates


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The phone without a screen, built from pwa/."""
    return bundle(tmp_path_factory.mktemp("phone"))


@pytest.fixture(scope="module")
def town_on(
    script: Path,
    sqlite_templates: SqliteTemplates,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], Town]]:
    """The installation on SQLite or on PostgreSQL, made when it is first asked for."""
    made: dict[str, Town] = {}
    with ExitStack() as stack:

        def get(store: str) -> Town:
            if store not in made:
                directory = tmp_path_factory.mktemp(store)
                if store == "sqlite":
                    fresh, programs = sqlite_templates.fresh(directory), os.environ["PATH"]
                else:
                    server: PostgresServer = request.getfixturevalue("postgres")
                    fresh, programs = server.fresh(), server.programs
                made[store] = stack.enter_context(standing(directory, stack.enter_context(fresh), script, programs))
            return made[store]

        yield get
