"""kill -9 between commit and answer, over and over: nothing is lost, nothing is doubled."""

from __future__ import annotations

import threading

import psutil
import pytest
import sqlalchemy as sa

from tests.running.conftest import Site
from tests.tools.field_phone import FieldPhone

PHONES = 2
GLANCE = 0.0005  # the answer takes some milliseconds longer than the commit


class Killer(threading.Thread):
    """Kills every worker process of the server at the moment at which a commit can be seen in the database."""

    def __init__(self, site: Site) -> None:
        super().__init__(name="killer")
        assert site.landing.server is not None
        self.site = site
        self.master = psutil.Process(site.landing.server.pid)
        self.engine = site.evidence.engine
        self.kills = 0
        self.done = threading.Event()

    def run(self) -> None:
        with self.engine.connect() as connection:
            seen = self._commits(connection)
            while not self.done.is_set():
                now = self._commits(connection)
                if now > seen:
                    self._kill()
                    self._wait_for_workers()
                    now = self._commits(connection)
                seen = now
                self.done.wait(GLANCE)

    @staticmethod
    def _commits(connection: sa.Connection) -> int:
        count = int(connection.execute(sa.text("SELECT count(*) FROM mutations")).scalar_one())
        connection.rollback()
        return count

    def _kill(self) -> None:
        self.site.landing.kill_processes()
        self.kills += 1

    def _wait_for_workers(self) -> None:
        while not self.done.wait(0.002) and not self.master.children():
            pass


def work(phone: FieldPhone, done: threading.Event, deaths: list[int]) -> None:
    """Sends records and edits until it is told that it is enough; notes each answer that died after its commit."""
    record, rev = phone.create()["record"], 1
    phone.land()
    while not done.is_set():
        batch = [phone.create(), phone.create(), phone.edit(record, rev)]
        phone.land()
        answers = [phone.answered[mutation["n"]] for mutation in batch]
        rev = answers[-1]["rev"]
        if any(answer["status"] == "duplicate" for answer in answers):
            deaths.append(rev)


@pytest.mark.parametrize(("site", "times"), [("sqlite", 200), ("postgresql", 100)], indirect=["site"])
def test_a_server_killed_between_commit_and_answer_loses_and_doubles_nothing(site: Site, times: int) -> None:
    site.landing.start_server()
    phones = [FieldPhone(site.port, token) for token in site.tokens(PHONES)]
    deaths: list[int] = []
    done = threading.Event()
    killer = Killer(site)
    threads = [threading.Thread(target=work, args=(phone, done, deaths)) for phone in phones]
    for thread in (killer, *threads):
        thread.start()
    while len(deaths) < times and all(thread.is_alive() for thread in (killer, *threads)):
        done.wait(0.05)
    for event in (done, killer.done):
        event.set()
    for thread in (*threads, killer):
        thread.join()

    assert len(deaths) >= times
    sent = [mutation for phone in phones for mutation in phone.kept.values()]
    assert all(not phone.outbox for phone in phones)
    assert site.evidence.count("mutations") == len(sent)
    assert set(site.evidence.revisions()) == {mutation["record"] for mutation in sent}
    assert site.evidence.count("revisions") == len(sent)
    assert site.evidence.gaps() == {}
    assert set().union(*(phone.typed for phone in phones)) <= site.evidence.texts()
    assert (site.evidence.count("conflicts"), site.evidence.count("quarantine")) == (0, 0)
