"""Whether a document fits its form, now: the same answer on the server and on the phone (`pwa/src/forms/validate.ts`).

Rules:
- A hidden question (its own, a group's or an item's relevance is false) is asked nothing and counts as empty in
  expressions.
- A value of the wrong type, length or choice is named, hidden or not, and counts as empty in expressions.
- `required` asks shown questions for a value; `constraint` is asked only of values. Inside a repeat each item is asked.
- A choice of a list that depends on other answers must be there now; so must every name of a rank.
- What a calculation gives is worked out anew where the same answers always give the same; that, and not what the
  document says, is what expressions read (docs/decisions/0032-calculations-are-done-again.md).
- Given what changed, a constraint or a changing list that refuses a value counts only where it read something that
  changed: a value that was right when it was written isn't refused because time went by.
- Given what changed, a value that the form doesn't know is named only if it is among that: other versions of the form
  may have put it there, and it is kept.
- A repeat has as many items as the form counts, and a question that is only to be read holds nothing but its default.
  Given what changed, both are asked of the items and answers among it: a merge may have brought more items than a count
  says, and the next phone puts the rest aside.
- Validating never raises, whatever JSON the document holds, and its work is bounded ('work').
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from server.forms.context import Context, TooMuchWork, context_of
from server.forms.messages import MESSAGES, Texts, filled
from server.forms.moments import as_number, as_text
from server.forms.nodes import Tree, field_of, item_number
from server.forms.ready import Question, Ready, ready, walk
from server.forms.settle import instances, is_hidden, settle, sort
from server.forms.values import is_empty

__all__ = ["ZONE", "Violation", "counted", "relevant_paths", "validate", "walk"]

ZONE = "Asia/Ho_Chi_Minh"
# A count beyond it is a mistake (twin: MOST_COUNTED in record.ts).
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Violation:
    """One thing that is wrong with a document: where, what kind, and words for it in each language.

    Kinds: 'type', 'length', 'choice', 'required', 'constraint', 'count' (of a repeat: not as many items as the form
    counts), 'readonly' (an answer where nobody writes), 'unknown' (no such question in this form), 'work' (the
    document as a whole can't be looked at: it makes the form's expressions work for too long).
    """

    path: str
    kind: str
    message: Texts


def validate(
    compiled: Mapping[str, Any],
    document: Mapping[str, Any],
    at: datetime,
    *,
    zone: str = ZONE,
    changed: Collection[str] | None = None,
) -> list[Violation]:
    """What is wrong with `document` (path → value) at the aware moment `at`, in the form's order; [] when nothing is.

    `now()` and `today()` are `at` in `zone`. `changed` are the paths that are written now; None: all of them.
    """
    form = ready(compiled)
    sound, wrong = sort(form, document)
    context = context_of(sound, at.astimezone(ZoneInfo(zone)), places=form.places)
    touched = None if changed is None else frozenset(changed)
    try:
        fresh = (
            touched is None
            or touched.issuperset(document)
            or touched.issuperset(path for path, value in document.items() if not is_empty(value))
        )
        _ask(form, context, wrong, touched, fresh=fresh)
    except TooMuchWork:
        return [Violation("", "work", MESSAGES["work"])]
    if touched is not None:
        wrong = {path: kind for path, kind in wrong.items() if kind != "unknown" or path in touched}
    return [_violation(form, path, wrong[path], context) for path in _in_order(form, wrong, document)] if wrong else []


def _ask(form: Ready, context: Context, wrong: dict[str, str], touched: frozenset[str] | None, *, fresh: bool) -> None:
    """Adds to `wrong` what is missing or refused; `fresh`: the record is new, all of it is among what changed."""
    hidden = settle(form, context) if form.settling else None
    for question in form.asking:
        for path in instances(context.tree, question) if question.repeats else question.alone:
            if path in wrong or (hidden and is_hidden(path, hidden)):
                continue
            kind = _asked(question, path, context, touched)
            if kind:
                wrong[path] = kind
    _ask_closed(form, context, wrong, touched)
    for question in form.counting:
        for path in _wholes(context.tree, question):
            is_touched = fresh or touched is None or any(each.rpartition("/")[0] == path for each in touched)
            if is_touched and _miscounted(question, path, context, hidden or set()):
                wrong[path] = "count"


def _ask_closed(form: Ready, context: Context, wrong: dict[str, str], touched: frozenset[str] | None) -> None:
    """Adds what holds something that nobody could write there."""
    if not form.closed:
        return
    for path, value in context.document.items():
        field = field_of(path)
        if field not in form.closed or path in wrong or (touched is not None and path not in touched):
            continue
        given = form.closed[field]
        if sorted(value) != sorted(given) if isinstance(value, list) and isinstance(given, list) else value != given:
            wrong[path] = "readonly"


def _wholes(tree: Tree, question: Question) -> Iterator[str]:
    """A repeat as a whole, once in each item around it."""
    around = replace(question, repeats=question.repeats[:-1])
    return instances(tree, around)


def _miscounted(question: Question, path: str, context: Context, hidden: set[str]) -> bool:
    """Whether a repeat that is shown has another number of items than the form counts. A blank count asks for none."""
    assert question.count is not None  # noqa: S101  # asked before
    if is_hidden(path, hidden):
        return False
    context.stand(path, None)
    if question.relevant is not None and not question.relevant(context):
        return False
    wanted = as_number(question.count(context), context.offset)
    if not math.isfinite(wanted):
        return False
    return len(context.tree.items(path)) != min(max(0, math.floor(wanted)), MOST_COUNTED)


def relevant_paths(
    compiled: Mapping[str, Any], document: Mapping[str, Any], at: datetime, *, zone: str = ZONE
) -> set[str]:
    """The paths of the nodes (groups and notes too) that are shown for this document at this moment (aware)."""
    form = ready(compiled)
    sound, _wrong = sort(form, document)
    context = context_of(sound, at.astimezone(ZoneInfo(zone)), places=form.places)
    hidden = settle(form, context)
    return {
        path for question in form.questions for path in instances(context.tree, question) if not is_hidden(path, hidden)
    }


def counted(
    compiled: Mapping[str, Any], document: Mapping[str, Any], at: datetime, *, zone: str = ZONE
) -> dict[str, Any]:
    """The values that figures may be made of: those of shown questions, calculations as the server works them out.

    Values that the form doesn't know are left out; where the work is too much, so is what is worked out.
    """
    form = ready(compiled)
    sound, _wrong = sort(form, document)
    context = context_of(sound, at.astimezone(ZoneInfo(zone)), places=form.places)
    try:
        hidden = settle(form, context)
    except TooMuchWork:
        return {}
    anew = {question.path for question in form.settling if question.calculate is not None}
    return {
        path: (float(value) if field_of(path) in form.decimals else value) if field_of(path) in anew else document[path]
        for path, value in sound.items()
        if not hidden or not is_hidden(path, hidden)
    }


def _asked(question: Question, path: str, context: Context, touched: frozenset[str] | None) -> str | None:
    """'required', 'choice', 'constraint' or None for a shown question whose value is sound."""
    value = context.document.get(path)
    context.at = context.here = path
    context.own = value
    if value is None:
        return "required" if question.required and question.required(context) else None
    if question.items is not None and not _can_choose(question, value, context):
        refused = "choice"
    elif question.constraint is not None and not question.constraint(context):
        refused = "constraint"
    else:
        return None
    return refused if touched is None or path in touched or _reads(question, refused, context, touched) else None


def _can_choose(question: Question, value: Any, context: Context) -> bool:
    """Whether what was chosen is in the list now, in its order; of a rank every name, and no other."""
    assert question.items is not None  # noqa: S101  # asked before
    there = {name: place for place, name in enumerate(question.items.values(context))}
    if isinstance(value, str):
        return value in there
    if question.node["t"] == "rank":
        return sorted(value) == sorted(there)
    places = [there.get(name, -1) for name in value]
    return all(before < after for before, after in pairwise([-1, *places]))


class _Noted(dict[str, Any]):
    """A document that remembers which answers were read."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        super().__init__(document)
        self.read: set[str] = set()

    def get(self, path: str, default: Any = None) -> Any:
        """The answer, whose path is remembered."""
        self.read.add(path)
        return super().get(path, default)


