"""python -m tests.simulation --seed N: runs schedules; prints what fails, shrunk, and how to run it again."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable, Iterator

from tests.simulation.ledger import Broken
from tests.simulation.memory import MemoryServer
from tests.simulation.schedule import Make, Schedule, make, parse, run, shrink


def report(seed: int | None, schedule: Schedule, broken: Broken, server: Make) -> str:
    """What a failure tells."""
    least = shrink(schedule, server, broken)
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
    given = parser.parse_args()
    server: Make = MemoryServer
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
