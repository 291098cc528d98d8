"""XLSForm in, compiled form out: `compile_form` turns Markdown tables into the JSON that the phone and the server run.

pyxform makes the XForm (https://getodk.github.io/xforms-spec/); the merge policies, which XForms don't know, and the
line numbers come from the tables. Everything the result needs is decided here, once; nothing is parsed at run time.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from server.forms.check import Checker
from server.forms.expressions import Expr, ExpressionError, parse, paths
from server.forms.rules import walk
from server.forms.sheets import LANGUAGES, FormError, FormRefused, Row, Sheet, language_of, read

CompiledForm = dict[str, Any]
Texts = dict[str, str]

_XF = "{http://www.w3.org/2002/xforms}"
_H = "{http://www.w3.org/1999/xhtml}"
_JR = "{http://openrosa.org/javarosa}"
_ROOT = "/data/"
_TYPES = {"string": "text", "int": "integer", "date": "date", "dateTime": "datetime", "geopoint": "geopoint"}
_PYXFORM_ROW = re.compile(r"\[row : (\d+)\]")
LEAVES = frozenset({"text", "integer", "select1", "select", "date", "datetime", "geopoint"})


def compile_form(text: str, *, file: str, occurrence: str) -> CompiledForm:
    """The compiled form of a Markdown XLSForm; `occurrence` is the path of the date that it is counted by.

    Raises `FormRefused` with every error found. The same text always gives the same result and hash.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").removeprefix("\ufeff"))
    sheets = read(text, file)
    checker = Checker(file, sheets)
    if errors := checker.run():
        raise FormRefused(errors)
    try:
        xform = convert(text, file_type=".md", pretty_print=False).xform
    except PyXFormError as error:
        raise FormRefused([_from_pyxform(error, file, sheets)]) from error
    source = _Source(file, checker.rows, [])
    compiled = _Builder(fromstring(xform, forbid_dtd=True), source).form(sheets)
    compiled["occurrence"] = occurrence
    _check_occurrence(compiled, source, occurrence)
    _check_circles(compiled, source)
    if source.errors:
        raise FormRefused(source.errors)
    compiled["hash"] = form_hash(compiled)
    return compiled


def form_hash(compiled: Mapping[str, Any]) -> str:
    """SHA-256 of what the form says, without its hash: hexadecimal."""
    content = {key: value for key, value in compiled.items() if key != "hash"}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _from_pyxform(error: PyXFormError, file: str, sheets: Mapping[str, Sheet]) -> FormError:
    """pyxform counts rows from the sheet's heading; its words are kept, since they tell the author most."""
    words = str(error)
    match = _PYXFORM_ROW.search(words)
    rows = sheets["survey"].rows
    number = int(match.group(1)) - 2 if match else -1
    line = rows[number].line if 0 <= number < len(rows) else 0
    return FormError(file, line, "", words.replace("\n", " ")[:500])


@dataclass
class _Source:
    """Where a path was written, and the errors found so far."""

    file: str
    rows: Mapping[str, Row]
    errors: list[FormError]

    def refuse(self, path: str, column: str, message: str) -> None:
        row = self.rows.get(path)
        self.errors.append(FormError(self.file, row.line if row else 0, column, message))

    def policy(self, path: str) -> str:
        row = self.rows.get(path)
        return (row.get("sync::merge") if row else "") or "ask"


