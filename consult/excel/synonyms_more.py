"""What people write above a column about people, interviews, and the files that are known by name; `synonyms` gives it on with its own."""

from __future__ import annotations


def word_list(text: str) -> tuple[str, ...]:
    """The words parted by bars, whatever line they stand on."""
    return tuple(" ".join(word.split()) for word in text.split("|"))


CIVILITY = word_list("""
    civilité | civ | civ. | titre de civilité | m./mme | m/mme | mr/mme | salutation | title (mr/ms) | civility | honorific | genre | m.
    mme | mme/m | mme/m. | mme / m. | m. / mme | civilité contact | civilité du contact | anrede | name prefix | prefix | préfixe
""")
FIRST_NAME = word_list("""
    prénom | prénoms | prénom contact | prénom du contact | first name | firstname | given name | forename | prénom usuel | prénom
    dirigeant | prénom du dirigeant | contact prénom | prenom interlocuteur | prénom de l'interlocuteur | prénom participant | prénom du
    participant | vorname | voornaam
""")
LAST_NAME = word_list("""
    nom | noms | nom de famille | nom du contact | nom contact | last name | lastname | surname | family name | nom patronymique | nom
    du dirigeant | nom dirigeant | contact nom | nom de l'interlocuteur | nom interlocuteur | nom usage | nom d'usage | nom participant
    | nom du participant | nom de naissance | nachname | familienname | achternaam | naam
""")
FULL_NAME = word_list("""
    contact | contacts | nom et prénom | nom prénom | nom - prénom | prénom nom | prénom et nom | nom & prénom | nom / prénom |
    interlocuteur | interlocuteurs | personne contact | personne à contacter | personne ressource | nom complet | full name | contact
    name | contact person | nom, prénom | dirigeant | dirigeants | nom du responsable | responsable | personne | référent | personne
    rencontrée | personnes rencontrées | interviewé | interviewés | person | person name | représentant | gérant | prénom / nom |
    correspondant | contact principal | main contact | nom(s) et prénom(s) | noms et prénoms | nom prénom contact | dirigeant (nom
    prénom) | contact(s) | noms | interlocuteur principal | nom et prénom du contact | représentant légal | participants | participant |
    nom et prénom du participant | président | directeur | ansprechpartner | contactpersoon | personne de contact | personne-ressource |
    dirigeant principal | kontaktperson | key contact | primary contact | contact clé | personne à rencontrer
""")
JOB_TITLE = word_list("""
    fonction | poste | titre | fonction contact | fonction du contact | intitulé du poste | intitulé de poste | job title | jobtitle |
    position | title | fonction exacte | poste occupé | fonctions | qualité | fonction de l'interlocuteur | emploi | profession |
    fonction / titre | job | job position | fonction / poste | qualité / fonction | titre / fonction | titre du poste | poste / fonction
    | fonction du dirigeant | contact fonction | funktion | functie | organization title | organization 1 title | mandat | poste actuel
    | fonction dans l'entreprise | role title | contact title | intitulé fonction
""")
FUNCTION = word_list("""
    domaine fonctionnel | service | direction | département / service | function | catégorie de fonction | fonction (catégorie) |
    business function | direction / service | service / direction | département (service) | pôle | unité | service / département | job
    function
""")
LINKEDIN = word_list("linkedin | profil linkedin | lien linkedin | url linkedin | linkedin url | linkedin profile")
DO_NOT_CONTACT = word_list("""
    ne pas contacter | opposition | do not contact | opt out | opt-out | désinscrit | refus de contact | stop contact
""")
LANGUAGE = word_list("langue | language | langue de contact | langue parlée | preferred language")
SEGMENT = word_list("segment de l'étude | segment cible | segments | groupe cible | study segment | target segment")
DISPOSITION = word_list("""
    statut de contact | statut du contact | état de contact | état du contact | avancement du contact | avancement des contacts | suivi
    du contact | prise de contact | contact status | outcome | call outcome | disposition code
""")
OWNER = word_list("""
    suivi par | suivie par | attribué à | attribuée à | affecté à | consultant référent | référent étude | chargé de suivi | en charge |
    responsable du suivi | responsable de suivi | owner | assigned to | account manager | followed by | in charge | propriétaire |
    propriétaire du contact | propriétaire du compte | propriétaire de l'entreprise | contact owner | company owner | account owner |
    lead owner | record owner | deal owner | person owner | organization owner | commercial référent | commercial | chargé d'affaires |
    gestionnaire | suivi assuré par
""")
IN_FRAME = word_list("""
    dans la base de sondage | cible | dans la cible | liste cible | liste des cibles | population cible | à rencontrer | cible de
    l'étude | in target list | in the target list | target | in frame | to be met
""")
INFLUENCE = word_list("""
    niveau d'influence | influence (1-5) | influence (1 à 5) | pouvoir | degré d'influence | power | influence level | influence score
""")
INTEREST = word_list("""
    niveau d'intérêt | intérêt (1-5) | intérêt (1 à 5) | degré d'intérêt | interest level | interest score | interest (1-5)
""")
INTERVIEW_DATE = word_list("""
    date | date de l'entretien | date entretien | date du rdv | date rdv | date de rencontre | date de rendez-vous | date du rendez-vous
    | interview date | date of interview | meeting date | date de consultation | réalisé le | rencontré le | date de l'échange | date de
    la rencontre
""")
INTERVIEW_KIND = word_list("""
    type d'entretien | nature de l'entretien | type de consultation | interview kind | interview type | type d'échange | nature de
    l'échange | type | kind | nature
""")
INTERVIEW_STATE = word_list("état | statut | statut de l'entretien | state | status | interview status | étape | validation")
INTERVIEW_REF = word_list("""
    référence | réf | ref | reference | n° d'entretien | numéro d'entretien | réf. entretien | interview ref | interview id
""")
INTERVIEW_TIME = word_list("heure | horaire | heure de l'entretien | heure du rdv | time | start | starts at | début")
INTERVIEW_MODE = word_list("""
    mode | modalité | mode d'entretien | modalité d'entretien | canal | présentiel / visio | présentiel/visio | format | interview mode
    | channel | modalités | modalité de l'entretien | mode de réalisation | visio / présentiel
""")
INTERVIEWERS = word_list("""
    intervieweur | intervieweurs | enquêteur | enquêteurs | consultant | consultants | mené par | réalisé par | interviewer |
    interviewers | conduit par | consultant(s) | intervieweur(s) | chargé d'entretien
""")
INTERVIEWEES = word_list("""
    personne interviewée | personnes interviewées | personne entretenue | interviewé | interviewés | interviewé(s) | interviewee |
    interviewees | interlocuteur(s) | personne(s) rencontrée(s) | personnes présentes | répondant | respondent | répondants | personne
    rencontrée | personne interrogée | personnes interrogées
""")
INTERVIEW_SUMMARY = word_list("""
    résumé | synthèse | synthèse de l'entretien | points clés | key points | summary | points saillants | éléments clés | résumé court
""")
INTERVIEW_NOTES = word_list("""
    compte rendu | compte-rendu | notes d'entretien | interview notes | cr | contenu | verbatim | notes de l'entretien | minutes of the
    interview
""")
INTERVIEW_PLACE = word_list("""
    lieu de l'entretien | lieu de rencontre | lieu du rdv | lieu entretien | lieu de rendez-vous | interview place | venue | location |
    lieu | place
""")
DURATION = word_list("""
    durée | durée (min) | durée en minutes | durée de l'entretien | duration | duration (min) | temps passé | minutes
""")
EFFORT = word_list("""
    charge | jours | nb jours | charge (j) | jours-homme | effort | effort days | effort en jours | temps passé (jours) | charge en
    jours | man-days
""")
CONFIDENTIALITY = word_list("niveau de confidentialité | diffusion | confidentiality level | niveau de diffusion")
ACTION_HEADERS = word_list("""
    axe (x) | sous-axe (x.x) | sous-sous axe (x.x.x) | titre de l'action | titre de la fiche action | titre de la sous-action |
    instances de gouvernance | objectifs | indicateurs liés | structure pilote | moyens humains et techniques | direction ou service
    pilote | personne pilote | élu·e référent·e | participation citoyenne | financements | financeur 1 | financeur 2 | financeur 3 |
    montant € ht | budget prévisionnel total € ht | niveau de priorité | date de début | date de fin | action en amélioration continue |
    calendrier | actions liées | mesures liées | fiches des plans liées | actions des plans liées | notes de suivi | etapes de la fiche
    action | étapes de l'action | notes complémentaires | documents et liens | axe | sous-axe | action | actions | pilote | porteur |
    échéance | état d'avancement | avancement | priorité | budget | partenaires | indicateurs | livrables | fiche action | chantier |
    copilote | résultats attendus | n° action | intitulé de l'action | responsable de l'action | due date | owner | milestone | deadline
    | action plan | lead | progress | priority | jalon
""")
PARTICIPANT_HEADERS = word_list("""
    présent | présence | émargement | signature | atelier | inscrit | inscription | inscrit le | atelier 1 | atelier 2 | atelier 3 |
    présent(e) | excusé | absent | participation | date d'inscription | horodateur | attendance | attended | registered | registration
    date | check-in | régime alimentaire | participe | présent / absent | présence (oui/non) | table | groupe | workshop | session |
    événement | event | ticket | billet | statut de participation | ticket type | attendee status | présente | join time | leave time |
    first join | last leave | in-meeting duration | heure d'arrivée | heure de départ | première participation | dernière sortie |
    numéro de billet | n° billet | n° de billet | contrôlé | badge | n° badge | n° de badge | scanné le | code-barres |
    tarif | date d'achat | type de billet
""")
SURVEY_HEADERS = word_list("""
    participant | participants | répondant | respondent | respondent id | id répondant | horodateur | timestamp | date de soumission |
    submitted at | startdate | enddate | responseid | collectorid | durée de réponse | score | progress | finished | recordeddate | id
    de la réponse | date de dernière action | start time | completion time | heure de début | heure de fin | langue de départ | dernière
    page | tête de série
""")
ORGANISATION_WORDS = word_list("""
    entreprise | structure | société | organisme | établissement | organisation | siège | company | organization | siège social |
    institution | employeur | association | mairie | collectivité | club | firme | firma |
    lycée | école | université | laboratoire | cabinet | agence | employer | entity | entité | startup | charity | school | university |
    fund | exposant | exhibitor | sous-traitant | prestataire | account | compte | unité légale | donneur d'ordre | standard |
    switchboard
""")
PERSON_WORDS = word_list("""
    contact | interlocuteur | dirigeant | personne | référent | responsable | représentant | gérant | person | participant |
    correspondant | interlocutrice | président | directeur | tuteur | tutrice | maire | élu | élue | proviseur | proviseure | trésorier
    | trésorière | secrétaire | vice-président | gérante | directrice | présidente | dirigeante | référente | représentante | mandataire
    | fondateur | fondatrice | associé | pdg | dg | ceo | founder | president | chairman | décideur | conseiller | conseillère | recteur
    | député | sénateur | doyen | ansprechpartner | ligne directe | direct line | téléphone direct | direct phone
""")
INTERVIEW_WORDS = word_list("entretien | rencontre | rdv | rendez-vous | interview")
WEAK_NAMES = word_list("""
    nom | name | libellé | intitulé | désignation | site | membre | client | partenaire | fournisseur | email | e-mail | mail | courriel
    | mél | adresse mail | adresse email | adresse e-mail | adresse électronique | contact email | contact_email | emails | mails | noms
    | marque | acteur | enseigne | entité | entity | account | participant | participants | directeur | président | responsable |
    dénomination | email address | nom complet
""")
