"""What a form's sheets may hold: types, columns, appearances, parameters, settings.

A type has one plain name here; what else it may be called is written as XLSForm's reference has it
(https://xlsform.org/en/ref-table/), and as the forms of older years do (pyxform's question_type_dictionary).
"""

from __future__ import annotations

from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from server.forms.remarks import Said, say
from server.forms.sheets import TRANSLATED

# Each type with what pyxform calls it.
ASKING = {
    "text": "text",
    "integer": "integer",
    "decimal": "decimal",
    "range": "range",
    "date": "date",
    "time": "time",
    "datetime": "dateTime",
    "geopoint": "geopoint",
    "geotrace": "geotrace",
    "geoshape": "geoshape",
    "image": "image",
    "audio": "audio",
    "video": "video",
    "file": "file",
    "barcode": "barcode",
    "acknowledge": "acknowledge",
}
META = ("start", "end", "today", "deviceid", "username", "email", "phonenumber", "audit")
SILENT = ("calculate", "hidden", "start-geopoint", "background-geopoint", *META)
LISTS_BESIDE = ("csv-external", "xml-external")
SELECTS = {
    "select_one": "select_one",
    "select_multiple": "select_multiple",
    "rank": "rank",
    "select_one_from_file": "select_one_from_file",
    "select_multiple_from_file": "select_multiple_from_file",
}
FROM_FILE = ("select_one_from_file", "select_multiple_from_file")
SECTIONS = ("group", "repeat", "loop")
ALL_TYPES = (
    *ASKING,
    *(f"{word} LIST" for word in ("select_one", "select_multiple", "rank")),
    *(f"{word} FILE" for word in FROM_FILE),
    *("note", *SILENT, *LISTS_BESIDE, "begin_group", "end_group", "begin_repeat", "end_repeat"),
)
ALIASES = {
    "string": "text",
    "int": "integer",
    "date_time": "datetime",
    "photo": "image",
    "trigger": "acknowledge",
    "gps": "geopoint",
    "location": "geopoint",
    "imei": "deviceid",
    "device_id": "deviceid",
    "start_time": "start",
    "end_time": "end",
}
SELECT_ALIASES = {
    "select1": "select_one",
    "select_one_from": "select_one",
    "add_select_one_prompt_using": "select_one",
    "select_one_using": "select_one",
    "select_all_that_apply_from": "select_multiple",
    "select_all_that_apply": "select_multiple",
    "add_select_multiple_prompt_using": "select_multiple",
    "select_multiple_from": "select_multiple",
    "select_multiple_using": "select_multiple",
}
# What the phone can't do, with what to write instead.
REFUSED: dict[str, Said] = {
    "osm": say("instead-osm"),
    "background-audio": say("instead-audio"),
    "select_one_external": say("instead-external"),
    "cascading_select": say("instead-filter"),
    "include": say("instead-copy"),
    "xml": say("instead-out"),
}
# Types that stay empty, because no browser tells it.
EMPTY = ("simserial", "subscriberid", "sim_id", "subscriber_id", "get_sim_id", "get_subscriber_id")

# Each merge policy with the types that it makes sense for; the others are for every type.
POLICIES: dict[str, tuple[str, ...]] = {
    "ask": (),
    "latest": (),
    "max": ("integer", "decimal", "range", "date", "datetime"),
    "min": ("integer", "decimal", "range", "date", "datetime"),
    "sum": ("integer", "decimal", "range"),
    "union": ("select_multiple",),
    "text": ("text",),
}

SURVEY_COLUMNS = (
    *("type", "name", "required", "relevant", "constraint", "calculation", "read_only", "default", "appearance"),
    *("parameters", "choice_filter", "repeat_count", "trigger", "sync::merge", "disabled", "rows"),
    *(f"bind::{name}" for name in ("type", "jr:preload", "jr:preloadParams", "orx:max-pixels", "odk:length")),
    *(f"body::{name}" for name in ("accuracyThreshold", "unacceptableAccuracyThreshold", "rows", "jr:noAddRemove")),
)
SURVEY_TEXTS = TRANSLATED
CHOICES_TEXTS = ("label", "image", "big-image", "audio", "video")
CHOICES_COLUMNS = ("list_name", "name")
SETTINGS_COLUMNS = (
    *("form_title", "title_en", "title_km", "form_id", "version", "default_language", "instance_name"),
    *("allow_choice_duplicates", "clean_text_values", "omit_instanceid", "name", "style"),
)
STYLES = ("pages",)
# Columns that people write for themselves: nothing is lost when they are not read.
REMARKS = ("note", "notes", "comment", "comments", "remark", "remarks", "ghi_chú", "ghi_chu", "description", "#")
# Settings that can't be done without what they ask for.
REFUSED_SETTINGS: dict[str, Said] = {
    "public_key": say("setting-encryption"),
}

