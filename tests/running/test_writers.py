"""Many who write at once, a database that goes away, a clock that jumps: every value is kept, every answer is true."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.running.conftest import Site, installation
from tests.tools.databases import PostgresServer
from tests.tools.field_phone import FieldPhone

WRITERS = 8
LATE = 1000  # the last number of every batch: items are taken in the order of their numbers


def at_once(work: Sequence[Callable[[], object]]) -> None:
    """Runs all of it at the same moment; raises the first error."""
    gate, errors = threading.Barrier(len(work)), []

    def go(one: Callable[[], object]) -> None:
        gate.wait()
        try:
            one()
        except Exception as error:  # noqa: BLE001  # looked at by the test
            errors.append(error)

    threads = [threading.Thread(target=go, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@pytest.fixture
def phones(site: Site) -> list[FieldPhone]:
    """Eight volunteers of one commune, on a server of four processes."""
    site.landing.environment["GUNICORN_CMD_ARGS"] = "--workers 4"
    site.landing.start_server()
    return [FieldPhone(site.port, token) for token in site.tokens(WRITERS)]


def sides(site: Site) -> set[int]:
    """Every number of signatures that stands on a side of a conflict."""
    found = site.evidence.rows("SELECT head, theirs FROM conflicts")
    return {int(str(value).strip("[]")) for row in found for value in row}


def test_what_eight_people_type_into_one_record_at_once_is_all_kept(site: Site, phones: list[FieldPhone]) -> None:
    record = phones[0].create()["record"]
    phones[0].land()
    rounds = 4
    counts = [[1 + WRITERS * turn + number for number in range(WRITERS)] for turn in range(rounds)]
    for turn in range(rounds):
        for phone, count in zip(phones, counts[turn], strict=True):
            phone.edit(record, 1, signed_count=count, hamlet=phone.text())
        at_once([phone.land for phone in phones])

    edits = [n for phone in phones for n, mutation in phone.kept.items() if mutation["base"] == 1]
    assert len(edits) == WRITERS * rounds
    assert site.evidence.gaps() == {}
    assert set().union(*(phone.typed for phone in phones)) <= site.evidence.texts()
    numbers = sides(site) | {_signed(row[0]) for row in site.evidence.rows("SELECT document FROM revisions")}
    assert {count for turn in counts for count in turn} <= numbers
    assert {status for phone in phones for status in phone.statuses()} <= {"applied", "merged", "conflict"}
    assert site.evidence.count("quarantine") == 0


def _signed(document: Any) -> int:
    return int(_parsed(document)["signed_count"])


def test_a_creation_and_its_edit_that_are_worked_on_at_once_both_land_or_the_edit_waits_for_its_author(
    site: Site, phones: list[FieldPhone]
) -> None:
    """One phone's two requests at the same moment: an edit that is ahead of its creation is held and let in later."""
    author, answers, last = phones[0], {}, {}

    def send(mutation: dict[str, Any]) -> None:
        answers[mutation["n"]] = author.sync([mutation])["results"]

    for turn in range(50):
        created = author.create()
        edit = author.edit(created["record"], 0, hamlet=author.text()) | {"after": [created["n"]]}
        last[created["record"]] = dict(edit["set"])[author.positions["hamlet"]]
        pair = [partial(send, created), partial(send, edit)]
        at_once(pair if turn % 2 else pair[::-1])
        assert [result["status"] for result in answers[created["n"]]] == ["applied"]
        (became,) = answers[edit["n"]]
        assert became["status"] == "applied" or became["reason"] == "record-unknown"

    waiting = {item["record"]: item for item in author.documents("quarantine")}
    assert len(waiting) == sum(result["status"] == "quarantined" for (result,) in answers.values())
    for item in waiting.values():
        assert author.post(f"/api/quarantine/{item['id']}/release", {})["result"]["status"] == "applied"
    shown = {key: record["values"][author.positions["hamlet"]] for key, record in author.records().items()}
    assert shown == last
    assert site.evidence.revisions() == {record: [1, 2] for record in last}
    assert author.typed <= site.evidence.texts()
    assert (site.evidence.count("conflicts"), site.evidence.count("quarantine")) == (0, len(waiting))
    assert "Traceback" not in site.landing.log("server")


