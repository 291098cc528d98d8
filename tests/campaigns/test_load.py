"""Loading the campaign pack of Trà Cú: whole or not at all, once or twice the same."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from click.testing import Result
from flask import Flask

from server import feeds
from server.campaigns import service as campaigns
from server.db import db, snapshot
from server.people.rules import RIGHTS, Actor
from tests.tools.clocks import StillClock

PACK = Path(__file__).parents[2] / "campaigns" / "tra-cu-2023"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the pack to spoil."""
    copy = tmp_path / "pack"
    shutil.copytree(PACK, copy)
    return copy


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments))


def load(app: Flask, path: Path = PACK) -> Result:
    return run(app, "campaign", "load", str(path))


def contents() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, feeds with their positions among them."""
    tables = [table for name, table in db.metadata.tables.items() if name != "alembic_version"]

    def rows(table: sa.Table) -> list[tuple[object, ...]]:
        return sorted((tuple(row) for row in db.session.execute(sa.select(table))), key=repr)

    return snapshot(lambda: {table.name: rows(table) for table in tables})()


def spoil(path: Path, before: str, after: str) -> int:
    """Replaces the first `before` in a file; gives its line."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return text[: text.index(before)].count("\n") + 1


def test_the_pack_loads(app: Flask, clock: StillClock) -> None:
    done = load(app)
    assert done.exit_code == 0, done.output
    found = contents()
    assert len(found["places"]) == 26
    assert len(found["campaigns"]) == 1
    assert len(found["form_versions"]) == 9
    assert len(found["indicators"]) == 32
    assert len(found["score_tables"]) == 1
    assert found["baselines"] == []


def test_loading_again_changes_no_row_and_no_feed(app: Flask, clock: StillClock) -> None:
    load(app)
    before = contents()
    clock.advance(days=1)
    assert load(app).exit_code == 0
    assert contents() == before
    assert any(key.startswith("c") for key, _ in before["feeds"])


def test_a_changed_theme_publishes_the_campaign_alone(app: Flask, clock: StillClock, pack: Path) -> None:
    load(app)
    before = set(contents()["feed_rows"])
    spoil(pack / "campaign.yaml", "Respect the law", "Keep the law")
    assert load(app, pack).exit_code == 0
    changed = set(contents()["feed_rows"]) - before
    assert [row[1] for row in changed] == ["campaign"]


def test_a_phone_gets_the_plan_the_windows_and_the_places(app: Flask, clock: StillClock) -> None:
    load(app)
    campaign = campaigns.find_by_key("tra-cu-2023")
    assert campaign is not None
    page = snapshot(lambda: feeds.read([f"c{campaign.id}"], {}, None))()
    documents = page.changes[f"c{campaign.id}"]
    [shown] = [document for document in documents if document["k"] == "campaign"]
    assert shown["plan"]["number"] == "02/KH-BATGT"
    assert shown["plan"]["date"] == "2023-03-20"
    assert len(shown["plan"]["purposes"]) == 4
    assert len(shown["plan"]["requirements"]) == 3
    assert shown["windows"]["outcome"] == {"from": "2022-12-15", "to": "2023-12-14"}
    assert shown["zone"] == "Asia/Ho_Chi_Minh"
    assert shown["rehearsal"] is False
    units = [document for document in documents if document["k"] == "place"]
    # with the six that the seventeen have gone into since
    assert Counter(unit["kind"] for unit in units) == {"tinh": 1, "huyen": 1, "thi_tran": 2, "xa": 15 + 6}


def test_the_campaign_reaches_its_17_units_and_what_they_have_gone_into(app: Flask, clock: StillClock) -> None:
    load(app)
    campaign = campaigns.find_by_key("tra-cu-2023")
    assert campaign is not None
    in_2023 = snapshot(lambda: campaigns.covered_places(campaign.id))()
    assert len(in_2023) == 18
    clock.advance(days=1200)
    since = snapshot(lambda: campaigns.covered_places(campaign.id))()
    assert since > in_2023
    assert len(since) == 18 + 6


def test_a_campaign_feed_is_for_those_who_have_a_role_in_one_of_its_places(app: Flask, clock: StillClock) -> None:
    load(app)
    campaign = campaigns.find_by_key("tra-cu-2023")
    assert campaign is not None
    inside = max(campaigns.covered_places(campaign.id))
    outside = max(row[0] for row in contents()["places"])
    reader = Actor(1, 1, "a", "vi", {inside: RIGHTS["TNV"]})
    assert campaigns.scope(reader) == [f"c{campaign.id}"]
    assert not campaigns.reaches(campaign.id, outside)
    assert campaigns.scope(Actor(1, 1, "a", "vi", {outside: RIGHTS["TNV"]})) == []
    assert campaigns.scope(Actor(1, 1, "a", "vi", {inside: RIGHTS["XEM"]})) == [f"c{campaign.id}"]


