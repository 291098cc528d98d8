"""Acknowledged is stored: eight writers of one place at once, who look in the database at the moment of each answer."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from tests.running.conftest import Site
from tests.running.test_writers import WRITERS, at_once
from tests.tools.evidence import OWN_NAME
from tests.tools.field_phone import FieldPhone

BATCH = 25
ROUNDS = 8


@pytest.fixture
def phones(site: Site) -> list[FieldPhone]:
    """Eight volunteers of one commune and one who only reads, on a server of four processes."""
    site.landing.environment["GUNICORN_CMD_ARGS"] = "--workers 4"
    site.landing.start_server()
    return [FieldPhone(site.port, token) for token in site.tokens(WRITERS + 1)]


def acknowledged(phone: FieldPhone) -> set[str]:
    return {phone.kept[n]["record"] for n, result in phone.answered.items() if result["status"] != "quarantined"}


def stored(site: Site, phone: FieldPhone) -> set[str]:
    return {row[0] for row in site.evidence.rows("SELECT id FROM records WHERE id LIKE :own", own=f"{phone.device}-%")}


def write(site: Site, phone: FieldPhone) -> None:
    """Sends batch after batch; AssertionError when something was acknowledged that is not in the database."""
    for _ in range(ROUNDS):
        for _ in range(BATCH):
            phone.create()
        while phone.outbox:
            phone.once()
            missing = acknowledged(phone) - stored(site, phone)
            assert not missing, f"acknowledged and not stored: {missing}"


def follow(reader: FieldPhone, done: threading.Event, found: list[str]) -> None:
    """Reads on from its cursor until all is written and nothing more comes; notes every record in the order it came."""
    reader.once()
    while True:
        over = done.is_set()
        answer = reader.sync([], reader.cursors)
        reader.cursors = answer["cursors"]
        changed = [item for documents in answer["changes"].values() for item in documents if item["k"] == "record"]
        found += [item["id"] for item in changed]
        if over and not changed:
            return


def all_is_there(site: Site, phones: list[FieldPhone]) -> set[str]:
    """The records that eight phones were told are stored. AssertionError unless each is, once, and nothing else."""
    sent = [mutation for phone in phones for mutation in phone.kept.values()]
    told = set().union(*(acknowledged(phone) for phone in phones))
    assert len(sent) == len(told) == len(phones) * ROUNDS * BATCH
    assert told == set(site.evidence.revisions())
    assert site.evidence.count("revisions") == site.evidence.count("mutations") == len(told)
    assert set().union(*(phone.typed for phone in phones)) <= site.evidence.texts()
    return told


def test_what_eight_writers_of_one_place_are_told_is_stored_and_who_follows_reads_each_once(
    site: Site, phones: list[FieldPhone]
) -> None:
    *writers, reader = phones
    done, found = threading.Event(), list[str]()
    following = threading.Thread(target=follow, args=(reader, done, found))
    following.start()
    try:
        at_once([partial(write, site, phone) for phone in writers])
    finally:
        done.set()
        following.join()
    told = all_is_there(site, writers)
    assert {status for phone in writers for status in phone.statuses()} == {"applied"}
    assert len(found) == len(told)
    assert set(found) == told


@pytest.mark.parametrize("site", ["postgresql"], indirect=True)
def test_a_batch_whose_connection_the_database_ends_is_acknowledged_only_once_it_is_stored(
    site: Site, phones: list[FieldPhone]
) -> None:
    """Somebody ends the server's open transactions, one after the other, sixty of them, while eight write."""
    writers, done, ended = phones[:WRITERS], threading.Event(), list[int]()
    end_one = (
        "SELECT pid FROM (SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        f" AND application_name != '{OWN_NAME}' AND xact_start IS NOT NULL ORDER BY random() LIMIT 1) AS one"
        " WHERE pg_terminate_backend(pid)"
    )

    def end_them() -> None:
        while len(ended) < 60 and not done.wait(0.05):
            ended.extend(row[0] for row in site.evidence.rows(end_one))

    breaking = threading.Thread(target=end_them)
    breaking.start()
    try:
        at_once([partial(write, site, phone) for phone in writers])
    finally:
        done.set()
        breaking.join()
    all_is_there(site, writers)
    assert any(phone.lost for phone in writers), f"{len(ended)} connections were ended, and nobody noticed"
