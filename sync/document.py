"""What a record holds: the answers of one form, by path.

Rules:
- A document maps a field's path ('consequences/deaths_seen') to its value; a field without an answer is absent.
- An item of a repeat is a segment of the path: 'vehicles/17-5/kind' is the kind of the vehicle 17-5. Its id is given by
  the phone that adds it, `<device number>-<counter>`; names of fields hold no hyphen, so no path can be misread.
- An item is there if and only if there is a value at its own path, 'vehicles/17-5': a number that orders the items,
  equal ones by id. Without it nothing can be inside it.
- `None` in a set of changes clears the field; at an item's path it takes the item away with all that is in it.
  Nothing else is ever guessed about an absent field.
- Two documents are the same if and only if their hashes are: the hash covers the form version and every value.
"""

from __future__ import annotations

import hashlib
import json
from binascii import b2a_base64
from collections.abc import Mapping
from typing import Any

import orjson

Value = str | int | float | bool | list[str]
Document = Mapping[str, Value]
Changes = Mapping[str, Value | None]

_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def apply(document: Document, changes: Changes) -> dict[str, Value]:
    """A new document with `changes` made to `document`."""
    merged: dict[str, Any] = {**document, **changes}
    if None not in changes.values():
        return merged
    changed = {path: value for path, value in merged.items() if value is not None}
    removed = _removed(changes)
    if not removed:
        return changed
    return {path: value for path, value in changed.items() if not path.startswith(removed)}


def outermost(changes: Changes) -> Changes:
    """The same changes, without what is cleared in an item that is taken away as well."""
    removed = _removed(changes)
    if not removed:
        return changes
    return {path: value for path, value in changes.items() if value is not None or not path.startswith(removed)}


def _removed(changes: Changes) -> tuple[str, ...]:
    return tuple(f"{path}/" for path, value in changes.items() if value is None and "-" in path and is_item(path))


def is_item(path: str) -> bool:
    """Whether a path is an item's own."""
    return "-" in path.rpartition("/")[2]


def items_of(path: str) -> list[str]:
    """The items that a path lies in, the outermost first; an item's own path is the last of them."""
    if "-" not in path:
        return []
    parts = path.split("/")
    return ["/".join(parts[: index + 1]) for index, part in enumerate(parts) if "-" in part]


def field_of(path: str) -> str:
    """The field's path in the form, whichever item it is in: 'vehicles/17-5/kind' is a 'vehicles/kind'."""
    return path if "-" not in path else "/".join(part for part in path.split("/") if "-" not in part)


def inside(document: Document, item: str) -> dict[str, Value]:
    """An item whole: its own value and all that is in it."""
    return {path: value for path, value in document.items() if path == item or path.startswith(f"{item}/")}


def homeless(document: Document, changes: Changes) -> list[str]:
    """What `changes` set in an item that is not in `document`, the document after these changes."""
    return [
        path
        for path, value in changes.items()
        if "-" in path and value is not None and not all(item in document for item in items_of(path))
    ]


def differing(one: Document, other: Document) -> frozenset[str]:
    """The paths whose value is not the same in both; 1, 1.0 and True are three different values."""
    return frozenset(path for path in {*one, *other} if not same(one.get(path), other.get(path)))


def same(one: Value | None, other: Value | None) -> bool:
    """Whether two values are the same, of the same type."""
    return type(one) is type(other) and one == other


def canonical(thing: object) -> bytes:
    """One text for each JSON value: sorted keys, no spaces, UTF-8 as it is."""
    try:
        return orjson.dumps(thing, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # half of a surrogate pair, or a number of more than 64 bits
        return _ENCODE(thing).encode("utf-8", "surrogatepass")


def digest(thing: object) -> str:
    """128 bits of SHA-256 over the canonical JSON, in 22 URL-safe characters."""
    half = hashlib.sha256(canonical(thing)).digest()[:16]
    return b2a_base64(half, newline=False).translate(_URL_SAFE)[:22].decode()


def content_hash(form: int, document: Document) -> str:
    """What a review pins: the hash of a form version's number and the whole document."""
    return digest([form, dict(document)])
