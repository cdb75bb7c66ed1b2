"""With which record one is to be merged, for two that nothing proposed."""

from __future__ import annotations

from typing import Any

from consult.organisations import people_service
from consult.organisations.form_fields import organisation_field
from consult.organisations.merge_models import Kind
from consult.web.forms import EntityForm, InputRequired, PickField
from consult.web.i18n import _l


class OtherOrganisationForm(EntityForm):
    """Another organisation of the study."""

    other = organisation_field(_l("Other organisation"), validators=[InputRequired()])


class OtherPersonForm(EntityForm):
    """Another person of the study."""

    other = PickField(_l("Other person"), "organisations.pick_person", people_service.pick, validators=[InputRequired()])


FORMS: dict[Kind, Any] = {Kind.ORGANISATION: OtherOrganisationForm, Kind.PERSON: OtherPersonForm}
