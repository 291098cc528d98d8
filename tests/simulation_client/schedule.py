"""A schedule: what happens to some phones of two communes, their network, office and server, drawn from a seed.

    Schedule(town, seed).play()           # everything that happens, until all is quiet
    promises.check(schedule)              # what must hold then

The steps depend on the seed alone, as far as the server's own timing lets them: the same seed is the same story, until
a step is added to those that there are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.simulation_client.office import Office
from tests.simulation_client.phone import AppError
from tests.simulation_client.phones import Phones
from tests.simulation_client.story import BEFORE_REFORM, LONG_AGO, Typed, in_mutation, ordered
from tests.simulation_client.town import FIELDS, Hand

STEPS = 70
SWEEPS = 8
USUAL = {"new": 2, "edit": 20, "begin": 3, "finish": 3, "sync": 9, "hold": 4, "release": 4, "replay": 2}
USUAL |= {"resolve": 5, "review": 3, "reopen": 2, "crash": 2}


class Schedule(Office, Phones):
    """One story."""

    # -- the whole

    def play(self) -> None:
        """Begins, goes on for some steps, and ends quietly."""
        self._gather()
        weights = USUAL | self.flavour
        for _ in range(STEPS):
            step = self.chance.choices(list(weights), list(weights.values()))[0]
            hand = self.chance.choice(self.hands)
            work: Callable[[Hand], object] = getattr(self, step)
            try:
                work(hand)
            except AppError as error:
                self.excuse(self.desk if step in ("review", "move") else hand, error)
        self._quiet()

    def _gather(self) -> None:
        if "reform" in self.flavour:
            self.town.set_day(BEFORE_REFORM)
        count = self.chance.randint(2, 3)
        people = [self.town.person(f"Người {self.seed}.{number}", "TNV", self.commune) for number in range(count)]
        owners = [*people, *([people[0]] if self.chance.random() < 0.4 else [])]
        self.supervisor = self.town.person(f"Giám sát {self.seed}", "GSV", self.commune)
        for person in people:
            self.book.give(person, self.commune, self.town.day)
        for commune in (self.commune, self.other):
            self.town.give_role(self.supervisor, "GSV", commune, LONG_AGO)
            self.book.give(self.supervisor, commune, LONG_AGO)
        for number, person in enumerate(owners):
            self.hands.append(self.town.hand(f"phone {number}", person))
        self.hands.append(self.town.hand("supervisor", self.supervisor, reviews=True))
        self.devices = {hand.device for hand in self.hands}
        self.sync(self.hands[0], "none")
        self.new(self.hands[0])
        for hand in self.hands:
            self.sync(hand, "none")

    def _quiet(self) -> None:
        for hand in self.hands:
            hand.gate.faults.clear()
            self.make_room(hand)
            while hand.gate.ghosts:
                hand.gate.replay()
            self.release(hand)
            self.reopen(hand)
        for hand in self.hands:
            for draft in list(hand.drafts):
                self._submit(hand, draft)
        before: list[Any] = []
        for _ in range(SWEEPS):
            requests = sum(len(hand.gate.requests) for hand in self.hands)
            outcomes = [self.sync(hand, "none") for hand in list(self.hands)]
            asked = sum(len(hand.gate.requests) for hand in self.hands) - requests
            after = [hand.phone.ask("rows") | {"meta": []} for hand in self.hands]
            is_quiet = after == before and asked == len(self.hands) and all(ended(outcome) for outcome in outcomes)
            if is_quiet and not self.town.work():
                return
            before = after
        raise AssertionError(f"sync does not end: {outcomes}")

    # -- what people do

    def _value(self) -> str:
        return f"v{next(self.town.numbers)}v"

    def _values(self, most: int) -> dict[str, str]:
        return {path: self._value() for path in self.chance.sample(FIELDS, self.chance.randint(1, most))}

    def new(self, hand: Hand) -> None:
        """A record is made: where its author has a role, or had one."""
        communes = self.book.communes(hand.person, self.town.day)
        if not communes or self.chance.random() < 0.1:
            communes = sorted({term.commune for term in self.book.terms[hand.person]})
        place = self.town.places[self.chance.choice(communes)]
        values, draft = self._values(3), f"new:{next(self.town.numbers)}"
        given = {"form": self.town.form, "place": place, "values": {"day": "2023-05-10", **values}}
        try:
            record = hand.phone.ask("new", draft=draft, **given)
        except AppError:
            if draft in {kept["id"] for kept in hand.phone.ask("drafts")}:
                hand.drafts[draft] = values
            raise
        self.tell(hand.name, "creates", record, "in", place, values)
        self._remember(hand, record, values)

    def edit(self, hand: Hand) -> None:
        """A record is opened, typed into, and most often submitted."""
        draft = self.begin(hand)
        if draft is not None and self.chance.random() < 0.9:
            self._submit(hand, draft)

    def begin(self, hand: Hand) -> str | None:
        """A record is opened and typed into."""
        found = self._pick(hand)
        if found is None:
            return None
        values = self._values(2)
        draft: str | None = hand.phone.ask("begin", record=found["id"], values=values)
        if draft is not None:
            self.tell(hand.name, "types into a draft of", found["id"], values, "over rev", found["rev"])
            hand.drafts.setdefault(draft, {}).update(values)
        return draft

    def finish(self, hand: Hand) -> None:
        """An open draft is submitted."""
        if hand.drafts:
            self._submit(hand, self.chance.choice(sorted(hand.drafts)))

    def _submit(self, hand: Hand, draft: str) -> None:
        unsent = {value for item in hand.phone.ask("outbox") if not item["frozen"] for value in in_mutation(item)}
        try:
            record = hand.phone.ask("finish", draft=draft)
        except AppError as error:
            self.excuse(hand, error)  # it stays a draft
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

    def resolve(self, hand: Hand) -> None:
        """Somebody decides about conflicts."""
        waiting = [
            record for record in self.records(hand) if any(not each["resolving"] for each in record["conflicts"])
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

    def review(self, hand: Hand) -> None:
        """The supervisor decides about a record."""
        mine = [each for each in self.records(self.desk) if each["by"] not in (None, self.supervisor)]
        if mine:
            record = self.chance.choice(mine)
            decision = self.chance.choice(["approve", "return", "reject"])
            pin = {name: record[name] for name in ("rev", "hash")}
            self.desk.phone.ask("review", record=record["id"], **pin, decision=decision, reason="Xem lại")
            self.tell("supervisor", f"would {decision}", record["id"], "at rev", record["rev"])

    def records(self, hand: Hand) -> list[dict[str, Any]]:
        """This story's records that a phone shows."""
        shown = [each for each in hand.phone.ask("records") if each["form"] == self.town.form and not each["gone"]]
        mine = (each for each in shown if ordered(each["id"])[0] in self.devices)
        return sorted(mine, key=lambda each: ordered(each["id"]))

    def _pick(self, hand: Hand) -> dict[str, Any] | None:
        records = self.records(hand)[-2:]  # few, so that people meet
        return self.chance.choice(records) if records else None


def ended(outcome: dict[str, Any] | None) -> bool:
    """Nothing is left that another try would change."""
    return outcome is not None and not outcome["again"] and outcome["state"] in ("idle", "revoked")
