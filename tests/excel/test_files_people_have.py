"""Files as clusters, chambers, town halls and their tools write them: what a person sees in them is what is proposed."""

from __future__ import annotations

from pathlib import Path

import pytest

from consult.excel import FileKind, open_source, propose
from tests.excel.columns import Made
from tests.excel.registry import REGISTRY

NAME, TOWN, TEL, MAIL = (
    ("Entreprise", "o.name", "firm"),
    ("Ville", "o.commune", "town"),
    ("Tél.", "o.phone", "phone"),
    ("Mail", "o.email", "house"),
)

FILES = {
    "an address book's export tells a work address from a home address": Made(
        [("First Name", "p.first_name", "first"), ("Last Name", "p.last_name", "last"), ("Company", "o.name", "firm"),
         ("Business Phone", "p.phone", "phone"), ("Home Phone", None, "mobile"), ("Business City", "o.commune", "town"),
         ("Home City", None, "town"), ("E-mail Address", "p.email", "mail"), ("E-mail 2 Address", None, "private")],
        "person",
    ),
    "numbered parts of a contact are told by the last word, their labels are nothing": Made(
        [("First Name", "p.first_name", "first"), ("Last Name", "p.last_name", "last"), ("E-mail 1 - Label", None, "job"),
         ("E-mail 1 - Value", "p.email", "mail"), ("E-mail 2 - Value", None, "private"), ("Phone 1 - Label", None, "job"),
         ("Phone 1 - Value", "p.phone", "phone")],
        "person",
    ),
    "notes above an export are no headers, and a profile is no web site": Made(
        [("First Name", "p.first_name", "first"), ("Last Name", "p.last_name", "last"), ("URL", None, "profile"), ("Company", "o.name",
         "firm"),
         ("Position", "p.job_title", "job"), ("Connected On", None, "day")],
        "person",
        above=[["Notes:"],
        ["When exporting your connections, you may notice that some addresses are missing, because not all allow it."], []],
    ),
    "a path of words is read from its end": Made(
        [("siege.siret", "o.siret", "siret"), ("siege.code_postal", "o.postcode", "postcode"), ("siege.libelle_commune", "o.commune",
         "town"),
         ("nom_entreprise", "o.name", "firm"), ("dirigeant.nom", "p.last_name", "last"), ("dirigeant.prenom", "p.first_name", "first")],
    ),
    "abbreviations are written out": Made(
        [("Rs. Soc.", "o.legal_name", "firm"), ("N°SIRET", "o.siret", "siret"), ("Adr. 1", "o.address", "street"), ("Cne", "o.commune",
         "town"),
         ("Tél. std", "o.phone", "phone"), ("Nb sal.", "o.workforce", "staff"), ("Resp.", "p.full_name", "full")],
    ),
    "a second contact's function, telephone and mail belong to nobody that is imported": Made(
        [NAME, TOWN, ("Contact 1", "p.full_name", "full"), ("Fonction", "p.job_title", "job"), ("Tél.", "p.phone", "phone"),
         ("Mail", "p.email", "mail"), ("Contact 2", None, "other"), ("Fonction", None, "job"), ("Tél.", None, "mobile"),
         ("Mail", None, "private")],
    ),
    "groups part one person from the next": Made(
        [("Nom", "o.name", "firm"), TOWN, ("Nom", "p.last_name", "last"), ("Prénom", "p.first_name", "first"), ("Nom", None, "last"),
         ("Prénom", None, "first")],
        levels=[["Entreprise", "", "Dirigeant", "", "Responsable RH", ""]],
        merged=[(0, 0, 0, 1), (0, 2, 0, 3), (0, 4, 0, 5)],
    ),
    "what belongs to somebody else, or is another thing, stays open": Made(
        [NAME, TOWN, ("Email payeur", None, "private"), ("Nom de l'élève", None, "last"), ("Fax", None, "phone"), ("Logo", None, "web"),
         ("LinkedIn", None, "profile"), ("Statut juridique du contrat", None, "job"), ("Date d'adhésion", None, "day"), TEL],
    ),
    "values speak against a header: marks, extensions, initials": Made(
        [("Société", "o.name", "firm"), ("Adhérent", None, "yes"), ("Siège (O/N)", None, "yes"), ("Ville", "o.commune", "town"),
         ("Contact", "p.full_name", "full"), ("Poste", None, "extension"), ("Site web", None, "yes")],
    ),
    "a day on which a row was noted is no founding": Made(
        [NAME, TOWN, ("Date de création", None, "moment"), ("Effectif", "o.workforce", "staff")],
    ),
    "a founding is one": Made([NAME, TOWN, ("Date de création", "o.created_year", "founded"), ("Effectif", "o.workforce", "staff")]),
    "of two years the later head count is taken": Made(
        [NAME, TOWN, ("Effectif 2022", None, "staff"), ("Effectif 2023", "o.workforce", "staff"), ("Effectif femmes", None, "staff")],
    ),
    "addresses of a house beside a contact are the organisation's": Made(
        [NAME, ("Gérant", "p.full_name", "full"), ("Téléphone", "o.phone", "phone"), ("E-mail", "o.email", "house"), TOWN],
    ),
    "whom a header names is a person or an organisation, by whatever word": Made(
        [("Structure porteuse", "o.name", "firm"), TOWN, ("Référent pédagogique", "p.full_name", "full"), ("Courriel du référent",
         "p.email", "mail"),
         ("Tél. du référent", "p.phone", "phone")],
    ),
    "postcodes of Canada": Made([NAME, ("ADRESSE", "o.address", "street"), ("CODE POSTAL", "o.postcode", "canadian"), TOWN]),
    "postcodes of Britain": Made([("Charity Name", "o.name", "firm"), ("Post Code", "o.postcode", "british"), ("Post Town", "o.commune",
    "town")]),
    "headers in German, as Swiss files have them": Made(
        [("Firma", "o.name", "firm"), ("Strasse", "o.address", "street"), ("PLZ", "o.postcode", "swiss"), ("Ort", "o.commune", "town"),
         ("Telefon", "o.phone", "phone"), ("Kanton", None, "job")],
    ),
    "names of columns written over two rows": Made(
        [("l'entreprise", "o.name", "firm"), ("postal", "o.postcode", "postcode"), ("d'implantation", "o.commune", "town"),
         ("salariés", "o.workforce", "staff")],
        levels=[["Nom de", "Code", "Commune", "Nombre de"]],
    ),
    "a line of criteria and groups that are not merged stand above": Made(
        [("#", None, "number"), ("Entreprise adhérente", "o.name", "firm"), ("Rue", "o.address", "street"), ("Commune", "o.commune",
         "town"),
         ("Tél.", "o.phone", "phone")],
        above=[["Filtre :", "actif", "Doubs", "horlogerie"], ["Nombre d'entreprises", 10], []],
        levels=[["Identité", "", "Coordonnées", "", ""]],
    ),
    "headings in capitals, counted off, with their count, or a year": Made(
        [NAME, TOWN, TEL, MAIL],
        before={0: [["MARQUES"]], 3: [["B – Sous-traitants"]], 5: [["Institutions", "2 structures"]], 7: [[2024]]},
    ),
    "records of which only the name is known end the list": Made([NAME, TOWN, TEL, MAIL], only_names=3),
    "a legend, a source and a signature under the table are none of it": Made(
        [NAME, TOWN, TEL, MAIL],
        below=[[], ["Légende :"], ["vert", "rencontrée"], ["rouge", "refus"], ["Source : chambre de commerce"],
        ["Fait à Besançon, le 3 avril"]],
    ),
    "another table below is another table": Made(
        [NAME, TOWN, TEL, MAIL],
        below=[[], ["Personnes présentes"], ["Nom", "Prénom", "Fonction", "Mail"], ["ROY", "Anne", "Directrice", "a.roy@ex.fr"]],
    ),
    "a second list beside the first, with headers of its own": Made(
        [("Marques", "o.name", "firm"), TOWN], beside=[["Sous-traitants", "Ville"], *([f"Atelier {i}", "Dole"] for i in range(6))]
    ),
    "a survey's second row of headers": Made(
        [NAME, TOWN, TEL, ("Remarques", "o.notes", "note"), ("Effectif", "o.workforce", "staff")], before={0: [["", "", "", "Réponse",
        "Réponse"]]}
    ),
    "a log of interviews is about interviews": Made(
        [("Date de l'entretien", "i.date", "day"), ("Entreprise", "o.name", "firm"), ("Personnes rencontrées", "i.interviewees", "full"),
         ("Intervieweur", "i.interviewers", "other"), ("Points clés", "i.summary", "note")],
        "interview",
    ),
    "what a title calls interviews are interviews, though their day is only called a date": Made(
        [("Date", "i.date", "day"), ("Entreprise", "o.name", "firm"), ("Interlocuteur", "p.full_name", "full"), ("Fonction", "p.job_title",
         "job"),
         ("Consultant", "i.interviewers", "other")],
        "interview", about="Suivi des entretiens",
    ),
    "partners whose title says that they are listed are organisations": Made(
        [("Nom", "o.name", "firm"), ("Ville", "o.commune", "town"), ("Description", "o.description", "note"), ("Promo", None, "yes")],
        about="partenaires.csv",
    ),
    "people whose employers repeat are people": Made(
        [("Name", "p.full_name", "full"), ("Company", "o.name", "employer"), ("City", "o.commune", "town"), ("Web site", "o.url", "web")],
        "person",
    ),
    "where each row has a SIREN of its own it is a company with its contact": Made(
        [("Nom entreprise", "o.name", "firm"), ("SIREN", "o.siren", "sirens"), ("Prénom", "p.first_name", "first"), ("Nom", "p.last_name",
         "last"),
         ("Fonction", "p.job_title", "job"), ("Email", "p.email", "mail"), ("Téléphone", "p.phone", "phone")],
    ),
    "a telephone behind the name of who represents the company is the company's": Made(
        [NAME, TOWN, ("Dirigeant principal", "p.full_name", "full"), ("Téléphone", "o.phone", "phone"), ("Site internet", "o.url", "web")],
    ),
    "a representative is one, whoever stands in": Made(
        [NAME, ("Représentant titulaire", "p.full_name", "full"), ("Mail", "p.email", "mail"), ("Représentant suppléant", None, "other"),
         ("Mail suppléant", None, "private"), TOWN],
    ),
    "an empty column takes no name from a filled one": Made(
        [("Organisme", None, "blank"), ("Raison sociale", "o.legal_name", "firm"), TOWN, TEL],
    ),
    "funders named behind their schemes make no list of funders": Made(
        [("Dispositif", None, "job"), ("Organisme", None, "funder"), ("Taux", None, "staff"), ("Clôture", None, "day"), ("Lien", None,
         "web")], None,
    ),
    "marks under meetings are a roll of who came": Made(
        [("Organisme", None, "firm"), ("Représentant", None, "full"), ("COPIL 1", None, "mark"), ("COPIL 2", None, "mark")], None
    ),
    "tickets are of participants": Made(
        [("Numéro de billet", None, "number"), ("Nom", None, "last"), ("Prénom", None, "first"), ("Email", None, "mail"),
         ("Entreprise", None, "firm")], None
    ),
    "a head count on a day is the head count": Made(
        [NAME, TOWN, ("Effectif salarié au 31/12/2022", None, "staff"), ("Effectif salarié au 31/12/2023", "o.workforce", "staff")],
    ),
    "codes of INSEE are bands, not head counts": Made(
        [NAME, ("Siren", "o.siren", "sirens"), ("effectif", "o.workforce_band", "bandcode"), TOWN],
    ),
    "the second header of a survey in English": Made(
        [NAME, TOWN, TEL, ("Remarques", "o.notes", "note")], before={0: [["", "Response", "Open-Ended Response", "Response"]]}
    ),
    "a list of communes holds no records of ours": Made(
        [("Code INSEE", None, "postcode"), ("Commune", None, "town"), ("EPCI", None, "firm"), ("Population", None, "euros")], None
    ),
    "an inter-municipal body's name and SIREN are not the company's": Made(
        [("Nom EPCI", None, "firm"), ("SIREN EPCI", None, "sirens"), ("Raison sociale", "o.legal_name", "firm"), TOWN, TEL]
    ),
    "nor are they a commune's": Made(
        [("Commune", None, "town"), ("Code INSEE", None, "postcode"), ("Nom EPCI", None, "firm"), ("SIREN EPCI", None, "sirens")], None
    ),
    "in a list of inter-municipal bodies they are theirs": Made(
        [("Nom de l'EPCI", "o.name", "firm"), ("SIREN de l'EPCI", "o.siren", "sirens"), ("Président", "p.full_name", "full"), TEL]
    ),
    "clients of whom so much was billed and paid are organisations": Made(
        [("Client", "o.name", "firm"), ("SIRET", "o.siret", "siret"), TOWN, ("Facturé", None, "euros"), ("Payé", None, "euros"),
         ("Solde", None, "euros")]
    ),
    "a list of meetings holds none": Made(
        [("Date", None, "day"), ("Réunion", None, "job"), ("Lieu", None, "town"), ("Participants", None, "full"), ("Décisions", None,
         "note")], None
    ),
}  # fmt: skip


