"""Flask with nothing in it: what this machine bears at most, measured in the same run as the product.

A rate says little by itself, since machines differ and this one may be shared: beside its own ceiling it says more.
"""

from __future__ import annotations

import runpy
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, request

from bench.wire import Connection
from tests.tools.landing import ROOT, free_port

app = Flask(__name__)


@app.post("/api/sync")
def sync() -> dict[str, int]:
    """Reads a body and answers."""
    return {"characters": len(request.get_data())}


@contextmanager
def running() -> Iterator[int]:
    """It runs under gunicorn as the product does; gives its port."""
    settings = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    given = {name: settings[name] for name in ("workers", "worker_class", "threads", "keepalive")}
    port = free_port()
    options = [
        f"--{name.replace('_', '-').replace('keepalive', 'keep-alive')}={value}" for name, value in given.items()
    ]
    command = ["-m", "gunicorn", f"--bind=127.0.0.1:{port}", "--config=/dev/null", "--log-level=error", *options]
    with subprocess.Popen([sys.executable, *command, "bench.bare:app"], cwd=ROOT) as server:
        try:
            _wait(port)
            yield port
        finally:
            server.terminate()


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            Connection(port).post("/api/sync", {})
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the bare server did not start")
