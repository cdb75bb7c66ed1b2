"""Figures and the report workbook from the command line: the same counting rules as the pages."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import click

from consult.cli.files import whole_file
from consult.cli.frame import Command, Failure, say, say_json
from consult.cli.studies import in_study
from consult.cli.words import N_
from consult.kernel import audit, scope
from consult.kernel.db import aside
from consult.reports import figures as counting
from consult.reports import partners
from consult.reports.excel import workbook_for_partners
from consult.reports.sentences import headline
from consult.studies.permissions import may
from consult.web.i18n import _, lang


def _expect_right(ref: str) -> None:
    if not may(scope.current().role, "report"):
        raise Failure(_("Your role in %(ref)s does not open its figures.", ref=ref))


@click.command("figures", cls=Command, help=N_("Print every figure of a study with its definition and value."))
@click.option("--study", "ref", required=True, metavar="REF", help=N_("The study's reference, such as STU-0001."))
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON."))
def figures(ref: str, as_json: bool) -> None:
    with in_study(ref) as study:
        _expect_right(ref)
        found = counting.figures(study.id)
    language = lang()
    if as_json:
        say_json([_as_json(figure, language) for figure in found])
        return
    say(headline(found, language))
    for figure in found:
        say(f"{figure.value!s:>6}  {figure.rule.label(language)} — {figure.rule.definition(language)}")


def _as_json(figure: counting.Figure, language: str) -> dict[str, object]:
    value = figure.value
    if isinstance(value, Decimal):
        value = float(value)  # type: ignore[assignment]
    return {"code": figure.code, "label": figure.rule.label(language), "definition": figure.rule.definition(language), "value": value}


@click.command("report", cls=Command, help=N_("Write the report workbook of a study for its partners."))
@click.option("--study", "ref", required=True, metavar="REF", help=N_("The study's reference, such as STU-0001."))
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE.xlsx", help=N_("The file to write."))
def report(ref: str, out: Path) -> None:
    with in_study(ref) as study:
        _expect_right(ref)
        made = workbook_for_partners(partners.content(study.id), lang())
        entry = audit.note(audit.Deed.EXPORTED, "study", study.id, study.id, what="report for partners", language=lang())
    aside(lambda session: audit.write(session, [entry]), vital=True)  # nothing is handed out that the audit does not know of
    with whole_file(out) as file:
        file.write(made.getvalue())
    say(str(out))
