"""One phone: its storage, its person at it, and its sync loop (pwa/src/sync/loop.ts, app/renumber.ts)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.phone.apply import Answer, Applied, Collected, apply, collect, release
from tests.simulation.phone.land import take_whole
from tests.simulation.phone.storage import Disk, PhoneFull, Storage

ROUNDS = 1_000
PROTOCOL = 1


Hand = Callable[[dict[str, Any]], list[dict[str, Any]]]  # POST /api/handins: the results


class Offline(Exception):
    """No answer came, or none that can be understood."""


class SignedOut(Exception):
    """401: this phone needs a new link."""


class TooLarge(Exception):
    """413: fewer mutations at once."""


@dataclass
class Flight:
    """A request under way, and its answer once the server has given one."""

    sent: Collected
    request: dict[str, Any]
    answer: Answer | None = None


@dataclass
class Phone:
    """A person's phone. `batch` is how many mutations one request carries; `clock` is off by `skew` seconds."""

    key: int
    person: int
    device: int
    batch: int
    disk: Disk = field(default_factory=lambda: Disk(Storage()))
    skew: float = 0
    state: str = "idle"
    flight: Flight | None = None

    @property
    def storage(self) -> Storage:
        """What is on the phone."""
        return self.disk.storage

    # -- one exchange, step by step

    def send(self, but: set[int] | None = None, limit: int | None = None) -> Flight:
        """Freezes what it sends, and sends."""
        with self.disk.write() as storage:
            sent = collect(storage, limit or self.batch, but or ())
        request = {
            "protocol": PROTOCOL,
            "epoch": sent.epoch,
            "cursors": sent.cursors,
            "mutations": sent.mutations,
            "saw": sent.saw,
            "photos": [],
        }
        self.flight = Flight(sent, request)
        return self.flight

    def receive(self, answer: Answer, sent: Collected, now: float) -> Applied:
        """Applies an answer."""
        with self.disk.write() as storage:
            return apply(storage, answer, sent, now)

    def give_up(self) -> None:
        """The request came to nothing: its mutations stay, frozen."""
        self.flight = None
        if any(row.sending for row in self.storage.outbox.values()):
            with self.disk.write() as storage:
                release(storage)

    # -- the loop

    def run(
        self, call: Callable[[Flight], Answer], now: Callable[[], float], get: Callable[[str], Any], hand: Hand
    ) -> str:
        """Collect, send, apply until both sides are quiet, as far as it goes; the state that it ends in."""
        try:
            self.state = self._rounds(call, now, get, hand)
        except (Offline, TooLarge, PhoneFull):
            self.state = "offline"
        except SignedOut:
            self.state = "signed_out"
        self.give_up()
        return self.state

    def _hand_over(self, hand: Hand) -> None:
        """Offers what was answered under numbers given up: first, since what follows may build on it."""
        storage = self.storage
        epoch = storage.progress.epoch
        for device, rows in sorted(storage.former.items()) if storage.due else ():
            for start in range(0, len(rows), self.batch):
                page = rows[start : start + self.batch]
                saw = {str(row.n): row.saw.hash for row in page if row.saw is not None and row.saw.epoch != epoch}
                given = {"device": device, "former": True, "epoch": epoch, "mutations": [row.mutation for row in page]}
                if any(result["status"] == "retry" for result in hand(given | {"saw": saw})):
                    return  # restored once more: what follows says so
        if storage.due:
            with self.disk.write() as changed:
                changed.due = False

    def _rounds(
        self, call: Callable[[Flight], Answer], now: Callable[[], float], get: Callable[[str], Any], hand: Hand
    ) -> str:
        but: set[int] = set()
        size = self.batch
        for _ in range(ROUNDS):
            self._hand_over(hand)
            flight = self.send(but, size)
            sent = flight.sent
            try:
                answer = call(flight)
            except TooLarge:
                if len(sent.mutations) < 2:
                    raise
                size = (len(sent.mutations) + 1) // 2
                continue
            applied = self.receive(answer, sent, now())
            answered = {result["n"] for result in answer["results"]}
            if applied.reoffered:
                but.clear()
            else:
                but |= {mutation["n"] for mutation in sent.mutations} - answered | set(applied.retried)
            if applied.renumber:
                return "renumber"
            if applied.revoked:
                return "revoked"
            if not answer["more"] and not applied.reoffered and sent.left == 0:
                break
        for record in self.storage.progress.incomplete:
            document = get(record)
            with self.disk.write() as storage:
                take_whole(storage, record, document)
                left = tuple(other for other in storage.progress.incomplete if other != record)
                storage.progress = storage.progress._replace(incomplete=left)
        return "idle"
