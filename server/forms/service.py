"""Forms: installing a version, and giving versions to the phone and to the rest of the house."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

import sqlalchemy as sa
from flask import current_app

from server import clock, feeds
from server.campaigns import service as campaigns
from server.db import db, snapshot, transaction
from server.forms import earlier
from server.forms.compile import CompiledForm
from server.forms.earlier import Earlier
from server.forms.sheets import FormError, FormRefused
from server.forms.sources import compile_form
from server.forms.tables import Form, FormFile, FormVersion
from server.people import service as people
from server.people.rules import Actor
from server.places import service as places
from server.problems import Problem
from server.structure import changed, remembered

__all__ = [
    "Audience",
    "CompiledForm",
    "FormError",
    "FormRefused",
    "audience",
    "campaign_of",
    "compiled",
    "compiled_many",
    "current_versions",
    "field_index",
    "install",
    "offers",
    "register",
    "version_ids",
]


LARGEST_ID = 2**31 - 1


def register() -> None:
    """Shows forms in campaign feeds, and their names to a phone that has just been enrolled."""
    feeds.provide("form", _load)
    people.tell_beside("forms", offers)


@transaction
def install(campaign_id: int, text: str, filename: str, *, occurrence: str, roles: Collection[str] = ()) -> int:
    """The id of the form version that `text` (Markdown XLSForm) describes; adds and publishes it if it isn't there yet.

    `occurrence` is the path of the date that records are counted by; `roles` are those who may begin a record with it,
    all who may write if none are named. Installing the same again changes nothing. Raises `FormRefused`: what is wrong
    in the source; a version that is already there with other content; a question that had another type in an earlier
    version.
    """
    form = compile_form(text, file=filename, occurrence=occurrence, earlier=earlier_versions(campaign_id))
    row = form_row(campaign_id, form)
    same = next((version for version in versions_of(row) if version.version == form["version"]), None)
    if same and same.published_at:
        if sorted(same.roles) != sorted(roles):
            same.roles = sorted(roles)
            tell(row)
        return same.id
    if same:
        remove(same)
    added = add_version(row, form, Source(text.encode(), PurePath(filename).name), roles=roles)
    added.published_at = clock.now()
    row.title = form["title"]
    tell(row)
    return added.id


@dataclass(frozen=True)
class Source:
    """The file that a form was made from, as it came, and who brought it."""

    data: bytes
    filename: str
    by: int | None = None


def form_row(campaign_id: int, content: CompiledForm) -> Form:
    """The form that this content is a version of; made if it is the first."""
    known = db.session.scalars(sa.select(Form).filter_by(campaign_id=campaign_id, key=content["key"])).first()
    if known is None:
        known = Form(key=content["key"], campaign_id=campaign_id, title=content["title"])
        db.session.add(known)
        db.session.flush()
    return known


def add_version(form: Form, content: CompiledForm, source: Source, *, roles: Collection[str] = ()) -> FormVersion:
    """Adds a version as a draft."""
    version = FormVersion(form_id=form.id, version=content["version"], hash=content["hash"], compiled=content)
    version.source = source.data
    version.filename = source.filename
    version.occurrence = content["occurrence"]
    version.created_at = clock.now()
    version.created_by = source.by
    version.warnings = []
    version.roles = sorted(roles)
    version.places = []
    db.session.add(version)
    db.session.flush()
    # Until it is committed its number may still come to mean another version.
    db.session().info.setdefault("new_form_versions", set()).add(version.id)
    return version


def remove(draft: FormVersion) -> None:
    """Takes a draft away, which nobody has filled in; its number is never given again."""
    db.session.execute(sa.delete(FormFile).where(FormFile.form_version_id == draft.id))
    db.session.delete(draft)
    db.session.flush()


def tell(form: Form) -> None:
    """Tells the campaign's feed of the form's published versions: which of them is offered to whom has changed."""
    changed()
    for version in versions_of(form):
        if version.published_at:
            feeds.publish(f"c{form.campaign_id}", "form", str(version.id))


def versions_of(form: Form) -> list[FormVersion]:
    """A form's versions, oldest first."""
    return list(db.session.scalars(sa.select(FormVersion).filter_by(form_id=form.id).order_by(FormVersion.id)))


@snapshot
def earlier_versions(campaign_id: int) -> dict[str, Earlier]:
    """What is known of the published versions of each form of a campaign, by its key."""
    query = sa.select(FormVersion.compiled).join(Form, FormVersion.form_id == Form.id)
    query = query.where(Form.campaign_id == campaign_id, FormVersion.published_at.is_not(None))
    found: dict[str, list[CompiledForm]] = defaultdict(list)
    for content in db.session.scalars(query.order_by(FormVersion.id)):
        found[content["key"]].append(content)
    return {key: earlier.of(contents) for key, contents in found.items()}


def compiled(form_version_id: int) -> CompiledForm:
    """What a form version says; kept in memory, so don't change it. Raises Problem 'form-unknown'."""
    found = compiled_many([form_version_id])
    if form_version_id not in found:
        raise Problem("form-unknown", id=form_version_id)
    return found[form_version_id]


