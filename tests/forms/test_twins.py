"""The phone's verdict is the server's: seeded answers, more than half of them wrong, go through both runtimes.

The phone's is the TypeScript that ships, run by Node (`pwa/tests/verdicts.mjs`).
"""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from server.forms.moments import as_number
from server.forms.nodes import field_of
from server.forms.ready import ready
from server.forms.rules import counted, validate, walk
from server.forms.sources import compile_upload
from tests.forms.oracle.cases import files_of, own_forms
from tests.forms.test_validate import FILES
from tests.forms.test_xpath_vectors import VECTORS

PWA = Path(__file__).parents[2] / "pwa"
NOW = "2023-05-16T07:30:00.000+07:00"
MOMENT = datetime.fromisoformat(NOW)
EACH = 25
PHOTO = f"{'a1' * 32}.jpg"
RIGHT: dict[str, list[Any]] = {
    "text": ["Ấp Chợ", "17-42", "x", "2023", "a b", "Đường trơn sau mưa."],
    "barcode": ["8934673583213", "x"],
    "integer": [0, 1, 2, 3, 7, 12, 40],
    "decimal": [0, 0.5, 5, 18.25, 1500000000, -3.75],
    "range": [1, 2, 3, 5, 10],
    "date": ["2023-05-14", "2023-05-16", "2023-04-14", "2020-02-29", "2022-12-31"],
    "time": ["07:30:00.000+07:00", "23:59", "00:00:00Z"],
    "datetime": ["2023-05-16T07:00:00.000+07:00", "2023-05-15T23:30:00Z", "2023-05-01T12:00+07:00"],
    "geopoint": ["9.6836 106.2604 3.5 12", "9.7 106.2"],
    "geotrace": ["9.7 106.2;9.8 106.3"],
    "geoshape": ["9.7 106.2;9.7 106.3;9.8 106.3;9.7 106.2"],
    "acknowledge": ["OK"],
    **{kind: [PHOTO] for kind in ("image", "audio", "video", "file")},
}
SHAPELESS = ["?", "", "2023-02-30", "25:00", "99 0", "9.7 106.2;9.8", "x" * 4001]
TYPED: list[Any] = [*SHAPELESS, -1, 0.25, 10**9, ["x"], []]
# what no phone holds, but may be sent
WRONG: list[Any] = [*TYPED, True, None, {}]


@cache
def forms() -> dict[str, dict[str, Any]]:
    """The pack's forms, the vectors' and the rich ones that ODK's engine is tried with, by name."""
    ours = {f"oracle {path.stem}": compile_upload(path.read_bytes(), path.name, files_of(path)) for path in own_forms()}
    pack = {f"pack {key}": file["form"] for key, file in FILES.items()}
    rich = {f"vectors {name}": form for name, form in VECTORS["forms"].items()}
    return {**pack, **rich, **ours}


