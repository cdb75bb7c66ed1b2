"""The guides of a study as people meet them: listed, read, made, renamed, archived; their parts have modules of their own."""

from __future__ import annotations

from flask import Flask, request, url_for
from flask.typing import ResponseReturnValue

from consult.guides import (
    history_views,
    library_views,
    listing,
    paper_views,
    question_views,
    section_views,
    service,
    showing,
    version_views,
    workbook_views,
)
from consult.guides.blueprint import bp
from consult.guides.forms import GuideForm
from consult.studies.gate import requires
from consult.web.i18n import _, _l, lang
from consult.web.pages import page, see

ROUTES_OF = (history_views, library_views, paper_views, question_views, section_views, version_views, workbook_views)
"""Importing these puts their views on the blueprint."""


def register(app: Flask) -> None:
    """Put the slice into the application."""
    app.register_blueprint(bp)
    slots = app.extensions["slots"]
    slots.entry("listen", _l("Interview guides"), "guides.index", "clipboard-list", capability="read_guides", count=listing.rail_count)
    slots.entry("new", _l("Interview guide"), "guides.create", "clipboard-list", capability="build_guides")
    slots.entry("command", _l("Question library"), "guides.library", "list-search", capability="read_guides")


@bp.get("/")
@requires("read_guides")
def index(study_id: int) -> ResponseReturnValue:
    """List the guides, those in use first."""
    return page("guides/index.html", guides=listing.guides())


@bp.route("/new", methods=["GET", "POST"])
@requires("build_guides")
def create(study_id: int) -> ResponseReturnValue:
    """Make a guide."""
    form, made = GuideForm(), []
    if not form.validate_on_submit() or not form.saved_by(lambda values, _seen: made.append(service.create(values))):
        return page("guides/form.html", form=form, guide=None)
    return see(url_for(".show", guide_id=made[0].id), _("The guide was made. Add its first section."))


@bp.get("/<int:guide_id>")
@requires("read_guides")
def show(study_id: int, guide_id: int) -> ResponseReturnValue:
    """Show a version of a guide: the draft, where there is one, unless another is asked for."""
    guide = service.get(guide_id)
    return page("guides/show.html", **showing.version_page(guide, request.args.get("version", type=int)))


@bp.route("/<int:guide_id>/edit", methods=["GET", "POST"])
@requires("build_guides")
def edit(study_id: int, guide_id: int) -> ResponseReturnValue:
    """Change what a guide is called."""
    guide = service.get(guide_id)
    form = GuideForm(obj=guide)
    if not form.validate_on_submit() or not form.saved_by(lambda values, seen: service.update(guide, values, seen)):
        return page("guides/form.html", form=form, guide=guide)
    return see(url_for(".show", guide_id=guide.id), _("Saved."))


@bp.post("/<int:guide_id>/archive")
@requires("build_guides")
def archive(study_id: int, guide_id: int) -> ResponseReturnValue:
    """Offer a guide no longer."""
    guide = service.get(guide_id)
    service.archive(guide)
    text = _("“%(title)s” is archived: new interviews are not offered it.", title=guide.title(lang()))
    return see(url_for(".index"), text, undo_url=url_for(".unarchive", guide_id=guide.id))


@bp.post("/<int:guide_id>/unarchive")
@requires("build_guides")
def unarchive(study_id: int, guide_id: int) -> ResponseReturnValue:
    """Offer a guide again."""
    service.archive(service.get(guide_id), archived=False)
    return see(url_for(".show", guide_id=guide_id), _("The guide is offered again."))


@bp.post("/<int:guide_id>/delete")
@requires("build_guides")
def delete(study_id: int, guide_id: int) -> ResponseReturnValue:
    """Put a guide aside that was never published."""
    guide = service.get(guide_id)
    service.delete(guide)
    text = _("“%(title)s” was deleted.", title=guide.title(lang()))
    return see(url_for(".index"), text, undo_url=url_for(".restore", guide_id=guide_id))


@bp.post("/<int:guide_id>/restore")
@requires("build_guides")
def restore(study_id: int, guide_id: int) -> ResponseReturnValue:
    """Bring a guide back."""
    service.restore(guide_id)
    return see(url_for(".show", guide_id=guide_id), _("The guide is back."))
