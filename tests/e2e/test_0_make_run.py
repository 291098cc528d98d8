"""Chapter 0: one command starts everything, a second start loses nothing, Ctrl-C ends all of it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.tools.landing import LINK, ROOT, free_port

SECONDS = 120


class Run:
    """`make run` as a person at a terminal has it."""

    def __init__(self, data: Path, port: int) -> None:
        environment = {**os.environ, "PORT": str(port), "BEN_DATA": str(data)}
        environment.pop("BEN_REHEARSE", None)
        self.port = port
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "tools/run.py"],
            cwd=ROOT,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.lines: list[str] = []

    def wait_for_links(self, count: int = 3) -> list[str]:
        """The tokens of the links it prints; raises AssertionError when it ends before there are `count`."""
        tokens: list[str] = []
        for line in self.process.stdout or ():
            self.lines.append(line)
            tokens += LINK.findall(line)
            if len(tokens) == count:
                return tokens
        raise AssertionError("it ended: " + "".join(self.lines))

    def children(self) -> list[psutil.Process]:
        """Every process below it."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, number: int) -> tuple[int, str]:
        """Sends a signal; returns exit code and what was printed after."""
        self.process.send_signal(number)
        return self.rest()

    def rest(self) -> tuple[int, str]:
        """Exit code and what was printed, once it ends."""
        rest, _ = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, rest


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def run(data: Path, port: int) -> Iterator[Run]:
    started = Run(data, port)
    yield started
    if started.process.poll() is None:
        started.end(signal.SIGTERM)


def post(port: int, path: str, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(
        f"http://localhost:{port}{path}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        answered: dict[str, Any] = json.load(answer)
        return answered


def gone(processes: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=20)
    return not alive


def test_it_prints_three_links_and_ends_cleanly_and_a_second_start_loses_nothing(
    run: Run, data: Path, port: int
) -> None:
    tokens = run.wait_for_links()
    assert f"http://localhost:{port}" in "".join(run.lines)
    roles = [post(port, "/api/enrolments/inspect", {"token": token})["role"] for token in tokens]
    assert sorted(roles) == ["GSV", "TNV", "TT"]
    enrolled = post(port, "/api/enrolments/redeem", {"token": tokens[0], "language": "vi", "consents": ["account"]})
    below = run.children()
    assert len(below) >= 4  # gunicorn and two workers of its own, the worker
    code, printed = run.end(signal.SIGINT)
    assert (code, printed.split()) == (0, ["Ending", "…"])
    assert gone(below)

    second = Run(data, port)
    try:
        again = second.wait_for_links(2)  # the volunteer has a phone now and gets no new link
        assert time.monotonic() - second.began < 30
        epoch = post(port, "/api/enrolments/redeem", {"token": again[0], "language": "vi", "consents": ["account"]})[
            "epoch"
        ]
        assert epoch == enrolled["epoch"]
        with pytest.raises(urllib.error.HTTPError) as used:
            post(port, "/api/enrolments/inspect", {"token": tokens[0]})
        assert used.value.code == 410  # it remembers that the link was used
    finally:
        code, _ = second.end(signal.SIGTERM)
    assert code == 0


def test_when_a_child_dies_the_rest_ends_with_one_clear_line(run: Run) -> None:
    run.wait_for_links()
    below = run.children()
    worker = next(process for process in below if "worker" in process.cmdline())
    worker.kill()
    code, printed = run.rest()
    assert code == 1
    stopped = [line for line in printed.splitlines() if line.startswith("Stopped: ")]
    assert len(stopped) == 1
    assert re.search(r"the worker ended by itself \(exit -9\)", stopped[0])
    assert gone(below)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_when_it_is_killed_itself_no_process_is_left(run: Run) -> None:
    run.wait_for_links()
    below = run.children()
    run.process.kill()
    run.process.wait()
    assert gone(below)
