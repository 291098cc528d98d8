"""A form's source in, compiled form out: a pack's Markdown, an office's workbook, an XForm.

The sheets are read and checked as they are written (`workbooks.py`, `check.py`), pyxform makes the XForm of them
(https://getodk.github.io/xforms-spec/), and `compile.py` what the phone and the server run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.parsers.expat import ExpatError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from server.forms import earlier as before
from server.forms import kinds
from server.forms.check import LONGEST_ID, LONGEST_VERSION, Checker
from server.forms.compile import CompiledForm, Source, build, check_occurrence, form_hash
from server.forms.earlier import Earlier
from server.forms.itemsets import Files
from server.forms.remarks import say
from server.forms.rules import walk
from server.forms.secondary import local
from server.forms.sheets import LANGUAGES, TRANSLATED, FormError, FormRefused, Row, Sheet, in_order
from server.forms.workbooks import MOST_BYTES, kind_of, read_sheets

_PYXFORM_ROW = re.compile(r"\[row : (\d+)\]\s*")
_PYXFORM_PLACE = re.compile(r"On the '(\w+)' sheet, the '([^']+)' value (?:'([^']*)' )?is (?:invalid|problematic)\.\s*")
_LEARN_MORE = re.compile(r"\s*Learn more: \S+")
# What pyxform stumbles over in a form that nobody meant to write.
_STUMBLES = (PyXFormError, ExpatError, LookupError, AttributeError, TypeError, ValueError, RecursionError)
# Columns that pyxform knows under another name than ours.
_FOR_PYXFORM = {"omit_instanceid": "omit_instanceID"}
# Where a question that is gone is told: its author is to look at names. A pack may take questions out.
GONE = "name"


@dataclass(frozen=True)
class About:
    """What is known of a form beside its file: `occurrence`, the path of the date that records are counted by (without
    it the first date that must be given, else none); the lists beside it by name; its earlier versions, by its key."""

    occurrence: str | None = None
    files: Files = field(default_factory=dict)
    earlier: Mapping[str, Earlier] = field(default_factory=dict)


def compile_form(
    text: str, *, file: str, occurrence: str, earlier: Mapping[str, Earlier] | None = None
) -> CompiledForm:
    """The compiled form of a pack's Markdown XLSForm; `occurrence` is the path of the date that it is counted by.

    Raises `FormRefused` with every error found. The same text always gives the same result and hash.
    """
    about = About(occurrence, earlier=earlier or {})
    form, warnings = compile_source(text.encode("utf-8", "surrogatepass"), file, about, pack=True)
    # A pack is written by the house, so what an office may be told afterwards is an error here.
    if errors := [warning for warning in warnings if warning.column != GONE]:
        raise FormRefused(errors)
    return form


def compile_upload(data: bytes, filename: str, files: Files | None = None) -> CompiledForm:
    """The compiled form of an office's file (.xlsx, .xls, CSV, Markdown, XForm), told by its bytes.

    `files` are the lists beside it, by name. Raises `FormRefused`. Bytes that nobody vouches for go through
    `bounded.py`, which does this in a process of its own.
    """
    return compile_source(data, filename, About(files=files or {}))[0]


def compile_xform(xml: bytes, files: Files | None = None) -> CompiledForm:
    """The compiled form of an XForm's XML; raises `FormRefused`."""
    return _compile_xml(xml, "form.xml", About(files=files or {}))[0]


def compile_source(
    data: bytes, file: str, about: About | None = None, *, pack: bool = False
) -> tuple[CompiledForm, list[FormError]]:
    """The compiled form of a file of sheets or of an XForm, and what its author should know.

    Raises `FormRefused` with every error found.
    """
    about = about or About()
    if not pack and kind_of(data) == "xml":
        return _compile_xml(data, file, about)
    sheets = read_sheets(data, file)
    checker = Checker(file, sheets, pack)
    checker.run()
    if checker.errors:
        raise FormRefused(in_order(checker.errors, sheets))
    source = Source(file, checker.rows, warnings=list(checker.warnings))
    compiled = build(_xform(checker), source, languages=LANGUAGES if pack else (), files=about.files)
    if "settings" in sheets and sheets["settings"].rows:
        source.settings = sheets["settings"].rows[0]
    _name_by_settings(compiled, source)
    _finish(compiled, source, about)
    if source.errors:
        raise FormRefused(in_order(source.errors, sheets))
    return compiled, in_order(source.warnings, sheets)


def _compile_xml(data: bytes, file: str, about: About) -> tuple[CompiledForm, list[FormError]]:
    if len(data) > MOST_BYTES:
        raise FormRefused([FormError.of(say("file-bytes", count=len(data), most=MOST_BYTES), file)])
    source = Source(file)
    try:
        root = fromstring(data, forbid_dtd=True)
        compiled = build(root, source, files=about.files)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise FormRefused([FormError.of(say("form-xml", error=str(error)), file)]) from None
    except RecursionError:
        raise FormRefused([FormError.of(say("form-deep"), file)]) from None
    instance = next(child for each in root.iter() if local(each.tag) == "instance" for child in each)
    title = next((each.text for each in root.iter() if local(each.tag) == "title" and each.text), "")
    key = (instance.get("id") or _stem(file))[:LONGEST_ID]
    _name(compiled, key, (instance.get("version") or "1")[:LONGEST_VERSION], " ".join(title.split())[:200])
    _finish(compiled, source, about)
    if source.errors:
        raise FormRefused(source.errors)
    return compiled, source.warnings


