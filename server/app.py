"""The composition root: everything is made and wired here, nothing at import."""

from __future__ import annotations

import importlib
import os
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, Response, request
from flask_compress import Compress
from flask_migrate import Migrate
from flask_smorest import Api
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import configure_mappers
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from server import clock, problems
from server.clock import Clock
from server.config import Settings, from_environment
from server.db import answer, db, engine_options, let_go, prepare_engine, transaction
from server.epoch import Epoch
from server.structure import Memory
from server.web import Json, Unzip, check_body

VERSION = "0.1.0"
# The order of the house: a folder imports only folders before it.
FOLDERS = (
    "places", "people", "campaigns", "forms", "attachments", "records", "reviews", "indicators", "milestones",
    "commendations", "webpush", "scores", "reports", "setup",
)  # fmt: skip
PLAIN_DATA = ("application/json", "application/problem+json")
CONTENT_POLICY = (
    # WebAssembly of our own: what reads bar codes where the browser can't.
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src {pictures}; media-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def create_app(settings: Settings | None = None) -> Flask:
    """The application for these settings (the environment's, if none are given).

    Raises `SettingError` for a setting that can't be used and `UnsafeSqlite` for an SQLite that loses commits.
    """
    settings = settings or from_environment()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app = Flask("server", static_folder=None)
    app.json = Json(app)
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.sqlalchemy_url),
        MAX_CONTENT_LENGTH=settings.max_unpacked,  # packed and plain bodies are bounded in server.web
        API_TITLE="Bến",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        # Browsers take zstd over TLS, everybody takes gzip. 500 records: zstd 37.7 kB in 1.8 ms, gzip 40.6 kB in 2.4 ms
        # (39.0 kB in 3.6 ms at its own level 6).
        COMPRESS_ALGORITHM=["zstd", "gzip"],
        COMPRESS_ZSTD_LEVEL=6,
        COMPRESS_LEVEL=5,
        COMPRESS_MIN_SIZE=300,
        COMPRESS_MIMETYPES=["application/json", "application/problem+json"],
    )
    app.extensions["ben.settings"] = settings
    app.extensions["ben.clock"] = Clock()
    app.extensions["ben.epoch"] = Epoch(settings.data_dir / "epoch")
    app.extensions["ben.structure"] = Memory()
    db.init_app(app)
    app.teardown_appcontext(let_go)  # before the library's own: what is registered last is run first
    Migrate(app, db, directory=str(Path(__file__).parent.parent / "migrations"), render_as_batch=True)
    Compress(app)
    _register_folders(app)
    problems.register(app)
    app.register_error_handler(DBAPIError, answer)
    with app.app_context():
        prepare_engine(db.engine)
        _set_clock(app, settings)
        configure_mappers()  # once, before gunicorn forks
        db.session.remove()
        db.engine.dispose()  # a connection must never have two owners
    _serve_app(app, settings)
    app.before_request(lambda: check_body(request.environ))
    app.wsgi_app = Unzip(app.wsgi_app, settings)  # type: ignore[method-assign]
    return app


def _register_folders(app: Flask) -> None:
    api = Api(app)
    here = Path(__file__).parent
    for folder in FOLDERS:
        for part in ("tables", "service", "api"):
            if not (here / folder / f"{part}.py").exists():
                continue
            module = importlib.import_module(f"server.{folder}.{part}")
            if part == "service" and hasattr(module, "register"):
                module.register()
            if part == "api":
                api.register_blueprint(module.blueprint)
    from server import apidocs, cli, health  # noqa: PLC0415  # they use what the folders define

    api.register_blueprint(health.blueprint)
    app.register_blueprint(apidocs.blueprint)
    cli.register(app)


def _set_clock(app: Flask, settings: Settings) -> None:
    """A rehearsal's offset is fixed at its first start and read at every later one, so that time never goes back."""
    day = settings.rehearse
    if day is None or not sa.inspect(db.engine).has_table("installation"):
        return
    from server.epoch import installation  # noqa: PLC0415

    @transaction
    def offset() -> float:
        row = installation()
        if row.rehearsal_day != day:
            row.rehearsal_day = day
            row.clock_offset = clock.rehearsal_offset(day).total_seconds()
        return row.clock_offset or 0.0

    app.extensions["ben.clock"].offset = timedelta(seconds=offset())


def _serve_app(app: Flask, settings: Settings) -> None:
    """The phone app's files through WhiteNoise: compressed beforehand, hashed names cached for ever."""
    policy = CONTENT_POLICY.format(pictures=" ".join(filter(None, ["'self' data: blob:", settings.tiles_origin])))

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        if response.mimetype in PLAIN_DATA:  # no browser runs it or follows a link in it, and each byte counts on 2G
            response.headers.setdefault("Cache-Control", "no-store")
            return response
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("Content-Security-Policy", policy)
        if request.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def add_headers(headers: object, _path: str, url: str) -> None:
        headers["X-Content-Type-Options"] = "nosniff"  # type: ignore[index]
        if not _is_part(url):
            headers["Content-Security-Policy"] = policy  # type: ignore[index]
            headers["Referrer-Policy"] = "no-referrer"  # type: ignore[index]
        if not _is_hashed(url):
            headers["Cache-Control"] = "no-cache"  # type: ignore[index]

    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    if settings.app_dir.is_dir():
        files = WhiteNoise(
            app.wsgi_app,
            root=os.fspath(settings.app_dir),
            index_file=True,
            immutable_file_test=lambda _path, url: _is_hashed(url),
            add_headers_function=add_headers,
        )
        app.wsgi_app = files  # type: ignore[method-assign]


def _is_hashed(url: str) -> bool:
    return url.startswith("/assets/")


def _is_part(url: str) -> bool:
    """Whether only the policy of the page that asks for it counts: not so for pages, pictures and workers."""
    return _is_hashed(url) and url.endswith((".js", ".css", ".woff2")) and "worker" not in url
