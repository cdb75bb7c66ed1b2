"""The perimeter: areas found by name and added, several at once; taken out and put back."""

from __future__ import annotations

from flask import g, request, url_for
from flask.typing import ResponseReturnValue

from consult.studies import perimeter as rules
from consult.studies import territory_reference as reference
from consult.studies.blueprint import bp
from consult.studies.gate import requires
from consult.web.i18n import _, ngettext
from consult.web.pages import page, see

LONGEST_QUERY = 500


@bp.get("/studies/<int:study_id>/perimeter")
@requires("steer")
def perimeter(study_id: int) -> ResponseReturnValue:
    """Show the perimeter, and what a search for areas finds."""
    asked = request.args.get("q", "")[:LONGEST_QUERY]
    areas = rules.areas()
    return page(
        "studies/perimeter.html",
        study=g.study,
        areas=[(area, rules.place(area.code)) for area in areas],
        communes=len(rules.commune_codes()),
        asked=asked,
        found=rules.search(asked),
        missing=rules.not_found(asked),
        present={area.code for area in areas},
        departments=reference.departments(),
    )


@bp.post("/studies/<int:study_id>/perimeter/add")
@requires("steer")
def add_areas(study_id: int) -> ResponseReturnValue:
    """Add the areas that were ticked."""
    added = rules.add_areas(request.form.getlist("code")[: rules.MOST_AREAS])
    if not added:
        return see(url_for(".perimeter", q=request.form.get("q") or None), _("Tick the areas to add first."), kind="warn")
    return see(url_for(".perimeter"), ngettext("%(num)s area was added.", "%(num)s areas were added.", len(added)))


@bp.post("/studies/<int:study_id>/perimeter/areas/<int:area_id>/remove")
@requires("steer")
def remove_area(study_id: int, area_id: int) -> ResponseReturnValue:
    """Take an area out."""
    area = rules.get_area(area_id)
    name, code = area.name, area.code
    rules.remove_area(area)
    text = _("%(name)s was taken out of the perimeter.", name=name)
    return see(url_for(".perimeter"), text, undo_url=url_for(".put_area_back", code=code))


@bp.post("/studies/<int:study_id>/perimeter/put-back/<code>")
@requires("steer")
def put_area_back(study_id: int, code: str) -> ResponseReturnValue:
    """Put an area back that was taken out."""
    rules.add_areas([code])
    return see(url_for(".perimeter"), _("The area is back in the perimeter."))
