"""Two transactions at once over a database: a push that waits in the middle of its own while other requests go on.

It runs in a thread of its own and goes on when it is told to, or as soon as another request wants what it has locked:
PostgreSQL says who waits for whom; on SQLite every other writer would queue. So a story is the same each time, however
fast the machine is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from server import db as database
from server.db import db

LOOKS = 0.005  # seconds from one look at who waits to the next
PATIENCE = 60  # seconds after which something must be wrong
OWN = "FROM mutations"  # the transaction that asks this is the push; a request has others too
TAKES_POSITIONS = "INTO feeds ("
WAITS = sa.text("SELECT count(*) FROM pg_stat_activity WHERE :open = ANY(pg_blocking_pids(pid))")


class Died(BaseException):
    """The process has gone: nothing answers any more."""


class OpenPush:
    """A push in its thread. `early`: it waits before it takes positions, and not with all done before its COMMIT."""

    def __init__(self, ask: Callable[[], object], *, early: bool) -> None:
        self.ask = ask
        self.early = early
        self.begun = False
        self.backend = 0
        self.stands = threading.Event()  # it waits, or has ended
        self.goes_on = threading.Event()
        self.dies = False
        self.failed: BaseException | None = None
        self.thread = threading.Thread(target=self._run, daemon=True)

    @property
    def waits(self) -> bool:
        """Whether it is in the middle of its transaction."""
        return self.backend != 0 and not self.goes_on.is_set()

    def start(self) -> None:
        """Runs until it waits or has ended."""
        self.thread.start()
        assert self.stands.wait(PATIENCE), "it neither waits nor ends"

    def end(self) -> None:
        """Lets it go on to its end. Raises what went wrong with it."""
        self.goes_on.set()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive(), "it does not end"
        if self.failed is not None and not self.dies:
            raise self.failed

    def runs(self, statement: str) -> None:
        """Its thread is about to run a statement."""
        self.begun |= OWN in statement
        if self.early and TAKES_POSITIONS in statement:
            self._wait()

    def commits(self) -> None:
        """Its thread is about to commit one of its transactions."""
        if self.begun:
            self._wait()

    def _wait(self) -> None:
        if self.goes_on.is_set():
            return
        driver: Any = db.session.connection().connection.driver_connection
        self.backend = driver.info.backend_pid if db.engine.dialect.name == "postgresql" else -1
        self.stands.set()
        assert self.goes_on.wait(PATIENCE), "nobody lets it go on"
        if self.dies:
            raise Died

    def _run(self) -> None:
        try:
            self.ask()
        except BaseException as error:  # noqa: BLE001  # it is raised where the push is ended
            self.failed = error
        finally:
            self.goes_on.set()
            self.stands.set()


class Overlap:
    """The one push of an application's database that may be open, and what the others do meanwhile."""

    def __init__(self, engine: sa.Engine, ended: Callable[[], None]) -> None:
        self.engine = engine
        self.ended = ended
        self.open: OpenPush | None = None
        self._queue = database._writers_queue
        database._writers_queue = self._queued
        database.before_commit.append(self._commits)
        event.listen(engine, "before_cursor_execute", self._runs)

    def close(self) -> None:
        """Nothing is watched any more."""
        self.abandon()
        database._writers_queue = self._queue
        database.before_commit.remove(self._commits)
        event.remove(self.engine, "before_cursor_execute", self._runs)

    def begin(self, push: OpenPush) -> bool:
        """Starts a push; whether it is open now."""
        self.finish()
        self.open = push
        push.start()
        if not push.waits:
            self.finish()
        return self.open is not None

    def finish(self) -> None:
        """The open push commits."""
        done, self.open = self.open, None
        if done is not None:
            self.ended()
            done.end()

    def abandon(self) -> None:
        """The open push dies."""
        if self.open is not None:
            self.open.dies = True
            self.finish()

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Another request runs; where it waits for the open push, that commits first."""
        push = self.open
        if push is None or self.engine.dialect.name == "sqlite":
            yield
            return
        done = threading.Event()
        watch = threading.Thread(target=self._watch, args=(push, done), daemon=True)
        watch.start()
        try:
            yield
        finally:
            done.set()
            watch.join()
            if not push.waits:
                self.finish()

    def _watch(self, push: OpenPush, done: threading.Event) -> None:
        if done.wait(LOOKS):
            return
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while not done.is_set():
                if connection.scalar(WAITS, {"open": push.backend}):
                    push.goes_on.set()
                    return
                done.wait(LOOKS)

    def _mine(self) -> OpenPush | None:
        """The open push, in its own thread."""
        push = self.open
        return push if push is not None and push.thread is threading.current_thread() else None

    def _runs(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if push := self._mine():
            push.runs(statement)

    def _commits(self) -> None:
        if push := self._mine():
            push.commits()

    def _queued(self) -> AbstractContextManager[None]:
        """SQLite has one writer at a time."""
        if self.engine.dialect.name == "sqlite" and self._mine() is None:
            self.finish()
        return self._queue()
