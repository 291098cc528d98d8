"""Items of repeats, where one side took one away and the other typed in it.

Rules:
- Taking away an item that the head holds as its author saw it takes it away, with all that is in it.
- Taking away what somebody else has typed in, moved or left open, and typing in what somebody else has taken away, are
  the same conflict, whichever came first: the item stays, or is put back as it last was, until a person decides.
- Clearing a field is no reason to keep an item that somebody took away.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from sync.document import Changes, Document, Value, inside, items_of, same

Last = Callable[[str], Document]


def put_back(
    base: Document | None, head: Document, theirs: Changes, last: Last | None
) -> tuple[dict[str, Value], frozenset[str]]:
    """What must be in the head again because theirs typed in it, and the items that this puts back."""
    back: dict[str, Value] = {}
    items = set()
    for path, value in theirs.items():
        if "-" not in path or value is None:
            continue
        for item in items_of(path):
            if item in head or not _needed(item, path, base, theirs):
                continue
            if item not in back:
                known = (last(item) if last else {}) or inside(base or {}, item)
                # Of an item that nobody here has seen, all that is known is what theirs says.
                back |= {item: theirs.get(item) or 0, **known}
                items.add(item)
            if base is None:
                back.setdefault(path, value)
    return back, frozenset(items)


def _needed(item: str, path: str, base: Document | None, theirs: Changes) -> bool:
    if base is None:
        return True
    adds = item not in base and theirs.get(item) is not None
    return not adds and (item == path or not same(theirs[path], base.get(path)))


def untouched(item: str, base: Document | None, head: Document, left_open: Collection[str]) -> bool:
    """Whether the head holds nothing in this item but what the author saw, and nothing that a person must decide."""
    if base is None or any(path == item or path.startswith(f"{item}/") for path in left_open):
        return False
    return all(same(value, base.get(path)) for path, value in inside(head, item).items())
