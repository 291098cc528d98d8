"""What happens to phones in a story: closed, without power, copied, full, cut off from their disk, at a wrong time."""

from __future__ import annotations

from tests.simulation_client.network import Network
from tests.simulation_client.story import in_mutation
from tests.simulation_client.town import Hand

MOST = 6
DAY = 24 * 3600 * 1000


class Phones(Network):
    """The steps of phones."""

    def reopen(self, hand: Hand) -> None:
        """The app is closed and opened again."""
        if hand.underway is None:
            hand.phone.ask("close")
            hand.phone.ask("open")
            self.tell(hand.name, "closes the app and opens it again")

    def crash(self, hand: Hand) -> None:
        """Power gone; what the disk holds, and how wrong the clock is, stay."""
        self.tell(hand.name, "loses power")
        hand.phone.crash()
        hand.gate.release()
        hand.underway = None
        hand.phone.ask("clock", milliseconds=hand.skew)
        if hand.full:
            hand.phone.ask("disk", fails="full")

    def clone(self, hand: Hand) -> None:
        """Its storage is copied to another phone."""
        if len(self.hands) < MOST and not hand.reviews:
            self.tell(hand.name, "is copied")
            # What waits on it is said twice from now on, and perhaps under another number.
            self.submissions.update(value for item in hand.phone.ask("outbox") for value in in_mutation(item))
            self.hands.append(self.town.clone(hand))

    def fill(self, hand: Hand) -> None:
        """Soon nothing can be written on it any more, perhaps in the middle of something."""
        hand.full = True
        spared = self.chance.randint(0, 8)
        hand.phone.ask("disk", fails="full", after=spared)
        self.tell(hand.name, "has room for", spared, "writes")

    def make_room(self, hand: Hand) -> None:
        """Writes succeed again."""
        if hand.full:
            hand.full = False
            hand.phone.ask("disk", fails=None)
            self.tell(hand.name, "has room again")

    def lose(self, hand: Hand) -> None:
        """The browser closes the app's database, now or in the middle of a write."""
        if self.chance.random() < 0.5:
            hand.phone.ask("lose")
            self.tell(hand.name, "loses its connections")
        elif not hand.full:
            spared = self.chance.randint(0, 8)
            hand.phone.ask("disk", fails="lost", after=spared)
            self.tell(hand.name, "loses its connection after", spared, "writes")

    def skew(self, hand: Hand) -> None:
        """Its clock jumps."""
        days = self.chance.choice([-400, -31, -1, 0, 1, 31, 400])
        hand.skew = days * DAY
        hand.phone.ask("clock", milliseconds=hand.skew)
        self.tell(hand.name, "has a clock that is off by", days, "days")