class _NotedTree(Tree):
    """Nodes that remember through which repeats was looked."""

    def __init__(self, tree: Tree, document: _Noted) -> None:
        super().__init__(tree.places, document)
        self.looked: set[str] = set()

    def items(self, repeat: str) -> list[str]:
        """The items, whose repeat is remembered."""
        self.looked.add(repeat)
        return super().items(repeat)


def _reads(question: Question, kind: str, context: Context, touched: frozenset[str]) -> bool:
    """Whether what refused a value read something that changed, found by asking again."""
    document = _Noted(context.document)
    tree = _NotedTree(context.tree, document)
    again = replace(context, document=document, tree=tree)
    if kind == "choice":
        _can_choose(question, context.own, again)
    elif question.constraint is not None:
        question.constraint(again)
    return any(path in document.read or path.rpartition("/")[0] in tree.looked for path in touched)


# ---------------------------------------------------------------- telling


def _in_order(form: Ready, wrong: Mapping[str, str], document: Mapping[str, Any]) -> list[str]:
    """As the form shows them, each item whole before the next; then what nothing shows, then the unknown."""
    if len(wrong) < 2:
        return list(wrong)
    return sorted(wrong, key=lambda path: _place(form, path, wrong[path], document))


def _place(form: Ready, path: str, kind: str, document: Mapping[str, Any]) -> tuple[Any, ...]:
    field = field_of(path)
    if kind == "unknown":
        return (2, (path,))
    key: list[Any] = []
    here = ""
    for part in path.split("/") if "-" in path else ():
        if "-" in part:
            place = document.get(f"{here}/{part}")
            key += [form.order[field_of(here)], place if type(place) in (int, float) else 0, item_number(part)]
        here = f"{here}/{part}" if here else part
    at = form.order[field]
    return (0 if at < form.shown else 1, (*key, at))


def _violation(form: Ready, path: str, kind: str, context: Context) -> Violation:
    node = form.by_path[field_of(path)].node if kind != "unknown" else {}
    words = node.get({"constraint": "message", "required": "requiredMessage"}.get(kind, ""))
    if not words:
        return Violation(path, kind, MESSAGES[kind])
    context.stand(path, context.document.get(path))
    return Violation(path, kind, filled(words, lambda number: _out(form, number, context)))


def _out(form: Ready, number: int, context: Context) -> str:
    """The value inside a text, where the context stands."""
    try:
        return as_text(form.out[number](context), context.offset)
    except (IndexError, TooMuchWork):
        return ""
