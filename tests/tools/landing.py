"""The product as it is deployed: gunicorn, the worker, a database, started and stopped for real."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

from tests.tools.rich_forms import pack_with_rich_forms

ROOT = Path(__file__).parents[2]
CAMPAIGN = "campaigns/tra-cu-2023"
REHEARSAL = "2023-05-16"
START_SECONDS = 60
# gunicorn gives requests 15 seconds (gunicorn.conf.py); a busy machine takes some more to end.
END_SECONDS = 30
LINK = re.compile(r"https?://\S+/#/enrol/(\S+)")


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


class Landing:
    """One installation on this machine, in a directory of its own.

    `database_url` is empty for SQLite. Further settings (BEN_*) may be given. Nothing runs until `prepare` and `start`.
    `rich`: the campaign has more forms, with a question of every kind (rich_forms.py).
    """

    def __init__(self, directory: Path, *, database_url: str = "", rich: bool = False, **settings: str) -> None:
        self.directory = directory
        self.campaign = str(pack_with_rich_forms(ROOT / CAMPAIGN, directory / "pack")) if rich else CAMPAIGN
        self.port = free_port()
        self.environment = {
            **os.environ,
            "BEN_DATA": str(directory / "var"),
            "BEN_PUBLIC_URL": f"http://localhost:{self.port}",
            "BEN_REHEARSE": REHEARSAL,
            "FLASK_APP": "wsgi.py",
            **({"DATABASE_URL": database_url} if database_url else {}),
            **settings,
        }
        self.server: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None
        self._logs = {name: directory / f"{name}.log" for name in ("server", "worker")}

    @property
    def url(self) -> str:
        """The server's own address, past every gate."""
        return f"http://localhost:{self.port}"

    def log(self, name: str) -> str:
        """What "server" or "worker" has written."""
        path = self._logs[name]
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def flask(self, *arguments: str, seconds: int = 120) -> str:
        """Runs a flask command; returns what it printed. Raises AssertionError with its output when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=ROOT,
            env=self.environment,
            text=True,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, f"flask {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def prepare(self) -> Landing:
        """Migrates the database and loads the campaign."""
        self.flask("db", "upgrade")
        self.flask("campaign", "load", self.campaign)
        return self

    def tokens(self) -> list[str]:
        """Three fresh one-time enrolment tokens: a volunteer, the commune's supervisor, the standing office."""
        return LINK.findall(self.flask("people", "demo"))

    def another_link(self, person: int) -> str:
        """A fresh one-time token for a person by number (1: the volunteer, 2: the supervisor, 3: the office)."""
        return LINK.findall(self.flask("people", "link", str(person)))[0]

    # -- processes

    def start(self) -> Landing:
        """Starts server and worker; returns when the server answers."""
        self.start_server()
        self.start_worker()
        return self

    def start_server(self) -> None:
        """gunicorn with its processes, as in deployment."""
        address = f"127.0.0.1:{self.port}"
        self.server = self._spawn("server", ["-m", "gunicorn", "--bind", address, "wsgi:app"])
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self.server.poll() is None, f"the server ended:\n{self.log('server')}"
            try:
                with urllib.request.urlopen(f"http://{address}/api/health", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError(f"the server did not answer:\n{self.log('server')}")

    def start_worker(self) -> None:
        """`flask worker`."""
        self.worker = self._spawn("worker", ["-m", "flask", "worker"])

    def stop_server(self) -> None:
        """Ends gunicorn as a shutdown does."""
        self.server = self._end(self.server)

    def kill_server(self) -> None:
        """Ends gunicorn and its workers as a power cut does; returns when they have let go of all that they held."""
        if self.server is not None:
            workers = psutil.Process(self.server.pid).children()
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()
            psutil.wait_procs(workers, END_SECONDS)
            self.server = None

    def kill_processes(self) -> None:
        """Kills gunicorn's processes but not gunicorn, which starts others."""
        assert self.server is not None
        for process in psutil.Process(self.server.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):  # killed a moment ago, and buried only now
                process.kill()

    def stop_worker(self) -> None:
        """Ends the worker."""
        self.worker = self._end(self.worker)

    def stop(self) -> None:
        """Ends both."""
        self.stop_server()
        self.stop_worker()

    def _spawn(self, name: str, arguments: list[str]) -> subprocess.Popen[bytes]:
        with self._logs[name].open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _end(self, process: subprocess.Popen[bytes] | None) -> None:
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # a session of its own, made above
            process.wait()
            raise AssertionError(f"{process.args} did not end on SIGTERM") from None