class _Builder:
    """Reads one XForm."""

    def __init__(self, xform: Element, source: _Source) -> None:
        self.source = source
        self.model = _only(xform, f"{_H}head/{_XF}model")
        self.body = _only(xform, f"{_H}body")
        self.binds = {bind.get("nodeset", ""): bind for bind in self.model.findall(f"{_XF}bind")}
        self.texts = self._texts()
        self.lists = self._lists()
        self.fields: list[str] = []

    def form(self, sheets: Mapping[str, Sheet]) -> CompiledForm:
        """The whole form, still without occurrence and hash."""
        settings = sheets["settings"].rows[0]
        vietnamese = settings.get("form_title")
        title = {"vi": vietnamese, "en": settings.get("title_en"), "km": settings.get("title_km")}
        nodes = self.nodes(self.body)
        return {
            "key": settings.get("form_id"),
            "version": settings.get("version"),
            "languages": list(LANGUAGES),
            "title": {language: title[language] or vietnamese for language in LANGUAGES},
            "fields": self.fields,
            "nodes": nodes,
        }

    def _texts(self) -> dict[str, Texts]:
        """Each text by its id: Vietnamese where a translation is missing (pyxform writes '-')."""
        found: dict[str, Texts] = {}
        for translation in self.model.findall(f"{_XF}itext/{_XF}translation"):
            language = language_of(f"label::{translation.get('lang', '')}")[1]
            for text in translation.findall(f"{_XF}text"):
                value = text.findtext(f"{_XF}value") or ""
                if value not in ("", "-"):
                    found.setdefault(text.get("id", ""), {})[language] = value
        return {
            key: {language: texts.get(language) or texts.get("vi", "") for language in LANGUAGES}
            for key, texts in found.items()
        }

    def _lists(self) -> dict[str, list[dict[str, Any]]]:
        lists: dict[str, list[dict[str, Any]]] = {}
        for instance in self.model.findall(f"{_XF}instance"):
            if instance.get("id"):
                items = instance.findall(f"{_XF}root/{_XF}item")
                lists[instance.get("id", "")] = [self.choice(item) for item in items]
        return lists

    def choice(self, item: Element) -> dict[str, Any]:
        """One choice: its value and label."""
        label = self.texts.get(item.findtext(f"{_XF}itextId") or "", {})
        return {"v": item.findtext(f"{_XF}name"), "label": label}

    def nodes(self, parent: Element) -> list[dict[str, Any]]:
        """The nodes for the controls of a body or group, in order."""
        return [self.node(control) for control in parent if control.tag not in (f"{_XF}label", f"{_XF}hint")]

    def node(self, control: Element) -> dict[str, Any]:
        """One group, note or question."""
        reference = control.get("ref", "")
        path = reference.removeprefix(_ROOT)
        bind = self.binds.get(reference, Element("bind"))
        kind = self.kind(control, bind, path)
        node: dict[str, Any] = {"t": kind, "name": path.rpartition("/")[2], "path": path}
        if kind in LEAVES:
            node["pos"] = len(self.fields)
            self.fields.append(path)
            node["merge"] = self.source.policy(path)
        node["label"] = self.text_of(control, "label")
        if hint := self.text_of(control, "hint"):
            node["hint"] = hint
        self.expressions(node, bind)
        if control.get("appearance"):
            node["appearance"] = control.get("appearance")
        if kind in ("select1", "select"):
            node["choices"] = self.choices(control)
        if kind == "group":
            node["children"] = self.nodes(control)
        return node

    def kind(self, control: Element, bind: Element, path: str) -> str:
        """The node's type; refuses a control that the phone can't show."""
        tag = control.tag.removeprefix(_XF)
        if tag == "group":
            return "group"
        if tag in ("select", "select1"):
            return tag
        kind = _TYPES.get(bind.get("type", ""))
        if tag != "input" or kind is None:
            self.source.refuse(path, "type", f"survey: <{tag}> of type '{bind.get('type')}' isn't supported")
            return "note"
        return "note" if bind.get("readonly") == "true()" else kind

    def text_of(self, control: Element, tag: str) -> Texts:
        """A label or hint in all languages; {} when there is none."""
        element = control.find(f"{_XF}{tag}")
        return {} if element is None else self.translated(element.get("ref", ""))

    def translated(self, reference: str) -> Texts:
        """The texts that jr:itext('id') names."""
        return self.texts.get(reference.removeprefix("jr:itext('").removesuffix("')"), {})

    def choices(self, control: Element) -> list[dict[str, Any]]:
        """The choices of a select, from the instance that its itemset names."""
        itemset = control.find(f"{_XF}itemset")
        nodeset = itemset.get("nodeset", "") if itemset is not None else ""
        listed = nodeset.removeprefix("instance('").removesuffix("')/root/item")
        return self.lists[listed]

    def expressions(self, node: dict[str, Any], bind: Element) -> None:
        """required, relevant and constraint as trees, with the constraint's message."""
        for column in ("required", "relevant", "constraint"):
            text = bind.get(column)
            if not text:
                continue
            try:
                tree = parse(text, _ROOT)
            except ExpressionError as error:
                self.source.refuse(node["path"], column, f"survey: {error}")
                continue
            if tree == ["lit", False] and column == "required":
                continue
            self.check_paths(node, column, tree)
            node[column] = tree
        if "constraint" in node:
            node["message"] = self.translated(bind.get(f"{_JR}constraintMsg", ""))

    def check_paths(self, node: dict[str, Any], column: str, tree: Expr) -> None:
        """Refuses a path that is no question (typed by hand instead of as ${name}), and '.' where it means nothing."""
        rows = self.source.rows
        questions = {path for path, row in rows.items() if row.get("type") not in ("begin_group", "note")}
        for path in sorted(paths(tree) - questions):
            self.source.refuse(node["path"], column, f"survey: '{_ROOT}{path}' is no question; write ${{name}}")
        if column != "constraint" and _uses_self(tree):
            self.source.refuse(node["path"], column, f"survey: '.' means nothing in {column}; write ${{name}}")


def _uses_self(tree: Expr) -> bool:
    return tree == ["self"] or any(isinstance(part, list) and _uses_self(part) for part in tree[1:])


def _only(parent: Element, path: str) -> Element:
    found = parent.find(path)
    if found is None:
        raise AssertionError(f"pyxform gave an XForm without {path}")
    return found


def _check_occurrence(compiled: CompiledForm, source: _Source, occurrence: str) -> None:
    """A record is counted by the day it happened, so that day can't be missing."""
    node = next((node for node in walk(compiled) if node["path"] == occurrence), None)
    if node is None:
        source.refuse("", "", f"the occurrence '{occurrence}' is no question of this form; name a date or datetime")
    elif node["t"] not in ("date", "datetime"):
        source.refuse(occurrence, "type", f"survey: the occurrence must be a date or datetime, not {node['t']}")
    elif node.get("required") != ["lit", True]:
        source.refuse(occurrence, "required", "survey: the occurrence must be required; write yes")


def _check_circles(compiled: CompiledForm, source: _Source) -> None:
    """Refuses relevance that depends on itself: whether the question shows would have no answer."""
    nodes = {node["path"]: node for node in walk(compiled)}
    needs = {path: paths(node["relevant"]) if "relevant" in node else set() for path, node in nodes.items()}
    for path in nodes:
        parent = path.rpartition("/")[0]
        if parent:
            needs[path] = needs[path] | {parent}
    settled: set[str] = set()
    waiting = set(nodes)
    while ready := {path for path in waiting if needs[path] <= settled}:
        settled |= ready
        waiting -= ready
    for path in sorted(waiting):
        if "relevant" in nodes[path]:
            source.refuse(path, "relevant", "survey: this depends on itself in a circle; take a condition out")
