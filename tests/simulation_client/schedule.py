"""A schedule: what happens to some phones of one commune, their network and their server, drawn from a seed.

    Schedule(town, seed).play()           # everything that happens, until all is quiet
    promises.check(schedule)              # what must hold then

The steps depend on the seed alone, as far as the server's own timing lets them: the same seed is the same story.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.simulation_client.gate import FAULTS
from tests.simulation_client.phone import AppError
from tests.simulation_client.town import FIELDS, Hand, Town

STEPS = 70
SWEEPS = 8
PATIENCE = 30
# Of the faults, those that end within the request itself.
PASSING = [fault for fault in FAULTS if fault not in ("hold_request", "hold_answer", "kill")]
USUAL = {"new": 2, "edit": 20, "begin": 3, "finish": 3, "sync": 9, "hold": 4, "release": 4, "replay": 2}
USUAL |= {"resolve": 5, "review": 3, "reopen": 2, "crash": 2}
# What else happens in some stories: a step, and how often.
FLAVOURS: tuple[dict[str, int], ...] = (
    {},
    {"clone": 2},
    {"revoke": 1},
    {"clone": 1, "revoke": 1},
    {"kill": 1},
    {"backup": 2, "restore": 3},
)


@dataclass
class Typed:
    """A value that somebody submitted, unique in the world."""

    value: str
    record: str
    path: str
    by: str


class Schedule:
    """One story."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town = town
        self.seed = seed
        self.chance = random.Random(seed)
        self.commune = sorted(town.places)[seed % len(town.places)]
        self.flavour = FLAVOURS[seed % len(FLAVOURS)]
        self.typed: list[Typed] = []
        self.submissions: Counter[str] = Counter()
        # Values that their author typed over before they were ever sent.
        self.retired: set[str] = set()
        self.decided: Counter[str] = Counter()
        self.hands: list[Hand] = []
        self.devices: set[int] = set()
        self.told: list[str] = []
        self._rare: Counter[str] = Counter()
        self._has_backup = False

    def tell(self, *what: object) -> None:
        """A line of the story, printed when the schedule fails."""
        self.told.append(" ".join(str(each) for each in what))

    # -- the whole

    def play(self) -> None:
        """Begins, goes on for some steps, and ends quietly."""
        self._gather()
        weights = USUAL | (self.flavour if self.town.can_restore or "restore" not in self.flavour else {})
        for _ in range(STEPS):
            step = self.chance.choices(list(weights), list(weights.values()))[0]
            hand = self.chance.choice(self.hands)
            getattr(self, f"_{step}")(hand)
        self._quiet()

    def _gather(self) -> None:
        count = self.chance.randint(2, 3)
        people = [self.town.person(f"Người {self.seed}.{number}", "TNV", self.commune) for number in range(count)]
        owners = [*people, *([people[0]] if self.chance.random() < 0.4 else [])]
        for number, person in enumerate(owners):
            self.hands.append(self.town.hand(f"phone {number}", person))
        self.supervisor = self.town.person(f"Giám sát {self.seed}", "GSV", self.commune)
        self.hands.append(self.town.hand("supervisor", self.supervisor, reviews=True))
        self.devices = {hand.device for hand in self.hands}
        self._sync(self.hands[0], "none")
        self._new(self.hands[0])
        for hand in self.hands:
            self._sync(hand, "none")

    def _quiet(self) -> None:
        for hand in self.hands:
            hand.gate.faults.clear()
            while hand.gate.ghosts:
                hand.gate.replay()
            self._release(hand)
        for hand in self.hands:
            for draft in list(hand.drafts):
                self._submit(hand, draft)
        before: list[Any] = []
        for _ in range(SWEEPS):
            requests = sum(len(hand.gate.requests) for hand in self.hands)
            outcomes = [self._sync(hand, "none") for hand in list(self.hands)]
            asked = sum(len(hand.gate.requests) for hand in self.hands) - requests
            after = [hand.phone.ask("rows") | {"meta": []} for hand in self.hands]
            if after == before and asked == len(self.hands) and all(ended(outcome) for outcome in outcomes):
                return
            before = after
        raise AssertionError(f"sync does not end: {outcomes}")

    # -- what people do

    def _value(self) -> str:
        return f"v{next(self.town.numbers)}v"

    def _values(self, most: int) -> dict[str, str]:
        return {path: self._value() for path in self.chance.sample(FIELDS, self.chance.randint(1, most))}

    def _new(self, hand: Hand) -> None:
        values = self._values(3)
        place = self.town.places[self.commune]
        given = {"form": self.town.form, "place": place, "values": {"day": "2023-05-10", **values}}
        record = hand.phone.ask("new", **given)
        self.tell(hand.name, "creates", record, values)
        self._remember(hand, record, values)

    def _edit(self, hand: Hand) -> None:
        draft = self._begin(hand)
        if draft is not None and self.chance.random() < 0.9:
            self._submit(hand, draft)

    def _begin(self, hand: Hand) -> str | None:
        found = self._pick(hand)
        if found is None:
            return None
        values = self._values(2)
        draft: str | None = hand.phone.ask("begin", record=found["id"], values=values)
        if draft is not None:
            self.tell(hand.name, "types into a draft of", found["id"], values, "over rev", found["rev"])
            hand.drafts.setdefault(draft, {}).update(values)
        return draft

    def _finish(self, hand: Hand) -> None:
        if hand.drafts:
            self._submit(hand, self.chance.choice(sorted(hand.drafts)))

    def _submit(self, hand: Hand, draft: str) -> None:
        unsent = {value for item in hand.phone.ask("outbox") if not item["frozen"] for value in in_mutation(item)}
        try:
            record = hand.phone.ask("finish", draft=draft)
        except AppError as error:
            # With its access a phone lost its forms: what is in drafts can't become a record, and stays.
            if not (hand.revoked and "FormMissing" in str(error)):
                raise
            return
        values = hand.drafts.pop(draft)
        self.tell(hand.name, "submits the draft of", record)
        self.retired |= unsent - {value for item in hand.phone.ask("outbox") for value in in_mutation(item)}
        self._remember(hand, record, values)

    def _remember(self, hand: Hand, record: str, values: dict[str, str]) -> None:
        for path, value in values.items():
            self.typed.append(Typed(value, record, path, hand.name))
            self.submissions[value] += 1
        shown = hand.phone.ask("record", record=record)["values"]
        assert {path: shown.get(path) for path in values} == values, f"{hand.name} doesn't see what was typed"

    def _resolve(self, hand: Hand) -> None:
        waiting = [
            record for record in self._records(hand) if any(not each["resolving"] for each in record["conflicts"])
        ]
        if not waiting:
            return
        record = self.chance.choice(waiting)
        conflicts = [each for each in record["conflicts"] if not each["resolving"]]
        chosen = self.chance.sample(conflicts, self.chance.randint(1, len(conflicts)))
        values = {each["path"]: self.chance.choice([each["head"], each["theirs"]])["value"] for each in chosen}
        closes = [each["id"] for each in chosen]
        if not hand.phone.ask("resolve", record=record["id"], rev=record["rev"], closes=closes, set=values):
            return  # the sync under way has brought another revision
        self.decided.update(value for value in values.values() if value is not None)
        self.tell(hand.name, "resolves", record["id"], closes, values)

    def _review(self, hand: Hand) -> None:
        supervisor = next(each for each in self.hands if each.reviews)
        mine = [each for each in self._records(supervisor) if each["by"] not in (None, supervisor.person)]
        if mine:
            record = self.chance.choice(mine)
            decision = self.chance.choice(["approve", "return", "reject"])
            pin = {name: record[name] for name in ("rev", "hash")}
            supervisor.phone.ask("review", record=record["id"], **pin, decision=decision, reason="Xem lại")
            self.tell(supervisor.name, f"would {decision}", record["id"], "at rev", record["rev"])

    def _records(self, hand: Hand) -> list[dict[str, Any]]:
        shown = [each for each in hand.phone.ask("records") if each["form"] == self.town.form and not each["gone"]]
        mine = (each for each in shown if ordered(each["id"])[0] in self.devices)
        return sorted(mine, key=lambda each: ordered(each["id"]))

    def _pick(self, hand: Hand) -> dict[str, Any] | None:
        records = self._records(hand)[-2:]  # few, so that people meet
        return self.chance.choice(records) if records else None

    # -- what the network does

    def _sync(self, hand: Hand, fault: str | None = None) -> dict[str, Any] | None:
        if hand.underway is not None:
            return None
        if fault is None:
            fault = self.chance.choice(PASSING) if self.chance.random() < 0.4 else "none"
        if fault != "none":
            hand.gate.faults.append(fault)
        return self._ended(hand, hand.phone.ask("sync"), fault)

    def _ended(self, hand: Hand, outcome: dict[str, Any], fault: str) -> dict[str, Any]:
        hand.gate.faults.clear()
        self.tell(hand.name, "syncs:", fault, outcome)
        slug = (outcome.get("problem") or {}).get("slug")
        assert slug not in ("phone-error", "phone-full", "answer-malformed", "bad-request"), f"{hand.name}: {outcome}"
        assert outcome["state"] not in ("update_needed", "signed_out"), f"{hand.name}: {outcome}"
        assert (outcome["state"] == "revoked") <= hand.revoked, f"{hand.name}: {outcome}"
        if outcome["state"] == "renumber":
            self._renumber(hand)
        return outcome

    def _renumber(self, hand: Hand) -> None:
        try:
            profile = hand.phone.ask("renumber")
        except AppError as error:
            if not (hand.revoked and "ProblemError" in str(error)):
                raise
            profile = None
        if profile is None:
            self.tell(hand.name, "gets no new number yet")
            return
        self.tell(hand.name, "was", hand.device, "and is now", profile["device"])
        hand.device = profile["device"]
        self.devices.add(hand.device)

    def _hold(self, hand: Hand) -> None:
        if hand.underway is None:
            fault = self.chance.choice(["hold_request", "hold_answer"])
            hand.gate.faults.append(fault)
            hand.underway = hand.phone.begin("sync")
            assert hand.gate.reached.wait(PATIENCE), f"{hand.name} sent nothing"
            self.tell(hand.name, "syncs slowly:", fault)

    def _release(self, hand: Hand) -> None:
        if hand.underway is not None:
            hand.gate.release()
            underway, hand.underway = hand.underway, None
            self._ended(hand, underway.result(PATIENCE), "released")

    def _replay(self, hand: Hand) -> None:
        if hand.gate.ghosts:
            self.tell("an old request of", hand.name, "arrives again")
            hand.gate.replay()

    # -- what happens to phones

    def _reopen(self, hand: Hand) -> None:
        if hand.underway is None:
            hand.phone.ask("close")
            hand.phone.ask("open")
            self.tell(hand.name, "closes the app and opens it again")

    def _crash(self, hand: Hand) -> None:
        self.tell(hand.name, "loses power")
        hand.phone.crash()
        hand.gate.release()
        hand.underway = None

    def _clone(self, hand: Hand) -> None:
        if len(self.hands) < 6 and not hand.reviews:
            self.tell(hand.name, "is copied")
            # What waits on it is said twice from now on, and perhaps under another number.
            self.submissions.update(value for item in hand.phone.ask("outbox") for value in in_mutation(item))
            self.hands.append(self.town.clone(hand))

    def _revoke(self, hand: Hand) -> None:
        if hand.reviews or hand.revoked or self._rare["revoke"]:
            return
        self._rare["revoke"] += 1
        supervisor = next(each for each in self.hands if each.reviews)
        self._release(supervisor)
        supervisor.phone.ask("api", method="POST", path=f"/api/devices/{hand.device}/revoke")
        self.tell(hand.name, "is revoked")
        for each in self.hands:
            each.revoked = each.revoked or each.device == hand.device

    # -- what happens to the server

    def _kill(self, hand: Hand) -> None:
        """The server dies while it works on a request."""
        if self._rare["kill"] or hand.underway is not None:
            return
        self._rare["kill"] += 1
        hand.gate.kill_after = self.chance.random() * 0.03
        self._sync(hand, "kill")
        self.town.start()

    def _backup(self, hand: Hand) -> None:
        self.town.backup()
        self._has_backup = True
        self.tell("the server is backed up")

    def _restore(self, hand: Hand) -> None:
        if self._rare["restore"] or not self._has_backup:
            return
        self._rare["restore"] += 1
        self.tell("the server is restored from its backup")
        self.town.restore()


def in_mutation(item: dict[str, Any]) -> list[str]:
    """The texts that an item of an outbox sets."""
    return [value for _, value in item["mutation"].get("set", []) if isinstance(value, str)]


def ended(outcome: dict[str, Any] | None) -> bool:
    """Nothing is left that another try would change."""
    return outcome is not None and not outcome["again"] and outcome["state"] in ("idle", "revoked")


def ordered(record: str) -> tuple[int, ...]:
    """A record's place in the order of device and counter."""
    return tuple(int(part) for part in record.split("-"))