def test_each_record_that_was_acknowledged_is_there_and_what_is_held_holds_nothing_up(
    site: Site, phones: list[FieldPhone]
) -> None:
    """Eight phones of one commune push batches at once; late in each batch one answer breaks the form's rules."""
    bad: list[tuple[FieldPhone, int]] = []
    for _ in range(3):
        for phone in phones:
            batch = [phone.create(signed_count=99 if number == 27 else 30) for number in range(30)]
            bad.append((phone, batch[27]["n"]))
        at_once([phone.land for phone in phones])
    held = {(phone.device, n) for phone, n in bad}
    answers = {(phone.device, n): result for phone in phones for n, result in phone.answered.items()}
    assert {key for key, result in answers.items() if result["status"] != "applied"} == held
    assert {answers[key]["reason"] for key in held} == {"not-valid"}
    acknowledged = {f"{device}-{n}" for (device, n), result in answers.items() if result["status"] == "applied"}
    assert acknowledged == set(site.evidence.revisions())
    assert acknowledged == set(phones[0].records())
    assert set(site.evidence.rows("SELECT device_id, n FROM quarantine")) == held
    assert set().union(*(phone.typed for phone in phones)) <= site.evidence.texts()


def test_nothing_acknowledged_is_lost_to_an_item_that_collides_late_in_a_batch_of_many(
    site: Site, phones: list[FieldPhone]
) -> None:
    """Eight phones at once, three batches each of 30: item 28 edits what all share, item 30's number was used before.

    Kinto, given eight batches at once in which a late item collides (409), acknowledged 392 records and kept 267.
    """
    shared = phones[0].create()["record"]
    first = [phone.create() for phone in phones]
    for mutation, phone in zip(first, phones, strict=True):
        mutation |= {"n": LATE, "record": f"{phone.device}-{LATE}"}
    at_once([phone.land for phone in phones])
    assert {status for phone in phones for status in phone.statuses()} == {"applied"}
    for _ in range(3):
        at_once([partial(_send_what_collides, site, shared, *pair) for pair in zip(phones, first, strict=True)])

    assert site.evidence.gaps() == {}
    revisions = site.evidence.revisions()
    made = {mutation["record"] for phone in phones for mutation in phone.kept.values()} - {shared}
    assert len(made) == WRITERS * (1 + 3 * 28)
    assert {key: revs for key, revs in revisions.items() if key != shared} == {key: [1] for key in made}
    assert sorted(_stored(site, phones[0])) == sorted(text for phone in phones for text in phone.typed)
    assert set(phones[0].records()) == made | {shared}


def _send_what_collides(site: Site, shared: str, phone: FieldPhone, first: dict[str, Any]) -> None:
    """Lands one batch and looks at once whether what its answer acknowledges is there."""
    new = [phone.create() for _ in range(27)]
    edit = phone.edit(shared, 1)
    new.append(phone.create())
    again = phone.create()
    again |= {"n": first["n"], "record": first["record"]}
    phone.land()
    stored = site.evidence.revisions()
    assert [stored.get(mutation["record"]) for mutation in (first, *new)] == [[1]] * (1 + len(new))
    assert {phone.answered[mutation["n"]]["status"] for mutation in new} == {"applied"}
    assert phone.answered[edit["n"]]["status"] in ("applied", "conflict")
    held = phone.answered[again["n"]]
    assert (held["status"], held["reason"]) == ("quarantined", "cloned")
    assert phone.typed <= site.evidence.texts()


def _stored(site: Site, phone: FieldPhone) -> list[str]:
    """Each hamlet as often as it is stored: in a revision, as the later side of a conflict, or held."""
    position = phone.positions["hamlet"]
    revisions = [row[0] for row in site.evidence.rows("SELECT document FROM revisions")]
    later = [row[0] for row in site.evidence.rows("SELECT theirs FROM conflicts")]
    held = [row[0] for row in site.evidence.rows("SELECT payload FROM quarantine")]
    return [
        *(_parsed(document)["hamlet"] for document in revisions),
        *(_parsed(value)[0] for value in later),
        *(dict(_parsed(payload)["set"])[position] for payload in held),
    ]


def _parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def test_sixteen_pushes_at_once_queue_and_none_is_told_to_come_back(site: Site, phones: list[FieldPhone]) -> None:
    phones += [FieldPhone(site.port, token) for token in site.tokens(8, place="xa-dai-an")]
    for _ in range(3):
        for phone in phones:
            for _ in range(10):
                phone.create()
        at_once([phone.land for phone in phones])
    assert [phone.lost for phone in phones] == [[]] * 16
    assert {status for phone in phones for status in phone.statuses()} == {"applied"}
    assert len(site.evidence.revisions()) == 16 * 30
    assert "Traceback" not in site.landing.log("server")
    positions = dict(site.evidence.rows("SELECT key, position FROM feeds WHERE key LIKE 'p%'"))
    rows = dict(site.evidence.rows("SELECT feed, count(DISTINCT position) FROM feed_rows GROUP BY feed"))
    assert {key: rows[key] for key in positions} == positions


