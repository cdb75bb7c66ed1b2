"""Every field that a file may fill: how a column is recognised, and in which column of which table its value is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from consult.excel import EntitySpec, FieldSpec, Registry
from consult.excel import synonyms as s
from consult.interviews import excel as interviews
from consult.kernel import model as lengths
from consult.kernel.model import Choice
from consult.organisations.models import OrganisationKind, OrganisationStatus, RoleKind, WorkforceBand
from consult.organisations.participation import Disposition, Priority, Stance
from consult.organisations.people_models import Civility, PersonFunction
from consult.terms.models import TermList
from consult.web.i18n import lang

ORGANISATION, SITE, PERSON, POST, INTERVIEW = "organisation", "site", "person", "affiliation", "interview"
PARTS = {
    "organisation": ORGANISATION,
    "participation": ORGANISATION,
    "role": ORGANISATION,
    "term": ORGANISATION,
    "site": SITE,
    "person": PERSON,
    "affiliation": POST,
    "person_email": PERSON,
    "person_phone": PERSON,
    "interview": INTERVIEW,
}
"""Which record a table's rows are part of, as a person sees it: a participation comes with its organisation, a site is one of its own."""
SEGMENT_NAMED, MEMBER_NAMED = "segment", "member"
"""What a field may name one of: a segment of the study, one of its members."""
GRID = (1, 5)
"""The steps of the power/interest grid."""


@dataclass(frozen=True)
class Field:
    """A field as a file may fill it. `table` and `column` say where it is kept; `members` is its closed list; `longest` bounds its text,
    `between` its number; `reference` says of what it names one: a segment, or a member of the study."""

    spec: FieldSpec
    table: str
    column: str
    members: type[Choice] | None = None
    longest: int | None = None
    terms: TermList | None = None
    reference: str = ""
    between: tuple[int, int] | None = None

    @cached_property
    def name(self) -> str:
        """The full name, `entity.field`."""
        return self.spec.full_name

    @property
    def label(self) -> str:
        """What the field is called in the reader's language."""
        return self.spec.labels[0 if lang() == "fr" else 1]

    @property
    def part(self) -> str:
        """The record it is part of."""
        return PARTS[self.table]


def _organisation(name: str, fr: str, en: str, words: tuple[str, ...], kind: str = "text", **more: Any) -> Field:
    return _field("organisation", name, fr, en, words, kind, **more)


def _site(name: str, fr: str, en: str, words: tuple[str, ...], kind: str = "text", **more: Any) -> Field:
    return _field("organisation", name, fr, en, words, kind, table="site", **more)


def _participation(name: str, fr: str, en: str, words: tuple[str, ...], kind: str = "text", **more: Any) -> Field:
    return _field("organisation", name, fr, en, words, kind, table="participation", **more)


def _field(
    entity: str, name: str, fr: str, en: str, words: tuple[str, ...], kind: str = "text", table: str = "", column: str = "",
    members: type[Choice] | None = None, longest: int | None = None, terms: TermList | None = None, reference: str = "",
    between: tuple[int, int] | None = None, **more: Any,
) -> Field:  # fmt: skip
    spec = FieldSpec(entity, name, (fr, en), words, kind, **more)
    return Field(spec, table or entity, column or name, members, longest or _LONGEST.get(kind), terms, reference, between)


_LONGEST = {
    "text": lengths.NAME,
    "name": lengths.NAME,
    "job": lengths.NAME,
    "note": lengths.NOTE,
    "url": lengths.LABEL,
    "email": 254,
    "phone": 40,
    "address": lengths.LABEL,
    "commune": lengths.NAME,
    "first_name": lengths.NAME,
    "last_name": lengths.NAME,
}


def _interview(spec: FieldSpec) -> Field:
    """A field of an interview, as its slice describes it. The organisation that it names is the row's organisation."""
    if spec.refers:
        return Field(spec, "organisation", "name", longest=lengths.NAME)
    bounds = interviews.BETWEEN.get(spec.name)
    return Field(spec, "interview", spec.name, interviews.LISTS.get(spec.name), _LONGEST.get(spec.kind), between=bounds)


