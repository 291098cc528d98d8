"""The office changes the campaign's own days and what its figures are called: over the pack, seen before it is done."""

from __future__ import annotations

from typing import Any

from server.setup import service
from server.setup.loading import load
from tests.tools.chain import Chain, pack
from tests.tools.phones import Phone
from tests.tools.setting_up import address, change, days, of, preview, seen_by

DISTRICT_OFFICE = "huyen-tra-cu"
PEOPLE_REACHED = {"name": {"vi": "Người được nghe", "en": "People who listened"}, "unit": {"vi": "lượt"}}


def windows(chain: Chain, office: Phone, activity: dict[str, str], report_days: int = 5) -> dict[str, Any]:
    """A change of the days of activities; the others stay."""
    now = office.get(address(chain)).get_json()["windows"]["windows"]
    value = {"windows": {**now, "activity": activity}, "report_days": report_days}
    return {"part": "calendar", "code": "windows", "value": value}


def test_a_record_outside_the_new_window_is_seen_to_count_no_more_and_then_does_not(
    chain: Chain, office: Phone
) -> None:
    chain.approved("TT-04", attendees_total=60)
    later = windows(chain, office, {"from": "2023-05-20", "to": "2023-12-14"})
    seen = preview(chain, office, later)
    (district,) = (one for one in seen["figures"] if (one["code"], one["place"]) == ("P2", chain.district))
    assert (district["before"]["numerator"], district["after"]["numerator"]) == (60, 0)
    assert chain.indicator("P2")["numerator"] == 60  # type: ignore[index]
    shown = change(chain, office, later)
    assert shown["windows"]["windows"]["activity"]["from"] == "2023-05-20"
    assert shown["windows_changed"]
    assert chain.indicator("P2")["numerator"] == 0  # type: ignore[index]
    shown = change(chain, office, {"part": "calendar", "code": "windows", "value": None})
    assert (shown["windows"], shown["windows_changed"]) == (shown["windows_of_pack"], False)
    assert chain.indicator("P2")["numerator"] == 60  # type: ignore[index]


def test_phones_are_told_of_new_days_by_the_usual_sync(chain: Chain, office: Phone) -> None:
    cursors = chain.volunteer.sync()["cursors"]
    change(chain, office, windows(chain, office, {"from": "2023-04-01", "to": "2023-12-20"}, report_days=9))
    answer = chain.volunteer.sync(cursors=cursors)
    (told,) = (item for page in answer["changes"].values() for item in page if item["k"] == "campaign")
    assert told["windows"]["activity"] == {"from": "2023-04-01", "to": "2023-12-20"}


def test_a_window_that_ends_before_it_begins_is_refused_with_its_name(chain: Chain, office: Phone) -> None:
    wrong = windows(chain, office, {"from": "2023-05-20", "to": "2023-05-19"})
    refused = office.post(f"{address(chain)}/preview", {"changes": [wrong], "seen": seen_by(chain, office)})
    assert refused.status_code == 422
    assert list(refused.get_json()["errors"]) == ["activity.to"]


def test_days_are_kept_as_phones_read_them(chain: Chain, office: Phone) -> None:
    shown = change(chain, office, windows(chain, office, {"from": "20230401", "to": "2023-12-20"}))
    assert shown["windows"]["windows"]["activity"] == {"from": "2023-04-01", "to": "2023-12-20"}
    shown = change(chain, office, days({"from": "20230508", "to": "2023-05-12", "name": {"vi": "Tuần lễ"}}))
    assert shown["special"] == [{"from": "2023-05-08", "to": "2023-05-12", "name": {"vi": "Tuần lễ"}}]


def test_days_and_names_that_the_office_gave_stand_when_the_pack_is_loaded_again(chain: Chain, office: Phone) -> None:
    change(chain, office, windows(chain, office, {"from": "2023-04-01", "to": "2023-12-20"}, report_days=9))
    before = change(chain, office, {"part": "indicators", "code": "P2", "value": PEOPLE_REACHED})
    load(pack())
    after = office.get(address(chain)).get_json()
    assert after["windows"] == before["windows"]
    assert after["windows"]["report_days"] == 9
    assert after["indicators"] == before["indicators"]
    assert service.kept_over_pack(chain.campaign) == ["name of P2", "days of campaign.yaml: windows"]


def test_a_figure_is_called_as_the_office_says_and_nothing_is_counted_otherwise(chain: Chain, office: Phone) -> None:
    chain.approved("TT-04", attendees_total=60)
    cursors = chain.volunteer.sync()["cursors"]
    renamed = {"part": "indicators", "code": "P2", "value": PEOPLE_REACHED}
    assert preview(chain, office, renamed)["figures"] == []
    shown = change(chain, office, renamed)
    line = of(shown["indicators"], "P2")
    assert (line["name"], line["unit"], line["changed"]) == (PEOPLE_REACHED["name"], PEOPLE_REACHED["unit"], True)
    answer = chain.volunteer.sync(cursors=cursors)
    told = [item for page in answer["changes"].values() for item in page if item.get("code") == "P2"]
    assert {item["name"]["vi"] for item in told} == {"Người được nghe"}
    assert told[0]["numerator"] == 60
    shown = change(chain, office, {**renamed, "value": None})
    line = of(shown["indicators"], "P2")
    assert line["name"]["vi"] != "Người được nghe"
    assert not line["changed"]


def test_only_the_campaigns_own_figures_are_named(chain: Chain, office: Phone) -> None:
    renamed = {"part": "indicators", "code": "P99", "value": PEOPLE_REACHED}
    refused = office.post(f"{address(chain)}/changes", {"changes": [renamed], "seen": seen_by(chain, office)})
    assert refused.status_code == 422
    assert list(refused.get_json()["errors"]) == ["P99"]
