"""Compiling what somebody uploaded, in a process of its own that may take so long and so much memory and no more.

The child gets the file on its standard input and answers in JSON; whatever becomes of it, this process lives on. A
workbook of 1.6 MB can otherwise take a minute and 700 MB (zip bombs, millions of cells, expressions without end).
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from server.forms.compile import CompiledForm
from server.forms.earlier import Earlier
from server.forms.remarks import say
from server.forms.sheets import FormError, FormRefused
from server.forms.sources import About, compile_source
from server.forms.workbooks import MOST_BYTES

SECONDS = 10
MEMORY = 512 * 2**20
# What the answer may be: a compiled form with its lists.
MOST_ANSWERED = 64 * 2**20
MOST_ERRORS = 200


@dataclass(frozen=True)
class Compiled:
    """What an upload became, and what its author should know."""

    form: CompiledForm
    warnings: list[FormError]


def compile_bounded(data: bytes, filename: str, about: About) -> Compiled:
    """The compiled form of an upload; raises `FormRefused`, also where it would take too long or too much memory."""
    if len(data) > MOST_BYTES:
        raise FormRefused([FormError.of(say("file-bytes", count=len(data), most=MOST_BYTES), filename)])
    asked = {
        "filename": filename,
        "data": _packed(data),
        "occurrence": about.occurrence,
        "files": {name: _packed(content) for name, content in about.files.items()},
        "earlier": {key: asdict(versions) for key, versions in about.earlier.items()},
    }
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(  # our own module, by our own interpreter
            [sys.executable, "-m", "server.forms.bounded"],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env=environment,
        )
        answer = json.loads(done.stdout) if done.returncode == 0 and len(done.stdout) <= MOST_ANSWERED else None
    except (subprocess.TimeoutExpired, ValueError):
        answer = None
    if answer is None:
        raise FormRefused([FormError.of(say("form-heavy", seconds=SECONDS, megabytes=MEMORY // 2**20), filename)])
    if "errors" in answer:
        raise FormRefused(FormError(**error) for error in answer["errors"])
    return Compiled(answer["form"], [FormError(**warning) for warning in answer["warnings"]])


def _packed(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bound() -> None:
    """Limits this process; where the system has no such limit, the time that the parent waits still holds."""
    # pyxform writes the XForm into a file of its own for a moment.
    limits = ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, MOST_ANSWERED))
    for kind, most in limits:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def _answer(asked: Mapping[str, Any]) -> dict[str, Any]:
    files = {name: base64.b64decode(content) for name, content in asked["files"].items()}
    earlier = {key: Earlier(**versions) for key, versions in asked["earlier"].items()}
    about = About(asked["occurrence"], files, earlier)
    try:
        form, warnings = compile_source(base64.b64decode(asked["data"]), asked["filename"], about)
    except FormRefused as refused:
        return {"errors": [asdict(error) for error in refused.errors[:MOST_ERRORS]]}
    return {"form": form, "warnings": [asdict(warning) for warning in warnings[:MOST_ERRORS]]}


def main() -> None:
    """The child: reads what is asked, answers it."""
    _bound()
    asked = json.load(sys.stdin.buffer)
    answer = json.dumps(_answer(asked)).encode()
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
