"""Form versions: installed once, never changed, sent to the campaign's feed, read by whoever is signed in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from server import clock, feeds, structure
from server.campaigns import service as campaigns
from server.db import db, snapshot, transaction
from server.forms import service as forms
from server.forms.sheets import FormRefused
from server.forms.tables import FormVersion
from server.people import service as people
from server.problems import Problem
from server.setup.loading import load
from tests.forms.forms import source
from tests.tools.phones import Phone

PACK = Path(__file__).parents[2] / "campaigns" / "tra-cu-2023"
NOTE = {"type": "text", "name": "note"}


@pytest.fixture
def campaign(app: Flask) -> int:
    """The campaign as `flask campaign load` leaves it."""
    return load(campaigns.read_pack(PACK))


def install(campaign: int, *questions: dict[str, str], version: str = "1") -> int:
    return forms.install(campaign, source(*questions, settings={"version": version}), "thu.md", occurrence="day")


@snapshot
def sent(campaign: int, cursor: int = 0) -> list[dict[str, object]]:
    page = feeds.read([f"c{campaign}"], {f"c{campaign}": cursor}, None)
    return [document for document in page.changes.get(f"c{campaign}", []) if document["k"] == "form"]


def test_the_campaigns_forms_are_installed_and_sent(campaign: int) -> None:
    keys = sorted(path.stem for path in (PACK / "forms").glob("*-*.md"))
    assert len(keys) == 9
    assert sorted(forms.current_versions(campaign)) == keys
    documents = sent(campaign)
    assert sorted(str(document["key"]) for document in documents) == keys
    assert all(document["current"] for document in documents)
    version = forms.current_versions(campaign)["TNGT-01"]
    assert forms.compiled(version)["occurrence"] == "occurred_at"
    assert forms.field_index(version)["consequences/deaths_seen"] == 4
    assert forms.campaign_of(version) == campaign


def test_installing_the_same_again_changes_nothing(campaign: int) -> None:
    first = install(campaign, NOTE)
    before = [document["id"] for document in sent(campaign)]
    assert install(campaign, NOTE) == first
    assert load(campaigns.read_pack(PACK)) == campaign
    assert [document["id"] for document in sent(campaign)] == before


def test_other_content_under_an_installed_version_is_refused(campaign: int) -> None:
    install(campaign, NOTE)
    with pytest.raises(FormRefused) as refused:
        install(campaign, NOTE, {"type": "text", "name": "more"})
    (error,) = refused.value.errors
    assert (error.column, error.file) == ("version", "thu.md")
    assert "version 1 of THU-01 is installed with other content; raise the version" in error.message
    assert forms.compiled(forms.current_versions(campaign)["THU-01"])["fields"] == ["day", "note"]


def test_a_new_version_becomes_current_and_the_old_one_stays(campaign: int) -> None:
    first = install(campaign, NOTE)
    second = install(campaign, NOTE, {"type": "text", "name": "more"}, version="2")
    assert forms.current_versions(campaign)["THU-01"] == second
    current = {document["id"]: document["current"] for document in sent(campaign) if document["key"] == "THU-01"}
    assert current == {first: False, second: True}
    assert forms.compiled(first)["fields"] == ["day", "note"]
    assert forms.compiled(second)["fields"] == ["day", "note", "more"]


def test_a_question_never_changes_its_type_under_the_same_name(campaign: int) -> None:
    install(campaign, NOTE)
    install(campaign, {"type": "text", "name": "other"}, version="2")
    with pytest.raises(FormRefused) as refused:
        install(campaign, {"type": "integer", "name": "note"}, version="3")
    (error,) = refused.value.errors
    assert (error.row, error.column) == (4, "type")
    assert "'note' was text in an earlier version; give the new question another name" in error.message


def test_a_refused_form_leaves_nothing_behind(campaign: int) -> None:
    with pytest.raises(FormRefused):
        install(campaign, {"type": "osm", "name": "map"})
    assert "THU-01" not in forms.current_versions(campaign)


def test_a_version_that_was_rolled_back_is_not_remembered(campaign: int) -> None:
    class Stop(Exception):
        pass

    numbers: list[int] = []

    @transaction
    def half(*, fail: bool, question: str) -> None:
        numbers.append(install(campaign, {"type": "text", "name": question}))
        assert forms.compiled(numbers[-1])["fields"][1] == question
        if fail:
            raise Stop

    with pytest.raises(Stop):
        half(fail=True, question="lost")
    half(fail=False, question="kept")
    assert forms.compiled(numbers[-1])["fields"] == ["day", "kept"]


def test_a_version_is_read_from_the_database_once(app: Flask, campaign: int) -> None:
    version = install(campaign, NOTE)
    assert forms.compiled(version) is forms.compiled(version)
    assert set(forms.compiled_many([version, 999_999, 2**70, -1])) == {version}


def test_an_unknown_version_is_a_problem(campaign: int) -> None:
    for unknown in (999_999, 0, 2**70):
        with pytest.raises(Problem) as problem:
            forms.compiled(unknown)
        assert problem.value.slug == "form-unknown"


def test_the_documents_of_a_page_cost_one_statement_however_many(app: Flask, campaign: int) -> None:
    ids = [str(version) for version in forms.version_ids(campaign)]
    counted: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *given: counted.append(given[2]))

    @snapshot
    def load() -> int:
        counted.clear()
        return len(forms._load(ids, None))

    assert load() == len(ids) == 9
    assert len([statement for statement in counted if statement.startswith("SELECT")]) == 1


def test_the_source_is_kept(campaign: int) -> None:
    version = install(campaign, NOTE)
    assert db.session.get_one(FormVersion, version).source == source(NOTE, settings={"version": "1"}).encode()


@pytest.fixture
def volunteer(campaign: int, phone: Callable[[], Phone]) -> Phone:
    """A volunteer's phone, enrolled through the API."""
    person = people.install_person({"name": "Sóc Kha", "role": "TNV", "place": "xa-ngai-xuyen", "language": "vi"})
    token = people.install_link(person)["url"].rpartition("/")[2]
    return phone().enrol(token)