def test_phones_whose_clocks_are_wrong_by_years_decide_nothing_with_them(site: Site, phones: list[FieldPhone]) -> None:
    """The order of arrival decides; the times that the phones claimed are kept as they were."""
    author, past, future = phones[:3]
    record = author.create()["record"]
    author.land()
    past.at, future.at = past.at.replace(year=1999), future.at.replace(year=2099)
    future.edit(record, 1, hamlet="từ tương lai")
    future.land()
    past.edit(record, 1, hamlet="từ quá khứ")
    past.land()
    shown = author.records()[record]
    assert shown["values"][author.positions["hamlet"]] == "từ quá khứ"
    history = author.get(f"/api/records/{record}")["history"]
    claimed = [entry["at"][:4] for entry in history if entry["type"] == "revision"]
    assert claimed == ["2023", "2099", "1999"]
    assert {entry["received"][:4] for entry in history if entry["type"] == "revision"} == {"2023"}


class ReadingPhone(FieldPhone):
    """A phone that reads on from where it is, and never from the beginning; `read` is what it has."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(port, token)
        self.read: dict[str, tuple[int, str]] = {}
        self.more = True

    def work(self, own: str) -> None:
        """New records and an edit of an own one; sent, and then read on to the end."""
        for _ in range(5):
            self.create()
        self.edit(own, self.read[own][0] if own in self.read else 1)
        self.land()
        self.read_on()

    def read_on(self) -> None:
        """What has changed since the last answer."""
        self.more = True
        while self.more:
            assert self.once()

    def _take(self, sent: list[dict[str, Any]], answer: dict[str, Any]) -> None:
        super()._take(sent, answer)
        assert not answer["reoffer"]
        self.more = answer["more"]
        changed = [document for documents in answer["changes"].values() for document in documents]
        self.read |= {one["id"]: (one["rev"], one["hash"]) for one in changed if one["k"] == "record"}


def test_a_servers_clock_that_jumps_days_forward_and_back_loses_doubles_and_hides_nothing(site: Site) -> None:
    days = ["2023-05-16", "2023-05-20", "2023-05-17", "2023-06-05", "2023-05-16"]
    phones: list[ReadingPhone] = []
    for day in days:
        site.landing.environment["BEN_REHEARSE"] = day
        site.landing.start_server()
        phones = phones or [ReadingPhone(site.port, token) for token in site.tokens(4)]
        assert {phone.sync([])["now"][:10] for phone in phones} == {day}
        own = [next(iter(phone.kept.values()), None) or phone.create() for phone in phones]
        at_once([partial(phone.work, one["record"]) for phone, one in zip(phones, own, strict=True)])
        site.landing.stop_server()
    site.landing.start_server()
    for phone in phones:
        phone.read_on()

    sent = [mutation for phone in phones for mutation in phone.kept.values()]
    assert {status for phone in phones for status in phone.statuses()} == {"applied"}
    assert site.evidence.count("mutations") == site.evidence.count("revisions") == len(sent) == 4 * (1 + 5 * 6)
    assert set(site.evidence.revisions()) == {mutation["record"] for mutation in sent}
    assert site.evidence.gaps() == {}
    assert sorted(_stored(site, phones[0])) == sorted(text for phone in phones for text in phone.typed)
    received = [str(row[0])[:10] for row in site.evidence.rows("SELECT received_at FROM revisions")]
    assert set(received) == set(days)
    for phone in phones:
        whole = {name: (record["rev"], record["hash"]) for name, record in phone.records().items()}
        assert phone.read == whole
        assert len(whole) == 4 * (1 + 5 * 5)


@pytest.mark.parametrize("way", ["fast", "immediate"])
def test_a_database_that_is_restarted_while_phones_send_costs_them_a_second_try_only(tmp_path: Path, way: str) -> None:
    server = PostgresServer(tmp_path / "postgres", durable=True, own=True)
    with contextlib.ExitStack() as stack:
        stack.callback(server.stop)
        site = stack.enter_context(installation(tmp_path, stack.enter_context(server.fresh()), server.programs))
        site.landing.start_server()
        phones = [FieldPhone(site.port, token) for token in site.tokens(3)]
        rounds, begun = 12, threading.Event()

        def send(phone: FieldPhone) -> None:
            for turn in range(rounds):
                for _ in range(10):
                    phone.create()
                phone.land()
                if turn == 2:
                    begun.set()

        def restart() -> None:
            begun.wait()
            server.restart(way)

        at_once([restart, *(partial(send, phone) for phone in phones)])
        acknowledged = {mutation["record"] for phone in phones for mutation in phone.kept.values()}
        assert len(acknowledged) == 3 * rounds * 10
        assert set(site.evidence.revisions()) == acknowledged
        assert site.evidence.count("revisions") == len(acknowledged)
        assert {status for phone in phones for status in phone.statuses()} == {"applied"}
        assert any(phone.lost for phone in phones)
