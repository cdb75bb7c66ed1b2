"""The Flask application: one transaction per request, errors put into words, static files under hashed names."""

from __future__ import annotations

import secrets
import zoneinfo
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.middleware.proxy_fix import ProxyFix

from consult.jobs.door import Jobs
from consult.kernel import actor, audit, scope, search
from consult.kernel import db as database
from consult.kernel.db import db
from consult.kernel.errors import Busy, Conflict, Forbidden, NotFound, Refused
from consult.kernel.locking import is_taken
from consult.kernel.paths import resource_dir, settle
from consult.kernel.secrets import secret_keys
from consult.kernel.settings import Settings
from consult.web import headers, i18n, logs, markdown, once, shell, static
from consult.web.pages import DatabaseId
from consult.web.refusals import sentence
from consult.web.requests import ConsultRequest, LateRule
from consult.web.slots import Slots, slot
from consult.web.templating import ConsultEnvironment, compiled_in

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
log = structlog.get_logger(__name__)

csrf = CSRFProtect()
login = LoginManager()


class ConsultFlask(Flask):
    """A Flask whose every request is one transaction: committed after an unsafe method that went well, rolled back otherwise."""

    jinja_environment = ConsultEnvironment
    request_class = ConsultRequest
    url_rule_class = LateRule

    def full_dispatch_request(self) -> Response:
        scope.install(None, db.session())
        actor.install(actor.SYSTEM)
        try:
            with database.asides_afterwards(), database.writing(request.method not in SAFE):
                return super().full_dispatch_request()
        except (Busy, OperationalError) as error:  # what had to be written beside the answer was not
            return self.finalize_request(self.handle_user_exception(error))

    def dispatch_request(self) -> ResponseReturnValue:
        try:
            if request.method in SAFE:
                return super().dispatch_request()
            return self._dispatch_unsafe()
        finally:
            db.session.rollback()

    def _dispatch_unsafe(self) -> ResponseReturnValue:
        sending = once.fingerprint()
        before = once.answered_before(sending) if sending else None
        if before is not None:
            return before
        response = self.make_response(super().dispatch_request())
        if response.status_code < 400:
            if sending:
                once.note(sending, response)
            database.commit()
        return response


def new_app(settings: Settings) -> ConsultFlask:
    """Return the application with its kernel in place and no slice yet."""
    logs.configure()
    settle(settings.instance)
    app = ConsultFlask("consult", static_folder=None, template_folder=str(resource_dir("templates")))
    app.url_map.converters["int"] = DatabaseId
    app.config.update(_configuration(settings))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.bytecode_cache = compiled_in(settings.instance)
    app.jinja_env.globals["slot"] = slot
    app.extensions["slots"] = Slots()
    db.init_app(app)
    with app.app_context():
        database.prepare_engines(db.engines)
    csrf.init_app(app)
    login.init_app(app)
    login.session_protection = None
    for part in (headers, i18n, markdown, once, shell, static):
        part.register(app)
    _register_errors(app)
    app.extensions["jobs"] = Jobs(settings, app.app_context)
    if settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


scope.attach(db.session)
audit.attach(db.session)
search.attach(db.session)


def _configuration(settings: Settings) -> dict[str, Any]:
    current, *former = secret_keys(settings.instance)
    secure = settings.public_url.startswith("https://")
    return {
        "SETTINGS": settings,
        "TESTING": settings.testing,
        "SECRET_KEY": current,
        "SECRET_KEY_FALLBACKS": former,
        "SESSION_COOKIE_NAME": "__Host-consult" if secure else "consult-demo" if settings.demo else "consult",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": settings.post_mib * 2**20,
        "MAX_FORM_MEMORY_SIZE": settings.post_mib * 2**20,
        "MAX_FORM_PARTS": 2000,
        "TIMEZONE": zoneinfo.ZoneInfo("Europe/Paris"),
        **database.configuration(settings),
    }


def _register_errors(app: Flask) -> None:
    answers: list[tuple[type[Exception], int]] = [(NotFound, 404), (Forbidden, 403), (Conflict, 409), (StaleDataError, 409), (Busy, 503)]
    for kind, status in answers:
        app.register_error_handler(kind, lambda error, status=status: error_page(status))
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, lambda error: error_page(400, expired=True))
    app.register_error_handler(DBAPIError, _database)


def _refused(refusal: Refused) -> ResponseReturnValue:
    return error_page(422, text=sentence(refusal))


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    if isinstance(error, InternalServerError):
        log.error("unforeseen", reference=reference(), endpoint=request.endpoint, exc_info=error.original_exception)
    response = error.get_response()
    page = current_app.make_response(error_page(error.code))
    for name in ("Allow", "Retry-After"):
        if name in response.headers:
            page.headers[name] = response.headers[name]
    return page


def _database(error: DBAPIError) -> ResponseReturnValue:
    said = str(error.orig)
    if is_taken(error):
        return error_page(409)  # two people made the same at the same moment: the second is told, as if it had been there before
    if isinstance(error, OperationalError) and not said.startswith(_OUR_FAULT):
        full = "full" in said or "No space left" in said
        log.warning("database_unavailable", reference=reference(), endpoint=request.endpoint, said=said)
        return error_page(507 if full else 503)
    raise error


_OUR_FAULT = ("no such ", "near ", "ambiguous column", "too many ", "wrong number", "misuse", "table ")
"""How SQLite begins what it says of a faulty statement, which it reports by the same class as a busy or missing database."""


def error_page(status: int, **context: Any) -> ResponseReturnValue:
    """Answer with the page of an error, which gives back what was typed. `context` may carry a `text` of its own."""
    if status >= 500:
        g._login_user = login.anonymous_user()  # the database may be away: nothing here may ask it who is reading
    known = {400, 403, 404, 405, 409, 413, 422, 429, 500, 503, 507}
    template = f"errors/{status}.html" if status in known - {405} else "errors/500.html" if status >= 500 else "errors/400.html"
    return render_template(
        template, status=status, reference=reference(), typed=_typed(), home_url=url_for("home.start"), **context
    ), status


def reference() -> str:
    """Return the code by which this request is found in the log."""
    if "reference" not in g:
        g.reference = secrets.token_hex(4).upper()
    return str(g.reference)


def _typed() -> list[tuple[str, str]]:
    """Return what the person had typed, so that an error page can give it back; never a password, under whatever prefix it was sent."""
    if request.method in SAFE or request.content_length is None or request.content_length > 2**20:
        return []
    return [(k, v) for k, v in request.form.items(multi=True) if len(v) > 20 and not _NEVER_SHOWN & {k, k.rpartition("-")[2]}]


_NEVER_SHOWN = frozenset({"csrf_token", "version", once.FIELD, "password", "again", "current"})
"""Names of fields that no error page gives back: passwords, and what the form itself carries."""
