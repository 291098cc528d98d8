"""What a form may hold: every row and cell is looked at, and what the phone can't run is refused with its place.

Nothing is ignored in silence. What changes nothing in the answers (a column of remarks, a look that the phone doesn't
have) is a warning where an office uploads a form, and an error in a campaign's pack, which the house writes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from server.forms import kinds
from server.forms.remarks import Said, say
from server.forms.sheets import LANGUAGES, FormError, Row, Sheet, language_of

MOST_ROWS = 5_000
DEEPEST_GROUP = 12
LONGEST_TEXT = 5_000
LONGEST_NAME = 100
LONGEST_ID = 100
LONGEST_VERSION = 40
LONGEST_TITLE = 200

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
CHOICE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
ANY_NAME = re.compile(r"[^\W\d][\w.-]*")
FORM_ID = re.compile(r"[A-Z][A-Z0-9]{0,11}-[0-9]{2}", re.ASCII)
VERSION = re.compile(r"[0-9]{1,6}", re.ASCII)
_REFERENCE = re.compile(r"\$\{\s*(last-saved#)?([^}]*?)\s*\}")
_PARAMETER = re.compile(r"([^\s=,;]+)\s*=\s*([^\s=,;]+)")
# Columns in which ${name} stands for an answer.
EXPRESSIONS = ("required", "relevant", "constraint", "calculation", "read_only", "choice_filter", "repeat_count")
VALUELESS = ("note", "begin_group", "begin_repeat", "begin_loop")


@dataclass
class Checker:
    """Looks through the sheets of one file; `errors` and `warnings` grow as it goes."""

    file: str
    sheets: dict[str, Sheet]
    # A pack's form is in the campaign's three languages, and its names are plain.
    pack: bool = True
    errors: list[FormError] = field(default_factory=list)
    warnings: list[FormError] = field(default_factory=list)
    # path of each question and group -> its row, in the order of the form
    rows: dict[str, Row] = field(default_factory=dict)
    # the plain type of each row of the survey, by line, and what follows it
    types: dict[int, tuple[str, str]] = field(default_factory=dict)

    def refuse(self, row: Row, column: str, said: Said) -> None:
        """Adds an error at a row's cell."""
        self.errors.append(row.error(column, said))

    def refuse_all(self, sheet: str, said: Said) -> None:
        """Adds an error about a sheet, or about the file."""
        self.errors.append(FormError.of(said, self.file, sheet=sheet))

    def warn(self, error: FormError) -> None:
        """Adds what an office is told and a pack is refused for."""
        (self.errors if self.pack else self.warnings).append(error)

    def run(self) -> None:
        """Looks for all that is wrong with the sheets as they are written, before expressions are read."""
        self.tables()
        if self.errors:
            return
        self.columns("survey", kinds.SURVEY_COLUMNS, kinds.SURVEY_TEXTS)
        self.columns("choices", kinds.CHOICES_COLUMNS, kinds.CHOICES_TEXTS)
        self.columns("settings", kinds.SETTINGS_COLUMNS, ())
        lists = self.choices()
        self.survey(lists)
        self.references()
        self.settings()

    def tables(self) -> None:
        """The sheets that there are and must be."""
        for name in self.sheets:
            if name in ("survey", "choices", "settings") or name.startswith("_"):
                continue
            said = say("sheet-unknown", sheet=name)
            if name == "entities":
                said = say("sheet-entities")
            elif name in ("external_choices", "osm"):
                said = say("sheet-external", sheet=name)
            self.warn(self.sheets[name].error(self.sheets[name].line, "", said))
        for name in ("survey", "settings") if self.pack else ("survey",):
            if name not in self.sheets:
                self.refuse_all("", say("sheet-missing", sheet=name))
        rows = sum(len(sheet.rows) for sheet in self.sheets.values())
        if rows > MOST_ROWS:
            self.refuse_all("", say("form-rows", count=rows, most=MOST_ROWS))

    def columns(self, name: str, plain: tuple[str, ...], texts: tuple[str, ...]) -> None:
        """Names the headings that nothing reads."""
        sheet = self.sheets.get(name)
        used = {part for row in self.sheets["survey"].rows for part in _words(row.get("choice_filter"))}
        for column in sheet.columns if sheet else ():
            base, language = language_of(column)
            if not sheet or not column or column in plain:
                continue
            if column.partition("::")[0] in texts:
                if not self.pack or language in LANGUAGES:
                    continue
                said = say("column-language", column=sheet.headings[column], base=base)
            elif name == "choices" and (column in used or not self.pack):
                continue  # choices may be filtered by any column, and looked up in it
            elif column.lower() in kinds.REMARKS and not self.pack:
                continue
            else:
                known = (*plain, *(f"{text}::Tiếng Việt (vi)" for text in texts))
                said = say("column-unknown", column=sheet.headings[column], there=", ".join(known))
            if not self.pack:
                said = say("column-unread", column=sheet.headings[column])
            self.warn(sheet.error(sheet.line, column, said))

    # ------------------------------------------------------------ choices

    def choices(self) -> dict[str, list[str]]:
        """The names in each choice list."""
        lists: dict[str, list[str]] = {}
        sheet = self.sheets.get("choices")
        settings = self.sheets["settings"].rows[:1] if "settings" in self.sheets else []
        doubles = bool(settings) and settings[0].get("allow_choice_duplicates").lower() in ("yes", "true", "true()")
        for row in sheet.rows if sheet else []:
            listed, name = row.get("list_name"), row.get("name")
            if not listed and not name and not self.pack:
                continue
            if not (NAME.fullmatch(listed) if self.pack else listed):
                self.refuse(row, "list_name", say("list-name", found=listed))
            if not (CHOICE_NAME.fullmatch(name) if self.pack else name):
                self.refuse(row, "name", say("choice-name", found=name))
            if name in lists.setdefault(listed, []) and not doubles:
                self.refuse(row, "name", say("choice-twice", found=name, list=listed))
            lists[listed].append(name)
            self.texts(row, "label", needed=self.pack)
        return lists

    def texts(self, row: Row, base: str, *, needed: bool) -> None:
        """Refuses a text that is too long, and in a pack one without Vietnamese."""
        split = [(language_of(column), column, cell) for column, cell in row.cells.items()]
        found = {language: (column, cell) for (named, language), column, cell in split if named == base}
        if self.pack and "vi" not in found and (needed or found):
            column = f"{base}::Tiếng Việt (vi)"
            self.refuse(row, column, say("vietnamese-missing", base=base))
        for column, cell in found.values():
            if len(cell) > LONGEST_TEXT:
                self.refuse(row, column, say("cell-long", count=len(cell), most=LONGEST_TEXT))

    # ------------------------------------------------------------ survey

    def survey(self, lists: dict[str, list[str]]) -> None:
        """Types, names, nesting and what belongs to each type."""
        sections: list[tuple[str, str, Row]] = []
        for row in self.asked():
            kind, rest = self.types[row.line] = kinds.plain_type(row.get("type"))
            if kind.startswith("end_"):
                self.end(row, kind.removeprefix("end_"), sections)
                continue
            self.question(row, kind, rest, lists)
            name = row.get("name") or ("audit" if kind == "audit" else f"~{row.line}")
            path = "/".join([*(section for _kind, section, _row in sections), name.replace("-", "~")])
            if kind == "audit":
                path = "meta/audit"
            if path in self.rows:
                self.refuse(row, "name", say("name-twice", path=path))
            self.rows[path] = row
            if row.get("repeat_count"):
                self.rows.setdefault(f"{path}_count", row)
            if kind.startswith("begin_"):
                sections.append((kind.removeprefix("begin_"), name.replace("-", "~"), row))
                if len(sections) > DEEPEST_GROUP:
                    self.refuse(row, "type", say("groups-deep", most=DEEPEST_GROUP))
        for kind, name, row in sections:
            self.refuse(row, "type", say("section-open", kind=kind, name=name))
        asking = [row for row in self.rows.values() if self.types[row.line][0] not in VALUELESS]
        if not asking:
            self.refuse_all("survey", say("question-none"))

    def asked(self) -> Iterator[Row]:
        """The rows of the survey that are part of the form."""
        for row in self.sheets["survey"].rows:
            if row.get("disabled").lower() in ("yes", "true", "true()"):
                continue
            if not row.get("type"):
                if row.get("name") or row.any("label"):
                    self.refuse(row, "type", say("type-missing", there=", ".join(kinds.ALL_TYPES)))
                else:
                    self.warn(row.error("", say("row-unread")))
                continue
            yield row

    def end(self, row: Row, kind: str, sections: list[tuple[str, str, Row]]) -> None:
        """An end: closes the last group or repeat and says nothing else."""
        if not sections:
            self.refuse(row, "type", say("end-alone", kind=kind))
            return
        open_kind, name, begun = sections.pop()
        if kind != open_kind:
            self.refuse(row, "type", say("end-other", kind=kind, open=open_kind, name=name, row=begun.line))
        if self.pack and row.get("name") not in ("", name):
            self.refuse(row, "name", say("end-named", kind=kind, name=name, found=row.get("name")))
        for column in sorted(set(row.cells) - {"type", "name"}):
            if column.partition("::")[0] not in (*kinds.REMARKS, "label"):
                self.warn(row.error(column, say("end-says", kind=kind)))

    def question(self, row: Row, kind: str, rest: str, lists: dict[str, list[str]]) -> None:
        """One question, note, group or repeat."""
        if not kind:
            there = ", ".join(kinds.ALL_TYPES)
            self.refuse(row, "type", say("type-unknown", type=row.get("type"), there=there))
        elif kind in kinds.REFUSED:
            self.refuse(row, "type", say("type-refused", type=kind, instead=kinds.REFUSED[kind]))
        elif kind in kinds.EMPTY:
            self.warn(row.error("type", say("type-empty", type=kind)))
        if kind == "calculate" and not row.get("calculation") and not row.get("default"):
            self.refuse(row, "calculation", say("calculation-missing"))
        if kind in kinds.SELECTS or kind == "begin_loop":
            self.listed(row, kind, rest, lists)
        self.name(row, kind)
        for base in ("label", "hint", "guidance_hint", "required_message"):
            shown = kind not in (*kinds.SILENT, *kinds.LISTS_BESIDE) and base == "label"
            self.texts(row, base, needed=shown and not kind.startswith("begin_"))
        self.texts(row, "constraint_message", needed=bool(row.get("constraint")))
        self.extras(row, kind)

    def listed(self, row: Row, kind: str, rest: str, lists: dict[str, list[str]]) -> None:
        """The list that a question chooses from."""
        name, _, other = rest.partition(" ")
        if kind in kinds.FROM_FILE:
            if name.rpartition(".")[2].lower() not in ("csv", "geojson", "xml"):
                self.refuse(row, "type", say("list-file", name=name))
            return
        if name not in lists and "${" not in rest:
            there = ", ".join(sorted(lists)) or "none"
            self.refuse(row, "type", say("list-unknown", list=name, there=there))
        elif other and other.lower() not in ("or_other", "or other", "or specify other") and "${" not in rest:
            self.refuse(row, "type", say("list-other", found=other))
        if kind in ("select_multiple", "rank"):
            spaced = next((choice for choice in lists.get(name, ()) if " " in choice), None)
            if spaced is not None:
                self.refuse(row, "type", say("choice-space", choice=spaced, list=name))

    def name(self, row: Row, kind: str) -> None:
        """A question's name."""
        name = row.get("name")
        if not name and (kind == "audit" or (kind == "note" and not self.pack)):
            return
        if self.pack and not NAME.fullmatch(name):
            self.refuse(row, "name", say("name-plain", found=name))
        elif not ANY_NAME.fullmatch(name) or len(name) > LONGEST_NAME:
            self.refuse(row, "name", say("name-wrong", found=name, most=LONGEST_NAME))

    def extras(self, row: Row, kind: str) -> None:
        """Appearance, parameters, merge policy, and the cells that make no sense for a type."""
        self.looks(row, kind)
        known = kinds.PARAMETERS.get(kind, ())
        for key, _value in _PARAMETER.findall(row.get("parameters")):
            if key.lower() not in known and kind != "audit":
                there = ", ".join(known) or "none"
                self.warn(row.error("parameters", say("parameter-unknown", key=key, type=kind, there=there)))
        if policy := row.get("sync::merge"):
            self.policy(row, kind, policy)
        if kind in VALUELESS:
            for column in ("required", "constraint"):
                if row.get(column) and (self.pack or row.get(column).lower() not in ("no", "false", "false()")):
                    self.warn(row.error(column, say("valueless", type=kind)))
        if row.any("constraint_message") and not row.get("constraint"):
            self.warn(row.error("constraint_message", say("constraint-missing")))
        if row.any("required_message") and not row.get("required"):
            self.warn(row.error("required_message", say("required-missing")))

    def policy(self, row: Row, kind: str, policy: str) -> None:
        """The merge policy must fit the type."""
        plain = kind.removesuffix("_from_file")
        fitting = [name for name, types in kinds.POLICIES.items() if not types or plain in types]
        if policy not in kinds.POLICIES:
            there = ", ".join(kinds.POLICIES)
            self.refuse(row, "sync::merge", say("merge-unknown", policy=policy, there=there))
        elif kind in VALUELESS and policy == "ask":  # what is done without it
            self.warn(row.error("sync::merge", say("valueless", type=kind)))
        elif kind in VALUELESS:
            # Whoever wrote it meant the questions of a group, or a row beside this one: those would go on asking.
            self.refuse(row, "sync::merge", say("merge-valueless", policy=policy, type=kind))
        elif policy not in fitting:
            self.refuse(row, "sync::merge", say("merge-unfit", policy=policy, type=plain, there=", ".join(fitting)))

    def looks(self, row: Row, kind: str) -> None:
        """Names the looks that the phone doesn't have; the question is asked in its plain look."""
        plain = kind.removesuffix("_from_file").removeprefix("begin_")
        known = kinds.APPEARANCES.get(plain, ())
        look = row.get("appearance")
        # Looks of other apps (ex:…) and of Enketo's grid (w1 to w12) may hold spaces in brackets.
        for word in re.sub(r"\(.*\)", "", look).split():
            low = word.lower()
            if low in known or re.fullmatch(r"w[0-9]{1,2}", low) or re.fullmatch(r"(columns|compact)-[0-9]{1,2}", low):
                continue
            there = ", ".join(known) or "none"
            said = say("look-unknown", look=word, type=plain, there=there)
            self.warn(row.error("appearance", said))

    # ------------------------------------------------------------ references and settings

    def references(self) -> None:
        """Every ${name} must be one question."""
        count = Counter(path.rpartition("/")[2].replace("~", "-") for path in self.rows)
        notes = {row.get("name") for row in self.rows.values() if self.types[row.line][0] == "note"}
        groups = {row.get("name") for row in self.rows.values() if self.types[row.line][0] == "begin_group"}
        extra = {"instanceID", "instanceName"}
        for row in self.sheets["survey"].rows:
            for column, cell in row.cells.items():
                for last, name in _REFERENCE.findall(cell):
                    if name in extra:
                        continue
                    if count[name] == 0:
                        self.refuse(row, column, say("reference-unknown", question=name))
                    elif count[name] > 1 and not last:
                        self.refuse(row, column, say("reference-many", question=name, count=count[name]))
                    elif self.pack and column in EXPRESSIONS and name in notes | groups:
                        self.refuse(row, column, say("reference-valueless", question=name))

    def settings(self) -> None:
        """The single row of settings."""
        sheet = self.sheets.get("settings")
        if sheet is None:
            return
        for column, words in kinds.REFUSED_SETTINGS.items():
            if any(row.get(column) for row in sheet.rows):
                self.errors.append(sheet.error(sheet.line, column, words))
        if len(sheet.rows) > 1 or (self.pack and not sheet.rows):
            self.warn(sheet.error(sheet.line, "", say("settings-rows", count=len(sheet.rows))))
        if not sheet.rows:
            return
        row = sheet.rows[0]
        for column, longest in (("form_id", LONGEST_ID), ("version", LONGEST_VERSION), ("form_title", LONGEST_TITLE)):
            if len(row.get(column)) > longest:
                self.refuse(row, column, say("cell-long", count=len(row.get(column)), most=longest))
        for word in row.get("style").split():
            if word not in kinds.STYLES:
                there = ", ".join(kinds.STYLES)
                self.warn(row.error("style", say("style-unknown", style=word, there=there)))
        if self.pack:
            self.pack_settings(row)

    def pack_settings(self, row: Row) -> None:
        """What a pack's form says of itself."""
        for column in ("form_title", "default_language"):
            if not row.get(column):
                self.refuse(row, column, say("setting-missing", column=column))
        if row.get("default_language") and row.get("default_language") != "Tiếng Việt (vi)":
            self.refuse(row, "default_language", say("default-language"))
        if not FORM_ID.fullmatch(row.get("form_id")):
            self.refuse(row, "form_id", say("form-id", found=row.get("form_id")))
        if not VERSION.fullmatch(row.get("version")):
            self.refuse(row, "version", say("version-wrong", found=row.get("version")))


def _words(expression: str) -> set[str]:
    return set(re.findall(r"[\w-]+", expression))
