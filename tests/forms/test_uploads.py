"""An office's forms through the API: uploaded, refused at their cells, published to some, retired, given back."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from server.campaigns import service as campaigns
from server.people import service as people
from server.setup.loading import load
from tests.forms.books import CHOICES, SETTINGS, SURVEY, Rows, form
from tests.forms.test_service import PACK
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone

AT = "2023-05-16T08:10:00+07:00"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture
def campaign(app: Flask, clock: StillClock) -> int:
    return load(campaigns.read_pack(PACK))


@pytest.fixture
def enrolled(campaign: int, phone: Callable[[], Phone]) -> Callable[..., Phone]:
    def enrol(role: str, place: str = "xa-ngai-xuyen") -> Phone:
        person = people.install_person({"name": f"{role} {place}", "role": role, "place": place, "language": "vi"})
        return phone().enrol(people.install_link(person)["url"].rpartition("/")[2])

    return enrol


@pytest.fixture
def office(enrolled: Callable[..., Phone]) -> Phone:
    return enrolled("TT", "huyen-tra-cu")


def send(phone: Phone, campaign: int, data: bytes, **more: Any) -> Any:
    """Uploads; `name` of the file, `files` beside it, the `occurrence`."""
    name, files = more.pop("name", "thu.xlsx"), more.pop("files", {})
    parts: dict[str, Any] = {"form": (io.BytesIO(data), name), **more}
    parts["files"] = [(io.BytesIO(content), called) for called, content in files.items()]
    return phone.call("POST", f"/api/campaigns/{campaign}/forms", data=parts, content_type="multipart/form-data")


def uploaded(phone: Phone, campaign: int, data: bytes, **more: Any) -> dict[str, Any]:
    answer = send(phone, campaign, data, **more)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    document: dict[str, Any] = answer.get_json()
    return document


def published(phone: Phone, version: int, **audience: Any) -> Any:
    return phone.post(f"/api/forms/{version}/publish", {"roles": [], "places": [], **audience})


def settings(version: str) -> Rows:
    return (SETTINGS[0], ("Buổi tuyên truyền", "tuyen-truyen", version))


def forms_of(phone: Phone, campaign: int) -> dict[int, dict[str, Any]]:
    """The form documents that a phone is sent, of the uploaded form."""
    changes = phone.sync()["changes"].get(f"c{campaign}", [])
    return {each["id"]: each for each in changes if each["k"] == "form" and each.get("key") == "tuyen-truyen"}


def current(phone: Phone, campaign: int) -> dict[str, bool]:
    return {each["version"]: each["current"] for each in forms_of(phone, campaign).values()}


def create(phone: Phone, version: int, place: int, *, n: int = 1, at: str = AT) -> dict[str, Any]:
    changes = [[0, "2023-05-15"], [1, "talk"], [2, 30]]
    edit = {"n": n, "kind": "edit", "record": f"{phone.device}-{n}", "base": 0, "form": version, "place": place}
    result: dict[str, Any] = phone.sync({**edit, "at": at, "after": [], "set": changes})["results"][0]
    return result


def place_of(phone: Phone) -> int:
    return int(phone.profile["roles"][0]["place"]["id"])


def test_an_upload_is_a_draft_that_no_phone_is_told_of(
    campaign: int, office: Phone, enrolled: Callable[..., Phone]
) -> None:
    draft = uploaded(office, campaign, form())
    assert (draft["state"], draft["key"], draft["version"], draft["occurrence"]) == (
        "draft",
        "tuyen-truyen",
        "1",
        "held_on",
    )
    volunteer = enrolled("TNV")
    assert forms_of(volunteer, campaign) == {}
    assert volunteer.get(f"/api/forms/{draft['id']}").get_json()["slug"] == "form-unknown"
    assert office.get(f"/api/forms/{draft['id']}").get_json()["key"] == "tuyen-truyen"
    assert create(volunteer, draft["id"], place_of(volunteer))["reason"] == "form-unknown"


def test_what_is_wrong_is_answered_at_its_cells(campaign: int, office: Phone) -> None:
    broken = form((("type", "name", "label"), ("colour", "a", "A"), ("text", "b b", "B")))
    answer = send(office, campaign, broken)
    assert (answer.status_code, answer.get_json()["slug"]) == (422, "form-refused")
    assert [(error["sheet"], error["cell"]) for error in answer.get_json()["errors"]] == [
        ("survey", "A2"),
        ("survey", "B3"),
    ]
    assert all(each["key"] != "tuyen-truyen" for each in office.get(f"/api/campaigns/{campaign}/forms").get_json())


def test_a_published_form_reaches_phones_and_is_filled_in(
    campaign: int, office: Phone, enrolled: Callable[..., Phone]
) -> None:
    draft = uploaded(office, campaign, form())
    assert published(office, draft["id"]).get_json()["state"] == "published"
    volunteer = enrolled("TNV")
    (document,) = forms_of(volunteer, campaign).values()
    assert (document["current"], document["compiled"]["version"]) == (True, "1")
    assert not {"roles", "places", "retired"} & set(document)
    assert create(volunteer, draft["id"], place_of(volunteer))["status"] == "applied"


def test_a_form_for_some_places_and_roles_is_begun_by_nobody_else_and_nothing_is_lost(
    campaign: int, office: Phone, enrolled: Callable[..., Phone]
) -> None:
    here, elsewhere, chief = enrolled("TNV"), enrolled("TNV", "tt-tra-cu"), enrolled("GSV")
    draft = uploaded(office, campaign, form())
    published(office, draft["id"], roles=["TNV"], places=[place_of(here)])
    (document,) = forms_of(here, campaign).values()
    assert (document["roles"], document["places"]) == (["TNV"], [place_of(here)])
    assert create(here, draft["id"], place_of(here))["status"] == "applied"
    for phone in (elsewhere, chief):
        refused = create(phone, draft["id"], place_of(phone))
        assert (refused["status"], refused["reason"]) == ("quarantined", "form-not-offered")
    # who answers for the place may let it in all the same
    assert chief.post(f"/api/quarantine/{not_offered(chief)}/release").status_code == 200


def not_offered(phone: Phone) -> str:
    """The id of the one item that a phone is shown as held since its form wasn't offered there or then."""
    told = [each for feed in phone.sync()["changes"].values() for each in feed if isinstance(each, dict)]
    (held,) = {each["id"] for each in told if each["k"] == "quarantine" and each.get("reason") == "form-not-offered"}
    return str(held)


