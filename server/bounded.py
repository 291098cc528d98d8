"""Reading what somebody uploaded, in a process of its own that may take so long and so much memory and no more.

The child gets JSON on its standard input and answers in JSON; whatever becomes of it, this process lives on. A workbook
of 1.6 MB can otherwise take a minute and 700 MB (zip bombs, millions of cells, expressions without end).
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

SECONDS = 10
MEMORY = 512 * 2**20
# What the answer may be: a compiled form with its lists.
MOST_ANSWERED = 64 * 2**20


def ask(module: str, asked: object) -> Any:
    """What a module of ours answers that was started as a program and calls `serve`; None where it took too much."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(  # noqa: S603  # our own module, by our own interpreter
            [sys.executable, "-m", module],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env=environment,
        )
        return json.loads(done.stdout) if done.returncode == 0 and len(done.stdout) <= MOST_ANSWERED else None
    except (subprocess.TimeoutExpired, ValueError):
        return None


def serve(answer: Callable[[Any], object]) -> None:
    """The child: limits itself, reads what is asked, answers it."""
    _bound()
    answered = json.dumps(answer(json.load(sys.stdin.buffer))).encode()
    sys.stdout.buffer.write(answered)


def _bound() -> None:
    """Limits this process; where the system has no such limit, the time that the parent waits still holds."""
    # pyxform writes the XForm into a file of its own for a moment.
    limits = ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, MOST_ANSWERED))
    for kind, most in limits:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))
