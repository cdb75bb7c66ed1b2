"""What hangs on an organisation: sites, roles and relations, each added, changed, deleted and brought back from the organisation's page."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from consult.organisations import parts, service, sites
from consult.organisations.blueprint import bp, organisation_url
from consult.organisations.forms import RelationForm, RoleForm, SiteForm
from consult.organisations.models import Site
from consult.studies.gate import requires
from consult.web.forms import EntityForm
from consult.web.i18n import _, lang
from consult.web.pages import page, see


def _form_page(form: EntityForm, organisation: Any, title: str) -> ResponseReturnValue:
    return page("organisations/part.html", form=form, organisation=organisation, title=title)


# sites


@bp.route("/organisations/<int:organisation_id>/sites/new", methods=["GET", "POST"])
@requires("edit_directory")
def add_site(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Add a site."""
    organisation = service.get(organisation_id)
    form = SiteForm()
    _name_commune(form, None)
    if not form.validate_on_submit() or not form.saved_by(lambda values, _seen: sites.add(organisation, values)):
        return _form_page(form, organisation, _("New site"))
    return see(organisation_url(organisation_id, "sites"), _("Site added."))


@bp.route("/organisations/<int:organisation_id>/sites/<int:site_id>", methods=["GET", "POST"])
@requires("edit_directory")
def edit_site(study_id: int, organisation_id: int, site_id: int) -> ResponseReturnValue:
    """Change a site."""
    organisation = service.get(organisation_id)
    site = sites.get(organisation_id, site_id)
    shown = {name: getattr(site, name) for name in (*sites.PLAIN, "postcode", "is_head_office", "version")}
    form = SiteForm(data={**shown, "commune": site.commune_code or site.commune_name, "siret": site.siret or site.unchecked_siret})
    _name_commune(form, site)
    if not form.validate_on_submit() or not form.saved_by(lambda values, seen: sites.update(site, organisation, values, seen)):
        return _form_page(form, organisation, _("Site"))
    return see(organisation_url(organisation_id, "sites"), _("Saved."))


def _name_commune(form: SiteForm, site: Site | None) -> None:
    """Have the box of communes show a name where its value is a code."""
    typed = form.commune.data
    code, name = sites.place(typed, form.postcode.data)
    form.commune.chosen_label = name or (site.commune_name if site and not typed else "") or ""
    if code is None:
        form.commune.chosen_label = typed or ""


@bp.post("/organisations/<int:organisation_id>/sites/<int:site_id>/delete")
@requires("edit_directory")
def delete_site(study_id: int, organisation_id: int, site_id: int) -> ResponseReturnValue:
    """Delete a site."""
    sites.delete(sites.get(organisation_id, site_id))
    undo = url_for(".restore_site", organisation_id=organisation_id, site_id=site_id)
    return see(organisation_url(organisation_id, "sites"), _("Site deleted."), undo_url=undo)


@bp.post("/organisations/<int:organisation_id>/sites/<int:site_id>/restore")
@requires("edit_directory")
def restore_site(study_id: int, organisation_id: int, site_id: int) -> ResponseReturnValue:
    """Bring a deleted site back."""
    sites.restore(sites.get(organisation_id, site_id, deleted=True))
    return see(organisation_url(organisation_id, "sites"), _("Site restored."))


# roles


@bp.route("/organisations/<int:organisation_id>/roles/new", methods=["GET", "POST"])
@requires("edit_directory")
def add_role(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Give an organisation a role."""
    organisation = service.get(organisation_id)
    form = RoleForm()
    if not form.validate_on_submit() or not form.saved_by(lambda values, _seen: parts.add_role(organisation, values)):
        return _form_page(form, organisation, _("New role"))
    return see(organisation_url(organisation_id, "roles"), _("Role added."))


@bp.route("/organisations/<int:organisation_id>/roles/<int:role_id>", methods=["GET", "POST"])
@requires("edit_directory")
def edit_role(study_id: int, organisation_id: int, role_id: int) -> ResponseReturnValue:
    """Change a role: its dates, whether it is the primary one."""
    organisation = service.get(organisation_id)
    role = parts.get_role(organisation_id, role_id)
    form = RoleForm(obj=role, **({} if request.method == "POST" else {"here_only": role.study_id is not None}))
    if not form.validate_on_submit() or not form.saved_by(lambda values, _seen: parts.update_role(role, values)):
        return _form_page(form, organisation, _("Role"))
    return see(organisation_url(organisation_id, "roles"), _("Saved."))


@bp.post("/organisations/<int:organisation_id>/roles/<int:role_id>/delete")
@requires("edit_directory")
def delete_role(study_id: int, organisation_id: int, role_id: int) -> ResponseReturnValue:
    """Delete a role."""
    parts.remove(parts.get_role(organisation_id, role_id))
    undo = url_for(".restore_role", organisation_id=organisation_id, role_id=role_id)
    return see(organisation_url(organisation_id, "roles"), _("Role deleted."), undo_url=undo)


@bp.post("/organisations/<int:organisation_id>/roles/<int:role_id>/restore")
@requires("edit_directory")
def restore_role(study_id: int, organisation_id: int, role_id: int) -> ResponseReturnValue:
    """Bring a deleted role back."""
    parts.bring_back(parts.get_role(organisation_id, role_id, deleted=True))
    return see(organisation_url(organisation_id, "roles"), _("Role restored."))


# relations


@bp.route("/organisations/<int:organisation_id>/relations/new", methods=["GET", "POST"])
@requires("edit_directory")
def add_relation(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Relate an organisation to another."""
    organisation = service.get(organisation_id)
    form = RelationForm()
    form.offer(lang())
    if isinstance(form.other_id.data, int):
        form.other_id.chosen_label = parts.name_of(form.other_id.data)
    if not form.validate_on_submit() or not form.saved_by(lambda values, _seen: parts.relate(organisation, values)):
        return _form_page(form, organisation, _("New relation"))
    return see(organisation_url(organisation_id, "relations"), _("Relation added."))


@bp.post("/organisations/<int:organisation_id>/relations/<int:relation_id>/delete")
@requires("edit_directory")
def delete_relation(study_id: int, organisation_id: int, relation_id: int) -> ResponseReturnValue:
    """Delete a relation."""
    parts.remove(parts.get_relation(organisation_id, relation_id))
    undo = url_for(".restore_relation", organisation_id=organisation_id, relation_id=relation_id)
    return see(organisation_url(organisation_id, "relations"), _("Relation deleted."), undo_url=undo)


@bp.post("/organisations/<int:organisation_id>/relations/<int:relation_id>/restore")
@requires("edit_directory")
def restore_relation(study_id: int, organisation_id: int, relation_id: int) -> ResponseReturnValue:
    """Bring a deleted relation back."""
    parts.bring_back(parts.get_relation(organisation_id, relation_id, deleted=True))
    return see(organisation_url(organisation_id, "relations"), _("Relation restored."))
