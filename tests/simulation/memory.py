"""A server in memory: engine, memory store and the rules of feeds, put together as server/records/service does it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from server.records import rules
from server.records.store import result_json
from sync import engine, feed
from sync.document import digest
from sync.memory import MemoryStore
from sync.mutation import Mutation
from sync.store import Author, Plan, needs
from tests.simulation.cut import Cut
from tests.simulation.phone.loop import Offline, SignedOut
from tests.simulation.server import FIELDS, FORM, POLICIES, Answer, Directory, Item, Kept, ServerDown, is_bad

START = datetime(2023, 5, 16, tzinfo=UTC)


class Forms:
    """One form, filled in everywhere; a text that begins with 'bad' is never valid."""

    def known(self, form: int, place: int) -> bool:
        """Only the one form."""
        return form == FORM

    def offered(self, form: int, place: int, at: datetime) -> bool:
        """To everybody, at any time."""
        return form == FORM

    def confirmed(self, form: int) -> bool:
        """By nobody."""
        return False

    def policy(self, form: int, path: str) -> str:
        """As declared."""
        return POLICIES.get(path, "ask")

    def violations(self, seen: engine.Seen) -> Sequence[Mapping[str, Any]]:
        """What is bad is refused in what was changed."""
        return [{"path": path, "kind": "constraint"} for path in seen.changed if is_bad(seen.document.get(path))]


FORMS = Forms()
FORM_DOCUMENT = {"k": "form", "id": FORM, "compiled": {"fields": FIELDS}}


@dataclass
class Life:
    """What is in the database."""

    store: MemoryStore = field(default_factory=MemoryStore)
    positions: dict[str, int] = field(default_factory=lambda: {"c1": 1})
    rows: dict[tuple[str, str, str], int] = field(default_factory=lambda: {("c1", "form", str(FORM)): 1})
    items: dict[int, Item] = field(default_factory=dict)

    def copy(self) -> Life:
        """The same, to be changed apart; what is in it never changes."""
        store = MemoryStore(**{name: value.copy() for name, value in vars(self.store).items()})
        return Life(store, dict(self.positions), dict(self.rows), dict(self.items))


@dataclass
class Open:
    """A push that is planned and not yet committed."""

    device: int
    plan: Plan
    positions: dict[tuple[str, str, str], int]


def moment(now: float) -> datetime:
    """The server's time."""
    return START + timedelta(seconds=now)


