"""What every command shares: the application around it, who acts, in which language, and how it ends."""

from __future__ import annotations

import contextlib
import errno
import json
from collections.abc import Iterator
from typing import Any

import click
from flask import Flask, has_app_context
from sqlalchemy.exc import OperationalError

from consult.accounts import service as accounts
from consult.cli.archives import BadArchive
from consult.cli.databases import NotWhole
from consult.cli.migrating import with_migrations
from consult.cli.preparing import at_head
from consult.cli.words import N_, translated
from consult.kernel.actor import Actor, Via, acting
from consult.kernel.db import db
from consult.kernel.errors import Busy, Conflict, Forbidden, NotFound, Refused
from consult.kernel.settings import BadSetting, load
from consult.web import i18n
from consult.web.i18n import LANGUAGES
from consult.web.refusals import sentence

TOLD = (Refused, NotFound, Forbidden, Conflict, Busy, BadSetting, BadArchive, NotWhole, OperationalError, OSError)
"""What a command may meet and a person can mend; it ends with one line and exit code 2."""


def spoken(text: str, **values: Any) -> str:
    """A text in the language spoken, even before there is an application to speak it."""
    if has_app_context():
        return i18n.gettext(text, **values)
    return translated(text) % values if values else translated(text)


_ = spoken


class Failure(click.ClickException):
    """The command cannot do what was asked; the message is one line in the reader's language."""

    exit_code = 2


class Command(click.Command):
    """A command whose function runs inside the application, with `--lang` and `--as`."""

    in_application = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(
            click.Option(["--lang"], type=click.Choice(LANGUAGES), expose_value=False, help=N_("Language of what is printed."))
        )
        if self.in_application:
            self.params.append(click.Option(["as_email", "--as"], metavar="EMAIL", help=N_("Who acts; the system by default.")))

    def invoke(self, ctx: click.Context) -> Any:
        if not self.in_application:
            return super().invoke(ctx)
        email = ctx.params.pop("as_email")
        with application(ctx.obj), acting_as(email):
            return super().invoke(ctx)

    def get_short_help_str(self, limit: int = 78) -> str:
        return translated(self.help).partition("\n")[0]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.indentation():
            formatter.write_paragraph()
            formatter.write_text(translated(self.help))

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        params = super().get_params(ctx)
        for param in params:
            if isinstance(param, click.Option) and param.help:
                param.help = translated(param.help)
        return params


class Outside(Command):
    """A command that makes its application itself, or needs none."""

    in_application = False


class Group(Command, click.Group):
    """A group of commands; it does nothing by itself."""

    in_application = False
    command_class = Command

    def invoke(self, ctx: click.Context) -> Any:
        return click.Group.invoke(self, ctx)


@contextlib.contextmanager
def new_application(language: str) -> Iterator[Flask]:
    """The application of an installation that may not be prepared yet, its directory made, speaking the language."""
    with failures_told():
        settings = load()
        app = with_migrations(settings)
    app.config["COMMAND_LANGUAGE"] = language
    with app.app_context(), failures_told():
        try:
            yield app
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


@contextlib.contextmanager
def application(language: str) -> Iterator[Flask]:
    """The application of this installation, speaking the language. Refuses when its tables are missing or of another version."""
    with new_application(language) as app:
        if not at_head():
            raise Failure(_("This installation is not prepared for this version of Consult: run 'consult init' first."))
        yield app


@contextlib.contextmanager
def acting_as(email: str | None, via: Via = Via.COMMAND) -> Iterator[Actor]:
    """Name who acts inside: the user of this address, else the system."""
    user = accounts.by_email(email) if email else None
    if email and user is None:
        raise Failure(_("No user has the address %(email)s.", email=email))
    if user and not user.is_active:
        raise Failure(_("The account %(email)s is closed.", email=email))
    with acting(Actor(user_id=user.id if user else None, via=via)) as present:
        yield present


@contextlib.contextmanager
def failures_told() -> Iterator[None]:
    """Turn what a person can mend into one line."""
    try:
        yield
    except TOLD as error:
        raise Failure(_in_words(error)) from error


def say(text: str = "") -> None:
    """Print one line."""
    click.echo(text)


def say_json(value: Any) -> None:
    """Print a value for another program."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _in_words(error: Exception) -> str:
    if isinstance(error, Refused):
        return sentence(error)
    if isinstance(error, BadSetting):
        return spoken(error.text, **error.values)
    if isinstance(error, BadArchive | NotWhole):
        return str(error)
    if isinstance(error, OSError):
        return _("%(path)s: %(reason)s", path=error.filename or "consult", reason=_reason(error))
    fixed = {
        NotFound: _("There is no such thing, or it is not for this person."),
        Forbidden: _("This person's role may not do this."),
        Conflict: _("Somebody changed the same thing meanwhile. Nothing was changed; try again."),
        Busy: _("The database is busy. Nothing was changed; try again."),
    }
    unreachable = _("The database does not answer: %(reason)s", reason=str(getattr(error, "orig", error)).strip().partition("\n")[0])
    return str(next((text for kind, text in fixed.items() if isinstance(error, kind)), unreachable))


def _reason(error: OSError) -> str:
    known = {
        errno.ENOENT: _("there is no such file or directory."),
        errno.EACCES: _("it may not be read or written by you."),
        errno.EISDIR: _("it is a directory."),
        errno.ENOTDIR: _("it is not in a directory."),
        errno.ENOSPC: _("the disk is full."),
        errno.EROFS: _("the disk cannot be written."),
    }
    return str(known.get(error.errno or 0, error.strerror or error))
