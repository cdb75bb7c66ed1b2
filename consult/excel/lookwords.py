"""Words by which countries, streets, companies and shared mailboxes are known; all folded."""

from __future__ import annotations

import re

COUNTRIES = frozenset(
    "france suisse allemagne italie belgique espagne luxembourg chine japon autriche portugal switzerland germany italy belgium spain "
    "usa china japan netherlands maroc tunisie pologne roumanie canada algerie senegal schweiz deutschland osterreich fr ch de it be es lu "
    "gb uk us".split()
) | {"royaume uni", "etats unis", "pays bas", "united kingdom", "united states", "hong kong", "cote d ivoire", "republique tcheque"}
OF_THE_HOUSE = frozenset(
    "contact contacts info infos information accueil secretariat mairie direction commercial sales office admin administration "
    "communication hello bonjour mail courrier welcome reception standard service vente ventes compta comptabilite agence ce cfa "
    "lycee gestion general enquiries support team bureau presse".split()
)
STREET = re.compile(
    r"\b(rue|avenue|av|bd|boulevard|place|pl|chemin|ch|route|rte|impasse|allee|quai|cours|square|faubourg|fbg|za|zi|zac|zae|bp|lieu dit|"
    r"street|st|road|rd|lane|strasse|weg|platz|straat|laan|parc|residence|batiment|immeuble|sentier|ruelle)\b"
)
FIRMS = frozenset(
    "sas sarl sa eurl sasu snc sci scop scic gie earl gaec selarl eirl cie ets etablissements societe groupe ltd limited llc inc corp "
    "gmbh ag srl bv nv plc holding asbl sprl mairie commune communaute cci cma chambre lycee college universite ecole institut iut "
    "cfa association club amicale union syndicat federation comite agence conseil departement region prefecture ministere direction "
    "office centre cabinet laboratoire cluster pole hopital clinique foundation fondation council university school company "
    "consulting industrie industries services technologies solutions group".split()
)
