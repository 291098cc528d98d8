"""The phones' script is built once a run; an installation is made once for each database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.simulation_client.phone import bundle
from tests.simulation_client.town import Town
from tests.tools.databases import SqliteTemplates


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

        def get(kind: str) -> Town:
            if kind not in made:
                directory = tmp_path_factory.mktemp(kind)
                fresh = (
                    sqlite_templates.fresh(directory)
                    if kind == "sqlite"
                    else request.getfixturevalue("postgres").fresh()
                )
                made[kind] = Town(directory, stack.enter_context(fresh), script)
                stack.callback(made[kind].end)
            return made[kind]

        yield get
