"""The story's stage: a real installation, and devices in people's hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect, sync_playwright

from tests.tools.handset import Handset
from tests.tools.landing import Landing
from tests.tools.local_push_service import LocalPushService

expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is end to end."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, for the run."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def push() -> Iterator[LocalPushService]:
    """A real web push service on loopback, for this chapter."""
    with LocalPushService() as service:
        yield service


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory, push: LocalPushService) -> Iterator[Landing]:
    """An installation of this chapter's own, with the campaign of Trà Cú loaded, running."""
    directory = tmp_path_factory.mktemp("landing")
    made = Landing(directory, BEN_PUSH_HOSTS="127.0.0.1", REQUESTS_CA_BUNDLE=push.ca_file)
    try:
        yield made.prepare().start()
    finally:
        made.stop()


@pytest.fixture(scope="module")
def handset(
    playwright: Playwright, landing: Landing, push: LocalPushService, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Handset]]:
    """Makes devices; they are closed at the end of the chapter."""
    made: list[Handset] = []

    def make() -> Handset:
        new = Handset(playwright, tmp_path_factory.mktemp("handset"), landing.port)
        new.push_service = push
        made.append(new)
        return new

    yield make
    for each in made:
        each.end()
