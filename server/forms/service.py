"""Forms: installing a version, and giving versions to the phone and to the rest of the house."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import current_app

from server import clock, feeds
from server.db import db, snapshot, transaction
from server.forms.compile import CompiledForm
from server.forms.rules import walk
from server.forms.sheets import FormError, FormRefused
from server.forms.sources import compile_form
from server.forms.tables import Form, FormVersion
from server.forms.workbooks import read_sheets
from server.problems import Problem
from server.structure import changed, remembered

__all__ = [
    "CompiledForm",
    "FormError",
    "FormRefused",
    "campaign_of",
    "compiled",
    "compiled_many",
    "current_versions",
    "field_index",
    "install",
    "register",
    "version_ids",
]


LARGEST_ID = 2**31 - 1


def register() -> None:
    """Shows forms in campaign feeds."""
    feeds.provide("form", _load)


@transaction
def install(campaign_id: int, text: str, filename: str, *, occurrence: str) -> int:
    """The id of the form version that `text` (Markdown XLSForm) describes; adds it if it isn't there yet.

    `occurrence` is the path of the date that records are counted by. Installing the same again changes nothing.
    Raises `FormRefused`: what is wrong in the source; a version that is already there with other content; a question
    that had another type in an earlier version.
    """
    form = compile_form(text, file=filename, occurrence=occurrence)
    known = db.session.scalars(sa.select(Form).filter_by(campaign_id=campaign_id, key=form["key"])).first()
    earlier = _versions_of(known)
    same = next((version for version in earlier if version.version == form["version"]), None)
    if same and same.hash == form["hash"]:
        return same.id
    if errors := _clashes(form, earlier, same, (text, filename)):
        raise FormRefused(errors)
    changed()
    if known is None:
        known = Form(key=form["key"], campaign_id=campaign_id, title=form["title"])
        db.session.add(known)
    known.title = form["title"]
    db.session.flush()
    added = _add_version(known, form, text)
    for version in (*earlier, added):
        feeds.publish(f"c{campaign_id}", "form", str(version.id))
    return added.id


def _add_version(form: Form, content: CompiledForm, text: str) -> FormVersion:
    version = FormVersion(form_id=form.id, version=content["version"], hash=content["hash"], compiled=content)
    version.source = text
    version.occurrence = content["occurrence"]
    version.created_at = clock.now()
    db.session.add(version)
    db.session.flush()
    # Until it is committed its number may still come to mean another version.
    db.session().info.setdefault("new_form_versions", set()).add(version.id)
    return version


def _versions_of(form: Form | None) -> list[FormVersion]:
    if form is None:
        return []
    return list(db.session.scalars(sa.select(FormVersion).filter_by(form_id=form.id).order_by(FormVersion.id)))


def _clashes(
    form: CompiledForm, earlier: Sequence[FormVersion], same: FormVersion | None, source: tuple[str, str]
) -> list[FormError]:
    """What forbids this version beside the earlier ones: they are immutable, and records of theirs live on."""
    text, filename = source
    sheets = read_sheets(text.encode(), filename)
    errors: list[FormError] = []
    if same:
        words = f"version {same.version} of {form['key']} is installed with other content; raise the version"
        errors.append(sheets["settings"].rows[0].error("version", words))
    rows = {row.get("name"): row for row in sheets["survey"].rows}
    before = {node["path"]: node["t"] for version in earlier for node in walk(version.compiled) if "pos" in node}
    for node in walk(form):
        was = before.get(node["path"])
        if "pos" in node and was not in (None, node["t"]):
            words = f"'{node['path']}' was {was} in an earlier version; give the new question another name"
            row = rows.get(node["name"])
            errors.append(row.error("type", words) if row else FormError(filename, 0, "type", words))
    return errors


def compiled(form_version_id: int) -> CompiledForm:
    """What a form version says; kept in memory, so don't change it. Raises Problem 'form-unknown'."""
    found = compiled_many([form_version_id])
    if form_version_id not in found:
        raise Problem("form-unknown", id=form_version_id)
    return found[form_version_id]


def compiled_many(ids: Collection[int]) -> dict[int, CompiledForm]:
    """The versions among `ids` that exist, in at most one statement; kept in memory, so don't change them."""
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
    query = sa.select(FormVersion.id, FormVersion.compiled).where(FormVersion.id.in_(ids))
    return {row.id: row.compiled for row in db.session.execute(query)}


@remembered
@snapshot
def campaign_of(form_version_id: int) -> int | None:
    """The campaign that a form version belongs to; None where there is no such version."""
    query = sa.select(Form.campaign_id).join(FormVersion, FormVersion.form_id == Form.id)
    return db.session.scalar(query.where(FormVersion.id == form_version_id))


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
    """The newest version's id of each form of a campaign, by the form's key."""
    newest = sa.func.max(FormVersion.id)
    query = sa.select(Form.key, newest).join(FormVersion, FormVersion.form_id == Form.id)
    query = query.where(Form.campaign_id == campaign_id).group_by(Form.key)
    return dict(db.session.execute(query).all())


def _load(refs: Sequence[str], _viewer: Any) -> Mapping[str, dict[str, Any]]:
    """Documents of kind 'form', one statement: every version that a feed names, marked current or not."""
    later = sa.orm.aliased(FormVersion)
    newest = sa.select(sa.func.max(later.id)).where(later.form_id == FormVersion.form_id).scalar_subquery()
    query = sa.select(FormVersion, newest.label("newest")).where(FormVersion.id.in_([int(ref) for ref in refs]))
    return {
        str(version.id): {
            "id": version.id,
            "key": version.compiled["key"],
            "version": version.version,
            "current": version.id == current,
            "compiled": version.compiled,
        }
        for version, current in db.session.execute(query)
    }
