"""What must hold of places in time. Pure.

1. Periods are half-open local dates [from, to): a unit that ends on 1/7/2025 was last itself on 30/6/2025.
2. The versions of one place never overlap, nor do its parents within one tree.
3. A code belongs to one place at a time, and may belong to another later (29461, 29489 in the reform of 2025).
4. The shares of a place that go into its successors come to one whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

WHOLE = 1_000_000
KINDS = ("tinh", "huyen", "xa", "thi_tran", "phuong", "ap", "khom", "school", "agency")
TREES = ("admin", "committee", "cluster")
CHANGES = ("merge", "split", "rename", "upgrade", "reparent", "dissolve")


@dataclass(frozen=True)
class Period:
    """Local dates from `start` until before `end`; no `end` means still."""

    start: date
    end: date | None = None

    def holds(self, day: date) -> bool:
        """Whether `day` lies in it."""
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: Period) -> bool:
        """Whether some day lies in both."""
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)


@dataclass(frozen=True)
class Names:
    """A name in the three languages of the app."""

    vi: str
    en: str
    km: str

    def as_dict(self) -> dict[str, str]:
        """The wire's shape."""
        return {"vi": self.vi, "en": self.en, "km": self.km}


@dataclass(frozen=True)
class Version:
    """What a place was in one period; `line` is where the pack says so."""

    period: Period
    code: str | None
    kind: str
    names: Names
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Parent:
    """Which place (by key) it belonged to in one period of one tree."""

    period: Period
    key: str
    tree: str = "admin"
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Definition:
    """A place as a campaign pack defines it."""

    key: str
    versions: tuple[Version, ...]
    parents: tuple[Parent, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Link:
    """A share (millionths) of one place that went into another."""

    from_key: str
    to_key: str
    share: int = WHOLE


@dataclass(frozen=True)
class Change:
    """A reform of units as a campaign pack defines it."""

    key: str
    kind: str
    effective_on: date
    legal_ref: str
    links: tuple[Link, ...]
    line: int = 0


@dataclass(frozen=True)
class Fault:
    """What is wrong, and on which line of the pack's file."""

    line: int
    message: str


def version_on(versions: Sequence[Version], day: date) -> Version:
    """The version in force on `day`; before the first the first, after the last the last. At least one is needed."""
    ordered = sorted(versions, key=lambda version: version.period.start)
    past = [version for version in ordered if version.period.start <= day]
    return past[-1] if past else ordered[0]


def last_day(versions: Sequence[Version], day: date) -> date:
    """`day`, or the last day of a place that had ended by then."""
    ends = [version.period.end for version in versions]
    if any(end is None for end in ends):
        return day
    return min(day, max(end for end in ends if end is not None) - timedelta(days=1))


def faults(places: Sequence[Definition], changes: Sequence[Change]) -> list[Fault]:
    """Every breach of the rules above, in the order of the lines."""
    found = [*_own_faults(places), *_code_faults(places), *_parent_faults(places), *_change_faults(places, changes)]
    return sorted(found, key=lambda fault: fault.line)


def _own_faults(places: Iterable[Definition]) -> Iterable[Fault]:
    seen: set[str] = set()
    for place in places:
        if place.key in seen:
            yield Fault(place.line, f"place '{place.key}' is defined twice")
        seen.add(place.key)
        if not place.versions:
            yield Fault(place.line, f"place '{place.key}' has no version")
        timed: list[tuple[str, Period, int]] = [("version", item.period, item.line) for item in place.versions]
        timed += [(f"parent in tree '{item.tree}'", item.period, item.line) for item in place.parents]
        for position, (what, period, line) in enumerate(timed):
            if period.end is not None and period.end <= period.start:
                yield Fault(line, f"place '{place.key}': a {what} ends on {period.end}, not after its start")
            if any(what == other and period.overlaps(before) for other, before, _ in timed[:position]):
                yield Fault(line, f"place '{place.key}': a {what} from {period.start} overlaps an earlier one")


def _code_faults(places: Iterable[Definition]) -> Iterable[Fault]:
    holders: dict[str, list[tuple[str, Period]]] = {}
    for place in places:
        for version in place.versions:
            if version.code is None:
                continue
            for key, period in holders.get(version.code, []):
                if key != place.key and period.overlaps(version.period):
                    yield Fault(version.line, f"code {version.code} is of '{key}' and '{place.key}' at the same time")
            holders.setdefault(version.code, []).append((place.key, version.period))


def _parent_faults(places: Sequence[Definition]) -> Iterable[Fault]:
    known = {place.key for place in places}
    for place in places:
        for parent in place.parents:
            if parent.key not in known:
                yield Fault(parent.line, f"place '{place.key}': no place has the key '{parent.key}'")
            elif _loops(places, place.key, parent):
                yield Fault(parent.line, f"place '{place.key}' would be above itself in tree '{parent.tree}'")


def _loops(places: Sequence[Definition], key: str, first: Parent) -> bool:
    parents = {place.key: place.parents for place in places}
    above: set[str] = set()
    waiting = [first.key]
    while waiting:
        at = waiting.pop()
        if at == key:
            return True
        if at not in above:
            above.add(at)
            overlapping = (p for p in parents.get(at, ()) if p.tree == first.tree and p.period.overlaps(first.period))
            waiting += [parent.key for parent in overlapping]
    return False


def _change_faults(places: Sequence[Definition], changes: Iterable[Change]) -> Iterable[Fault]:
    known = {place.key: place for place in places}
    for change in changes:
        shares: dict[str, int] = {}
        for link in change.links:
            unknown = [key for key in (link.from_key, link.to_key) if key not in known]
            for key in unknown:
                yield Fault(change.line, f"change '{change.key}': no place has the key '{key}'")
            if unknown:
                continue
            shares[link.from_key] = shares.get(link.from_key, 0) + link.share
            if not any(v.period.holds(change.effective_on) for v in known[link.to_key].versions):
                where = f"'{link.to_key}' is not there on {change.effective_on}"
                yield Fault(change.line, f"change '{change.key}': {where}")
        for key, share in shares.items():
            if share != WHOLE:
                yield Fault(change.line, f"change '{change.key}': the shares of '{key}' come to {share / WHOLE}, not 1")
