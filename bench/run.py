"""`make bench`: what the landing bears on this machine, through HTTP, on SQLite and on PostgreSQL.

Two hundred phones, eight at a time, send batches of 50 new records of 24 fields; then edits, phones that are behind,
idle polls, one feed under many writers, a thousand phones that come back together, and the volunteer's first load.
Results go to bench/results/<day>.json and are shown beside the numbers of others (README.md). Nothing here is a test: a
slow machine fails nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import queue
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import app, arriving, audits, bare, by_size, first_load, forms, messages, pack
from bench.wire import Answer, Connection, Profile, sync_bytes
from tests.tools.databases import PostgresServer
from tests.tools.landing import LINK, ROOT, Landing
from tests.tools.tables import tables

RECORDS = 50
ROUNDS = 10  # batches that each phone sends, one after the other
POLLS = 2000
SINGLES = 60  # records that each phone of the crowd sends one by one
RETURNING = 1000
RETURNING_RECORDS = 20
COMMUNES = 100  # of a district to which a thousand phones come back
RESULTS = Path(__file__).parent / "results"
# The lines to beat: CouchDB's bulk writes, Kinto and ODK Central on two cores, at their best.
OTHERS = {
    "CouchDB records/s": 4100,
    "CouchDB with gzip records/s": 4600,
    "Kinto records/s": 200,
    "ODK Central records/s": 70,
    "CouchDB edits/s": 2900,
    "CouchDB 100 behind, p50 ms": 19,
    "Kinto 10,000 behind, s": 0.80,
    "best peer idle polls/s": 880,
}


class Phone:
    """One enrolled phone, its connection and its counters."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = Connection(port)
        enrolled = self.connection.post(
            "/api/enrolments/redeem", {"token": token, "language": "vi", "consents": ["account"]}
        )
        answer = enrolled.json()
        self.profile = Profile(answer["device"], enrolled.cookie or "")
        self.place: int = answer["roles"][0]["place"]["id"]
        self.epoch: str = answer["epoch"]
        self.cursors: dict[str, int] = {}
        self.form = 0
        self.next_mutation = 1
        self.edited = 0
        self.chance = random.Random(self.profile.device)
        self.now = datetime.now(UTC)

    def sync(self, mutations: list[dict[str, Any]]) -> bytes:
        """The request with these mutations, as bytes."""
        body = {"protocol": 1, "epoch": self.epoch, "cursors": self.cursors, "mutations": [], "photos": []}
        body["tables"] = tables(mutations)
        return sync_bytes(self.connection.host, self.profile, body)

    def catch_up(self) -> None:
        """Pulls until there is nothing more."""
        more = True
        while more:
            answer = self.take(self.connection.send(self.sync([])))
            more = answer["more"]

    def take(self, answer: Answer) -> dict[str, Any]:
        """Takes the cursors of an answer; raises RuntimeError unless it is a success."""
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {answer.body[:500]!r}")
        body: dict[str, Any] = answer.json()
        self.cursors = body["cursors"]
        for documents in body["changes"].values():
            for document in documents:
                if isinstance(document, dict) and document["k"] == "form":
                    self.form = document["id"]
        return body

    def create(self, count: int = RECORDS) -> list[dict[str, Any]]:
        """New records."""
        return [self._mutation(base=0, form=self.form, place=self.place) for _ in range(count)]

    def edit(self) -> list[dict[str, Any]]:
        """An edit of one field in each of the next fifty records of its own."""
        first = self.edited * RECORDS + 1
        self.edited += 1
        made = []
        for number in range(first, first + RECORDS):
            mutation = self._mutation(base=1, record=f"{self.profile.device}-{number}")
            mutation["set"] = [[4, self.chance.randint(300, 400)]]
            made.append(mutation)
        return made

    def _mutation(self, base: int, record: str = "", **more: Any) -> dict[str, Any]:
        number = self.next_mutation
        self.next_mutation += 1
        record = record or f"{self.profile.device}-{number}"
        at = (self.now - timedelta(seconds=self.chance.randint(0, 86_400))).isoformat(timespec="seconds")
        filled = [pair for pair in pack.values(self.chance, self.now) if pair[1] is not None]
        return {"n": number, "kind": "edit", "record": record, "base": base, **more, "at": at, "set": filled}


