"""Sending, in the background, through Flask-Mailman."""

from __future__ import annotations

import smtplib
from typing import Any

import structlog
from flask import Flask, current_app
from flask_mailman import EmailMultiAlternatives, Mail

from consult.jobs import door as jobs
from consult.kernel.db import db, unit_of_work
from consult.kernel.settings import BadSetting, Settings
from consult.mail import service

BACKENDS = frozenset({"", "smtp", "console", "file"})
SECONDS = 20
DELIVER = "mail.deliver"

log = structlog.get_logger(__name__)
mail = Mail()


def register(app: Flask) -> None:
    """Configure sending as the settings say: SMTP where a host is named, the console or files where they are asked for, else nothing."""
    settings: Settings = app.config["SETTINGS"]
    if settings.mail_backend not in BACKENDS:
        raise BadSetting("mail_backend is “%(value)s”: smtp, console, file or nothing is expected", value=settings.mail_backend)
    app.config.update(
        MAIL_BACKEND="locmem" if settings.testing else backend_of(settings) or "dummy",
        MAIL_SERVER=settings.smtp_host,
        MAIL_PORT=settings.smtp_port,
        MAIL_USERNAME=settings.smtp_user or None,
        MAIL_PASSWORD=settings.smtp_password or None,
        MAIL_USE_TLS=settings.smtp_tls,
        MAIL_TIMEOUT=SECONDS,
        MAIL_DEFAULT_SENDER=settings.mail_from,
        MAIL_FILE_PATH=str(settings.instance / "mail"),
    )
    mail.init_app(app)


def backend_of(settings: Settings) -> str:
    """Return what sends messages: "smtp", "console", "file", or "" when they stay in the application."""
    return settings.mail_backend or ("smtp" if settings.smtp_host else "")


def is_sent() -> bool:
    """Tell whether messages leave the application by themselves."""
    return bool(backend_of(current_app.config["SETTINGS"]))


def send(recipient: str, subject: str, body: str, calendar: str | None = None) -> None:
    """Write a message in the present transaction, and have it sent once that has committed. `calendar` is an invitation beside it."""
    service.write(recipient, subject, body, calendar)
    ask_delivery()


def ask_delivery() -> None:
    """Have the messages that wait sent once the present transaction has committed, where something sends them."""
    if is_sent():
        jobs.enqueue(current_app.extensions["jobs"], DELIVER, user_id=None)


@jobs.kind(DELIVER, again=True)
def deliver(job: Any) -> dict[str, Any]:
    """Send every message that waits. No transaction is held while the mail server is spoken to."""
    sent = failed = 0
    while True:
        with unit_of_work():
            message = service.take_up()
            content = (message.id, message.recipient, message.subject, message.body or "", message.calendar) if message else None
        if content is None:
            return {"sent": sent, "failed": failed}
        error = _transmit(*content[1:])
        with unit_of_work():
            service.mark(content[0], error)
        sent, failed = sent + (error is None), failed + (error is not None)


def _transmit(recipient: str, subject: str, body: str, calendar: str | None) -> str | None:
    """Hand a message over and return why that failed, if it did."""
    try:
        message = EmailMultiAlternatives(subject, body, current_app.config["MAIL_DEFAULT_SENDER"], [recipient])
        if calendar:
            message.attach_alternative(calendar, f"text/calendar; method={_method(calendar)}")
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail_not_sent", reason=type(error).__name__)
        return f"{type(error).__name__}: {error}"
    finally:
        db.session.rollback()
    return None


def _method(calendar: str) -> str:
    """Return what an invitation asks of a calendar: mail programs want it said beside the message too."""
    return next((line.partition(":")[2].strip() for line in calendar.splitlines() if line.startswith("METHOD:")), "REQUEST")
