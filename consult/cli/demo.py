"""`consult demo`: the demonstration study, in a database of its own."""

from __future__ import annotations

import os

import click

from consult.cli.frame import Outside, new_application, say
from consult.cli.preparing import prepare
from consult.cli.words import N_
from consult.demo import seeder
from consult.demo.seeder import SignIn
from consult.kernel.settings import Settings
from consult.web.i18n import _


@click.command("demo", cls=Outside, help=N_("Prepare the demonstration without serving it."))
@click.option("--reset-passwords", is_flag=True, help=N_("Give its users new passwords and print them."))
@click.pass_obj
def demo(language: str, reset_passwords: bool) -> None:
    os.environ["CONSULT_DEMO"] = "1"
    with new_application(language) as app:
        settings: Settings = app.config["SETTINGS"]
        prepare(settings.instance)
        sign_ins = prepare_demonstration(settings)
        if reset_passwords and not sign_ins:
            sign_ins = seeder.reset_passwords(settings)
        say(_("The demonstration is ready: 'consult serve --demo' serves it."))
        show_sign_ins(sign_ins)


def prepare_demonstration(settings: Settings) -> list[SignIn]:
    """Seed the demonstration unless it is there; gives the sign-ins that were made, whose passwords are seen this once."""
    return [] if seeder.is_seeded() else seeder.seed(settings)


def show_sign_ins(sign_ins: list[SignIn]) -> None:
    """Print who can sign in, with which password: this once, for only their hashes are kept."""
    if not sign_ins:
        return
    say(_("Sign in as one of these; the passwords are shown this once ('consult demo --reset-passwords' makes new ones):"))
    width = max(len(each.email) for each in sign_ins)
    for each in sign_ins:
        say(f"  {each.email:<{width}}  {each.password}  {each.role}")