def in_parallel(work: list[Callable[[], None]], workers: int) -> float:
    """Runs all of `work`, `workers` at a time; returns the seconds it took. Raises the first error."""
    waiting: queue.Queue[Callable[[], None]] = queue.Queue()
    for item in work:
        waiting.put(item)
    errors: list[Exception] = []

    def go() -> None:
        while not errors:
            try:
                waiting.get_nowait()()
            except queue.Empty:
                return
            except Exception as error:  # noqa: BLE001  # handed to the caller below
                errors.append(error)

    threads = [threading.Thread(target=go) for _ in range(workers)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return time.perf_counter() - began


def batches(phones: list[Phone], make: Callable[[Phone], list[dict[str, Any]]], workers: int) -> dict[str, Any]:
    """Batches from every phone, in rounds: throughput, latency and bytes per item."""
    taken: list[tuple[Phone, float, Answer]] = []
    rounds: list[float] = []

    def one(phone: Phone, request: bytes) -> None:
        began = time.perf_counter()
        answer = phone.connection.send(request)
        taken.append((phone, time.perf_counter() - began, answer))

    for _ in range(ROUNDS):
        # Made beforehand and looked at afterwards: a phone's own work isn't timed, with which it would keep the server
        # from a processor.
        requests = [(phone, phone.sync(make(phone))) for phone in phones]
        rounds.append(in_parallel([lambda p=phone, r=request: one(p, r) for phone, request in requests], workers))
        for phone, _, answer in taken[-len(phones) :]:
            statuses = {result["status"] for result in phone.take(answer)["results"]}
            if not statuses <= {"applied", "merged"}:
                raise RuntimeError(f"results were {statuses}: {answer.body[:500]!r}")
    times = sorted(1000 * duration for _, duration, _ in taken)
    count = RECORDS * len(taken)
    return {
        "items": count,
        "items_per_second": round(count / sum(rounds), 1),
        "by_round": [round(RECORDS * len(phones) / seconds) for seconds in rounds],
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(times[int(0.95 * (len(times) - 1))], 1),
        "bytes_up_per_item": round(sum(answer.up for *_, answer in taken) / count, 1),
        "bytes_down_per_item": round(sum(answer.down for *_, answer in taken) / count, 1),
    }


def one_feed(crowd: list[Phone]) -> dict[str, Any]:
    """How many transactions a second one place takes: all of its phones send records one by one.

    As phones do, each says how far the last answer has brought it: others' records come once, not again every time.
    """
    made = [(phone, [phone.create(1) for _ in range(SINGLES)]) for phone in crowd]

    def one(phone: Phone, singles: list[list[dict[str, Any]]]) -> None:
        for mutations in singles:
            phone.take(phone.connection.send(phone.sync(mutations)))

    seconds = in_parallel([lambda p=p, m=m: one(p, m) for p, m in made], len(crowd))
    return {"commits_per_second": round(SINGLES * len(crowd) / seconds, 1)}


def returning(phones: list[Phone], office: Phone) -> dict[str, Any]:
    """A thousand phones come back in the same moment; raises RuntimeError unless every record has landed, once."""
    made = [(phone, phone.create(RETURNING_RECORDS)) for phone in phones]
    sent = {mutation["record"] for _, mutations in made for mutation in mutations}
    requests = [(phone, phone.sync(mutations)) for phone, mutations in made]
    times: list[float] = []

    def one(phone: Phone, request: bytes) -> None:
        began = time.perf_counter()
        results = phone.take(phone.connection.send(request))["results"]
        times.append(1000 * (time.perf_counter() - began))
        if {result["status"] for result in results} != {"applied"}:
            raise RuntimeError(f"results were {results[:3]}")

    seconds = in_parallel([lambda p=phone, r=request: one(p, r) for phone, request in requests], len(requests))
    read = [document["id"] for document in reading_on(office) if document["k"] == "record"]
    if set(read) != sent or len(read) != len(sent):
        lost, foreign = len(sent - set(read)), len(set(read) - sent)
        raise RuntimeError(f"of {len(sent)} records {lost} are lost, {foreign} nobody sent, {len(read)} were read")
    times.sort()
    return {
        "phones": len(phones),
        "records": len(read),
        "seconds": round(seconds, 2),
        "p95_ms": round(times[int(0.95 * (len(times) - 1))], 1),
    }


def behind(reader: Phone, writer: Phone, times: int = 20) -> dict[str, Any]:
    """What it costs a phone to catch up with 100 new records of others."""
    reader.catch_up()
    for _ in range(2):
        writer.take(writer.connection.send(writer.sync(writer.create())))
    request, taken, down = reader.sync([]), [], 0
    for _ in range(times):
        began = time.perf_counter()
        answer = reader.connection.send(request)
        taken.append(1000 * (time.perf_counter() - began))
        down = answer.down
        got = sum(map(len, answer.json()["changes"].values()))
        if got < 2 * RECORDS:
            raise RuntimeError(f"only {got} of {2 * RECORDS} changes came")
    taken.sort()
    return {
        "p50_ms": round(statistics.median(taken), 1),
        "p95_ms": round(taken[int(0.95 * (len(taken) - 1))], 1),
        "bytes_down": down,
    }


def idle(phone: Phone) -> dict[str, Any]:
    """A poll that finds nothing."""
    phone.catch_up()
    request = phone.sync([])
    answer = phone.connection.send(request)
    up, down = len(request.partition(b"\r\n\r\n")[2]), answer.body_down
    return {
        "bytes_up": answer.up,
        "bytes_down": answer.down,
        "bytes": answer.up + answer.down,
        "bodies": up + down,
        "headers_up": answer.up - up,
        "headers_down": answer.down - down,
    }


def wire(phone: Phone) -> dict[str, Any]:
    """Compressed body bytes an item, in a batch of fifty: the whole request without its HTTP headers. Sends nothing."""
    new = phone.create()
    note = [place for place, (_kind, name) in enumerate(pack.FIELDS) if name == "note"]
    bare = [{**one, "set": [pair for pair in one["set"] if pair[0] not in note]} for one in new]
    made = {"new_record": new, "new_record_without_its_note": bare, "edit_of_one_field": phone.edit()}
    sizes = {name: len(phone.sync(batch).partition(b"\r\n\r\n")[2]) for name, batch in made.items()}
    return {f"bytes_per_{name}": round(size / RECORDS, 1) for name, size in sizes.items()}


def polls(phones: list[Phone], workers: int) -> dict[str, Any]:
    """How many polls that find nothing are answered in a second."""
    for phone in phones:
        phone.catch_up()
    requests = [(phone, phone.sync([])) for phone in phones]  # nothing is new: a phone asks the same again
    work = [lambda p=phone, r=request: p.connection.send(r) for phone, request in requests * (POLLS // len(phones))]
    return {"per_second": round(len(work) / in_parallel(work, workers), 1)}


class Ceiling:
    """How many requests that do nothing this machine answers in a second, taken again and again through a run.

    Machines that others share are faster in one minute than in the next.
    """

    def __init__(self, port: int, workers: int) -> None:
        self.workers = workers
        self.connections = [Connection(port) for _ in range(100)]
        self.taken: list[float] = []

    def take(self) -> None:
        """Measures once more."""
        request = sync_bytes(self.connections[0].host, Profile(1, "none=none"), {"protocol": 1})
        work = [lambda c=c: c.send(request) for _ in range(POLLS // len(self.connections)) for c in self.connections]
        self.taken.append(len(work) / in_parallel(work, self.workers))

    def told(self) -> dict[str, Any]:
        """The middle one, and all in their order."""
        return {"per_second": round(statistics.median(self.taken), 1), "each": [round(one) for one in self.taken]}


def reading_on(reader: Phone) -> Iterator[dict[str, Any]]:
    """Every document that a phone has not read yet, page after page."""
    more = True
    while more:
        answer = reader.take(reader.connection.send(reader.sync([])))
        for documents in answer["changes"].values():
            yield from documents
        more = answer["more"]


def far_behind(reader: Phone) -> dict[str, Any]:
    """What it costs a phone of the whole district to read on over everything that was written meanwhile."""
    began = time.perf_counter()
    got = sum(1 for _ in reading_on(reader))
    seconds = time.perf_counter() - began
    return {"documents": got, "seconds": round(seconds, 2), "seconds_per_10000": round(10_000 * seconds / got, 2)}


@contextmanager
def landing(directory: Path, database_url: str, phones: int, communes: int) -> Iterator[tuple[Landing, list[Phone]]]:
    """An installation with the measuring campaign, running; its phones, the crowd's and the office's last, ready."""
    made = Landing(directory, database_url=database_url)
    del made.environment["BEN_REHEARSE"]
    made.flask("db", "upgrade")
    campaign = str(pack.write(directory / "bench", phones, communes))
    made.flask("campaign", "load", campaign)
    try:
        made.start()
        ready = [Phone(made.port, token) for token in LINK.findall(made.flask("people", "demo", campaign))]
        for phone in ready:
            phone.catch_up()
        yield made, ready
    finally:
        made.stop()


def measure(database_url: str, options: argparse.Namespace) -> dict[str, Any]:
    """All server numbers on one database."""
    with (
        tempfile.TemporaryDirectory(prefix="ben-bench-") as name,
        landing(Path(name), database_url, options.phones, options.phones) as (_running, ready),
        bare.running() as port,
    ):
        phones, crowd, office = ready[: options.phones], ready[options.phones : -1], ready[-1]
        ceiling = Ceiling(port, options.at_once)
        measures: dict[str, Callable[[], Any]] = {
            "one_feed": lambda: one_feed(crowd),  # first: the others find processes that have had something to do
            "new_records": lambda: batches(phones, Phone.create, options.at_once),
            "far_behind": lambda: far_behind(office),
            "edits_of_one_field": lambda: batches(phones, Phone.edit, options.at_once),
            "100_behind": lambda: behind(crowd[0], crowd[1]),
            "idle_poll": lambda: idle(phones[0]),
            "idle_polls": lambda: polls(phones, options.at_once),
            "wire": lambda: wire(phones[0]),
        }
        found = {}
        for what, take in measures.items():
            ceiling.take()
            found[what] = take()
        return found | {"bare_flask": ceiling.told()}


def measure_returning(database_url: str) -> dict[str, Any]:
    """A district whose thousand phones come back together."""
    with (
        tempfile.TemporaryDirectory(prefix="ben-bench-") as name,
        landing(Path(name), database_url, RETURNING, COMMUNES) as (_running, ready),
    ):
        return returning(ready[:RETURNING], ready[-1])


def main() -> None:
    """Measures, prints and keeps the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phones", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=8)
    parts = ["sqlite", "postgresql", "app", "arriving", "first-load", "forms", "messages", "lighthouse"]
    parser.add_argument("--only", choices=parts)
    options = parser.parse_args()
    results: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()},
        "phones": options.phones,
        "at_once": options.at_once,
    }
    if options.only in (None, "sqlite"):
        results["sqlite"] = measure("", options) | {"returning": measure_returning("")}
    if options.only in (None, "postgresql"):
        with tempfile.TemporaryDirectory() as name:
            server = PostgresServer(Path(name), durable=True)
            with server.empty() as url:
                results["postgresql"] = measure(url, options)
            with server.empty() as url:
                results["postgresql"]["returning"] = measure_returning(url)
            with server.empty() as url:
                results["postgresql"]["by_size"] = by_size.measure(url)
            server.stop()
    if options.only in (None, "first-load"):
        results["first_load"] = first_load.measure()
    if options.only in (None, "app"):
        results["app"] = app.measure()
    if options.only in (None, "arriving"):
        results["arriving"] = arriving.measure()
    if options.only in (None, "forms"):
        results["forms"] = forms.measure()
    if options.only in (None, "messages"):
        results["messages"] = messages.measure()
    if options.only in (None, "lighthouse"):
        results["lighthouse"] = audits.measure()
    best = results.get("postgresql", results.get("sqlite"))
    if best:
        here = {
            "records/s": best["new_records"]["items_per_second"],
            "edits/s": best["edits_of_one_field"]["items_per_second"],
            "100 behind": best["100_behind"]["p50_ms"],
            "10,000 behind": best["far_behind"]["seconds_per_10000"],
            "idle polls/s": best["idle_polls"]["per_second"],
        }
        results["beside_others"] = {
            name: round(next(value for what, value in here.items() if what in name) / line, 2)
            for name, line in OTHERS.items()
        }
    text = json.dumps(results, indent=2, ensure_ascii=False)
    print(text)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{datetime.now(UTC):%Y-%m-%d}{'-' + options.only if options.only else ''}.json"
    path.write_text(text + "\n", "utf-8")
    print(f"\nkept in {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
