"""What must always hold (the eleven rules of the design), checked against the ledger, the phones and the server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sync.document import content_hash, digest
from tests.simulation.ledger import Broken, hashable
from tests.simulation.phone import overlay
from tests.simulation.phone.loop import Phone
from tests.simulation.phone.storage import Progress
from tests.simulation.server import FIELDS, FORM, POLICIES, Kept, due, is_bad, value_of

if TYPE_CHECKING:
    from tests.simulation.world import World

FAULTLESS = ("not-valid", "malformed", "form-unknown", "foreign-record")


class Checks:
    """The rules of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.settled: set[tuple[int, int]] = set()  # items that the office decided about: their answer may change
        self.granted: set[tuple[int, str]] = set()  # (device, feed) that came into a phone's scope while it ran
        self.approved: dict[tuple[str, str, int], str] = {}

    # -- while it runs

    def answer(self, device: int, request: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        """One result each, always the same (2); what is held is held for its own fault (9), and whole (1)."""
        numbers = [mutation["n"] for mutation in request["mutations"]]
        if [result["n"] for result in answer["results"]] != numbers:
            raise Broken(9, f"sent {numbers}, answered {answer['results']}")
        current = request["epoch"] in (None, answer["epoch"])
        for mutation, result in zip(request["mutations"], answer["results"], strict=True):
            if result["status"] == "retry":
                if current:
                    raise Broken(9, f"{mutation} is put off for nothing")
                continue
            self._same_again(device, mutation, result, answer["epoch"])
            self._held_for_a_reason(mutation, result)
            if "quarantined" in (result["status"], result.get("first")):
                self._held_whole(device, mutation)

    def _same_again(self, device: int, mutation: dict[str, Any], result: Mapping[str, Any], epoch: str) -> None:
        status = result.get("first") if result["status"] == "duplicate" else result["status"]
        given = (status, result.get("rev"), result.get("hash"), tuple(result.get("conflicts", ())))
        key = (epoch, device, mutation["n"], digest(mutation))
        known = self.world.ledger.answers.setdefault(key, given)
        if known != given:
            if (device, mutation["n"]) not in self.settled:
                raise Broken(2, f"{mutation} was answered {known}, then {given}")
            self.world.ledger.answers[key] = given

    def _held_for_a_reason(self, mutation: dict[str, Any], result: Mapping[str, Any]) -> None:
        if result["status"] != "quarantined" or result.get("reason") not in FAULTLESS:
            return
        good = mutation["kind"] in ("edit", "resolve", "review") and all(
            position < len(FIELDS) and not is_bad(value) for position, value in mutation.get("set", ())
        )
        if good:
            raise Broken(9, f"{mutation} is held as {result}")

    def _held_whole(self, device: int, mutation: dict[str, Any]) -> None:
        """What was answered to be held is kept as it was sent (1)."""
        items = [item for item in self.world.server.kept().items if (item.device, item.n) == (device, mutation["n"])]
        sent = digest(mutation)
        if not any(digest({name: it for name, it in item.payload.items() if name != "saw"}) == sent for item in items):
            raise Broken(1, f"{mutation} of device {device} was answered to be held and is not")

    def cursors(self, phone: Phone, before: Progress) -> None:
        """Cursors never go back in one reading, and no row at or below a cursor is unseen (4)."""
        progress = phone.storage.progress
        if progress.generation == before.generation:
            for feed, position in before.cursors.items():
                if progress.cursors.get(feed, position) < position:
                    raise Broken(4, f"phone {phone.key}: {feed} went back from {position}")
        server = self.world.server
        if progress.epoch != server.epoch or progress.sweeping:
            return
        kept, scope = server.kept(), server.directory.scope(phone.device)
        for (feed, kind, ref), position in kept.rows.items():
            if kind != "record" or feed not in scope or position > progress.cursors.get(feed, 0):
                continue
            if ref in progress.incomplete:  # it is known of, and will be asked for
                continue
            record = kept.records[ref]
            copy = phone.storage.records.get(ref)
            if feed != f"p{record.place}":
                if copy is not None and feed in copy.feeds:
                    raise Broken(4, f"phone {phone.key} has not seen {ref} leave {feed} at {position}")
            elif copy is None or (copy.doc["rev"], copy.doc["state"]) != (record.rev, record.state):
                raise Broken(4, f"phone {phone.key} read {feed} to {progress.cursors[feed]}, not {ref} at {position}")

    def readable(self, phone: Phone) -> None:
        """After a sync nothing outside the scope is on the phone (5)."""
        scope = self.world.server.directory.scope(phone.device)
        for copies in (phone.storage.records, phone.storage.documents):
            for key, copy in copies.items():
                if not scope.intersection(copy.feeds):
                    raise Broken(5, f"phone {phone.key} still has {key} of {copy.feeds}; its scope is {sorted(scope)}")

    # -- in the end

    def kept(self) -> None:
        """What was saved is somewhere (1); what the server keeps is sound (2, 7, 8)."""
        kept = self.world.server.kept()
        self._values(kept, on_phones=True)
        self._sound(kept)

    def end(self) -> None:
        """All phones are quiet."""
        kept = self.world.server.kept()
        self._values(kept, on_phones=False)
        self._sound(kept)
        for phone in self.world.phones:
            self._same_as_server(phone)

    def forgotten(self) -> None:
        """The server was restored: what phones kept their days, by its clock, and hold no more is not missed (10)."""
        found = self._found(self.world.server.kept(), on_phones=True)
        for typed in self.world.ledger.typed:
            typed.forgotten |= (typed.record, typed.path, typed.value) not in found

    def _values(self, kept: Kept, *, on_phones: bool) -> None:
        found = self._found(kept, on_phones=on_phones)
        for typed in self.world.ledger.typed:
            owed = not (typed.replaced or typed.forgotten)
            if owed and (typed.record, typed.path, typed.value) not in found:
                rule = 10 if self.world.restored else 1
                raise Broken(rule, f"{typed.path}={typed.value} of {typed.record} was saved and is nowhere")

    def _found(self, kept: Kept, *, on_phones: bool) -> set[tuple[str, str, Any]]:
        found = {
            (record, path, hashable(value))
            for (record, _), revision in kept.revisions.items()
            for path, value in revision.document.items()
        }
        for conflict in kept.conflicts.values():
            for side in (conflict.head, conflict.theirs):
                found.add((conflict.record, conflict.path, hashable(side.value)))
        payloads = [item.payload for item in kept.items]
        for phone in self.world.phones if on_phones else ():
            payloads += [row.mutation for row in phone.storage.outbox.values()]
            if self.world.restored:
                payloads += [row.mutation for row in phone.storage.sent.values()]
                payloads += [row.mutation for rows in phone.storage.former.values() for row in rows]
        for payload in payloads:
            found |= {(payload["record"], path, hashable(value)) for path, value in value_of(payload)}
        return found

    def _sound(self, kept: Kept) -> None:
        self._once(kept)
        self._nothing_overwritten(kept)
        self._decided(kept)
        self._approvals(kept)

    def _once(self, kept: Kept) -> None:
        """A mutation takes effect at most once (2)."""
        clones = {(item.device, item.n) for item in kept.items if item.reason == "cloned"}
        effects = Counter((revision.device, revision.n) for revision in kept.revisions.values())
        effects.update((decision.device, decision.n) for decision in kept.decisions)
        for (device, n), count in effects.items():
            if count > 1 and (device, n) not in clones:
                raise Broken(2, f"mutation {n} of device {device} took effect {count} times")
        opened = Counter((c.theirs.device, c.n, c.path) for c in kept.conflicts.values())
        for (device, n, path), count in opened.items():
            if count > 1 and (device, n) not in clones:
                raise Broken(2, f"mutation {n} of device {device} opened {count} conflicts on {path}")

    def _nothing_overwritten(self, kept: Kept) -> None:
        """Nobody's value is replaced by somebody who had not seen it, nor by an older revision (7)."""
        seen = self.world.ledger.seen
        newest = dict(sorted(kept.revisions))
        for record in kept.records.values():
            if record.rev != newest.get(record.id):
                raise Broken(7, f"{record.id} stands at {record.rev}; its newest revision is {newest.get(record.id)}")
        for (record, rev), revision in kept.revisions.items():
            before = kept.revisions.get((record, rev - 1))
            if before is None:
                continue
            for path in revision.changed:
                old, new = before.document.get(path), revision.document.get(path)
                if POLICIES.get(path) != "ask" or old is None or old == new:
                    continue
                if hashable(old) not in seen.get((revision.device, revision.n, path), ()):
                    raise Broken(
                        7,
                        f"revision {rev} of {record} puts {path}={new} over {old}, which mutation {revision.n} of "
                        f"device {revision.device} had not seen",
                    )

    def _decided(self, kept: Kept) -> None:
        """A conflict is open until a person decides about it, and closed as they decided (7)."""
        for conflict in kept.conflicts.values():
            if conflict.closing is not None and conflict.closing.rule is not None:
                continue  # the field's policy decided; what it did not take is kept here
            if conflict.closing is None:
                record = kept.records[conflict.record]
                if conflict.number not in {known.number for known in record.conflicts}:
                    raise Broken(7, f"conflict {conflict.number} of {record.id} is open and not shown")
                continue
            made = self.world.ledger.resolutions.get(conflict.record, [])
            value = hashable(conflict.closing.value)
            if not any(
                conflict.number in closes and conflict.path in chosen and hashable(chosen[conflict.path]) == value
                for closes, chosen in made
            ):
                raise Broken(7, f"conflict {conflict.number} of {conflict.record} was closed with {value} by nobody")

    def _approvals(self, kept: Kept) -> None:
        """An approval is of what the reviewer saw, and what is approved never changes (8)."""
        epoch = self.world.server.epoch
        for revision in kept.revisions.values():
            if revision.hash != content_hash(FORM, revision.document):
                raise Broken(8, f"revision {revision.rev} of {revision.record} is not what its hash says")
        for decision in kept.decisions:
            content = kept.revisions[decision.record, decision.rev].hash
            if (decision.rev, content) not in self.world.ledger.reviews[decision.device, decision.n]:
                raise Broken(8, f"{decision.decision} of {decision.record} rev {decision.rev} was not of what was seen")
            known = self.approved.setdefault((epoch, decision.record, decision.rev), content)
            if known != content:
                raise Broken(8, f"the approved revision {decision.rev} of {decision.record} changed")
        approvals = {(decision.record, decision.rev) for decision in kept.decisions if decision.decision == "approve"}
        for record in kept.records.values():
            if record.approved is not None and (record.id, record.approved) not in approvals:
                raise Broken(8, f"{record.id} counts as approved at {record.approved} without a decision")

    def _same_as_server(self, phone: Phone) -> None:
        """A quiet phone holds exactly what the server would answer (3), a new grant whole (6)."""
        told = self._tells_all(phone)
        storage = phone.storage
        held = {("record", record): copy.doc for record, copy in storage.records.items()}
        held |= {key: copy.doc for key, copy in storage.documents.items()}
        if phone.device in self.world.server.directory.revoked and held:
            raise Broken(5, f"phone {phone.key} is revoked and holds {sorted(held)}")
        for key in sorted({*told, *held}):
            here, (there, feeds) = held.get(key), told.get(key, (None, set()))
            if here != there:
                granted = {feed for device, feed in self.granted if device == phone.device}
                rule = 5 if there is None else 6 if here is None and feeds <= granted else 3
                raise Broken(rule, f"phone {phone.key}, {key}: here {here}, there {there}")
        self._shows_it(phone)

    def _tells_all(self, phone: Phone) -> dict[tuple[str, str], tuple[dict[str, Any], set[str]]]:
        """What the server would answer, and in which feeds: all that is due to this phone (3), no more (5)."""
        server = self.world.server
        expected = due(server.kept(), server.directory, phone.device)
        told = server.documents(phone.device)
        for key in sorted({*expected, *told}):
            if key not in told:
                raise Broken(3, f"{key} is kept and due to phone {phone.key} in {expected[key]}; nothing tells of it")
            if key not in expected:
                raise Broken(5, f"phone {phone.key} would be told {key}, which it may not see: {told[key]}")
        return {key: (told[key], feeds) for key, feeds in expected.items()}

    def _shows_it(self, phone: Phone) -> None:
        """A quiet phone shows what it holds (3)."""
        storage = phone.storage
        for record in overlay.ids(storage):
            view = overlay.view_of(storage, record)
            assert view is not None
            if view.local not in ("on_server", "quarantined"):
                raise Broken(3, f"phone {phone.key} is quiet and says {view.local} of {record}")
            copy = storage.records.get(record)
            if copy is not None and view.values != overlay.to_paths(copy.doc["values"], FIELDS):
                raise Broken(3, f"phone {phone.key} shows {view.values} of {record}, not {copy.doc['values']}")
