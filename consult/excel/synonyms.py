"""What people write above a column, in French and English, for each field that more than one slice may name.

Compared folded (case, accents and punctuation do not count), so each is written once, in its commonest form. A word stands in one list of
an entity only.
"""

from __future__ import annotations

from consult.excel.synonyms_more import *  # noqa: F403
from consult.excel.synonyms_more import word_list

NAME = word_list("""
    nom | nom de l'organisation | nom de la structure | nom de l'entreprise | nom entreprise | nom de la société | nom société | nom de
    l'établissement | nom établissement | nom de l'organisme | nom organisme | nom structure | nom organisation | organisation |
    organisations | organisme | structure | structures | entreprise | entreprises | société | sociétés | établissement | dénomination |
    dénomination sociale usuelle | dénomination usuelle | nom usuel | nom commercial | enseigne | intitulé | libellé | nom du partenaire
    | partenaire | acteur | nom de l'acteur | partie prenante | parties prenantes | institution | nom de l'institution | nom complet de
    la structure | raison sociale / nom | entité | nom de l'entité | client | nom client | nom du client | fournisseur | nom du
    fournisseur | adhérent | membre | nom de l'adhérent | exposant | marque | sous-traitant | company | company name | organization |
    organisation name | organization name | name | stakeholder | stakeholder name | account name | account | business name | trading
    name | firm | institution name | partner | entity | entity name | nom de la marque | désignation | nom raison sociale | nom ou
    raison sociale | raison sociale ou nom | nom du site | employer | employeur | supplier | vendor | nom du groupement | association |
    nom de l'association | mairie | collectivité | organisme de formation | centre de formation | exhibitor | startup |
    bénéficiaire | nom du bénéficiaire | naam | firma | firmenname | unternehmen | bedrijf | bedrijfsnaam | customer name | supplier
    name | vendor name | client name | exhibitor name | school name | magasin | nom du magasin | brand name | fabricant | manufacturer |
    dénomination commerciale | nom de l'établissement scolaire | nom de marque |
    appellation officielle | appellation
""")
SHORT_NAME = word_list("""
    sigle | acronyme | nom court | abréviation | nom abrégé | short name | acronym | abbreviation | sigle usuel | titre court
""")
LEGAL_NAME = word_list("""
    raison sociale | dénomination sociale | dénomination légale | nom légal | raison sociale complète | dénomination de l'unité légale |
    denomination unite legale | legal name | registered name | nom juridique | rs | official name | registered company name
""")
KIND = word_list("""
    type | nature | type d'organisation | type de structure | type structure | type d'acteur | type d'organisme | type d'entreprise |
    type d'établissement | catégorie | catégorie d'acteur | catégorie de structure | nature de la structure | famille d'acteurs | kind |
    organisation type | organization type | category | type of organisation | stakeholder type | stakeholder category | catégorie
    d'entreprise | nature juridique | company type | famille
""")
LEGAL_FORM = word_list("forme juridique | statut juridique | catégorie juridique | legal form | legal status")
SIREN = word_list("""
    siren | n° siren | numéro siren | no siren | num siren | code siren | siren number | n siren | siren entreprise | siren de
    l'entreprise | identifiant siren | siren unité légale
""")
SIRET = word_list("""
    siret | n° siret | numéro siret | no siret | num siret | code siret | siret number | n siret | siret du siège | siret siège | siret
    établissement | siret de l'établissement | identifiant siret | siret principal | numéro de siret
""")
FOREIGN_ID = word_list("""
    ide | uid | numéro ide | n° ide | swiss uid | identifiant étranger | numéro d'identification étranger | foreign id | company number
    | registration number | foreign registration number | numéro d'enregistrement | che | numéro che | n° che | uid suisse | registre du
    commerce | numéro d'entreprise | n° d'entreprise | n° bce | bce | numéro bce | kbo | ondernemingsnummer | company registration
    number | registration no | company reg no | company no | crn | handelsregisternummer | neq | charity number | registered charity
    number | numéro d'immatriculation
""")
VAT = word_list("""
    tva | n° tva | numéro de tva | numéro tva | tva intracommunautaire | n° tva intracommunautaire | numéro de tva intracommunautaire |
    numéro tva intracommunautaire | n° tva intra | tva intra | vat | vat number | vat no | vat id | tax id | n° de tva
""")
NAF = word_list("""
    naf | ape | code naf | code ape | naf/ape | ape/naf | code naf/ape | code ape/naf | code ape (naf) | naf rev 2 | naf rév. 2 |
    activité naf | code activité | activité principale (naf) | code naf ou ape | activité principale de l'établissement | activité
    principale unité légale | nace | nace code | industry code | sic code | code d'activité | libellé naf | libellé ape | code et
    libellé naf | naf activité principale | activité principale | code nace | code naf rev 2 | code naf rév. 2 | sic | siccode | naf
    code | ape code | code naf (rév. 2) | naf 2008 | code naf 2008 | activité (naf)
""")
WORKFORCE_BAND = word_list("""
    tranche d'effectif | tranche effectif | tranche d'effectifs | tranche effectifs | tranche d'effectif salarié | tranche effectif
    salarié | tranche d'effectifs salariés | classe d'effectif | effectif (tranche) | effectifs (tranche) | effectif salarié (tranche) |
    taille | taille de l'entreprise | taille entreprise | workforce band | size band | company size | size | employee range | number of
    employees (range) | headcount band | tranche de salariés | nombre de salariés (tranche) | tranche effectifs établissement | tranche
    effectifs unité légale | tranche d'effectifs de l'établissement | taille d'entreprise | effectif | effectifs | effectif salarié |
    nombre de salariés | number of employees | employees | nb salariés | classe de taille | tranche d'effectif insee
""")
WORKFORCE = word_list("""
    effectif | effectifs | nombre de salariés | nb salariés | nb de salariés | nbre de salariés | salariés | effectif salarié | effectif
    total | effectif exact | nombre d'employés | nb employés | nombre de collaborateurs | collaborateurs | etp | effectif etp | effectif
    (etp) | workforce | employees | headcount | number of employees | staff | fte | nb d'employés | effectif au 31/12 | effectif france
    | total employees | number of staff | effectifs salariés | effectif du site | ept | nb ept | nombre d'ept | mitarbeiter | anzahl
    mitarbeiter | employee count | emplois | nombre d'emplois | nb emplois | nb etp | nombre d'etp | effectif moyen | nombre de
    personnes
""")
TURNOVER = word_list("""
    ca | chiffre d'affaires | chiffre d'affaire | ca ht | ca annuel | ca (€) | ca en € | ca k€ | ca (k€) | ca en k€ | ca m€ | ca (m€) |
    ca en m€ | chiffre d'affaires ht | chiffre d'affaires annuel | chiffre d'affaires (k€) | chiffre d'affaires (m€) | chiffre
    d'affaires (€) | turnover | revenue | annual revenue | sales | annual turnover | dernier ca | dernier ca connu | ca dernier exercice
    | chiffre d'affaires en k€ | chiffre d'affaires en € | chiffre d'affaires en m€ | net sales
""")
TURNOVER_BAND = word_list("""
    tranche de ca | tranche ca | tranche de chiffre d'affaires | turnover band | revenue band | revenue range | classe de ca
""")
URL = word_list("""
    site web | site internet | url | site | web | www | adresse internet | adresse web | lien | lien site | lien internet | lien du site
    | page web | website | web site | homepage | internet | site web de l'entreprise | url du site | url site | lien web | company
    website | web address | site url | webseite | home page | site internet / web | adresse du site | adresse du site internet | company
    domain name | domain name | nom de domaine | website url | web site url | domain | domaine | company domain | domaine web | web page
""")
PHONE = word_list("""
    téléphone | tél | tel | tél. | n° téléphone | n° de téléphone | numéro de téléphone | num téléphone | no tel | no téléphone |
    téléphone fixe | tél fixe | fixe | tél. fixe | standard | téléphone standard | phone | telephone | phone number | telephone number |
    contact phone | contact_phone | main phone | téléphone 1 | tel 1 | tél 1 | téléphone de la structure | téléphone entreprise | tel
    entreprise | business phone | work phone | coordonnées téléphoniques | téléphone professionnel | tél pro | ligne directe | téléphone
    direct | tél direct | n° tel | n° tél | numéro téléphone | numéro de tél | office phone | landline | tph | tél bureau | telefon |
    telefoon | telefonnummer | switchboard | contact no | contact number | landline number | main phone number | tél standard | phone no
""")
MOBILE = word_list("""
    portable | mobile | téléphone portable | tél portable | tél. portable | gsm | tel portable | téléphone mobile | tél mobile | tél.
    mobile | n° portable | numéro de portable | mobile phone | cell | cell phone | cellphone | natel | port. | tel mobile | numéro de
    mobile | mobile number | tél 2 | téléphone 2 | tel 2 | handy | mobil | mobiel | mobile no
""")
FAX = word_list("fax | télécopie | n° fax | numéro de fax | contact_fax | contact fax | télécopieur | fax number")
EMAIL = word_list("""
    email | e-mail | mail | courriel | mél | adresse mail | adresse email | adresse e-mail | adresse électronique | adresse courriel |
    adresse mél | e-mail address | email address | courrier électronique | contact email | contact_email | email contact | mail contact
    | contact mail | mails | emails | e-mails | email 1 | mail 1 | adresse de messagerie | messagerie | email professionnel | mail pro |
    email pro | work email | courriels | e mail 1 | mail professionnel | e-mail professionnel | email générique | mail générique |
    adresses mail | business email | primary email | e-mail-adresse | mailadresse | emailadres | mailadres | e-mail id | email id | mail
    id | liste d'e-mails | liste des e-mails | liste des mails
""")
DESCRIPTION = word_list("""
    description | présentation | activité | activités | objet | descriptif | présentation de l'entreprise | description de l'activité |
    description activité | activity | about | business description | activité de l'entreprise | secteur d'activité | secteur | sector |
    industry | domaine d'activité | domaine | description de l'entreprise | présentation de la structure | métier | métiers | cœur de
    métier | business | company description | activité détaillée | missions | objet social | libellé activité | activité (libellé)
""")
NOTES = word_list("""
    notes | note | commentaire | commentaires | remarque | remarques | observation | observations | comments | comment | remarks |
    remark | infos | informations | informations complémentaires | divers | précisions | info complémentaire | notes internes |
    commentaires / remarques | additional information | autres informations | notes diverses | observation(s) | commentaire(s) |
    remarque(s) | complément d'information | suivi | annotations | bemerkungen | opmerkingen | commentaires libres | commentaire libre
""")
ROLE = word_list("""
    rôle | rôles | rôle dans la filière | position dans la filière | maillon | place dans la chaîne de valeur | role | roles |
    type de rôle | stakeholder role | role in the sector | positionnement | position filière | rôle filière | maillon de la chaîne |
    value chain position
""")
TAGS = word_list("""
    tags | tag | étiquettes | étiquette | mots-clés | mots clés | mot-clé | mot clé | keywords | keyword | labels | thématiques |
    thématique | thèmes
""")
SPECIALITIES = word_list("""
    spécialités | spécialité | savoir-faire | compétences | domaines de compétence | specialities | specialties | speciality | specialty
    | know-how | skills | expertise | expertises | procédés | procédé | technologies | production | produits | products | compétences
    techniques | savoir-faire / spécialités | services | produits / services | composants | capabilities | spécialisation | domaine
    d'expertise
""")
ADDRESS = word_list("""
    adresse | adresse 1 | adresse1 | adresse postale | rue | voie | n° et rue | numéro et voie | n° et voie | adresse ligne 1 | adresse
    complète | siège | adresse du siège | adresse siège | siège social | adresse du siège social | adresse de l'établissement | adresse
    (rue) | numéro et rue | address | street | street address | streetaddress | address 1 | address line 1 | postal address | libellé de
    voie | localisation | adresse géographique | adr | adresse entreprise | mailing address | address1 | n° rue | rue et numéro | no et
    rue | adresse site | adresse du site | strasse | straße | straat | rue et n° | lieu-dit / voie | libellé voie | street 1 | adresse
    physique | adresse de correspondance | headquarters | adresse (siège)
""")
ADDRESS_MORE = word_list("""
    complément d'adresse | complément adresse | adresse 2 | adresse2 | adresse (suite) | adresse ligne 2 | address 2 | address line 2 |
    bp | boîte postale | lieu-dit | bâtiment | address2 | adresse 3 | complément
""")
POSTCODE = word_list("""
    code postal | cp | c.p. | codepostal | postal code | postcode | post code | zip | zip code | postalcode | npa | code_postal | c p |
    cod post | code postal établissement | cp siège | code postal siège | postal | zipcode | code postal du siège | plz | pincode | pin
    code | zip/postal code | postal/zip code | billing code | code postal (siège)
""")
COMMUNE = word_list("""
    commune | ville | localité | city | town | nom commune | nom de la commune | libellé commune | libellé de la commune |
    addresslocality | municipality | commune siège | ville siège | commune d'implantation | ville du siège | locality | lieu | bureau
    distributeur | implantation | commune du siège | ville / commune | commune / ville | communes | villes | lieu d'implantation | ville
    d'implantation | nom ville | place | ort | stadt | gemeente | woonplaats | post town | posttown | town/city | city/town |
    municipalité | siège | siège social | localisation | headquarters | location | lieu du siège |
    localité d'acheminement | ligne acheminement
""")
CITY_LINE = word_list("""
    cp ville | cp / ville | cp - ville | code postal et ville | code postal / ville | code postal ville | cp et ville | code postal -
    commune | cp commune | code postal et commune | cp + ville
""")
INSEE = word_list("""
    code insee | insee | codeinsee | code_insee | code commune | code commune insee | code insee commune | code insee de la commune | n°
    insee | code geo | codgeo | code officiel géographique | depcom | com | citycode | municipality code | cog | code commune
    établissement | code officiel commune | commune cog | commune insee | cog commune | insee commune | code insee ville
""")
LATITUDE = word_list("""
    latitude | lat | y wgs84 | latitude wgs84 | gps latitude | coordonnée y | geo lat | lat. | latitude (wgs84)
""")
LONGITUDE = word_list("""
    longitude | lon | lng | long | x wgs84 | longitude wgs84 | gps longitude | coordonnée x | geo lon | lon. | long. | longitude (wgs84)
""")
COUNTRY = word_list("""
    pays | country | pays d'implantation | pays du siège | code pays | country code | nation | pays siège | addresscountry | land | pays
    code | country iso | country/region | pays/région | pays / région
""")
REGION = word_list("région | region | nom région | state | province | canton")
DEPARTMENT = word_list("""
    département | dept | dép | dpt | n° département | code département | department | nom département | no dept | dep
""")
CREATED = word_list("""
    date de création | création | année de création | créée en | date création | founded | year founded | creation year | creation date
    | date de création de l'entreprise | date d'immatriculation | fondée en | année création | established | incorporation date | date
    de fondation | année de fondation | fondé en | créé en | fondée | year established | founded year | year of creation | incorporated
    | date de début d'activité | gründungsjahr
""")
STATUS = word_list("""
    état | statut | état administratif | status | actif | active | situation | en activité | activité en cours
""")
PARENT = word_list("""
    groupe | maison mère | société mère | groupe d'appartenance | appartenance à un groupe | group | parent company | parent | nom du
    groupe | tête de groupe
""")
REFERENCE = word_list("""
    référence | réf | ref | identifiant | id | code | reference | n° dossier | code interne | code client | matricule | identifiant
    interne | identifier
""")
