"""What is said of a form at upload: in English here, and in the app's other languages by code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from server.forms.remarks import REMARKS, say
from server.forms.sheets import FormRefused
from server.forms.sources import compile_source
from tests.forms.books import SURVEY, form

APP = Path(__file__).parents[2] / "pwa" / "src" / "app" / "i18n" / "form-remarks.ts"
ENTRY = re.compile(r'^    ("(?:[^"\\]|\\.)+"): ("(?:[^"\\]|\\.)*"),$', re.MULTILINE)


def _values(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text.replace("${name}", "")))


@pytest.mark.parametrize("language", ["vi", "km"])
def test_the_app_has_words_with_the_same_values_for_every_remark(language: str) -> None:
    section = APP.read_text("utf-8").partition(f"\n  {language}: {{")[2].partition("\n  },")[0]
    words = {json.loads(code): json.loads(text) for code, text in ENTRY.findall(section)}
    assert words.keys() == REMARKS.keys()
    assert [code for code in REMARKS if _values(words[code]) != _values(REMARKS[code])] == []


def test_every_remark_is_made_somewhere() -> None:
    makers = [*Path("server/forms").glob("*.py"), Path("server/spreadsheets.py")]
    sources = "".join(path.read_text("utf-8") for path in makers)
    assert [code for code in REMARKS if f'"{code}"' not in sources.replace(f'    "{code}":', "", 1)] == []


def test_a_remark_is_told_with_its_code_and_values() -> None:
    said = say("type-refused", type="background-audio", instead=say("instead-audio"))
    instead = {"code": "instead-audio", "values": {}, "message": "write an audio question"}
    assert said == "the type 'background-audio' isn't supported; write an audio question"
    values = {"type": "background-audio", "instead": instead}
    assert said.document() == {"code": "type-refused", "values": values, "message": str(said)}


def test_a_refusal_is_told_with_its_code_at_its_cell() -> None:
    wrong = (*SURVEY[:2], ("colour", "kind", "Loại", "Kind", None, None, None), *SURVEY[3:])
    with pytest.raises(FormRefused) as refused:
        compile_source(form(wrong), "phieu.xlsx")
    [error] = refused.value.errors
    assert (error.cell, error.code, error.values["type"]) == ("A3", "type-unknown", "colour")
