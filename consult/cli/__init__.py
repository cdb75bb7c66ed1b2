"""The command line of Consult: the same engine as the pages, for scripts and for checks."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from consult import __version__
from consult.cli.demo import demo
from consult.cli.exchange import import_file, list_fields, undo
from consult.cli.frame import Group
from consult.cli.reporting import figures, report
from consult.cli.safekeeping import backup, restore
from consult.cli.serving import init, serve, worker
from consult.cli.studies import studies
from consult.cli.users import user
from consult.cli.words import N_, language_of, speak

COMMANDS = (serve, init, demo, user, studies, import_file, undo, list_fields, figures, report, backup, restore, worker)

consult = Group("consult", help=N_("Consult keeps the study of a sector and its territory."))
click.version_option(__version__, prog_name="consult")(consult)
for command in COMMANDS:
    consult.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit code: 0, or 2 after one line that says what to mend."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = language_of(given)
    speak(language)
    try:
        ended = consult.main(args=given, prog_name="consult", obj=language, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.ctx.get_help())
        return 0
    except click.ClickException as error:
        click.echo(f"consult: {error.format_message()}", err=True)
        return 2
    except click.Abort:
        click.echo(err=True)  # the question asked stands on the line
        return 2
    return ended if isinstance(ended, int) else 0
