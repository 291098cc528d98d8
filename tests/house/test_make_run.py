"""`make run` on a machine that lacks something: one clear line that says what to do, and nothing left running."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tools.environment import explain_pip

ROOT = Path(__file__).parents[2]


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    """Runs tools/run.py with the system's own Python and these settings."""
    given = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, "tools/run.py"], cwd=ROOT, env=given, text=True, capture_output=True, timeout=120, check=False
    )


def only_line(done: subprocess.CompletedProcess[str]) -> str:
    """The one line it ended with; no traceback anywhere."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr == ""
    last = done.stdout.strip().splitlines()[-1]
    assert last.startswith("Stopped: ")
    return last


def test_a_port_in_use_names_another_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        line = only_line(start(PORT=str(number)))
    assert f"port {number} is in use" in line
    assert "PORT=8001 make run" in line


def test_a_port_that_is_no_number_is_refused() -> None:
    assert "give a number from 1 to 65535" in only_line(start(PORT="eight"))


@pytest.mark.parametrize("version", ["v18.20.4", "v20.11.0"])
def test_an_old_node_is_named_with_the_version_to_install(tmp_path: Path, version: str) -> None:
    checkout = copy_of_the_tools(tmp_path)
    node, npm = tmp_path / "bin" / "node", tmp_path / "bin" / "npm"
    node.parent.mkdir()
    node.write_text(f"#!/bin/sh\necho {version}\n")
    npm.write_text("#!/bin/sh\n")
    for program in (node, npm):
        program.chmod(0o755)
    line = prepare(checkout, path=f"{node.parent}:{os.environ['PATH']}")
    assert f"Node.js {version} is too old: install Node.js 20.19 or later" in line


def test_a_missing_node_is_named(tmp_path: Path) -> None:
    assert "Node.js is missing: install Node.js 20.19" in prepare(copy_of_the_tools(tmp_path), path=str(tmp_path))


@pytest.mark.parametrize("target", ["run", "environment"])
@pytest.mark.parametrize("program", ["exit 1", "echo 'SyntaxError: invalid syntax' >&2; exit 1", None])
def test_a_python_that_is_missing_or_too_old_even_for_our_tools_is_named(
    tmp_path: Path, target: str, program: str | None
) -> None:
    python = tmp_path / "python2"
    if program is not None:
        python.write_text(f"#!/bin/sh\n{program}\n")
        python.chmod(0o755)
    done = subprocess.run(
        ["make", "--no-print-directory", target, f"PYTHON={python}"],
        cwd=ROOT,
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert done.stdout.strip() == (
        f"Stopped: {python} is missing or too old: install Python 3.11 to 3.13, then run make PYTHON=python3.11 run"
    )


def test_a_compiler_that_is_missing_is_named() -> None:
    output = "error: command 'gcc' failed: No such file or directory\n  ERROR: Failed building wheel for pysqlite3\n"
    assert "install a compiler (apt-get install build-essential python3-dev)" in explain_pip(output)


def test_a_full_disk_is_named() -> None:
    assert "the disk is full" in explain_pip("ERROR: Could not install packages: [Errno 28] No space left on device")


def test_a_missing_network_is_named() -> None:
    output = "WARNING: Retrying: NewConnectionError('Temporary failure in name resolution')"
    assert "no connection to the Python package index" in explain_pip(output)


def copy_of_the_tools(tmp_path: Path) -> Path:
    """A checkout with an app that is not built yet."""
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT / "tools", checkout / "tools")
    (checkout / "pwa").mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "pwa" / name, checkout / "pwa" / name)
    return checkout


def prepare(checkout: Path, path: str) -> str:
    """The one line that preparing the app ends with, when only `path` is searched for programs."""
    script = "import environment as e\ntry: e.prepare_app()\nexcept e.Stop as stop: print('Stopped:', stop)\n"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=checkout / "tools", env={"PATH": path}, text=True, capture_output=True,
        timeout=60, check=True,
    )  # fmt: skip
    return done.stdout.strip().splitlines()[-1]
