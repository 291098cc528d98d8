"""What of a document counts: its sound answers without those of hidden questions, calculations worked out anew.

The phone has cells for it: `pwa/src/forms/record.ts`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from server.forms.context import Context
from server.forms.moments import Day, Value, as_number, as_text, decimal_text, read_day, show_day, words
from server.forms.nodes import Tree, above, field_of
from server.forms.ready import Question, Ready
from server.forms.values import is_empty, kind_of


def sort(form: Ready, document: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Values as expressions see them, and what is wrong with the others, by path."""
    sound: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    answering = form.answering
    for path, value in document.items():
        if not value and is_empty(value):
            continue
        check = answering.get(path)
        if check is None and "-" in path:
            check = form.in_items.get(_place(form, path, document))
        kind = check(value) if check else "unknown"
        if not kind:
            sound[path] = value
            continue
        wrong[path] = kind
        if kind == "type" and "-" in path.rpartition("/")[2]:
            sound[path] = math.inf  # the item is there, wherever it stands
    for path in _decimals(form, sound) if form.decimals else ():
        sound[path] = decimal_text(sound[path])
    return sound, wrong


def _decimals(form: Ready, sound: Mapping[str, Any]) -> list[str]:
    """Where there are decimal numbers; asked once for all, not of each answer."""
    plain = [path for path in form.decimals if path in sound]
    if not form.in_items:
        return plain
    return plain + [path for path in sound if "-" in path and field_of(path) in form.decimals]


def _place(form: Ready, path: str, document: Mapping[str, Any]) -> str:
    """The question that a path in an item answers; '' where its items aren't there, or not where the form has them."""
    place = here = ""
    wants_item = False
    parts = path.split("/")
    for at, part in enumerate(parts):
        here = f"{here}/{part}" if here else part
        if ("-" in part) != wants_item:
            return ""
        if wants_item:
            wants_item = False
            if at < len(parts) - 1 and is_empty(document.get(here)):
                return ""
            continue
        place = f"{place}/{part}" if place else part
        known = form.places.at.get(place)
        wants_item = known is not None and known.repeat
    return "" if wants_item else place


def settle(form: Ready, context: Context, *, anew: bool = True) -> set[str]:
    """Takes the answers of hidden questions out of the context's document; works calculations out, if `anew`.

    Gives the paths that hide themselves; what is below them is hidden as well. Raises `TooMuchWork`.
    """
    hidden: set[str] = set()
    values = context.document
    for question in form.settling:
        for path in instances(context.tree, question):
            if hidden and is_hidden(path, hidden):
                continue
            context.spend(1)
            context.stand(path, values.get(path))
            if question.relevant is not None and not question.relevant(context):
                hidden.add(path)
                _empty(question, path, context)
            elif anew and question.calculate is not None:
                value = _worked_out(question, question.calculate(context), context.offset)
                if value is None or (question.check and question.check(value)):
                    values.pop(path, None)
                else:
                    values[path] = decimal_text(value) if isinstance(value, float) else value
    return hidden


def instances(tree: Tree, question: Question) -> Iterator[str]:
    """The paths that a question has in the document: one for each item around it, its items if it is a repeat."""
    if not question.repeats:
        yield question.path
        return
    found = [""]
    done = 0
    for repeat in question.repeats:
        found = [item for base in found for item in tree.items(f"{base}{repeat[done:]}")]
        done = len(repeat)
    for base in found:
        yield f"{base}{question.path[done:]}"


def is_hidden(path: str, hidden: set[str]) -> bool:
    """Whether the path, or something around it, hides itself."""
    here: str | None = path
    while here is not None:
        if here in hidden:
            return True
        here = above(here)
    return False


def _empty(question: Question, path: str, context: Context) -> None:
    values = context.document
    if not question.repeats and not question.repeating:
        for field in question.fields:
            values.pop(field, None)
    elif question.fields == (question.path,) and question.node["t"] != "repeat":
        values.pop(path, None)
    else:
        context.spend(len(values))
        # Items are nodes still, with nothing in them.
        for inside in [each for each in values if each.startswith(f"{path}/") and "-" not in each.rpartition("/")[2]]:
            del values[inside]


def _worked_out(question: Question, result: Value, offset: int) -> Any:
    """What a calculation gives, as a value of its question; None for nothing, or for no number."""
    if isinstance(result, float) and math.isnan(result):
        return None
    text = as_text(result, offset)
    kind = kind_of(question.node)
    if kind == "range":
        kind = question.node.get("type", "integer")
    if kind in ("integer", "decimal"):
        number = as_number(text, offset)
        if not math.isfinite(number):
            return None
        return math.trunc(number) if kind == "integer" else number
    if kind in ("select", "rank"):
        return words(text) or None
    day = read_day(text, offset) if kind in ("date", "datetime") else None
    if day is not None and kind == "date":
        return show_day(Day(float(math.floor(day.days)), timed=False), offset)
    if day is not None and not day.timed:
        return show_day(Day(day.days, timed=True), offset)
    return text or None
