"""What an office does with forms: upload, publish to roles and places, retire, take back, and get the file again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from server import clock
from server.campaigns import service as campaigns
from server.db import db, snapshot, transaction
from server.forms import service
from server.forms.bounded import Compiled, compile_bounded
from server.forms.remarks import Said, say
from server.forms.sheets import FormError, FormRefused
from server.forms.sources import About, occurrences
from server.forms.tables import Form, FormFile, FormVersion
from server.people import service as people
from server.people.rules import RIGHTS, Actor
from server.problems import Problem

Document = dict[str, Any]

LISTS = {"csv": "text/csv", "geojson": "application/geo+json", "json": "application/json", "xml": "text/xml"}
# What browsers show, by the name's ending; SVG is shown as a picture only, where it runs nothing.
MEDIA = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "svg": "image/svg+xml",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "mp4": "video/mp4",
    "webm": "video/webm",
}
MOST_FILES = 100
MOST_FILE_BYTES = 20_000_000
LONGEST_NAME = 200


@dataclass(frozen=True)
class Upload:
    """The files that came: the form's own first, those beside it by name, and the date that it is counted by."""

    data: bytes
    filename: str
    files: Mapping[str, bytes]
    occurrence: str | None = None


def upload(actor: Actor, campaign_id: int, given: Upload) -> Document:
    """The draft that an upload becomes; one of the same version that was never published is replaced.

    The form is compiled outside of the transaction, in a process of its own. Raises Problem 'not-found' outside one's
    office, 'form-refused' with the errors, each at its cell.
    """
    _forms_of(actor, campaign_id)
    _check_files(given.files)
    lists = {name: data for name, data in given.files.items() if _ending(name) in LISTS}
    about = About(given.occurrence, lists, service.earlier_versions(campaign_id))
    try:
        compiled = compile_bounded(given.data, given.filename, about)
    except FormRefused as refused:
        raise Problem("form-refused", errors=[asdict(error) for error in refused.errors]) from None
    return _keep(actor, campaign_id, given, compiled)


def _check_files(files: Mapping[str, bytes]) -> None:
    errors = []
    if len(files) > MOST_FILES:
        errors.append(_file_error("", say("files-many", count=len(files), most=MOST_FILES)))
    if sum(map(len, files.values())) > MOST_FILE_BYTES:
        errors.append(_file_error("", say("files-bytes", most=MOST_FILE_BYTES)))
    known = ", ".join([*LISTS, *MEDIA])
    errors += [
        _file_error(name, say("file-kind", file=name, there=known))
        for name in files
        if _ending(name) not in LISTS | MEDIA or len(name) > LONGEST_NAME or "/" in name
    ]
    if errors:
        raise Problem("form-refused", errors=errors)


def _file_error(name: str, said: Said) -> Document:
    return asdict(FormError.of(said, name))


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


@transaction
def _keep(actor: Actor, campaign_id: int, given: Upload, compiled: Compiled) -> Document:
    form = service.form_row(campaign_id, compiled.form)
    same = next((one for one in service.versions_of(form) if one.version == compiled.form["version"]), None)
    if same and same.published_at:
        if same.hash != compiled.form["hash"]:  # somebody else published it while this was compiled
            raise Problem("form-published")
        return _shown(same, people.names({same.created_by or 0}))
    if same:
        service.remove(same)
    source = service.Source(given.data, given.filename[-LONGEST_NAME:], actor.person_id)
    version = service.add_version(form, compiled.form, source)
    version.warnings = [asdict(warning) for warning in compiled.warnings]
    for name, data in given.files.items():
        row = FormFile(form_version_id=version.id, name=name, content=data, size=len(data))
        row.media_type = (LISTS | MEDIA)[_ending(name)]
        row.hash = hashlib.sha256(data).hexdigest()
        db.session.add(row)
    db.session.flush()
    return _shown(version, {actor.person_id: actor.name})


# ---------------------------------------------------------------- publishing


@transaction
def publish(actor: Actor, version_id: int, roles: Collection[str], place_ids: Collection[int]) -> Document:
    """Tells phones of a version, for these roles and places (none: everybody, everywhere); again to change whom.

    Raises Problem 'not-found', 'form-incomplete' while a file is missing, 'invalid' for a role or place that isn't the
    campaign's.
    """
    version, form = _mine(actor, version_id)
    strangers = sorted(set(place_ids) - campaigns.covered_places(form.campaign_id))
    unknown = sorted(set(roles) - {role for role, rights in RIGHTS.items() if "write" in rights})
    if strangers or unknown:
        errors = {str(one): ["This isn't one of the campaign."] for one in (*strangers, *unknown)}
        raise Problem("invalid", errors=errors)
    if missing := _missing(version):
        raise Problem("form-incomplete", missing=missing)
    version.roles, version.places = sorted(set(roles)), sorted(set(place_ids))
    version.published_at = version.published_at or clock.now()
    form.title = version.compiled["title"]
    service.tell(form)
    return _shown(version, people.names({version.created_by or 0}))


