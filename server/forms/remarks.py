"""What is said of a form: that it can't be used, or what its author should know. English; the app has the other words.

A `Said` is its English text, and knows the code and the values by which the app says the same in the person's language
(`pwa/src/app/i18n/form-remarks.ts`, whose keys a test holds to these).
"""

from __future__ import annotations

import re
from typing import Any

_VALUE = re.compile(r"\{(\w+)\}")


class Said(str):
    """A text with its `code` and the `values` in it; a value that is itself `Said` is kept as such."""

    __slots__ = ("code", "values")

    code: str
    values: dict[str, Any]

    def document(self) -> dict[str, Any]:
        """As the API tells it: code, values, and the English text."""
        values = {name: value.document() if isinstance(value, Said) else value for name, value in self.values.items()}
        return {"code": self.code, "values": values, "message": str(self)}


def say(code: str, **values: str | int) -> Said:
    """What REMARKS has under `code`, with these values in it."""
    said = Said(_VALUE.sub(lambda match: _shown(values.get(match[1], match[0])), REMARKS[code]))
    said.code, said.values = code, values
    return said


def _shown(value: str | int) -> str:
    return f"{value:,}" if isinstance(value, int) else value


REMARKS: dict[str, str] = {
    "sheet-unknown": "the sheet '{sheet}' isn't supported; there are survey, choices, settings",
    "sheet-entities": "entities aren't made; take the sheet out, the answers stay in the records",
    "sheet-external": "the sheet '{sheet}' isn't supported; write its rows into choices, or into a CSV file",
    "sheet-missing": "the sheet '{sheet}' is missing; add a line '| {sheet} |' and its rows",
    "form-rows": "the form has {count} rows; at most {most}, put long lists into a CSV file",
    "column-language": (
        "the column '{column}' isn't supported; write '{base}::Tiếng Việt (vi)', '{base}::English (en)' "
        "or '{base}::ខ្មែរ (km)'"
    ),
    "column-unknown": "the column '{column}' isn't supported; take it out; there are {there}",
    "column-unread": (
        "the column '{column}' isn't supported; it isn't read; check its name, or call it 'notes' if it is a remark"
    ),
    "list-name": "'{found}' is no list name; use a–z, 0–9, _",
    "choice-name": "'{found}' is no choice name; use a–z, 0–9, _ or -",
    "choice-twice": "'{found}' is twice in the list '{list}'; rename one",
    "vietnamese-missing": "the Vietnamese {base} is missing; every text needs one",
    "cell-long": "{count} characters; at most {most}",
    "name-twice": "'{path}' is there twice; rename one",
    "groups-deep": "groups are nested more than {most} deep",
    "section-open": "the {kind} '{name}' has no end_{kind}; add one after its questions",
    "question-none": "there is no question; add one",
    "type-missing": "the type is missing; write one of: {there}",
    "row-unread": "this row has no type and no name, and isn't read; take it out",
    "end-alone": "this end_{kind} ends nothing; take it out",
    "end-other": "this ends a {kind}, but the {open} '{name}' of row {row} is open; write end_{open}",
    "end-named": "this ends the {kind} '{name}', not '{found}'",
    "end-says": "an end_{kind} takes nothing here; empty the cell",
    "type-unknown": "the type '{type}' isn't supported; write one of: {there}",
    "type-refused": "the type '{type}' isn't supported; {instead}",
    "type-empty": "'{type}' stays empty, because no browser tells it; take it out",
    "calculation-missing": "the calculation is missing; write an expression",
    "list-file": "'{name}' is no list; name a .csv, .geojson or .xml file",
    "list-unknown": "the list '{list}' isn't in choices; there are: {there}",
    "list-other": "'{found}' after the list isn't supported; write or_other or take it out",
    "choice-space": "the choice '{choice}' of '{list}' has a space; write it with _",
    "name-plain": "'{found}' is no name; write a small letter, then small letters, digits or _, at most 40",
    "name-wrong": "'{found}' is no name; begin with a letter, then letters, digits, _ or -, at most {most}, no spaces",
    "parameter-unknown": "'{key}' isn't supported for {type}; there are: {there}",
    "merge-unknown": "'{policy}' is no merge policy; there are: {there}",
    "merge-unfit": "'{policy}' doesn't fit {type}; there are: {there}",
    "merge-valueless": "'{policy}' does nothing on a {type}, which holds no value; write it at each question it is for",
    "valueless": "a {type} holds no value; empty the cell",
    "constraint-missing": "there is no constraint; add one or empty the cell",
    "required-missing": "the question isn't required; write yes or empty the cell",
    "look-unknown": "'{look}' isn't supported for {type}, which is shown plainly; there are: {there}",
    "reference-unknown": "${{question}} is no question of this form; check its name",
    "reference-many": "${{question}} could be {count} questions; rename them",
    "reference-valueless": "${{question}} holds no value; name a question",
    "settings-rows": "{count} rows; write exactly one below the headings",
    "style-unknown": "'{style}' changes nothing on the phone; there is: {there}",
    "setting-missing": "{column} is missing",
    "default-language": "write 'Tiếng Việt (vi)'",
    "form-id": "'{found}' is no form id; write it like TNGT-01",
    "version-wrong": "'{found}' is no version; write a number like 1",
    "instead-osm": "write a text, or a select_one with the tags as choices",
    "instead-audio": "write an audio question",
    "instead-external": "write select_one with a choice_filter, or select_one_from_file",
    "instead-filter": "write select_one with a choice_filter",
    "instead-copy": "copy the rows of the other form in",
    "instead-out": "take it out",
    "setting-encryption": "forms are not encrypted on the phone; take it out (the connection is encrypted anyway)",
    "list-rows": "a list has {count} rows; the most is {most}",
    "list-characters": "a list has more than {most} characters",
    "file-no-list": "'{file}' is no list; write a .csv, .geojson or .xml file",
    "file-encoding": "'{file}' isn't UTF-8; save it as CSV UTF-8",
    "file-empty": "'{file}' is empty; its first line must name the columns",
    "file-columns": "'{file}': each column needs a name of its own in the first line",
    "file-cells": "'{file}', line {line}: more cells than columns",
    "file-xml": "'{file}' is no XML that can be read: {error}",
    "file-json": "'{file}' is no JSON: {error}",
    "file-geojson": "'{file}' is no GeoJSON FeatureCollection",
    "file-features": "'{file}': 'features' must be a list",
    "file-feature": "'{file}': every feature must be of the type 'Feature'",
    "file-properties": "'{file}': a feature's properties must be an object",
    "file-geometry": "'{file}': geometries of the type '{type}' aren't supported; write Point, LineString or Polygon",
    "file-coordinates": "'{file}': a geometry's coordinates can't be read",
    "instance-unknown": "there is no list '{list}'; there are: {there}",
    "choice-nameless": "a choice has no value; give it a name",
    "pattern-unknown": "the regular expression isn't supported from '{part}' on",
    "pattern-open": "the regular expression opens a ( that it doesn't close",
    "pattern-endless": "the regular expression has more than {most} * or +",
    "pattern-wrong": "the regular expression is wrong: {error}",
    "pattern-close": "the regular expression closes a ) that it didn't open",
    "pattern-nothing": "'{part}' in the regular expression repeats nothing",
    "pattern-times": "'{part}' in the regular expression: at most {most}, the smaller number first",
    "pattern-forever": "'{part}' repeats a group that repeats without end; that could run for ever",
    "pattern-twofold": "'{part}' repeats a group that can be read in two ways; that could run for ever",
    "pattern-escape": "'{part}' in the regular expression isn't supported; there are \\d \\w \\s \\b",
    "pattern-empty-set": "'{part}' in the regular expression is an empty set",
    "pattern-set-escape": "'\\{letter}' in a set of the regular expression isn't supported",
    "xform-instance": "the form has no instance that says what it asks",
    "path-wrong": "'{path}' is no path: {error}",
    "path-outside": "'{path}' is no path of the form; write ${name}",
    "bind-outside": "'{path}' is bound and is outside the form '/{root}'; it is left out",
    "background-audio": "background-audio isn't supported; write an audio question",
    "action-ref": "a {kind} has no ref; name the question that it sets",
    "event-unknown": "the event '{event}' isn't supported; there are: {there}",
    "xform-part": "the form has no {part}; it is no XForm",
    "file-bytes": "the file has {count} bytes; at most {most}",
    "form-xml": "the file is no XML that can be read: {error}",
    "form-deep": "the form is nested too deep; take groups out",
    "pyxform-lost": "pyxform can't read the form ({error}); look at its names and headings",
    "pyxform": "{words}",
    "version-missing": "the version is missing, so this is version 1; write a number and raise it with every change",
    "version-taken": "version {version} of {form} is installed with other content; raise the version",
    "file-packed": "the file is packed, and no Excel workbook; save it as Excel workbook (.xlsx)",
    "file-no-form": "the file is no form; upload an Excel workbook (.xlsx, .xls), or a CSV or Markdown table",
    "sheet-twice": "the sheet is there twice; join the two",
    "cell-control": "there is a control character (U+{sign}) in this cell; take it out",
    "cell-longest": "the cell has {count} characters; at most {most}",
    "cell-formula": "the cell's formula ends in {found}; mend it or write its value",
    "cell-uncounted": "the cell's formula was never worked out; open the file in Excel and save it, or write its value",
    "book-damaged": "the workbook is damaged; open it in Excel and save it again",
    "book-parts": "the workbook has {count} parts; at most {most}",
    "book-unpacked": "the workbook is {count} bytes unpacked; at most {most}",
    "book-unread": "the workbook can't be read; open it in Excel and save it again",
    "book-locked": "the workbook can't be read; take its password off, open it in Excel and save it as .xlsx",
    "sheet-rows": "a sheet has more than {most} rows; put long lists into a CSV file",
    "text-encoding": "the text isn't UTF-8; save it as UTF-8, or as Excel workbook (.xlsx)",
    "text-long": "the file has {count} characters; at most {most}",
    "line-control": "there is a control character (U+{sign}) in this line; take it out",
    "table-none": "there is no table; begin with a line '| survey |'",
    "row-sheetless": "this row is in no sheet; put a line '| survey |' before it",
    "column-twice": "this column is there twice; keep one",
    "column-same": "'{found}' is the same column as '{other}'; keep one",
    "cell-headless": "the cell {cell} is in a column without a heading; give the column one or empty the cell",
    "cells-many": "more cells than headings (write \\| for a |)",
    "expression-word": "'{found}' isn't understood; write paths as ${name}",
    "expression-long": "the expression has {count} characters; the most is {most}",
    "expression-unexpected": "'{found}' isn't expected here",
    "expression-expects": "'{sign}' is missing before '{found}'",
    "expression-deep": "the expression is nested more than {most} deep",
    "expression-chain": "the expression has more than {most} '{sign}' in a row",
    "expression-union": "'|' joins paths; for text write concat(), for conditions 'or'",
    "expression-end": "the expression ends too early",
    "expression-part": "'{found}' after a value; only paths have parts",
    "path-long": "the path has more than {most} steps",
    "axis-unknown": "the axis '{axis}' isn't supported; there are: {there}",
    "path-text": "text() isn't supported; leave it out, a path's value is its text",
    "path-call": "the function {function}() can't stand in a path",
    "path-root": "'/{found}' is outside the form; write ${name}",
    "function-unknown": "the function {function}() isn't supported; there are: {there}",
    "function-refused": "the function {function}() isn't supported; {instead}",
    "function-arguments": "{function}() takes {wanted} arguments, not {count}",
    "function-path": "argument {place} of {function}() must be a path, such as ${name}",
    "regex-text": "the second argument of regex() must be a text in quotes",
    "instance-text": "the argument of instance() must be a text in quotes",
    "choice-name-quoted": "the second argument of jr:choice-name() must be a path in quotes: '${name}'",
    "choice-name-path": "jr:choice-name(): '{found}' is no path; write '${name}'",
    "pulldata-text": "the first three arguments of pulldata() must be texts in quotes",
    "number-large": "the number {found} is too large",
    "asked-nowhere": "'{path}' is asked and is no question of the instance; it is left out",
    "question-no-leaf": "'{path}' is no question of the instance",
    "asked-outside": "'{path}' is asked outside of its repeat; it is left out there",
    "group-nowhere": "'{path}' is no group of the instance",
    "binary-control": "a binary question needs an <upload>; write the type image, audio, video or file",
    "range-bounds": "the range of '{path}' needs start, end and step; write start=1 end=10 step=1",
    "range-whole": "the range of '{path}' is of whole numbers; its start, end and step must be so",
    "range-span": "the range of '{path}' from {start} to {end} by {step} can't be shown",
    "files-missing": "the file '{file}' is missing; upload it before the form is published",
    "circle": "this depends on itself in a circle; take a condition out",
    "path-climbs": "a path climbs out of the form; write ${name}",
    "path-dead": "'{word}' leads nowhere and is always empty; write '{word}' in quotes for a text",
    "path-unknown": "'{path}' is no question; write ${name}",
    "occurrence-unknown": "the occurrence '{path}' is no question of this form; name a date or datetime",
    "occurrence-type": "the occurrence must be a date or datetime, not {type}",
    "occurrence-required": "the occurrence must be required; write yes",
    "form-heavy": (
        "the form takes more than {seconds} seconds or {megabytes} MB to read; take empty rows and "
        "columns, pictures and other sheets out, and put long lists into CSV files"
    ),
    "question-retyped": "'{path}' was {type} in an earlier version; give the new question another name",
    "question-renamed": (
        "'{path}' looks like the question '{before}' of the version before under another name; keep the "
        "old name, or its answers are another question's"
    ),
    "question-gone": "the question '{path}' of the version before is gone; its answers stay in their records",
    "instead-ceiling": "write ceiling()",
    "instead-concat": "write concat()",
    "instead-count": "write count(nodes[condition])",
    "instead-and": "write a and b",
    "instead-or": "write a or b",
    "instead-predicate": "write a path with a predicate",
    "instead-lang": "labels follow the chosen language by themselves",
    "instead-local-name": "write local-name()",
    "instead-lower": "write translate(x, 'ABC…', 'abc…')",
    "instead-upper": "write translate(x, 'abc…', 'ABC…')",
    "instead-version": "write the version as text",
    "instead-property": "use the metadata types (deviceid, username, email, phonenumber)",
    "instead-signed": "signed codes can't be checked without the network; take it out",
    "instead-from-file": "use select_one_from_file with a choice_filter",
    "instead-if": "write if(test, yes, no)",
    "instead-empty": "write ''",
    "instead-blank": "write x = ''",
    "files-many": "{count} files; at most {most}",
    "files-bytes": "the files are more than {most} bytes together",
    "file-kind": "'{file}' is no file that a form can show or read; there are: {there}",
}
