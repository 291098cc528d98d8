"""Drive Debian's Firefox ESR headless over WebDriver BiDi, with nothing but ``websockets``.

No geckodriver is needed (none is in Debian, and the npm/PyPI packages of that
name download it from elsewhere): Firefox itself serves BiDi when started with
``--remote-debugging-port``.

    with Firefox(push_server=push.ws_url) as ff:
        page = ff.page("http://localhost:5000/")
        sub = page.eval("...", user_activation=True)
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

START_SECONDS = 60
BINARY = shutil.which("firefox-esr") or shutil.which("firefox") or "/usr/bin/firefox-esr"

#: No request leaves the machine, no first-run pages.
QUIET = {
    "app.normandy.enabled": False,
    "app.update.auto": False,
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.contentblocking.introCount": 99,
    "browser.newtabpage.enabled": False,
    "browser.safebrowsing.blockedURIs.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.search.update": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage": "about:blank",
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "browser.topsites.contile.enabled": False,
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.disable_open_during_load": False,
    "extensions.blocklist.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.prefetch-next": False,
    "network.trr.mode": 5,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.server": "",
    "toolkit.telemetry.unified": False,
}

#: What web push against a local service needs. See README for why each is here.
PUSH = {
    "dom.push.testing.allowInsecureServerURL": True,  # ws:// instead of wss://
    # --remote-debugging-port and Marionette set dom.push.connection.enabled=false
    # (RecommendedPreferences.sys.mjs), and then every subscribe() fails with
    # "AbortError: Error retrieving push subscription".  A value in user.js wins over that.
    "dom.push.connection.enabled": True,
    "dom.push.retryBaseInterval": 200,  # reconnect in 0.2 s instead of 5 s
    "dom.push.loglevel": os.environ.get("FIREFOX_PUSH_LOG", "Error"),
    "dom.serviceWorkers.testing.enabled": True,  # service workers on http:// hosts other than localhost; optional
    "dom.webnotifications.requireuserinteraction": True,  # the default, stated: permission needs a gesture
    # Without a D-Bus notification daemon showNotification() rejects, and the push is nacked 302.
    "alerts.useSystemBackend": False,
}


class BiDiError(Exception):
    """Firefox said no, or nothing."""


def _write_preferences(profile: Path, push_server: str | None, notifications: str) -> None:
    preferences: dict[str, Any] = {**QUIET, **PUSH}
    preferences["permissions.default.desktop-notification"] = {"granted": 1, "denied": 2, "prompt": 0}[notifications]
    if push_server:
        preferences["dom.push.serverURL"] = push_server
    else:
        preferences["dom.push.connection.enabled"] = False
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items())
    (profile / "user.js").write_text("".join(lines))


class Firefox:
    """A headless Firefox with a profile of its own.

    `notifications`: granted, denied or prompt. `profile`: a directory to keep, so that a restart can be tested.
    The BiDi session has the browser's own privileges too, so that notifications can be seen and clicked.
    """

    def __init__(
        self, push_server: str | None = None, *, notifications: str = "granted", profile: str | None = None
    ) -> None:
        self._own_profile = profile is None
        self.profile = Path(profile or tempfile.mkdtemp(prefix="firefox-profile-"))
        self.profile.mkdir(parents=True, exist_ok=True)
        _write_preferences(self.profile, push_server, notifications)
        self.output: list[str] = []
        self._ids = itertools.count(1)
        self._replies: dict[int, dict] = {}
        self._changed = threading.Condition()
        self._closed = False
        self._stack = contextlib.ExitStack()
        self.process = self._start()
        address = self._address()
        self._socket = self._stack.enter_context(
            connect(address + "/session", max_size=None, proxy=None, open_timeout=20)
        )
        threading.Thread(target=self._receive, daemon=True).start()
        self.call("session.new", capabilities={})

    def _start(self) -> subprocess.Popen[str]:
        arguments = [BINARY, "--headless", "--no-remote", "--profile", str(self.profile)]
        arguments += ["--remote-debugging-port", "0", "--remote-allow-system-access", "about:blank"]
        size = {"MOZ_HEADLESS_WIDTH": "412", "MOZ_HEADLESS_HEIGHT": "915", "MOZ_CRASHREPORTER_DISABLE": "1"}
        environment = {**os.environ, **size, "HOME": str(self.profile)}  # no ~/.mozilla, ~/.cache
        return subprocess.Popen(
            arguments,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            start_new_session=True,
        )

    def _address(self) -> str:
        """Where BiDi listens, read from Firefox's own output."""
        found: queue.Queue[str] = queue.Queue()

        def read() -> None:
            for line in self.process.stdout or ():
                self.output.append(line.rstrip())
                if match := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
                    found.put(match.group(1))
            found.put("")

        threading.Thread(target=read, daemon=True).start()
        with contextlib.suppress(queue.Empty):
            if address := found.get(timeout=START_SECONDS):
                return address
        self.close()
        raise BiDiError("Firefox did not start:\n" + "\n".join(self.output[-20:]))

    # -- protocol

    def _receive(self) -> None:
        try:
            for raw in self._socket:
                msg = json.loads(raw)
                with self._changed:
                    if msg.get("type") != "event":
                        self._replies[msg["id"]] = msg
                    self._changed.notify_all()
        except Exception:
            pass
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def call(self, method: str, timeout: float = 60.0, **params: Any) -> dict:
        i = next(self._ids)
        self._socket.send(json.dumps({"id": i, "method": method, "params": params}))
        with self._changed:
            if not self._changed.wait_for(lambda: i in self._replies or self._closed, timeout):
                raise BiDiError(f"no answer to {method} in {timeout} s")
            reply = self._replies.pop(i, None)
        if reply is None:
            raise BiDiError(f"Firefox closed the connection during {method}")
        if reply["type"] == "error":
            raise BiDiError(f"{method}: {reply['error']}: {reply['message']}")
        return reply["result"]

    def page(self, url: str | None = None) -> Page:
        context = self.call("browsingContext.create", type="tab")["context"]
        page = Page(self, context)
        if url:
            page.goto(url)
        return page

    def set_permission(self, origin: str, name: str = "notifications", state: str = "granted") -> None:
        self.call("permissions.setPermission", descriptor={"name": name}, state=state, origin=origin)

    def chrome_eval(self, expression: str) -> Any:
        """Run a script with browser privileges."""
        tree = self.call("browsingContext.getTree", **{"moz:scope": "chrome"})["contexts"]
        r = self.call(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            awaitPromise=True,
            target={"context": tree[0]["context"]},
        )
        if r["type"] == "exception":
            raise BiDiError(r["exceptionDetails"]["text"])
        value = r["result"].get("value")
        return None if value is None else json.loads(value)

    def alerts(self) -> list[dict]:
        """The notifications on screen."""
        return self.chrome_eval(
            "[...Services.wm.getEnumerator('alert:alert')].filter(w => w.document.readyState === 'complete')"
            ".map(w => ({ title: w.document.getElementById('alertTitleLabel').value,"
            " body: w.document.getElementById('alertTextLabel').textContent }))"
        )

    def click_alert(self, title: str, timeout: float = 10.0) -> None:
        """Click a notification as a user does: a trusted ``notificationclick``, openWindow() allowed."""
        self._alert_button(title, "alertBox", timeout)

    def dismiss_alert(self, title: str, timeout: float = 10.0) -> None:
        """Close it with its X: fires ``notificationclose``."""
        self._alert_button(title, "alert-close", timeout)

    def _alert_button(self, title: str, element: str, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while not any(a["title"] == title for a in self.alerts()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no notification {title!r}; on screen: {self.alerts()}")
            time.sleep(0.05)
        self.chrome_eval(
            "[...Services.wm.getEnumerator('alert:alert')].find(w => w.document.getElementById('alertTitleLabel')"
            f".value === {json.dumps(title)}).document.getElementById({json.dumps(element)}).click()"
        )

    def urls(self) -> list[str]:
        return [c["url"] for c in self.call("browsingContext.getTree")["contexts"]]

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.call("browser.close", timeout=5)
        with contextlib.suppress(Exception):
            self._stack.close()
        try:
            self.process.wait(8)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)  # our own session, started above
            self.process.wait(10)
        if self._own_profile:
            shutil.rmtree(self.profile, ignore_errors=True)

    def kill(self) -> None:
        """Ends all processes of the browser at once, and gives none a moment; the profile stays."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        with contextlib.suppress(Exception):
            self._stack.close()

    def __enter__(self) -> Firefox:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class Page:
    def __init__(self, browser: Firefox, context: str):
        self.browser, self.context = browser, context

    def goto(self, url: str, wait: str = "complete") -> None:
        self.browser.call("browsingContext.navigate", context=self.context, url=url, wait=wait)

    def eval(self, expression: str, *, user_activation: bool = False, timeout: float = 30.0) -> Any:
        """Evaluate a JavaScript expression (promises are awaited); the value comes back as JSON."""
        wrapped = f"(async () => JSON.stringify(await ({expression})))()"
        r = self.browser.call(
            "script.evaluate",
            expression=wrapped,
            awaitPromise=True,
            target={"context": self.context},
            userActivation=user_activation,
            timeout=timeout,
        )
        if r["type"] == "exception":
            raise BiDiError(r["exceptionDetails"]["text"])
        value = r["result"].get("value")
        return None if value is None else json.loads(value)

    def wait_for(self, expression: str, timeout: float = 15.0, interval: float = 0.1) -> Any:
        deadline = time.monotonic() + timeout
        while True:
            value = self.eval(expression)
            if value:
                return value
            if time.monotonic() > deadline:
                raise TimeoutError(f"{expression!r} stayed {value!r} for {timeout} s")
            time.sleep(interval)

    def click(self, selector: str) -> None:
        """A real pointer click (counts as a user gesture), after scrolling there."""
        self.press(f"document.querySelector({json.dumps(selector)})")

    def press(self, expression: str) -> None:
        """As `click`, on the element that a JavaScript expression gives."""
        steps = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": {"type": "element", "element": self._node(expression)}}
        ]
        steps += [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._act({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": steps})

    def type(self, expression: str, text: str) -> None:
        """Real keys into the field that the expression gives."""
        self.press(expression)
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keys", "actions": keys})

    def _node(self, expression: str) -> dict[str, str]:
        """The element that the expression gives, scrolled to the middle, as BiDi names it."""
        shown = f"(() => {{ const found = {expression}; found.scrollIntoView({{block: 'center'}}); return found }})()"
        target = {"context": self.context}
        told = self.browser.call("script.evaluate", expression=shown, awaitPromise=False, target=target)
        if told["type"] == "exception":
            raise BiDiError(told["exceptionDetails"]["text"])
        return {"sharedId": told["result"]["sharedId"]}

    def _act(self, source: dict[str, Any]) -> None:
        self.browser.call("input.performActions", context=self.context, actions=[source])

    def screenshot(self, path: str) -> None:
        data = self.browser.call("browsingContext.captureScreenshot", context=self.context)["data"]
        Path(path).write_bytes(base64.b64decode(data))

    def close(self) -> None:
        self.browser.call("browsingContext.close", context=self.context)
