"""A phone with a browser of another family, Firefox or WebKit, driven by what both can do: keys, clicks, JavaScript."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.tools import webkit
from tests.tools.firefox_bidi import BINARY, Firefox, Page
from tests.tools.net_gate import NetGate
from tests.tools.webkit import WebKit

FAMILIES = ("firefox", "webkit")
IDLE = "document.querySelector('[data-testid=sync][data-state=idle]')"
FINISH = "document.querySelector('.finish button[data-kind=primary]')"


def present(family: str) -> bool:
    """Whether this machine has the browser."""
    return webkit.present() if family == "webkit" else shutil.which(BINARY) is not None


class OtherPhone:
    """One device of one person; closing and opening it is the same device, as with a `Handset`."""

    def __init__(self, family: str, directory: Path, port: int) -> None:
        self.family = family
        self.directory = directory
        self.net = NetGate(port)
        self.net.__enter__()
        self._browser: Firefox | WebKit | None = None
        self._page: Page | WebKit | None = None

    @property
    def page(self) -> Page | WebKit:
        """The page that is open."""
        assert self._page is not None, "the browser is closed"
        return self._page

    def open(self, path: str = "/") -> Page | WebKit:
        """Starts the browser, if it is closed, and goes to `path` of the app."""
        if self._browser is None:
            if self.family == "webkit":
                self._browser = self._page = WebKit(self.directory)
            else:
                self._browser = Firefox(profile=str(self.directory))
                self._page = self._browser.page()
        self.page.goto(self.net.url + path)
        return self.page

    def close(self) -> None:
        """Ends the browser."""
        if self._browser is not None:
            self._browser.close()
            self._browser = self._page = None

    def kill(self) -> None:
        """Ends the browser as a phone that runs out of memory does."""
        assert self._browser is not None, "the browser is closed"
        self._browser.kill()
        self._browser = self._page = None

    def end(self) -> None:
        """Closes the browser and its network for good."""
        self.close()
        self.net.__exit__()

    def enrol(self, token: str) -> None:
        """Uses the link, consents, and waits until the app works without network."""
        page = self.open(f"/#/enrol/{token}")
        self.press("document.querySelector('#consent-account')")
        self.press("[...document.querySelectorAll('main button[data-kind=primary]')].at(-1)")
        page.wait_for(f"!!{IDLE}", timeout=30)
        page.wait_for(
            "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)", timeout=30
        )

    def press(self, expression: str) -> None:
        """Waits for the element and clicks it."""
        self.page.wait_for(f"!!({expression})")
        self.page.press(expression)

    def show(self, path: str) -> None:
        """Goes to a screen inside the running app."""
        self.page.eval(f"void (location.hash = '#/' + {json.dumps(path)})")
        self.page.wait_for("!!document.querySelector('h1')")

    def text(self, selector: str) -> str:
        """What is written there, once it is there."""
        found: str = self.page.wait_for(f"document.querySelector({json.dumps(selector)})?.innerText")
        return found

    def count(self, selector: str) -> int:
        """How many there are now."""
        found: int = self.page.eval(f"document.querySelectorAll({json.dumps(selector)}).length")
        return found

    def begin(self, form: str) -> None:
        """Taps a form on the home screen."""
        self.press(f"[...document.querySelectorAll('.tile')].find(each => each.innerText.includes({json.dumps(form)}))")
        self.page.wait_for("!!document.querySelector('.question')")

    def fill(self, answers: Mapping[str, Any]) -> None:
        """Answers questions as `screens.fill` does, then waits until they are kept on this phone."""
        for path, value in answers.items():
            asked = f"document.querySelector('.question[data-path=\"{path}\"]')"
            if value == "now":
                self.press(f"{asked}.querySelector('button')")
            elif isinstance(value, int):
                self.page.type(f"{asked}.querySelector('input')", str(value))
            else:
                for label in value if isinstance(value, list) else [value]:
                    self.press(
                        f"[...{asked}.querySelectorAll('label')].find(e => e.innerText.trim() === {json.dumps(label)})"
                    )
        self.kept()

    def kept(self) -> None:
        """Waits until the form says that the draft is kept, for longer than typing is held back."""
        self.page.wait_for(
            "new Promise(done => setTimeout(done, 500))"
            ".then(() => document.querySelector('.kept[data-state=kept]') !== null)"
        )

    def finish(self) -> str:
        """Finishes the form; returns the record's number as the receipt shows it."""
        self.press(FINISH)
        return self.text(".receipt .receipt-id strong")
