"""Figures with the lists behind them, and the workbook handed to partners."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, g, request, send_file, url_for
from flask.typing import ResponseReturnValue

from consult.fieldwork import targets
from consult.kernel import audit
from consult.kernel.db import aside
from consult.kernel.errors import NotFound
from consult.kernel.model import now
from consult.reports import answers_views, coverage_views, figures, models, partners, stages, standing
from consult.reports.blueprint import bp
from consult.reports.excel import workbook_for_partners
from consult.reports.rules import BY_CODE, Rule
from consult.studies.gate import reader_may, requires
from consult.web import clock
from consult.web.i18n import LANGUAGES, _, _l, lang, written_date
from consult.web.pages import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDPOINTS = {"organisations": ("organisations.show", "organisation_id"), "people": ("organisations.show_person", "person_id")}
INTERVIEW = ("interviews.show", "interview_id")
MADE_KNOWN = (coverage_views, models)
"""Importing these puts their views on the blueprint, and makes their tables known."""


def register(app: Flask) -> None:
    """Put the slice into the application."""
    app.register_blueprint(bp)
    app.register_blueprint(answers_views.bp)
    menu = app.extensions["slots"]
    menu.fill("study.progress", _progress)
    targets.also_by("stage", stages.clause(clock.today))
    menu.fill("targets.actions", lambda: None, "reports/_of_targets.html")
    menu.entry("report", _l("Coverage"), "reports.coverage_page", "gauge", capability="report", key="v")
    menu.entry("report", _l("Week in brief"), "reports.weeks_page", "clipboard-text", capability="report")
    menu.entry("command", _l("Response and refusals"), "reports.response_page", "chart-pie", capability="report")
    menu.entry("report", _l("Reports and exports"), "reports.index", "report-analytics", capability="report", key="r")
    menu.entry("report", _l("Answers read together"), "answers.index", "list-details", capability="report", key="a")
    menu.entry("command", _l("Figures and definitions"), "reports.figures_page", "chart-bar", capability="report")


@bp.get("/studies/<int:study_id>/reports/")
@requires("report")
def index(study_id: int) -> ResponseReturnValue:
    """Show what can be handed out, with what it holds and leaves out."""
    return page("reports/index.html", strict=partners.strict_count(study_id))


@bp.get("/studies/<int:study_id>/figures/")
@requires("report")
def figures_page(study_id: int) -> ResponseReturnValue:
    """Show every figure with its definition."""
    return page("reports/figures.html", figures=figures.figures(study_id), as_of=now())


@bp.get("/studies/<int:study_id>/figures/<code>")
@requires("report")
def figure(study_id: int, code: str) -> ResponseReturnValue:
    """Show the very list that a figure counts."""
    if code not in BY_CODE:
        raise NotFound
    counted = next(f for f in figures.figures(study_id) if f.code == code)
    rows = [_line(counted.rule, row) for row in figures.drill_down(study_id, code)]
    hidden = 0 if counted.rule.counts == "days" else int(counted.value or 0) - len(rows)
    return page("reports/figure.html", figure=counted, rows=rows, hidden=hidden)


@bp.get("/studies/<int:study_id>/reports/partners.xlsx")
@requires("report")
def workbook(study_id: int) -> ResponseReturnValue:
    """Hand out the report workbook for partners, in the language asked for; who took it is written down."""
    asked = request.args.get("lang", "")
    language = asked if asked in LANGUAGES else lang()
    made = workbook_for_partners(partners.content(study_id), language)
    entry = audit.note(audit.Deed.EXPORTED, "study", study_id, study_id, what="report for partners", language=language)
    aside(lambda session: audit.write(session, [entry]), vital=True)
    return send_file(made, XLSX, as_attachment=True, download_name=f"{g.study.ref}-{clock.today():%Y-%m-%d}-{language}.xlsx")


def _line(rule: Rule, row: figures.Counted) -> dict[str, Any]:
    endpoint, name = ENDPOINTS.get(rule.counts, INTERVIEW)
    beside = row.beside if rule.counts == "organisations" else written_date(row.beside) if row.beside else ""
    readable = endpoint != "interviews.show" or reader_may("read_interviews")
    return {
        "name": row.name,
        "ref": row.ref,
        "beside": beside or "",
        "url": url_for(endpoint, **cast(Any, {name: row.id})) if readable else None,
    }


def _progress(study_ids: list[int]) -> dict[int, dict[str, Any]]:
    """Tell how far each study is, for its card in the list of studies."""
    return {
        study_id: {"label": _("Organisations heard, of the quotas"), "done": min(done, goal), "total": goal}
        for study_id, (done, goal) in standing.progress(study_ids).items()
    }
