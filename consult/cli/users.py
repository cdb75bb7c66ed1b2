"""Accounts from the command line: `consult user …`."""

from __future__ import annotations

import secrets
import sys

import click

from consult.accounts import service as accounts
from consult.accounts.models import Language, User
from consult.cli.frame import Failure, Group, say, say_json
from consult.cli.words import N_
from consult.kernel.db import unit_of_work
from consult.web.i18n import LANGUAGES, _

GENERATED_BYTES = 15

user = Group("user", help=N_("Manage the accounts of this installation."))


@user.command("add", help=N_("Create an account."))
@click.argument("email")
@click.option("--name", default="", help=N_("The person's name; the address if it is not given."))
@click.option("--admin", is_flag=True, help=N_("The person administers the installation."))
@click.option("--may-create-studies", is_flag=True, help=N_("The person may create studies, and leads those they create."))
@click.option("--language", type=click.Choice(LANGUAGES), default="fr", show_default=True, help=N_("The language the person reads."))
@click.option("--password-stdin", is_flag=True, help=N_("Read the password from the first line of the standard input."))
@click.option("--generate", is_flag=True, help=N_("Make a password and print it."))
def add(email: str, name: str, admin: bool, may_create_studies: bool, language: str, password_stdin: bool, generate: bool) -> None:
    accounts.free_address(email)
    password = chosen_password(password_stdin, generate)
    with unit_of_work():
        accounts.create(
            email, name or email, password, is_admin=admin, may_create_studies=may_create_studies or admin, lang=Language(language)
        )
    say(_("The account %(email)s was created.", email=email))
    tell_generated(password, generate)


@user.command("list", help=N_("List the accounts."))
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON."))
def list_users(as_json: bool) -> None:
    people = accounts.everyone()
    if as_json:
        say_json([described(each) for each in people])
        return
    for each in people:
        marks = [
            mark
            for mark, holds in (
                (_("administrator"), each.is_admin),
                (_("may create studies"), each.may_create_studies),
                (_("deactivated"), not each.is_active),
            )
            if holds
        ]
        say(f"{each.email}  {each.name}" + (f"  ({', '.join(marks)})" if marks else ""))


@user.command("password", help=N_("Give an account a new password; its open sessions end."))
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help=N_("Read the password from the first line of the standard input."))
@click.option("--generate", is_flag=True, help=N_("Make a password and print it."))
def password(email: str, password_stdin: bool, generate: bool) -> None:
    account = known(email)
    given = chosen_password(password_stdin, generate)
    with unit_of_work():
        accounts.set_password(account, given)
    say(_("The password of %(email)s was changed.", email=account.email))
    tell_generated(given, generate)


@user.command("deactivate", help=N_("Close an account; what the person did stays theirs."))
@click.argument("email")
def deactivate(email: str) -> None:
    with unit_of_work():
        accounts.deactivate(known(email))
    say(_("The account %(email)s is closed.", email=email))


@user.command("reactivate", help=N_("Open a closed account again."))
@click.argument("email")
def reactivate(email: str) -> None:
    with unit_of_work():
        accounts.reactivate(known(email))
    say(_("The account %(email)s is open again.", email=email))


@user.command("grant-study-creation", help=N_("Let a person create studies."))
@click.argument("email")
def grant_study_creation(email: str) -> None:
    with unit_of_work():
        accounts.let_create_studies(known(email), True)
    say(_("%(email)s may create studies.", email=email))


@user.command("withdraw-study-creation", help=N_("No longer let a person create studies; their studies stay theirs."))
@click.argument("email")
def withdraw_study_creation(email: str) -> None:
    with unit_of_work():
        accounts.let_create_studies(known(email), False)
    say(_("%(email)s may no longer create studies.", email=email))


@user.command("grant-administration", help=N_("Make a person an administrator of the installation."))
@click.argument("email")
def grant_administration(email: str) -> None:
    with unit_of_work():
        accounts.make_admin(known(email), True)
    say(_("%(email)s administers the installation.", email=email))


@user.command("withdraw-administration", help=N_("Make a person no longer an administrator of the installation."))
@click.argument("email")
def withdraw_administration(email: str) -> None:
    with unit_of_work():
        accounts.make_admin(known(email), False)
    say(_("%(email)s no longer administers the installation.", email=email))


def known(email: str) -> User:
    """The account of this address. Fails with one line when there is none."""
    account = accounts.by_email(email)
    if account is None:
        raise Failure(_("No user has the address %(email)s.", email=email))
    return account


def chosen_password(from_stdin: bool, generate: bool) -> str:
    """The password to give: made, read from the standard input, or asked for twice."""
    if generate and from_stdin:
        raise Failure(_("Choose one: --generate makes a password, --password-stdin reads yours."))
    if generate:
        return secrets.token_urlsafe(GENERATED_BYTES)
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Failure(_("There is no terminal to ask for the password on: add --password-stdin or --generate."))
    return str(click.prompt(_("Password"), hide_input=True, confirmation_prompt=_("Once more")))


def tell_generated(password: str, generated: bool) -> None:
    """Print a password that nobody has seen yet."""
    if generated:
        say(_("Password: %(password)s", password=password))


def described(account: User) -> dict[str, object]:
    """What a script may know of an account."""
    names = ("email", "name", "is_admin", "may_create_studies", "is_active")
    return {name: getattr(account, name) for name in names} | {"lang": account.lang.value}
