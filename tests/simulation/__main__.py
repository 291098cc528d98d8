"""python -m tests.simulation: runs schedules, the kept ones first; prints what fails, shrunk, and how to keep it."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.simulation.ledger import Broken
from tests.simulation.memory import MemoryServer
from tests.simulation.schedule import SEEDS, Make, Schedule, kept, make, parse, run, shrink
from tests.simulation.sql import STORES, opened


def report(seed: int | None, schedule: Schedule, broken: Broken, server: Make, tries: int = 2_000) -> str:
    """What a failure tells, with the line that keeps its schedule where that isn't kept yet."""
    least = shrink(schedule, server, broken, tries)
    told = run(least, server) or broken
    ops = "\n".join(f"  {name} {a} {b} {c}" for name, a, b, c in least.ops)
    again = f"python -m tests.simulation --schedule '{least.text()}'"
    if schedule.name:
        return f"kept, {schedule.name}: {told}\n{ops}\nagain: {again}\n"
    return f"seed {seed}: {told}\n{ops}\nagain: {again}\nadd to {SEEDS}: what it showed: {least.text()}\n"


def fresh(seconds: float) -> Iterator[int]:
    """Seeds that differ from run to run, for so long."""
    seed = int.from_bytes(os.urandom(5), "big")
    ends = time.monotonic() + seconds
    print(f"from seed {seed}", flush=True)
    while time.monotonic() < ends:
        yield seed
        seed += 1


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """What the command was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seed", type=int, help="only this schedule")
    parser.add_argument("--schedule", help="only this schedule, as it was printed")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--schedules", type=int, default=1000)
    parser.add_argument("--failures", type=int, default=1, help="stop after so many")
    parser.add_argument("--seconds", type=float, help="fresh schedules for so long")
    parser.add_argument("--store", choices=("memory", *STORES), default="memory", help="what keeps the records")
    return parser.parse_args(given)


def main() -> int:
    """The command."""
    given = arguments()
    if given.store == "memory":
        return simulate(given, MemoryServer)
    with tempfile.TemporaryDirectory() as directory, opened(given.store, Path(directory)) as landing:
        return simulate(given, landing.server)


def chosen(given: argparse.Namespace) -> Iterator[tuple[int | None, Schedule]]:
    """The one schedule that was asked for; or those that failed once, and then others by their seeds."""
    if given.schedule:
        yield None, parse(given.schedule)
        return
    if given.seed is not None:
        yield given.seed, make(given.seed)
        return
    yield from ((None, schedule) for schedule in kept())
    seeds: Iterable[int] = range(given.first_seed, given.first_seed + given.schedules)
    for seed in seeds if given.seconds is None else fresh(given.seconds):
        yield seed, make(seed)


def simulate(given: argparse.Namespace, server: Make) -> int:
    """Runs what was asked for; 1 if something failed."""
    failed = count = 0
    begun = time.monotonic()
    for seed, schedule in chosen(given):
        count += 1
        broken = run(schedule, server)
        if broken is None:
            continue
        print(report(seed, schedule, broken, server))
        failed += 1
        if failed >= given.failures:
            break
    print(f"{count} schedules, {failed} failed, {(time.monotonic() - begun) / count * 1000:.1f} ms each")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