def test_after_it_is_retired_only_what_was_written_before_comes_in(
    campaign: int, office: Phone, enrolled: Callable[..., Phone]
) -> None:
    volunteer = enrolled("TNV")
    draft = uploaded(office, campaign, form())
    published(office, draft["id"])
    assert office.post(f"/api/forms/{draft['id']}/retire").get_json()["state"] == "retired"
    (document,) = forms_of(volunteer, campaign).values()
    assert document["current"] is False
    assert document["retired"]
    place = place_of(volunteer)
    assert create(volunteer, draft["id"], place, at="2023-05-16T07:00:00+07:00")["status"] == "applied"
    late = create(volunteer, draft["id"], place, n=2, at="2023-05-16T07:31:00+07:00")
    assert (late["status"], late["reason"]) == ("quarantined", "form-not-offered")
    held = not_offered(volunteer)
    again = volunteer.post(f"/api/quarantine/{held}/release")
    assert (again.status_code, again.get_json()["reason"]) == (409, "form-not-offered")  # who wrote it can't let it in
    assert office.delete(f"/api/forms/{draft['id']}/retire").get_json()["state"] == "published"
    assert volunteer.post(f"/api/quarantine/{held}/release").get_json()["status"] == "released"
    assert create(volunteer, draft["id"], place, n=3)["status"] == "applied"


def test_a_draft_is_replaced_and_a_published_version_never(campaign: int, office: Phone) -> None:
    first = uploaded(office, campaign, form())
    changed = form((*SURVEY, ("text", "remark", "Ghi chú", "Remark", None, None, None)))
    second = uploaded(office, campaign, changed)
    assert second["questions"] == first["questions"] + 1
    every = office.get(f"/api/campaigns/{campaign}/forms").get_json()
    (mine,) = [each for each in every if each["key"] == "tuyen-truyen"]
    assert [each["id"] for each in mine["versions"]] == [second["id"]]
    published(office, second["id"])
    assert uploaded(office, campaign, changed)["id"] == second["id"]
    (error,) = send(office, campaign, form()).get_json()["errors"]
    assert (error["sheet"], error["cell"]) == ("settings", "C2")
    assert "version 1 of tuyen-truyen is installed with other content; raise the version" in error["message"]
    assert office.delete(f"/api/forms/{second['id']}").get_json()["slug"] == "form-published"


def test_a_retyped_question_is_refused_and_a_renamed_one_is_called_out(campaign: int, office: Phone) -> None:
    published(office, uploaded(office, campaign, form())["id"])
    retyped = (*SURVEY[:3], ("text", "people", "Số người", "People", None, None, None))
    (error,) = send(office, campaign, form(retyped, settings=settings("2"))).get_json()["errors"]
    assert (error["cell"], "'people' was integer in an earlier version" in error["message"]) == ("A4", True)
    renamed = (*SURVEY[:3], ("integer", "peoples", "Số người", "People", None, ". >= 0", "Không được âm."))
    second = uploaded(office, campaign, form(renamed, settings=settings("2")))
    (warning,) = second["warnings"]
    assert warning["cell"] == "B4"
    assert "'peoples' looks like the question 'people' of the version before" in warning["message"]


