"""What people write for the members of closed lists: other words for one, and narrower ones, which say more than it does."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from consult.excel.text import fold
from consult.interviews.models import InterviewMode
from consult.kernel.model import Choice
from consult.organisations.models import OrganisationKind, OrganisationStatus, RoleKind
from consult.organisations.participation import Disposition, Priority
from consult.organisations.people_models import Civility, PersonFunction

_OTHERWISE: Mapping[Choice, str] = {
    Civility.MR: "m | mr | monsieur",
    Civility.MS: "mme | mlle | madame | mademoiselle | ms | mrs | miss",
    OrganisationStatus.ACTIVE: "a | actif | en activité | ouvert | ouverte | open",
    OrganisationStatus.CEASED: "c | f | cessé | fermé | fermée | radié | radiée | closed | dissolved | inactive | inactif",
    OrganisationKind.COMPANY: "entreprises | société | sociétés | companies | firm | business",
    OrganisationKind.PUBLIC_BODY: "institution | institutions | institutionnel | organisme public | public institution",
    OrganisationKind.LOCAL_AUTHORITY: "collectivités | collectivité territoriale | collectivité locale | collectivités territoriales",
    OrganisationKind.TRAINING: (
        "formation | organisme de formation | organismes de formation | centre de formation | training | education | training provider"
    ),
    OrganisationKind.LABORATORY: "laboratoires | labo | recherche | centre de recherche | research | lab",
    OrganisationKind.ASSOCIATION: "associations | association / cluster | cluster | association professionnelle | réseau",
    OrganisationKind.FUNDER: "financeurs | financeur public | funders",
    OrganisationKind.OTHER: "autres | others | divers",
    RoleKind.BRAND: "marques | brands | maison | maison horlogère",
    RoleKind.SUBCONTRACTOR: "sous-traitants | sous-traitance | st | subcontractors | subcontracting",
    RoleKind.CO_CONTRACTOR: "cotraitants | co-traitant | co-traitants",
    RoleKind.MANUFACTURE: "manufactures",
    RoleKind.INSTITUTION: "institutions | institutionnel | institutionnels",
    RoleKind.TRAINING: "organisme de formation | établissement de formation | centre de formation",
    RoleKind.RESEARCH: "laboratoire | laboratoires | centre de recherche",
    RoleKind.FUNDER: "financeurs | funders",
    RoleKind.CLUSTER: "clusters | pôle | pôle de compétitivité",
    Priority.HIGH: "élevée | élevé | haut | forte | fort | prioritaire | p1",
    Priority.MEDIUM: "moyen | normale | normal | p2",
    Priority.LOW: "faible | bas | basse | p3",
    Disposition.TO_CONTACT: "à contacter | pas contacté | pas contactée | non contacté | non contactée | not contacted",
    Disposition.CONTACTED: (
        "contacté | contactée | contact pris | mail envoyé | message laissé | relancé | relancée | à relancer | relance"
    ),
    Disposition.SCHEDULED: (
        "rdv fixé | rdv planifié | planifié | planifiée | rendez-vous pris | rdv | rdv programmé | programmé | planned"
    ),
    Disposition.DONE: (
        "rencontré | rencontrée | réalisé | réalisée | fait | effectué | effectuée | entretien réalisé | done | met | completed"
    ),
    Disposition.REFUSED: "refusé | refuse | pas intéressé | pas intéressée | refused | declined",
    Disposition.UNREACHABLE: "ne répond pas | pas de réponse | sans réponse | injoignables | no answer | no reply",
    Disposition.OUT_OF_BUSINESS: "fermé | fermée | cessation d'activité | liquidation",
    InterviewMode.ON_SITE: (
        "sur site | sur place | face à face | en face à face | physique | en présentiel | présentielle | face to face | in person"
    ),
    InterviewMode.VIDEO: "visioconférence | visio-conférence | teams | zoom | meet | distanciel | à distance | en visio | video | online",
    InterviewMode.PHONE: "tél | tel | téléphonique | par téléphone | phone | call | appel",
    InterviewMode.WRITTEN: "mail | e-mail | courriel | questionnaire | par écrit | email",
    PersonFunction.DIRECTION: "direction générale | dg | management | dirigeant",
    PersonFunction.RESEARCH: "r et d | recherche et développement | bureau d'études | be | technique",
    PersonFunction.PURCHASING: "achat | approvisionnement | purchase",
    PersonFunction.SALES: "commerce | ventes | marketing et ventes",
    PersonFunction.QUALITY: "qse | qhse",
    PersonFunction.HUMAN_RESOURCES: "rh | drh | hr",
    PersonFunction.FINANCE: "finances | comptabilité | daf | accounting",
    PersonFunction.ELECTED: "élue | élus",
}
"""Other words for a member, that say the same."""
_NARROWER: Mapping[Choice, str] = {
    OrganisationKind.COMPANY: (
        "pme | tpe | eti | ge | pmi | pme/pmi | grand groupe | grande entreprise | start-up | startup | artisan | industriel | "
        "industriels | industrie | groupe | bureau d'études | sme | large company | manufacturer"
    ),
    OrganisationKind.PUBLIC_BODY: (
        "établissement public | service de l'état | état | chambre consulaire | consulaire | opérateur de l'état | administration"
    ),
    OrganisationKind.LOCAL_AUTHORITY: (
        "epci | commune | mairie | région | département | communauté de communes | communauté d'agglomération"
    ),
    OrganisationKind.TRAINING: (
        "lycée | école | université | cfa | iut | école d'ingénieurs | enseignement | enseignement supérieur | school | university"
    ),
    OrganisationKind.LABORATORY: "centre technique | plateforme technologique | unité de recherche",
    OrganisationKind.ASSOCIATION: (
        "syndicat professionnel | fédération | fédération professionnelle | organisation professionnelle | pôle de compétitivité | "
        "club | syndicat | ong | ngo | fondation | trade association"
    ),
    OrganisationKind.FUNDER: "banque | investisseur | fonds d'investissement | bank",
    RoleKind.BRAND: "donneur d'ordre | donneur d'ordres | donneurs d'ordres",
    RoleKind.SUBCONTRACTOR: (
        "sous-traitant de rang 1 | sous-traitant rang 1 | sous-traitant rang 2 | sous-traitant de rang 2 | fournisseur"
    ),
    RoleKind.TRAINING: "lycée | école | université | cfa",
}
"""Words for a kind within a member: what such a cell says is kept beside."""


@cache
def words_of(members: type[Choice]) -> Mapping[str, Choice]:
    """A closed list by everything its members are called."""
    found: dict[str, Choice] = {}
    for member in members:
        for text in (member.value, member.fr, member.en, member.name):
            found.setdefault(fold(text), member)
    for words in (_OTHERWISE, _NARROWER):
        for member in members:
            found.update({word: member for word in _listed(words.get(member, "")) if word not in found})
    return found


@cache
def narrower(members: type[Choice]) -> frozenset[str]:
    """The words that say more than the member they stand for."""
    plain = {fold(text) for member in members for text in (member.value, member.fr, member.en, member.name)}
    plain |= {word for member in members for word in _listed(_OTHERWISE.get(member, ""))}
    return frozenset(word for member in members for word in _listed(_NARROWER.get(member, ""))) - plain


def _listed(words: str) -> list[str]:
    return [folded for word in words.split("|") if (folded := fold(word))]