# file, what is written, what is written instead, words of the fault
SPOILED_FILES = [
    ("campaign.yaml", "zone: Asia/Ho_Chi_Minh", "zone: Asia/Saigonn", "is no time zone"),
    ("campaign.yaml", "calendar: BATGT_15_14", "calendar: LUNAR", "must be one of"),
    ("campaign.yaml", "place: huyen-tra-cu", "place: huyen-nowhere", "places.yaml has no place"),
    ("campaign.yaml", "hamlets: {huyen-tra-cu: 138}", "hamlets: {huyen: 138}", "places.yaml has no place 'huyen'"),
    ("severity.yaml", "from: 2024-08-15", "from: soon", "must be a date"),
    ("report.yaml", "mark: BATGT", "mark: batgt 1", "must be capital letters"),
    ("report.yaml", "subject: Kết quả", "topic: Kết quả", "Unknown field"),
    (
        "commendation.yaml",
        "  - key: province\n    kind: thematic",
        "  - key: province\n    kind: merit",
        "no ground for awards",
    ),
    ("commendation.yaml", "  present: [2, 3]", "  present: [4, 3]", "must not be more than the whole"),
    ("commendation.yaml", "to: 2023-12-31, title", "to: 2016-12-31, title", "ends before it begins"),
    ("severity.yaml", "[{deaths: 1}", "[{each: 1}", "must name deaths"),
    ("campaign.yaml", "  date: 2023-03-20", '  date: "20/3/2023"', "must be a date like"),
    ("campaign.yaml", "  activity: {from: 2023-03-20", "  activity: {from: 2024-03-20", "ends before it begins"),
    ("campaign.yaml", "  kind: hazard_type", "  kinds: hazard_type", "Unknown field"),
    ("campaign.yaml", "rehearsal: 2023-05-16", "rehersal: 2023-05-16", "Unknown field"),
    ("campaign.yaml", "  - {file: forms/TT-04.md", "  - {file: ../TT-04.md", "inside the pack"),
    ("campaign.yaml", "{working_days: 3}", "{working_days: 3, hours: 24}", "either hours or working_days"),
    ("campaign.yaml", "  - {form: TNGT-01, hours", "  - {above_zero: deaths, hours", "needs the form"),
    ("places.yaml", "kind: huyen, parent: tinh-tra-vinh", "kind: huyen, parent: tinh", "no place has the key 'tinh'"),
    ("places.yaml", 'code: "29485", kind: xa', 'code: "29479", kind: xa', "at the same time"),
    ("places.yaml", "  - key: xa-kim-son", "  - key: xa-ham-tan", "defined twice"),
    ("indicators.yaml", "  kind: ratio", "  kind: ratio\n  kind: ratio", "given twice"),
]
SPOILED_MEANINGS = [
    ("campaign.yaml", "occurrence: held_on", "occurrence: held_at", "held_at"),
    ("indicators.yaml", "  measure: {sum: deaths}", "  measure: {sum: dead}", "A2"),
    ("campaign.yaml", "  - {form: TNGT-01, hours", "  - {form: TNGT-99, hours", "no form 'TNGT-99'"),
    ("campaign.yaml", "above_zero: consequences/deaths_seen", "above_zero: deaths_seen", "no question 'deaths_seen'"),
    ("campaign.yaml", "  form: NCO-03", "  form: NCO-33", "no form 'NCO-33'"),
    ("campaign.yaml", "  point: location", "  point: where", "no question 'where'"),
    ("indicators.yaml", "- code: P3", "- code: P2", "P2"),
    ("indicators.yaml", "  target: {minimum: 5, stretch: 10}", "  target: {minimum: five}", "A1"),
    ("milestones.yaml", "  indicator: P2", "  indicator: P99", "P99"),
    ("indicators.yaml", "  numerator: helmet_ok", "  numerator: helmets_ok", "no question 'helmets_ok'"),
    ("indicators.yaml", "  severity: dbnt", "  severity: worst", "no class of severity.yaml"),
    ("indicators.yaml", "  fact: hamlets", "  fact: villages", "among the facts"),
    ("severity.yaml", "    class: findings/severity_final", "    class: severity", "no question 'severity'"),
    ("report.yaml", "  counts: [A1, A2, A3, A4, A5]", "  counts: [A1, A2, A9, A4, A5]", "no indicator 'A9'"),
    ("report.yaml", "indicators: [P4]", "indicators: [P44]", "no indicator 'P44'"),
    ("report.yaml", "{title: Theo lĩnh vực, path: mode}", "{title: Theo lĩnh vực, path: modes}", "no question 'modes'"),
    ("report.yaml", "narrative: {form: BC-09", "narrative: {form: BC-90", "no form 'BC-90'"),
    ("report.yaml", "proposals: proposals}", "proposals: wishes}", "no question 'wishes'"),
    ("commendation.yaml", "form: DX-08", "form: DX-80", "no form 'DX-80'"),
    ("commendation.yaml", "  sex: sex", "  sex: gender", "no question 'gender'"),
    ("commendation.yaml", "  - key: province", "  - key: district", "'district' is there twice"),
    ("commendation.yaml", "  - key: praise", "  - key: pride", "can propose 'praise', which nobody grants here"),
    ("milestones.yaml", "  on: 2023-06-14", "  on: soon", "must be a date"),
]