FIELDS: tuple[Field, ...] = (
    _organisation("name", "Nom", "Name", s.NAME, "name", required=True, key=True),
    _organisation("short_name", "Sigle", "Short name", s.SHORT_NAME),
    _organisation("legal_name", "Raison sociale", "Legal name", s.LEGAL_NAME, "name"),
    _organisation("kind", "Nature", "Kind", s.KIND, "choice", members=OrganisationKind),
    _organisation("status", "État", "Status", s.STATUS, "choice", members=OrganisationStatus),
    _organisation("siren", "SIREN", "SIREN", s.SIREN, "siren", key=True),
    _organisation("vat_number", "N° de TVA", "VAT number", s.VAT, "vat", longest=20),
    _organisation("foreign_id", "Identifiant étranger", "Foreign identifier", s.FOREIGN_ID, "foreign_id", longest=40),
    _organisation("naf_code", "Code NAF", "NAF code", s.NAF, "naf", longest=10),
    _organisation("workforce_band", "Tranche d’effectif", "Workforce band", s.WORKFORCE_BAND, "band", members=WorkforceBand),
    _organisation("workforce", "Effectif", "Workforce", s.WORKFORCE, "integer"),
    _organisation("turnover_band", "Tranche de chiffre d’affaires", "Turnover band", s.TURNOVER_BAND, "text", longest=40),
    _organisation("created_year", "Année de création", "Year founded", s.CREATED, "year"),
    _organisation("website", "Site web", "Web site", s.URL, "url"),
    _organisation("phone", "Téléphone", "Phone", s.PHONE, "phone"),
    _organisation("email", "Courriel", "E-mail", s.EMAIL, "email"),
    _organisation("description", "Description", "Description", s.DESCRIPTION, "note"),
    _organisation("notes", "Notes", "Notes", s.NOTES, "note"),
    _organisation("role", "Rôle", "Role", s.ROLE, "choice", table="role", column="role", members=RoleKind),
    _organisation("tags", "Étiquettes", "Tags", s.TAGS, "terms", table="term", terms=TermList.TAG),
    _organisation("specialities", "Spécialités", "Specialities", s.SPECIALITIES, "terms", table="term", terms=TermList.SPECIALITY),
    _site("siret", "SIRET", "SIRET", s.SIRET, "siret", key=True),
    _site("address", "Adresse", "Address", s.ADDRESS, "address"),
    _site("postcode", "Code postal", "Postcode", s.POSTCODE, "postcode", longest=12),
    _site("commune", "Commune", "Town", s.COMMUNE, "commune", column="commune_name"),
    _site("commune_code", "Code INSEE", "INSEE code", s.INSEE, "insee", longest=5),
    _site("latitude", "Latitude", "Latitude", s.LATITUDE, "latitude"),
    _site("longitude", "Longitude", "Longitude", s.LONGITUDE, "longitude"),
    _site("country", "Pays", "Country", s.COUNTRY, "country", longest=2),
    _participation("in_frame", "Base de sondage", "Target list", s.IN_FRAME, "yes_no"),
    _participation("segment", "Segment", "Segment", s.SEGMENT, "choice", column="segment_id", reference=SEGMENT_NAMED),
    _participation("disposition", "Statut de prise de contact", "Disposition", s.DISPOSITION, "choice", members=Disposition),
    _participation("owner", "Référent", "Looked after by", s.OWNER, "member", column="owner_id", reference=MEMBER_NAMED),
    _participation("priority", "Priorité", "Priority", ("priorité de contact", "contact priority"), "choice", members=Priority),
    _participation("influence", "Influence", "Influence", s.INFLUENCE, "integer", between=GRID),
    _participation("interest", "Intérêt", "Interest", s.INTEREST, "integer", between=GRID),
    _participation("stance", "Position", "Stance", ("attitude", "prise de position"), "choice", members=Stance),
    _field("person", "civility", "Civilité", "Title", s.CIVILITY, "civility", members=Civility),
    _field("person", "first_name", "Prénom", "First name", s.FIRST_NAME, "first_name"),
    _field("person", "last_name", "Nom de famille", "Last name", s.LAST_NAME, "last_name", required=True),
    _field("person", "full_name", "Nom complet", "Full name", s.FULL_NAME, "person", longest=lengths.NAME),
    _field("person", "job_title", "Fonction", "Job title", s.JOB_TITLE, "job", table="affiliation"),
    _field("person", "function", "Domaine fonctionnel", "Function", s.FUNCTION, "choice", table="affiliation", members=PersonFunction),
    _field("person", "email", "Courriel", "E-mail", s.EMAIL, "email", table="person_email", column="address", key=True),
    _field("person", "phone", "Téléphone", "Phone", s.PHONE, "phone", table="person_phone", column="number"),
    _field("person", "mobile", "Portable", "Mobile", s.MOBILE, "phone", table="person_phone", column="number"),
    _field(
        "person",
        "organisation",
        "Organisation",
        "Organisation",
        s.NAME,
        "name",
        table="organisation",
        column="name",
        refers="organisation.name",
    ),
    *(_interview(spec) for spec in interviews.FIELDS),
)

