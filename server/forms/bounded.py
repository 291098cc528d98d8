"""Compiling what somebody uploaded, in a process of its own (`server.bounded`)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from server.bounded import MEMORY, SECONDS, ask, serve
from server.forms.compile import CompiledForm
from server.forms.earlier import Earlier
from server.forms.remarks import say
from server.forms.sheets import FormError, FormRefused
from server.forms.sources import About, compile_source
from server.forms.workbooks import MOST_BYTES

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
    answer = ask("server.forms.bounded", asked)
    if answer is None:
        raise FormRefused([FormError.of(say("form-heavy", seconds=SECONDS, megabytes=MEMORY // 2**20), filename)])
    if "errors" in answer:
        raise FormRefused(FormError(**error) for error in answer["errors"])
    return Compiled(answer["form"], [FormError(**warning) for warning in answer["warnings"]])


def _packed(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _answer(asked: Mapping[str, Any]) -> dict[str, Any]:
    files = {name: base64.b64decode(content) for name, content in asked["files"].items()}
    earlier = {key: Earlier(**versions) for key, versions in asked["earlier"].items()}
    about = About(asked["occurrence"], files, earlier)
    try:
        form, warnings = compile_source(base64.b64decode(asked["data"]), asked["filename"], about)
    except FormRefused as refused:
        return {"errors": [asdict(error) for error in refused.errors[:MOST_ERRORS]]}
    return {"form": form, "warnings": [asdict(warning) for warning in warnings[:MOST_ERRORS]]}


if __name__ == "__main__":
    serve(_answer)
