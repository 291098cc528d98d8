"""python -m tests.simulation_client: tells stories of fresh seeds for as long as told, or one that failed again.

No seeds are kept: a seed means another story as soon as a step is added to those that there are. What a story showed
becomes a test beside what it mended.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.simulation_client import promises
from tests.simulation_client.phone import bundle
from tests.simulation_client.schedule import Schedule
from tests.simulation_client.town import STORES, Town, opened

# After so many stories a town is left for another one: its records grow, and each phone reads all of its communes.
STAY = 20


class Failed(Exception):
    """A promise was broken; the message is the story and how to tell it again."""


def tell(town: Town, store: str, seed: int) -> None:
    """Plays a story and holds what it ends in against the promises. Raises `Failed`."""
    schedule = Schedule(town, seed)
    try:
        schedule.play()
        promises.check(schedule)
    except Exception as error:
        again = f"again: python -m tests.simulation_client --store {store} --seed {seed}"
        told = [f"seed {seed} on {store}, {schedule.flavour}:", *schedule.told, f"{type(error).__name__}: {error}"]
        raise Failed("\n".join([*told, again])) from error
    finally:
        town.put_away()


def fresh() -> int:
    """A seed that nobody has played before."""
    return int.from_bytes(os.urandom(4), "big")


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """What the command was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation_client")
    parser.add_argument("--store", choices=STORES, default="sqlite", help="what keeps the records")
    parser.add_argument("--seed", type=int, help="only this story")
    parser.add_argument("--seconds", type=float, default=60, help="fresh stories for so long")
    return parser.parse_args(given)


def chosen(given: argparse.Namespace) -> Iterator[int]:
    """The seed that was asked for, or others for so long."""
    if given.seed is not None:
        yield given.seed
        return
    ends, seed = time.monotonic() + given.seconds, fresh()
    while time.monotonic() < ends:
        yield seed
        seed += 1


def main() -> int:
    """The command; 1 if a story failed, which is the last one then."""
    given = arguments()
    begun, count = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        directory = Path(name)
        script = bundle(directory / "phone")
        for seed in chosen(given):
            if count % STAY == 0:
                stack.close()
                (directory / f"town-{count}").mkdir()
                town = stack.enter_context(opened(given.store, directory / f"town-{count}", script))
            count += 1
            try:
                tell(town, given.store, seed)
            except Failed as failed:
                print(failed)  # noqa: T201  # a command
                return 1
    print(f"{count} stories, {(time.monotonic() - begun) / count:.1f} s each")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