# ---------------------------------------------------------------- pyxform


def _xform(checker: Checker) -> Element:
    """The XForm that pyxform makes of the sheets, as they were understood."""
    book: dict[str, Any] = {"sheet_names": list(checker.sheets), "fallback_form_name": _stem(checker.file)}
    for name in ("survey", "choices", "settings"):
        if sheet := checker.sheets.get(name):
            columns = [_FOR_PYXFORM.get(column, column) for column in sheet.columns if column]
            book[f"{name}_header"] = [dict.fromkeys(columns)]
            book[name] = [_for_pyxform(row, checker) for row in sheet.rows]
    try:
        language = _own_language(checker.sheets["survey"])
        return fromstring(convert(book, pretty_print=False, default_language=language).xform, forbid_dtd=True)
    except _STUMBLES as error:
        raise FormRefused([_from_pyxform(error, checker)]) from error


def _own_language(survey: Sheet) -> str | None:
    """The language that texts without one are in, where the settings don't say: the first that is named."""
    named = (column.partition("::") for column in survey.columns)
    return next((language for base, _, language in named if base in TRANSLATED and language), None)


def _for_pyxform(row: Row, checker: Checker) -> dict[str, str]:
    cells = {_FOR_PYXFORM.get(column, column): cell for column, cell in row.cells.items()}
    if row.sheet.name == "survey" and row.line in checker.types:
        kind, rest = checker.types[row.line]
        cells["type"] = kinds.for_pyxform(kind, rest, row.get("type"))
    return cells


def _from_pyxform(error: Exception, checker: Checker) -> FormError:
    """pyxform counts rows from the sheet's heading; its words are kept, since they tell the author most."""
    if not isinstance(error, PyXFormError):
        said = say("pyxform-lost", error=type(error).__name__)
        return FormError.of(said, checker.file)
    words = " ".join(str(error).split())
    numbered, placed = _PYXFORM_ROW.search(words), _PYXFORM_PLACE.search(words)
    sheet = checker.sheets.get(placed.group(1) if placed else "survey")
    column = placed.group(2) if placed else ""
    rest = _LEARN_MORE.sub("", _PYXFORM_PLACE.sub("", _PYXFORM_ROW.sub("", words))).strip()
    if placed and placed.group(3):
        rest = f"'{placed.group(3)}': {rest}"
    said = say("pyxform", words=rest[:500])
    number = int(numbered.group(1)) - 2 if numbered else -1
    if sheet is not None and 0 <= number < len(sheet.rows):
        return sheet.rows[number].error(column, said)
    row = sheet.line if sheet and number == -1 and numbered else 0
    return FormError.of(said, checker.file, row=row, column=column)


# ---------------------------------------------------------------- what the form is called and counted by


def _stem(file: str) -> str:
    name = file.replace("\\", "/").rpartition("/")[2]
    return (name.rpartition(".")[0] or name)[:LONGEST_ID] or "form"


def _name_by_settings(compiled: CompiledForm, source: Source) -> None:
    settings = source.settings
    key = settings.get("form_id") or _stem(source.file)
    if not settings.get("version"):
        words = say("version-missing")
        source.warnings.append(settings.error("version", words))
    _name(compiled, key, settings.get("version") or "1", settings.get("form_title"))
    for language, column in (("en", "title_en"), ("km", "title_km")):
        if settings.get(column):
            compiled["title"][language] = settings.get(column)


def _name(compiled: CompiledForm, key: str, version: str, title: str) -> None:
    compiled["key"], compiled["version"] = key, version
    compiled["title"] = dict.fromkeys(LANGUAGES, title or key)


def _finish(compiled: CompiledForm, source: Source, about: About) -> None:
    compiled["occurrence"] = about.occurrence or first_occurrence(compiled)
    if about.occurrence is not None:
        check_occurrence(compiled, source, about.occurrence)
    compiled["hash"] = form_hash(compiled)
    known = about.earlier.get(compiled["key"], Earlier())
    for path, words in before.retyped(compiled, known):
        source.refuse(path, "type", words)
    there = known.hashes.get(compiled["version"])
    if there == compiled["hash"]:
        return
    if there is not None:
        words = say("version-taken", version=compiled["version"], form=compiled["key"])
        source.errors.append(source.settings.error("version", words))
    for path, words in before.gone(compiled, known):
        source.warn(path, GONE, words)


def first_occurrence(compiled: Mapping[str, Any]) -> str | None:
    """The first date or datetime outside repeats that must be given, which records are counted by unless told."""
    return next((path for path, required in occurrences(compiled) if required), None)


def occurrences(compiled: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """The dates that records could be counted by, and whether each must be given."""
    repeats = [f"{node['path']}/" for node in walk(compiled) if node["t"] == "repeat"]
    return [
        (node["path"], node.get("required") == ["lit", True])
        for node in walk(compiled)
        if node["t"] in ("date", "datetime") and not node["path"].startswith(tuple(repeats))
    ]
