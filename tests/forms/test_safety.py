"""What a form could hold to do harm comes out as text, or is refused at upload."""

from __future__ import annotations

import json

import pytest

from server.forms.sheets import FormRefused
from server.forms.sources import compile_upload, compile_xform
from tests.forms.forms import table

SCRIPT = "<script>alert(1)</script> <img src=x onerror=alert(1)> [press](javascript:alert(1))"


ENDLESS = ["^(a+)+$", "^([a-z]*)*$", "(.*)*x", "^(([0-9]{1})*[- ]*)+$"]
TWOFOLD = ["^(a|a)+$", "^((a|ab)c?)*$", "^(a?a)+$", "^(a{1,2})*$", "^(x(a|[a-c]))+$", "^(|a)+$", "^([0-9]{2,3}-?){20}$"]
PLAIN = ["^(a|b)+$", "^(-?[0-9])+$", "^([0-9]{1,3}[.]?){3}$", "^(yes|no)( (yes|no))*$", "^([0-9]{2,3} )+$"]


def form(**cells: str) -> bytes:
    """A form of one question with these cells."""
    survey = table("survey", [{"type": "text", "name": "a", "label": "A", **cells}])
    return f"{survey}\n\n{table('settings', [{'form_id': 'a', 'version': '1'}])}\n".encode()


@pytest.mark.parametrize("column", ["label", "hint", "constraint_message", "required_message"])
def test_markup_in_a_cell_is_the_text_that_was_written(column: str) -> None:
    """Screens make of it what their small Markdown knows, and never HTML (pwa/src/app/data/markdown.test.ts)."""
    node = compile_upload(form(**{column: SCRIPT, "constraint": ". != 'x'", "required": "yes"}), "a.md")["nodes"][0]
    assert SCRIPT in json.dumps(node, ensure_ascii=False)


def test_elements_inside_an_xforms_label_are_no_elements_in_the_form() -> None:
    xml = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model>
      <instance><data id="a"><a/></data></instance></model></h:head>
      <h:body><input ref="/data/a"><label>Seen <h:script>alert(1)</h:script>&lt;b&gt;</label></input>
      </h:body></h:html>"""
    label = compile_xform(xml.encode())["nodes"][0]["label"]
    assert set(label.values()) == {"Seen <b>"}


@pytest.mark.parametrize("pattern", [*ENDLESS, *TWOFOLD])
def test_a_regular_expression_that_could_run_for_ever_is_refused_at_its_cell(pattern: str) -> None:
    with pytest.raises(FormRefused) as refused:
        compile_upload(form(constraint=f"regex(., '{pattern}')", constraint_message="No."), "a.md")
    assert {error.column for error in refused.value.errors} == {"constraint"}


@pytest.mark.parametrize("pattern", PLAIN)
def test_a_regular_expression_that_can_be_read_in_one_way_is_taken(pattern: str) -> None:
    assert compile_upload(form(constraint=f"regex(., '{pattern}')", constraint_message="No."), "a.md")["nodes"]


@pytest.mark.parametrize("file", ["../../etc/passwd", "/etc/passwd", "a/../b.png"])
def test_a_picture_is_named_by_its_file_alone(file: str) -> None:
    compiled = compile_upload(form(image=file), "a.md")
    assert all("/" not in name for name in compiled.get("files", []))
