"""A real store in memory, for tests and simulation: it keeps the promises of `sync.store` without a database."""

from __future__ import annotations

from dataclasses import dataclass, field

from sync.errors import StoreBroken
from sync.store import Answered, Author, Conflict, Decision, Held, Loaded, Moved, Needs, Plan, Record, Revision


@dataclass
class MemoryStore:
    """Everything that a server keeps of records. One user at a time: loading and saving are not concurrent here."""

    records: dict[str, Record] = field(default_factory=dict)
    revisions: dict[tuple[str, int], Revision] = field(default_factory=dict)
    conflicts: dict[tuple[str, int], Conflict] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    moves: list[Moved] = field(default_factory=list)
    answered: dict[tuple[int, int], Answered] = field(default_factory=dict)
    held: dict[tuple[int, int, str], Held] = field(default_factory=dict)

    def load(self, author: Author, needs: Needs) -> Loaded:
        """What is known of these mutations and records."""
        records = {key: self.records[key] for key in needs.bases if key in self.records}
        revisions = {}
        for key, record in records.items():
            base = needs.bases[key]
            first = min(base, record.rev) if base else record.rev + 1
            revisions.update({(key, rev): self.revisions[key, rev] for rev in range(first, record.rev + 1)})
        return Loaded(
            records,
            revisions,
            {n: self.answered[author.device, n] for n in needs.numbers if (author.device, n) in self.answered},
            {(n, hash_) for device, n, hash_ in self.held if device == author.device and n in needs.numbers},
        )

    def save(self, plan: Plan) -> None:
        """Writes the whole plan; raises `StoreBroken` where it would overwrite what never changes."""
        for revision in plan.revisions:
            if (revision.record, revision.rev) in self.revisions:
                raise StoreBroken(f"revision {revision.rev} of {revision.record} exists")
            self.revisions[revision.record, revision.rev] = revision
        for conflict in (*plan.opened, *plan.closed):
            self.conflicts[conflict.record, conflict.number] = conflict
        for record in plan.records.values():
            self.records[record.id] = record
        self.decisions += plan.decisions
        self.moves += plan.moves
        for held in plan.held:
            self.held[plan.author.device, held.mutation.n, held.mutation.hash] = held
        for answer in plan.answered:
            self.answered[plan.author.device, answer.n] = answer
