"""What can be chosen at a question now: the choices that are written at it, or what its item set leads to.

Twin: `pwa/src/forms/choices.ts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.forms.context import Context, Parts, Run, RunNodes
from server.forms.moments import as_text
from server.forms.nodes import Node, field_of


@dataclass(frozen=True)
class ItemSet:
    """The choices of one question, ready to run: the nodes to choose from, and what is kept and shown of each."""

    nodes: RunNodes
    value: Run
    label: Run | None

    def values(self, context: Context) -> list[str]:
        """The names that can be chosen where the context stands."""
        return [self.of(context, node, self.value) for node in self.nodes(context)]

    def label_of(self, context: Context, wanted: str) -> str:
        """The label of a name; '' where it can't be chosen."""
        for node in self.nodes(context):
            if self.of(context, node, self.value) == wanted:
                return "" if self.label is None else self.of(context, node, self.label)
        return ""

    @staticmethod
    def of(context: Context, node: Node, run: Run) -> str:
        """What an expression gives at one of the nodes."""
        kept = context.here
        context.here = node
        text = as_text(run(context), context.offset)
        context.here = kept
        return text


def choice_name(context: Context, wanted: str, questions: Sequence[Node], parts: Parts) -> str:
    """The label, in the form's own language, that a name has at the first of the questions."""
    path = questions[0] if questions else None
    places = context.tree.places
    question = places.questions.get(field_of(path)) if isinstance(path, str) else None
    if question is None:
        return ""
    if "choices" in question:
        return next((_own(choice["label"], context) for choice in question["choices"] if choice["v"] == wanted), "")
    if "items" not in question:
        return ""
    ready = places.ready.get(question["path"])
    if ready is None:
        ready = places.ready[question["path"]] = parts.item_set(question["items"])
    kept = context.at, context.here
    context.at = context.here = str(path)
    label = str(ready.label_of(context, wanted))
    context.at, context.here = kept
    return label


def text_of(context: Context, key: str) -> str:
    """The words of a choice's text in the form's own language."""
    found = context.tree.places.texts.get(key)
    return _own(found["label"], context) if found else ""


def _own(label: Mapping[str, Any], context: Context) -> str:
    return str(label.get(context.tree.places.language, ""))
