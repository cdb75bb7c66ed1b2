"""The words that headers are made of beside the names of fields: abbreviations, words that add nothing, words that make it another thing.

All folded and in the singular, as `heading.py` reads them.
"""

from __future__ import annotations

ABBREVIATIONS = {
    "tel": "telephone", "telephon": "telephone", "tph": "telephone", "phon": "phone", "adr": "adresse", "adrs": "adresse",
    "adress": "address", "addr": "address", "eff": "effectif", "nb": "nombre", "nbr": "nombre", "nbre": "nombre", "sal": "salarie",
    "resp": "responsable", "interloc": "interlocuteur", "corresp": "correspondant", "repr": "representant", "dirig": "dirigeant",
    "ets": "etablissement", "etab": "etablissement", "etabl": "etablissement", "ent": "entreprise", "entr": "entreprise",
    "ste": "societe", "soc": "societe", "org": "organisation", "orga": "organisation", "struct": "structure", "cne": "commune",
    "dpt": "departement", "dept": "departement", "num": "no", "numero": "no", "n": "no", "std": "standard",
    "port": "portable", "mob": "mobile", "dir": "directeur", "pdt": "president", "lib": "libelle", "cod": "code", "denom": "denomination",
    "desc": "description", "comm": "commentaire", "obs": "observation", "act": "activite", "loc": "localite", "rs": "raison sociale",
    "rais": "raison", "cat": "categorie", "sect": "secteur", "fonct": "fonction", "pren": "prenom", "civ": "civilite",
    "mel": "mail", "courriel": "mail", "email": "mail", "contac": "contact", "web": "web", "internet": "web", "cp": "code postal",
    "reg": "registered", "hq": "headquarters", "cie": "compagnie", "dob": "birth", "organization": "organisation",
    "zipcode": "zip", "postcode": "code postal", "codepostal": "code postal", "libcommune": "libelle commune", "img": "image",
}  # fmt: skip
"""Written short, and the full word."""

STOPS = frozenset(
    "le la les l de du des d un une au aux en et ou a the of and or for in your votre vos notre nos si sur par pour dans e s es ne "
    "nne trice rice se euse ere ive my our is to at".split()
)
"""Words between words, and what is left of a feminine or plural in brackets."""

QUALIFIERS = frozenset(
    "principal principale obligatoire facultatif facultative optionnel requis required optional mandatory complet complete exact "
    "exacte actuel actuelle current connu connue eventuel eventuelle svp main primary billing mailing business work working "
    "professionnel professionnelle pro bureau office unite legale sociale juridique postal postale physique electronique officiel "
    "officielle usuel habituel habituelle direct directe general generale generique standard geographique implantation implante "
    "installation no value valeur texte information info coordonnee donnee data field champ registered headquarters corporate cle "
    "ressource 1 01 i 1ere 1er ligne line premier premiere first one total eur k m md keur meur pct ht ttc etp fte wgs 84 gps decimal "
    "decimale siege headoffice central centrale facturation dern dernier derniere connu annee dispo disponible net th an insee cog "
    "detaille detaillee full details detail only seulement recent estime estimee approximatif environ declare declaree moyen moyenne "
    "par".split()
)
"""Words that leave the thing what it is."""

NAMING = frozenset("nom name libelle intitule".split())
"""Words that say no more than that a thing is named: a *nom de commune* is a commune."""

NEUTRAL = frozenset(
    "client adherent membre partenaire participant acteur tiers customer member partner vendor fournisseur supplier titulaire".split()
)
"""Whose it is, but not what that is: a member may be a person or a company."""

FUNCTIONS = frozenset(
    "rh drh hr achat purchasing technique technical commercial commerciale sale administratif administrative compta comptabilite "
    "comptable accounting finance direction production qualite quality communication marketing pedagogique juridique logistique it "
    "dsi export developpement scientifique".split()
)
"""Departments: a telephone or a person of theirs is still one, a head count is not the company's."""

EPCI = frozenset(("epci", "intercommunalite", "interco", "agglomeration"))
"""Where a commune belongs: the name and the SIREN of that are not those of the organisation beside it."""

OTHERS = EPCI | frozenset(
    # somebody or something else
    "payeur payer parrain eleve etudiant stagiaire apprenti enfant parent pere mere conjoint spouse child assistant assistante "
    "manager home domicile personnel personnelle perso personal private prive secondary secondaire second seconde autre other "
    "alternative alternatif former ancien ancienne old previous precedent precedente 2 3 4 5 6 02 03 ii iii bis ter fax telecopie "
    "telecopieur telex pager facebook twitter instagram youtube linkedin whatsapp skype wechat tiktok viadeo social media reseaux ip "
    "mac filiale groupe group holding concurrent naissance naiss birth born deces livraison shipping delivery suppleant remplacant "
    "accompagnant temoin emetteur expediteur destinataire createur auteur author etranger etrangere foreign "
    # another thing, of which the field is only a part
    "type kind categorie category nature date annee year jour day mois month heure hour time nombre number count montant amount prix "
    "price tarif cout cost score taux rate ratio statut status etat state code id identifiant identifier uuid key ref reference rang "
    "rank ordre order niveau level source motif raison reason objet titre title photo logo image picture icon fichier file document "
    "piece commentaire comment note remarque presence participation inscription registration validation verification verifie verified "
    "envoi envoye sent recu received opened clicked optin consent consentement rgpd newsletter mode format langue language duree "
    "frequence distance surface superficie population budget subvention cotisation adhesion facture commande contrat contract projet "
    "project action event evenement session atelier reunion meeting last latest next prochain prochaine relance visite modification "
    "modifie modified maj update updated created creation label tag list liste form formulaire donate volunteer rss feed page group "
    "flag has is display afficher tax homme femme cadre ouvrier cdi cdd interim femmes hommes variation evolution objectif cible "
    "prevision previsionnel besoin capital resultat marge exportation owner proprietaire gestionnaire password passe login "
    "utilisateur user".split()
)
"""Words that make of a field's name the name of something else: *date d'adhésion*, *adresse IP*, *mail du payeur*."""

VAGUE = frozenset(
    "com land code id ref titre title lieu place state kind size power target cible siege voie actif active unite pole position "
    "product produit production service direction situation creation objet note suivi info divers label domain domaine metier mission "
    "business group groupe date mode format start time heure debut etape jour charge minute contenu cr venue location type nature "
    "etat statut lien link site web internet long lat com famille taille activite secteur sector activity theme tag keyword interest "
    "statut rs che uid ide name nom structure membre member client partner partenaire acteur marque firm entity entite poste emploi "
    "job qualite role segment composant technologie competence skill expertise participant contact responsable directeur president "
    "person personne mobile standard fixe port qualification founded created active comment commentaire remark observation no".split()
)
"""Names of fields that are common words: with an unknown word beside them they say nothing."""
