"""WebKit, the engine of every browser on an iPhone: WebKitGTK, driven by selenium on a screen of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import psutil
from selenium import webdriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

DRIVER = "WebKitWebDriver"
BROWSER = Path(__file__).with_name("webkit_browser.py")
QUIET = {
    "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",  # it doesn't start as root otherwise
    "WEBKIT_DISABLE_DMABUF_RENDERER": "1",
    "LIBGL_ALWAYS_SOFTWARE": "1",
    "NO_AT_BRIDGE": "1",
    "GTK_A11Y": "none",
    "GDK_BACKEND": "x11",
}


def present() -> bool:
    """Whether this machine has what it needs (Debian: webkit2gtk-driver xvfb python3-gi gir1.2-webkit2-4.1)."""
    if not all(shutil.which(each) for each in (DRIVER, "Xvfb", "/usr/bin/python3")):
        return False
    asked = "import gi; gi.require_version('WebKit2', '4.1'); from gi.repository import WebKit2"
    return subprocess.run(["/usr/bin/python3", "-c", asked], capture_output=True, check=False).returncode == 0


class WebKit:
    """A browser with the storage of this folder, open on an empty page of a phone's size."""

    def __init__(self, profile: Path) -> None:
        reading, writing = os.pipe()
        screen = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "800x900x24", "-nolisten", "tcp"]
        self._screen = subprocess.Popen(screen, pass_fds=(writing,), stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as told:
            display = f":{told.readline().strip()}"
        options = Options()
        options.binary_location = str(BROWSER)
        options.add_argument(f"--profile={profile}")
        environment = {**os.environ, **QUIET, "DISPLAY": display}
        service = Service(shutil.which(DRIVER), log_output=subprocess.DEVNULL, env=environment)
        try:
            self._driver = webdriver.WebKitGTK(options=options, service=service)
        except BaseException:
            self._end_screen()
            raise
        self._driver.set_script_timeout(30)

    def goto(self, url: str) -> None:
        """Opens the address as a fresh page."""
        self._driver.get("about:blank")
        self._driver.get(url)

    def eval(self, expression: str) -> Any:
        """The value of a JavaScript expression, promises awaited, by way of JSON. Raises RuntimeError."""
        script = (
            "const done = arguments[arguments.length - 1];"
            f"(async () => ({expression}))().then(value => done([1, JSON.stringify(value)]), e => done([0, `${{e}}`]))"
        )
        good, value = self._driver.execute_async_script(script)
        if not good:
            raise RuntimeError(value)
        return None if value is None else json.loads(value)

    def wait_for(self, expression: str, timeout: float = 15.0, interval: float = 0.1) -> Any:
        """The first value of the expression that is true. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        while not (value := self.eval(expression)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{expression!r} stayed {value!r} for {timeout} s")
            time.sleep(interval)
        return value

    def press(self, expression: str) -> None:
        """A real click in the middle of the element that the expression gives, after scrolling there."""
        self._element(expression).click()

    def type(self, expression: str, text: str) -> None:
        """Real keys into the field that the expression gives."""
        self._element(expression).send_keys(text)

    def _element(self, expression: str) -> WebElement:
        script = f"const found = {expression}; found.scrollIntoView({{block: 'center'}}); return found"
        found: WebElement = self._driver.execute_script(script)
        return found

    def kill(self) -> None:
        """Ends all processes of the browser at once, the one that holds its storage first, and gives none a moment."""
        driver = psutil.Process(self._driver.service.process.pid)
        running = driver.children(recursive=True)
        storage = [each for each in running if each.name().startswith("WebKitNetwork")]
        assert storage, "no storage process runs"
        for each in [*storage, *(other for other in running if other not in storage), driver]:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        self._driver.service.process.wait(10)
        self._driver.service.process = None  # else selenium asks it to end, later
        self._end_screen()

    def close(self) -> None:
        """Ends the browser; its storage stays in the folder."""
        try:
            self._driver.quit()
        finally:
            self._end_screen()

    def _end_screen(self) -> None:
        self._screen.terminate()
        self._screen.wait(10)
