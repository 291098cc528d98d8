"""An export holds everything that a campaign gathered in the places of whoever asks, and nothing of other places."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest

from server.records import kept
from server.reports import rules
from server.reports.rules import Layout
from tests.people.test_standing_in import disputed, stand_in
from tests.records.test_repeats import ITEM, add_version
from tests.tools.chain import AT, DISTRICT, OTHER_COMMUNE, VALID, Chain
from tests.tools.phones import Phone

Table = list[dict[str, str]]


class Zip:
    """An export as somebody would open it."""

    def __init__(self, phone: Phone, campaign: int) -> None:
        answer = phone.get(f"/api/campaigns/{campaign}/export")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        assert answer.mimetype == "application/zip"
        self.name = answer.headers["Content-Disposition"]
        self.files = zipfile.ZipFile(io.BytesIO(answer.get_data()))

    def table(self, name: str) -> Table:
        raw = self.files.read(f"{name}.csv")
        assert raw.startswith(b"\xef\xbb\xbf")  # or Excel takes it for another encoding
        return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))

    def lines(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.files.read(name).decode().splitlines()]


@pytest.fixture
def office(chain: Chain) -> Phone:
    return chain.phone("Cúc", "TT", DISTRICT)


def test_a_record_is_one_line_with_its_answers_its_state_and_its_review(chain: Chain, office: Phone) -> None:
    sent = chain.submit("CK-05", organisation='Đợt 1; có "ngoặc",\nhai dòng')
    chain.review(sent)
    export = Zip(office, chain.campaign)
    (row,) = export.table("records-CK-05-1")
    assert (row["record"], row["rev"], row["state"], row["approved_rev"]) == (sent["record"], "1", "approved", "1")
    assert (row["place"], row["author_name"], row["signed_count"]) == ("Xã Ngãi Xuyên", "Thạch Thị An", "30")
    assert (row["decision"], row["decided_by_name"]) == ("approve", "Sơn Chi")
    assert row["organisation"] == 'Đợt 1; có "ngoặc",\nhai dòng'
    assert row["typed_at"] == "2023-05-16 07:30:00"
    assert export.name == "attachment; filename=ben-tra-cu-2023-2023-05-16.zip"
    (decision,) = export.table("decisions")
    assert (decision["record"], decision["decision"], decision["by_name"]) == (sent["record"], "approve", "Sơn Chi")


def test_every_revision_is_there_as_it_was_typed(chain: Chain, office: Phone) -> None:
    sent = chain.submit("CK-05", organisation="=1+1")
    chain.edit("CK-05", sent, signed_count=31)
    export = Zip(office, chain.campaign)
    first, second = export.lines("revisions.jsonl")
    assert (first["rev"], first["values"]["signed_count"], first["values"]["organisation"]) == (1, 30, "=1+1")
    assert (second["rev"], second["changed"], second["values"]["signed_count"]) == (2, ["signed_count"], 31)


def test_a_conflict_has_both_values_their_authors_and_who_decided(chain: Chain, office: Phone) -> None:
    sent = chain.submit("CK-05")
    other = chain.phone("Kim Bình")
    chain.edit("CK-05", sent, signed_count=31)
    edit = {"n": 1, "kind": "edit", "record": sent["record"], "base": 1, "at": AT}
    edit["set"] = chain.positions("CK-05", {"signed_count": 29})
    assert other.sync(edit)["results"][0]["status"] == "conflict"
    (row,) = Zip(office, chain.campaign).table("conflicts")
    assert (row["question"], row["base"], row["state"], row["decided_by"]) == ("signed_count", "30", "open", "")
    assert (row["head_value"], row["head_by_name"]) == ("31", "Thạch Thị An")
    assert (row["their_value"], row["their_by_name"]) == ("29", "Kim Bình")
    resolve = {"n": 900, "kind": "resolve", "record": sent["record"], "base": 2, "closes": [1], "at": AT}
    resolve["set"] = chain.positions("CK-05", {"signed_count": 29})
    assert chain.supervisor.sync(resolve)["results"][0]["status"] == "applied"
    (row,) = Zip(office, chain.campaign).table("conflicts")
    assert (row["state"], row["chosen"], row["decided_by_name"], row["rule"]) == ("decided", "29", "Sơn Chi", "")


def test_a_conflict_says_when_each_value_was_typed_and_when_it_was_decided(chain: Chain, office: Phone) -> None:
    sent = chain.submit("CK-05")
    other = chain.phone("Kim Bình")
    chain.at = "2023-05-16T07:35:00+07:00"
    chain.edit("CK-05", sent, signed_count=31)
    chain.at = "2023-05-16T07:40:00+07:00"
    chain.edit("CK-05", sent, other, signed_count=29)
    resolve = {"n": 900, "kind": "resolve", "record": sent["record"], "base": 2, "closes": [1]}
    resolve |= {"at": "2023-05-16T07:50:00+07:00", "set": chain.positions("CK-05", {"signed_count": 29})}
    assert chain.supervisor.sync(resolve)["results"][0]["status"] == "applied"
    (row,) = Zip(office, chain.campaign).table("conflicts")
    assert (row["head_value"], row["head_at"]) == ("31", "2023-05-16 07:35:00")
    assert (row["their_value"], row["their_at"]) == ("29", "2023-05-16 07:40:00")
    assert (row["head_device"], row["their_device"]) == (str(chain.volunteer.device), str(other.device))
    assert row["decided_at"] == "2023-05-16 07:50:00"


def test_what_a_forms_rule_decided_is_told_with_the_rule_and_without_a_person(chain: Chain, office: Phone) -> None:
    sent = chain.submit("QS-06")
    chain.edit("QS-06", sent, riders_total=104)
    chain.edit("QS-06", sent, chain.phone("Kim Bình"), riders_total=101)
    export = Zip(office, chain.campaign)
    (row,) = export.table("conflicts")
    assert (row["question"], row["base"]) == ("riders_total", "100")
    assert (row["head_value"], row["their_value"]) == ("104", "101")
    assert (row["state"], row["chosen"], row["rule"], row["decided_rev"]) == ("decided", "105", "sum", "3")
    assert (row["decided_by"], row["decided_by_name"]) == ("", "")
    (record,) = export.table("records-QS-06-1")
    assert (record["riders_total"], record["open_conflicts"]) == ("105", "0")
    assert export.table("decisions") == []


def test_a_record_says_how_many_of_its_conflicts_are_open(chain: Chain, office: Phone) -> None:
    def told() -> str:
        (row,) = Zip(office, chain.campaign).table("records-CK-05-1")
        return row["open_conflicts"]

    sent = disputed(chain)
    assert told() == "1"
    resolve = {"n": 900, "kind": "resolve", "record": sent["record"], "base": 2, "closes": [1], "at": AT, "set": []}
    assert chain.supervisor.sync(resolve)["results"][0]["status"] == "applied"
    assert told() == "0"


@pytest.mark.parametrize(
    ("language", "said"),
    [("vi", "Kim Bình, thay Sơn Chi"), ("en", "Kim Bình, for Sơn Chi"), ("km", "Kim Bình ជំនួស Sơn Chi")],
)
def test_what_somebody_decided_in_anothers_place_says_so(chain: Chain, language: str, said: str) -> None:
    office = chain.phone("Cúc", "TT", DISTRICT, language)
    deputy, away = chain.phone("Kim Bình", "XEM"), chain.supervisor
    stand_in(office, away.person, deputy.person, **{"from": "2023-05-16", "to": "2023-05-27"})
    sent = disputed(chain)
    resolve = {"n": 900, "kind": "resolve", "record": sent["record"], "base": 2, "closes": [1], "at": AT}
    resolve["set"] = chain.positions("CK-05", {"signed_count": 29})
    answer = deputy.sync(resolve)["results"][0]
    chain.review({"record": sent["record"], "rev": answer["rev"], "hash": answer["hash"]}, phone=deputy)
    own = chain.submit("TT-04")
    chain.review(own)
    export = Zip(office, chain.campaign)
    (conflict,) = export.table("conflicts")
    assert (conflict["decided_by"], conflict["decided_by_name"]) == (str(deputy.person), said)
    told = {one["record"]: one["by_name"] for one in export.table("decisions")}
    assert told == {sent["record"]: said, own["record"]: "Sơn Chi"}
    (record,) = export.table("records-CK-05-1")
    assert record["decided_by_name"] == said


def test_what_is_held_is_there_whole_with_what_became_of_it(chain: Chain, office: Phone) -> None:
    sent = chain.submit("CK-05")
    edit = {"n": 77, "kind": "edit", "record": sent["record"], "base": 1, "at": AT}
    edit["set"] = chain.positions("CK-05", {"signed_count": -5})
    held = chain.volunteer.sync(edit)["results"][0]
    assert held["status"] == "quarantined"
    (row,) = Zip(office, chain.campaign).table("held")
    assert (row["record"], row["reason"], row["status"]) == (sent["record"], "not-valid", "held")
    assert json.loads(row["content"])["set"] == edit["set"]
    chain.supervisor.post(f"/api/quarantine/{row['item']}/discard")
    (row,) = Zip(office, chain.campaign).table("held")
    assert (row["status"], row["settled_by_name"]) == ("discarded", "Sơn Chi")


def test_each_repeat_has_a_table_of_its_own(chain: Chain, office: Phone) -> None:
    version = add_version(chain)  # type: ignore[arg-type]  # it reads only the versions
    entries = [[ITEM, 2, "17-5"], [ITEM + 1, "car", "17-5"], [ITEM + 2, 1, "17-5"]]
    entries += [[ITEM, 1, "17-6"], [ITEM + 1, "motorbike", "17-6"], [ITEM + 2, 0, "17-6"]]
    device = chain.volunteer.device
    create = {"n": 1, "kind": "edit", "record": f"{device}-1", "base": 0, "form": version, "place": chain.commune}
    answers = VALID["CK-05"] | {"signed_count": 9}
    create |= {"at": AT, "set": [*chain.positions("CK-05", answers), *entries]}
    assert chain.volunteer.sync(create)["results"][0]["status"] == "applied"
    export = Zip(office, chain.campaign)
    (row,) = export.table("records-CK-05-99")
    assert row["signed_count"] == "9"
    assert "v/kind" not in row
    items = export.table("records-CK-05-99-v")
    assert [(item["v#"], item["order"], item["v/kind"], item["v/hurt"]) for item in items] == [
        ("17-6", "1", "motorbike", "0"),
        ("17-5", "2", "car", "1"),
    ]


def test_only_places_in_reach_are_in_it_and_only_office_and_leaders_get_one(chain: Chain, office: Phone) -> None:
    here = chain.submit("CK-05")
    stranger = chain.phone("Lan", "TNV", OTHER_COMMUNE)
    there = chain.submit("CK-05", phone=stranger, place=chain.other_commune)
    everything = Zip(office, chain.campaign).table("records-CK-05-1")
    assert {row["record"] for row in everything} == {here["record"], there["record"]}
    leader = chain.phone("Lâm", "LD", OTHER_COMMUNE)
    assert [row["record"] for row in Zip(leader, chain.campaign).table("records-CK-05-1")] == [there["record"]]
    for phone in (chain.volunteer, chain.supervisor, chain.phone("Công", "CAX")):
        assert phone.get(f"/api/campaigns/{chain.campaign}/export").get_json()["slug"] == "not-found"
    assert office.get("/api/campaigns/999/export").get_json()["slug"] == "not-found"
    assert Phone(chain.app).get(f"/api/campaigns/{chain.campaign}/export").status_code == 401


def test_an_empty_campaign_is_tables_without_lines(chain: Chain, office: Phone) -> None:
    export = Zip(office, chain.campaign)
    assert {name for name in export.files.namelist() if name.startswith("records")} == set()
    assert export.table("conflicts") == []
    assert "Bến" in export.files.read("README.txt").decode()
    questions = {(row["form"], row["question"]): row["label_vi"] for row in export.table("questions")}
    assert questions["CK-05", "signed_count"]
    assert {row["value"] for row in export.table("choices") if row["question"] == "pledge_type"} >= {"helmet"}


def test_what_no_text_can_carry_does_not_stop_it(chain: Chain, office: Phone) -> None:
    sent = chain.submit("CK-05")
    edit = {"n": 77, "kind": "edit", "record": sent["record"], "base": 1, "at": AT}
    edit["set"] = chain.positions("CK-05", {"organisation": "half \ud800 of a pair"})
    request = {"protocol": 1, "epoch": None, "cursors": {}, "mutations": [edit], "photos": []}
    body = {"data": json.dumps(request), "content_type": "application/json"}
    answer = chain.volunteer.call("POST", "/api/sync", **body)
    assert answer.get_json()["results"][0]["status"] == "quarantined"
    (row,) = Zip(office, chain.campaign).table("held")
    assert "half \\ud800 of a pair" in row["content"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+84 912 345 678", "'+84 912 345 678"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("-12,5", "-12,5"),
        (-7, -7),
        (1.5, 1.5),
        (True, "true"),
        (None, ""),
        (["vi", "km"], "vi km"),
        ("Ấp Chợ", "Ấp Chợ"),
    ],
)
def test_no_cell_is_run_as_a_formula(value: object, written: object) -> None:
    assert rules.cell(value) == written


def test_a_document_is_sorted_into_the_tables_of_its_form_and_nothing_is_dropped() -> None:
    layout = Layout(["a", "g/b", "r", "r/c", "r/s", "r/s/d", "z"])
    document = {
        "a": 1, "g/b": 2, "r/1-1": 1, "r/1-1/c": "x", "r/1-1/s/1-2": 1, "r/1-1/s/1-2/d": "y", "old": 3, "r/1-1/gone": 4,
    }  # fmt: skip
    found = layout.split(document)
    assert layout.columns() == ["a", "g/b", "z"]
    assert layout.columns("r") == ["r/c"]
    assert layout.columns("r/s") == ["r/s/d"]
    assert found.plain == {"a": 1, "g/b": 2}
    assert found.items == {"r": {("1-1",): {"r": 1, "r/c": "x"}}, "r/s": {("1-1", "1-2"): {"r/s": 1, "r/s/d": "y"}}}
    assert found.other == {"old": 3, "r/1-1/gone": 4}


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages small enough that tests cross them."""
    monkeypatch.setattr(kept, "PAGE", 2)


def test_more_than_a_page_comes_in_the_order_of_numbers(chain: Chain, office: Phone) -> None:
    sent = [chain.submit("TT-04")["record"] for _ in range(12)]
    rows = Zip(office, chain.campaign).table("records-TT-04-2")
    assert [row["record"] for row in rows] == sorted(sent, key=lambda record: [int(part) for part in record.split("-")])
