"""What a form may hold: every row and cell is looked at, and what the phone can't run is refused with its place.

Nothing is ignored in silence: a column, type, appearance or policy that isn't listed here is an error.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from server.forms.sheets import LANGUAGES, FormError, Row, Sheet, language_of

SIMPLE_TYPES = ("text", "integer", "date", "datetime", "geopoint", "note")
SELECT_TYPES = ("select_one", "select_multiple")
ALL_TYPES = (*SIMPLE_TYPES, "select_one LIST", "select_multiple LIST", "begin_group", "end_group")
# Each merge policy with the types that it makes sense for; the others are for every type.
POLICIES: dict[str, tuple[str, ...]] = {
    "ask": (),
    "latest": (),
    "max": ("integer", "date", "datetime"),
    "min": ("integer", "date", "datetime"),
    "sum": ("integer",),
    "union": ("select_multiple",),
    "text": ("text",),
}
APPEARANCES = {"text": ("multiline",)}
SURVEY_COLUMNS = ("type", "name", "required", "relevant", "constraint", "appearance", "sync::merge")
SURVEY_TEXTS = ("label", "hint", "constraint_message")
CHOICES_COLUMNS = ("list_name", "name")
CHOICES_TEXTS = ("label",)
SETTINGS_COLUMNS = ("form_title", "title_en", "title_km", "form_id", "version", "default_language")
MOST_NODES = 300
MOST_CHOICES = 2000
DEEPEST_GROUP = 6
LONGEST_TEXT = 1000

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
CHOICE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
FORM_ID = re.compile(r"[A-Z][A-Z0-9]{0,11}-[0-9]{2}", re.ASCII)
VERSION = re.compile(r"[0-9]{1,6}", re.ASCII)
_REFERENCE = re.compile(r"\$\{([^}]*)\}")


@dataclass
class Checker:
    """Looks through the sheets of one file; `errors` grows as it goes."""

    file: str
    sheets: dict[str, Sheet]
    errors: list[FormError] = field(default_factory=list)
    # path of each question and group -> its row, in the order of the form
    rows: dict[str, Row] = field(default_factory=dict)

    def refuse(self, line: int, column: str, message: str) -> None:
        """Adds an error."""
        self.errors.append(FormError(self.file, line, column, message))

    def run(self) -> list[FormError]:
        """All that is wrong with the sheets as they are written, before expressions are read."""
        for name, sheet in self.sheets.items():
            if name not in ("survey", "choices", "settings"):
                self.refuse(sheet.line, "", f"the sheet '{name}' isn't supported; there are survey, choices, settings")
        for name in ("survey", "settings"):
            if name not in self.sheets:
                self.refuse(0, "", f"the sheet '{name}' is missing; add a line '| {name} |' and its rows")
        if self.errors:
            return self.errors
        self.columns("survey", SURVEY_COLUMNS, SURVEY_TEXTS)
        self.columns("choices", CHOICES_COLUMNS, CHOICES_TEXTS)
        self.columns("settings", SETTINGS_COLUMNS, ())
        lists = self.choices()
        self.survey(lists)
        self.references()
        self.settings()
        return self.errors

    def columns(self, name: str, plain: tuple[str, ...], texts: tuple[str, ...]) -> None:
        """Refuses headings that nothing reads."""
        sheet = self.sheets.get(name)
        for column in sheet.columns if sheet else ():
            base, language = language_of(column)
            if not sheet or not column or column in plain or (base in texts and language in LANGUAGES):
                continue
            if base in texts:
                wanted = f"write '{base}::Tiếng Việt (vi)', '{base}::English (en)' or '{base}::ខ្មែរ (km)'"
            else:
                known = (*plain, *(f"{text}::Tiếng Việt (vi)" for text in texts))
                wanted = "take it out; there are " + ", ".join(known)
            self.refuse(sheet.line, column, f"{name}: the column '{column}' isn't supported; {wanted}")

    def choices(self) -> dict[str, list[str]]:
        """The names in each choice list."""
        lists: dict[str, list[str]] = {}
        sheet = self.sheets.get("choices")
        rows = sheet.rows if sheet else []
        if len(rows) > MOST_CHOICES:
            self.refuse(0, "", f"choices: {len(rows)} rows; at most {MOST_CHOICES}")
        for row in rows:
            listed, name = row.get("list_name"), row.get("name")
            if not NAME.fullmatch(listed):
                self.refuse(row.line, "list_name", f"choices: '{listed}' is no list name; use a–z, 0–9, _")
            if not CHOICE_NAME.fullmatch(name):
                self.refuse(row.line, "name", f"choices: '{name}' is no choice name; use a–z, 0–9, _ or -")
            if name in lists.setdefault(listed, []):
                self.refuse(row.line, "name", f"choices: '{name}' is twice in the list '{listed}'; rename one")
            lists[listed].append(name)
            self.texts("choices", row, "label", needed=True)
        return lists

    def texts(self, sheet: str, row: Row, base: str, *, needed: bool) -> None:
        """Refuses a text without Vietnamese, with a ${reference}, or too long."""
        split = [(language_of(column), column, cell) for column, cell in row.cells.items()]
        found = {language: (column, cell) for (named, language), column, cell in split if named == base}
        if "vi" not in found and (needed or found):
            column = f"{base}::Tiếng Việt (vi)"
            self.refuse(row.line, column, f"{sheet}: the Vietnamese {base} is missing; every text needs one")
        for column, cell in found.values():
            if "${" in cell:
                self.refuse(row.line, column, f"{sheet}: values inside a {base} aren't supported; write plain text")
            if len(cell) > LONGEST_TEXT:
                self.refuse(row.line, column, f"{sheet}: {len(cell)} characters; at most {LONGEST_TEXT}")

    def survey(self, lists: dict[str, list[str]]) -> None:
        """Types, names, nesting and what belongs to each type."""
        rows = self.sheets["survey"].rows
        if len(rows) > MOST_NODES:
            self.refuse(0, "", f"survey: {len(rows)} rows; at most {MOST_NODES}")
        groups: list[tuple[str, int]] = []
        for row in rows:
            kind = row.get("type")
            if kind == "end_group":
                self.end(row, groups)
                continue
            self.question(row, kind, lists)
            path = "/".join([*(name for name, _line in groups), row.get("name")])
            if path in self.rows:
                self.refuse(row.line, "name", f"survey: '{path}' is there twice; rename one")
            self.rows[path] = row
            if kind == "begin_group":
                groups.append((row.get("name"), row.line))
                if len(groups) > DEEPEST_GROUP:
                    self.refuse(row.line, "type", f"survey: groups are nested more than {DEEPEST_GROUP} deep")
        for name, line in groups:
            self.refuse(line, "type", f"survey: the group '{name}' has no end_group; add one after its questions")
        if not any(row.get("type") not in ("note", "begin_group") for row in self.rows.values()):
            self.refuse(0, "", "survey: there is no question; add one")

    def end(self, row: Row, groups: list[tuple[str, int]]) -> None:
        """An end_group: closes the last group and says nothing else."""
        if not groups:
            self.refuse(row.line, "type", "survey: this end_group ends nothing; take it out")
            return
        name, _line = groups.pop()
        if row.get("name") not in ("", name):
            self.refuse(row.line, "name", f"survey: this ends the group '{name}', not '{row.get('name')}'")
        for column in sorted(set(row.cells) - {"type", "name"}):
            self.refuse(row.line, column, "survey: an end_group takes nothing here; empty the cell")

    def question(self, row: Row, kind: str, lists: dict[str, list[str]]) -> None:
        """One question, note or begin_group."""
        word, _, listed = kind.partition(" ")
        if word in SELECT_TYPES:
            if listed not in lists:
                there = ", ".join(sorted(lists)) or "none"
                self.refuse(row.line, "type", f"survey: the list '{listed}' isn't in choices; there are: {there}")
        elif kind not in (*SIMPLE_TYPES, "begin_group"):
            there = ", ".join(ALL_TYPES)
            self.refuse(row.line, "type", f"survey: the type '{kind}' isn't supported; write one of: {there}")
        if not NAME.fullmatch(row.get("name")):
            wanted = "write a small letter, then small letters, digits or _, at most 40"
            self.refuse(row.line, "name", f"survey: '{row.get('name')}' is no name; {wanted}")
        self.texts("survey", row, "label", needed=True)
        self.texts("survey", row, "hint", needed=False)
        self.texts("survey", row, "constraint_message", needed=bool(row.get("constraint")))
        self.extras(row, word)

    def extras(self, row: Row, word: str) -> None:
        """Appearance, merge policy, and the cells that make no sense for a type."""
        look = row.get("appearance")
        if look and look not in APPEARANCES.get(word, ()):
            there = ", ".join(APPEARANCES.get(word, ())) or "none"
            self.refuse(row.line, "appearance", f"survey: '{look}' isn't supported for {word}; there are: {there}")
        policy = row.get("sync::merge")
        fitting = [name for name, types in POLICIES.items() if not types or word in types]
        if policy and policy not in POLICIES:
            there = ", ".join(POLICIES)
            self.refuse(row.line, "sync::merge", f"survey: '{policy}' is no merge policy; there are: {there}")
        elif policy and policy not in fitting and word not in ("note", "begin_group"):
            there = ", ".join(fitting)
            self.refuse(row.line, "sync::merge", f"survey: '{policy}' doesn't fit {word}; there are: {there}")
        if word in ("note", "begin_group"):
            for column in ("required", "constraint", "sync::merge"):
                if row.get(column):
                    self.refuse(row.line, column, f"survey: a {word} holds no value; empty the cell")
        messages = [column for column in row.cells if language_of(column)[0] == "constraint_message"]
        if messages and not row.get("constraint"):
            self.refuse(row.line, messages[0], "survey: there is no constraint; add one or empty the cell")

    def references(self) -> None:
        """Every ${name} must be one question."""
        count = Counter(path.rpartition("/")[2] for path in self.rows)
        silent = [path for path, row in self.rows.items() if row.get("type") in ("begin_group", "note")]
        groups = {path.rpartition("/")[2] for path in silent}
        used = [
            (row.line, column, name)
            for row in self.rows.values()
            for column in ("required", "relevant", "constraint")
            for name in _REFERENCE.findall(row.get(column))
        ]
        for line, column, name in used:
            if count[name] == 0:
                self.refuse(line, column, f"survey: ${{{name}}} is no question of this form; check its name")
            elif count[name] > 1:
                self.refuse(line, column, f"survey: ${{{name}}} could be {count[name]} questions; rename them")
            elif name in groups:
                self.refuse(line, column, f"survey: ${{{name}}} holds no value; name a question")

    def settings(self) -> None:
        """The single row of settings."""
        sheet = self.sheets["settings"]
        if len(sheet.rows) != 1:
            self.refuse(sheet.line, "", f"settings: {len(sheet.rows)} rows; write exactly one below the headings")
            return
        row = sheet.rows[0]
        for column in ("form_title", "default_language"):
            if not row.get(column):
                self.refuse(row.line, column, f"settings: {column} is missing")
        if row.get("default_language") and row.get("default_language") != "Tiếng Việt (vi)":
            self.refuse(row.line, "default_language", "settings: write 'Tiếng Việt (vi)'")
        if not FORM_ID.fullmatch(row.get("form_id")):
            self.refuse(row.line, "form_id", f"settings: '{row.get('form_id')}' is no form id; write it like TNGT-01")
        if not VERSION.fullmatch(row.get("version")):
            self.refuse(row.line, "version", f"settings: '{row.get('version')}' is no version; write a number like 1")
