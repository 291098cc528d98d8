"""What the network does in a story: requests and answers that pass, are lost, held back, doubled, cut."""

from __future__ import annotations

from typing import Any

from tests.simulation_client.gate import FAULTS
from tests.simulation_client.phone import AppError
from tests.simulation_client.story import Story
from tests.simulation_client.town import Hand

PATIENCE = 30
# Of the faults, those that end within the request itself.
PASSING = [fault for fault in FAULTS if fault not in ("hold_request", "hold_answer", "kill")]


class Network(Story):
    """The steps of the network."""

    def sync(self, hand: Hand, fault: str | None = None) -> dict[str, Any] | None:
        """One run of the app's loop; None: one is under way."""
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
        assert slug not in ("phone-error", "answer-malformed", "bad-request"), f"{hand.name}: {outcome}"
        assert slug != "phone-full" or hand.full, f"{hand.name}: {outcome}"
        assert outcome["state"] != "update_needed", f"{hand.name}: {outcome}"
        assert (outcome["state"] == "revoked") <= hand.revoked, f"{hand.name}: {outcome}"
        if outcome["state"] == "renumber":
            self._renumber(hand)
        if outcome["state"] == "signed_out":
            self._sign_in(hand, outcome)
        return outcome

    def _renumber(self, hand: Hand) -> None:
        try:
            profile = hand.phone.ask("renumber")
        except AppError as error:
            if not ("ProblemError" in str(error) and (hand.revoked or self.rare["restore"])):
                self.excuse(hand, error)
            profile = None
        if profile is None:
            self.tell(hand.name, "gets no new number yet")
            return
        self.tell(hand.name, "was", hand.device, "and is now", profile["device"])
        hand.device = profile["device"]
        self.devices.add(hand.device)

    def _sign_in(self, hand: Hand, outcome: dict[str, Any]) -> None:
        """A number that came after the backup is unknown to the restored server; its person gets a new link."""
        assert self.rare["restore"], f"{hand.name}: {outcome}"
        number = hand.device
        try:
            self.town.enrol(hand)
        except AppError as error:
            if "ProblemError" not in str(error) or self.book.communes(hand.person, self.town.day):
                self.excuse(hand, error)
            return
        self.devices.add(hand.device)
        self.tell(hand.name, "was", number, "and uses a new link as", hand.device)

    def hold(self, hand: Hand) -> None:
        """A request, or its answer, takes its time."""
        if hand.underway is not None:
            return
        fault = self.chance.choice(["hold_request", "hold_answer"])
        hand.gate.faults.append(fault)
        hand.underway = hand.phone.begin("sync")
        self.tell(hand.name, "syncs slowly:", fault)
        if not hand.gate.held_or(hand.underway.done, PATIENCE):
            assert hand.full, f"{hand.name} sent nothing"
            self.release(hand)

    def release(self, hand: Hand) -> None:
        """What was under way comes through."""
        if hand.underway is not None:
            hand.gate.release()
            underway, hand.underway = hand.underway, None
            self._ended(hand, underway.result(PATIENCE), "released")

    def replay(self, hand: Hand) -> None:
        """A request of long ago arrives once more."""
        if hand.gate.ghosts:
            self.tell("an old request of", hand.name, "arrives again")
            hand.gate.replay()
