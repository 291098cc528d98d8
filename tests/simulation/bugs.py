"""Bugs planted on purpose, each of a few lines: the simulator must find every one, by the rule that it breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from sync import conflicts, edits, engine, feed, reviews
from sync.batch import Batch
from sync.memory import MemoryStore
from sync.policies import POLICIES, Decision
from sync.store import Plan
from tests.simulation.memory import MemoryServer
from tests.simulation.phone import apply as applying
from tests.simulation.phone import land, writes
from tests.simulation.phone.loop import Phone, SignedOut
from tests.simulation.phone.storage import Disk, Storage

Patch = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Bug:
    """What is wrong, and the rules of which one must be found broken."""

    name: str
    rules: frozenset[int]
    plant: Patch
    story: str = ""  # of one that is seldom met: what shows it


BUGS: list[Bug] = []


def bug(*rules: int, story: str = "") -> Callable[[Patch], Patch]:
    """Adds a bug to the list."""

    def add(plant: Patch) -> Patch:
        BUGS.append(Bug(plant.__name__, frozenset(rules), plant, story))
        return plant

    return add


# ---------------------------------------------------------------- the server


@bug(4)
def cursor_taken_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    begin, finish = MemoryServer.begin, MemoryServer.finish

    def early(self: MemoryServer, *given: Any) -> bool:
        begun = begin(self, *given)
        if self.open:
            self.waiting.update(dict.fromkeys((f"p{r.place}", "record", r.id) for r in self.open.plan.records.values()))
            self.open.positions.update(self.take_positions())
        return begun

    def late(self: MemoryServer) -> Any:
        taken = self.open.positions if self.open else {}
        results = finish(self)
        self.life.rows.update(taken)
        return results

    patch.setattr(MemoryServer, "begin", early)
    patch.setattr(MemoryServer, "finish", late)


def _saves(patch: pytest.MonkeyPatch, but: Callable[[Plan], Plan]) -> None:
    save = MemoryServer.save
    patch.setattr(MemoryServer, "save", lambda self, plan, device: save(self, but(plan), device))


@bug(2)
def answer_not_kept(patch: pytest.MonkeyPatch) -> None:
    _saves(patch, lambda plan: replace(plan, answered=[]))


@bug(2)
def edit_applied_twice(patch: pytest.MonkeyPatch) -> None:
    take = engine._take

    def again(batch: Batch, mutation: Any) -> None:
        if mutation.n in batch.answered:
            engine._effect(batch, mutation)
        take(batch, mutation)

    patch.setattr(engine, "_take", again)


@bug(1, 10)
def conflict_dropped(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(conflicts, "open_for", lambda *_: ())


@bug(7)
def value_overwritten_by_a_merge(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(POLICIES, "ask", lambda _base, _head, theirs: Decision(theirs, conflict=False))


@bug(7)
def base_of_an_ended_epoch_trusted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(edits, "base_of", _trusting(edits.base_of))


def _trusting(base: Any) -> Any:
    return lambda batch, record, by: base(batch, record, replace(by, saw=None))


@bug(
    7,
    story="5 50: sync 1 0 0; clone 1 0 0; create 6 1 487; create 1 1 2374; sign_out 1 0 0; slow 6 0 0; edit 6 5 2855",
)
def number_used_twice_trusted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Batch, "used_twice", lambda *_: False)


@bug(7)
def conflict_closed_over_a_newer_value(patch: pytest.MonkeyPatch) -> None:
    close = conflicts.close
    patch.setattr(conflicts, "close", lambda batch, by, *_: close(batch, by, frozenset(), frozenset()))


@bug(8)
def stale_approval_accepted(patch: pytest.MonkeyPatch) -> None:
    review = reviews.review

    def any_revision(batch: Batch, by: Any) -> Any:
        record = batch.records.get(by.record)
        return review(batch, replace(by, rev=record.rev, content=record.hash) if record else by)

    patch.setattr(reviews, "review", any_revision)


@bug(8)
def approved_revision_rewritten(patch: pytest.MonkeyPatch) -> None:
    save = MemoryStore.save

    def rewrite(self: MemoryStore, plan: Plan) -> None:
        save(self, plan)
        for decision in plan.decisions:
            key = (decision.record, decision.rev)
            self.revisions[key] = self.revisions[key]._replace(hash="tidied")

    patch.setattr(MemoryStore, "save", rewrite)


@bug(1, 10)
def clone_not_detected(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(engine, "_clone", lambda batch, m: batch.plan.results.append(batch.answered[m.n].result.again()))


@bug(1, 10)
def item_of_a_revoked_phone_dropped(patch: pytest.MonkeyPatch) -> None:
    _saves(patch, lambda plan: replace(plan, held=[h for h in plan.held if h.reason != "device-revoked"]))


@bug(1)
def held_bad_item_dropped(patch: pytest.MonkeyPatch) -> None:
    bad = ("not-valid", "malformed")
    _saves(patch, lambda plan: replace(plan, held=[held for held in plan.held if held.reason not in bad]))


@bug(9)
def one_bad_item_fails_the_batch(patch: pytest.MonkeyPatch) -> None:
    decode = MemoryServer.decode

    def all_or_nothing(self: MemoryServer, offered: Any) -> Any:
        bad = next((item for item in offered if item["kind"] == "paint"), None)
        return decode(self, [item | {"kind": "paint"} if bad else item for item in offered])

    patch.setattr(MemoryServer, "decode", all_or_nothing)


@bug(2)
def part_of_a_request_taken(patch: pytest.MonkeyPatch) -> None:
    def as_far_as_it_came(self: MemoryServer, device: int, _path: str, request: Any, _cut: Any) -> bool:
        self.push(device, request["mutations"][:1], 0, None)
        return False

    patch.setattr(MemoryServer, "cut", as_far_as_it_came)


@bug(1, 2, 10)
def acknowledged_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    push = MemoryServer.push

    def hasty(self: MemoryServer, device: int, offered: Any, now: float, fault: str | None) -> Any:
        if fault != "before":
            return push(self, device, offered, now, fault)
        return [{"n": item["n"], "status": "applied"} for item in offered]

    patch.setattr(MemoryServer, "push", hasty)


@bug(3, 4, 5)
def tombstone_purged_early(patch: pytest.MonkeyPatch) -> None:
    pull = MemoryServer.pull

    def without(self: MemoryServer, *given: Any) -> Any:
        answer = pull(self, *given)
        changes = answer["changes"].items()
        return answer | {"changes": {key: [doc for doc in docs if not doc.get("gone")] for key, docs in changes}}

    patch.setattr(MemoryServer, "pull", without)


@bug(3, 4, 6)
def page_claims_what_it_does_not_hold(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(feed, "cut", lambda rows, heads, _begun, limit: (rows[:limit], dict(heads), False))


@bug(4, 6)
def grant_not_backfilled(patch: pytest.MonkeyPatch) -> None:
    start = feed.start

    def from_now(heads: Mapping[str, int], cursors: Mapping[str, int]) -> Any:
        return start(heads, {**({key: heads[key] for key in heads if key[0] == "p"} if cursors else {}), **cursors})

    patch.setattr(feed, "start", from_now)


@bug(1, 4, 10)
def epoch_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(MemoryServer, "restored", lambda *_: False)
    patch.setattr(feed, "start", _not_ahead(feed.start))


def _not_ahead(start: Any) -> Any:
    return lambda heads, cursors: replace(start(heads, cursors), ahead=False)


@bug(3)
def held_items_told_to_nobody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(MemoryServer, "tell_item", lambda *_: None)


@bug(3)
def new_records_told_to_nobody(patch: pytest.MonkeyPatch) -> None:
    save = MemoryServer.save

    def quiet(self: MemoryServer, plan: Plan, device: int) -> None:
        known = set(self.life.store.records)
        save(self, plan, device)
        for record in plan.records.values():
            if record.id not in known:
                del self.waiting[f"p{record.place}", "record", record.id]

    patch.setattr(MemoryServer, "save", quiet)


@bug(6, story="3 50: sync 0 0 0; sync 4 0 0; create 0 2 635; revoke 0 0 0; grant 4 0 2")
def grant_backfilled_without_held_items(patch: pytest.MonkeyPatch) -> None:
    start = feed.start

    def from_now(heads: Mapping[str, int], cursors: Mapping[str, int]) -> Any:
        return start(heads, {**({key: heads[key] for key in heads if key[0] == "q"} if cursors else {}), **cursors})

    patch.setattr(feed, "start", from_now)


@bug(3, 4, 6, 7)
def values_guessed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(land, "rebuild", lambda _document, before, *_: before.doc["values"] if before else [])


# ---------------------------------------------------------------- the phone


@bug(5)
def forgotten_feed_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(applying, "forget", lambda *_: None)


@bug(1, 10)
def forgetting_takes_the_outbox_along(patch: pytest.MonkeyPatch) -> None:
    forget = land.forget

    def all_of_it(storage: Storage, key: str) -> None:
        gone = {record for record, copy in storage.records.items() if copy.feeds == (key,)}
        storage.outbox = {n: row for n, row in storage.outbox.items() if row.record not in gone}
        forget(storage, key)

    patch.setattr(applying, "forget", all_of_it)


@bug(1, 10)
def outbox_dropped_on_401(patch: pytest.MonkeyPatch) -> None:
    rounds = Phone._rounds

    def forgetful(self: Phone, *given: Any) -> str:
        try:
            return rounds(self, *given)
        except SignedOut:
            self.disk = Disk(replace(self.storage, outbox={}))
            raise

    patch.setattr(Phone, "_rounds", forgetful)


@bug(4)
def cursor_stored_without_its_rows(patch: pytest.MonkeyPatch) -> None:
    take = land.take_changes

    def first_only(storage: Storage, changes: Any, landing: Any) -> Any:
        return take(storage, [(key, documents[:1]) for key, documents in changes], landing)

    patch.setattr(applying, "take_changes", first_only)


@bug(4)
def cursor_goes_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(applying, "_advanced", lambda _begun, answer: dict(answer["cursors"]))


@bug(1)
def squash_loses_a_field(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(writes, "squash", lambda _earlier, later: later)


@bug(
    1,
    story="2 50: sync 4 0 0; create 4 0 1; send 4 0 0; serve 4 0 0; edit 4 1 1567; receive 4 0 0",
)
def freeze_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(writes, "_last_unsent", lambda storage, record: (storage.waiting(record) or [None])[-1])


@bug(1, 10, 11)
def retry_taken_for_an_answer(patch: pytest.MonkeyPatch) -> None:
    results = applying._take_results

    def done(storage: Storage, given: Any, at: float) -> Any:
        return results(storage, [r | {"status": "applied"} if r["status"] == "retry" else r for r in given], at)

    patch.setattr(applying, "_take_results", done)


@bug(10)
def kept_no_longer_than_the_answer(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(applying, "KEPT", -1)


@bug(
    10,
    story="50 50: sync 0 0 0; backup 0 0 0; clone 0 0 0; create 0 0 1; sync 0 0 0; create 6 0 1; create 6 0 2; "
    "sync 6 0 0; renumber 6 0 0; restore 0 0 0",
)
def answered_under_a_number_given_up_not_offered_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Phone, "_hand_over", lambda *_: None)


@bug(3, 4, 5, 6)
def swept_before_all_was_read(patch: pytest.MonkeyPatch) -> None:
    page = applying._take_page

    def hasty(storage: Storage, begun: Any, answer: Any, sent: Any) -> Any:
        after = page(storage, begun, answer, sent)
        if after.sweeping:
            applying.erase_unseen(storage, after.generation, after.incomplete)
            return after._replace(generation=after.generation + 1)
        return after

    patch.setattr(applying, "_take_page", hasty)


@bug(1)
def saved_before_it_is_written(patch: pytest.MonkeyPatch) -> None:
    enqueue = writes._enqueue

    def sometimes(storage: Storage, mutation: Any, *given: Any) -> None:
        if mutation["n"] % 3:
            enqueue(storage, mutation, *given)

    patch.setattr(writes, "_enqueue", sometimes)


@bug(11)
def outbox_sent_for_ever(patch: pytest.MonkeyPatch) -> None:
    results = applying._take_results
    patch.setattr(
        applying,
        "_take_results",
        lambda storage, given, at: results(storage, [r for r in given if r["status"] != "duplicate"], at),
    )
