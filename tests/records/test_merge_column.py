"""A form's own column `sync::merge`, from an office's workbook to what two phones make of one record."""

from __future__ import annotations

from typing import Any

import pytest

from tests.forms.books import Rows, form
from tests.forms.test_uploads import published, uploaded
from tests.records.conftest import AT, World
from tests.records.test_sync import documents
from tests.tools.phones import Phone

SURVEY: Rows = (
    ("type", "name", "label", "sync::merge"),
    ("text", "asked", "Hỏi", "ask"),
    ("text", "last", "Mới nhất", "latest"),
    ("integer", "most", "Lớn nhất", "max"),
    ("integer", "least", "Nhỏ nhất", "min"),
    ("select_multiple means", "means", "Phương tiện", "union"),
    ("integer", "tally", "Cộng dồn", "sum"),
    ("text", "story", "Diễn biến", "text"),
    ("integer", "unsaid", "Để trống cột", None),
)
MEANS = ("truck", "car", "bus", "boat", "bicycle")  # in no order but the form's
CHOICES: Rows = (("list_name", "name", "label"), *(("means", name, name) for name in MEANS))

BASE = ["a", "a", 10, 10, ["car", "boat"], 10, "Xe tải đụng xe máy. Hai người bị thương.", 10]
AN = ["b", "b", 12, 12, ["car", "bus"], 12, "Xe tải đụng hai xe máy. Hai người bị thương.", 10]
BINH = ["c", "c", 15, 15, ["truck", "car", "boat"], 15, "Xe tải đụng xe máy. Hai người bị thương nhẹ.", 12]
MERGED = [15, 12, ["truck", "car", "bus"], 17, "Xe tải đụng hai xe máy. Hai người bị thương nhẹ.", 12]


@pytest.fixture
def version(world: World) -> int:
    office = world.phone("Cúc", "TT", "huyen-tra-cu")
    draft = uploaded(office, world.campaign, form(SURVEY, choices=CHOICES))
    assert published(office, draft["id"]).status_code == 200
    return int(draft["id"])


def edit(n: int, record: str, base: int, values: list[Any], **more: Any) -> dict[str, Any]:
    entries = [[position, value] for position, value in enumerate(values)]
    return {"n": n, "kind": "edit", "record": record, "base": base, "at": AT, "set": entries, **more}


@pytest.mark.parametrize("swapped", [False, True], ids=["An first", "Bình first"])
def test_two_edits_of_one_base_are_merged_as_the_forms_column_says_and_only_ask_asks(
    world: World, version: int, volunteer: Phone, colleague: Phone, supervisor: Phone, *, swapped: bool
) -> None:
    record = f"{volunteer.device}-1"
    created = edit(1, record, 0, BASE, form=version, place=world.place)
    assert volunteer.sync(created)["results"][0]["status"] == "applied"
    sides = [(volunteer, edit(2, record, 1, AN)), (colleague, edit(1, record, 1, BINH))]
    (first, sooner), (second, later) = reversed(sides) if swapped else sides
    assert first.sync(sooner)["results"][0]["status"] == "applied"
    assert second.sync(later)["results"][0]["status"] == "conflict"
    shown = documents(supervisor.sync(), "record")[record]
    early, late = (BINH, AN) if swapped else (AN, BINH)
    assert shown["values"] == [early[0], late[1], *MERGED]
    (conflict,) = shown["conflicts"]
    sides_of_it = (conflict["head"]["value"], conflict["theirs"]["value"])
    assert (conflict["path"], *sides_of_it) == ("asked", early[0], late[0])


def test_a_question_without_a_policy_asks(
    world: World, version: int, volunteer: Phone, colleague: Phone, supervisor: Phone
) -> None:
    record = f"{volunteer.device}-1"
    volunteer.sync(edit(1, record, 0, BASE, form=version, place=world.place))
    volunteer.sync(edit(2, record, 1, []) | {"set": [[7, 11]]})
    colleague.sync(edit(1, record, 1, []) | {"set": [[7, 12]]})
    shown = documents(supervisor.sync(), "record")[record]
    assert (shown["values"][7], [conflict["path"] for conflict in shown["conflicts"]]) == (11, ["unsaid"])
