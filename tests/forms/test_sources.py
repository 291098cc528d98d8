"""What an office uploads: told by its bytes, compiled whatever it is, refused at its cells."""

from __future__ import annotations

import pytest

from server.forms.sheets import FormError, FormRefused, meaning
from server.forms.sources import compile_form, compile_source, compile_upload, compile_xform
from server.forms.workbooks import kind_of
from tests.forms import forms
from tests.forms.books import CHOICES, SURVEY, Rows, form, workbook

CSV = 'survey\n,type,name,label\n,text,a,"Xin chào, bạn"\nsettings\n,form_id,version\n,thu,2\n'
XFORM = b"""<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>Th\xe1\xbb\xad</h:title>
<model><instance><data id="thu" version="7"><a/></data></instance><bind nodeset="/data/a" type="int"/></model></h:head>
<h:body><input ref="/data/a"><label>A</label></input></h:body></h:html>"""


def survey(*rows: tuple[object, ...]) -> Rows:
    """A survey with these rows: type, name, label, and the cells of more columns."""
    return (("type", "name", "label", "relevant", "appearance", "calculation"), *rows)


def errors_of(data: bytes, file: str = "thu.xlsx") -> list[FormError]:
    with pytest.raises(FormRefused) as refused:
        compile_upload(data, file)
    return refused.value.errors


def places(errors: list[FormError]) -> list[tuple[str, str, str]]:
    return [(error.sheet, error.cell, error.column) for error in errors]


def test_a_workbook_is_compiled() -> None:
    compiled = compile_upload(form(), "tuyen-truyen.xlsx")
    assert (compiled["key"], compiled["version"], compiled["occurrence"]) == ("tuyen-truyen", "1", "held_on")
    assert compiled["languages"] == ["vi", "en"]
    assert compiled["title"] == {"vi": "Buổi tuyên truyền", "en": "Buổi tuyên truyền", "km": "Buổi tuyên truyền"}
    day, kind, people = compiled["nodes"]
    assert (day["t"], kind["t"], people["t"]) == ("date", "select1", "integer")
    assert kind["choices"][1] == {"v": "march", "label": {"vi": "Diễu hành", "en": "March"}}


@pytest.mark.parametrize("name", ["thu.xlsx", "thu.csv", "thu.txt", "thu"])
def test_what_a_file_is_is_told_by_its_bytes_and_not_by_its_name(name: str) -> None:
    assert compile_upload(form(), name)["key"] == "tuyen-truyen"
    assert compile_upload(CSV.encode(), name)["version"] == "2"
    assert compile_upload(forms.source().encode(), name)["key"] == "THU-01"
    assert compile_upload(XFORM, name)["key"] == "thu"


def test_a_form_without_settings_is_called_as_its_file() -> None:
    compiled, warnings = compile_source(workbook(survey=SURVEY, choices=CHOICES), "Khảo sát.xlsx")
    assert (compiled["key"], compiled["version"]) == ("Khảo sát", "1")
    assert [warning.message.partition(",")[0] for warning in warnings] == ["the version is missing"]


