"""The list of studies; a study created, shown, changed, put aside and brought back."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from consult.jobs import door as jobs
from consult.kernel.errors import Forbidden
from consult.studies import (
    gate,
    history_views,
    list_views,
    member_views,
    members,
    notice_views,
    perimeter,
    perimeter_views,
    segment_views,
    segments,
    service,
)
from consult.studies.blueprint import bp, settings_tabs
from consult.studies.forms import StudyEditForm, StudyForm
from consult.studies.gate import requires
from consult.studies.models import Study, StudyState
from consult.studies.permissions import may
from consult.web.i18n import _, _l, lang
from consult.web.pages import abort, page, see
from consult.web.slots import MenuEntry, filled

ROUTES_OF = (perimeter_views, segment_views, member_views, history_views, notice_views)
"""Importing these puts their views on the blueprint."""


def register(app: Flask) -> None:
    """Put the slice into the application: the gate first."""
    gate.register(app)
    app.register_blueprint(bp)
    list_views.register(app)
    jobs.enter_through(service.job_context)
    app.context_processor(lambda: {"settings_tabs": settings_tabs})
    slots = app.extensions["slots"]
    slots.entry("overview", _l("About the study"), "studies.about", "flag", capability="read_study")
    slots.menu.insert(0, MenuEntry("installation", _l("Studies"), "studies.index", "briefcase", needs_study=False, mobile=True))
    slots.entry("command", _l("Study settings"), "studies.edit", "settings", capability="steer")
    slots.entry("command", _l("Perimeter"), "studies.perimeter", "map", capability="steer")
    slots.entry("command", _l("Segments and quotas"), "studies.segments", "target", capability="steer")
    slots.entry("command", _l("Team"), "studies.members", "users-group", capability="steer")
    slots.entry("new", _l("Study"), "studies.new", "briefcase", needs_study=False, allowed=_may_create)


def _may_create() -> bool:
    return bool(current_user.may_create_studies)


@bp.get("/studies/")
@login_required
def index() -> ResponseReturnValue:
    """List one's studies."""
    mine = service.mine(current_user.id)
    progress: dict[int, Any] = {}
    for found in filled("study.progress", [each.study.id for each in mine if may(each.role, "report")]):
        progress |= found
    return page(
        "studies/list.html",
        mine=mine,
        progress=progress,
        deleted=service.deleted_by_me(current_user.id),
        may_create=_may_create(),
        states=list(StudyState),
    )


@bp.route("/studies/new", methods=["GET", "POST"])
@login_required
def new() -> ResponseReturnValue:
    """Create a study, and lead it."""
    if not _may_create():
        raise Forbidden
    form = StudyForm()
    made: list[Study] = []
    if not form.validate_on_submit() or not form.saved_by(
        lambda values, _seen: made.append(service.create(values, current_user.user, lang()))
    ):
        return page("studies/form.html", form=form, study=None)
    return see(url_for("studies.perimeter", study_id=made[0].id), _("The study was created. Now say which territory it is about."))


@bp.get("/studies/<int:study_id>/about")
@requires("read_study")
def about(study_id: int) -> ResponseReturnValue:
    """Show how the study is framed."""
    states = list(StudyState)
    following = states[states.index(g.study.state) + 1 :][:1]
    return page(
        "studies/about.html",
        study=g.study,
        areas=perimeter.areas(),
        communes=len(perimeter.commune_codes()),
        segments=segments.segments(),
        members=members.members(g.study),
        next_state=following[0] if following else None,
        states=states,
    )


@bp.route("/studies/<int:study_id>/edit", methods=["GET", "POST"])
@requires("steer")
def edit(study_id: int) -> ResponseReturnValue:
    """Change the study."""
    form = StudyEditForm(obj=g.study)
    if not form.validate_on_submit() or not form.saved_by(lambda values, seen: service.update(g.study, values, seen)):
        return page("studies/form.html", form=form, study=g.study)
    return see(url_for(".about"), _("Saved."))


@bp.post("/studies/<int:study_id>/state/<state>")
@requires("steer")
def change_state(study_id: int, state: str) -> ResponseReturnValue:
    """Bring the study to a state."""
    if state not in set(StudyState):
        abort(404)
    wanted = StudyState(state)
    before = service.set_state(g.study, wanted)
    text = _("The study is now in the state “%(state)s”.", state=wanted.label(lang()))
    return see(url_for(".about"), text, undo_url=url_for(".change_state", state=before.value))


@bp.post("/studies/<int:study_id>/delete")
@requires("steer")
def delete(study_id: int) -> ResponseReturnValue:
    """Put the study aside."""
    service.delete(g.study)
    text = _("The study “%(title)s” was deleted.", title=g.study.title)
    return see(url_for(".index"), text, undo_url=url_for(".restore", deleted_id=study_id))


@bp.post("/deleted-studies/<int:deleted_id>/restore")
@login_required
def restore(deleted_id: int) -> ResponseReturnValue:
    """Bring a study back."""
    study = service.restore(deleted_id, current_user.id)
    return see(url_for(".about", study_id=study.id), _("The study “%(title)s” is back.", title=study.title))
