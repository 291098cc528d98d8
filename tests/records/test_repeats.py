"""Repeats on the wire, with a form made by hand, and edits that were made with another version of their form."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from flask import Flask

from server.db import db, transaction
from server.forms import service as forms
from server.forms.tables import FormVersion
from server.records.formbook import FormBook
from tests.records.conftest import AT, World
from tests.records.test_sync import documents
from tests.tools.phones import Phone

EXTRA = [
    {"t": "repeat", "name": "v", "path": "v", "merge": "latest"},
    {"t": "text", "name": "kind", "path": "v/kind", "merge": "ask"},
    {"t": "integer", "name": "hurt", "path": "v/hurt", "merge": "sum", "required": ["lit", True]},
]
ITEM, KIND, HURT = 8, 9, 10  # positions behind the eight questions of CK-05


@pytest.fixture
def version(world: World) -> int:
    """The next version of CK-05, with a repeat behind its questions."""
    return add_version(world)


@transaction
def add_version(world: World) -> int:
    before = db.session.get_one(FormVersion, world.versions["CK-05"])
    compiled: dict[str, Any] = copy.deepcopy(dict(forms.compiled(before.id)))
    compiled["nodes"] = [*compiled["nodes"], {**EXTRA[0], "pos": ITEM, "label": {}, "children": []}]
    compiled["nodes"][-1]["children"] = [
        {**node, "pos": ITEM + place, "label": {}} for place, node in enumerate(EXTRA[1:], 1)
    ]
    compiled |= {"fields": [*compiled["fields"], "v", "v/kind", "v/hurt"], "hash": "by hand", "version": "99"}
    names = ("source", "filename", "occurrence", "created_at", "published_at")
    kept = {name: getattr(before, name) for name in names}
    row = FormVersion(form_id=before.form_id, version="99", hash="by hand", compiled=compiled, **kept)
    db.session.add(row)
    db.session.flush()
    return row.id


def create(world: World, phone: Phone, version: int, n: int = 1) -> dict[str, Any]:
    made = world.create(phone, n) | {"form": version}
    return made | {"set": [*made["set"], [ITEM, 1, "17-5"], [KIND, "car", "17-5"], [HURT, 1, "17-5"]]}


def edit(n: int, record: str, base: int, entries: list[list[Any]], **more: Any) -> dict[str, Any]:
    return {"n": n, "kind": "edit", "record": record, "base": base, "at": AT, "set": entries, **more}


def test_items_travel_up_and_down_and_merge(
    world: World, version: int, volunteer: Phone, colleague: Phone, supervisor: Phone
) -> None:
    sent = create(world, volunteer, version)
    assert volunteer.sync(sent)["results"][0]["status"] == "applied"
    record = documents(colleague.sync(), "record")[sent["record"]]
    assert record["more"] == [[ITEM, 1, "17-5"], [KIND, "car", "17-5"], [HURT, 1, "17-5"]]
    assert record["values"] == ["2023-05-10", "helmet", "pupils", 40, 30]
    bus = [[ITEM, 2, "17-6"], [KIND, "bus", "17-6"], [HURT, 0, "17-6"]]
    added = edit(2, sent["record"], 1, [[HURT, 3, "17-5"], *bus])
    assert volunteer.sync(added)["results"][0]["status"] == "applied"
    tallied = edit(1, sent["record"], 1, [[HURT, 2, "17-5"], [ITEM, 2, "18-1"], [HURT, 5, "18-1"]])
    assert colleague.sync(tallied)["results"][0]["status"] == "merged"
    more = documents(supervisor.sync(), "record")[sent["record"]]["more"]
    assert more == [
        [ITEM, 1, "17-5"],
        [ITEM, 2, "17-6"],
        [ITEM, 2, "18-1"],
        [KIND, "car", "17-5"],
        [KIND, "bus", "17-6"],
        [HURT, 4, "17-5"],
        [HURT, 0, "17-6"],
        [HURT, 5, "18-1"],
    ]


def test_an_item_taken_away_and_typed_in_is_asked_about_and_decided(
    world: World, version: int, volunteer: Phone, colleague: Phone
) -> None:
    sent = create(world, volunteer, version)
    volunteer.sync(sent)
    volunteer.sync(edit(2, sent["record"], 1, [[ITEM, None, "17-5"]]))
    answer = colleague.sync(edit(1, sent["record"], 1, [[KIND, "bus", "17-5"]]))
    assert answer["results"][0]["status"] == "conflict"
    record = documents(answer, "record")[sent["record"]]
    (conflict,) = record["conflicts"]
    assert (conflict["path"], conflict["field"]) == ("v/17-5", None)
    assert (conflict["head"]["value"], conflict["theirs"]["value"]) == (1, None)
    assert [KIND, "bus", "17-5"] in record["more"]
    decision = {"n": 2, "kind": "resolve", "record": sent["record"], "base": record["rev"], "at": AT}
    decided = colleague.sync(decision | {"closes": [conflict["id"]], "set": [[ITEM, None, "17-5"]]})
    assert decided["results"][0]["status"] == "applied"
    assert documents(volunteer.sync(), "record")[sent["record"]]["more"] == []


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ([KIND, "bus"], "malformed"),
        ([0, "2023-05-11", "17-5"], "malformed"),
        ([KIND, "bus", "17-5", "17-6"], "malformed"),
        ([KIND, "bus", 17], "malformed"),
        ([KIND, 3, "17-5"], "not-valid"),
        ([ITEM, "first", "17-5"], "not-valid"),
        ([HURT, None, "17-5"], "not-valid"),
        ([KIND, "bus", "17-9"], "item-unknown"),
    ],
)
def test_an_entry_that_fits_no_item_is_held(
    world: World, version: int, volunteer: Phone, entry: list[Any], reason: str
) -> None:
    sent = create(world, volunteer, version)
    volunteer.sync(sent)
    (result,) = volunteer.sync(edit(2, sent["record"], 1, [entry]))["results"]
    assert (result["status"], result["reason"]) == ("quarantined", reason)


def test_an_edit_with_a_newer_version_of_the_form_is_merged_by_path_and_keeps_all(
    world: World, version: int, volunteer: Phone, colleague: Phone
) -> None:
    sent = world.create(volunteer, 1)
    volunteer.sync(sent)
    newer = edit(1, sent["record"], 1, [[4, 31], [ITEM, 1, "18-1"], [HURT, 2, "18-1"]], form=version)
    assert colleague.sync(newer)["results"][0]["status"] == "applied"
    record = documents(volunteer.sync(edit(2, sent["record"], 1, [[3, 41]])), "record")[sent["record"]]
    assert record["form"] == world.versions["CK-05"]
    assert record["values"][3:] == [41, 31]
    assert record["more"] == [["v/18-1", 1], ["v/18-1/hurt", 2]]
    (result,) = colleague.sync(edit(2, sent["record"], 1, [[4, 32]], form=999_999))["results"]
    assert (result["status"], result["reason"]) == ("quarantined", "form-unknown")


def test_a_calculation_that_two_phones_worked_out_differently_is_no_conflict(app: Flask, world: World) -> None:
    book = FormBook(None)  # its policies are nobody's in particular
    version = world.versions["TNGT-02"]
    assert book.policy(version, "deaths") == "latest"
    assert book.policy(version, "consequences/deaths_male") == "ask"
