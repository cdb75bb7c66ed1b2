"""Where one arrives: the start page, the study's dashboard, the palette, one's jobs, whether the site is well."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from consult.home import palette as finder
from consult.home import search_views, service
from consult.home.blueprint import bp
from consult.jobs import door
from consult.jobs.models import JobState
from consult.kernel.errors import Refused
from consult.kernel.text import fold
from consult.reports import figures, standing
from consult.reports.sentences import headline
from consult.studies.gate import reader_may, requires
from consult.web import shell, slots
from consult.web.i18n import _, _l, lazy_pgettext, pgettext
from consult.web.pages import found, page
from consult.web.refusals import sentence

ROUTES_OF = (search_views,)
"""Importing these puts their views on the blueprint."""

ICONS = {"organisation": "building", "person": "address-book", "interview": "message-2"}
ENDPOINTS = {
    "organisation": ("organisations.show", "organisation_id"),
    "person": ("organisations.show_person", "person_id"),
    "interview": ("interviews.show", "interview_id"),
}


def register(app: Flask) -> None:
    """Put the slice into the application."""
    app.register_blueprint(bp)
    menu: slots.Slots = app.extensions["slots"]
    menu.menu.insert(0, slots.MenuEntry("overview", lazy_pgettext("page", "Search"), "home.search", "search", "read_study", key="s"))
    menu.menu.insert(
        0, slots.MenuEntry("overview", _l("Dashboard"), "home.dashboard", "layout-dashboard", "read_study", mobile=True, key="d")
    )


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="ok")


@bp.get("/")
@login_required
def start() -> ResponseReturnValue:
    """Lead to the study when there is only one, else to the list of studies."""
    studies = shell.build().studies
    return redirect(studies[0]["url"] if len(studies) == 1 else url_for("studies.index"), 303)


@bp.get("/styleguide")
@login_required
def styleguide() -> ResponseReturnValue:
    """Show every component with the classes and macros it is made of."""
    return page("styleguide.html")


@bp.get("/studies/<int:study_id>/")
@requires("read_study")
def dashboard(study_id: int) -> ResponseReturnValue:
    """Show how far the study is: figures, coverage, where the targets stand, what waits."""
    masked = not reader_may("report")
    found_figures = figures.figures(study_id, masked)
    return page(
        "home/dashboard.html",
        study=g.study,
        figures={figure.code: figure for figure in found_figures},
        sentences={} if masked else {language: headline(found_figures, language) for language in ("fr", "en")},
        coverage=[] if masked else standing.coverage(study_id),
        dispositions=[] if masked else standing.dispositions(study_id),
        effort=None if masked else standing.effort(study_id),
        waiting=service.waiting() if reader_may("review_interviews") else [],
        readiness=service.readiness(),
    )


@bp.get("/studies/<int:study_id>/palette")
@requires("read_study")
def palette(study_id: int) -> ResponseReturnValue:
    """Suggest pages, records and commands of the study."""
    text = request.args.get("q", "")[:100]
    hits = finder.find(text, with_people=reader_may("read_people"), with_interviews=reader_may("read_interviews"))
    return jsonify([*_pages(text), *(_hit(hit) for hit in hits), *_everywhere(text)])


@bp.get("/palette")
@login_required
def palette_everywhere() -> ResponseReturnValue:
    """Suggest pages and commands outside every study, and the studies to go to."""
    return jsonify(_pages(request.args.get("q", "")[:100]))


@bp.get("/jobs/<int:job_id>")
@login_required
def job(job_id: int) -> ResponseReturnValue:
    """Show how far a piece of long work of one's own is; leave and come back."""
    row = found(door.read(job_id, current_user.id))
    kind = door.known(row.kind)
    title = kind.title if kind and kind.title else _("Work in progress")
    return page("home/job.html", job=row, title=title, said=_said(row), after=_after(row))


@bp.get("/jobs/<int:job_id>/progress")
@login_required
def job_progress(job_id: int) -> ResponseReturnValue:
    """Tell the page how far the work is."""
    row = found(door.read(job_id, current_user.id))
    ended = row.state not in (JobState.WAITING, JobState.RUNNING)
    return jsonify(done=row.done, total=row.total, text=_said(row), state=row.state, url=_after(row) if ended else None)


def _said(row: Any) -> str:
    if row.state in (JobState.FAILED, JobState.INTERRUPTED):
        return sentence(Refused(row.said or "interrupted", None, **(row.result or {}) if row.said else {}))
    return str(_TEXTS[row.state])


_TEXTS = {JobState.WAITING: _l("Waiting to start…"), JobState.RUNNING: _l("At work…"), JobState.DONE: _l("Done.")}


def _after(row: Any) -> str:
    """Return where the result of a job is read: an address of this site that its kind left, else the job's own page."""
    return str((row.arguments or {}).get("result_url") or url_for("home.job", job_id=row.id))


def _pages(text: str) -> list[dict[str, Any]]:
    """Return the pages and commands of the reader whose name holds the text."""
    around = shell.build()
    entries = [(_("Go to"), e) for chapter in around.chapters for e in chapter["entries"]]
    entries += [(_("Commands"), e) for e in around.commands]
    entries += [(_("Studies"), {"label": s["title"], "url": s["url"], "icon": "list"}) for s in around.studies if not s["current"]]
    wanted = fold(text)
    return [
        {"group": group, "label": e["label"], "hint": "", "url": e["url"], "icon": e["icon"]}
        for group, e in entries
        if wanted in fold(e["label"])
    ]


def _everywhere(text: str) -> list[dict[str, Any]]:
    """Lead on to the search page, which looks into notes too."""
    if not text.strip():
        return []
    label = _("Search everything for “%(words)s”", words=text.strip())
    return [
        {
            "group": pgettext("page", "Search"),
            "label": label,
            "hint": "",
            "url": url_for("home.search", q=text.strip()),
            "icon": "list-search",
        }
    ]


def _hit(hit: finder.Hit) -> dict[str, Any]:
    endpoint, name = ENDPOINTS[hit.kind]
    groups = {"organisation": _("Organisations"), "person": _("People"), "interview": _("Interviews")}
    return {
        "group": groups[hit.kind],
        "label": hit.name,
        "hint": hit.hint,
        "url": url_for(endpoint, **cast(Any, {name: hit.id})),
        "icon": ICONS[hit.kind],
    }
