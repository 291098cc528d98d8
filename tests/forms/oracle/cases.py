"""Forms to try: ours beside this file, and those of a folder of public forms if FORM_CORPUS names one.

A folder of public forms holds folders of XForms and XLSForms, and a folder `attachments` of the files they read.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyxform.xls2xform import convert

from server.forms.sheets import FormRefused
from server.forms.sources import compile_upload

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
KINDS = (".md", ".xlsx", ".xls", ".csv", ".xml")
SCRIPTS = 3
# Our own forms reckon with days, which ODK's engine counts in UTC and ours where the campaign is.
OWN_ZONE = "UTC"
ZONE = "Asia/Ho_Chi_Minh"


@dataclass(frozen=True)
class Tried:
    """One form and what the compiler made of it: `form` or the reasons it was `refused` for."""

    name: str
    folder: str
    xml: str = ""
    form: dict[str, Any] | None = None
    refused: tuple[str, ...] = ()


def own_forms() -> list[Path]:
    return sorted(path for path in (HERE / "forms").iterdir() if path.suffix in KINDS)


def public_forms() -> list[Path]:
    folder = os.environ.get("FORM_CORPUS")
    if not folder:
        return []
    found = [path for path in Path(folder).glob("*/*") if path.suffix in KINDS and path.parent.name != "attachments"]
    return sorted(found, key=lambda path: (path.parent.name, path.name))


def zone_of(form: Path) -> str:
    return OWN_ZONE if form.parent.parent == HERE else ZONE


def files_of(form: Path) -> dict[str, bytes]:
    """The files beside a form."""
    folders = (form.parent / "files", form.parent.parent / "attachments")
    return {file.name: file.read_bytes() for folder in folders if folder.is_dir() for file in folder.iterdir()}


def try_to_compile(path: Path) -> Tried:
    """What the server makes of a form's file; the XForm for ODK's engine is what pyxform makes of it by itself."""
    try:
        form = compile_upload(path.read_bytes(), path.name, files_of(path))
    except FormRefused as error:
        return Tried(path.name, path.parent.name, refused=tuple(str(each) for each in error.errors))
    xml = path.read_text() if path.suffix == ".xml" else convert(path, pretty_print=False, warnings=[]).xform
    return Tried(path.name, path.parent.name, xml, form)


def run(paths: Iterable[Path], scratch: Path, scripts: int = SCRIPTS) -> Iterator[tuple[Tried, dict[str, Any] | None]]:
    """Each form with what running it in both engines gave; None for what isn't compiled."""
    tried = [(path, try_to_compile(path)) for path in paths]
    results: dict[str, dict[str, Any]] = {}
    for zone in (OWN_ZONE, ZONE):
        cases = [_case(path, each, scripts) for path, each in tried if each.form and zone_of(path) == zone]
        results |= in_node(cases, scratch, zone) if cases else {}
    for _path, each in tried:
        yield each, results.get(f"{each.folder}/{each.name}")


def _case(path: Path, tried: Tried, scripts: int) -> dict[str, Any]:
    files = {name: base64.b64encode(data).decode() for name, data in files_of(path).items() if name in tried.xml}
    name = f"{tried.folder}/{tried.name}"
    return {"name": name, "xml": tried.xml, "form": tried.form, "files": files, "scripts": scripts}


def in_node(cases: Sequence[dict[str, Any]], scratch: Path, zone: str) -> dict[str, dict[str, Any]]:
    """Results by the cases' names, of `pwa/tests/oracle`."""
    given, found = scratch / "cases.json", scratch / "results.jsonl"
    given.write_text(json.dumps(cases, ensure_ascii=False))
    command = ["node", "tests/oracle/run.mjs", str(given), str(found)]
    environment = {**os.environ, "TZ": zone}
    subprocess.run(command, cwd=ROOT / "pwa", env=environment, check=True, timeout=900)
    results = [json.loads(line) for line in found.read_text().splitlines()]
    return {result["name"]: result for result in results}
