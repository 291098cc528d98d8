"""The office of a world: roles, moves, held items, phones taken back, backups."""

from __future__ import annotations

from typing import Any

from tests.simulation.checks import Checks
from tests.simulation.phone.loop import Phone
from tests.simulation.phone.storage import KEPT
from tests.simulation.server import Server

PLACES = (1, 2, 3)
SUPERVISOR = 4
DAY = 24 * 3600
HOLDERS = (1, 2, 3, SUPERVISOR, 5, 1)  # whose each phone is; the first person has two
LEAP = KEPT - 10 * DAY  # less than what is kept by as much as a schedule waits
GRANTS = (None, "TNV", "GSV", "LD")


class Office:
    """What a world does that no phone does."""

    server: Server
    checks: Checks
    now: float
    drift: float  # by how much the server's clock is off
    saved: Any
    earliest: float
    leapt: bool  # so far forward that phones keep what was answered before no longer
    restored: bool
    phones: list[Phone]

    @property
    def server_time(self) -> float:
        """What the server's clock says."""
        return self.now + self.drift

    def phone(self, pick: int) -> Phone:
        """One of the phones."""
        return self.phones[pick % len(self.phones)]

    def do_grant(self, who: int, place: int, role: int) -> None:
        """A person gets a role on a place, another one, or none."""
        person = HOLDERS[who % len(HOLDERS)]
        if person == SUPERVISOR:
            return
        directory = self.server.directory
        theirs = [device for device, owner in directory.devices.items() if owner == person]
        before = {(device, feed) for device in theirs for feed in directory.scope(device)}
        self.server.set_role(person, PLACES[place % len(PLACES)], GRANTS[role % len(GRANTS)])
        self.checks.granted |= {(device, feed) for device in theirs for feed in directory.scope(device)} - before

    def do_move(self, which: int, place: int, _: int) -> None:
        """A record goes to another place."""
        found = sorted(self.server.kept().records)
        if found:
            self.server.move(found[which % len(found)], PLACES[place % len(PLACES)])

    def do_settle(self, which: int, status: int, _: int) -> None:
        """Somebody releases or discards a held item."""
        items = [item for item in self.server.kept().items if item.status == "held"]
        if items:
            item = items[which % len(items)]
            self.checks.settled.add((item.device, item.n))
            self.server.settle(item.id, ("released", "discarded")[status % 2], self.server_time)

    def do_revoke(self, who: int, _: int, __: int) -> None:
        """A phone's access is taken back."""
        self.server.revoke(self.phone(who).device)

    def do_sign_out(self, who: int, _: int, __: int) -> None:
        """A session ends."""
        self.server.directory.signed_out.add(self.phone(who).device)

    def do_sign_in(self, who: int, _: int, __: int) -> None:
        """A new link, the same number."""
        self.server.directory.signed_out.discard(self.phone(who).device)

    def do_wait(self, hours: int, _: int, __: int) -> None:
        """Time goes by."""
        self.now += (hours % 12) * 3600

    def do_drift(self, days: int, _: int, __: int) -> None:
        """The server's clock jumps, forward or back; no phone's does."""
        self.drift = (days % 801 - 400) * DAY
        self.earliest = min(self.earliest, self.drift)
        self.leapt |= self.drift - self.earliest > LEAP

    def do_backup(self, _: int, __: int, ___: int) -> None:
        """A backup is taken."""
        self.saved = self.server.backup()

    def do_restore(self, _: int, __: int, ___: int) -> None:
        """The server is restored from it."""
        if self.saved is not None:
            self.server.restore(self.saved)
            self.restored = True
            if self.leapt:
                self.checks.forgotten()
