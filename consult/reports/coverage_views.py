"""Coverage, response and the weeks in brief; every number opens the list that it counts."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask.typing import ResponseReturnValue

from consult.kernel import audit
from consult.kernel.db import aside
from consult.organisations.participation import CAUSES, Cause, Disposition
from consult.reports import brief, coverage, response, standing, tasks, weeks
from consult.reports.blueprint import bp
from consult.reports.coverage import DIMENSIONS, Grid, Line, Measured
from consult.reports.coverage_excel import XLSX, workbook_of
from consult.reports.coverage_words import DEFINITIONS, MEASURES, NAMES, labels, list_url
from consult.reports.pace import Period
from consult.reports.stages import COUNTING, VALIDATED
from consult.studies.gate import requires
from consult.web import clock
from consult.web.i18n import _, written_label
from consult.web.pages import page, see


@bp.get("/studies/<int:study_id>/coverage/")
@requires("report")
def coverage_page(study_id: int) -> ResponseReturnValue:
    """Show how far the targets are heard, by two dimensions chosen, against the quotas."""
    return page(
        "reports/coverage.html", names=NAMES, measures=MEASURES, definitions=DEFINITIONS, counting=COUNTING, cell_url=_cell_url,
        effort=standing.effort(study_id), line_url=_line_url, today=clock.today(), **_read(),
    )  # fmt: skip


def _read() -> dict[str, Any]:
    """Count what the address asks for: rows, columns, and the stage that counts."""
    rows, columns = (_one_of(DIMENSIONS, name, otherwise) for name, otherwise in (("rows", "segment"), ("columns", "workforce")))
    counts = _one_of(COUNTING, "counts", VALIDATED)
    made = coverage.grid(rows, columns, clock.today())
    measured = Measured(coverage.goals() if rows == "segment" else {}, _period(), clock.today(), counts)
    lines = coverage.lines(made, labels(rows, list(made.by_row)), measured)
    heads = [(key, label) for key, label in labels(columns, list(made.by_column)).items() if key in made.by_column]
    return {
        "grid": made, "lines": lines, "heads": heads, "rows": rows, "columns": columns, "counts": counts,
        "whole": measured.whole(_("All"), made.total), "period": measured.period,
    }  # fmt: skip


def _one_of(known: Any, name: str, otherwise: str) -> str:
    asked = request.args.get(name, otherwise)
    return asked if asked in known else otherwise


def _period() -> Period:
    return Period(g.study.starts_on, g.study.ends_on)


def _line_url(made: Grid, line: Line, measure: str) -> str:
    return list_url(measure, **({made.rows.filter: line.key} if line.key else {}))


def _cell_url(made: Grid, row: str, column: str, measure: str) -> str:
    return list_url(measure, **{made.columns.filter: column, made.rows.filter: row})


@bp.get("/studies/<int:study_id>/coverage/coverage.xlsx")
@requires("report")
def coverage_workbook(study_id: int) -> ResponseReturnValue:
    """Hand out the coverage as it is shown; who took it is written down."""
    made = workbook_of(g.study.title, _read(), clock.today())
    entry = audit.note(audit.Deed.EXPORTED, "study", study_id, study_id, what="coverage")
    aside(lambda session: audit.write(session, [entry]), vital=True)
    answer = Response(made, mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{g.study.ref}-{_('coverage')}-{clock.today():%Y-%m-%d}.xlsx")
    return answer


@bp.get("/studies/<int:study_id>/coverage/response")
@requires("report")
def response_page(study_id: int) -> ResponseReturnValue:
    """Show the targets by disposition, the rates with their definitions, and why targets were not heard."""
    found = response.response()
    return page(
        "reports/response.html", found=found, dispositions=[d for d in Disposition if found.dispositions.get(d)],
        segments=[(key, label) for key, label in _segments(found).items() if key in found.by_segment], rates=response.RATES,
        aapor=response.AAPOR, classes=found.classes(), reasons=_reasons(found), list_url=url_for("fieldwork.target_list"), percent=percent,
    )  # fmt: skip


def percent(part: float | None) -> str:
    """Return a share as it is read: “43 %”; a dash where there is none."""
    return "—" if part is None else f"{part:.0%}".replace("%", "\u00a0%")


def _segments(found: response.Response) -> dict[str, str]:
    return labels("segment", list(found.by_segment))


def _reasons(found: response.Response) -> list[tuple[Disposition, list[tuple[str, str, int]]]]:
    """Return, for each disposition that asks why, its reasons with their filter and number, the most frequent first."""
    told = []
    for disposition in CAUSES:
        counts = [(cause, number) for (stands, cause), number in found.causes.items() if stands == disposition]
        if counts:
            ordered = sorted(counts, key=lambda each: (-each[1], list(Cause).index(each[0]) if each[0] else 99))
            told.append((disposition, [(c.value if c else "none", written_label(c) if c else _("No reason noted"), n) for c, n in ordered]))
    return told


@bp.get("/studies/<int:study_id>/weeks/")
@requires("report")
def weeks_page(study_id: int) -> ResponseReturnValue:
    """Show the present week in brief, and the weeks that were taken."""
    monday = clock.monday(clock.today())
    figures = weeks.figures(study_id, monday, clock.today(), tasks.bounds(monday))
    past = [(each, brief.paragraphs(each.week, each.figures)) for each in weeks.past()]
    told = brief.paragraphs(monday, figures)
    return page(
        "reports/weeks.html",
        monday=monday,
        figures=figures,
        paragraphs=told,
        past=past,
        taken=weeks.of(monday),
        next_monday=monday + weeks.A_WEEK,
    )


@bp.post("/studies/<int:study_id>/weeks/take")
@requires("report")
def take_week(study_id: int) -> ResponseReturnValue:
    """Keep the present week as it stands now."""
    tasks.take(study_id, clock.today())
    return see(url_for(".weeks_page"), _("The week is kept as it stands. Until Sunday it can be taken again."))