def verdicts(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    lines = [json.dumps({"forms": forms()}), *(json.dumps(case) for case in cases)]
    given = "\n".join(lines)
    command = ["node", "tests/verdicts.mjs"]
    done = subprocess.run(command, cwd=PWA, input=given, capture_output=True, text=True, timeout=300, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def document(form: dict[str, Any], chance: random.Random, wrong: list[Any]) -> dict[str, Any]:
    """Answers for a form: nine of ten questions have one, so many of them spoilt; items where there are repeats."""
    nodes = {node["path"]: node for node in walk(form, hidden=True)}
    repeats = [path for path, node in nodes.items() if node["t"] == "repeat"]
    spoilt = chance.choice([0, 0.03, 0.1, 0.3])
    found: dict[str, Any] = {}
    count = 0
    places: dict[str, list[str]] = {}
    for repeat in sorted(repeats, key=len):
        outer = next((each for each in sorted(repeats, key=len, reverse=True) if repeat.startswith(f"{each}/")), None)
        for base in places[outer] if outer else [""]:
            here = f"{base}{repeat[len(outer) :]}" if outer else repeat
            for place in range(chance.randint(0, 3)):
                count += 1
                item = f"{here}/7-{count}"
                found[item] = place + chance.choice([0, 0.5])
                places.setdefault(repeat, []).append(item)
        places.setdefault(repeat, [])
    for path, node in nodes.items():
        if "pos" not in node or node["t"] in ("repeat", "calculate") or chance.random() < 0.1:
            continue
        outer = next((each for each in sorted(repeats, key=len, reverse=True) if path.startswith(f"{each}/")), None)
        for base in places[outer] if outer else [""]:
            concrete = f"{base}{path[len(outer) :]}" if outer else path
            found[concrete] = chance.choice(wrong) if chance.random() < spoilt else right(node, form, chance)
    return {path: value for path, value in found.items() if value is not None}


def right(node: dict[str, Any], form: dict[str, Any], chance: random.Random) -> Any:
    kind = node.get("type", "text") if node["t"] == "hidden" else node["t"]
    if kind in ("select1", "select", "rank"):
        names = [choice["v"] for choice in node.get("choices", ())] or listed(form)
        if kind == "select1":
            return chance.choice(names)
        chosen = [name for name in names if kind == "rank" or chance.random() < 0.4]
        return chance.sample(chosen, len(chosen)) if kind == "rank" or chance.random() < 0.1 else chosen
    return chance.choice(RIGHT[kind])


def listed(form: dict[str, Any]) -> list[str]:
    """Names in the form's lists, whichever they belong to."""
    tables = [each for each in form.get("instances", {}).values() if "rows" in each]
    return [str(cell) for table in tables for row in table["rows"][:6] for cell in row[:2] if cell] or ["none"]


def seeded(fill: bool) -> Iterator[dict[str, Any]]:
    for name, form in forms().items():
        for seed in range(EACH):
            chance = random.Random(f"{name} {seed}")
            given = document(form, chance, TYPED if fill else WRONG)
            case: dict[str, Any] = {"form": name, "document": given, "now": NOW, "fill": fill}
            if not fill and chance.random() < 0.3 and given:
                case["changed"] = chance.sample(sorted(given), chance.randint(1, min(3, len(given))))
            yield case


def ours(case: dict[str, Any], values: dict[str, Any]) -> list[list[str]]:
    found = validate(forms()[case["form"]], values, MOMENT, changed=case.get("changed"))
    return [[violation.path, violation.kind] for violation in found]


def test_both_say_the_same_of_documents_as_they_are() -> None:
    cases = list(seeded(fill=False))
    answers = verdicts(cases)
    for case, answer in zip(cases, answers, strict=True):
        assert ours(case, case["document"]) == answer["wrong"], case
    wrong = sum(bool(answer["wrong"]) for answer in answers)
    assert len(cases) > 500
    assert 2 * wrong >= len(cases) > wrong


def test_both_say_the_same_of_what_a_phone_sends_and_work_out_the_same() -> None:
    cases = list(seeded(fill=True))
    answers = verdicts(cases)
    for case, answer in zip(cases, answers, strict=True):
        form, values = forms()[case["form"]], answer["values"]
        assert ours(case, values) == answer["sent"], (case["form"], values)
        worked_out = {question.path for question in ready(form).questions if question.calculate}
        server = counted(form, values, MOMENT)
        # The items of a hidden repeat are not sent, so only the phone can count them.
        worked_out -= {"visits"}
        for path in {path for path in {**server, **values} if field_of(path) in worked_out}:
            assert same(server.get(path), values.get(path)), (case["form"], path, values)
    assert sum(bool(answer["sent"]) for answer in answers) * 2 >= len(cases) > 500


def same(left: Any, right: Any) -> bool:
    numbers = [as_number(str(value), 0) for value in (left, right)]
    return left == right or numbers[0] == pytest.approx(numbers[1], rel=1e-9)
