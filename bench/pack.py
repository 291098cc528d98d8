"""A campaign for measuring: one district, one form of 24 fields, as many communes and volunteers as are asked for."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = {"vi": "Tiếng Việt (vi)", "en": "English (en)", "km": "ខ្មែរ (km)"}
CROWD = 8  # volunteers who share one more commune, and read each other
LOCAL = timezone(timedelta(hours=7))
FIRST_DAY = date(2026, 1, 1)
LAST_DAY = date(2099, 12, 31)
CHOICES = {
    "mode": ["road", "waterway"],
    "vehicles": ["motorbike", "car", "truck", "bus", "bicycle", "boat", "tractor", "other"],
    "weather": ["dry", "rain", "fog", "night", "flood"],
    "cause": ["speed", "alcohol", "lane", "overtaking", "signal", "unknown"],
    "answer": ["yes", "no", "unknown"],
}
# (type, name): 24 fields, of the kinds and in the proportions of a field report
FIELDS = [
    ("datetime", "occurred_at"),
    ("select_one mode", "mode"),
    ("geopoint", "location"),
    ("select_multiple vehicles", "vehicles"),
    ("integer", "deaths"),
    ("integer", "injured"),
    ("integer", "children"),
    ("integer", "women"),
    ("integer", "men"),
    ("integer", "damage"),
    ("select_one cause", "cause"),
    ("select_one answer", "alcohol"),
    ("select_one answer", "helmet"),
    ("select_one answer", "police"),
    ("select_multiple weather", "weather"),
    ("integer", "lanes"),
    ("integer", "speed_limit"),
    ("integer", "minutes_to_help"),
    ("text", "road"),
    ("text", "hamlet"),
    ("date", "reported_on"),
    ("integer", "witnesses"),
    ("select_one answer", "lit"),
    ("text", "note"),
]
ROADS = ["QL 53", "QL 54", "ĐT 914", "Đường huyện 25", "Kênh 3 Tháng 2", "Sông Hậu"]
HAMLETS = ["Xoài Lơ", "Giồng Cao", "Ấp Chợ", "Bến Bạ", "Trà Kha", "Cầu Xéo", "Thanh Xuyên"]
NOTES = [
    "Đã đưa người bị thương đến trạm y tế.",
    "Đường trơn sau mưa.",
    "Chưa rõ nguyên nhân.",
    "Công an xã đã đến.",
    "",
]


class _Plain(yaml.SafeDumper):
    """A pack's YAML has no aliases."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def write(directory: Path, phones: int, communes: int) -> Path:
    """Writes the pack: volunteers spread over the communes, then the crowd, then the office; returns its directory."""
    directory.mkdir(parents=True)
    files = {
        "campaign": _campaign(),
        "places": _places(communes),
        "indicators": [],
        "milestones": [],
        "rehearsal": _people(phones, communes),
    }
    for name, content in files.items():
        text = yaml.dump(content, Dumper=_Plain, allow_unicode=True, sort_keys=False)
        (directory / f"{name}.yaml").write_text(text, "utf-8")
    (directory / "REPORT-24.md").write_text(_form(), "utf-8")
    return directory


def values(chance: random.Random, now: datetime) -> list[list[Any]]:
    """A record's `set`: all 24 fields by position."""
    return [[position, _value(kind, name, chance, now)] for position, (kind, name) in enumerate(FIELDS)]


def _value(kind: str, name: str, chance: random.Random, now: datetime) -> Any:
    if kind == "datetime":
        return (now - timedelta(minutes=chance.randint(1, 20_000))).astimezone(LOCAL).isoformat(timespec="minutes")
    if kind == "date":
        return now.astimezone(LOCAL).date().isoformat()
    if kind == "integer":
        return chance.choice([0, 0, 1, 1, 2, 3, chance.randint(0, 200)])
    if kind == "geopoint":
        return f"{9.6 + chance.random() / 5:.6f} {106.2 + chance.random() / 5:.6f} 0 {chance.randint(4, 30)}"
    if kind == "text":
        return chance.choice({"road": ROADS, "hamlet": HAMLETS, "note": NOTES}[name]) or None
    options = CHOICES[kind.split()[1]]
    if kind.startswith("select_one"):
        return chance.choice(options)
    chosen = set(chance.sample(options, chance.randint(1, 2)))
    return [option for option in options if option in chosen]


def _texts(text: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, text)


def _campaign() -> dict[str, Any]:
    window = {"from": FIRST_DAY, "to": LAST_DAY}
    before = {"from": date(2025, 1, 1), "to": date(2025, 12, 31)}
    plan = {"number": "1", "date": FIRST_DAY, "issuer": _texts("Đo"), "title": _texts("Đo"), "theme": _texts("Đo")}
    return {
        "key": "bench",
        "place": "district",
        "name": _texts("Đo"),
        "plan": {**plan, "purposes": [_texts("Đo")], "requirements": []},
        "windows": {"outcome": window, "against": before, "activity": window},
        "zone": "Asia/Ho_Chi_Minh",
        "calendar": "CAL",
        "forms": [{"file": "REPORT-24.md", "occurrence": "occurred_at"}],
    }


def _places(communes: int) -> dict[str, Any]:
    def place(key: str, kind: str, **more: str) -> dict[str, Any]:
        return {"key": key, "versions": [{"from": date(2000, 1, 1), "kind": kind, "name": _texts(key), **more}]}

    communes = [place(f"commune-{number}", "xa", parent="district") for number in range(communes + 1)]
    return {"places": [place("district", "huyen"), *communes]}


def _people(phones: int, communes: int) -> dict[str, Any]:
    places = [*(number % communes for number in range(phones)), *[communes] * CROWD]
    crew = [{"name": f"TNV {n}", "role": "TNV", "place": f"commune-{place}"} for n, place in enumerate(places)]
    return {"people": [*crew, {"name": "VPTT", "role": "TT", "place": "district"}]}


def _form() -> str:
    labels = [f"label::{language}" for language in LANGUAGES.values()]
    rows = [["survey", "type", "name", *labels, "required", "sync::merge"]]
    rows += [["", kind, name, *[name] * 3, *_policy(name)] for kind, name in FIELDS]
    choices = [["choices", "list_name", "name", *labels]]
    choices += [["", group, name, *[name] * 3] for group, names in CHOICES.items() for name in names]
    settings = [["settings", "form_title", "title_en", "title_km", "form_id", "version", "default_language"]]
    settings.append(["", "Báo cáo 24", "Report 24", "Report 24", "REPORT-24", "1", LANGUAGES["vi"]])
    tables = ("\n".join(_row(row, number) for number, row in enumerate(table)) for table in (rows, choices, settings))
    return "\n\n".join(tables) + "\n"


def _policy(name: str) -> tuple[str, str]:
    return "yes" if name == "occurred_at" else "", "latest" if name == "note" else ""


def _row(cells: list[str], number: int) -> str:
    line = "| " + " | ".join(cells) + " |"
    return line + "\n" + "|---" * len(cells) + "|" if number == 0 else line
