"""Writes the compiled form into each file of tests/vectors/forms/ again: `python -m tests.forms.refresh_vectors`.

Cases are written by hand and left as they are. Run it when a form's source or the compiler changed on purpose.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from server.forms.sources import compile_form

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "tests" / "vectors" / "forms"


def compiled_source(vectors: dict[str, Any]) -> dict[str, Any]:
    """The form that a vector file is about, compiled from its source now."""
    source = ROOT / vectors["source"]
    occurrence = vectors["form"]["occurrence"]
    return compile_form(source.read_text(encoding="utf-8"), file=source.name, occurrence=occurrence)


def main() -> None:
    """Rewrites what stands after "form": in each file."""
    for path in sorted(FOLDER.glob("*.json")):
        text = path.read_text(encoding="utf-8")
        form = json.dumps(compiled_source(json.loads(text)), ensure_ascii=False)
        start = text.rindex('\n  "form": ')
        path.write_text(f'{text[:start]}\n  "form": {form}\n}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
