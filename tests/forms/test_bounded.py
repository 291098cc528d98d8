"""Uploads are compiled in a process that may take ten seconds and half a gigabyte, and no more."""

from __future__ import annotations

import io
import resource
import time
import zipfile

import pytest

from server.forms.bounded import compile_bounded
from server.forms.sheets import FormRefused
from server.forms.sources import About, compile_upload
from tests.forms.books import SETTINGS, form, workbook

ROOM = "takes more than 10 seconds or 512 MB"


def refused(data: bytes) -> str:
    began = time.monotonic()
    with pytest.raises(FormRefused) as found:
        compile_bounded(data, "thu.xlsx", About())
    assert time.monotonic() - began < 20  # the machine may be busy, but it is never a minute
    return "\n".join(error.message for error in found.value.errors)


def repacked(data: bytes, **parts: bytes) -> bytes:
    """The workbook with some parts replaced or added."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.pop(name, None) or old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return packed.getvalue()


def test_an_upload_comes_out_as_it_would_in_this_process() -> None:
    compiled = compile_bounded(form(), "thu.xlsx", About())
    assert compiled.form == compile_upload(form(), "thu.xlsx")
    assert compiled.warnings == []


def test_lists_beside_the_form_go_along() -> None:
    rows = (("type", "name", "label"), ("select_one_from_file places.csv", "place", "Where"))
    found = compile_bounded(form(rows), "thu.xlsx", About(files={"places.csv": b"name,label\nx,Ngai Xuyen\n"}))
    assert found.form["instances"]["places"]["rows"] == [["x", "Ngai Xuyen"]]
    assert "missing" not in found.form
    without = compile_bounded(form(rows), "thu.xlsx", About())
    assert without.form["missing"] == ["places.csv"]
    assert "the file 'places.csv' is missing" in without.warnings[0].message


def test_what_is_wrong_keeps_its_cell() -> None:
    with pytest.raises(FormRefused) as found:
        compile_bounded(form((("type", "name", "label"), ("colour", "a", "A"))), "thu.xlsx", About())
    assert [(error.sheet, error.cell) for error in found.value.errors] == [("survey", "A2")]


def test_a_form_of_300_questions_takes_a_few_seconds() -> None:
    rows = [("type", "name", "label", "relevant")]
    rows += [("integer", f"q{n}", f"Question {n}", f"${{q{n - 1}}} > 0" if n else "") for n in range(300)]
    began = time.monotonic()
    assert len(compile_bounded(form(rows), "thu.xlsx", About()).form["fields"]) == 300
    assert time.monotonic() - began < 8


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = repacked(form(), **{"xl/media/image1.png": b"\0" * 60_000_000})
    assert len(bomb) < 100_000
    assert "bytes unpacked; at most 50,000,000" in refused(bomb)


def test_a_zip_of_many_parts_is_refused() -> None:
    assert "parts; at most 200" in refused(repacked(form(), **{f"x{n}": b"" for n in range(201)}))


def test_a_workbook_of_too_many_rows_is_refused() -> None:
    rows = [("type", "name", "label"), *(("text", f"q{n}", "Q") for n in range(5_001))]
    assert "more than 5,000 rows" in refused(workbook(survey=rows, settings=SETTINGS))


def test_a_workbook_that_would_take_a_minute_is_refused_in_time() -> None:
    # 1,000 rows of 1,100 cells that hold only a space, in 49 MB that pack to a few kB: every cell must be looked at
    row = "<row>" + '<c t="inlineStr"><is><t> </t></is></c>' * 1_200 + "</row>"
    sheet = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    sheet += row * 1_000 + "</sheetData></worksheet>"
    assert ROOM in refused(repacked(form(), **{"xl/worksheets/sheet1.xml": sheet.encode()}))


def test_this_process_keeps_its_own_limits() -> None:
    compile_bounded(form(), "thu.xlsx", About())
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 0
