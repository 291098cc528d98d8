"""The progress page's call over a made-up year of Trà Cú, through HTTP on SQLite: goal 150 ms at the 95th percentile.

`python -m bench.progress` plays the year first (some minutes); `--data DIR` takes one that `flask campaign demo --year`
has made there. `unchanged`: nothing has changed since the call before; `changed`: between two calls the office enters a
figure of the year before, so that all is worked out again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.run import RESULTS, ROOT, Phone
from bench.wire import request_bytes
from tests.tools.landing import LINK, Landing

GOAL_MS = 150
UNCHANGED, CHANGED = 300, 40
WORKER_SECONDS = 0.8  # in which the worker has followed up a figure that was entered
PROGRESS = "/api/campaigns/1/progress"


def asked(phone: Phone, method: str, path: str, body: Any = None) -> bytes:
    """A request of the app."""
    data = b"" if body is None else json.dumps(body).encode()
    sent = request_bytes(phone.connection.host, path, data, profile=phone.profile)
    return method.encode() + sent.removeprefix(b"POST")


def times(phone: Phone, many: int, between: Any) -> dict[str, Any]:
    """How long the call takes, `many` times; before each something may happen."""
    taken, down = [], 0
    for number in range(many):
        between(number)
        began = time.perf_counter()
        answer = phone.connection.send(asked(phone, "GET", PROGRESS))
        taken.append(1000 * (time.perf_counter() - began))
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {answer.body[:300]!r}")
        down = answer.down
    taken.sort()
    at = {"p50_ms": 0.5, "p95_ms": 0.95}
    return {name: round(taken[int(part * (many - 1))], 1) for name, part in at.items()} | {"bytes_down": down}


def measure(directory: Path, data: Path | None) -> dict[str, Any]:
    """Both numbers on SQLite, over the year in `data` or one that is played first."""
    made = Landing(directory, **({"BEN_DATA": str(data)} if data else {}))
    made.flask("db", "upgrade")
    found: dict[str, Any] = {}
    if data is None:
        began = time.perf_counter()
        made.flask("campaign", "demo", "--year", seconds=7200)
        found["played_seconds"] = round(time.perf_counter() - began)
    new = ("--name", "Đo (diễn tập)", "--role", "TT", "--place", "huyen-tra-cu")
    office = made.flask("people", "add", *new).split()[-1]
    token = LINK.findall(made.flask("people", "link", office))[0]
    try:
        made.start()
        phone = Phone(made.port, token)

        def enter(number: int) -> None:
            body = {"values": {"A1": 100 + number}}
            phone.connection.send(asked(phone, "PUT", "/api/campaigns/1/baselines", body))
            time.sleep(WORKER_SECONDS)

        found["changed"] = times(phone, CHANGED, enter)
        found["unchanged"] = times(phone, UNCHANGED, lambda _number: None)
    finally:
        made.stop()
    return found


def main() -> None:
    """Measures, prints and keeps the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a BEN_DATA that holds a made-up year")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ben-bench-") as name:
        found = measure(Path(name), options.data)
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    at = datetime.now(UTC)
    told = {"at": at.isoformat(timespec="seconds"), "machine": machine, "goal_ms": GOAL_MS, **found}
    text = json.dumps(told, indent=2)
    print(text)
    path = RESULTS / f"{at:%Y-%m-%d}-progress.json"
    path.write_text(text + "\n", "utf-8")
    print(f"\nkept in {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