_SELECT_LOOKS = (
    *("minimal", "autocomplete", "search", "quick", "compact", "horizontal", "horizontal-compact"),
    *("columns", "columns-pack", "columns-1", "columns-2", "columns-3", "columns-4", "columns-5", "no-buttons"),
    *("likert", "label", "list-nolabel", "list"),
)
_DATE_LOOKS = ("no-calendar", "month-year", "year")
# What the phone draws; any other look is named to the office (`check.looks`).
APPEARANCES: dict[str, tuple[str, ...]] = {
    "text": ("multiline", "numbers", "url"),
    "integer": ("thousands-sep", "numbers", "counter"),
    "decimal": ("thousands-sep", "numbers"),
    "range": ("picker", "rating"),
    "date": _DATE_LOOKS,
    "datetime": _DATE_LOOKS,
    "select_one": _SELECT_LOOKS,
    "select_multiple": _SELECT_LOOKS,
    "rank": (),
    "image": ("signature", "draw", "annotate", "new", "new-front", "selfie"),
    "audio": ("new",),
    "video": ("new", "new-front", "selfie"),
    "group": ("field-list", "table-list"),
    "repeat": ("field-list",),
}
PARAMETERS: dict[str, tuple[str, ...]] = {
    "text": ("rows",),
    "range": ("start", "end", "step", "tick_interval", "tick_labelset", "placeholder"),
    "image": ("max-pixels",),
    "audio": ("quality",),
    "geopoint": ("capture-accuracy", "warning-accuracy", "allow-mock-accuracy"),
    "geotrace": ("incremental", "allow-mock-accuracy"),
    "geoshape": ("incremental", "allow-mock-accuracy"),
    "select_one": ("randomize", "seed"),
    "select_multiple": ("randomize", "seed"),
    "rank": ("randomize", "seed"),
    "select_one_from_file": ("randomize", "seed", "value", "label"),
    "select_multiple_from_file": ("randomize", "seed", "value", "label"),
}


def plain_type(text: str) -> tuple[str, str]:
    """The plain name of a type and what follows it: ('select_one', 'colours') of 'Select one colours'.

    A begin or end is ('begin_group', ''); ('', text) for what is no type.
    """
    words = text.split()
    low = "_".join(words).lower()
    for edge in ("begin", "end"):
        if low.startswith(f"{edge}_"):
            return _section(edge, low.removeprefix(f"{edge}_"), words)
    if low in ASKING or low in SILENT or low in LISTS_BESIDE or low == "note":
        return low, ""
    if low in ALIASES:
        return ALIASES[low], ""
    for count in range(len(words), 0, -1):
        head = "_".join(words[:count]).lower()
        if select := SELECTS.get(head) or SELECT_ALIASES.get(head):
            return select, " ".join(words[count:])
    head = words[0].lower() if words else ""
    if low in REFUSED or head in REFUSED:
        return low if low in REFUSED else head, ""
    if low in EMPTY:
        return low, ""
    return _older(low), ""


def _section(edge: str, rest: str, words: list[str]) -> tuple[str, str]:
    if rest == "loop" or rest.startswith("loop_over_"):
        return f"{edge}_loop", words[-1] if len(words) > 2 else ""
    names = {"group": "group", "repeat": "repeat", "lgroup": "repeat", "looped_group": "repeat"}
    return (f"{edge}_{names[rest]}", "") if rest in names else ("", "")


def _older(low: str) -> str:
    """What pyxform's older types are ('q picture', 'add note prompt', 'percentage')."""
    known = next((entry for name, entry in QUESTION_TYPE_DICT.items() if "_".join(name.split()).lower() == low), None)
    if known is None:
        return ""
    bind, control = known.get("bind", {}), known.get("control", {})
    if control.get("tag") == "upload":
        media = control["mediatype"].partition("/")[0]
        return media if media in ("image", "audio", "video") else "file"
    if control.get("tag") == "trigger":
        return "acknowledge"
    if not control:
        return {"timestamp": "start", "date": "today"}.get(bind.get("jr:preload", ""), "hidden")
    if bind.get("readonly"):
        return "note"
    kind = str(bind.get("type", "string")).lower()
    return {"string": "text", "int": "integer"}.get(kind, kind)


def for_pyxform(kind: str, rest: str, written: str) -> str:
    """The type as pyxform reads it."""
    if kind in ASKING and "_".join(written.split()).lower() in (kind, *ALIASES):
        return ASKING[kind]
    if kind in SELECTS:
        return f"{kind} {rest}"
    if kind.startswith(("begin_", "end_")):
        return f"{kind.replace('_', ' ')}{f' over {rest}' if rest else ''}"
    if kind in (*SILENT, *LISTS_BESIDE, "note") and "_".join(written.split()).lower() in (kind, *ALIASES):
        return kind
    return written
