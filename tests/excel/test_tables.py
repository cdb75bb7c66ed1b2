"""Tables as people lay them out: where the header stands, which rows are no records, and which field each column fills."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from consult.excel import locate, propose
from tests.excel.registry import REGISTRY

N = range(8)
NAMES = [
    "Décolletage Morel", "Horlo Précision", "Cadrans du Haut-Doubs", "Bracelets Lamy", "Outillage Girardot", "Microméca SAS",
    "Traitement de surface Faivre", "Aiguilles Boillat",
]  # fmt: skip
PEOPLE = [
    ("Mme", "Claire", "MOREL"), ("M.", "Jean", "GIRARD"), ("M.", "Paul", "FAIVRE"), ("Mme", "Sophie", "LAMY"), ("M.", "Luc", "BOILLAT"),
    ("Mme", "Anne", "ROY"), ("M.", "Éric", "PRETOT"), ("Mme", "Julie", "VUEZ"),
]  # fmt: skip
TOWNS = ["Morteau", "Maîche", "Besançon", "Villers-le-Lac", "Charquemont", "Damprichard", "Le Russey", "Ornans"]


def mail(i: int) -> str:
    return f"contact{i}@ex{i}.fr"


def phone(i: int) -> str:
    return f"03 81 {10 + i} 22 33"


def pad(row: list[Any], width: int = 8) -> list[Any]:
    return [*row, *[""] * (width - len(row))]


CASES: dict[str, dict[str, Any]] = {
    "org simple": {
        "rows": [["Nom de l'entreprise", "N° SIREN", "Adresse", "CP", "Ville", "Tél.", "Mail", "Site internet", "Effectif", "Code APE"]]
        + [[NAMES[i], 732829320 + i, f"{i} rue X", 25000 + i, TOWNS[i], phone(i), mail(i), f"www.ex{i}.fr", 10 * i, "26.52Z"] for i in N],
        "head": 1,
        "want": ["o.name", "o.siren", "o.address", "o.postcode", "o.commune", "o.phone", "o.email", "o.url", "o.workforce", "o.naf"],
        "ent": "organisation",
        "notrec": [],
    },
    "org+contact": {
        "rows": [["LISTE DES ENTREPRISES"], [], ["", "Entreprise", "Contact", "Fonction", "Téléphone", "E-mail", "Commune", "Observations"]]
        + [["", NAMES[i], f"{PEOPLE[i][1]} {PEOPLE[i][2]}", "Dirigeant", phone(i), mail(i), TOWNS[i], "vu" if i % 2 else ""] for i in N]
        + [["", "TOTAL", 8]],
        "head": 3,
        "want": [None, "o.name", "p.full_name", "p.job_title", "p.phone", "p.email", "o.commune", "o.notes"],
        "ent": "organisation",
        "notrec": [(1, "title"), (12, "total")],
    },
    "people": {
        "rows": [["Civilité", "Nom", "Prénom", "Société", "Fonction", "Mail", "Portable", "Tél fixe"]]
        + [[PEOPLE[i][0], PEOPLE[i][2], PEOPLE[i][1], NAMES[i], "Gérant", mail(i), f"06 12 34 56 {10 + i}", phone(i)] for i in N],
        "head": 1,
        "ent": "person",
        "want": ["p.civility", "p.last_name", "p.first_name", "o.name", "p.job_title", "p.email", "p.mobile", "p.phone"],
    },
    "people en": {
        "rows": [["First Name", "Last Name", "Company", "Job Title", "Email Address", "Phone"]]
        + [[PEOPLE[i][1], PEOPLE[i][2], NAMES[i], "CEO", mail(i), phone(i)] for i in N],
        "head": 1,
        "ent": "person",
        "want": ["p.first_name", "p.last_name", "o.name", "p.job_title", "p.email", "p.phone"],
    },
    "two level": {
        "rows": [["Entreprise", "", "", "Contact", "", "", ""], ["Raison sociale", "SIRET", "Ville", "Nom", "Prénom", "Tél", "Mail"]]
        + [[NAMES[i], "73282932000074", TOWNS[i], PEOPLE[i][2], PEOPLE[i][1], phone(i), mail(i)] for i in N],
        "merged": [(0, 0, 0, 2), (0, 3, 0, 6)],
        "head": 2,
        "ent": "organisation",
        "want": ["o.legal_name", "o.siret", "o.commune", "p.last_name", "p.first_name", "p.phone", "p.email"],
    },
    "vertical merges": {
        "rows": [["N°", "Structure", "Coordonnées", "", "", "Commentaires"], ["", "", "Adresse", "CP", "Ville", ""]]
        + [[i + 1, NAMES[i], f"{i} rue", f"2500{i}", TOWNS[i], "x"] for i in N],
        "merged": [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 4), (0, 5, 1, 5)],
        "head": 2,
        "want": [None, "o.name", "o.address", "o.postcode", "o.commune", "o.notes"],
        "ent": "organisation",
    },
    "sections": {
        "rows": [["Nom", "Activité", "Ville", "Téléphone"], ["MARQUES", "", "", ""]]
        + [[NAMES[i], "horlogerie", TOWNS[i], phone(i)] for i in range(4)]
        + [["SOUS-TRAITANTS", "", "", ""]]
        + [[NAMES[i], "découpe", TOWNS[i], phone(i)] for i in range(4, 8)]
        + [["", "", "", ""], ["Source : CCI du Doubs, mars 2023", "", "", ""]],
        "head": 1,
        "notrec": [(2, "section"), (7, "section"), (13, "legend")],
        "want": ["o.name", "o.description", "o.commune", "o.phone"],
        "ent": "organisation",
    },
    "repeated header": {
        "rows": [["Nom", "Ville", "Tél"]]
        + [[NAMES[i], TOWNS[i], phone(i)] for i in range(4)]
        + [["Nom", "Ville", "Tél"]]
        + [[NAMES[i], TOWNS[i], phone(i)] for i in range(4, 8)],
        "head": 1,
        "notrec": [(6, "repeated_header")],
    },
    "prenumbered": {
        "rows": [["N°", "Entreprise", "Ville", "Tél"]]
        + [[i + 1, NAMES[i], TOWNS[i], phone(i)] for i in N]
        + [[i, "", "", ""] for i in range(9, 15)],
        "head": 1,
        "notrec": [(i, "numbered") for i in range(10, 16)],
    },
    "no header": {"rows": [[NAMES[i], TOWNS[i], phone(i), mail(i)] for i in N], "head": 0},
    "dup headers": {
        "rows": [["Entreprise", "Tél", "Tél", "Mail", "Mail"]]
        + [[NAMES[i], phone(i), f"06 11 22 33 4{i}", mail(i), "z" + mail(i)] for i in N],
        "head": 1,
        "want": ["o.name", "o.phone", None, "o.email", None],
    },
    "interviews": {
        "rows": [["Date", "Entreprise", "Personne rencontrée", "Consultant", "Mode", "Compte rendu"]]
        + [[f"1{i}/03/2023", NAMES[i], f"{PEOPLE[i][1]} {PEOPLE[i][2]}", "AB", "visio", "ok"] for i in N],
        "head": 1,
        "ent": "interview",
    },
    "actions": {
        "rows": [["N°", "Action", "Pilote", "Partenaires", "Échéance", "Statut", "Budget"]]
        + [[i + 1, "Faire", NAMES[i], "CCI", "12/2024", "En cours", 1000] for i in N],
        "head": 1,
        "ent": None,
    },
    "participants": {
        "rows": [["Nom", "Prénom", "Structure", "Mail", "Présent", "Signature"]]
        + [[PEOPLE[i][2], PEOPLE[i][1], NAMES[i], mail(i), "x", ""] for i in N],
        "head": 1,
        "ent": None,
    },
    "single col": {"rows": [["Entreprise"]] + [[NAMES[i]] for i in N], "head": 1, "ent": "organisation", "want": ["o.name"]},
    "help rows": {
        "rows": [
            ["Nom *", "SIREN", "Ville"],
            ["texte obligatoire", "9 chiffres", "commune (liste déroulante)"],
            ["Exemple : Dupont SA", "123456789", "Besançon"],
        ]
        + [[NAMES[i], 732829320, TOWNS[i]] for i in N],
        "head": 1,
        "notrec": [(2, "help"), (3, "example")],
        "ent": "organisation",
    },
    "title+date+blank": {
        "rows": [
            ["Annuaire 2023", "", "", ""],
            ["Mise à jour le 12/03/2023", "", "", ""],
            ["", "", "", ""],
            ["Raison sociale", "Activité", "CP", "Commune"],
        ]
        + [[NAMES[i], "act", f"25{i:03}", TOWNS[i]] for i in N]
        + [["", "", "", ""], ["8 entreprises", "", "", ""]],
        "head": 4,
        "ent": "organisation",
    },
    "side list": {
        "rows": [["Entreprise", "Ville", "Effectif", "", "Légende", ""]]
        + [[NAMES[i], TOWNS[i], 10 + i, "", ["A", "B", "C"][i] if i < 3 else "", ["marque", "st", "inst"][i] if i < 3 else ""] for i in N],
        "head": 1,
        "want": ["o.name", "o.commune", "o.workforce", None, None, None],
    },
    "sirene": {
        "rows": [
            [
                "siren",
                "nic",
                "siret",
                "dateCreationEtablissement",
                "trancheEffectifsEtablissement",
                "activitePrincipaleEtablissement",
                "denominationUniteLegale",
                "codePostalEtablissement",
                "libelleCommuneEtablissement",
                "codeCommuneEtablissement",
            ]
        ]
        + [["732829320", "00074", "73282932000074", "1990-01-01", "12", "26.52Z", NAMES[i], "25000", TOWNS[i], "25056"] for i in N],
        "head": 1,
        "ent": "organisation",
        "want": [
            "o.siren",
            None,
            "o.siret",
            "o.created_year",
            "o.workforce_band",
            "o.naf",
            "o.legal_name",
            "o.postcode",
            "o.commune",
            "o.insee",
        ],
    },
    "crm en": {
        "rows": [
            [
                "Account Name",
                "Industry",
                "Website",
                "Billing Street",
                "Billing City",
                "Billing Zip",
                "Employees",
                "Annual Revenue",
                "Phone",
                "Notes",
            ]
        ]
        + [[NAMES[i], "Watch", f"https://a{i}.com", f"{i} st", TOWNS[i], "25000", 12, 1e6, phone(i), ""] for i in N],
        "head": 1,
        "ent": "organisation",
        "want": [
            "o.name",
            "o.description",
            "o.url",
            "o.address",
            "o.commune",
            "o.postcode",
            "o.workforce",
            "o.turnover",
            "o.phone",
            "o.notes",
        ],
    },
    "products (none)": {
        "rows": [["Référence", "Désignation", "Prix HT", "Stock", "Date"]] + [[f"R{i}", f"Vis M{i}", 3.5, 10, "12/01/2023"] for i in N],
        "head": 1,
        "ent": None,
    },
    "budget (none)": {
        "rows": [["Poste", "2022", "2023", "2024"]] + [[f"Poste {i}", 100, 200, 300] for i in N] + [["Total", 800, 1600, 2400]],
        "head": 1,
        "ent": None,
        "notrec": [(10, "total")],
    },
    "multi contact": {
        "rows": [
            [
                "Structure",
                "Nom du contact",
                "Prénom du contact",
                "Fonction du contact",
                "Mail du contact",
                "Tél du contact",
                "Adresse structure",
                "Tél structure",
            ]
        ]
        + [[NAMES[i], PEOPLE[i][2], PEOPLE[i][1], "DG", mail(i), phone(i), f"{i} rue", f"03 80 11 22 3{i}"] for i in N],
        "head": 1,
        "ent": "organisation",
        "want": ["o.name", "p.last_name", "p.first_name", "p.job_title", "p.email", "p.phone", "o.address", "o.phone"],
    },
    "kpi numbers text headers": {
        "rows": [["Classement", "Entreprise", "CA 2022 (k€)", "CA 2021 (k€)", "Effectif 2022"]]
        + [[i + 1, NAMES[i], 1000 + i, 900 + i, 50 + i] for i in N],
        "head": 1,
        "ent": "organisation",
    },
    "nom+org": {
        "rows": [["Organisme", "Nom", "Fonction", "Courriel"]]
        + [[NAMES[i], f"{PEOPLE[i][1]} {PEOPLE[i][2]}", "Chargé de mission", mail(i)] for i in N],
        "head": 1,
        "want": ["o.name", "p.full_name", "p.job_title", "p.email"],
    },
    "dept cp": {
        "rows": [["Dénomination", "Sigle", "Type de structure", "Département", "CP", "Ville", "Site web", "Réseaux sociaux"]]
        + [[NAMES[i], "ABC", "Association", "25", "25000", TOWNS[i], f"http://x{i}.org", "@x"] for i in N],
        "head": 1,
        "ent": "organisation",
        "want": ["o.name", "o.short_name", "o.kind", None, "o.postcode", "o.commune", "o.url", None],
    },
    "long preamble": {
        "rows": [
            pad(["CCI du Doubs"]),
            pad(["Fichier des entreprises industrielles"]),
            pad(["Extraction du 12/03/2023"]),
            pad([]),
            pad(["Critères :", "NAF 26.52Z"]),
            pad(["Département :", "25"]),
            pad([]),
            pad([]),
            [
                "Raison sociale\n(enseigne)",
                "Adresse 1",
                "Adresse 2",
                "Code\npostal",
                "Ville",
                "Téléphone\nstandard",
                "Dirigeant\n(nom prénom)",
                "Effectif\nsalarié",
            ],
        ]
        + [[NAMES[i], f"{i} rue", "ZI", f"25{i:03}", TOWNS[i], phone(i), f"{PEOPLE[i][1]} {PEOPLE[i][2]}", 10 + i] for i in N],
        "head": 9,
        "ent": "organisation",
        "want": ["o.legal_name", "o.address", None, "o.postcode", "o.commune", "o.phone", "p.full_name", "o.workforce"],
    },
    "units row": {
        "rows": [["Entreprise", "Effectif", "CA", "Année"], ["", "(ETP)", "(k€)", ""]] + [[NAMES[i], 10 + i, 1000 + i, 2022] for i in N],
        "head": 1,
        "ent": "organisation",
    },
    "bilingual": {
        "rows": [["Raison sociale / Company name", "Ville / City", "Téléphone / Phone", "Courriel / E-mail"]]
        + [[NAMES[i], TOWNS[i], phone(i), mail(i)] for i in N],
        "head": 1,
        "want": ["o.legal_name", "o.commune", "o.phone", "o.email"],
        "ent": "organisation",
    },
    "emails2": {
        "rows": [["Structure", "Adresse mail 1", "Adresse mail 2", "Référent(e)", "Thématiques"]]
        + [[NAMES[i], mail(i), "b" + mail(i), f"{PEOPLE[i][1]} {PEOPLE[i][2]}", "a, b"] for i in N],
        "head": 1,
        "ent": "organisation",
        "want": ["o.name", "o.email", None, "p.full_name", "o.tags"],
    },
    "cpville": {
        "rows": [["Nom de la structure", "Adresse complète", "CP - Ville", "Tel", "Site"]]
        + [[NAMES[i], f"{i} rue", "25000 " + TOWNS[i], phone(i), f"www.a{i}.fr"] for i in N],
        "head": 1,
        "ent": "organisation",
        "want": ["o.name", "o.address", "o.commune", "o.phone", "o.url"],
    },
    "site as place": {
        "rows": [["Société", "Site", "Effectif"]] + [[NAMES[i], TOWNS[i], 10 + i] for i in N],
        "head": 1,
        "want": ["o.name", None, "o.workforce"],
    },
    "emargement": {
        "rows": [["FEUILLE D'EMARGEMENT", "", "", ""], ["Atelier du 12/03/2023", "", "", ""], ["NOM", "Prénom", "Structure", "Signature"]]
        + [[PEOPLE[i][2], PEOPLE[i][1], NAMES[i], ""] for i in N],
        "head": 3,
        "ent": None,
    },
    "elus": {
        "rows": [["Commune", "Maire", "Téléphone mairie", "Mail mairie", "Population"]]
        + [[TOWNS[i], f"{PEOPLE[i][1]} {PEOPLE[i][2]}", phone(i), mail(i), 1000 + i] for i in N],
        "head": 1,
    },
    "competitors": {
        "rows": [["Marque", "Pays", "Site web", "Fondée en", "Commentaire"]]
        + [[NAMES[i], "Suisse", f"https://a{i}.ch", 1900 + i, "x"] for i in N],
        "head": 1,
        "ent": "organisation",
    },
    "ids only": {"rows": [["SIRET"]] + [["73282932000074"] for i in N], "head": 1},
    "naf label": {
        "rows": [["Dénomination", "Code APE", "Libellé APE", "Tranche effectif", "Date création"]]
        + [[NAMES[i], "2652Z", "Horlogerie", "10 à 19 salariés", "01/02/1990"] for i in N],
        "head": 1,
        "ent": "organisation",
        "want": ["o.name", "o.naf", None, "o.workforce_band", "o.created_year"],
    },
    "invoice(none)": {
        "rows": [["Date", "Libellé", "Débit", "Crédit", "Solde"]] + [[f"1{i}/02/2023", "Achat", 10.5, "", 100] for i in N],
        "head": 1,
        "ent": None,
    },
    "staff(none?)": {
        "rows": [["Matricule", "Nom", "Prénom", "Date d'entrée", "Service"]]
        + [[100 + i, PEOPLE[i][2], PEOPLE[i][1], "01/01/2020", "RH"] for i in N],
        "head": 1,
        "ent": "person",
    },
    "title same row": {
        "rows": [["", "Coordonnées des partenaires", "", "", ""], ["", "Organisme", "Interlocuteur", "Mail", "Tél"]]
        + [["", NAMES[i], f"{PEOPLE[i][1]} {PEOPLE[i][2]}", mail(i), phone(i)] for i in N],
        "head": 2,
        "ent": "organisation",
    },
    "numbered+bool": {
        "rows": [["N°", "Entreprise", "Visitée", "Date visite"]]
        + [[i + 1, NAMES[i], True, "12/03/2023"] for i in N]
        + [[i, "", False, ""] for i in range(9, 13)],
        "head": 1,
        "notrec": [(i, "numbered") for i in range(10, 14)],
    },
}


@pytest.mark.parametrize("name", CASES)
def test_a_table_is_located_and_mapped(name: str) -> None:
    case = CASES[name]
    rows: Sequence[Sequence[Any]] = case["rows"]
    layout = locate([list(row) if any(value != "" for value in row) else [] for row in rows], merged=case.get("merged", ()))
    assert layout.header_row == case["head"]
    if "notrec" in case:
        assert [(row.row, row.reason.value) for row in layout.not_records if row.reason.value != "blank"] == case["notrec"]
    mapping = propose(layout, REGISTRY)
    if "ent" in case:
        assert mapping.entity == case["ent"]
    if "want" in case:
        fields = {column.index: column.field for column in mapping.columns}
        short = {"o": "organisation", "p": "person", "i": "interview"}
        wanted = [field and f"{short[field[0]]}{field[1:]}" for field in case["want"]]
        assert [fields.get(index) for index in range(1, len(wanted) + 1)] == wanted


def test_one_field_is_never_given_to_two_columns() -> None:
    for case in CASES.values():
        fields = [column.field for column in propose(locate([list(row) for row in case["rows"]]), REGISTRY).columns if column.field]
        assert len(fields) == len(set(fields))


def test_nothing_is_mapped_below_the_bar_and_every_open_column_says_why() -> None:
    for case in CASES.values():
        for column in propose(locate([list(row) for row in case["rows"]]), REGISTRY).columns:
            assert (column.confidence >= 0.7) == (column.field is not None)