@pytest.mark.parametrize("sentence", FILES)
def test_a_file_is_read_as_a_person_reads_it(sentence: str) -> None:
    made = FILES[sentence]
    _grid, header, records = made.rows()
    layout = made.located()
    found = [number for number in range(layout.first_row, layout.last_row + 1) if number not in layout.skipped()]
    assert (layout.header_row, found) == (header, records)
    mapping = propose(layout, REGISTRY, about=made.about)
    assert mapping.entity == made.entity
    proposed = {column.index: column.field for column in mapping.columns}
    assert {index: proposed.get(index) for index in made.fields()} == made.fields()


def test_short_rows_with_decimal_commas_are_parted_by_semicolons(tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    lines = ["Partenaire;Visité;Note;Fax;SIREN;Tél;Zone;Ville", *(f"Atelier {i};;1{i},5;;4420212{i}1;;Doubs" for i in range(12))]
    path.write_text("\n".join(lines), encoding="cp1252")
    with open_source(path) as source:
        assert source.text is not None
        assert source.text.delimiter == ";"


OFFERS_AND_INVOICES = {
    "offers": (FileKind.OFFERS, Made(
        [("Référence", None, "number"), ("Intitulé du poste", None, "job"), ("Entreprise", None, "firm"), ("Type de contrat", None, "note"),
         ("Lieu", None, "town"), ("Salaire", None, "euros"), ("Date de publication", None, "day")], None)),
    "offers by their title": (FileKind.OFFERS, Made(
        [("Métier", None, "job"), ("Employeur", None, "firm"), ("Commune", None, "town"), ("Contrat", None, "note")], None,
        about="Offres d'emploi de mars")),
    "invoices to clients": (FileKind.INVOICES, Made(
        [("N° facture", None, "number"), ("Date de facture", None, "day"), ("Client", None, "firm"), ("Montant HT", None, "euros"),
         ("Montant TTC", None, "euros"), ("Échéance", None, "day")], None)),
    "invoices of suppliers": (FileKind.INVOICES, Made(
        [("Facture", None, "number"), ("Fournisseur", None, "firm"), ("SIRET", None, "siret"), ("Total TTC", None, "euros"),
         ("Payée le", None, "day")], None)),
    "invoices in English": (FileKind.INVOICES, Made(
        [("Invoice number", None, "number"), ("Customer", None, "firm"), ("Amount due", None, "euros"), ("Due date", None, "day")], None)),
}  # fmt: skip


@pytest.mark.parametrize("sentence", OFFERS_AND_INVOICES)
def test_job_offers_and_invoices_are_known_by_name_and_no_list_of_organisations(sentence: str) -> None:
    kind, made = OFFERS_AND_INVOICES[sentence]
    mapping = propose(made.located(), REGISTRY, about=made.about)
    assert (mapping.kind, mapping.entity) == (kind, None)
    assert not mapping.fields()
