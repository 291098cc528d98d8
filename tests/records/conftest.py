"""The real campaign with a commune's people, each on a phone of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from server.campaigns import service as campaigns
from server.db import transaction
from server.forms import service as forms
from server.people import service as people
from server.places import service as places
from tests.tools.chain import pack
from tests.tools.clocks import StillClock
from tests.tools.phones import Phone

AT = "2023-05-16T07:30:00+07:00"


@dataclass
class World:
    """A campaign that has been loaded, its places and forms by key."""

    app: Flask
    campaign: int
    place: int
    other_place: int
    district: int
    versions: dict[str, int]

    def phone(self, name: str, role: str = "TNV", place: str = "xa-ngai-xuyen") -> Phone:
        """An enrolled phone of a person (added if new)."""
        person = people.install_person({"name": name, "role": role, "place": place, "language": "vi"})
        token = people.install_link(person)["url"].rpartition("/")[2]
        return Phone(self.app).enrol(token)

    def positions(self, form: str, values: dict[str, Any]) -> list[list[Any]]:
        """Answers by name as they travel: [[position, value], …]."""
        fields = forms.compiled(self.versions[form])["fields"]
        by_name = {path.rpartition("/")[2]: position for position, path in enumerate(fields)}
        return [[by_name[name], value] for name, value in values.items()]

    def create(self, phone: Phone, n: int, form: str = "CK-05", **changes: Any) -> dict[str, Any]:
        """A mutation that creates record <device>-<n>, valid unless `changes` say otherwise."""
        values = {**VALID[form], **changes}
        return {
            "n": n,
            "kind": "edit",
            "record": f"{phone.device}-{n}",
            "base": 0,
            "form": self.versions[form],
            "place": self.place,
            "at": AT,
            "set": self.positions(form, values),
        }

    def edit(self, n: int, record: str, base: int, **changes: Any) -> dict[str, Any]:
        """A mutation that changes answers of a CK-05 record."""
        edit = {"n": n, "kind": "edit", "record": record, "base": base, "at": AT}
        return edit | {"set": self.positions("CK-05", changes)}


VALID: dict[str, dict[str, Any]] = {
    "CK-05": {
        "signed_on": "2023-05-10",
        "pledge_type": "helmet",
        "group": "pupils",
        "target_count": 40,
        "signed_count": 30,
    },
    "TNGT-01": {
        "occurred_at": "2023-05-15T18:00:00.000+07:00",
        "mode": "road",
        "vehicles": ["motorbike"],
        "deaths_seen": 0,
        "injured_seen": 1,
        "emergency_called": ["ambulance_115"],
    },
}


@pytest.fixture
def world(app: Flask, clock: StillClock) -> World:
    """Trà Cú's campaign at the time of its rehearsal."""

    @transaction
    def load() -> int:
        campaign_id = campaigns.install(pack())
        for form in pack().forms:
            forms.install(campaign_id, form.text, form.file, occurrence=form.occurrence)
        return campaign_id

    campaign_id = load()
    return World(
        app,
        campaign_id,
        places.by_key("xa-ngai-xuyen"),
        places.by_key("xa-dai-an"),
        places.by_key("huyen-tra-cu"),
        forms.current_versions(campaign_id),
    )


@pytest.fixture
def volunteer(world: World) -> Phone:
    """An's phone."""
    return world.phone("Thạch Thị An")


@pytest.fixture
def colleague(world: World) -> Phone:
    """Bình's phone: another volunteer of the same commune."""
    return world.phone("Kim Bình")


@pytest.fixture
def supervisor(world: World) -> Phone:
    """Chi's phone: the commune's supervisor."""
    return world.phone("Sơn Chi", "GSV")
