"""What people may type about organisations, on the web and in workbooks. People have their own forms in `people_forms`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import HiddenField

from consult.excel import synonyms as s
from consult.kernel.locking import merge_lists
from consult.kernel.model import LABEL, NAME, Choice
from consult.organisations import participating
from consult.organisations.form_fields import (
    CommuneField,
    LinesUpTo,
    email_field,
    organisation_field,
    phone_field,
    siren_field,
    siret_field,
    terms_field,
    website_field,
)
from consult.organisations.models import Nomenclature, OrganisationKind, OrganisationStatus, RelationKind, RoleKind, WorkforceBand
from consult.organisations.participation import Cause, Disposition, PlannedChannel, Priority, Stance
from consult.terms.models import TermList
from consult.web.forms import (
    CheckField,
    ChoiceField,
    DateField,
    EntityForm,
    InputRequired,
    Length,
    NoteField,
    TextField,
    WholeNumberField,
    identity,
)
from consult.web.i18n import _l
from consult.web.refusals import sentences

sentences(
    {
        "already_here": _l("This organisation already takes part in the study."),
        "look_alike": _l("Organisations of the study resemble this one. Look at them below before you create another."),
        "siren_taken": _l("Another organisation of the directory has this SIREN."),
        "siret_taken": _l("Another site of the directory has this SIRET."),
        "siren_taken_since": _l("%(holder)s has the SIREN %(number)s by now. Take it out there before you bring this one back."),
        "siret_taken_since": _l("A site of %(holder)s has the SIRET %(number)s by now. Take it out there before you bring this one back."),
        "siret_of_another": _l("This SIRET does not begin with the organisation's SIREN, %(siren)s."),
        "owner_not_member": _l("This person is not a member of the study."),
        "segment_unknown": _l("Choose a segment of this study."),
        "override_without_reason": _l("Say why, since this differs from what the sites say."),
        "related_to_itself": _l("An organisation cannot be related to itself."),
        "related_already": _l("This relation is already recorded."),
        "organisation_unknown": _l("Choose an organisation of the study."),
        "ends_before_it_begins": _l("The end lies before the beginning."),
        "organisation_in_use": _l(
            "Interviews were held with this organisation, so it stays in the study. Delete them first, or take it out of the target list."
        ),
        "changed_since": _l("Somebody has changed it since."),
        "outside_the_target_list": _l("Only organisations of the target list have a segment and a disposition."),
        "value_unknown": _l("Choose an entry of the list."),
        "nothing_chosen": _l("Tick at least one row."),
    }
)


class OrganisationForm(EntityForm):
    """An organisation's own fields."""

    name = TextField(_l("Name"), [InputRequired()], synonyms=s.NAME)
    kind = ChoiceField(_l("Kind"), OrganisationKind, [InputRequired()], synonyms=s.KIND, default=OrganisationKind.COMPANY)
    siren = siren_field(_l("SIREN"), synonyms=s.SIREN, description=_l("Nine digits. A number whose check fails is kept and marked."))
    workforce_band = ChoiceField(_l("Workforce band"), WorkforceBand, synonyms=s.WORKFORCE_BAND)
    phone = phone_field(_l("Phone"), synonyms=s.PHONE)
    email = email_field(_l("E-mail"), synonyms=s.EMAIL)
    website = website_field(_l("Website"), synonyms=s.URL)
    specialities = terms_field(_l("Specialities"), TermList.SPECIALITY, "organisations.pick_speciality", synonyms=s.SPECIALITIES)
    tags = terms_field(_l("Tags"), TermList.TAG, "organisations.pick_tag", synonyms=s.TAGS)
    description = NoteField(_l("Description"), synonyms=s.DESCRIPTION)
    short_name = TextField(_l("Short name"), synonyms=s.SHORT_NAME, more=True)
    legal_name = TextField(_l("Legal name"), synonyms=s.LEGAL_NAME, more=True)
    aliases = NoteField(
        _l("Other names"), [LinesUpTo(NAME)], 4000, more=True, description=_l("One a line. The organisation is found by them too.")
    )
    status = ChoiceField(_l("Status"), OrganisationStatus, [InputRequired()], default=OrganisationStatus.ACTIVE, more=True)
    vat_number = TextField(_l("VAT number"), longest=20, synonyms=s.VAT, more=True)
    foreign_id = TextField(
        _l("Foreign identifier"), longest=40, synonyms=s.FOREIGN_ID, more=True, description=_l("For example a Swiss UID: CHE-123.456.788.")
    )
    naf_code = TextField(_l("Activity code (NAF)"), longest=10, synonyms=s.NAF, more=True)
    naf_edition = ChoiceField(_l("Edition of the activity code"), Nomenclature, more=True)
    workforce = WholeNumberField(_l("Workforce"), high=2_000_000, synonyms=s.WORKFORCE, more=True)
    workforce_year = WholeNumberField(_l("Year of the workforce"), low=1900, high=2200, more=True)
    turnover_band = TextField(_l("Turnover"), longest=40, synonyms=(*s.TURNOVER, *s.TURNOVER_BAND), more=True)
    created_year = WholeNumberField(_l("Founded in"), low=800, high=2200, synonyms=s.CREATED, more=True)
    notes = NoteField(_l("Notes"), synonyms=s.NOTES, more=True)
    source = TextField(_l("Source"), longest=LABEL, more=True, description=_l("Where this was found: a register, a website, a call."))
    verified_on = DateField(_l("Verified on"), more=True)

    shown = HiddenField()

    def show_lists(self, present: Mapping[str, list[Any]], typed: bool) -> None:
        """Tell the form which specialities, tags and other names the record has: shown at first, merged with what was typed later."""
        self.present = present
        if not typed:
            self.shown.data = json.dumps(present)
            self.specialities.data, self.tags.data = present["specialities"], present["tags"]
            self.aliases.data = "\n".join(present["aliases"])

    def values(self) -> dict[str, Any]:
        """Return what was typed; of the lists, what the record is to have, others' changes since they were shown included."""
        typed = super().values()
        shown = _read_lists(typed.pop("shown"))
        mine = {"specialities": typed["specialities"] or [], "tags": typed["tags"] or [], "aliases": (typed["aliases"] or "").splitlines()}
        present = getattr(self, "present", {})
        return {**typed, **{name: merge_lists(each, shown.get(name), present.get(name, [])) for name, each in mine.items()}}


