"""The places of Trà Cú before and after the reform of 2025, in the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa
from flask import Flask

from server.campaigns.service import read_pack
from server.db import db, snapshot, transaction
from server.places import service as places
from server.places.rules import Change, Definition, Link, Names, Period, Version
from server.places.tables import Place, PlaceChangeLink, PlaceParent, PlaceVersion
from tests.tools.clocks import StillClock

PACK = Path(__file__).parents[2] / "campaigns" / "tra-cu-2023"
IN_2023 = date(2023, 5, 16)
EVE = date(2025, 6, 30)
REFORM = date(2025, 7, 1)
NAMES = Names("x", "y", "z")
T = TypeVar("T")


def read(work: Callable[[], T]) -> T:
    return snapshot(work)()


@pytest.fixture
def ids(app: Flask, clock: StillClock) -> dict[str, int]:
    pack = read_pack(PACK)
    return transaction(lambda: places.install(pack.places, pack.changes))().ids


def test_the_district_has_17_units_until_30_june_2025_and_none_from_1_july(ids: dict[str, int]) -> None:
    district = ids["huyen-tra-cu"]
    assert len(read(lambda: places.descendants(district, IN_2023))) == 17
    assert len(read(lambda: places.descendants(district, EVE))) == 17
    assert read(lambda: places.descendants(district, REFORM)) == []
    assert read(lambda: places.there({district}, {"huyen"}, {EVE})) == {district}
    assert not read(lambda: places.there({district}, {"huyen"}, {REFORM}))


def test_the_new_province_has_the_6_communes_from_1_july(ids: dict[str, int]) -> None:
    province = ids["tinh-vinh-long-2025"]
    assert read(lambda: places.descendants(province, EVE)) == []
    assert len(read(lambda: places.descendants(province, REFORM))) == 6


def test_what_is_above_a_commune_comes_nearest_first(ids: dict[str, int]) -> None:
    above = [ids["huyen-tra-cu"], ids["tinh-tra-vinh"]]
    assert read(lambda: places.ancestors(ids["xa-ngai-xuyen"], EVE)) == above
    assert read(lambda: places.ancestors(ids["xa-ngai-xuyen"], REFORM)) == []
    assert read(lambda: places.ancestors(ids["xa-tra-cu-2025"], REFORM)) == [ids["tinh-vinh-long-2025"]]


@pytest.mark.parametrize(
    ("code", "day", "key"),
    [
        ("29461", EVE, "tt-tra-cu"),
        ("29461", REFORM, "xa-tra-cu-2025"),
        ("29489", EVE, "xa-ham-tan"),
        ("29489", REFORM, "xa-ham-giang-2025"),
        ("29488", EVE, "xa-ham-giang"),
        ("29491", REFORM, "xa-dai-an-2025"),
    ],
)
def test_a_code_means_another_place_before_and_after_the_reform(
    ids: dict[str, int], code: str, day: date, key: str
) -> None:
    assert read(lambda: places.by_code(code, day)) == ids[key]


def test_a_code_that_was_given_up_means_no_place(ids: dict[str, int]) -> None:
    with pytest.raises(places.UnknownPlace):
        read(lambda: places.by_code("29488", REFORM))
    with pytest.raises(places.UnknownPlace):
        read(lambda: places.by_key("xa-nowhere"))


def test_every_unit_of_2023_has_one_successor_by_the_resolution(ids: dict[str, int]) -> None:
    for place_id in read(lambda: places.descendants(ids["huyen-tra-cu"], IN_2023)):
        [successor] = read(lambda place_id=place_id: places.successors(place_id))
        assert successor.share == 1_000_000
        assert successor.effective_on == REFORM
        assert "1687/NQ-UBTVQH15" in successor.legal_ref
    [one] = read(lambda: places.successors(ids["xa-ham-tan"]))
    assert one.place_id == ids["xa-ham-giang-2025"]
    assert read(lambda: places.successors(ids["xa-tra-cu-2025"])) == []


def test_a_place_that_has_ended_reaches_what_was_below_it_on_its_last_day(ids: dict[str, int]) -> None:
    district = ids["huyen-tra-cu"]
    assert len(read(lambda: places.reach([district], date(2026, 11, 1)))[district]) == 18
    both = read(lambda: places.reach([district, ids["tinh-vinh-long-2025"]], date(2026, 11, 1)))
    assert len(both[ids["tinh-vinh-long-2025"]]) == 7


def test_a_place_goes_into_its_successor_on_the_day_and_not_before(ids: dict[str, int]) -> None:
    old, new = ids["xa-ngai-xuyen"], ids["xa-tra-cu-2025"]
    assert read(lambda: places.heirs([old, new], EVE)) == {old: old, new: new}
    assert read(lambda: places.heirs([old, new], REFORM)) == {old: new, new: new}
    assert read(lambda: places.predecessors([new], EVE)) == {new: set()}
    three = {ids[key] for key in ("tt-tra-cu", "xa-ngai-xuyen", "xa-thanh-son")}
    assert read(lambda: places.predecessors([new, old], REFORM)) == {new: three, old: set()}


def test_a_place_that_was_split_or_dissolved_has_no_heir(app: Flask, clock: StillClock) -> None:
    whole, halves = Period(EVE, REFORM), Period(REFORM)
    tree = [
        Definition("old", (Version(whole, None, "xa", NAMES),)),
        Definition("one", (Version(halves, None, "xa", NAMES),)),
        Definition("two", (Version(halves, None, "xa", NAMES),)),
    ]
    change = Change("split", "split", REFORM, "NQ 1", (Link("old", "one", 600_000), Link("old", "two", 400_000)))
    ids = transaction(lambda: places.install(tree, [change]))().ids
    assert read(lambda: places.heirs([ids["old"]], REFORM)) == {ids["old"]: ids["old"]}
    assert read(lambda: places.predecessors([ids["one"]], REFORM)) == {ids["one"]: set()}
    assert read(lambda: places.parts([ids["old"]], REFORM)) == {ids["old"]: {ids["one"], ids["two"]}}


def test_a_place_that_changed_twice_goes_all_the_way(app: Flask, clock: StillClock) -> None:
    later = date(2030, 1, 1)
    tree = [
        Definition("a", (Version(Period(EVE, REFORM), None, "xa", NAMES),)),
        Definition("b", (Version(Period(REFORM, later), None, "xa", NAMES),)),
        Definition("c", (Version(Period(later), None, "xa", NAMES),)),
    ]
    changes = [
        Change("first", "merge", REFORM, "NQ 1", (Link("a", "b"),)),
        Change("second", "merge", later, "NQ 2", (Link("b", "c"),)),
    ]
    ids = transaction(lambda: places.install(tree, changes))().ids
    assert read(lambda: places.heirs([ids["a"]], REFORM)) == {ids["a"]: ids["b"]}
    assert read(lambda: places.heirs([ids["a"]], later)) == {ids["a"]: ids["c"]}
    assert read(lambda: places.predecessors([ids["c"]], later)) == {ids["c"]: {ids["a"], ids["b"]}}


def test_the_name_is_the_one_of_the_day(ids: dict[str, int]) -> None:
    assert read(lambda: places.name(ids["tt-tra-cu"], IN_2023)).vi == "Thị trấn Trà Cú"
    assert read(lambda: places.name(ids["xa-tra-cu-2025"], REFORM)).as_dict()["en"] == "Trà Cú commune"
    with pytest.raises(places.UnknownPlace):
        read(lambda: places.name(99_999, IN_2023))


def test_a_phone_gets_a_place_with_its_parent_code_and_time(ids: dict[str, int]) -> None:
    place_id = ids["xa-ngai-xuyen"]
    shown = read(lambda: places.documents([str(place_id), "99999"], None))
    assert shown == {
        str(place_id): {
            "id": place_id,
            "code": "29479",
            "kind": "xa",
            "name": {"vi": "Xã Ngãi Xuyên", "en": "Ngãi Xuyên commune", "km": "ឃុំ Ngãi Xuyên"},
            "parent": ids["huyen-tra-cu"],
            "from": "2021-12-15",
            "to": "2025-07-01",
            "into": ids["xa-tra-cu-2025"],
        }
    }


def test_what_a_phone_is_told_of_the_places_of_a_reform_is_the_same_before_and_after_its_day(
    ids: dict[str, int], clock: StillClock
) -> None:
    """Nothing tells phones of them again on the day itself."""
    told = {}
    for day in (IN_2023, EVE, REFORM):
        clock.set(datetime.combine(day, time(12), UTC))
        told[day] = read(lambda: places.documents([str(one) for one in ids.values()], None))
    assert told[IN_2023] == told[EVE] == told[REFORM]
    assert told[EVE][str(ids["xa-tra-cu-2025"])]["parent"] == ids["tinh-vinh-long-2025"]


def test_installing_again_changes_nothing_and_a_new_name_changes_one_place(ids: dict[str, int]) -> None:
    pack = read_pack(PACK)
    tables = (Place, PlaceVersion, PlaceParent, PlaceChangeLink)

    def count() -> list[int]:
        return read(lambda: [db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables])

    before = count()
    again = transaction(lambda: places.install(pack.places, pack.changes))()
    assert again.ids == ids
    assert again.changed == frozenset()
    assert count() == before
    first = pack.places[0]
    version = first.versions[0]
    renamed = places.Definition(
        first.key, (places.Version(version.period, version.code, version.kind, places.Names("x", "y", "z")),)
    )
    third = transaction(lambda: places.install([renamed, *pack.places[1:]], pack.changes))()
    assert third.changed == {ids[first.key]}
    assert count() == before
