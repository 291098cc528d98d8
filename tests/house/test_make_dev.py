"""`make dev`: what follows a change, what is told when it can't, and what stands between the browser and the server."""

from __future__ import annotations

import http.server
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tools.landing import free_port

ROOT = Path(__file__).parents[2]
SECONDS = 60
# A server that answers with what its code says, and doesn't start on code that is broken.
SERVER = """#!{python}
import http.server, pathlib, sys
says = pathlib.Path("server/says.py").read_text()
if "broken" in says:
    sys.exit("SyntaxError: broken")
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(says.encode())
http.server.HTTPServer(("127.0.0.1", int(sys.argv[2].rpartition(":")[2])), Answer).serve_forever()
"""
COMMANDS = """#!/bin/sh
echo "$@" >> commands.txt
[ "$1" = worker ] && exec sleep 600
exit 0
"""
DRIVER = """
import os, sys
import dev, run
inner = int(sys.argv[1])
given = dict(os.environ, BEN_DATA=str(run.ROOT / "var"))
def work(children):
    run.logs(given).mkdir(parents=True)
    before = dev.stamps()
    children.append(run.Child("app", ["sleep", "600"], given))
    run.start(inner, given, children)
    run.say("following")
    dev.follow(inner, given, children, before)
sys.exit(run.until_ended(work))
"""


def answer(port: int, path: str, **headers: str) -> str:
    """What is answered at a port of this machine; nothing while nobody listens there."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=named)
        with urllib.request.urlopen(request, timeout=SECONDS) as answered:
            return str(answered.read().decode())
    except (urllib.error.URLError, OSError):
        return ""


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SECONDS
    while not (held := holds()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return held


class Following:
    """`follow` of tools/dev.py in a checkout of its own, whose server and worker are small programs."""

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        self.port = free_port()
        shutil.copytree(ROOT / "tools", checkout / "tools")
        self.save("server/says.py", "one")
        self.save("migrations/first.py", "")
        for name, text in (("gunicorn", SERVER.format(python=sys.executable)), ("flask", COMMANDS)):
            self.save(f".venv/bin/{name}", text)
            (checkout / ".venv" / "bin" / name).chmod(0o755)
        self.process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, str(self.port)], cwd=checkout, text=True, stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(checkout / "tools")},
        )  # fmt: skip

    def save(self, path: str, text: str) -> None:
        """Writes a file, as an editor does."""
        (self.checkout / path).parent.mkdir(parents=True, exist_ok=True)
        (self.checkout / path).write_text(text, encoding="utf-8")

    def line(self) -> str:
        """The next line that is told."""
        too_slow = threading.Timer(SECONDS, self.process.terminate)
        too_slow.start()
        line = self.process.stdout.readline() if self.process.stdout else ""
        too_slow.cancel()
        return line.strip()

    def commands(self) -> list[str]:
        """What was asked of `flask` so far."""
        return (self.checkout / "commands.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def following(tmp_path: Path) -> Iterator[Following]:
    started = Following(tmp_path)
    assert started.line() == "following"
    yield started
    started.process.send_signal(signal.SIGINT)
    assert started.process.wait(SECONDS) == 0
    assert answer(started.port, "/api/health") == ""  # nothing is left running


def test_server_and_worker_run_what_was_saved(following: Following) -> None:
    assert answer(following.port, "/api/health") == "one"
    following.save("server/.says.py.swp", "an editor's own")
    following.save("server/__pycache__/says.pyc", "Python's own")
    following.save("server/says.py", "another")
    assert following.line() == "server/says.py has changed: server and worker run it now"
    assert answer(following.port, "/api/health") == "another"
    assert following.commands() == ["worker", "worker"]


def test_a_new_migration_is_run_before_the_server(following: Following) -> None:
    following.save("migrations/second.py", "")
    assert following.line() == "Preparing the database …"
    assert following.line() == "migrations/second.py has changed: server and worker run it now"
    assert following.commands()[1:] == ["db upgrade", "campaign load campaigns/tra-cu-2023", "worker"]


def test_what_cannot_start_is_told_and_the_next_change_is_tried(following: Following) -> None:
    following.save("server/says.py", "broken")
    assert "Waiting for the next change: the server ended by itself (exit 1): SyntaxError: broken" in following.line()
    following.save("server/says.py", "mended")
    assert following.line() == "server/says.py has changed: server and worker run it now"
    assert answer(following.port, "/api/health") == "mended"


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "tools/dev.py"], cwd=ROOT, env={**os.environ, "PORT": str(number)}, text=True,
            capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    told = f"Stopped: port {number} is in use (another make dev?): end that program, or take another port with "
    assert done.stdout.strip().splitlines()[-1] == told + "PORT=8001 make dev"


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with what came, as the server sees it."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        came = (self.headers.get(name, "") for name in ("Host", "Sec-Fetch-Site", "Cookie", "Origin"))
        self.wfile.write(" ".join([self.path, *came]).encode())

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@pytest.fixture(scope="module")
def vite() -> Iterator[int]:
    """The app's development server as `make dev` starts it, before a server that echoes; its port."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo) as echo:
        threading.Thread(target=echo.serve_forever, daemon=True).start()
        port = free_port()
        script = f"import dev, os; c = dev.vite({port}, dict(os.environ)); os.execvp(c[0], c)"
        given = {**os.environ, "PYTHONPATH": str(ROOT / "tools"), "BEN_SERVER": f"http://127.0.0.1:{echo.server_port}"}
        process = subprocess.Popen(
            [sys.executable, "-c", script], cwd=ROOT, env=given, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        try:
            assert eventually(lambda: "/src/app/main.tsx" in answer(port, "/", Accept="text/html"))
            yield port
        finally:
            process.terminate()
            process.wait(SECONDS)
            echo.shutdown()


def test_the_server_hears_what_the_browser_said(vite: int) -> None:
    said = {"Sec_Fetch_Site": "same-origin", "Cookie": "ben-1=secret", "Origin": f"http://127.0.0.1:{vite}"}
    came = answer(vite, "/api/sync?x=1", **said)
    assert came == f"/api/sync?x=1 127.0.0.1:{vite} same-origin ben-1=secret http://127.0.0.1:{vite}"


def test_components_are_exchanged_in_the_open_page(vite: int) -> None:
    component = answer(vite, "/src/app/ui/button.tsx")
    assert "import.meta.hot.accept" in component
    assert "$RefreshReg$" in component


def test_the_service_worker_is_the_real_one_and_keeps_no_file(vite: int) -> None:
    worker = answer(vite, "/sw.js")
    assert "notificationclick" in worker
    assert "__APP_FILES__" not in worker
    assert "/assets/words" not in worker


def test_the_page_of_components_is_there_and_not_in_the_built_app(vite: int) -> None:
    assert "/dev/components.tsx" in answer(vite, "/dev/components.html", Accept="text/html")
    built = [path.name for path in (ROOT / "pwa" / "dist").rglob("*") if "component" in path.name.lower()]
    assert built == []