def test_whoever_is_signed_in_reads_a_version_and_nobody_else(
    campaign: int, volunteer: Phone, phone: Callable[[], Phone]
) -> None:
    version = forms.current_versions(campaign)["TT-04"]
    answer = volunteer.get(f"/api/forms/{version}")
    assert answer.status_code == 200
    assert answer.get_json() == forms.compiled(version)
    refused = phone().get(f"/api/forms/{version}")
    assert (refused.status_code, refused.get_json()["slug"]) == (401, "sign-in")


@pytest.mark.parametrize("encoding", ["zstd", "gzip", "identity"])
def test_a_version_that_the_phone_holds_is_not_sent_again(campaign: int, volunteer: Phone, encoding: str) -> None:
    versions = forms.current_versions(campaign)
    first = volunteer.get(f"/api/forms/{versions['TT-04']}", headers={"Accept-Encoding": encoding})
    assert first.headers.get("Content-Encoding", "identity") == encoding
    held = {"Accept-Encoding": encoding, "If-None-Match": first.headers["ETag"]}
    again = volunteer.get(f"/api/forms/{versions['TT-04']}", headers=held)
    assert (again.status_code, again.get_data()) == (304, b"")
    assert volunteer.get(f"/api/forms/{versions['CK-05']}", headers=held).status_code == 200


@pytest.mark.parametrize("number", ["999999", "0", str(2**70)])
def test_a_version_that_is_not_there_is_a_404_in_words(number: str, volunteer: Phone) -> None:
    answer = volunteer.get(f"/api/forms/{number}")
    assert (answer.status_code, answer.get_json()["slug"]) == (404, "form-unknown")


def test_a_new_phone_is_told_at_once_which_forms_are_for_its_person(
    campaign: int, volunteer: Phone, phone: Callable[[], Phone]
) -> None:
    told = {form["key"]: form["title"] for form in volunteer.profile["forms"]}
    # Those with a role of their own are the police's and the office's.
    mine = {
        str(document["key"]): document["compiled"]["title"]  # type: ignore[index]
        for document in sent(campaign)
        if "TNV" in document.get("roles", ["TNV"])  # type: ignore[operator]
    }
    assert 0 < len(mine) < len(sent(campaign))
    assert told == mine
    person = people.install_person({"name": "Lãnh đạo", "role": "LD", "place": "huyen-tra-cu", "language": "vi"})
    assert phone().enrol(people.install_link(person)["url"].rpartition("/")[2]).profile["forms"] == []


def test_a_retired_form_is_no_longer_told(campaign: int, phone: Callable[[], Phone]) -> None:
    version = forms.current_versions(campaign)["TT-04"]

    @transaction
    def retire() -> None:
        db.session.get_one(FormVersion, version).retired_at = clock.now()
        structure.changed()

    retire()
    person = people.install_person({"name": "Sóc Kha", "role": "TNV", "place": "xa-ngai-xuyen", "language": "vi"})
    told = phone().enrol(people.install_link(person)["url"].rpartition("/")[2]).profile["forms"]
    assert told
    assert "TT-04" not in {form["key"] for form in told}
