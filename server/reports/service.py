"""Exports: everything that a campaign has gathered in the places of whoever asks, as one zip file."""

from __future__ import annotations

import errno
import io
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

from server import clock
from server.campaigns import service as campaigns
from server.campaigns.rules import Campaign
from server.config import current_settings
from server.db import snapshot
from server.forms import rules as form_rules
from server.forms import service as forms
from server.people import service as people
from server.people.rules import Actor
from server.places import service as places
from server.problems import Problem
from server.records import kept
from server.records import service as records
from server.reports import rules
from server.reports.books import Target, Workbook, Zip, write_csv
from server.reports.rules import Layout, Names

Entries = Callable[[Sequence[str]], Iterator[dict[str, Any]]]
TABLES: Mapping[str, tuple[Entries, Callable[[Mapping[str, Any], Names], list[object]]]] = {
    "decisions": (kept.decisions, rules.decision_row),
    "conflicts": (kept.conflicts, rules.conflict_row),
    "moves": (kept.moves, rules.move_row),
}


@dataclass(frozen=True)
class Export:
    """A finished file and what it should be called."""

    file: IO[bytes]
    name: str


def export(actor: Actor, campaign_id: int, file_type: str = "zip") -> Export:
    """The campaign's records, histories, conflicts and held items in the places that the actor may export.

    `file_type`: zip (CSV, with every revision exactly as it was typed) or xlsx (the tables alone). Raises Problem
    'not-found' where there is no such place, 'storage-full' without room for the file. It is written to the disk first:
    nobody's slow line keeps a snapshot open, and a file that comes at all comes whole.
    """
    file = tempfile.TemporaryFile(dir=current_settings().data_dir)  # noqa: SIM115  # whoever sends it closes it
    try:
        name = _write(file, actor, campaign_id, file_type)
    except OSError as error:
        file.close()
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Problem("storage-full") from None
        raise
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return Export(file, name)


@snapshot
def _write(file: IO[bytes], actor: Actor, campaign_id: int, file_type: str) -> str:
    campaign = campaigns.find(campaign_id)
    covered = campaigns.covered_places(campaign_id) if campaign else frozenset()
    mine = [place for place in actor.places("export") if place in covered]
    if campaign is None or not mine:
        raise Problem("not-found")
    now = clock.now().astimezone(ZoneInfo(campaign.zone))
    with _scratch() as folder:
        target: Target = Zip(file, now) if file_type == "zip" else Workbook(file, folder)
        with target:
            _Writer(target, campaign, actor).write(mine)
    return rules.file_name(f"ben-{campaign.key}-{clock.today(campaign.zone).isoformat()}") + f".{file_type}"


def _scratch() -> tempfile.TemporaryDirectory[str]:
    """Where a workbook's sheets lie until it is closed: gone with it, also when it fails half-way."""
    return tempfile.TemporaryDirectory(dir=current_settings().data_dir)


class _People(dict[int, str]):
    """Names of people, looked up when they are first met: only of those who wrote or decided something here."""

    def __missing__(self, number: int) -> str:
        self[number] = people.names([number]).get(number, "")
        return self[number]


class _Places(dict[int, tuple[str, str]]):
    """Codes and names of places as today, looked up when they are first met."""

    def __missing__(self, number: int) -> tuple[str, str]:
        found = places.documents([str(number)], None)[str(number)]
        self[number] = (found["code"] or "", found["name"]["vi"])
        return self[number]


class _Writer:
    """Writes one export. One file of the zip after the other, a page of records at a time."""

    def __init__(self, target: Target, campaign: Campaign, actor: Actor) -> None:
        self.target = target
        self.campaign = campaign
        self.actor = actor
        self.now = clock.now()
        self.versions = {key: forms.compiled(key) for key in forms.version_ids(campaign.id)}

    def write(self, place_ids: Sequence[int]) -> None:
        """All files of the export."""
        by_version = kept.ids(place_ids, list(self.versions))
        everything = [record for records in by_version.values() for record in records]
        forms_called = {key: (form["key"], form["version"]) for key, form in self.versions.items()}
        zone = ZoneInfo(self.campaign.zone)
        names = Names(_People(), _Places(), forms_called, zone, self._acting(), self.actor.language)
        self._about(names)
        for version, ids in by_version.items():
            self._records(version, ids, names)
        for name, (entries, row) in TABLES.items():
            self.target.table(name, rules.HEADERS[name], (row(entry, names) for entry in entries(everything)))
        held = (rules.held_row(item, names) for item in kept.held(place_ids))
        self.target.table("held", rules.HEADERS["held"], held)
        self._codebook(names)
        if isinstance(self.target, Zip):
            with self.target.open("revisions.jsonl", "", "utf-8") as text:
                text.writelines(f"{rules.line(revision)}\n" for revision in kept.revisions(everything))

    def _acting(self) -> Callable[[int, Collection[int], datetime, str | None], int | None]:
        """For whom somebody decided; the roles of each person are looked up once."""
        known = people.Acting()

        def whom(person: int, place_ids: Collection[int], at: datetime, decision: str | None) -> int | None:
            day = clock.local_day(at, self.campaign.zone)
            return known.whom(person, place_ids, day, records.granting(decision))

        return whom

    def _records(self, version: int, records: Sequence[str], names: Names) -> None:
        form = self.versions[version]
        layout = Layout(form["fields"])
        name = rules.file_name(f"records-{form['key']}-{form['version']}")
        heads = kept.heads(records)
        self.target.table(name, rules.record_header(layout), (rules.record_row(h, names, layout) for h in heads))
        for repeat in sorted(layout.repeats):
            items = (row for head in kept.heads(records) for row in rules.item_rows(head, layout, repeat))
            self.target.table(f"{name}-{rules.file_name(repeat)}", rules.item_header(layout, repeat), items)

    def _codebook(self, names: Names) -> None:
        nodes = {key: form_rules.walk(form, hidden=True) for key, form in self.versions.items()}
        for name, rows in (("questions", rules.question_rows), ("choices", rules.choice_rows)):
            found = (row for key, listed in nodes.items() for row in rows(names.forms[key], listed))
            self.target.table(name, rules.HEADERS[name], found)

    def _about(self, names: Names) -> None:
        words = {"campaign": self.campaign.name.get("vi", self.campaign.key), "by": self.actor.name}
        told = rules.ABOUT if isinstance(self.target, Zip) else rules.ABOUT_BOOK
        told = told.format(now=names.moment(self.now), zone=self.campaign.zone, **words)
        self.target.text("README", told)


def written(header: Sequence[str], rows: Iterable[Sequence[object]], file_type: str) -> bytes:
    """A single table as a file: csv or xlsx."""
    target = io.BytesIO()
    if file_type == "xlsx":
        with _scratch() as folder, Workbook(target, folder) as book:
            book.table("Bến", header, rows)
    else:
        text = io.TextIOWrapper(target, encoding="utf-8-sig", errors="backslashreplace", newline="")
        write_csv(text, header, rows)
        text.detach()
    return target.getvalue()
