"""A world: people with phones, a server, an office, a network that fails. Every operation is made of whole numbers.

An operation whose object does not exist (no such record yet, nothing under way) does nothing, so that any part of a
schedule is a schedule.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from tests.simulation.checks import Checks
from tests.simulation.cut import HANDINS, SYNC, Cut, cut_of
from tests.simulation.ledger import Broken, Ledger, hashable
from tests.simulation.memory import START
from tests.simulation.office import DAY, HOLDERS, LEAP, PLACES, SUPERVISOR, Office
from tests.simulation.phone import overlay, writes
from tests.simulation.phone.apply import Answer, Collected
from tests.simulation.phone.inherit import inherit
from tests.simulation.phone.loop import Flight, Offline, Phone, SignedOut
from tests.simulation.phone.storage import Disk, FormMissing, PhoneDied, PhoneFull, Storage
from tests.simulation.server import BAD, FIELDS, FORM, POLICIES, Server, ServerDown, value_of

# (person, place): role
ROLES = {
    (1, 1): "TNV", (2, 1): "TNV", (3, 2): "TNV", (3, 1): "TNV", (5, 2): "TNV", (5, 3): "LD",
    (SUPERVISOR, 1): "GSV", (SUPERVISOR, 2): "GSV",
}  # fmt: skip
SWEEPS = 12
Op = tuple[str, int, int, int]


class World(Office):
    """Runs operations one by one and checks what must always hold."""

    def __init__(self, server: Server, batch: int) -> None:
        self.server = server
        self.now = 0.0
        self.drift = self.earliest = 0.0
        self.ledger = Ledger()
        self.checks = Checks(self)
        self.limbo: list[tuple[int, int, Flight]] = []
        self.saved: Any = None
        self.restored = self.leapt = False
        self.busy = False  # something was said since this was set
        self.cloned: set[int] = set()
        for (person, place), role in ROLES.items():
            server.set_role(person, place, role)
        self.phones = [Phone(key, person, server.add_device(person), batch) for key, person in enumerate(HOLDERS)]

    def take(self, op: Op) -> None:
        """Does one operation."""
        name, *given = op
        self.now += 60
        getattr(self, f"do_{name}")(*given)

    # -- helpers

    def at(self, phone: Phone) -> str:
        """The phone's corrected time."""
        moment = self.now + phone.skew + phone.storage.progress.offset
        return (START + timedelta(seconds=moment)).isoformat()

    def clock(self, phone: Phone) -> float:
        """The phone's own clock."""
        return self.now + phone.skew

    def shown(self, phone: Phone, pick: int) -> overlay.View | None:
        """One of the records on a phone."""
        found = overlay.ids(phone.storage)
        return overlay.view_of(phone.storage, found[pick % len(found)]) if found else None

    def values(self, pick: int, view: dict[str, Any]) -> dict[str, Any]:
        """New values for some fields; the bits of `pick` say which, and whether one is cleared."""
        typed: dict[str, Any] = {}
        for bit, path in enumerate(FIELDS):
            if pick >> bit & 1:
                typed[path] = f"flag{pick % 3}" if path == "flag" else self.ledger.value()
        if not typed or pick & 1 << 10:
            path = FIELDS[pick % 3]
            typed[path] = None if view.get(path) is not None and pick & 1 << 11 else self.ledger.value()
        return typed

    def die(self, phone: Phone) -> None:
        """The phone goes out and is started again."""
        phone.flight = None
        phone.state = "off"

    def submit(self, phone: Phone, draft: str, typed: dict[str, Any], work: Callable[[Storage], Any]) -> None:
        """A person saves; what the phone says is durable goes into the ledger."""
        before = phone.storage
        record = None
        try:
            with phone.disk.write() as storage:
                record = work(storage)
        except (PhoneFull, FormMissing):
            return
        except PhoneDied:
            self.die(phone)
        if phone.storage is before:
            return
        self.remember(phone, before, typed)
        shown = self.values_of(phone.storage, record) if record else typed
        for path, value in typed.items():
            if shown.get(path) != value:
                raise Broken(1, f"phone {phone.key} does not show {path}={value} of {record} that it saved")

    def remember(self, phone: Phone, before: Storage, typed: dict[str, Any]) -> None:
        """Finds the mutation that was made or changed, and notes what it stands for."""
        changed = [row for n, row in phone.storage.outbox.items() if before.outbox.get(n) != row]
        for row in changed:
            draft = next((d for d in before.drafts.values() if d.id not in phone.storage.drafts), None)
            seen = (draft.base.values if draft.base else {}) if draft else self.values_of(before, row.record)
            earlier = before.outbox.get(row.n)
            for path, value in typed.items():
                self.note_seen(phone, row.record, row.n, path, seen)
                if earlier is not None:
                    old = dict(pairs(earlier.mutation)).get(path)
                    if old is not None and old != value:
                        self.ledger.replace(path, old)
                if POLICIES[path] in ("ask", "latest") and path != "flag":
                    self.ledger.saved(row.record, path, value)

    def values_of(self, storage: Storage, record: str) -> dict[str, Any]:
        """What a phone shows of a record."""
        view = overlay.view_of(storage, record)
        return view.values if view else {}

    def note_seen(self, phone: Phone, record: str, n: int, path: str, seen: Any) -> None:
        """Adds what was on the screen, and what the author had seen when they typed that."""
        ledger = self.ledger
        ledger.saw(phone.device, n, seen, path)
        own = [row.n for rows in (phone.storage.outbox, phone.storage.sent) for row in rows.values()
               if row.record == record and row.n < n]  # fmt: skip
        for earlier in own:
            ledger.seen[phone.device, n, path] |= ledger.seen.get((phone.device, earlier, path), set())

    # -- people at their phones

    def do_create(self, who: int, place: int, pick: int) -> None:
        """A new record."""
        phone = self.phone(who)
        if phone.storage.fields_of(FORM) is None:
            return
        typed = {path: value for path, value in self.values(pick, {}).items() if value is not None}
        where = PLACES[place % len(PLACES)]
        if not self.server.directory.may(phone.device, "write", where):
            where = next((p for p in PLACES if self.server.directory.may(phone.device, "write", p)), where)
        draft = writes.Draft(f"new{self.now}", FORM, where, typed)

        def work(storage: Storage) -> str:
            writes.save_draft(storage, draft)
            return writes.submit_draft(storage, draft.id, writes.Submission(self.at(phone), phone.device))

        self.submit(phone, draft.id, typed, work)

    def do_edit(self, who: int, which: int, pick: int) -> None:
        """Opens a record (or its open draft), types and saves at once."""
        self.do_begin(who, which, pick)
        self.do_finish(who, which, 0)

    def do_begin(self, who: int, which: int, pick: int) -> None:
        """Opens a record and types; the draft is kept."""
        phone = self.phone(who)
        view = self.shown(phone, which)
        if view is None or view.gone or phone.storage.fields_of(view.form) is None:
            return  # the app offers no editing of what has gone
        draft = writes.edit_record(phone.storage, view.id, f"{view.id}:{self.now}")
        assert draft is not None
        typed = self.values(pick, dict(draft.values))
        values = {**draft.values, **typed}
        try:
            with phone.disk.write() as storage:
                writes.save_draft(storage, draft._replace(values=values))
        except PhoneFull:
            return
        except PhoneDied:
            self.die(phone)

    def do_finish(self, who: int, which: int, pick: int) -> None:
        """Saves an open draft as a mutation."""
        phone = self.phone(who)
        open_ = sorted(phone.storage.drafts)
        if not open_:
            return
        draft = phone.storage.drafts[open_[which % len(open_)]]
        base = draft.base.values if draft.base else {}
        paths = sorted({*draft.values, *base})
        typed = {path: draft.values.get(path) for path in paths if draft.values.get(path) != base.get(path)}
        by = writes.Submission(self.at(phone), phone.device)
        self.submit(phone, draft.id, typed, lambda storage: writes.submit_draft(storage, draft.id, by))

    def do_resolve(self, who: int, which: int, pick: int) -> None:
        """Decides the open conflicts of one field: the head's value, the other's, or a new one."""
        phone, open_ = self.first(who, self.open_conflicts)
        if not open_:
            return
        storage = phone.storage
        view, conflict = open_[which % len(open_)]
        path = conflict["path"]
        numbers = [other["id"] for other in view.conflicts if other["path"] == path]
        sides = [conflict["head"]["value"], conflict["theirs"]["value"], self.ledger.value()]
        chosen = {path: "flag0" if path == "flag" and pick % 3 == 2 else sides[pick % 3]}
        before = storage
        doc = storage.records[view.id].doc

        def work(changed: Storage) -> str:
            writes.resolve(changed, view.id, numbers, chosen, self.at(phone))
            return view.id

        self.submit(phone, "", chosen, work)
        for row in phone.storage.outbox.values():
            if before.outbox.get(row.n) != row and row.mutation["kind"] == "resolve":
                whole = dict(pairs(row.mutation))
                self.ledger.resolutions[view.id].append((frozenset(row.mutation["closes"]), whole))
                head = overlay.to_paths(doc["values"], FIELDS)
                for decided in whole:
                    self.ledger.saw(phone.device, row.n, head, decided)
                for side in ("head", "theirs"):
                    self.ledger.saw(phone.device, row.n, {path: conflict[side]["value"]}, path)

    def open_conflicts(self, phone: Phone) -> list[tuple[overlay.View, dict[str, Any]]]:
        """What a person at this phone could decide."""
        views = [overlay.view_of(phone.storage, record) for record, copy in sorted(phone.storage.records.items())
                 if copy.doc["conflicts"]]  # fmt: skip
        return [(view, conflict) for view in views if view for conflict in view.conflicts]

    def first(self, who: int, find: Callable[[Phone], list[Any]]) -> tuple[Phone, list[Any]]:
        """The first phone from this one on where there is something to do."""
        around = [self.phone(who + step) for step in range(len(self.phones))]
        return next(((phone, found) for phone in around if (found := find(phone))), (around[0], []))

    def do_review(self, who: int, which: int, pick: int) -> None:
        """A supervisor decides about a record as they see it."""
        phone = next((p for p in self.phones[who % len(self.phones) :] if p.person == SUPERVISOR), self.phone(3))
        found = [
            copy.doc
            for _, copy in sorted(phone.storage.records.items())
            if copy.doc["by"] != phone.person or not pick & 15  # the app offers no review of one's own
        ]
        if not found:
            return
        doc = found[which % len(found)]
        decision = ("approve", "approve", "return", "reject")[pick % 4]
        decided = {"record": doc["id"], "rev": doc["rev"], "hash": doc["hash"], "decision": decision, "reason": "why"}
        before = phone.storage
        self.submit(phone, "", {}, lambda storage: writes.review(storage, decided, self.at(phone)))
        for row in phone.storage.outbox.values():
            if before.outbox.get(row.n) != row:
                self.ledger.reviews[phone.device, row.n].add((doc["rev"], doc["hash"]))

    def do_bad(self, who: int, which: int, pick: int) -> None:
        """Something that can't be applied: a value that is not valid, a kind of tomorrow's app, a stranger's record."""
        phone = self.phone(who)
        view = self.shown(phone, which)
        if view is None:
            return
        n = phone.storage.counters["mutation"] + 1
        common = {"n": n, "kind": "edit", "record": view.id, "base": max(view.rev, 1), "at": self.at(phone)}
        item = (
            common | {"set": [[0, f"{BAD} {self.ledger.value()}"]]},
            common | {"kind": "paint", "set": [[0, self.ledger.value()]]},
            common | {"record": "99-99", "set": [[0, self.ledger.value()]]},
            common | {"set": [[99, self.ledger.value()]]},
        )[pick % 4]
        try:
            with phone.disk.write() as storage:
                storage.counters["mutation"] = n
                writes._enqueue(storage, item, FORM, 1)
        except PhoneFull:
            return
        except PhoneDied:
            self.die(phone)
        if n in phone.storage.outbox:
            self.note_seen(phone, view.id, n, "a", view.values)
            for path, value in value_of(item):
                self.ledger.saved(item["record"], path, value)

    def do_disk(self, who: int, pick: int, _: int) -> None:
        """The next write on this phone meets a full disk, or the phone dies before or after it."""
        self.phone(who).disk.fails = ("full", "before", "after")[pick % 3]

    def do_skew(self, who: int, days: int, _: int) -> None:
        """A phone's clock jumps."""
        self.phone(who).skew = (days % 801 - 400) * DAY

    def do_clone(self, who: int, _: int, __: int) -> None:
        """A phone's storage is copied to another one."""
        phone = self.phone(who)
        if len(self.phones) >= len(HOLDERS) + 2:
            return
        self.cloned.add(phone.device)
        copy = Phone(len(self.phones), phone.person, phone.device, phone.batch, Disk(phone.storage.copy()))
        self.phones.append(copy)

    def do_renumber(self, who: int, _: int, __: int) -> None:
        """A phone that was told so takes a new number: what is left goes first, drafts go along."""
        phone, told = self.first(who, lambda phone: [phone] if phone.state == "renumber" else [])
        if not told:
            return
        self.sync(phone)
        frozen = any(row.frozen for row in phone.storage.outbox.values())
        if frozen or phone.device in self.server.directory.signed_out | self.server.directory.revoked:
            return
        fresh, device = Disk(Storage()), self.server.add_device(phone.person)
        numbers = inherit(fresh.storage, phone.storage, device, phone.device)
        self.said_anew(phone, device, numbers, fresh.storage)
        phone.disk, phone.device, phone.state = fresh, device, "idle"
        self.sync(phone)

    def said_anew(self, phone: Phone, device: int, numbers: Mapping[int, int], fresh: Storage) -> None:
        """The same words under another number: seen by the same eyes, decided by the same person."""
        ledger = self.ledger
        for old, new in numbers.items():
            for path in FIELDS:
                ledger.seen[device, new, path] |= ledger.seen.get((phone.device, old, path), set())
            ledger.reviews[device, new] |= ledger.reviews.get((phone.device, old), set())
            mutation = fresh.outbox[new].mutation
            for path, value in value_of(mutation):
                ledger.moved(mutation["record"], path, hashable(value))
            if mutation["kind"] == "resolve":
                ledger.resolutions[mutation["record"]].append((frozenset(mutation["closes"]), dict(pairs(mutation))))

    # -- the network, whole runs

    def do_sync(self, who: int, _: int, __: int) -> None:
        """The loop runs until it is quiet."""
        self.sync(self.phone(who))

    def do_shaky(self, who: int, fault: int, when: int) -> None:
        """The loop runs, and one of its requests meets a fault."""
        self.sync(self.phone(who), FAULTS[fault % len(FAULTS)], when % 3)

    def do_cut(self, who: int, how: int, when: int) -> None:
        """Of the request that is under way, or of one of the loop's, only a part arrives at the server."""
        phone, cut = self.phone(who), cut_of(how)
        flight = phone.flight
        if flight is None or flight.answer is not None:
            self.sync(phone, cut, when % 3)
            return
        try:
            flight.answer = self.exchange(phone, flight, cut)
        except (Offline, SignedOut):
            self.forsake(phone)

    def sync(self, phone: Phone, fault: Fault = None, when: int = 0) -> None:
        """One run of the loop."""
        calls = 0

        def call(flight: Flight) -> Answer:
            nonlocal calls
            calls += 1
            return self.exchange(phone, flight, fault if calls == when + 1 else None)

        def get(record: str) -> Any:
            return self.server.record(phone.device, record)

        def hand(given: dict[str, Any]) -> Any:
            nonlocal calls
            calls += 1
            return self.hand_in(phone, given, fault if calls == when + 1 else None)

        before = phone.storage.progress
        try:
            phone.run(call, lambda: self.clock(phone), get, hand)
        except PhoneDied:
            self.die(phone)
        self.checks.cursors(phone, before)
        if phone.state in ("idle", "revoked"):
            self.checks.readable(phone)

    def exchange(self, phone: Phone, flight: Flight, fault: Fault) -> Answer:
        """A request goes out and an answer comes back, or not."""
        if isinstance(fault, Cut):
            self.arrive_in_part(phone, SYNC, flight.request, fault)
            return self.serve(phone.device, flight)
        if fault in ("lost", "delayed"):
            if fault == "delayed":
                self.limbo.append((phone.key, phone.device, flight))
            raise Offline
        answer = self.serve(phone.device, flight, fault)
        if fault == "twice":
            self.serve(phone.device, flight)
        if fault == "twice-second":
            answer = self.serve(phone.device, flight)
        if fault == "answer-lost":
            raise Offline
        if fault == "answer-late":
            flight.answer = answer
            self.limbo.append((phone.key, phone.device, flight))
            raise Offline
        if fault == "truncated":
            return self.cut(answer)
        return answer

    def arrive_in_part(self, phone: Phone, path: str, given: Mapping[str, Any], cut: Cut) -> None:
        """The server takes nothing of what is no whole request; the phone hears no answer that it could understand."""
        before = self.server.kept().copy()
        if self.server.cut(phone.device, path, given, cut) or self.server.kept() != before:
            raise Broken(2, f"phone {phone.key} sent {given}; what arrived of it took effect: {cut}")
        if not cut.again:
            raise Offline

    def hand_in(self, phone: Phone, given: dict[str, Any], fault: Fault) -> Any:
        """What a phone kept under a number that it gave up goes out; nothing comes back, if the network fails."""
        if isinstance(fault, Cut):
            self.arrive_in_part(phone, HANDINS, given, fault)
        if fault in ("lost", "delayed"):
            raise Offline
        try:
            answer = self.server.hand_in(phone.device, given, self.server_time, fault if fault in SERVERS else None)
        except ServerDown:
            raise Offline from None
        self.checks.answer(given["device"], given, answer)
        self.busy = True
        if fault in ("answer-lost", "answer-late", "truncated"):
            raise Offline
        return answer["results"]

    def cut(self, answer: Answer) -> Answer:
        """Half of an answer: nothing that can be read."""
        text = json.dumps(answer)
        try:
            return json.loads(text[: len(text) // 2])  # type: ignore[no-any-return]
        except ValueError:
            raise Offline from None

    def serve(self, device: int, flight: Flight, fault: str | None = None) -> Answer:
        """The server's part."""
        fault = fault if fault in SERVERS else None
        try:
            answer = self.server.sync(device, flight.request, self.server_time, fault)
        except ServerDown:
            raise Offline from None
        self.checks.answer(device, flight.request, answer)
        self.busy |= bool(flight.request["mutations"] or answer["changes"] or answer["forget"] or answer["reoffer"])
        # What travels is a copy: nobody shares memory over a network.
        return answer

    # -- the network, step by step

    def do_send(self, who: int, limit: int, _: int) -> None:
        """A phone freezes and sends; an earlier request that is still under way is left to the network."""
        phone = self.phone(who)
        if phone.flight is not None and phone.flight.answer is None:
            self.limbo.append((phone.key, phone.device, phone.flight))
        try:
            phone.send(limit=1 + limit % phone.batch)
        except PhoneFull:
            return
        except PhoneDied:
            self.die(phone)

    def do_serve(self, who: int, fault: int, _: int) -> None:
        """The server takes a phone's request; the answer is on its way."""
        phone = self.phone(who)
        if phone.flight is None or phone.flight.answer is not None:
            return
        try:
            phone.flight.answer = self.serve(phone.device, phone.flight, (None, None, "before", "after")[fault % 4])
        except (Offline, SignedOut):
            self.forsake(phone)

    def forsake(self, phone: Phone) -> None:
        """The request came to nothing."""
        try:
            phone.give_up()
        except PhoneFull:
            pass
        except PhoneDied:
            self.die(phone)

    def do_receive(self, who: int, again: int, _: int) -> None:
        """The phone gets the answer, perhaps twice."""
        phone = self.phone(who)
        flight, phone.flight = phone.flight, None
        if flight is None or flight.answer is None:
            return
        for _again in range(1 + again % 2):
            self.hear(phone, flight.answer, flight.sent)

    def hear(self, phone: Phone, answer: Answer, sent: Collected) -> None:
        """Applies an answer outside the loop."""
        before = phone.storage.progress
        self.leapt |= answer["now"] - self.now - self.earliest > LEAP  # it was given before the clock jumped back
        try:
            phone.receive(answer, sent, self.clock(phone))
        except PhoneFull:
            pass
        except PhoneDied:
            self.die(phone)
        self.checks.cursors(phone, before)

    def do_late(self, which: int, fault: int, _: int) -> None:
        """Something that the network kept arrives: a request at the server, or an answer at the phone."""
        if not self.limbo:
            return
        key, device, flight = self.limbo.pop(which % len(self.limbo))
        phone = next((p for p in self.phones if (p.key, p.device) == (key, device)), None)
        if flight.answer is not None and phone is not None:
            self.hear(phone, flight.answer, flight.sent)
            return
        try:
            flight.answer = self.serve(device, flight)
        except (Offline, SignedOut):
            return
        if fault % 2:
            self.limbo.append((key, device, flight))

    def do_slow(self, who: int, where: int, _: int) -> None:
        """A phone's push is under way at the server and commits later; `where` it waits in its transaction."""
        self.begin(self.phone(who), where)

    def do_stall(self, who: int, where: int, _: int) -> None:
        """So it is with the push of the first phone from this one on that has something to send."""
        phone, waiting = self.first(who, lambda phone: phone.storage.waiting())
        if waiting:
            self.begin(phone, where)

    def begin(self, phone: Phone, where: int) -> None:
        """A push whose answer is lost, if it is ever given."""
        try:
            flight = phone.send()
            self.server.begin(phone.device, flight.request, self.server_time, where)
        except (PhoneFull, SignedOut):
            pass
        except PhoneDied:
            self.die(phone)
        self.forsake(phone)

    def do_commit(self, _: int, __: int, ___: int) -> None:
        """The slow push commits; its answer is lost."""
        self.server.finish()

    # -- the end

    def quiet(self) -> None:
        """Faults end; a bounded number of rounds brings every phone to quiet."""
        self.limbo.clear()
        self.do_commit(0, 0, 0)
        self.checks.kept()
        self.server.directory.signed_out.clear()
        for phone in self.phones:
            phone.disk.fails = None
            phone.flight = None
        for _ in range(SWEEPS):
            self.busy = False
            for phone in self.phones:
                self.sync(phone)
                self.do_renumber(phone.key, 0, 0)
            if not self.busy:
                break
        else:
            raise Broken(11, f"not quiet after {SWEEPS} sweeps")
        self.checks.end()


Fault = str | Cut | None
SERVERS = ("before", "after", "full")  # faults that are the server's own
FAULTS = (
    "lost", "delayed", "answer-lost", "answer-late", "truncated", "before", "after", "full", "twice", "twice-second",
)  # fmt: skip


def pairs(mutation: dict[str, Any]) -> list[tuple[str, Any]]:
    """What a mutation sets, by path."""
    return [(path, hashable(value)) for path, value in value_of(mutation) if path in FIELDS]
