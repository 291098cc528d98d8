"""Schedules: made from a seed, written as text, run, and shrunk while they still fail."""

from __future__ import annotations

import random
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.simulation.ledger import Broken
from tests.simulation.server import Server
from tests.simulation.world import Op, World

# How often each operation comes, beside the others.
WEIGHTS = {
    "create": 3, "edit": 18, "begin": 4, "finish": 4, "resolve": 8, "review": 6, "bad": 1, "sync": 14, "shaky": 6,
    "cut": 2, "send": 4, "serve": 4, "receive": 5, "late": 3, "slow": 1, "stall": 3, "commit": 2, "disk": 2, "skew": 1,
    "drift": 1, "clone": 1, "renumber": 1, "grant": 2, "move": 2, "settle": 2, "revoke": 1, "sign_out": 1, "sign_in": 1,
    "wait": 1, "backup": 3, "restore": 2,
}  # fmt: skip
# A schedule does without some of these and has much of one group, so that what seldom meets meets.
RARE = (
    "bad", "shaky", "cut", "late", "slow", "stall", "disk", "skew", "drift", "clone", "grant", "move", "settle",
    "revoke", "sign_out", "restore",
)  # fmt: skip
GROUPS = (
    ("clone", "edit", "renumber"), ("send", "serve", "receive", "edit"), ("shaky", "late"), ("backup", "restore"),
    ("resolve",), ("review",), ("grant", "late", "shaky"), ("move", "grant"), ("stall", "edit", "commit"), ("disk",),
    ("begin", "finish"), ("revoke", "settle", "bad", "grant"), ("clone", "renumber", "backup", "restore"),
    ("drift", "backup", "restore"), ("cut", "send", "edit"), (), (), (),
)  # fmt: skip
LENGTH = (10, 60)
SEEDS = Path("tests/simulation/seeds.txt")
Make = Callable[[int], Server]


@dataclass(frozen=True)
class Schedule:
    """A world's sizes and what happens in it."""

    page: int
    batch: int
    ops: tuple[Op, ...]
    name: str = ""

    def text(self) -> str:
        """In one line: page batch: op; op; …"""
        ops = "; ".join(f"{name} {a} {b} {c}" for name, a, b, c in self.ops)
        return f"{self.page} {self.batch}: {ops}"


def parse(text: str) -> Schedule:
    """The schedule that was written so."""
    sizes, _, ops = text.partition(":")
    page, batch = sizes.split()
    taken = []
    for op in ops.split(";"):
        if op.strip():
            name, a, b, c = op.split()
            taken.append((name, int(a), int(b), int(c)))
    return Schedule(int(page), int(batch), tuple(taken))


def kept() -> list[Schedule]:
    """The schedules that failed once."""
    text = Path(__file__).with_name(SEEDS.name).read_text(encoding="utf-8")
    lines = [line.partition(":") for line in text.splitlines() if line and not line.startswith("#")]
    return [replace(parse(schedule), name=name) for name, _, schedule in lines]


def make(seed: int) -> Schedule:
    """The schedule of a seed."""
    chance = random.Random(seed)
    without = {name for name in RARE if chance.random() < 0.5}
    much = chance.choice(GROUPS)
    weights = {
        name: weight + (8 if name in much else 0)
        for name, weight in WEIGHTS.items()
        if name in much or name not in without
    }
    count = chance.randint(*LENGTH)
    names = chance.choices(list(weights), list(weights.values()), k=count)
    busy = chance.sample(range(6), 2)  # two phones are used more than the others
    who = [chance.choice(busy) if chance.random() < 0.5 else chance.randrange(4096) for _ in names]
    ops = [(name, a, chance.randrange(4096), chance.randrange(4096)) for name, a in zip(names, who, strict=True)]
    few = chance.randint(1, 4)  # few records met often, or some more
    first: list[Op] = [("sync", phone, 0, 0) for phone in range(6)]
    first += [("create", chance.randrange(6), chance.randrange(3), chance.randrange(4096)) for _ in range(few)]
    first += [("sync", phone % 6, 0, 0) for phone in range(9)]
    ops = [(name, a, b % few if name in TARGETS else b, c) for name, a, b, c in ops]
    return Schedule(chance.choice((2, 3, 5, 50)), chance.choice((2, 3, 50)), (*first, *ops))


TARGETS = ("edit", "begin", "finish", "resolve", "review")


def run(schedule: Schedule, server: Make) -> Broken | None:
    """Runs a schedule to quiet; what broke, if anything."""
    try:
        world = World(server(schedule.page), schedule.batch)
        for op in schedule.ops:
            world.take(op)
        world.quiet()
    except Broken as broken:
        return broken
    except Exception:  # noqa: BLE001  # whatever it is, the schedule that leads to it is what is wanted
        return Broken(0, traceback.format_exc())
    return None


def shrink(schedule: Schedule, server: Make, found: Broken, tries: int = 2_000) -> Schedule:
    """The same failure of the same rule with as few operations as can be found, in chunks and then one by one."""
    ops: Sequence[Op] = schedule.ops
    size = max(1, len(ops) // 2)
    while size and tries:
        at = 0
        while at < len(ops) and tries:
            tries -= 1
            fewer = Schedule(schedule.page, schedule.batch, (*ops[:at], *ops[at + size :]))
            broken = run(fewer, server)
            if broken is not None and broken.rule == found.rule:
                ops = fewer.ops
            else:
                at += size
        size //= 2
    return Schedule(schedule.page, schedule.batch, tuple(ops))
