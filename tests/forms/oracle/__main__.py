"""A table of forms and what became of them: `FORM_CORPUS=folder python -m tests.forms.oracle [words of names] [-v]`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from tests.forms.oracle.cases import Tried, own_forms, public_forms, run


def verdict(tried: Tried, result: dict[str, Any] | None) -> str:
    if result is None:
        return "refused" if tried.refused else "crashed"
    if result.get("ourError"):
        return "fails"
    if result["differences"]:
        return "differs"
    return "not ODK's" if result.get("odkError") else "agrees"


def lines(tried: Tried, result: dict[str, Any] | None, *, fully: bool) -> list[str]:
    kind = verdict(tried, result)
    answers, compared = (result["steps"], result["compared"]) if result else (0, 0)
    said = next(iter(tried.refused), "") or next(
        iter(str((result or {}).get("ourError") or (result or {}).get("odkError") or "").splitlines()), ""
    )
    found = [f"{tried.name:58.58} {kind:10} {answers:7} {compared:9}  {said[:120]}"]
    if fully and result:
        found += [told(each) for each in result["differences"]]
    return found


def told(difference: dict[str, Any]) -> str:
    """One difference on one line: when, after what, where, what, ODK's and ours."""
    odk, ours = (json.dumps(difference[side], ensure_ascii=False)[:160] for side in ("odk", "ours"))
    when = f"{difference['script']}.{difference['step']} {difference['done'][:60]}"
    return f"      {when} | {difference['place']} | {difference['what']} | {odk} | {ours}"


def main() -> None:
    words = [word for word in sys.argv[1:] if word != "-v"]
    paths = [path for path in (*own_forms(), *public_forms()) if not words or any(word in path.name for word in words)]
    counted: Counter[str] = Counter()
    write = sys.stdout.write
    write(f"{'form':58} {'':10} {'answers':>7} {'compared':>9}  reason\n")
    with tempfile.TemporaryDirectory() as scratch:
        for tried, result in run(paths, Path(scratch)):
            counted[verdict(tried, result)] += 1
            write("\n".join(lines(tried, result, fully="-v" in sys.argv)) + "\n")
    write(", ".join(f"{number} {kind}" for kind, number in counted.most_common()) + f" of {len(paths)}\n")


if __name__ == "__main__":
    main()
