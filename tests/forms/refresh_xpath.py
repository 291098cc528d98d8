"""Writes forms and trees into tests/vectors/xpath.json again: `python -m tests.forms.refresh_xpath`.

Texts, documents and expected values are written by hand and left as they are.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from defusedxml.ElementTree import fromstring
from pyxform.xls2xform import convert

from server.forms.compile import Source, _through_repeats, build
from server.forms.xform import XForm

FILE = Path(__file__).parent.parent / "vectors" / "xpath.json"
SOURCES = FILE.parent / "xpath"


def xform_of(name: str) -> str:
    """The XForm of a source in tests/vectors/xpath/."""
    text = (SOURCES / f"{name}.md").read_text(encoding="utf-8")
    xform: str = convert(text, file_type=".md", pretty_print=False, form_name="data").xform
    return xform


def compiled(name: str) -> dict[str, Any]:
    """The compiled form of a source."""
    source = Source(name)
    form = build(fromstring(xform_of(name)), source)
    if source.errors:
        raise AssertionError(source.errors)
    return {"key": name, "version": "1", "hash": name, "title": {}, **form}


def refreshed(vectors: dict[str, Any]) -> dict[str, Any]:
    """The vectors with forms and trees made anew."""
    forms = {name: compiled(name) for name in sorted(path.stem for path in SOURCES.glob("*.md"))}
    known = {name: XForm(fromstring(xform_of(name))) for name in forms}
    for case in vectors["expressions"]:
        xform = known[case["form"]]
        value = case.pop("value")
        case["tree"] = _through_repeats(xform.read(case["text"]), xform)
        case["value"] = value
    return {**vectors, "forms": forms}


def written(vectors: dict[str, Any]) -> str:
    """One line for each case, so that git shows what changed."""
    parts = []
    for name, part in vectors.items():
        if isinstance(part, list):
            lines = ",\n".join(f"    {json.dumps(case, ensure_ascii=False)}" for case in part)
            parts.append(f'  "{name}": [\n{lines}\n  ]')
        elif isinstance(part, dict):
            lines = ",\n".join(f'    "{key}": {json.dumps(each, ensure_ascii=False)}' for key, each in part.items())
            parts.append(f'  "{name}": {{\n{lines}\n  }}')
        else:
            parts.append(f'  "{name}": {json.dumps(part, ensure_ascii=False)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> None:
    """Rewrites the file."""
    vectors = json.loads(FILE.read_text(encoding="utf-8"))
    FILE.write_text(written(refreshed(vectors)), encoding="utf-8")


if __name__ == "__main__":
    main()
