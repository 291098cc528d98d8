"""python -m tests.simulation --seed N: runs schedules; prints what fails, shrunk, and how to run it again."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.simulation.ledger import Broken
from tests.simulation.memory import MemoryServer
from tests.simulation.schedule import Make, Schedule, make, parse, run, shrink
from tests.simulation.sql import STORES, opened


def report(seed: int | None, schedule: Schedule, broken: Broken, server: Make, tries: int = 2_000) -> str:
    """What a failure tells."""
    least = shrink(schedule, server, broken, tries)
    told = run(least, server) or broken
    ops = "\n".join(f"  {name} {a} {b} {c}" for name, a, b, c in least.ops)
    again = f"python -m tests.simulation --schedule '{least.text()}'"
    return f"seed {seed}: {told}\n{ops}\nagain: {again}\n"


def fresh(seconds: float) -> Iterator[int]:
    """Seeds that differ from run to run, for so long."""
    seed = int.from_bytes(os.urandom(5), "big")
    ends = time.monotonic() + seconds
    print(f"from seed {seed}", flush=True)
    while time.monotonic() < ends:
        yield seed
        seed += 1


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seed", type=int, help="only this schedule")
    parser.add_argument("--schedule", help="only this schedule, as it was printed")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--schedules", type=int, default=1000)
    parser.add_argument("--failures", type=int, default=1, help="stop after so many")
    parser.add_argument("--seconds", type=float, help="fresh schedules for so long")
    parser.add_argument("--store", choices=("memory", *STORES), default="memory", help="what keeps the records")
    given = parser.parse_args()
    if given.store == "memory":
        return simulate(given, MemoryServer)
    with tempfile.TemporaryDirectory() as directory, opened(given.store, Path(directory)) as landing:
        return simulate(given, landing.server)


def simulate(given: argparse.Namespace, server: Make) -> int:
    """Runs what was asked for; 1 if something failed."""
    seeds: Iterable[int] = range(given.first_seed, given.first_seed + given.schedules)
    if given.seed is not None:
        seeds = [given.seed]
    elif given.seconds is not None:
        seeds = fresh(given.seconds)
    work = [(None, parse(given.schedule))] if given.schedule else ((seed, make(seed)) for seed in seeds)
    failed = count = 0
    begun = time.monotonic()
    for seed, schedule in work:
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
