"""The server as the simulation sees it, whatever keeps its records, and the people who work with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any, Protocol

from sync.store import Conflict, Decision, Record, Revision
from tests.simulation.cut import Cut

FORM = 1
# The fields of the one form, and how each merges. Those of TYPED get values that are never typed twice.
POLICIES: dict[str, str] = {"a": "ask", "b": "ask", "c": "ask", "note": "latest", "flag": "ask"}
FIELDS = list(POLICIES)
BAD = "bad"  # what begins so is never valid
ROLES: dict[str, frozenset[str]] = {
    "TNV": frozenset({"read", "write"}),
    "GSV": frozenset({"read", "write", "review"}),
    "LD": frozenset({"read"}),
}
Answer = dict[str, Any]


class ServerDown(Exception):
    """The server died before it answered; `committed` says whether the push was durable by then."""


@dataclass
class Item:
    """An item of the quarantine."""

    id: int
    device: int
    n: int
    person: int
    place: int | None
    record: str | None
    reason: str
    payload: dict[str, Any]
    hash: str
    status: str = "held"


@dataclass
class Kept:
    """Everything that a server keeps of records."""

    records: Mapping[str, Record]
    revisions: Mapping[tuple[str, int], Revision]
    conflicts: Mapping[tuple[str, int], Conflict]
    decisions: list[Decision]
    items: list[Item]
    rows: Mapping[tuple[str, str, str], int]  # (feed, kind, ref): position

    def copy(self) -> Kept:
        """The same, whatever becomes of the server."""
        return Kept(*(copy(value) for value in vars(self).values()))


@dataclass
class Directory:
    """Who has which phone and may do what where. It is no part of what a restore takes back."""

    roles: dict[tuple[int, int], str] = field(default_factory=dict)  # (person, place): role
    devices: dict[int, int] = field(default_factory=dict)  # device: person
    revoked: set[int] = field(default_factory=set)
    signed_out: set[int] = field(default_factory=set)
    _scopes: dict[int, set[str]] = field(default_factory=dict)

    def rights(self, person: int) -> dict[int, frozenset[str]]:
        """A person's rights by place."""
        return {place: ROLES[role] for (who, place), role in self.roles.items() if who == person}

    def changed(self) -> None:
        """Something about this directory was changed."""
        self._scopes.clear()

    def may(self, device: int, right: str, place: int | None) -> bool:
        """Whether the person with this phone has a right on a place now."""
        role = self.roles.get((self.devices[device], place or 0), "")
        return device not in self.revoked and right in ROLES.get(role, ())

    def scope(self, device: int) -> set[str]:
        """The feeds that this phone may read."""
        if device not in self._scopes:
            self._scopes[device] = self._scope(device)
        return self._scopes[device]

    def _scope(self, device: int) -> set[str]:
        if device in self.revoked:
            return set()
        person = self.devices[device]
        rights = self.rights(person)
        places = {f"p{place}" for place in rights}
        items = {f"q{place}" for place, allowed in rights.items() if "review" in allowed}
        return places | items | {f"u{person}"} | ({"c1"} if places else set())


def due(kept: Kept, directory: Directory, device: int) -> dict[tuple[str, str], set[str]]:
    """What a phone must hold, by kind and id, and the feeds that bring it there.

    Told by what is kept and by who may see it where, never by the feeds: what none of them tells is due all the same.
    """
    person = directory.devices[device]
    scope = directory.scope(device)
    found: dict[tuple[str, str], set[str]] = {("form", str(FORM)): {"c1"} & scope}
    for record in kept.records.values():
        found["record", record.id] = {f"p{record.place}"} if directory.may(device, "read", record.place) else set()
    for item in kept.items:
        own = {f"u{item.person}"} if item.person == person else set()
        others = {f"q{item.place}"} if directory.may(device, "review", item.place) else set()
        found["quarantine", str(item.id)] = (own | others) & scope
    return {key: feeds for key, feeds in found.items() if feeds}


class Server(Protocol):
    """What the simulation asks of a server."""

    directory: Directory
    page: int
    epoch: str

    def sync(self, device: int, request: Mapping[str, Any], now: float, fault: str | None = None) -> Answer:
        """One round trip. Raises SignedOut, ServerDown ('before' or 'after' the commit) or Offline (a full disk)."""

    def hand_in(self, device: int, given: Mapping[str, Any], now: float, fault: str | None = None) -> Answer:
        """POST /api/handins: what this phone kept of another number of its person's."""

    def cut(self, device: int, path: str, request: Mapping[str, Any], cut: Cut) -> bool:
        """A part of what is posted to `path` arrives; whether it was taken for a request all the same."""

    def record(self, device: int, record: str) -> dict[str, Any] | None:
        """GET /api/records/<id>."""

    def documents(self, device: int) -> dict[tuple[str, str], dict[str, Any]]:
        """What a new reading of everything would bring to this phone: by kind and id."""

    def begin(self, device: int, request: Mapping[str, Any], now: float, where: int) -> bool:
        """A push that commits later, while others go on; False if there is nothing to wait for.

        `where`: a database's takes its positions when it goes on (even), or has done all but the COMMIT. Who wants what
        it has locked waits until it has committed. Raises SignedOut.
        """

    def finish(self) -> Any:
        """The open push commits, if there is one."""

    def kept(self) -> Kept:
        """Everything that is kept."""

    def move(self, record: str, place: int) -> None:
        """A record goes to another place."""

    def settle(self, item: int, status: str, now: float) -> None:
        """A person releases or discards a held item."""

    def add_device(self, person: int) -> int:
        """A new device number."""

    def set_role(self, person: int, place: int, role: str | None) -> None:
        """Grants, changes or ends a role."""

    def revoke(self, device: int) -> None:
        """Takes a phone's access back."""

    def backup(self) -> Any:
        """What a backup holds."""

    def restore(self, backup: Any) -> None:
        """Back to that backup, as a new epoch."""


def value_of(payload: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """The values that a mutation carries, by path; those of no field of the form under a name of their own."""
    for position, value in payload.get("set", ()):
        yield FIELDS[position] if position < len(FIELDS) else f"?{position}", value


def is_bad(value: Any) -> bool:
    """Whether the form refuses this value."""
    return isinstance(value, str) and value.startswith(BAD)