@pytest.mark.parametrize(("name", "before", "after", "words"), SPOILED_FILES)
def test_a_fault_of_a_file_names_file_and_line(pack: Path, name: str, before: str, after: str, words: str) -> None:
    line = spoil(pack / name, before, after)
    with pytest.raises(campaigns.PackRefused) as caught:
        campaigns.read_pack(pack)
    told = {(Path(fault.file).name, fault.line) for fault in caught.value.faults if words in fault.message}
    assert told == {(name, line + after.count("\n"))}, caught.value


def test_shares_that_are_not_a_whole_are_told(pack: Path) -> None:
    spoil(pack / "places.yaml", "{from: xa-kim-son, to:", "{from: xa-kim-son, share: 0.4, to:")
    with pytest.raises(campaigns.PackRefused, match=r"places\.yaml:\d+: change 'nq-1687-2025': .* come to 0\.4, not 1"):
        campaigns.read_pack(pack)


def test_a_form_that_is_not_there_is_named(pack: Path) -> None:
    (pack / "forms" / "TT-04.md").unlink()
    with pytest.raises(campaigns.PackRefused, match=r"TT-04\.md:1: the file can't be read"):
        campaigns.read_pack(pack)


@pytest.mark.parametrize(("name", "before", "after", "words"), SPOILED_MEANINGS)
def test_a_fault_of_meaning_names_file_and_line_and_nothing_is_loaded(
    app: Flask, clock: StillClock, pack: Path, name: str, before: str, after: str, words: str
) -> None:
    line = spoil(pack / name, before, after)
    done = load(app, pack)
    assert done.exit_code == 1
    assert words in done.output
    assert "Traceback" not in done.output
    told = {(found[0], int(found[1])) for found in re.findall(r"/([\w.-]+):(\d+): ", done.output)}
    expected = "TT-04.md" if before.startswith("occurrence") else name  # what a form lacks is told of the form
    assert {file for file, _ in told} == {expected}
    assert expected != name or any(abs(at - line) <= 7 for _, at in told), done.output
    assert not any(contents().values())


def test_a_fault_in_a_later_file_undoes_a_load_that_had_begun(app: Flask, clock: StillClock, pack: Path) -> None:
    load(app)
    before = contents()
    spoil(pack / "campaign.yaml", "Respect the law", "Keep the law")
    spoil(pack / "milestones.yaml", "weeks: 12", "weeks: 0")
    assert load(app, pack).exit_code == 1
    assert contents() == before


def test_all_faults_are_told_at_once(app: Flask, clock: StillClock, pack: Path) -> None:
    spoil(pack / "campaign.yaml", "calendar: BATGT_15_14", "calendar: LUNAR")
    spoil(pack / "places.yaml", "kind: tinh,", "kind: region,")
    spoil(pack / "milestones.yaml", "- code: M1", "- code: M1\n  code: M2")
    done = load(app, pack)
    assert all(name in done.output for name in ("campaign.yaml:", "places.yaml:", "milestones.yaml:"))
    assert "3 things to mend" in done.output


def test_a_missing_file_is_named(app: Flask, clock: StillClock, pack: Path) -> None:
    (pack / "places.yaml").unlink()
    done = load(app, pack)
    assert done.exit_code == 1
    assert "places.yaml:1: the file can't be read" in done.output


def test_a_file_in_another_encoding_is_named(app: Flask, clock: StillClock, pack: Path) -> None:
    (pack / "places.yaml").write_bytes("Trà Cú".encode("utf-16"))
    assert "not UTF-8" in load(app, pack).output


def test_the_pack_gives_no_figure_of_2022() -> None:
    for name in ("campaign.yaml", "indicators.yaml", "milestones.yaml"):
        assert "baseline:" not in (PACK / name).read_text(encoding="utf-8")


def test_the_pack_is_nfc_and_every_text_has_three_languages() -> None:
    def texts(data: object) -> list[dict[str, str]]:
        if isinstance(data, dict):
            inner = [found for value in data.values() for found in texts(value)]
            return [data, *inner] if "vi" in data else inner
        return [found for item in data for found in texts(item)] if isinstance(data, list) else []

    for path in PACK.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text), path.name
        for found in texts(yaml.safe_load(text)):
            assert {"vi", "en", "km"} <= set(found), found
