"""The story's stage: a real installation, and devices in people's hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, ViewportSize, expect, sync_playwright

from tests.tools import screens
from tests.tools.handset import PHONE, Handset
from tests.tools.http_phone import HttpPhone
from tests.tools.landing import Landing
from tests.tools.local_push_service import LocalPushService

expect.set_options(timeout=30_000)  # a slow machine is no failure


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
    made = Landing(directory, BEN_PUSH_HOSTS=push.url, REQUESTS_CA_BUNDLE=push.ca_file)
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


class Crew:
    """The people of Ngãi Xuyên, each enrolled on a device of their own."""

    def __init__(self, landing: Landing, handset: Callable[[], Handset]) -> None:
        self.landing = landing
        self.handset = handset
        self.tokens = landing.tokens()

    def enrol(self, token: str, screen: ViewportSize = PHONE, locale: str = "vi-VN") -> Handset:
        """A device whose owner has used a link and whose app is ready to work without network."""
        device = self.handset()
        device.screen, device.locale = screen, locale
        page = device.enrol(token)
        screens.join(page)
        screens.wait_for_worker(page)
        return device

    def volunteer(self) -> Handset:
        """Thạch Thị Sóc Kha's phone."""
        return self.enrol(self.tokens[0])

    def supervisor(self, screen: ViewportSize = PHONE) -> Handset:
        """Trần Văn Lành's phone or desk; a new link each time."""
        return self.enrol(self.landing.another_link(2), screen)

    def second_volunteer(self, name: str = "Kim Thị Ánh Nguyệt") -> Handset:
        """A neighbour of the same commune, added by the installation's operator."""
        given = ["--name", name, "--role", "TNV", "--place", "xa-ngai-xuyen"]
        return self.enrol(self.landing.another_link(int(self.landing.flask("people", "add", *given).split()[-1])))

    def eye(self) -> HttpPhone:
        """The supervisor's view of the server without a browser, for what a screen can't prove."""
        return HttpPhone(self.landing.port, self.landing.another_link(2))


@pytest.fixture(scope="module")
def crew(landing: Landing, handset: Callable[[], Handset]) -> Crew:
    """The people of Ngãi Xuyên."""
    return Crew(landing, handset)