def _read_lists(text: str | None) -> dict[str, list[Any]]:
    """Read what the form had shown; nothing where it shows nothing or was tampered with."""
    try:
        read = json.loads(text or "{}")
    except ValueError:
        return {}
    return {name: value for name, value in read.items() if isinstance(value, list)} if isinstance(read, dict) else {}


class _Place:
    """The fields of a place."""

    address = TextField(_l("Address"), longest=LABEL, synonyms=s.ADDRESS)
    postcode = TextField(_l("Postcode"), longest=12, synonyms=s.POSTCODE)
    commune = CommuneField(_l("Commune"), synonyms=s.COMMUNE)
    siret = siret_field(_l("SIRET"), synonyms=s.SIRET, description=_l("Fourteen digits. A number whose check fails is kept and marked."))


class _Following:
    """The fields that say how an organisation takes part in the study."""

    in_frame = CheckField(_l("In the target list"), default=True)
    segment_id = ChoiceField(
        _l("Segment"),
        coerce=identity,
        description=_l("Left empty, it is proposed from kind, role and place when the organisation enters the target list."),
    )
    owner_id = ChoiceField(_l("Looked after by"), coerce=identity)
    priority = ChoiceField(_l("Priority"), Priority, segmented=True)


class NewOrganisationForm(_Following, _Place, OrganisationForm):
    """A new organisation: with its role, its first site, and how it takes part in the study."""

    role = ChoiceField(_l("Role"), RoleKind, synonyms=s.ROLE)
    anyway = CheckField(_l("Create it anyway"))


