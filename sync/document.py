"""What a record holds: the answers of one form, by path.

Rules:
- A document maps a field's path ('consequences/deaths_seen') to its value; a field without an answer is absent.
- `None` in a set of changes clears the field. Nothing else is ever guessed about an absent field.
- Two documents are the same if and only if their hashes are: the hash covers the form version and every value.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping

Value = str | int | float | bool | list[str]
Document = Mapping[str, Value]
Changes = Mapping[str, Value | None]


def apply(document: Document, changes: Changes) -> dict[str, Value]:
    """A new document with `changes` made to `document`."""
    changed: dict[str, Value | None] = {**document, **changes}
    return {path: value for path, value in changed.items() if value is not None}


def differing(one: Document, other: Document) -> frozenset[str]:
    """The paths whose value is not the same in both; 1, 1.0 and True are three different values."""
    return frozenset(path for path in {*one, *other} if not same(one.get(path), other.get(path)))


def same(one: Value | None, other: Value | None) -> bool:
    """Whether two values are the same, of the same type."""
    return type(one) is type(other) and one == other


_encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(thing: object) -> str:
    """One text for each JSON value: sorted keys, no spaces, UTF-8 as it is."""
    return _encoder.encode(thing)


def digest(thing: object) -> str:
    """128 bits of SHA-256 over the canonical JSON, in 22 URL-safe characters."""
    raw = hashlib.sha256(canonical(thing).encode("utf-8", "surrogatepass")).digest()[:16]
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def content_hash(form: int, document: Document) -> str:
    """What a review pins: the hash of a form version's number and the whole document."""
    return digest([form, dict(document)])
