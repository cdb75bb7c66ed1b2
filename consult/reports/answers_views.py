"""Answers read together: the questions, one question over all its interviews, the interviews behind each number, the workbook."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, g, request, send_file, url_for
from flask.typing import ResponseReturnValue

from consult.kernel import audit
from consult.kernel.db import aside
from consult.kernel.errors import NotFound
from consult.kernel.listing import days, members_of, whole_numbers
from consult.organisations.models import RoleKind
from consult.reports import answers_excel, answers_reading, answers_together
from consult.reports.answers_counting import TOTAL
from consult.reports.answers_reading import Asked, Chosen
from consult.studies.gate import requires
from consult.web import clock
from consult.web.i18n import lang
from consult.web.pages import page

bp = Blueprint("answers", __name__, url_prefix="/studies/<int:study_id>/answers")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/")
@requires("report")
def index(study_id: int) -> ResponseReturnValue:
    """Show the questions of every guide, with how many answered each."""
    chosen = chosen_of(request.args)
    interviews = answers_reading.interviews(chosen)
    counts = answers_together.counts(answers_reading.questions(), chosen, interviews, g.study.small_group)
    return page("reports/answers.html", **_around(chosen), counts=counts, interviews=len(interviews))


@bp.get("/<int:question_id>")
@requires("report")
def question(study_id: int, question_id: int) -> ResponseReturnValue:
    """Show what was answered to one question, read together."""
    chosen = chosen_of(request.args)
    every = answers_reading.questions()
    together = answers_together.read(_found(every, question_id), chosen, g.study.small_group)
    return page(
        "reports/answer.html", **_around(chosen), together=together, k=g.study.small_group, beside=_beside(every, question_id), all=TOTAL
    )


@bp.get("/<int:question_id>/interviews")
@requires("report")
def interviews(study_id: int, question_id: int) -> ResponseReturnValue:
    """Show the very interviews that a number counts. What is shown to partners opens none."""
    chosen = chosen_of(request.args)
    if chosen.for_partners:
        raise NotFound
    together = answers_together.read(_found(answers_reading.questions(), question_id), chosen, 0)
    table, code, group = (request.args.get(name, "") for name in ("table", "code", "group"))
    rows = answers_together.behind(together, table, code, group)
    return page("reports/answer_interviews.html", **_around(chosen), together=together, rows=rows, group=together.groups.get(group))


@bp.get("/export.xlsx")
@requires("report")
def export(study_id: int) -> ResponseReturnValue:
    """Hand out the answers as a workbook: one sheet wide, one long, one codebook; who took it is written down."""
    chosen = chosen_of(request.args)
    made, rows = answers_excel.workbook(g.study, chosen, lang())
    recipient = "partners" if chosen.for_partners else "team"
    entry = audit.note(audit.Deed.EXPORTED, "study", study_id, study_id, what="answers", recipient=recipient, rows=rows)
    aside(lambda session: audit.write(session, [entry]), vital=True)
    return send_file(made, XLSX, as_attachment=True, download_name=f"{g.study.ref}-answers-{recipient}-{clock.today():%Y-%m-%d}.xlsx")


def chosen_of(args: Any) -> Chosen:
    """Read the filters out of the address; what cannot be read is as if it were not there."""
    guide, segment = (next(iter(whole_numbers(args.getlist(name))), None) for name in ("guide", "segment"))
    since, until = days([args.get("since", ""), args.get("until", "")])
    return Chosen(
        guide, segment, next(iter(members_of(RoleKind, args.getlist("role"))), None), since, until,
        args.get("state") == "validated", "guide" if args.get("by") == "guide" else "segment", args.get("for") == "partners",
    )  # fmt: skip


def parameters(chosen: Chosen) -> dict[str, Any]:
    """Return what the address says of filters."""
    told = {
        "guide": chosen.guide, "segment": chosen.segment, "role": chosen.role.value if chosen.role else None, "since": chosen.since,
        "until": chosen.until, "state": "validated" if chosen.validated else None, "by": "guide" if chosen.by == "guide" else None,
        "for": "partners" if chosen.for_partners else None,
    }  # fmt: skip
    return {name: str(value) for name, value in told.items() if value}


def _around(chosen: Chosen) -> dict[str, Any]:
    asked = parameters(chosen)

    def link(endpoint: str, **more: Any) -> str:
        return url_for(
            f"answers.{endpoint}", **cast(Any, {name: value for name, value in {**asked, **more}.items() if value not in (None, "")})
        )

    return {
        "chosen": chosen, "asked": asked, "link": link, "guides": answers_reading.guides(lang()), "segments": answers_reading.segments(),
        "roles": list(RoleKind),
    }  # fmt: skip


def _found(every: list[Asked], question_id: int) -> Asked:
    asked = next((each for each in every if each.id == question_id), None)
    if asked is None:
        raise NotFound
    return asked


def _beside(every: list[Asked], question_id: int) -> tuple[Asked | None, Asked | None]:
    """Return the questions before and after one."""
    place = next(n for n, each in enumerate(every) if each.id == question_id)
    return (every[place - 1] if place else None, every[place + 1] if place + 1 < len(every) else None)
