"""`make run`: everything that one laptop needs, from a fresh checkout to a running landing.

Makes the environment (tools/environment.py), migrates the database, loads the campaign, starts gunicorn and the worker,
prints the address and three enrolment links, and ends all of it on Ctrl-C. Data is kept in var/. Standard library only.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).resolve().parent))
from environment import (  # type: ignore[import-not-found]  # a script's neighbour
    EVERY_START_BYTES,
    ROOT,
    VENV,
    Stop,
    check_python,
    check_room,
    logged,
    prepare_app,
    prepare_python,
    say,
    venv_python,
)

CAMPAIGN = Path("campaigns") / "tra-cu-2023"
START_SECONDS = 60
END_SECONDS = 20


class Ended(Exception):
    """Ctrl-C or SIGTERM."""


def _end(_number: int, _frame: FrameType | None) -> None:
    raise Ended


class Child:
    """One process of ours, in a session of its own: it gets only the signals that we send it."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self.name = name
        self.log = logs(environment) / f"{name}.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=_die_with_parent,  # noqa: PLW1509  # this process has no threads
            )  # fmt: skip

    def check(self) -> None:
        """Raises Stop when it has ended by itself."""
        code = self.process.poll()
        if code is not None:
            last = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:] or ["no output"]
            raise Stop(f"the {self.name} ended by itself (exit {code}): {last[0][:200]} — see {self.log}")

    def end(self) -> None:
        """Asks it to end, waits, and insists."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


def logs(given: dict[str, str]) -> Path:
    """Where server and worker write, beside the data."""
    return Path(given["BEN_DATA"]) / "log"


def _die_with_parent() -> None:
    """On Linux a child is told when this process dies without a word (kill -9): no orphan is left."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def port(usual: int = 8000, command: str = "make run") -> int:
    """The port that `command` listens on, free at this moment; raises Stop."""
    text = os.environ.get("PORT", str(usual))
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Stop(f"PORT is {text!r}: give a number from 1 to 65535, as in PORT=8001 {command}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except PermissionError:
            raise Stop(f"port {text} needs the administrator: take one above 1023, as in PORT=8001 {command}") from None
        except OSError:
            other = 8001 if int(text) != 8001 else 8002
            raise Stop(
                f"port {text} is in use (another {command}?): end that program, or take another port with "
                f"PORT={other} {command}"
            ) from None
    return int(text)


def environment(number: int, data: Path = ROOT / "var", host: str = "localhost") -> dict[str, str]:
    """The settings of this start; whatever is set already stays."""
    given = dict(os.environ)
    given["PATH"] = f"{VENV / 'bin'}{os.pathsep}{given.get('PATH', '')}"
    given["FLASK_APP"] = "wsgi.py"
    given.setdefault("BEN_DATA", str(data))
    given.setdefault("BEN_PUBLIC_URL", f"http://{host}:{number}")
    if "BEN_REHEARSE" not in given:
        day = ask([str(venv_python()), "tools/rehearsal.py", str(CAMPAIGN)], given)
        if day:
            given["BEN_REHEARSE"] = day
    return given


def ask(command: list[str], given: dict[str, str]) -> str:
    """What a command prints; raises Stop with its last line when it fails."""
    code, output = logged(command, ROOT, given)
    if code:
        lines = [line for line in output.strip().splitlines() if line.strip()] or ["no output"]
        if "No space left on device" in output or "disk is full" in output:
            raise Stop("the disk is full: free some space and run it again; nothing was lost")
        raise Stop(f"{' '.join(Path(part).name for part in command[:3])} failed: {lines[-1].strip()[:300]}")
    return output.strip()


def wait_for_health(number: int, children: list[Child], log: Path) -> None:
    """Returns when the server answers; raises Stop when it doesn't."""
    deadline = time.monotonic() + START_SECONDS
    address = f"http://127.0.0.1:{number}/api/health"
    while time.monotonic() < deadline:
        for child in children:
            child.check()
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise Stop(f"the server did not answer within {START_SECONDS} s; see {log}")


def prepare(given: dict[str, str]) -> None:
    """Migrates the database and loads the campaign; raises Stop."""
    logs(given).mkdir(parents=True, exist_ok=True)
    flask = str(VENV / "bin" / "flask")
    say("Preparing the database …")
    ask([flask, "db", "upgrade"], given)
    ask([flask, "campaign", "load", str(CAMPAIGN)], given)


def start(number: int, given: dict[str, str], children: list[Child]) -> None:
    """Starts server and worker; returns when the server answers."""
    gunicorn, flask = str(VENV / "bin" / "gunicorn"), str(VENV / "bin" / "flask")
    children.append(Child("server", [gunicorn, "--bind", f"127.0.0.1:{number}", "wsgi:app"], given))
    children.append(Child("worker", [flask, "worker"], given))
    wait_for_health(number, children, logs(given) / "server.log")


def links(given: dict[str, str]) -> str:
    """Fresh enrolment links, as text."""
    return ask([str(VENV / "bin" / "flask"), "people", "demo"], given)


def run(children: list[Child]) -> None:
    """Starts everything and stays."""
    check_python()
    check_room(EVERY_START_BYTES)
    number = port()
    prepare_python("requirements.txt")
    prepare_app()
    given = environment(number)
    prepare(given)
    start(number, given, children)
    say(f"\nBến is running at {given['BEN_PUBLIC_URL']}   (Ctrl-C ends it; logs in {logs(given)})\n\n{links(given)}\n")
    while True:
        for child in children:
            child.check()
        time.sleep(0.5)


def until_ended(work: Callable[[list[Child]], None]) -> int:
    """Runs `work` until Ctrl-C, SIGTERM or a Stop, then ends what it has put into its list; the exit code."""
    signal.signal(signal.SIGINT, _end)
    signal.signal(signal.SIGTERM, _end)
    children: list[Child] = []
    try:
        work(children)
    except Stop as stop:
        say(f"Stopped: {stop}")
        return 1
    except Ended:
        say("\nEnding …")
    finally:
        for number_of_signal in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number_of_signal, signal.SIG_IGN)  # a second Ctrl-C must not leave a child behind
        for child in reversed(children):
            child.end()
    return 0


if __name__ == "__main__":
    sys.exit(until_ended(run))