ENTITIES = [
    EntitySpec(
        "organisation", ("Organisations", "Organisations"), s.ORGANISATION_WORDS, ("name", "legal_name", "siren", "siret"), s.WEAK_NAMES
    ),
    EntitySpec("person", ("Personnes", "People"), s.PERSON_WORDS, ("last_name", "full_name", "email"), s.WEAK_NAMES, of="organisation"),
    interviews.ENTITY,
]
MAIN = (ORGANISATION, PERSON, INTERVIEW)
"""The entities that a file can be about."""


@cache
def by_name() -> Mapping[str, Field]:
    """Every field by its full name."""
    return {each.name: each for each in FIELDS}


@cache
def registry() -> Registry:
    """The fields as columns are recognised by."""
    return Registry(ENTITIES, [each.spec for each in FIELDS])


def label_of(name: str) -> str:
    """What a field is called in the reader's language; its name when there is no such field any more."""
    known = by_name().get(name)
    return known.label if known else name


def _at(table: str, column: str) -> str:
    return next(each.name for each in FIELDS if (each.table, each.column) == (table, column) and not each.spec.refers)


NAME, LEGAL_NAME = _at("organisation", "name"), _at("organisation", "legal_name")
SIREN, KIND = _at("organisation", "siren"), _at("organisation", "kind")
NAF, ROLE = _at("organisation", "naf_code"), _at("role", "role")
WEBSITE, EMAIL, PHONE = _at("organisation", "website"), _at("organisation", "email"), _at("organisation", "phone")
SIRET, COMMUNE, ADDRESS = _at("site", "siret"), _at("site", "commune_name"), _at("site", "address")
COMMUNE_CODE, POSTCODE, COUNTRY = _at("site", "commune_code"), _at("site", "postcode"), _at("site", "country")
CIVILITY, FIRST_NAME, LAST_NAME = _at("person", "civility"), _at("person", "first_name"), _at("person", "last_name")
FULL_NAME, JOB = _at("person", "full_name"), _at("affiliation", "job_title")
PERSON_EMAIL, PERSON_PHONE = _at("person_email", "address"), _at("person_phone", "number")
IN_FRAME, SEGMENT = _at("participation", "in_frame"), _at("participation", "segment_id")
DISPOSITION, OWNER, STATUS = _at("participation", "disposition"), _at("participation", "owner_id"), _at("organisation", "status")
INTERVIEW_DATE, INTERVIEW_START, INTERVIEW_REF = _at("interview", "date"), _at("interview", "starts_at"), _at("interview", "ref")
INTERVIEW_KIND, INTERVIEW_STATE = _at("interview", "kind"), _at("interview", "state")
CONFIDENTIALITY = _at("interview", "confidentiality")
INTERVIEWERS, INTERVIEWEES = _at("interview", "interviewers"), _at("interview", "interviewees")
MET = next(each.name for each in FIELDS if each.spec.entity == INTERVIEW and each.spec.refers)
"""The organisations that an interview concerns."""
JOINED = "participation.joined"
"""A change that no column gives: an organisation joins the study."""


def entity_label(name: str) -> str:
    """What an entity's records are called in the reader's language."""
    spec = next((each for each in ENTITIES if each.name == name), None)
    return spec.labels[0 if lang() == "fr" else 1] if spec else name
