"""A phone or a desk as a person holds it: a browser with a profile that outlives it, and a network that can be cut."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import BrowserContext, Error, Page, Playwright, ViewportSize

from tests.tools.chromium_tools import PushBridge, ServiceWorkerControl, launch_kept
from tests.tools.local_push_service import LocalPushService
from tests.tools.net_gate import NetGate

PHONE: ViewportSize = {"width": 360, "height": 640}
DESK: ViewportSize = {"width": 1280, "height": 800}
ALLOWED = ["geolocation", "notifications", "background-sync", "camera", "microphone"]
# A place in Ngãi Xuyên, near enough to test with.
HERE = {"latitude": 9.6853, "longitude": 106.2571, "accuracy": 12}


class Handset:
    """One device of one person; its origin is its own gate, so that each has a network of its own.

    Closing it closes the browser; opening it again is the same device: storage, cookie, service worker.
    """

    def __init__(self, playwright: Playwright, directory: Path, port: int) -> None:
        self.playwright = playwright
        self.directory = directory
        self.net = NetGate(port)
        self.net.__enter__()
        self.screen = PHONE
        self.locale = "vi-VN"
        # What its camera sees (MJPEG); None: a test picture. Its microphone hears beeps.
        self.camera: Path | None = None
        # JavaScript that runs before each page's own: what an older browser hasn't.
        self.before = ""
        self.push_service: LocalPushService | None = None
        self.bridge: PushBridge | None = None
        self.context: BrowserContext | None = None
        self._page: Page | None = None
        self.errors: list[str] = []

    @property
    def page(self) -> Page:
        """The page that is open."""
        assert self._page is not None, "the browser is closed"
        return self._page

    def open(self, path: str = "/") -> Page:
        """Starts the browser, if it is closed, and goes to `path` of the app."""
        if self.context is None:
            options: dict[str, Any] = {"viewport": self.screen, "locale": self.locale, "geolocation": HERE}
            if self.screen is PHONE:
                options |= {"is_mobile": True, "has_touch": True}
            senses = ["--use-fake-device-for-media-stream"]
            if self.camera is not None:
                senses.append(f"--use-file-for-fake-video-capture={self.camera}")
            self.context = launch_kept(self.playwright, str(self.directory), *senses, **options)
            self.context.grant_permissions(ALLOWED, origin=self.net.url)
            if self.before:
                self.context.add_init_script(self.before)
            if self.push_service is not None:
                self.bridge = PushBridge(self.context, self.push_service)
            self._page = self.context.pages[0]
            self._page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(self.net.url + path)
        return self.page

    def new_tab(self, path: str = "/") -> Page:
        """Another tab of the same browser."""
        assert self.context is not None
        page = self.context.new_page()
        page.goto(self.net.url + path)
        return page

    def enrol(self, token: str) -> Page:
        """Opens the enrolment link."""
        return self.open(f"/#/enrol/{token}")

    def lose_network(self) -> None:
        """No network: the browser knows it, and nothing gets through."""
        self.net.down()
        if self.context is not None:
            self.context.set_offline(True)

    def regain_network(self) -> None:
        """Network again: the browser fires its 'online' event."""
        self.net.up()
        if self.context is not None:
            self.context.set_offline(False)

    def lose_signal(self) -> None:
        """A moment without network: what is under way ends without an answer, and no connection is reset."""
        assert self.context is not None
        self.context.set_offline(True)
        self.context.set_offline(False)

    def worker(self) -> ServiceWorkerControl:
        """The service worker, active."""
        control = ServiceWorkerControl(self.page)
        control.wait_activated()
        return control

    def close(self) -> None:
        """Closes the browser as swiping the app away does: no page gets time to finish anything."""
        if self.context is not None:
            self.context.close()
            self.context = self._page = None

    def kill(self) -> None:
        """Ends the browser as a phone that runs out of memory does: all its processes at once, at this very moment."""
        profile = f"--user-data-dir={self.directory}"
        killed = [each for each in psutil.process_iter() if profile in _command(each)]
        assert killed, "the browser is not running"
        for process in [*killed, *(child for each in killed for child in _children(each))]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        with contextlib.suppress(Error):
            self.close()
        self.context = self._page = None
        for lock in self.directory.glob("Singleton*"):  # names the process that is no more
            lock.unlink()

    def copy(self, directory: Path) -> Handset:
        """A phone onto which this one's storage was copied, session and all; close this one before."""
        shutil.copytree(self.directory, directory, dirs_exist_ok=True, ignore=shutil.ignore_patterns("Singleton*"))
        copied = Handset(self.playwright, directory, self.net.target_port)
        copied.net.__exit__()
        copied.net, copied.screen, copied.locale = self.net, self.screen, self.locale
        return copied

    def end(self) -> None:
        """Closes the browser and its network for good."""
        self.close()
        self.net.__exit__()


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []
