"""The sections of a draft."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue

from consult.guides import conditions, sections, service
from consult.guides.blueprint import bp
from consult.guides.forms import section_form
from consult.guides.models import GuideSection
from consult.kernel.errors import NotFound
from consult.studies.gate import requires
from consult.web.i18n import _, lang
from consult.web.pages import page, see

STEPS = {"up": -1, "down": 1}


def place(section: GuideSection) -> str:
    """Return the address of a section on the page of its guide."""
    return url_for(".show", guide_id=section.guide_id, version=section.version_id, _anchor=f"s-{section.id}")


@bp.route("/versions/<int:version_id>/sections/new", methods=["GET", "POST"])
@requires("build_guides")
def new_section(study_id: int, version_id: int) -> ResponseReturnValue:
    """Add a section at the end."""
    whole, made = service.outline(version_id), []
    form = section_form(None, whole.items)
    if not form.validate_on_submit() or not form.saved_by(
        lambda values, _seen: made.append(sections.add(whole.version, form.section(values)))
    ):
        return page("guides/section_form.html", form=form, whole=whole, section=None)
    return see(place(made[0]), _("The section was added."))


@bp.route("/sections/<int:section_id>/edit", methods=["GET", "POST"])
@requires("build_guides")
def edit_section(study_id: int, section_id: int) -> ResponseReturnValue:
    """Change a section."""
    section = sections.get(section_id)
    whole = service.outline(section.version_id)
    form = section_form(section, conditions.earlier_than(whole, section.id))
    if not form.validate_on_submit() or not form.saved_by(lambda values, seen: sections.update(section, form.section(values), seen)):
        return page("guides/section_form.html", form=form, whole=whole, section=section)
    return see(place(section), _("Saved."))


@bp.post("/sections/<int:section_id>/move/<direction>")
@requires("build_guides")
def move_section(study_id: int, section_id: int, direction: str) -> ResponseReturnValue:
    """Move a section one place."""
    if direction not in STEPS:
        raise NotFound
    section = sections.get(section_id)
    sections.move(section, STEPS[direction])
    return see(place(section))


@bp.post("/sections/<int:section_id>/delete")
@requires("build_guides")
def delete_section(study_id: int, section_id: int) -> ResponseReturnValue:
    """Take a section out with its questions."""
    section = sections.get(section_id)
    sections.delete(section)
    text = _("The section “%(title)s” was taken out with its questions.", title=section.title(lang()))
    back = url_for(".show", guide_id=section.guide_id, version=section.version_id)
    return see(back, text, undo_url=url_for(".restore_section", section_id=section_id))


@bp.post("/sections/<int:section_id>/restore")
@requires("build_guides")
def restore_section(study_id: int, section_id: int) -> ResponseReturnValue:
    """Put a section back."""
    section = sections.get(section_id, deleted=True)
    sections.restore(section)
    return see(place(section), _("The section is back."))