def test_an_xform_is_compiled_by_itself() -> None:
    compiled = compile_xform(XFORM)
    assert (compiled["key"], compiled["version"], compiled["title"]["vi"]) == ("thu", "7", "Thử")
    assert compiled["fields"] == ["a"]
    with pytest.raises(FormRefused, match="no XML that can be read"):
        compile_xform(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')


def test_what_an_xform_says_of_places_that_there_are_not_is_left_out_and_told() -> None:
    """ODK's engine leaves it out too, and says nothing."""
    asked = XFORM.replace(b"</h:body>", b'<input ref="/data/gone"><label>Gone</label></input></h:body>')
    asked = asked.replace(b"</model>", b'<bind nodeset="/other/a" type="int" required="true()"/></model>')
    compiled, warnings = compile_source(asked, "thu.xml")
    assert compiled["nodes"] == compile_xform(XFORM)["nodes"]
    assert [warning.message.partition(" is ")[0] for warning in warnings] == ["'/other/a'", "'/data/gone'"]


def test_what_an_item_of_an_xform_holds_is_its_own_and_what_a_template_holds_everyones() -> None:
    """https://getodk.github.io/xforms-spec/#default-values-in-repeats"""
    xml = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
      xmlns:jr="http://openrosa.org/javarosa"><h:head><model><instance><data id="r">
        <house jr:template=""><rooms>2</rooms></house><house><rooms>5</rooms></house>
        <well><depth>9</depth></well></data></instance>
      <bind nodeset="/data/house/rooms" type="int"/><bind nodeset="/data/well/depth" type="int"/></model></h:head>
    <h:body><group ref="/data/house"><repeat nodeset="/data/house"><input ref="/data/house/rooms"/></repeat></group>
      <group ref="/data/well"><repeat nodeset="/data/well"><input ref="/data/well/depth"/></repeat></group>
    </h:body></h:html>"""
    house, well = compile_xform(xml.encode())["nodes"]
    assert (house["start"], house["children"][0]["default"]) == ([{"rooms": 5}], 2)
    assert (well["start"], well["children"][0].get("default")) == ([{"depth": 9}], None)


def test_the_same_form_says_the_same_in_every_kind_of_file() -> None:
    text = forms.source({"type": "text", "name": "a"})
    tables = [line.strip().strip("|").split("|") for line in text.splitlines() if line and "---" not in line]
    sheets: dict[str, list[list[str]]] = {}
    name = ""
    for first, *cells in tables:
        name = first.strip() or name
        sheets.setdefault(name, []).append([cell.strip() for cell in cells])
    compiled = compile_form(text, file="thu.md", occurrence="day")
    assert compile_upload(workbook(**sheets), "thu.xlsx")["nodes"] == compiled["nodes"]


@pytest.mark.parametrize(
    ("rows", "cell", "words"),
    [
        (survey(("colour", "a", "A")), "A2", "the type 'colour' isn't supported; write one of: text"),
        (survey(("text", "a b", "A")), "B2", "'a b' is no name"),
        (survey((), (), ("text", "a", "A", "${nobody} = 1")), "D4", "${nobody} is no question"),
        (survey(("text", "a", "A", None, None, "don't know")), "F2", "isn't understood"),
        (survey(("text", "a", "Chào ${nobody}")), "C2", "${nobody} is no question"),
        (survey(("select_one nowhere", "a", "A")), "A2", "the list 'nowhere' isn't in choices"),
        (survey(("begin group", "g", "G"), ("text", "a", "A")), "A2", "has no end_group"),
        (survey(("text", "a", "A"), ("text", "a", "B")), "B3", "is there twice"),
        (survey(("text", "a", "A", None, None, None, "gì đây")), "G2", "the cell G2 is in a column without a heading"),
        (survey(("text", "a", "#REF!")), "C2", "the cell's formula ends in #REF!"),
        (survey(("text", "a", '="A"&B2')), "C2", "the cell's formula was never worked out; open the file in Excel"),
        ((("type", "name", "label", "label"), ("text", "a", "A", "B")), "D1", "this column is there twice"),
        ((("type", "name", "relevant", "relevance"), ("text", "a")), "D1", "is the same column as 'relevant'"),
        (survey(("select_one_external x", "a", "A")), "A2", "write select_one with a choice_filter"),
        (survey(("begin repeat", "r", "R"), ("text", "a", "A"), ("end group",)), "A4", "write end_repeat"),
    ],
)
def test_what_is_wrong_is_named_at_its_cell(rows: Rows, cell: str, words: str) -> None:
    found = errors_of(form(rows))
    assert any(error.cell == cell and error.sheet == "survey" and words in error.message for error in found), found


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_sheets() -> None:
    broken = form(
        survey(("text", "a b", "A"), ("colour", "c", "C")),
        choices=(("list_name", "name", "label"), ("kind", None, "X"), ("kind", "talk", "Y")),
    )
    assert places(errors_of(broken)) == [
        ("survey", "B2", "name"),
        ("survey", "A3", "type"),
        ("choices", "B2", "name"),
    ]


def test_a_column_that_nothing_reads_is_named_and_a_remark_is_not() -> None:
    rows = (("type", "name", "label", "note", "hxl"), ("text", "a", "A", "to do", "#x"))
    _compiled, warnings = compile_source(form(rows), "thu.xlsx")
    assert places(warnings) == [("survey", "E1", "hxl")]
    assert "the column 'hxl' isn't supported; it isn't read" in warnings[0].message


def test_a_look_that_the_phone_has_not_is_told_and_the_question_stays() -> None:
    compiled, warnings = compile_source(form(survey(("date", "a", "A", None, "ethiopian"))), "thu.xlsx")
    assert [(warning.cell, "'ethiopian' isn't supported" in warning.message) for warning in warnings] == [("E2", True)]
    assert compiled["nodes"][0]["t"] == "date"


@pytest.mark.parametrize(
    ("heading", "means"),
    [
        ("Label :: English (en)", "label::English (en)"),
        ("caption", "label"),
        ("relevance", "relevant"),
        ("bind::relevant", "relevant"),
        ("media::image::English", "image::English"),
        ("body::appearance", "appearance"),
        ("Repeat Count", "repeat_count"),
        ("bind::jr:constraintMsg", "constraint_message"),
        ("Constraint Message::English", "constraint_message::English"),
    ],
)
def test_a_heading_means_one_thing_however_it_is_written(heading: str, means: str) -> None:
    assert meaning("survey", heading) == means


def test_languages_may_follow_a_single_colon_as_older_forms_have_it() -> None:
    rows = (("type", "name", "label:English", "bind:relevant"), ("text", "a", "A", None))
    compiled = compile_upload(workbook(survey=rows), "thu.xlsx")
    assert compiled["nodes"][0]["label"] == {"en": "A"}


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04 anything", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
        (b"\xef\xbb\xbf  <?xml", "xml"),
        (b"# a comment\n| survey | type |", "md"),
        (b"survey,type", "csv"),
        (b"\x89PNG\r\n\x1a\n\x00,", ""),
        (b"", ""),
    ],
)
def test_every_kind_of_file_is_known_by_its_beginning(data: bytes, kind: str) -> None:
    assert kind_of(data) == kind


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04 anything", "no Excel workbook"),
        (form()[:2000] + b"xl/workbook", "the workbook is damaged"),
        (b"\x89PNG\r\n\x1a\n\x00", "the file is no form"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "the workbook can't be read"),
        (b"", "there is no table"),
        ("survey,type\n,chữ,".encode("utf-16-le")[:-1].replace(b"\x00", b"\xff"), "isn't UTF-8"),
        (b"x" * 5_000_001, "at most 5,000,000"),
        (b"<html/>", "it is no XForm"),
    ],
)
def test_what_is_no_form_is_refused_in_words(data: bytes, words: str) -> None:
    assert any(words in error.message for error in errors_of(data))


def test_settings_of_the_form_are_bounded() -> None:
    long = form(settings=(("form_title", "form_id", "version"), ("T", "x" * 101, "1" * 41)))
    assert places(errors_of(long)) == [("settings", "B2", "form_id"), ("settings", "C2", "version")]


def test_a_text_without_a_language_is_in_the_forms_own() -> None:
    rows = (*SURVEY[:1], ("integer", "n", "Số", "Number", "yes", ". > 0", "Phải dương."))
    compiled = compile_upload(form(rows), "thu.xlsx")
    assert compiled["languages"] == ["vi", "en"]
    assert compiled["nodes"][0]["message"] == {"vi": "Phải dương.", "en": "Phải dương."}