class MemoryServer:
    """See `tests.simulation.server.Server`."""

    def __init__(self, page: int) -> None:
        self.page = page
        self.directory = Directory()
        self.life = Life()
        self.lives = 1
        self.open: Open | None = None
        self.bringer: int | None = None  # the phone that hands in what another number kept
        self.waiting: dict[tuple[str, str, str], None] = {}

    @property
    def epoch(self) -> str:
        """Which life of the database this is."""
        return f"e{self.lives}"

    # -- one round trip

    def sync(self, device: int, request: Mapping[str, Any], now: float, fault: str | None = None) -> Answer:
        """Push, then pull."""
        self.authenticate(device)
        offered, saw = request["mutations"], request["saw"]
        restored = self.restored(request)
        offered = [item | {"saw": saw[str(item["n"])]} if str(item["n"]) in saw else item for item in offered]
        results = [{"n": item["n"], "status": "retry"} for item in offered]
        if not restored and offered:
            results = self.push(device, offered, now, fault)
        if fault == "after":
            raise ServerDown
        return self.answer(device, request, results, now)

    def hand_in(self, device: int, given: Mapping[str, Any], now: float, fault: str | None = None) -> Answer:
        """A push in the name of another number, brought by a phone of its person."""
        self.authenticate(device)
        offered, saw = given["mutations"], given["saw"]
        results = [{"n": item["n"], "status": "retry"} for item in offered]
        if given["epoch"] == self.epoch:
            self.bringer = device
            try:
                offered = [item | {"saw": saw[str(item["n"])]} if str(item["n"]) in saw else item for item in offered]
                results = self.push(given["device"], offered, now, fault)
            finally:
                self.bringer = None
        if fault == "after":
            raise ServerDown
        return {"results": results, "epoch": self.epoch}

    def cut(self, device: int, path: str, request: Mapping[str, Any], cut: Cut) -> bool:
        """What arrives is no JSON, however it is packed."""
        try:
            json.loads(cut.of(json.dumps(request)))
        except ValueError:
            return False
        return True

    def authenticate(self, device: int) -> None:
        """Refuses a phone without a session."""
        if device in self.directory.signed_out:
            raise SignedOut

    def restored(self, request: Mapping[str, Any]) -> bool:
        """Whether the phone speaks of another life."""
        return request["epoch"] not in (None, self.epoch)

    def push(self, device: int, offered: Sequence[dict[str, Any]], now: float, fault: str | None) -> list[Answer]:
        """One transaction."""
        mutations = self.decode(offered)
        self.make_way(device, mutations)
        plan = self.plan(device, mutations, now)
        if fault == "before":
            raise ServerDown
        if fault == "full":
            raise Offline
        self.save(plan, device)
        self.publish()
        return [{"n": result.n, **result_json(result)} for result in plan.results]

    def decode(self, offered: Sequence[dict[str, Any]]) -> list[Mutation]:
        """Positions become paths."""
        known = {item["record"] for item in offered if item.get("form") == FORM} | self.life.store.records.keys()
        return [rules.mutation(parse(item), FIELDS if item.get("record") in known else None) for item in offered]

    def plan(self, device: int, mutations: Sequence[Mutation], now: float) -> Plan:
        """What becomes of a batch."""
        author = self.author(device)
        loaded = self.life.store.load(author, needs(mutations))
        return engine.plan(loaded, author, mutations, forms=FORMS, received=moment(now))

    def author(self, device: int) -> Author:
        """Who sends."""
        person = self.directory.devices[device]
        rights = self.directory.rights(person)
        return Author(
            person=person,
            device=device,
            writes=frozenset(place for place, allowed in rights.items() if "write" in allowed),
            decides={place: frozenset({"GSV"}) for place, allowed in rights.items() if "review" in allowed},
            revoked=bool({device, self.bringer} & self.directory.revoked),
        )

    def save(self, plan: Plan, device: int) -> None:
        """Saves a plan and notes which feeds are told; `publish` tells them, last."""
        self.life.store.save(plan)
        for held in plan.held:
            mutation, author = held.mutation, plan.author
            number = len(self.life.items) + 1
            self.life.items[number] = Item(
                number,
                device,
                mutation.n,
                author.person,
                held.place,
                mutation.record,
                held.reason,
                mutation.payload,
                mutation.hash,
            )
            self.tell_item(self.life.items[number])
        for record in plan.records.values():
            self.waiting[f"p{record.place}", "record", record.id] = None

    def tell_item(self, item: Item) -> None:
        """An item of the quarantine is new or was settled."""
        self.waiting[f"u{item.person}", "quarantine", str(item.id)] = None
        if item.place is not None:
            self.waiting[f"q{item.place}", "quarantine", str(item.id)] = None

    def publish(self) -> None:
        """Takes the positions: the last thing before the commit."""
        self.life.rows.update(self.take_positions())

    def take_positions(self) -> dict[tuple[str, str, str], int]:
        """The next numbers of each feed."""
        taken = {}
        for row in sorted(self.waiting, key=lambda row: row[0]):
            self.life.positions[row[0]] = taken[row] = self.life.positions.get(row[0], 0) + 1
        self.waiting.clear()
        return taken

    def answer(self, device: int, request: Mapping[str, Any], results: list[Answer], now: float) -> Answer:
        """The pull and all that goes with it."""
        restored = self.restored(request)
        own = rules.as_sent(request["mutations"], results)
        answer = self.pull(device, {} if restored else request["cursors"], own)
        forgotten = {key for key in request["cursors"] if key not in answer["cursors"]}
        answer["forget"] = sorted({*answer["forget"], *forgotten})
        answer["reoffer"] = answer["reoffer"] or restored
        return answer | {"protocol": 1, "epoch": self.epoch, "now": now, "results": results, "lacks": [], "people": {}}

    def pull(self, device: int, cursors: Mapping[str, int], own: Mapping[str, tuple[Any, Any]]) -> Answer:
        """One page of what changed."""
        heads = {key: self.life.positions.get(key, 0) for key in self.directory.scope(device)}
        begun = feed.start(heads, cursors)
        rows = sorted(
            (
                Place(key, position, kind, ref)
                for (key, kind, ref), position in self.life.rows.items()
                if key in begun.since and position > begun.since[key]
            ),
            key=lambda row: (row.feed, row.position),
        )
        page, upto, more = feed.cut(rows[: self.page + 1], heads, begun, self.page)
        changes: dict[str, list[dict[str, Any]]] = {}
        for row in page:
            document = self.document(device, row.kind, row.ref)
            if document is None or feed_of(row.kind, document) not in (None, row.feed):
                document = {"k": row.kind, "id": row.ref, "gone": True}
            if row.kind == "record" and own.get(row.ref) == (document.get("rev"), document.get("hash")):
                document.pop("values", None)
            changes.setdefault(row.feed, []).append(document)
        return {"changes": changes, "cursors": upto, "forget": begun.forget, "more": more, "reoffer": begun.ahead}

    # -- documents

    def document(self, device: int, kind: str, ref: str) -> dict[str, Any] | None:
        """A document as this phone's person may see it."""
        if kind == "form":
            return dict(FORM_DOCUMENT)
        if kind == "record":
            return self.record(device, ref)
        item = self.life.items[int(ref)]
        mine = item.person == self.directory.devices[device]
        if not mine and not self.directory.may(device, "review", item.place):
            return None
        names = ("record", "n", "reason", "status", "payload", "place", "device")
        return {"k": "quarantine", "id": str(item.id), **{name: getattr(item, name) for name in names}}

    def record(self, device: int, record: str) -> dict[str, Any] | None:
        """A whole record, where it may be read."""
        found = self.life.store.records.get(record)
        if found is None or not self.directory.may(device, "read", found.place):
            return None
        head = self.life.store.revisions[record, found.rev]
        return {"k": "record", **rules.record_document(rules.head_of(found, head), FIELDS)}

    def documents(self, device: int) -> dict[tuple[str, str], dict[str, Any]]:
        """Everything in this phone's scope."""
        scope = self.directory.scope(device)
        found = {}
        for key, kind, ref in self.life.rows:
            document = self.document(device, kind, ref) if key in scope else None
            if document is not None and feed_of(kind, document) in (None, key):
                found[kind, ref] = document
        return found

    def kept(self) -> Kept:
        """Everything that is kept."""
        store = self.life.store
        items = list(self.life.items.values())
        return Kept(store.records, store.revisions, store.conflicts, store.decisions, items, self.life.rows)

    # -- two transactions at once

    def begin(self, device: int, request: Mapping[str, Any], now: float, where: int) -> bool:
        """Plans a push that commits later, while others go on; False if there is nothing to wait for."""
        self.authenticate(device)
        if self.restored(request) or not request["mutations"]:
            return False
        self.finish()
        plan = self.plan(device, self.decode(request["mutations"]), now)
        self.open = Open(device, plan, {})
        return True

    def finish(self) -> list[Answer]:
        """The open push commits."""
        done, self.open = self.open, None
        if done is None:
            return []
        self.save(done.plan, done.device)
        self.publish()
        return [{"n": result.n, **result_json(result)} for result in done.plan.results]

    def make_way(self, device: int, mutations: Sequence[Mutation]) -> None:
        """Who wants what the open push has locked waits until that has committed."""
        if self.open is None:
            return
        mine = {mutation.record for mutation in mutations}
        theirs = {answer.record for answer in self.open.plan.answered} | self.open.plan.records.keys()
        if device == self.open.device or mine & theirs:
            self.finish()

    # -- the office

    def move(self, record: str, place: int) -> None:
        """Writes 'left' in one feed and the record in the other, together."""
        self.finish()
        found = self.life.store.records[record]
        self.life.store.records[record] = found._replace(place=place)
        self.waiting[f"p{found.place}", "record", record] = None
        self.waiting[f"p{place}", "record", record] = None
        self.publish()

    def settle(self, item: int, status: str, now: float) -> None:
        """Releases or discards a held item."""
        self.finish()
        held = self.life.items[item]
        if held.status != "held":
            return
        if status == "released":
            author = replace(self.author(held.device), revoked=False)
            (mutation,) = self.decode([held.payload])
            loaded = self.life.store.load(author, needs([mutation]))
            plan = engine.release(loaded, author, mutation, forms=FORMS, received=moment(now))
            if plan.results[0].status == "quarantined":
                return
            self.save(plan, held.device)
        self.life.items[item] = replace(held, status=status)
        self.tell_item(self.life.items[item])
        self.publish()

    def add_device(self, person: int) -> int:
        """The next number."""
        number = len(self.directory.devices) + 1
        self.directory.devices[number] = person
        return number

    def set_role(self, person: int, place: int, role: str | None) -> None:
        """Grants, changes or ends a role."""
        self.finish()
        self.directory.roles.pop((person, place), None)
        if role is not None:
            self.directory.roles[person, place] = role
        self.directory.changed()

    def revoke(self, device: int) -> None:
        """Takes a phone's access back."""
        self.finish()
        self.directory.revoked.add(device)
        self.directory.changed()

    def backup(self) -> Any:
        """What is committed."""
        return self.life.copy()

    def restore(self, backup: Any) -> None:
        """What is not in it is gone."""
        self.open = None
        self.life = backup.copy()
        self.lives += 1


@dataclass(frozen=True)
class Place:
    """A row of a feed."""

    feed: str
    position: int
    kind: str
    ref: str


def feed_of(kind: str, document: Mapping[str, Any]) -> str | None:
    """The only feed that a document stays in, where there is one: of a record that moved its place's."""
    return f"p{document['place']}" if kind == "record" else None


def parse(payload: dict[str, Any]) -> rules.Parsed:
    """An item's shape, as far as the simulation breaks it: kinds that are not known."""
    if payload["kind"] not in ("edit", "resolve", "review"):
        return rules.Parsed(payload, digest(payload), None, {"kind": ["unknown"]})
    same = digest({name: value for name, value in payload.items() if name != "saw"})  # kept with it in the quarantine
    data = payload | {"at": datetime.fromisoformat(payload["at"])}
    if payload["kind"] == "edit":
        data.setdefault("after", [])
    return rules.Parsed(payload, same, data)
