"""What kind of organisation a few facts tell of. Better open than wrong: nothing is said where they leave a doubt."""

from __future__ import annotations

import re

from consult.kernel.text import fold
from consult.organisations.models import OrganisationKind, RoleKind
from consult.studies.models import SegmentKind

COMPANY, PUBLIC, LOCAL = OrganisationKind.COMPANY, OrganisationKind.PUBLIC_BODY, OrganisationKind.LOCAL_AUTHORITY
TRAINING, LABORATORY = OrganisationKind.TRAINING, OrganisationKind.LABORATORY
ASSOCIATION, FUNDER = OrganisationKind.ASSOCIATION, OrganisationKind.FUNDER

_FORM = "sarl|sas|sasu|eurl|snc|scop|selarl|gmbh|srl|ltd|inc"
_LEGAL_FORM = re.compile(rf"(^|.* )({_FORM})( .*|$)|^(sa|ets|etablissements|societe) |.* (sa|ag|spa)$")
_BEGINNINGS = {
    LOCAL: """
        mairie | (ville|commune|canton|pays) (de|du|des|d|l) | communaute (de communes|d agglomeration|urbaine) | cc (de|du|des|d) |
        (departement|region)( d| de| du| des| bourgogne|$) | conseil (departemental|regional|general|municipal) | (grand )?\\w+ metropole |
        metropole (de|du|d|des) | syndicat (mixte|intercommunal) | petr | epci | eurometropole
    """,
    PUBLIC: """
        (sous )?prefecture | chambre (de commerce|de metiers|des metiers|d agriculture|regionale|departementale) | cci | cma | crma |
        dreets | direccte | drieets | dreal | drac | draaf | ddt | ddtm | ddets | ddfip | ademe | anct | ars | insee | inpi | rectorat |
        direction (regionale|departementale|interdepartementale|generale) | secretariat general | ministere | inspection | tribunal |
        agence (nationale|regionale|de l eau|de la transition|economique) | office (national|public) | etablissement public |
        france travail | pole emploi | urssaf | caf | cpam | carsat | mission locale | maison de l emploi
    """,
    TRAINING: """
        lycee | college | universite | ecole | cfa | cfai | greta | afpa | iut | institut universitaire | centre de formation |
        campus des metiers | maison familiale | university | school
    """,
    LABORATORY: """
        laboratoire | cnrs | inserm | inrae | femto | umr | centre de recherche | institut de recherche |
        research (centre|center|institute)
    """,
    ASSOCIATION: """
        association | federation | confederation | union (des|du|de la|patronale|departementale) | uimm | medef | cpme | u2p | cluster |
        club | reseau | pole (de competitivite|des|d excellence) | syndicat (professionnel|national|patronal|des) | groupement |
        fondation | collectif
    """,
    FUNDER: "bpifrance | banque des territoires | caisse des depots",
}
"""What the names of each kind begin with, folded."""


def _beginning(words: str) -> re.Pattern[str]:
    every = "|".join(" ".join(words.split()).split(" | "))
    return re.compile(rf"({every})\b")


_NAMES = {kind: _beginning(words) for kind, words in _BEGINNINGS.items()}
_ROLES = {
    RoleKind.BRAND: COMPANY,
    RoleKind.MANUFACTURE: COMPANY,
    RoleKind.SUBCONTRACTOR: COMPANY,
    RoleKind.CO_CONTRACTOR: COMPANY,
    RoleKind.TRAINING: TRAINING,
    RoleKind.RESEARCH: LABORATORY,
    RoleKind.FUNDER: FUNDER,
    RoleKind.CLUSTER: ASSOCIATION,
}
_SEGMENTS = {SegmentKind.BRAND: COMPANY, SegmentKind.SUBCONTRACTOR: COMPANY}
_NAF = {"84": PUBLIC, "85": TRAINING, "94": ASSOCIATION}
_MAKERS = range(10, 34)


def proposed(
    name: str | None, siren: str | None = None, naf: str | None = None, role: RoleKind | None = None, segment: SegmentKind | None = None
) -> OrganisationKind | None:
    """Return the kind that an organisation's facts tell of; None where they do not say.

    The legal form in the name comes first, then what the name begins with, the role, a SIREN of the public sector (it begins with 1 or
    2), the activity, and the segment of the study.
    """
    return _by_name(fold(name)) or (_ROLES.get(role) if role else None) or _by_siren(siren) or _by_activity(naf) or _by_segment(segment)


def _by_name(folded: str) -> OrganisationKind | None:
    if _LEGAL_FORM.match(folded):
        return COMPANY
    bare = re.sub(r"^(la|le|les|l) ", "", folded)
    return next((kind for kind, words in _NAMES.items() if words.match(bare)), None)


def _by_siren(siren: str | None) -> OrganisationKind | None:
    if not siren or siren[0] not in "12":
        return None
    return {"19": TRAINING, "21": LOCAL, "22": LOCAL, "23": LOCAL, "24": LOCAL}.get(siren[:2], PUBLIC)


def _by_activity(naf: str | None) -> OrganisationKind | None:
    division = (naf or "")[:2]
    if division.isdigit() and int(division) in _MAKERS:
        return COMPANY
    return _NAF.get(division)


def _by_segment(segment: SegmentKind | None) -> OrganisationKind | None:
    return _SEGMENTS.get(segment) if segment else None
