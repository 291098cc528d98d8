"""Two people's changes of one text: three-way merge of words, as diff3 does with lines.

Rules:
- What only one side changed is taken; what both changed alike is taken once.
- Changes that overlap or touch, and insertions at one place, can't be merged: None.
- It makes no difference which side is which, and merging a side again adds nothing: where words are repeated so that it
  can't be told which of them is new, it would, and that is None as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

# Comparing takes the product of both lengths and more. Beyond this (150 changed words against 150, with the spaces
# between them) a person is asked, so that no batch keeps a server busy.
MOST_COMPARISONS = 100_000
_WORDS = re.compile(r"\s+|\S+")


def merge_texts(base: str, one: str, other: str) -> str | None:
    """The text with both sides' changes, or None where they meet."""
    merged = _merged(base, one, other)
    if merged is None or any(_merged(base, merged, side) not in (merged, None) for side in (one, other)):
        return None
    return merged


def _merged(base: str, one: str, other: str) -> str | None:
    words, ones, others = (_WORDS.findall(text) for text in (base, one, other))
    kept_by_one, kept_by_other = _kept(words, ones), _kept(words, others)
    if kept_by_one is None or kept_by_other is None:
        return None
    merged: list[str] = []
    at = at_one = at_other = 0
    stable = [index for index in range(len(words)) if index in kept_by_one and index in kept_by_other]
    for index in (*stable, len(words)):
        to_one = kept_by_one.get(index, len(ones))
        to_other = kept_by_other.get(index, len(others))
        piece = _piece(words[at:index], ones[at_one:to_one], others[at_other:to_other])
        if piece is None:
            return None
        merged += piece
        merged += words[index : index + 1]
        at, at_one, at_other = index + 1, to_one + 1, to_other + 1
    return "".join(merged)


def _kept(words: Sequence[str], changed: Sequence[str]) -> dict[int, int] | None:
    """Where each word that was kept stands now; None if that would take too long to find out."""
    start = 0
    while start < min(len(words), len(changed)) and words[start] == changed[start]:
        start += 1
    end = 0
    while end < min(len(words), len(changed)) - start and words[-1 - end] == changed[-1 - end]:
        end += 1
    left, right = words[start : len(words) - end], changed[start : len(changed) - end]
    if len(left) * len(right) > MOST_COMPARISONS:
        return None
    kept = {index: index for index in range(start)}
    for block in SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks():
        kept |= {start + block.a + step: start + block.b + step for step in range(block.size)}
    return kept | {len(words) - step: len(changed) - step for step in range(end, 0, -1)}


def _piece(base: Sequence[str], one: Sequence[str], other: Sequence[str]) -> Sequence[str] | None:
    """What becomes of the words between two that both sides kept."""
    if one in (base, other):
        return other
    return one if other == base else None