def offer(form: Any) -> None:
    """Give the selects of a form over segments and members their choices."""
    if "segment_id" in form:
        form.segment_id.choices = [("", "—"), *((row.id, row.label) for row in participating.segments())]
    if "owner_id" in form:
        form.owner_id.choices = [("", "—"), *((row.id, row.name) for row in participating.members())]


def _scale() -> list[tuple[Any, str]]:
    return [("", "—"), *((n, str(n)) for n in range(1, 6))]


class Override(Choice):
    """What is said of the perimeter against what an organisation's sites say."""

    IN = "in", "Dans le périmètre, quoi que disent ses établissements", "Inside, whatever its sites say"
    OUT = "out", "Hors du périmètre, quoi que disent ses établissements", "Outside, whatever its sites say"

    @classmethod
    def of(cls, override: bool | None) -> Override | None:
        """Return what stands for the column of a participation."""
        return {True: cls.IN, False: cls.OUT}.get(override) if override is not None else None


class ParticipationForm(_Following, EntityForm):
    """How an organisation takes part in the study."""

    disposition = ChoiceField(_l("Disposition"), Disposition)
    disposition_cause = ChoiceField(_l("Kind of reason"), Cause)
    channel = ChoiceField(_l("Planned channel"), PlannedChannel, segmented=True)
    next_on = DateField(_l("Next date"))
    disposition_reason = TextField(_l("Reason"), longest=LABEL)
    influence = ChoiceField(_l("Influence"), coerce=identity, segmented=True, choices=_scale)
    interest = ChoiceField(_l("Interest"), coerce=identity, segmented=True, choices=_scale)
    stance = ChoiceField(_l("Stance"), Stance)
    engagement = NoteField(_l("Engagement strategy"))
    perimeter = ChoiceField(_l("Perimeter"), Override)
    perimeter_reason = TextField(_l("Reason for the perimeter"), longest=LABEL)
    shown_at: ClassVar = {"perimeter_override": ("perimeter", Override.of)}

    def values(self) -> dict[str, Any]:
        """Return what was typed, the perimeter as an override: True, False, or None for what the sites say."""
        typed = super().values()
        said = typed.pop("perimeter")
        return {**typed, "perimeter_override": None if said is None else said == Override.IN}


class SiteForm(_Place, EntityForm):
    """An establishment."""

    label = TextField(_l("Name of the site"))
    country = TextField(
        _l("Country"), [Length(min=2, max=2)], longest=2, synonyms=s.COUNTRY, default="FR", description=_l("Two letters: FR, CH…")
    )
    workforce = WholeNumberField(_l("Workforce of the site"), high=2_000_000)
    is_head_office = CheckField(_l("Head office"))

    def values(self) -> dict[str, Any]:
        """Return what was typed; the country in capitals."""
        typed = super().values()
        return {**typed, "country": (typed["country"] or "FR").upper()}


class RoleForm(EntityForm):
    """A role, general or in this study only."""

    role = ChoiceField(_l("Role"), RoleKind, [InputRequired()])
    is_primary = CheckField(_l("Primary role"), description=_l("Headline figures count an organisation by its primary role."))
    here_only = CheckField(_l("In this study only"))
    since = DateField(_l("Since"))
    until = DateField(_l("Until"))


class RelationForm(EntityForm):
    """A relation to another organisation of the study."""

    kind = ChoiceField(_l("Relation"), validators=[InputRequired()])
    other_id = organisation_field(_l("Other organisation"), validators=[InputRequired()])
    since = DateField(_l("Since"))
    until = DateField(_l("Until"))
    source = TextField(_l("Source"), longest=LABEL)

    def offer(self, lang: str) -> None:
        """Offer each kind from both ends, in the reader's language."""
        ends = [(f"from:{k.value}", k.label(lang)) for k in RelationKind] + [(f"to:{k.value}", k.inverse(lang)) for k in RelationKind]
        self.kind.choices = ends  # type: ignore[assignment]

    def values(self) -> dict[str, Any]:
        """Return what was typed, the direction apart from the kind."""
        typed = super().values()
        direction, _sep, kind = typed["kind"].partition(":")
        return {**typed, "direction": direction, "kind": RelationKind(kind)}
