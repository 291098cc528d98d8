"""python -m tests.indicators --histories N: random histories, each held against figures counted from nothing."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

TEST = Path(__file__).with_name("test_histories.py")


def main() -> int:
    """Runs as many as told, some hundred a fresh database; prints how to run a failure again."""
    parser = argparse.ArgumentParser(prog="python -m tests.indicators")
    parser.add_argument("--histories", type=int, default=1000)
    parser.add_argument("--each", type=int, default=250, help="so many a database: one long history")
    parser.add_argument("--seed", type=int, default=1, help="of the first database; the next has the next")
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    begun, run, seed = time.monotonic(), 0, given.seed
    while run < given.histories:
        each = min(given.each, given.histories - run)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--hypothesis-seed={seed}"]
        command += ["-k", given.store, str(TEST)]
        if subprocess.run(command, env={**os.environ, "BEN_HISTORIES": str(each)}, check=False).returncode:
            print(f"again: python -m tests.indicators --histories {each} --each {each} --seed {seed}")
            return 1
        run, seed = run + each, seed + 1
        print(f"{run} histories, {time.monotonic() - begun:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
