"""The promises of `sync.store`, passed whole by every store: in memory, on SQLite, on PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from itertools import count
from threading import Thread

import pytest
import sqlalchemy as sa
from flask import Flask

from server.db import db, transaction
from server.people import service as people
from server.records.store import SqlStore
from server.records.tables import MutationRow, QuarantineRow, RecordRow, RevisionRow
from sync import engine
from sync.memory import MemoryStore
from sync.mutation import Mutation, Refused
from sync.store import Author, Loaded, Needs, Plan, Store, needs
from tests.engine.builders import AN, BINH, CHI, ELSEWHERE, FORM, NOW, PLACE, Forms, create, edit, move, resolve, review

POSTGRES = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
Run = Callable[[Callable[[Store], object]], object]


class Contract:
    """What every store does; a subclass says how one is opened for one transaction."""

    @pytest.fixture
    def push(self, run: Run) -> Callable[..., Plan]:
        def push(author: Author, *mutations: Mutation) -> Plan:
            def work(store: Store) -> Plan:
                plan = engine.plan(store.load(author, needs(mutations)), author, mutations, forms=Forms(), received=NOW)
                store.save(plan)
                return plan

            plan = run(work)
            assert isinstance(plan, Plan)
            return plan

        return push

    @pytest.fixture
    def load(self, run: Run) -> Callable[..., Loaded]:
        def load(author: Author, numbers: set[int] = frozenset(), bases: dict[str, int] | None = None) -> Loaded:
            loaded = run(lambda store: store.load(author, Needs(frozenset(numbers), bases or {})))
            assert isinstance(loaded, Loaded)
            return loaded

        return load

    def test_what_was_saved_is_loaded_back_equal(self, push, load) -> None:
        values = {"a": 1, "b": "Quốc lộ 53", "c": ["x", "y"], "note": "ខ្មែរ 🚲"}
        plan = push(AN, create(1, "17-1", values))
        loaded = load(AN, {1}, {"17-1": 1})
        assert loaded.records == plan.records
        assert list(loaded.revisions.values()) == plan.revisions
        assert list(loaded.answered.values()) == plan.answered

    def test_a_record_that_was_moved_is_loaded_back_where_it_is_with_where_it_was(self, push, load) -> None:
        push(AN, create(1, "17-1", {"a": 1}))
        plan = push(CHI, move(1, "17-1", 1, PLACE, ELSEWHERE))
        assert load(CHI, {1}, {"17-1": 1}).records == plan.records
        assert (plan.records["17-1"].place, plan.records["17-1"].was) == (ELSEWHERE, {PLACE})

    def test_revisions_are_loaded_from_the_base_on(self, push, load) -> None:
        push(AN, create(1, "17-1", {"a": 1}))
        push(AN, edit(2, "17-1", 1, {"a": 2}), edit(3, "17-1", 2, {"a": 3}))
        assert sorted(rev for _, rev in load(AN, bases={"17-1": 2}).revisions) == [2, 3]
        assert sorted(rev for _, rev in load(AN, bases={"17-1": 99}).revisions) == [3]
        assert not load(AN, bases={"17-1": 0}).revisions

    def test_conflicts_with_all_they_know_are_loaded_until_they_are_closed(self, push, load) -> None:
        push(AN, create(1, "17-1", {"a": 1}), edit(2, "17-1", 1, {"a": 2}))
        plan = push(BINH, edit(1, "17-1", 1, {"a": None}))
        assert load(AN, bases={"17-1": 0}).records["17-1"].conflicts == tuple(plan.opened)
        push(CHI, resolve(1, "17-1", 2, {1}, {"a": 7}))
        record = load(AN, bases={"17-1": 0}).records["17-1"]
        assert (record.conflicts, record.conflict_count, record.document) == ((), 1, {"a": 7})

    def test_what_a_policy_decided_is_kept_and_is_not_open(self, push, load) -> None:
        push(AN, create(1, "17-1", {"sum": 1}), edit(2, "17-1", 1, {"sum": 2}))
        plan = push(BINH, edit(1, "17-1", 1, {"sum": 3}))
        assert [(c.number, c.closing.rule) for c in plan.closed if c.closing] == [(1, "sum")]
        record = load(AN, bases={"17-1": 0}).records["17-1"]
        assert (record.conflicts, record.conflict_count, record.document) == ((), 1, {"sum": 4})

    def test_items_of_repeats_are_loaded_back_equal(self, push, load) -> None:
        plan = push(AN, create(1, "17-1", {"v/17-5": 1.5, "v/17-5/kind": "car"}))
        assert load(AN, {1}, {"17-1": 1}).records == plan.records

    def test_decisions_and_approval_are_loaded_back_and_the_last_decision_counts(self, push, load) -> None:
        (seen,) = push(AN, create(1, "17-1", {"a": 1})).results
        push(CHI, review(1, "17-1", seen, "return", "Thiếu giờ"))
        plan = push(CHI, review(2, "17-1", seen, "approve"))
        record = load(CHI, bases={"17-1": 0}).records["17-1"]
        assert record == plan.records["17-1"]
        assert record.decision is not None
        assert (record.decision.decision, record.approved) == ("approve", 1)

    def test_held_items_are_known_by_number_and_content(self, push, load) -> None:
        push(AN, Refused(n=4, record=None, at=NOW, hash="h4", payload={"n": 4, "x": [1, None]}, reason="malformed"))
        assert load(AN, {4, 5}).held == {(4, "h4")}
        assert not load(BINH, {4}).held

    def test_answers_belong_to_their_device(self, push, load) -> None:
        push(AN, create(1, "17-1", {"a": 1}))
        assert not load(BINH, {1}).answered

    def test_numbers_of_mutations_on_which_others_build_are_loaded_too(self, push) -> None:
        push(AN, create(1, "17-1", {"a": 1}))
        push(AN, edit(2, "17-1", 1, {"a": 2}))
        (result,) = push(AN, edit(3, "17-1", 1, {"a": 3}, after=(2,))).results
        assert result.status == "applied"

    def test_a_second_answer_under_one_number_replaces_a_held_ones_when_it_is_released(self, run, push, load) -> None:
        sent = create(1, "17-1", {"a": 1}, form=FORM + 1)
        push(AN, sent)

        def release(store: Store) -> None:
            known = create(1, "17-1", {"a": 1})
            plan = engine.release(store.load(AN, needs([sent])), AN, _as(known, sent), forms=Forms(), received=NOW)
            store.save(plan)

        run(release)
        assert load(AN, {1}).answered[1].result.status == "applied"


def _as(known: Mutation, sent: Mutation) -> Mutation:
    """The same item once its form is known."""
    object.__setattr__(known, "hash", sent.hash)
    return known


class TestMemory(Contract):
    """The store in memory."""

    @pytest.fixture
    def run(self) -> Run:
        store = MemoryStore()
        return lambda work: work(store)


class TestSql(Contract):
    """The SQL store, on SQLite and on PostgreSQL."""

    @pytest.fixture
    def run(self, app: Flask) -> Run:
        _people_and_places()

        @transaction
        def run(work: Callable[[Store], object]) -> object:
            return work(SqlStore(NOW, people.device_lock))

        return run

    def test_the_number_of_statements_does_not_depend_on_the_number_of_mutations(self, run: Run) -> None:
        def statements(first: int, count: int) -> int:
            seen = []
            listen = lambda *_: seen.append(1)  # noqa: E731
            sa.event.listen(db.engine, "before_cursor_execute", listen)
            mutations = [create(n, f"17-{n}", {"a": n}) for n in range(first, first + count)]
            mutations += [edit(n + 1000, f"17-{n}", 1, {"a": -n}) for n in range(first, first + count)]

            def work(store: Store) -> None:
                store.save(engine.plan(store.load(AN, needs(mutations)), AN, mutations, forms=Forms(), received=NOW))

            run(work)
            sa.event.remove(db.engine, "before_cursor_execute", listen)
            return len(seen)

        assert statements(1, 1) == statements(100, 60)

    def test_a_save_that_fails_at_any_of_its_statements_leaves_nothing(self, run: Run) -> None:
        held = Refused(n=2, record=None, at=NOW, hash="h2", payload={"n": 2}, reason="malformed")
        mutations = [create(1, "17-1", {"a": 1}), edit(3, "17-1", 1, {"a": 2}), held]

        def stored_if_it_fails_at(statement: int) -> int:
            def work(store: Store) -> None:
                plan = engine.plan(store.load(AN, needs(mutations)), AN, mutations, forms=Forms(), received=NOW)
                with failing(statement):
                    store.save(plan)

            with suppress(Failed):
                run(work)
            return _stored()

        stored = [stored_if_it_fails_at(0), stored_if_it_fails_at(1)]
        while stored[-1] == 0 and len(stored) < 20:
            stored.append(stored_if_it_fails_at(len(stored)))
        assert stored == [0] * (len(stored) - 1) + [7]  # a record, two revisions, three answers, a held item
        assert len(stored) > 2  # it was stopped between two statements, too

    @POSTGRES
    @pytest.mark.parametrize(
        ("author", "asked"),
        [(BINH, Needs(frozenset({1}), {"17-1": 1})), (AN, Needs(frozenset({2}), {}))],
        ids=["record", "device"],
    )
    def test_a_second_load_waits_until_the_first_ones_transaction_has_ended(
        self, app: Flask, run: Run, push: Callable[..., Plan], author: Author, asked: Needs
    ) -> None:
        push(AN, create(1, "17-1", {"a": 1}))
        later = [edit(2, "17-1", 1, {"a": 2})]
        found: list[Loaded] = []

        def load() -> None:
            with app.app_context():
                run(lambda store: found.append(store.load(author, asked)))

        other = Thread(target=load)

        def work(store: Store) -> None:
            plan = engine.plan(store.load(AN, needs(later)), AN, later, forms=Forms(), received=NOW)
            other.start()
            ends = time.monotonic() + 20
            while not (found or _waiting()) and time.monotonic() < ends:
                time.sleep(0.01)
            assert not found
            store.save(plan)

        run(work)
        other.join(20)
        (loaded,) = found
        assert {*loaded.answered, *(record.rev for record in loaded.records.values())} == {2}


class Failed(Exception):
    """The database gave up in the middle."""


@contextmanager
def failing(statement: int) -> Iterator[None]:
    """The statement of that number fails, counted from 0."""
    numbers = count()

    def fail(*_: object) -> None:
        if next(numbers) == statement:
            raise Failed

    sa.event.listen(db.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", fail)


def _stored() -> int:
    tables = (RecordRow, RevisionRow, MutationRow, QuarantineRow)
    with db.engine.connect() as connection:
        return sum(connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables)


def _waiting() -> bool:
    """Whether a connection waits for what another one has locked."""
    locked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with db.engine.connect() as connection:
        return bool(connection.scalar(sa.text(locked)))


@transaction
def _people_and_places() -> None:
    tables = db.metadata.tables
    insert = lambda table, **values: db.session.execute(sa.insert(tables[table]).values(**values))  # noqa: E731
    for place in (PLACE, ELSEWHERE):
        insert("places", id=place, key=f"place-{place}")
    for author in (AN, BINH, CHI):
        insert("people", id=author.person, name=f"P{author.person}", language="vi", created_at=NOW)
        insert("devices", id=author.device, person_id=author.person, browser="", created_at=NOW, seen_at=NOW)
    blank = {"name": {}, "plan": {}, "windows": {}}
    columns = tables["campaigns"].columns
    given: dict[str, object] = {"id": 1, "key": "k", "place_id": PLACE}
    for column in columns:
        if column.name not in given and not column.nullable and column.default is None:
            python = column.type.python_type if not isinstance(column.type, sa.JSON) else dict
            given[column.name] = blank.get(column.name, date(2023, 1, 1) if python is date else python())
    insert("campaigns", **given)
    insert("forms", id=1, key="F", campaign_id=1, title={})
    insert(
        "form_versions",
        id=FORM,
        form_id=1,
        version="1",
        hash="h",
        compiled={},
        source=b"",
        filename="F.md",
        occurrence="",
        created_at=NOW,
    )
