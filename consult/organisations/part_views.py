"""What hangs on an organisation: sites, roles and relations, each added, changed, deleted and brought back from the organisation's page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import request, url_for
from flask.typing import ResponseReturnValue

from consult.organisations import doubts, parts, service, sites
from consult.organisations.blueprint import bp, organisation_url, saved
from consult.organisations.forms import RelationForm, RoleForm, SiteForm
from consult.organisations.models import Organisation, OrganisationRole, Site
from consult.studies.gate import requires
from consult.web.forms import EntityForm
from consult.web.i18n import _, _l, lang
from consult.web.pages import page, see


@dataclass(frozen=True)
class Part:
    """One kind of what hangs on an organisation: what a form over one is like, what is done with it, and what is said then.

    `form` makes the form of a new one (None) or of one there is; `save` keeps one that was changed, and is None for what is only added and
    deleted."""

    name: str
    form: Callable[[Any], EntityForm]
    get: Callable[..., Any]
    new: Callable[[Organisation, dict[str, Any]], Any]
    save: Callable[[Any, Organisation, dict[str, Any], int | None], Any] | None
    remove: Callable[[Any], Any]
    bring_back: Callable[[Any], Any]
    titles: tuple[Any, Any]
    said: tuple[Any, Any, Any]
    doubt: Callable[[Any], str] = lambda _one: ""
    """What is to be said of one that was kept although something in it fails its check."""

    def register(self) -> None:
        """Put the views on the blueprint: `add_site`, `edit_site`, `delete_site`, `restore_site`, and so on."""
        every = f"/organisations/<int:organisation_id>/{self.name}s"
        one = f"{every}/<int:{self.name}_id>"
        asked, told = ["GET", "POST"], ["POST"]
        bp.add_url_rule(f"{every}/new", f"add_{self.name}", requires("edit_directory")(self.add), methods=asked)
        if self.save:
            bp.add_url_rule(one, f"edit_{self.name}", requires("edit_directory")(self.edit), methods=asked)
        bp.add_url_rule(f"{one}/delete", f"delete_{self.name}", requires("edit_directory")(self.delete), methods=told)
        bp.add_url_rule(f"{one}/restore", f"restore_{self.name}", requires("edit_directory")(self.restore), methods=told)

    def add(self, study_id: int, organisation_id: int) -> ResponseReturnValue:
        """Add one."""
        organisation, form = service.get(organisation_id), self.form(None)
        made: list[Any] = []
        if not form.validate_on_submit() or not form.saved_by(lambda values, _seen: made.append(self.new(organisation, values))):
            return page("organisations/part.html", form=form, organisation=organisation, title=str(self.titles[0]))
        return saved(self._url(organisation_id), str(self.said[0]), self.doubt(made[0]))

    def edit(self, study_id: int, organisation_id: int, **which: int) -> ResponseReturnValue:
        """Change one."""
        organisation, one = service.get(organisation_id), self._one(organisation_id, which)
        form, save = self.form(one), self.save
        if not form.validate_on_submit() or not form.saved_by(lambda values, seen: save and save(one, organisation, values, seen)):
            return page("organisations/part.html", form=form, organisation=organisation, title=str(self.titles[1]))
        return saved(self._url(organisation_id), _("Saved."), self.doubt(one))

    def delete(self, study_id: int, organisation_id: int, **which: int) -> ResponseReturnValue:
        """Delete one."""
        self.remove(self._one(organisation_id, which))
        undo = url_for(f".restore_{self.name}", organisation_id=organisation_id, **cast(Any, which))
        return see(self._url(organisation_id), str(self.said[1]), undo_url=undo)

    def restore(self, study_id: int, organisation_id: int, **which: int) -> ResponseReturnValue:
        """Bring a deleted one back."""
        self.bring_back(self._one(organisation_id, which, deleted=True))
        return see(self._url(organisation_id), str(self.said[2]))

    def _one(self, organisation_id: int, which: dict[str, int], **more: bool) -> Any:
        return self.get(organisation_id, which[f"{self.name}_id"], **more)

    def _url(self, organisation_id: int) -> str:
        return organisation_url(organisation_id, f"{self.name}s")


def _site_form(site: Site | None) -> SiteForm:
    form = SiteForm() if site is None else SiteForm(data=_shown(site))
    typed = form.commune.data
    code, name = sites.place(typed, form.postcode.data)
    form.commune.chosen_label = (name if code else typed) or ""
    return form


def _shown(site: Site) -> dict[str, Any]:
    """Return what the form shows of a site: a doubtful SIRET where there is no good one, the commune by its code where that is known."""
    columns = {name: getattr(site, name) for name in (*sites.PLAIN, "postcode", "is_head_office", "version")}
    return {**columns, "commune": site.commune_code or site.commune_name, "siret": site.siret or site.unchecked_siret}


def _role_form(role: OrganisationRole | None) -> RoleForm:
    return RoleForm(obj=role, **({"here_only": role.study_id is not None} if role and request.method == "GET" else {}))


def _relation_form(_relation: None) -> RelationForm:
    form = RelationForm()
    form.offer(lang())
    if isinstance(form.other_id.data, int):
        form.other_id.chosen_label = parts.name_of(form.other_id.data)
    return form


SITE = Part(
    "site",
    _site_form,
    sites.get,
    sites.add,
    sites.update,
    sites.delete,
    sites.restore,
    (_l("New site"), _l("Site")),
    (_l("Site added."), _l("Site deleted."), _l("Site restored.")),
    doubts.said_of_site,
)
ROLE = Part(
    "role",
    _role_form,
    parts.get_role,
    parts.add_role,
    lambda role, _organisation, values, _seen: parts.update_role(role, values),
    parts.remove,
    parts.bring_back,
    (_l("New role"), _l("Role")),
    (_l("Role added."), _l("Role deleted."), _l("Role restored.")),
)
RELATION = Part(
    "relation",
    _relation_form,
    parts.get_relation,
    parts.relate,
    None,
    parts.remove,
    parts.bring_back,
    (_l("New relation"), _l("Relation")),
    (_l("Relation added."), _l("Relation deleted."), _l("Relation restored.")),
)

for _part in (SITE, ROLE, RELATION):
    _part.register()
