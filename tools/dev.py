"""`make dev`: the product for who works on it: app, server and worker follow the code while they run.

Vite's development server stands in front at http://127.0.0.1:5173, changes the app in the open page and hands /api to
the server; server and worker run as in `make run`, and are started again when their code changes. Data is kept in
var/dev/, apart from what `make run` shows: a half-written migration spoils nothing there; deleting the folder begins
anew. The address has another host too, since browsers share cookies between a host's ports. Standard library only.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from environment import (  # type: ignore[import-not-found]  # a script's neighbour
    EVERY_START_BYTES,
    PWA,
    ROOT,
    Stop,
    check_node,
    check_python,
    check_room,
    prepare_node_modules,
    prepare_python,
    say,
)
from run import (  # type: ignore[import-not-found]
    CAMPAIGN,
    Child,
    environment,
    links,
    logs,
    port,
    prepare,
    start,
    until_ended,
    wait_for_health,
)

HOST = "127.0.0.1"
PORT = 5173
DATA = ("migrations", str(CAMPAIGN))
FOLLOWED = ("server", "sync", "wsgi.py", "gunicorn.conf.py", *DATA)
LOOK_SECONDS = 0.5


def stamps() -> dict[str, int]:
    """When each file that server and worker follow was last written, by its path; editors' own files don't count."""
    found: dict[str, int] = {}
    for name in FOLLOWED:
        for path in [ROOT / name, *(ROOT / name).rglob("*")]:
            if "__pycache__" in path.parts or path.name.startswith(".") or path.name.endswith("~"):
                continue
            with contextlib.suppress(FileNotFoundError):  # saved anew at this moment: seen at the next look
                if path.is_file():
                    found[str(path.relative_to(ROOT))] = path.stat().st_mtime_ns
    return found


def free_port() -> int:
    """A port for the server behind Vite."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        number: int = probe.getsockname()[1]
        return number


def vite(number: int, given: dict[str, str]) -> list[str]:
    """The command of the app's development server."""
    node = str(shutil.which("node", path=given["PATH"]))
    program, config = PWA / "node_modules" / "vite" / "bin" / "vite.js", PWA / "dev" / "vite.config.mjs"
    return [node, str(program), str(PWA), "--config", str(config), "--host", HOST, "--port", str(number)]


def follow(inner: int, given: dict[str, str], children: list[Child], before: dict[str, int]) -> None:
    """Starts server and worker again whenever their files have changed since `before`. What stops them is told."""
    standing = True
    while True:
        time.sleep(LOOK_SECONDS)
        children[0].check()
        now = stamps()
        changed = sorted({path for path, _ in now.items() ^ before.items()})
        before = now
        try:
            if changed:
                restart(inner, given, children, renewed=any(path.startswith(DATA) for path in changed))
                standing = True
                say(f"{changed[0]} has changed: server and worker run it now")
            elif standing:
                for child in children[1:]:
                    child.check()
        except Stop as stop:
            standing = False
            say(f"Waiting for the next change: {stop}")


def restart(inner: int, given: dict[str, str], children: list[Child], *, renewed: bool) -> None:
    """Ends server and worker and starts them, on `renewed` data if migrations or the campaign changed; raises Stop."""
    while len(children) > 1:
        children[-1].end()
        children.pop()
    if renewed:
        prepare(given)
    start(inner, given, children)


def dev(children: list[Child]) -> None:
    """Starts everything and stays."""
    check_python()
    check_room(EVERY_START_BYTES)
    number = port(PORT, "make dev")
    prepare_python("requirements.txt")
    check_node()
    prepare_node_modules()
    given = environment(number, ROOT / "var" / "dev", HOST)
    inner, before = free_port(), stamps()
    prepare(given)
    children.append(Child("app", vite(number, given), {**given, "BEN_SERVER": f"http://{HOST}:{inner}"}))
    start(inner, given, children)
    wait_for_health(number, children, logs(given) / "app.log")
    address = given["BEN_PUBLIC_URL"]
    say(f"\nBến is running at {address}, and follows what you change   (Ctrl-C ends it; logs in {logs(given)})")
    say(f"The parts of the screens, in every state: {address}/dev/components.html\n\n{links(given)}\n")
    follow(inner, given, children, before)


if __name__ == "__main__":
    sys.exit(until_ended(dev))
