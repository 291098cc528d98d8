"""What the office and the server's operator do in a story: roles, moves, held items, access, clock, backups."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

from tests.simulation_client.network import Network
from tests.simulation_client.phone import AppError
from tests.simulation_client.story import AFTER_REFORM, Kept
from tests.simulation_client.town import Hand

# Why something is held that a supervisor may well let in. What is held since a copy said it, too, may have landed under
# another number.
LET_IN = {"outside-scope", "record-moved", "record-unknown", "form-not-offered", "device-revoked"}


class Office(Network):
    """The steps of the office."""

    def revoke(self, hand: Hand) -> None:
        """A phone's access is taken back by the operator: its person may have no role that a supervisor looks after."""
        if hand.reviews or hand.revoked or not self.town.knows(hand.device) or not self.first_time("revoke"):
            return
        self.town.revoke(hand.device)
        self.tell(hand.name, "is revoked")
        for each in self.hands:
            each.revoked = each.revoked or each.device == hand.device
        self.note_outcasts()

    def role(self, hand: Hand) -> None:
        """A person gets a role in one of the two communes, or loses it; perhaps their last one."""
        if hand.reviews:
            return
        commune, today = self.chance.choice([self.commune, self.other]), self.town.day
        if commune in self.book.communes(hand.person, today):
            self.town.end_role(hand.person, "TNV", commune)
            self.book.end(hand.person, commune, today)
            self.tell(hand.name, "has no role any more in", commune)
        else:
            self.town.give_role(hand.person, "TNV", commune, today)
            self.book.give(hand.person, commune, today)
            self.tell(hand.name, "has a role in", commune)
        self.note_outcasts()

    def move(self, hand: Hand) -> None:
        """The supervisor says that a record belongs to the other commune."""
        places = [self.town.places[self.commune], self.town.places[self.other]]
        found = [each for each in self.records(self.desk) if each["rev"] and each["place"] in places]
        if found:
            record = self.chance.choice(found[-3:])
            place = next(place for place in places if place != record["place"])
            self.desk.phone.ask("move", record=record["id"], place=place)
            self.tell("supervisor would move", record["id"], "at rev", record["rev"], "to", place)

    def settle(self, hand: Hand) -> None:
        """The supervisor lets in a held item, or puts it aside."""
        items = self.desk.phone.ask("documents", kind="quarantine")
        mine = [item for item in items if item["device"] in self.devices and item["status"] == "held"]
        found = [item for item in mine if item["reason"] in LET_IN]
        if not found:
            return
        item = self.chance.choice(sorted(found, key=lambda item: int(item["id"])))
        way = self.chance.choice(["release", "release", "discard"])
        try:
            answer = self.desk.phone.ask("api", method="POST", path=f"/api/quarantine/{item['id']}/{way}")
        except AppError as error:
            if "ProblemError" not in str(error):
                raise
            answer = error
        self.tell("supervisor:", way, item, answer)

    # -- what happens to the server

    def jump(self, hand: Hand) -> None:
        """The server's clock jumps, by less than phones keep what was answered."""
        if self.first_time("jump", most=2):
            self._at(date(2023, 5, self.chance.randint(11, 31)))

    def reform(self, hand: Hand) -> None:
        """The day comes on which communes are merged."""
        if self.first_time("reform"):
            self._at(AFTER_REFORM)

    def _at(self, day: date) -> None:
        self.tell("the server's clock says", day)
        self.town.set_day(day)
        self.note_outcasts()

    def kill(self, hand: Hand) -> None:
        """The server dies while it works on a request."""
        if hand.underway is None and self.first_time("kill"):
            hand.gate.kill_after = self.chance.random() * 0.03
            self.sync(hand, "kill")
            self.town.start()

    def backup(self, hand: Hand) -> None:
        """What is committed now can be restored."""
        self.town.backup()
        self.kept = Kept(copy.deepcopy(self.book), {each.device for each in self.hands if each.revoked})
        self.tell("the server is backed up")

    def restore(self, hand: Hand) -> None:
        """What came after the backup is lost on the server, what the office did too."""
        if self.kept is None or not self.first_time("restore"):
            return
        self.tell("the server is restored from its backup")
        self.town.restore()
        self.book = copy.deepcopy(self.kept.book)
        for each in self.hands:
            each.revoked = each.device in self.kept.revoked
        self.note_outcasts()

    def records(self, hand: Hand) -> list[dict[str, Any]]:
        """This story's records that a phone shows."""
        raise NotImplementedError