def compiled_many(ids: Collection[int]) -> dict[int, CompiledForm]:
    """The versions among `ids` that are published, in at most one statement; kept in memory, so don't change them."""
    cache: dict[int, CompiledForm] = current_app.extensions.setdefault("ben.forms", {})
    missing = sorted(key for key in set(ids) - cache.keys() if 0 < key <= LARGEST_ID)
    fresh: dict[int, CompiledForm] = {}
    if missing:
        fresh = _read(missing)
        uncommitted: Collection[int] = db.session().info.get("new_form_versions", ())
        cache.update({key: form for key, form in fresh.items() if key not in uncommitted})
    return {key: fresh.get(key) or cache[key] for key in ids if key in fresh or key in cache}


@snapshot
def _read(ids: Sequence[int]) -> dict[int, CompiledForm]:
    # A draft may still be replaced: nobody fills it in, and nothing of it is remembered.
    known = (FormVersion.id.in_(ids), FormVersion.published_at.is_not(None))
    query = sa.select(FormVersion.id, FormVersion.compiled).where(*known)
    return {row.id: row.compiled for row in db.session.execute(query)}


@remembered
@snapshot
def campaign_of(form_version_id: int) -> int | None:
    """The campaign that a published form version belongs to; None where there is no such version."""
    query = sa.select(Form.campaign_id).join(FormVersion, FormVersion.form_id == Form.id)
    return db.session.scalar(query.where(FormVersion.id == form_version_id, FormVersion.published_at.is_not(None)))


@snapshot
def version_ids(campaign_id: int) -> list[int]:
    """The ids of all form versions of a campaign."""
    query = sa.select(FormVersion.id).join(Form, FormVersion.form_id == Form.id).where(Form.campaign_id == campaign_id)
    return list(db.session.scalars(query.order_by(FormVersion.id)))


def field_index(form_version_id: int) -> dict[str, int]:
    """The wire position of each question by path. Raises Problem 'form-unknown'."""
    return {path: position for position, path in enumerate(compiled(form_version_id)["fields"])}


@snapshot
def current_versions(campaign_id: int) -> dict[str, int]:
    """The newest published version's id of each form of a campaign, by the form's key."""
    newest = sa.func.max(FormVersion.id)
    query = sa.select(Form.key, newest).join(FormVersion, FormVersion.form_id == Form.id)
    query = query.where(Form.campaign_id == campaign_id, FormVersion.published_at.is_not(None)).group_by(Form.key)
    return dict(db.session.execute(query).all())


@dataclass(frozen=True)
class Audience:
    """Whom a published version is for: these roles, at these places (None: everybody, everywhere), until `retired`."""

    roles: frozenset[str]
    places: frozenset[int] | None
    retired: datetime | None

    def offers(self, roles: Collection[str], place_id: int, at: datetime) -> bool:
        """Whether somebody with these roles at the place could begin a record with it at that moment."""
        if self.retired is not None and at >= self.retired:
            return False
        if self.roles and not self.roles.intersection(roles):
            return False
        return self.places is None or place_id in self.places


@remembered
@snapshot
def audience(form_version_id: int, today: date) -> Audience | None:
    """Whom a version is for on that day; None for a draft, or where there is no such version."""
    version = db.session.get(FormVersion, form_version_id) if 0 < form_version_id <= LARGEST_ID else None
    if version is None or version.published_at is None:
        return None
    covered: frozenset[int] | None = None
    if version.places:
        below = places.reach(version.places, today)
        reached = frozenset(version.places).union(*below.values())
        covered = reached.union(*places.parts(reached, today).values())
    return Audience(frozenset(version.roles), covered, version.retired_at)


@snapshot
def offers(actor: Actor) -> list[dict[str, Any]]:
    """Key and title of each form that they could begin a record with now, in the order in which the forms came."""
    found: dict[str, dict[str, Any]] = {}
    for campaign in campaigns.all_campaigns():
        there = campaigns.covered_places(campaign.id).intersection(actor.places("write"))
        for form in compiled_many(_offered(version_ids(campaign.id), actor, there)).values():
            found[form["key"]] = {"key": form["key"], "title": form["title"]}
    return list(found.values())


def _offered(versions: Sequence[int], actor: Actor, there: Collection[int]) -> list[int]:
    at, today = clock.now(), clock.today()
    for_whom = ((version, audience(version, today)) for version in versions)
    return [
        version
        for version, meant in for_whom
        if meant and any(meant.offers(actor.roles.get(place, frozenset()), place, at) for place in there)
    ]


def _load(refs: Sequence[str], _viewer: Any) -> Mapping[str, dict[str, Any]]:
    """Documents of kind 'form', one statement: every published version that a feed names, marked current or not."""
    later = sa.orm.aliased(FormVersion)
    open_ones = (later.form_id == FormVersion.form_id, later.published_at.is_not(None), later.retired_at.is_(None))
    newest = sa.select(sa.func.max(later.id)).where(*open_ones).scalar_subquery()
    query = sa.select(FormVersion, newest.label("newest"))
    query = query.where(FormVersion.id.in_([int(ref) for ref in refs]), FormVersion.published_at.is_not(None))
    return {
        str(version.id): {
            "id": version.id,
            "key": version.compiled["key"],
            "version": version.version,
            "current": version.id == current,
            "compiled": version.compiled,
            **({"roles": version.roles} if version.roles else {}),
            **({"places": version.places} if version.places else {}),
            **({"retired": version.retired_at} if version.retired_at else {}),
        }
        for version, current in db.session.execute(query)
    }