@transaction
def retire(actor: Actor, version_id: int, *, back: bool = False) -> Document:
    """From now on no record is begun with this version; `back`: it is offered again. What was written is kept."""
    version, form = _mine(actor, version_id)
    if version.published_at is None:
        raise Problem("not-found")
    if back:
        version.retired_at = None
    elif version.retired_at is None:
        version.retired_at = clock.now()
    service.tell(form)
    return _shown(version, people.names({version.created_by or 0}))


@transaction
def discard(actor: Actor, version_id: int) -> None:
    """Takes a draft away; raises Problem 'form-published' for what phones may have."""
    version, form = _mine(actor, version_id)
    if version.published_at is not None:
        raise Problem("form-published")
    service.remove(version)
    if not service.versions_of(form):
        db.session.delete(form)


# ---------------------------------------------------------------- reading


@snapshot
def listed(actor: Actor, campaign_id: int) -> list[Document]:
    """The forms of a campaign with all their versions, newest first; 'not-found' outside one's office."""
    _forms_of(actor, campaign_id)
    query = sa.select(FormVersion, Form).join(Form, FormVersion.form_id == Form.id)
    query = query.where(Form.campaign_id == campaign_id).order_by(Form.id, FormVersion.id.desc())
    rows = [(version, form) for version, form in db.session.execute(query)]
    called = people.names({version.created_by for version, _form in rows if version.created_by})
    found: dict[int, Document] = {}
    for version, form in rows:
        shown = found.setdefault(form.id, {"key": form.key, "title": form.title, "versions": []})
        shown["versions"].append(_shown(version, called))
    return list(found.values())


@snapshot
def readable(actor: Actor, version_id: int) -> service.CompiledForm:
    """What a version says, for whoever is signed in; a draft for its office alone. Raises Problem 'form-unknown'."""
    if service.audience(version_id, clock.today()) is None:
        try:
            version, _form = _mine(actor, version_id)
        except Problem:
            raise Problem("form-unknown", id=version_id) from None
        content: service.CompiledForm = version.compiled
        return content
    return service.compiled(version_id)


@snapshot
def source(actor: Actor, version_id: int) -> tuple[str, bytes]:
    """The name and bytes of the file that a version was made from, as it came; 'not-found' outside one's office."""
    version, _form = _mine(actor, version_id)
    return version.filename, version.source


@snapshot
def file(actor: Actor, version_id: int, name: str) -> FormFile:
    """A file beside a version, with its content; Problem 'not-found', also for a draft of somebody else's office."""
    readable(actor, version_id)
    found = db.session.get(FormFile, (version_id, name), options=[sa.orm.undefer(FormFile.content)])
    if found is None:
        raise Problem("not-found")
    return found


def _forms_of(actor: Actor, campaign_id: int) -> None:
    campaign = campaigns.find(campaign_id)
    if campaign is None or not actor.may("forms", campaign.place_id):
        raise Problem("not-found")


def _mine(actor: Actor, version_id: int) -> tuple[FormVersion, Form]:
    version = db.session.get(FormVersion, version_id) if 0 < version_id <= service.LARGEST_ID else None
    form = db.session.get(Form, version.form_id) if version else None
    campaign = campaigns.find(form.campaign_id) if form else None
    if version is None or form is None or campaign is None or not actor.may("forms", campaign.place_id):
        raise Problem("not-found")
    return version, form


def _missing(version: FormVersion) -> list[str]:
    """Names of files that the form reads or shows and that are not there."""
    there = set(_files(version.id))
    return sorted({*version.compiled.get("missing", ()), *version.compiled.get("files", ())} - there)


def _files(version_id: int) -> Sequence[str]:
    query = sa.select(FormFile.name).where(FormFile.form_version_id == version_id)
    return list(db.session.scalars(query.order_by(FormFile.name)))


def _shown(version: FormVersion, called: Mapping[int, str]) -> Document:
    state = "draft" if version.published_at is None else "retired" if version.retired_at else "published"
    return {
        "id": version.id,
        "key": version.compiled["key"],
        "title": version.compiled["title"],
        "version": version.version,
        "state": state,
        "filename": version.filename,
        "created": version.created_at,
        "by": called.get(version.created_by or 0),
        "published": version.published_at,
        "retired": version.retired_at,
        "roles": version.roles,
        "places": version.places,
        "occurrence": version.occurrence,
        "dates": [path for path, _required in occurrences(version.compiled)],
        "questions": sum(1 for _ in version.compiled["fields"]),
        "files": _files(version.id),
        "missing": _missing(version),
        "warnings": version.warnings,
    }
