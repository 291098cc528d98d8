"""Every problem that a client can meet, in one place: slug, status, title, what to do next (RFC 9457).

A slug is part of the protocol: it never changes its meaning. `docs/problems.md` has a heading for each; a test
holds that.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, json, request
from werkzeug.exceptions import HTTPException

# slug: (status, title, what to do)
CATALOGUE: dict[str, tuple[int, str, str]] = {
    "already-settled": (409, "Somebody has settled this already", "Sync to see what was decided."),
    "attachment-altered": (422, "The file's bytes are not those of its name", "Send it again from its start."),
    "attachment-damaged": (422, "The picture can't be read", "Take it again, or choose another one."),
    "attachment-too-large": (
        413,
        "The file is too large",
        "Take it smaller, or choose another one; the limit is given in 'limit', in 'unit'.",
    ),
    "attachment-type-refused": (
        415,
        "This kind of file is not accepted",
        "Pictures are JPEG, PNG or WebP; see the documentation for what else is taken.",
    ),
    "bad-request": (400, "The request can't be understood", "Update the app; if it goes on, tell the office."),
    "body-too-large": (413, "The request is too large", "Send it in smaller parts; the limit is given in 'limit'."),
    "busy": (503, "The server is busy", "Nothing is lost: the phone tries again by itself."),
    "commendation-moved": (
        409,
        "Somebody has taken a step about this meanwhile",
        "Look at it again: it stands elsewhere now, or its record was changed.",
    ),
    "consent-needed": (
        422,
        "Consent to the account is needed",
        "Read what is kept about you and agree, or don't enrol.",
    ),
    "cross-site": (403, "Another site made this request", "Open the app itself and try there."),
    "device-revoked": (401, "This phone's access was taken back", "Ask your supervisor for a new link."),
    "enrolment-expired": (410, "This link has expired", "Ask your supervisor for a new link."),
    "enrolment-unknown": (404, "This link is not known", "Copy the whole link, or ask your supervisor for a new one."),
    "enrolment-used": (410, "This link has been used", "It works once; ask your supervisor for a new one."),
    "form-incomplete": (409, "Files of this form are missing", "Upload the form again with the files in 'missing'."),
    "form-published": (
        409,
        "This version of the form is published already",
        "Raise the version in the form's settings and upload it again, or retire this one.",
    ),
    "form-refused": (
        422,
        "The form can't be used as it is",
        "Look at 'errors': each names its sheet and cell, what was found and what to write instead.",
    ),
    "form-unknown": (404, "This form is not known", "Update the app; if it goes on, tell the office."),
    "internal": (500, "Something went wrong on the server", "Nothing is lost: the phone tries again by itself."),
    "invalid": (422, "Some values can't be accepted", "Look at 'errors': it names each value and what is wrong."),
    "list-refused": (
        422,
        "The list can't be read",
        "'code' says why; save it as an Excel workbook (.xlsx) with a heading over the names.",
    ),
    "needs-https": (400, "This address is not safe enough to sign in", "Use the https address of the app."),
    "no-consent": (
        409,
        "They have not agreed to be made public",
        "Ask them; once they agree, it is entered in the record and approved.",
    ),
    "no-grantor": (
        409,
        "Nobody grants this award on that day",
        "Units have changed: another award is proposed in the record, or an earlier day is meant.",
    ),
    "no-issuer": (
        409,
        "On that day this unit isn't there any more",
        "Choose the unit that it has become a part of, or a day on which it was there.",
    ),
    "not-allowed": (405, "This address doesn't do that", "See the API page for what it does."),
    "not-found": (404, "There is nothing here for you", "It may have been moved, or your role doesn't reach it."),
    "not-json": (400, "The body is not JSON", "Send a JSON object in UTF-8."),
    "not-yours-to-give": (403, "Your role can't do that for this person", "Ask the standing office."),
    "own-nomination": (
        409,
        "You wrote this nomination or took an earlier step about it",
        "Another person takes this one.",
    ),
    "own-period": (409, "You prepared this period yourself", "Another leader signs what you prepared."),
    "own-score": (409, "You put down the points of the step before", "Somebody else verifies or settles them."),
    "period-changed": (409, "Figures have moved since this was prepared", "Have the period prepared again, then sign."),
    "period-open": (409, "This reporting period isn't over yet", "Prepare it once its last day has passed."),
    "period-signed": (409, "This period is signed, and nothing waits to correct it", "There is nothing to do."),
    "protocol-unknown": (400, "This app speaks another protocol version", "Update the app."),
    "push-endpoint-refused": (
        400,
        "This browser's push service is not allowed here",
        "Everything else works; ask whoever runs the server to allow it.",
    ),
    "score-changed": (409, "Somebody has put down points meanwhile", "Look at the sheet again, then put down yours."),
    "score-taken": (409, "The next step has been taken for this item", "Whoever took it changes it, with a reason."),
    "score-unverified": (409, "These points aren't verified yet", "The standing office verifies them first."),
    "setup-changed": (409, "Somebody has changed the set-up meanwhile", "Look at it again, then make your change."),
    "sign-in": (
        401,
        "The server doesn't know this phone any more",
        "Nothing is lost: ask your supervisor for a new link.",
    ),
    "still-held": (409, "This can't be applied yet", "'reason' says why; it stays kept as it is."),
    "storage-full": (
        507,
        "The server has no room left",
        "Nothing was accepted and your phone keeps it; tell the office.",
    ),
    "upload-offset": (409, "The upload ends elsewhere", "Ask where it ends and go on from there."),
    "upload-protocol": (412, "This app speaks another version of tus", "Update the app."),
    "upload-unknown": (404, "This upload is not known", "Begin it anew: it was finished, given up or has expired."),
    "uploads-full": (
        429,
        "This phone has too many unfinished uploads",
        "Finish some of them first; the limit is given in 'limit', in bytes.",
    ),
    "unsupported-media": (415, "This kind of body is not accepted", "Send application/json, plain or gzip."),
}


class Problem(Exception):
    """Raised anywhere in the server; becomes an RFC 9457 answer. `extra` members are sent along, as JSON."""

    def __init__(self, slug: str, detail: str | None = None, **extra: Any) -> None:
        super().__init__(slug)
        self.slug = slug
        self.detail = detail
        self.extra = extra

    @property
    def status(self) -> int:
        """The HTTP status of this slug."""
        return CATALOGUE[self.slug][0]

    def answer(self) -> Response:
        """The answer as application/problem+json."""
        status, title, todo = CATALOGUE[self.slug]
        body = {"type": f"urn:ben:problem:{self.slug}", "slug": self.slug, "status": status, "title": title}
        body |= {"detail": self.detail or todo, "todo": todo, **self.extra}
        response = Response(json.dumps(body), status, mimetype="application/problem+json")
        response.headers["Cache-Control"] = "no-store"
        return response


BY_STATUS = {400: "bad-request", 404: "not-found", 405: "not-allowed", 413: "body-too-large", 415: "unsupported-media"}


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status == 422:
        messages = getattr(error, "data", {}).get("messages", {})
        return Problem("invalid", errors=messages).answer()
    if status < 400 and error.response is not None:
        return error.get_response()  # type: ignore[return-value]  # a redirect, as werkzeug made it
    slug = BY_STATUS.get(status, "internal" if status >= 500 else "bad-request")
    extra = {"limit": current_app.config["MAX_CONTENT_LENGTH"]} if slug == "body-too-large" else {}
    return Problem(slug, **extra).answer()


def _any(error: Exception) -> Response:
    # The path has no secret in it (tokens travel in bodies); the traceback stays in the server's own log.
    current_app.logger.error("unexpected error in %s %s", request.method, request.path, exc_info=error)
    return Problem("internal").answer()


def register(app: Flask) -> None:
    """Makes every error that leaves the application a problem document, without driver text or stack trace."""
    app.register_error_handler(Problem, lambda error: error.answer())
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _any)
