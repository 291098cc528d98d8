"""Attachments: uploads that survive anything, checked when they are whole, kept under the name of their content."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from flask import Response, current_app, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from server import clock
from server.attachments import pictures, rules, storage, uploads
from server.attachments.rules import Named
from server.attachments.tables import AttachmentRow
from server.attachments.uploads import Upload, Uploads
from server.config import current_settings
from server.db import db, snapshot, transaction
from server.people.rules import Actor
from server.problems import Problem
from server.statements import Rows, among, listed, save_rows

PIECE = 65_536
SENT = ".sent"  # the storage's key of a preview that a phone has made; what the server makes has PREVIEW
SANDBOX = "default-src 'none'; sandbox"


@dataclass(frozen=True)
class State:
    """How far an upload is; `expires` is None once it is finished."""

    named: Named
    offset: int
    length: int
    expires: datetime | None = None


def kept_in() -> storage.Storage:
    """Where whole attachments are kept, by the settings."""
    known: storage.Storage | None = current_app.extensions.get("ben.storage")
    if known is None:
        known = current_app.extensions["ben.storage"] = storage.chosen(current_settings())
    return known


def _uploads() -> Uploads:
    return Uploads(current_settings().data_dir)


# ---------------------------------------------------------------- uploading


@dataclass(frozen=True)
class Announced:
    """What a phone says that it is going to send."""

    named: Named
    length: int


def announced(length: str | None, header: str) -> Announced:
    """Reads Upload-Length and Upload-Metadata.

    Raises Problem 'bad-request', 'attachment-type-refused' for a name or ending that is not accepted, and
    'attachment-too-large' with the limit.
    """
    metadata = rules.metadata(header)
    if metadata is None or length is None or not (length.isascii() and length.isdigit()) or int(length) == 0:
        raise Problem("bad-request", "Upload-Length and Upload-Metadata are needed, as tus 1.0 writes them.")
    named = rules.named(metadata.get("name", ""), preview=metadata.get("preview") == "1")
    if named is None:
        raise Problem("attachment-type-refused")
    settings = current_settings()
    most = settings.max_picture if named.picture else settings.max_file
    if named.preview:
        most = rules.LARGEST_PREVIEW
    if int(length) > most:
        raise Problem("attachment-too-large", limit=most, unit="bytes")
    return Announced(named, int(length))


def create(actor: Actor, said: Announced, body: Callable[[int], bytes] | None) -> State:
    """Begins an upload, goes on with one that was begun, or finds that its content is there already.

    `body` reads what was sent along, if anything was. Raises what `append` raises, and 'uploads-full'.
    """
    named = said.named
    finished = find(named) or _adopt(actor, said)
    if finished is not None:
        return State(named, said.length, said.length)
    db.session.remove()  # a phone's link may take minutes: no connection waits for it
    upload = _uploads().begin(actor.device_id, named, said.length, current_settings().max_unfinished)
    if body is not None and upload.offset == 0:
        _receive(upload, 0, body)
    return _state(actor, upload)


def append(actor: Actor, upload_id: str, offset: int, body: Callable[[int], bytes]) -> State:
    """Appends what `body` reads, makes it safe, and finishes the upload if that was the last of it.

    Raises Problem 'upload-unknown', 'upload-offset' (it ends elsewhere), 'storage-full', 'busy', and when it is whole:
    'attachment-altered', 'attachment-type-refused', 'attachment-too-large', 'attachment-damaged'.
    """
    named = _named(upload_id)
    upload = _uploads().find(actor.device_id, named)
    if upload is None:
        return _at_its_end(actor, upload_id, offset)
    db.session.remove()
    try:
        _receive(upload, offset, body)
    except Problem as problem:
        if problem.slug != "upload-unknown":
            raise
        return _at_its_end(actor, upload_id, offset)  # another request has finished it at this very moment
    return _state(actor, upload)


def _at_its_end(actor: Actor, upload_id: str, offset: int) -> State:
    """What is finished takes nothing more: Problem 'upload-offset' unless that is where it was to go on."""
    state = look(actor, upload_id)
    if offset != state.offset:
        raise Problem("upload-offset", offset=state.offset)
    return state


def look(actor: Actor, upload_id: str) -> State:
    """How far an upload is. One whose bytes are all there, but whose check was cut off, is finished now."""
    named = _named(upload_id)
    upload = _uploads().find(actor.device_id, named)
    if upload is not None:
        return _state(actor, upload)
    found = find(named)
    if found is None:
        raise Problem("upload-unknown")
    return State(named, found.length, found.length)


def give_up(actor: Actor, upload_id: str) -> None:
    """Removes an unfinished upload. What is finished belongs to records and stays: Problem 'not-allowed'."""
    named = _named(upload_id)
    upload = _uploads().find(actor.device_id, named)
    if upload is None:
        raise Problem("upload-unknown" if find(named) is None else "not-allowed")
    upload.path.unlink(missing_ok=True)


def _named(upload_id: str) -> Named:
    named = rules.upload_named(upload_id)
    if named is None:
        raise Problem("upload-unknown")
    return named


def _receive(upload: Upload, offset: int, body: Callable[[int], bytes]) -> None:
    while piece := body(PIECE):
        offset = uploads.append(upload, offset, piece)


def _state(actor: Actor, upload: Upload) -> State:
    """How far it is, after that was made safe; and finished if all is there."""
    try:
        offset = uploads.safe_offset(upload)
        if offset == upload.length:
            _finish(actor, upload)
    except Problem as problem:
        if problem.slug != "upload-unknown" or find(upload.named) is None:
            raise
        offset = upload.length  # another request has finished it at this very moment
    if offset == upload.length:
        return State(upload.named, offset, upload.length)
    kept = timedelta(days=current_settings().upload_days)
    return State(upload.named, offset, upload.length, clock.real_now() + kept)


# ---------------------------------------------------------------- finishing


def _finish(actor: Actor, upload: Upload) -> None:
    """Checks a whole upload, keeps it, writes it down and removes the upload; what fails a check is removed too."""
    named = upload.named
    with uploads.held(upload) as handle, tempfile.TemporaryDirectory(dir=_uploads().room()) as name:
        try:
            _check(upload, handle)
            made = _made(upload, Path(name))
        except Problem as problem:
            if problem.status < 500:
                upload.path.unlink(missing_ok=True)
            raise
        rows = []
        for key, path, media_type in made:
            kept_in().put(key, path, media_type)
            if not key.endswith(rules.PREVIEW):
                rows.append(_row(actor, named, (media_type, upload.length, path.stat().st_size)))
        _write_down(rows)
        upload.path.unlink(missing_ok=True)
    if named.ending in rules.PICTURES and not named.preview:
        kept_in().delete(named.name + SENT)


def _check(upload: Upload, handle: int) -> None:
    """Raises the Problem of what is wrong with the bytes, as far as that shows without decoding them."""
    named = upload.named
    with os.fdopen(os.dup(handle), "rb") as file:
        file.seek(0)
        if not named.preview and hashlib.file_digest(file, "sha256").hexdigest() != named.digest:
            raise Problem("attachment-altered")
        file.seek(0)
        head = file.read(rules.HEAD_BYTES)
    if (rules.picture_type(head) if named.preview else rules.file_type(named.ending, head)) is None:
        raise Problem("attachment-type-refused")


def _made(upload: Upload, room: Path) -> list[tuple[str, Path, str]]:
    """What is to be kept: (key, file, media type), the thing itself last."""
    named = upload.named
    if not named.picture:
        with upload.path.open("rb") as file:
            return [(named.name, upload.path, _type(named, file))]
    picture = pictures.encode_anew(upload.path, room, _uploads().room())
    if named.preview:
        return [(named.name + SENT, picture.preview, "image/webp")]
    return [
        (named.name + rules.PREVIEW, picture.preview, "image/webp"),
        (named.name, picture.whole, picture.media_type),
    ]


def _type(named: Named, file: IO[bytes]) -> str:
    return rules.file_type(named.ending, file.read(rules.HEAD_BYTES)) or "application/octet-stream"


Row = dict[str, object]


def _row(actor: Actor, named: Named, what: tuple[str, int, int]) -> Row:
    media_type, length, size = what
    row: Row = {"name": named.id, "media_type": media_type, "length": length, "size": size}
    return row | {"device_id": actor.device_id, "received_at": clock.now()}


@transaction
def _write_down(rows: list[Row]) -> None:
    save_rows(Rows(AttachmentRow.__table__, rows))


def _adopt(actor: Actor, said: Announced) -> AttachmentRow | None:
    """What the storage has and the database doesn't know, as after a restore: it was checked when it came."""
    named = said.named
    if named.preview:
        return None
    size = kept_in().size(named.name)
    file = kept_in().open(named.name) if size is not None else None
    if size is None or file is None:
        return None
    with file:
        media_type = _type(named, file)
    _write_down([_row(actor, named, (media_type, said.length, size))])
    return find(named)


