"""Makes what the product needs to run: a virtual environment, its packages, the built phone app.

Standard library only, and parses on old Pythons too, so that one of those can be told what is wrong. Each step is
remembered by a hash of what it was made from; nothing is done twice.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PWA = ROOT / "pwa"
LOG = ROOT / "var" / "log" / "install.log"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (20, 19)  # what Vite needs
FIRST_INSTALL_BYTES = 1_500_000_000
EVERY_START_BYTES = 100_000_000
NO_ROOM = "the disk is full: free some space at {} and run it again; nothing was lost"
NO_NETWORK = "no connection to {}: check the network and run it again"


class Stop(Exception):
    """Something that the person at the keyboard must do; the message is the one line that says what."""


def say(line: str) -> None:
    """One line to the person at the keyboard, at once."""
    print(line, flush=True)


def venv_python() -> Path:
    """The Python of the product's own environment."""
    return VENV / "bin" / "python"


def check_python() -> None:
    """Raises Stop on a Python that is too old."""
    if sys.version_info < OLDEST_PYTHON:
        have = "{}.{}".format(*sys.version_info[:2])
        raise Stop(f"Python {have} is too old: install Python 3.11 or later, then run PYTHON=python3.11 make run")


def check_room(wanted: int) -> None:
    """Raises Stop when less than `wanted` bytes are free."""
    if shutil.disk_usage(str(ROOT)).free < wanted:
        raise Stop(f"less than {wanted // 1_000_000} MB are free on the disk of {ROOT}: free some and run it again")


def prepare_python(requirements: str) -> None:
    """Makes `.venv` and installs the pinned packages of a requirements file; raises Stop."""
    files = [ROOT / "requirements.txt", ROOT / requirements]
    wanted = _hash([*files], extra=sys.version)
    stamp = VENV / (".installed-" + requirements)
    if _read(stamp) == wanted and venv_python().exists():
        return
    check_room(FIRST_INSTALL_BYTES)
    if not venv_python().exists():
        say("Making the virtual environment .venv …")
        _make_venv()
    say(f"Installing the Python packages of {requirements} …")
    pip = [str(venv_python()), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    code, output = logged([*pip, "-r", str(ROOT / requirements)])
    if code:
        raise Stop(explain_pip(output))
    _write(stamp, wanted)


def _make_venv() -> None:
    code, output = logged([sys.executable, "-m", "venv", str(VENV)])
    if code == 0:
        return
    shutil.rmtree(str(VENV), ignore_errors=True)
    if "ensurepip" in output or "No module named venv" in output:
        version = "{}.{}".format(*sys.version_info[:2])
        raise Stop(f"this Python has no venv module: apt-get install python{version}-venv (or python3-venv)")
    raise Stop(_disk_or(output, f"the virtual environment could not be made; {LOG} says why"))


def explain_pip(output: str) -> str:
    """What to do about a failed pip, from what it printed."""
    for pattern in (r"Failed building wheel for (\S+)", r"Failed to build (?:installable wheels for )?'?(\w[\w.-]*)"):
        found = re.search(pattern, output)
        if found:
            name = found.group(1)
            return _disk_or(
                output,
                f"{name} has no ready-made build for this Python and had to be compiled, which failed: use Python 3.11 "
                f"to 3.13, or install a compiler (apt-get install build-essential python3-dev); details in {LOG}",
            )
    if re.search(r"NewConnectionError|ConnectTimeout|name resolution|Network is unreachable|ReadTimeout", output):
        return NO_NETWORK.format("the Python package index")
    found = re.search(r"No matching distribution found for (\S+)", output)
    if found:
        return f"{found.group(1)} can't be had for this Python: use Python 3.11 to 3.13; details in {LOG}"
    return _disk_or(output, f"the Python packages could not be installed; {LOG} says why")


def prepare_app() -> None:
    """Installs the phone app's packages and builds it into pwa/dist, compressed; raises Stop."""
    built = PWA / "node_modules" / ".built"
    sources = _hash(_app_sources())
    if _read(built) == sources and (PWA / "dist" / "index.html").exists():
        return
    check_node()
    prepare_node_modules()
    say("Building the phone app …")
    code, output = logged(["npm", "run", "build"], PWA)
    if code:
        raise Stop(_disk_or(output, f"the phone app could not be built; {LOG} says why"))
    code, output = logged([str(venv_python()), "-m", "whitenoise.compress", "--quiet", str(PWA / "dist")])
    if code:
        raise Stop(_disk_or(output, f"the phone app's files could not be compressed; {LOG} says why"))
    _write(built, sources)


def check_node() -> None:
    """Raises Stop when Node or npm is missing or too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    wanted = "install Node.js {}.{} or later with npm (https://nodejs.org)".format(*OLDEST_NODE)
    if node is None or npm is None:
        raise Stop("{} is missing: {}".format("Node.js" if node is None else "npm", wanted))
    version = subprocess.run([node, "--version"], stdout=subprocess.PIPE, check=True).stdout.decode().strip()
    if tuple(int(part) for part in version.lstrip("v").split(".")[:2]) < OLDEST_NODE:
        raise Stop(f"Node.js {version} is too old: {wanted}")


def prepare_node_modules() -> None:
    """npm ci, unless the lock file is the one already installed; raises Stop."""
    stamp = PWA / "node_modules" / ".installed"
    lock = PWA / "package-lock.json"
    wanted = _hash([lock, PWA / "package.json"])
    if _read(stamp) == wanted:
        return
    check_room(FIRST_INSTALL_BYTES)
    say("Installing the phone app's packages …")
    code, output = logged(["npm", "ci", "--no-audit", "--no-fund"], PWA)
    if code:
        if re.search(r"ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET", output):
            raise Stop(NO_NETWORK.format("the npm registry"))
        raise Stop(_disk_or(output, f"npm could not install the phone app's packages; {LOG} says why"))
    _write(stamp, wanted)


def _app_sources() -> list[Path]:
    skipped = {"node_modules", "dist", "coverage", "dev"}
    files = []
    for folder, folders, names in os.walk(str(PWA)):
        folders[:] = sorted(name for name in folders if name not in skipped)
        files += [Path(folder, name) for name in sorted(names)]
    return files


def logged(command: list[str], directory: Path = ROOT, environment: dict[str, str] | None = None) -> tuple[int, str]:
    """Runs a command, its output to the install log; returns exit code and output. Raises Stop on a full disk."""
    try:
        LOG.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            command, cwd=str(directory), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        output = done.stdout.decode(errors="replace")
        with LOG.open("a", encoding="utf-8") as log:
            log.write("$ {}\n{}\n".format(" ".join(command), output))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Stop(NO_ROOM.format(ROOT)) from None
        raise Stop(f"{command[0]} could not be started: {error.strerror}") from None
    return done.returncode, output


def _disk_or(output: str, otherwise: str) -> str:
    return NO_ROOM.format(ROOT) if "No space left on device" in output or "ENOSPC" in output else otherwise


def _hash(files: list[Path], extra: str = "") -> str:
    total = hashlib.sha256(extra.encode())
    for file in files:
        total.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def _read(stamp: Path) -> str:
    return stamp.read_text(encoding="ascii") if stamp.exists() else ""


def _write(stamp: Path, text: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(text, encoding="ascii")


def main(arguments: list[str]) -> int:
    """`python tools/environment.py [dev] [app]`: prepares what is named; one clear line if that fails."""
    try:
        check_python()
        prepare_python("requirements-dev.txt" if "dev" in arguments else "requirements.txt")
        if "app" in arguments:
            prepare_app()
    except Stop as stop:
        say(f"Stopped: {stop}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
