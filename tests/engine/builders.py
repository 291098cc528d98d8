"""Small builders of mutations for the engine's tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sync import engine
from sync.document import digest
from sync.forms import Seen
from sync.mutation import Edit, Move, Mutation, Resolve, Review
from sync.policies import POLICIES
from sync.store import Author, Plan, Result, Store, needs

NOW = datetime(2023, 5, 16, 1, 0, tzinfo=UTC)
FORM = 3
PLACE = 4
ELSEWHERE = 9
AN = Author(person=5, device=17, writes=frozenset({PLACE}))
BINH = Author(person=6, device=18, writes=frozenset({PLACE}))
SUPERVISING = frozenset({"GSV"})
CHI = Author(person=7, device=19, writes=frozenset({PLACE}), decides={PLACE: SUPERVISING}, moves=frozenset({PLACE}))
STRANGER = Author(person=8, device=20, writes=frozenset({ELSEWHERE}), decides={ELSEWHERE: SUPERVISING})


class Forms:
    """One form: every field asks, but 'note' takes the latest; 'bad' and numbers above 1000 are never valid."""

    def known(self, form: int, place: int) -> bool:
        """Form 3 is filled in everywhere."""
        return form == FORM

    def offered(self, form: int, place: int, at: datetime) -> bool:
        """By everybody, at any time."""
        return form == FORM

    def confirmed(self, form: int) -> bool:
        """By nobody."""
        return False

    def policy(self, form: int, path: str) -> str:
        """'note' takes the latest, in a repeat too; what is called after a policy has it."""
        name = path.rpartition("/")[2]
        return "latest" if name == "note" else name if name in POLICIES else "ask"

    def choices(self, form: int, path: str) -> Sequence[str]:
        """'union' offers x, then a."""
        return ["x", "a"] if path == "union" else []

    def violations(self, seen: Seen) -> Sequence[Mapping[str, Any]]:
        """'bad' is refused wherever it stands, and so is what is too much."""
        found = seen.document.items()
        wrong = [path for path, value in found if value == "bad" or (type(value) is int and value > 1000)]
        return [{"path": path, "kind": "constraint"} for path in wrong]


def create(n: int, record: str, changes: Mapping[str, Any], **more: Any) -> Edit:
    """A mutation that creates a record."""
    return edit(n, record, 0, changes, **{"form": FORM, "place": PLACE, **more})


def edit(n: int, record: str, base: int, changes: Mapping[str, Any], **more: Any) -> Edit:
    """A mutation that changes fields."""
    payload = {"n": n, "kind": "edit", "record": record, "base": base, "set": dict(changes), **more}
    payload.pop("saw", None)
    more.setdefault("at", NOW)
    return Edit(n=n, record=record, base=base, changes=changes, hash=_hash(payload), payload=_json(payload), **more)


def resolve(n: int, record: str, base: int, closes: set[int], changes: Mapping[str, Any]) -> Resolve:
    """A mutation that decides conflicts."""
    payload = {
        "n": n,
        "kind": "resolve",
        "record": record,
        "base": base,
        "closes": sorted(closes),
        "set": dict(changes),
    }
    return Resolve(
        n=n,
        record=record,
        base=base,
        closes=frozenset(closes),
        changes=changes,
        at=NOW,
        hash=_hash(payload),
        payload=payload,
    )


def review(n: int, record: str, seen: Result, decision: Any, reason: str | None = None, **more: Any) -> Review:
    """A decision about the revision that `seen` answered with."""
    assert seen.rev is not None
    assert seen.hash is not None
    payload = {"n": n, "kind": "review", "record": record, "rev": seen.rev, "decision": decision, "reason": reason}
    payload |= more
    return Review(
        n=n,
        record=record,
        rev=seen.rev,
        content=seen.hash,
        decision=decision,
        reason=reason,
        at=NOW,
        hash=_hash(payload),
        payload=payload,
        **more,
    )


def move(n: int, record: str, rev: int, origin: int, place: int) -> Move:
    """A record, seen in `rev` at `origin`, is to go to another place."""
    payload = {"n": n, "kind": "move", "record": record, "rev": rev, "from": origin, "place": place}
    return Move(n=n, record=record, rev=rev, origin=origin, place=place, at=NOW, hash=_hash(payload), payload=payload)


def push(store: Store, author: Author, *mutations: Mutation) -> Plan:
    """Loads, plans and saves, as a server does."""
    plan = engine.plan(store.load(author, needs(mutations)), author, mutations, forms=Forms(), received=NOW)
    store.save(plan)
    return plan


def land(store: Store, author: Author, mutation: Mutation) -> Result:
    """Pushes one mutation and gives its result."""
    return push(store, author, mutation).results[0]


def _json(payload: dict[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in payload.items() if key != "at"}


def _hash(payload: dict[str, Any]) -> str:
    return digest(_json(payload))
