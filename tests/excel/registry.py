"""A registry as the slices pass it: organisations, sites, people and interviews."""

from __future__ import annotations

from consult.excel import synonyms as s
from consult.excel.registry import EntitySpec, FieldSpec, Registry


def _field(entity: str, name: str, fr: str, en: str, words: tuple[str, ...] = (), kind: str = "text", **more: object) -> FieldSpec:
    return FieldSpec(entity, name, (fr, en), words, kind, **more)  # type: ignore[arg-type]


ORGANISATION = [
    _field("organisation", "name", "Nom", "Name", s.NAME, "name", required=True, key=True),
    _field("organisation", "short_name", "Nom court", "Short name", s.SHORT_NAME),
    _field("organisation", "legal_name", "Raison sociale", "Legal name", s.LEGAL_NAME, "name"),
    _field("organisation", "kind", "Nature", "Kind", s.KIND, "choice"),
    _field("organisation", "siren", "SIREN", "SIREN", s.SIREN, "siren", key=True),
    _field("organisation", "siret", "SIRET", "SIRET", s.SIRET, "siret", key=True),
    _field("organisation", "foreign_id", "Identifiant étranger", "Foreign identifier", s.FOREIGN_ID, "foreign_id"),
    _field("organisation", "vat", "N° TVA", "VAT number", s.VAT, "vat"),
    _field("organisation", "naf", "Code NAF", "NAF code", s.NAF, "naf"),
    _field("organisation", "workforce_band", "Tranche d'effectif", "Workforce band", s.WORKFORCE_BAND, "band"),
    _field("organisation", "workforce", "Effectif", "Workforce", s.WORKFORCE, "integer"),
    _field("organisation", "turnover", "Chiffre d'affaires", "Turnover", s.TURNOVER, "money"),
    _field("organisation", "created_year", "Année de création", "Year founded", s.CREATED, "year"),
    _field("organisation", "url", "Site web", "Website", s.URL, "url"),
    _field("organisation", "phone", "Téléphone", "Phone", s.PHONE, "phone"),
    _field("organisation", "email", "Courriel", "E-mail", s.EMAIL, "email"),
    _field("organisation", "description", "Description", "Description", s.DESCRIPTION, "note"),
    _field("organisation", "notes", "Notes", "Notes", s.NOTES, "note"),
    _field("organisation", "role", "Rôle", "Role", s.ROLE, "choice"),
    _field("organisation", "tags", "Étiquettes", "Tags", s.TAGS, "terms"),
    _field("organisation", "specialities", "Spécialités", "Specialities", s.SPECIALITIES, "terms"),
    _field("organisation", "address", "Adresse", "Address", s.ADDRESS, "address"),
    _field("organisation", "postcode", "Code postal", "Postcode", s.POSTCODE, "postcode"),
    _field("organisation", "commune", "Commune", "Town", s.COMMUNE, "commune"),
    _field("organisation", "insee", "Code INSEE", "INSEE code", s.INSEE, "insee"),
    _field("organisation", "latitude", "Latitude", "Latitude", s.LATITUDE, "latitude"),
    _field("organisation", "longitude", "Longitude", "Longitude", s.LONGITUDE, "longitude"),
    _field("organisation", "country", "Pays", "Country", s.COUNTRY, "country"),
]
PERSON = [
    _field("person", "civility", "Civilité", "Title", s.CIVILITY, "civility"),
    _field("person", "first_name", "Prénom", "First name", s.FIRST_NAME, "first_name"),
    _field("person", "last_name", "Nom", "Last name", s.LAST_NAME, "last_name", required=True),
    _field("person", "full_name", "Nom complet", "Full name", s.FULL_NAME, "person"),
    _field("person", "job_title", "Fonction", "Job title", s.JOB_TITLE, "job"),
    _field("person", "function", "Domaine fonctionnel", "Function", s.FUNCTION, "choice"),
    _field("person", "email", "Courriel", "E-mail", s.EMAIL, "email", key=True),
    _field("person", "phone", "Téléphone", "Phone", s.PHONE, "phone"),
    _field("person", "mobile", "Portable", "Mobile", s.MOBILE, "phone"),
    _field("person", "organisation", "Organisation", "Organisation", s.NAME, "name", refers="organisation.name"),
]
INTERVIEW = [
    _field("interview", "date", "Date de l'entretien", "Interview date", s.INTERVIEW_DATE, "date", required=True, key=True),
    _field("interview", "organisation", "Organisation", "Organisation", s.NAME, "name", required=True, refers="organisation.name"),
    _field("interview", "kind", "Type d'entretien", "Interview kind", s.INTERVIEW_KIND, "choice"),
    _field("interview", "mode", "Mode", "Mode", s.INTERVIEW_MODE, "choice"),
    _field("interview", "interviewers", "Intervieweurs", "Interviewers", s.INTERVIEWERS, "terms"),
    _field("interview", "interviewees", "Personnes rencontrées", "Interviewees", s.INTERVIEWEES, "terms"),
    _field("interview", "summary", "Compte rendu", "Summary", s.INTERVIEW_SUMMARY, "note"),
    _field("interview", "duration", "Durée", "Duration", s.DURATION, "integer"),
]
REGISTRY = Registry(
    [
        EntitySpec(
            "organisation", ("Organisations", "Organisations"), s.ORGANISATION_WORDS, ("name", "legal_name", "siren", "siret"), s.WEAK_NAMES
        ),
        EntitySpec("person", ("Personnes", "People"), s.PERSON_WORDS, ("last_name", "full_name", "email"), s.WEAK_NAMES, of="organisation"),
        EntitySpec("interview", ("Entretiens", "Interviews"), s.INTERVIEW_WORDS, ("date",), ("date",)),
    ],
    [*ORGANISATION, *PERSON, *INTERVIEW],
)