def test_a_new_version_is_offered_and_drafts_of_the_old_one_still_come_in(
    campaign: int, office: Phone, enrolled: Callable[..., Phone]
) -> None:
    volunteer = enrolled("TNV")
    first = uploaded(office, campaign, form())
    published(office, first["id"])
    second = uploaded(office, campaign, form(settings=settings("2")))
    published(office, second["id"])
    assert current(volunteer, campaign) == {"1": False, "2": True}
    assert create(volunteer, first["id"], place_of(volunteer))["status"] == "applied"
    office.post(f"/api/forms/{second['id']}/retire")
    assert current(volunteer, campaign) == {"1": True, "2": False}


FROM_FILE: Rows = (("type", "name", "label", "image"), ("select_one_from_file xa.csv", "xa", "Xã", "xa.png"))


def test_a_form_whose_files_are_missing_is_not_published(campaign: int, office: Phone) -> None:
    draft = uploaded(office, campaign, form(FROM_FILE))
    assert draft["missing"] == ["xa.csv", "xa.png"]
    refused = published(office, draft["id"])
    assert (refused.status_code, refused.get_json()["slug"]) == (409, "form-incomplete")
    assert refused.get_json()["missing"] == ["xa.csv", "xa.png"]
    whole = uploaded(office, campaign, form(FROM_FILE), files={"xa.csv": b"name,label\n1,Ngai Xuyen\n", "xa.png": PNG})
    assert (whole["missing"], whole["files"]) == ([], ["xa.csv", "xa.png"])
    assert published(office, whole["id"]).status_code == 200


def test_files_are_served_within_rights_and_run_nothing(
    campaign: int, office: Phone, enrolled: Callable[..., Phone], phone: Callable[[], Phone]
) -> None:
    draft = uploaded(office, campaign, form(FROM_FILE), files={"xa.csv": b"name,label\n1,N\n", "xa.png": PNG})
    volunteer = enrolled("TNV")
    assert volunteer.get(f"/api/forms/{draft['id']}/files/xa.png").status_code == 404
    published(office, draft["id"])
    answer = volunteer.get(f"/api/forms/{draft['id']}/files/xa.png")
    assert (answer.data, answer.mimetype) == (PNG, "image/png")
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert volunteer.get(f"/api/forms/{draft['id']}/files/other.png").status_code == 404
    picture = f"/api/forms/{draft['id']}/files/xa.png?device={volunteer.device}"
    assert volunteer.client.get(picture, headers={"Sec-Fetch-Site": "same-origin"}).data == PNG
    assert volunteer.client.get(picture, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert phone().get(f"/api/forms/{draft['id']}/files/xa.png").status_code == 401


def test_a_file_that_no_form_shows_is_refused(campaign: int, office: Phone) -> None:
    answer = send(office, campaign, form(), files={"run.html": b"<script>"})
    assert (answer.status_code, answer.get_json()["errors"][0]["file"]) == (422, "run.html")


def test_the_office_gets_its_file_back_as_it_came(campaign: int, office: Phone, enrolled: Callable[..., Phone]) -> None:
    data = form()
    draft = uploaded(office, campaign, data, name="Buổi tuyên truyền.xlsx")
    answer = office.get(f"/api/forms/{draft['id']}/source")
    assert answer.data == data
    assert "filename*=UTF-8''Bu%E1%BB%95i" in answer.headers["Content-Disposition"]
    assert enrolled("GSV").get(f"/api/forms/{draft['id']}/source").status_code == 404


def test_the_date_that_records_are_counted_by_is_chosen(campaign: int, office: Phone) -> None:
    rows = (*SURVEY, ("date", "told_on", "Ngày báo", "Told", "yes", None, None))
    assert uploaded(office, campaign, form(rows))["dates"] == ["held_on", "told_on"]
    assert uploaded(office, campaign, form(rows), occurrence="told_on")["occurrence"] == "told_on"
    refused = send(office, campaign, form(rows), occurrence="people")
    assert "must be a date or datetime" in refused.get_json()["errors"][0]["message"]
    none = (("type", "name", "label"), ("text", "a", "A"))
    assert uploaded(office, campaign, form(none, choices=CHOICES))["occurrence"] is None


def test_only_the_campaigns_office_may(campaign: int, office: Phone, enrolled: Callable[..., Phone]) -> None:
    draft = uploaded(office, campaign, form())
    for stranger in (enrolled("TNV"), enrolled("GSV")):
        assert send(stranger, campaign, form()).status_code == 404
        assert stranger.get(f"/api/campaigns/{campaign}/forms").status_code == 404
        assert published(stranger, draft["id"]).status_code == 404
        assert stranger.post(f"/api/forms/{draft['id']}/retire").status_code == 404
        assert stranger.delete(f"/api/forms/{draft['id']}").status_code == 404
    assert published(office, draft["id"], roles=["LD"]).get_json()["slug"] == "invalid"
    assert published(office, draft["id"], places=[999]).get_json()["slug"] == "invalid"
    assert office.delete(f"/api/forms/{draft['id']}").status_code == 204


def test_a_body_without_a_form_is_refused(campaign: int, office: Phone) -> None:
    answer = office.post(f"/api/campaigns/{campaign}/forms", {})
    assert (answer.status_code, answer.get_json()["slug"]) == (415, "unsupported-media")
