"""The studies of an installation from the command line, and the study in which a command works."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import click
import sqlalchemy as sa

from consult.accounts.models import User
from consult.cli.frame import Command, Failure, say, say_json
from consult.cli.words import N_
from consult.kernel import actor, scope
from consult.kernel.db import db
from consult.studies.models import Membership, Study
from consult.studies.service import scope_of
from consult.web.i18n import _


@click.command("studies", cls=Command, help=N_("List the studies: all of them, or those of who acts."))
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON."))
def studies(as_json: bool) -> None:
    found = open_to_actor()
    if as_json:
        say_json([{"ref": each.ref, "title": each.title} for each in found])
        return
    for each in found:
        say(f"{each.ref}  {each.title}")


def open_to_actor() -> list[Study]:
    """The studies of who acts, by reference; all of them for the system."""
    query = sa.select(Study).order_by(Study.ref)
    user_id = actor.current().user_id
    if user_id is not None:
        query = query.where(Study.id.in_(sa.select(Membership.study_id).where(Membership.user_id == user_id)))
    return list(db.session.scalars(query))


@contextlib.contextmanager
def in_study(ref: str) -> Iterator[Study]:
    """Work in the study of this reference, with the rights that who acts has in it; the system has those of its lead.

    Fails with one line when there is no such study, or none for this person. Enter it inside `unit_of_work` when something is written:
    a transaction that begins there forgets nothing of the scope.
    """
    study = next((each for each in open_to_actor() if each.ref.casefold() == ref.strip().casefold()), None)
    if study is None:
        raise Failure(_("There is no study %(ref)s. 'consult studies' lists them.", ref=ref))
    user_id = actor.current().user_id
    found = scope_of(study, db.session.get(User, user_id) if user_id else None)
    with scope.within(found, db.session()):
        yield study
