"""French notes and what is asked of them: words of the field in their inflections, with and without accents; the same at every run."""

from __future__ import annotations

import random

FORMS = [
    "atelier ateliers", "recrutement recrutements recruter recrutons", "difficile difficiles difficilement difficulté difficultés",
    "horloger horlogers horlogère horlogères horlogerie", "décolletage décolleteur décolleteurs décolleter",
    "formation formations former formateur", "apprenti apprentie apprentis apprentissage", "commande commandes commander commandé",
    "énergie énergies énergétique énergétiques", "délai délais", "qualité qualités qualitatif", "prix",
    "export exports exporter exportation", "investissement investissements investir", "machine machines",
    "outil outils outillage outillages", "traitement traitements traiter traité", "surface surfaces", "bracelet bracelets",
    "cadran cadrans cadranier cadraniers", "aiguille aiguilles", "ressort ressorts", "émail émaux",
    "polissage polisseur polisseurs polir", "client clients clientèle", "fournisseur fournisseurs fournir fournit",
    "transmission transmissions transmettre", "dirigeant dirigeante dirigeants diriger", "local locaux locale localement",
    "territoire territoires territorial territoriale", "frontière frontières frontalier frontaliers",
    "salaire salaires salarié salariés", "marque marques", "sous-traitant sous-traitants sous-traitance", "œuvre œuvres",
    "main-d’œuvre", "été étés", "bâtiment bâtiments", "foncier foncière", "logement logements loger", "mobilité mobilités mobile",
    "école écoles", "lycée lycées lycéen lycéens", "compétence compétences compétent",
    "concurrence concurrences concurrent concurrents", "croissance croissances", "innovation innovations innover innovant",
    "mécanique mécaniques mécanicien", "précision précisions précis précise", "montre montres montrer", "mouvement mouvements",
    "boîte boîtes boîtier boîtiers", "verre verres verrier", "besoin besoins", "projet projets projeter",
    "coopération coopérations coopérer coopératif", "banque banques bancaire bancaires", "trésorerie trésoreries",
    "matière matières", "laiton laitons", "acier aciers", "général générale généraux généralement", "national nationale nationaux",
    "cheval chevaux", "travail travaux travailler travailleur", "journal journaux", "rachat rachats racheter", "réseau réseaux",
    "site sites", "réglementation réglementations règlement règlements",
]  # fmt: skip
"""Words with their inflections and their kin: what a stemmer puts together, and what it does not."""


def _plain(text: str) -> str:
    table = str.maketrans("éèêëàâîïôûùç", "eeeeaaiioouc")
    return text.translate(table).replace("œ", "oe")


def _notes(chance: random.Random) -> list[str]:
    every = [form for forms in FORMS for form in forms.split()]
    links = ["et", "de la", "avec", "pour les", "sans", ", puis", ". Ensuite", "; mais", "dans l’", "des"]
    return [" ".join(f"{chance.choice(links)} {word}" for word in chance.sample(every, 9)).strip(" ,.;") + "." for _ in range(240)]


def _queries(chance: random.Random) -> list[str]:
    asked: list[str] = []
    for forms in FORMS:
        words = forms.split()
        asked += [chance.choice(words), _plain(chance.choice(words)), chance.choice(words).upper()]
    pairs = [" ".join(chance.choice(forms.split()) for forms in chance.sample(FORMS, 2)) for _ in range(60)]
    return [*dict.fromkeys([*asked, *pairs])][:200]


NOTES = _notes(random.Random(1791))
QUERIES = _queries(random.Random(1815))
