"""The studies of an installation from the command line, and the study in which a command works."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import click

from consult.accounts.models import User
from consult.cli.frame import Command, Failure, say, say_json
from consult.cli.words import N_
from consult.kernel import actor, scope
from consult.kernel.db import db
from consult.studies import service
from consult.studies.models import Study
from consult.web.i18n import _


@click.command("studies", cls=Command, help=N_("List the studies: all of them, or those of who acts."))
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON."))
def studies(as_json: bool) -> None:
    found = service.studies(actor.current().user_id)
    if as_json:
        say_json([{"ref": each.ref, "title": each.title} for each in found])
        return
    for each in found:
        say(f"{each.ref}  {each.title}")


@contextlib.contextmanager
def in_study(ref: str) -> Iterator[Study]:
    """Work in the study of this reference, with the rights that who acts has in it; the system has those of its lead.

    Fails with one line when there is no such study, or none for this person. Enter it inside `unit_of_work` when something is written:
    a transaction that begins there forgets nothing of the scope.
    """
    user_id = actor.current().user_id
    study = next((each for each in service.studies(user_id) if each.ref.casefold() == ref.strip().casefold()), None)
    if study is None:
        raise Failure(_("There is no study %(ref)s. 'consult studies' lists them.", ref=ref))
    found = service.scope_of(study, db.session.get(User, user_id) if user_id else None)
    with scope.within(found, db.session()):
        yield study
