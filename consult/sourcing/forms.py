"""What may be typed of a need and of a capability."""

from __future__ import annotations

from typing import Any

from consult.interviews.capture_forms import organisations_of
from consult.interviews.files import level_within
from consult.interviews.models import Interview
from consult.kernel.model import LABEL, Confidentiality
from consult.organisations import parts
from consult.organisations.form_fields import organisation_field, terms
from consult.sourcing import countries
from consult.sourcing.models import UNIT, Capability, Criticality, Horizon, Maturity, Need, Relocatable
from consult.terms.models import TermList
from consult.web.fields import identity
from consult.web.forms import ChoiceField, DateField, EntityForm, InputRequired, NoteField, PickField, TextField, WholeNumberField
from consult.web.i18n import _l, lang
from consult.web.picking import Found
from consult.web.refusals import sentences

sentences({"component_or_process": _l("Say of which component or by which process: one of the two is enough.")})


def _components(text: str) -> Found:
    return terms(TermList.COMPONENT, text)


def _processes(text: str) -> Found:
    return terms(TermList.PROCESS, text)


class _What:
    """Of what: fields that both have, first."""

    component_id = PickField(_l("Component"), "sourcing.pick_component", _components, create=True)
    process_id = PickField(_l("Process"), "sourcing.pick_process", _processes, create=True)


class _Besides:
    """What both have, last."""

    confidentiality = ChoiceField(
        _l("Confidentiality"), Confidentiality, [InputRequired()], segmented=True, more=True, default=Confidentiality.TEAM
    )
    note = NoteField(_l("Note"), more=True)


class _Need(_What):
    """The fields of a need."""

    volume_per_year = WholeNumberField(_l("Volume a year"))
    unit = TextField(_l("Unit"), longest=UNIT, description=_l("Pieces unless you say otherwise."))
    horizon = ChoiceField(_l("Horizon"), Horizon)
    source_country = ChoiceField(_l("Bought today in"), choices=[])
    relocatable = ChoiceField(_l("Relocatable"), Relocatable, segmented=True)
    criticality = ChoiceField(_l("Criticality"), Criticality, segmented=True, more=True)
    quality = TextField(_l("Quality asked for"), longest=LABEL, more=True)


class _Capability(_What):
    """The fields of a capability."""

    capacity_per_year = WholeNumberField(_l("Capacity a year"))
    unit = TextField(_l("Unit"), longest=UNIT, description=_l("Pieces unless you say otherwise."))
    spare_percent = WholeNumberField(_l("Spare capacity (%)"), high=100)
    maturity = ChoiceField(_l("Maturity"), Maturity)
    certifications = TextField(_l("Certifications"), longest=LABEL, more=True)
    verified_on = DateField(_l("Verified on"), more=True)
    source = TextField(_l("Verified how"), longest=LABEL, more=True)


class NeedForm(_Need, _Besides, EntityForm):
    """A need of whichever organisation of the study."""

    organisation_id = organisation_field(_l("Organisation"), validators=[InputRequired()])


class CapabilityForm(_Capability, _Besides, EntityForm):
    """A capability of whichever organisation of the study."""

    organisation_id = organisation_field(_l("Organisation"), validators=[InputRequired()])


class CapturedNeedForm(_Need, _Besides, EntityForm):
    """A need told in an interview; a joint meeting says of which organisation."""

    organisation_id = ChoiceField(_l("Organisation"), coerce=identity)


class CapturedCapabilityForm(_Capability, _Besides, EntityForm):
    """A capability told in an interview; a joint meeting says of which organisation."""

    organisation_id = ChoiceField(_l("Organisation"), coerce=identity)


WHOLE: dict[type[Any], type[EntityForm]] = {Need: NeedForm, Capability: CapabilityForm}
CAPTURED: dict[type[Any], type[EntityForm]] = {Need: CapturedNeedForm, Capability: CapturedCapabilityForm}


def whole(model: type[Any], record: Any = None, **start: Any) -> Any:
    """Return the form of a need or a capability, or of a new one with some values to start from."""
    form: Any = WHOLE[model](obj=record, prefix=f"{model.__tablename__}-", **start)
    if isinstance(form.organisation_id.data, int):
        form.organisation_id.chosen_label = parts.name_of(form.organisation_id.data)
    return _offered(form, record)


def captured(model: type[Any], interview: Interview, **given: Any) -> Any:
    """Return the form of what is told in an interview."""
    form: Any = CAPTURED[model](prefix=f"{model.__tablename__}-", confidentiality=level_within(interview.confidentiality), **given)
    several = organisations_of(interview)
    if len(several) > 1:
        form.organisation_id.choices = several
    else:
        del form.organisation_id
    return _offered(form)


def _offered(form: Any, record: Any = None) -> Any:
    """Name what is chosen in the boxes, and offer the countries."""
    for name in ("component", "process"):
        field, term = form[f"{name}_id"], getattr(record, name, None)
        if term is not None and field.data == term.id:
            field.chosen_label = term.label(lang())
    if "source_country" in form:
        form.source_country.choices = [("", ""), *countries.choices()]
    return form