# ---------------------------------------------------------------- what is there


@snapshot
def find(named: Named) -> AttachmentRow | None:
    """The attachment, if it is there whole; a preview also when the server has made its own."""
    names = [named.id, named.name] if named.preview and named.ending in rules.PICTURES else [named.id]
    query = sa.select(AttachmentRow).where(AttachmentRow.name.in_(names))
    return db.session.scalars(query.order_by(AttachmentRow.name.desc())).first()


def lacking(names: Collection[str]) -> list[str]:
    """Those of the names that the server does not have whole, in their order; one statement, none without names."""
    return _lacking(names) if names else []


@snapshot
def _lacking(names: Collection[str]) -> list[str]:
    query = sa.select(AttachmentRow.name).where(among(AttachmentRow.name, "names"))
    there = set(db.session.scalars(query, {"names": listed(names)}))
    return [name for name in dict.fromkeys(names) if name not in there]


def answer(name: str, *, preview: bool) -> Response:
    """The file, for who may see it (the caller has made sure); Problem 'not-found' when it isn't there.

    Parts of it and "not modified" as HTTP has them. A browser asks each time whether it may still show what it kept.
    """
    named = rules.named(name, preview=preview)
    found = _open(named) if named is not None else None
    if named is None or found is None:
        raise Problem("not-found")
    key, file, size, media_type = found
    shown = rules.is_shown(media_type)
    response = Response(wrap_file(request.environ, file, PIECE), mimetype=media_type, direct_passthrough=True)
    response.content_length = size
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = f'{"inline" if shown else "attachment"}; filename="{name}"'
    response.set_etag(key)
    with suppress(RequestedRangeNotSatisfiable):  # who asks for a part beyond the end gets all of it, as HTTP allows
        response.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    return response


def _open(named: Named) -> tuple[str, IO[bytes], int, str] | None:
    """What is to be shown: its key, its content from the start, its size and type."""
    keys = [named.name + rules.PREVIEW, named.name + SENT] if named.preview else [named.name]
    media_type = "image/webp" if named.preview else _known_type(named)
    db.session.remove()  # the link may be slow
    for key in keys:
        size, file = kept_in().size(key), kept_in().open(key)
        if size is not None and file is not None:
            return key, file, size, media_type
    return None


def _known_type(named: Named) -> str:
    row = find(named)
    if row is not None:
        return row.media_type
    file = kept_in().open(named.name)
    if file is None:
        return "application/octet-stream"
    with file:
        return _type(named, file)


# ---------------------------------------------------------------- the worker


def tidy() -> None:
    """Removes unfinished uploads that nobody has gone on with for BEN_UPLOAD_DAYS, and what killed processes left."""
    now = clock.real_now()
    _uploads().expire(now, timedelta(days=current_settings().upload_days))
    kept_in().tidy(now - uploads.ABANDONED_WORK)
