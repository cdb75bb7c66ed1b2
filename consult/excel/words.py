"""The closed lists of this package in words of both languages, for pages and command line alike."""

from __future__ import annotations

from enum import Enum

from consult.excel.errors import french_typography
from consult.excel.filekinds import FileKind
from consult.excel.flaws import Flaw
from consult.excel.locate import Remark
from consult.excel.mapping import Why
from consult.excel.rowkinds import RowReason

_WORDS: dict[type[Enum], dict[Enum, tuple[str, str]]] = {
    RowReason: {
        RowReason.TITLE: ("title above the table", "titre au-dessus du tableau"),
        RowReason.BLANK: ("blank row", "ligne vide"),
        RowReason.HEADER: ("upper level of the headers", "niveau supérieur des en-têtes"),
        RowReason.TOTAL: ("total", "total"),
        RowReason.LEGEND: ("legend or note", "légende ou note"),
        RowReason.EXAMPLE: ("example", "exemple"),
        RowReason.HELP: ("instructions for filling in", "consigne de saisie"),
        RowReason.SECTION: ("section heading", "intertitre"),
        RowReason.NUMBERED: ("numbered in advance, not filled in", "numérotée d'avance, non remplie"),
        RowReason.REPEATED_HEADER: ("headers repeated", "en-têtes répétés"),
        RowReason.ASIDE: ("belongs to another list beside the table", "appartient à une autre liste, à côté du tableau"),
        RowReason.OTHER_TABLE: ("belongs to another table below", "appartient à un autre tableau, en dessous"),
        RowReason.AFTER: ("after the last row chosen", "après la dernière ligne choisie"),
        RowReason.CHOSEN: ("set aside by choice", "écartée par choix"),
    },
    Remark: {
        Remark.HIDDEN_ROWS: (
            "hidden rows were read like the others: %(count)s (first: row %(first)s)",
            "lignes masquées, lues comme les autres : %(count)s (première : ligne %(first)s)",
        ),
        Remark.HIDDEN_COLUMNS: (
            "hidden columns were read like the others: %(columns)s",
            "colonnes masquées, lues comme les autres : %(columns)s",
        ),
        Remark.HIDDEN_DATES: (
            "hidden columns that hold dates: %(columns)s",
            "colonnes masquées qui contiennent des dates : %(columns)s",
        ),
        Remark.FILTERED: (
            "a filter is set in the sheet; the rows it hides were read too",
            "un filtre est posé sur la feuille ; les lignes qu'il masque ont été lues aussi",
        ),
        Remark.HIDDEN_SHEET: ("hidden sheets hold data: %(sheets)s", "des feuilles masquées contiennent des données : %(sheets)s"),
        Remark.ERRORS: (
            "%(count)s cells show an Excel error (first: %(cell)s, %(text)s)",
            "%(count)s cellules affichent une erreur Excel (première : %(cell)s, %(text)s)",
        ),
        Remark.FORMULAS: (
            "%(count)s formulas have no stored result (first: %(cell)s): open the file in Excel or LibreOffice, save it, and send it again",
            "%(count)s formules sont sans résultat enregistré (première : %(cell)s) : enregistrez le fichier dans un tableur, renvoyez-le",
        ),
        Remark.STRAY: (
            "%(count)s cells stand far outside the table and are not read (first: %(cell)s, “%(text)s”)",
            "%(count)s cellules se trouvent loin du tableau et ne sont pas lues (première : %(cell)s, « %(text)s »)",
        ),
        Remark.MERGED: (
            "merged cells: their value was filled down in %(count)s rows",
            "cellules fusionnées : leur valeur a été reportée sur %(count)s lignes",
        ),
        Remark.DATE1904: ("dates count from 1904 in this workbook", "les dates de ce classeur sont comptées depuis 1904"),
        Remark.NO_HEADER: ("no header row was found", "aucune ligne d'en-têtes n'a été trouvée"),
        Remark.ASIDE: (
            "another list stands beside the table: columns %(columns)s",
            "une autre liste se trouve à côté du tableau : colonnes %(columns)s",
        ),
        Remark.UNREADABLE: ("sheets that could not be read: %(sheets)s", "feuilles qui n'ont pas pu être lues : %(sheets)s"),
    },
    Why: {
        Why.HEADER: ("by its header", "d'après son en-tête"),
        Why.PART: ("by part of its header", "d'après une partie de son en-tête"),
        Why.FUZZY: ("by a similar header", "d'après un en-tête proche"),
        Why.VALUES: ("by what its values look like", "d'après l'aspect de ses valeurs"),
        Why.OVERRIDE: ("by choice", "par choix"),
        Why.UNKNOWN: ("no field bears this name", "aucun champ ne porte ce nom"),
        Why.UNSURE: ("not sure enough", "pas assez sûr"),
        Why.DISAGREE: ("header and values do not agree", "l'en-tête et les valeurs ne s'accordent pas"),
        Why.TAKEN: ("the field already has a column", "le champ a déjà une colonne"),
        Why.ASIDE: ("belongs to another list", "appartient à une autre liste"),
        Why.EMPTY: ("the column is empty", "la colonne est vide"),
        Why.NO_ENTITY: ("no kind of record fits this table", "aucun type de fiche ne convient à ce tableau"),
    },
    FileKind: {
        FileKind.RECORDS: ("records", "fiches"),
        FileKind.ACTIONS: ("action plan", "plan d'actions"),
        FileKind.PARTICIPANTS: ("list of participants", "liste de participants"),
        FileKind.SURVEY: ("answers to a survey", "réponses à un questionnaire"),
        FileKind.OFFERS: ("job offers", "offres d'emploi"),
        FileKind.INVOICES: ("invoices", "factures"),
        FileKind.UNKNOWN: ("unknown", "inconnu"),
    },
    Flaw: {
        Flaw.ERROR: ("Excel error %(text)s", "erreur Excel %(text)s"),
        Flaw.FORMULA: ("formula without stored result", "formule sans résultat enregistré"),
        Flaw.DATE: ("not a date", "n'est pas une date"),
        Flaw.AMBIGUOUS_DATE: ("day and month cannot be told apart", "le jour et le mois ne se distinguent pas"),
        Flaw.TIME: ("not a time of day", "n'est pas une heure"),
        Flaw.NUMBER: ("not a number", "n'est pas un nombre"),
        Flaw.YES_NO: ("neither yes nor no", "ni oui ni non"),
        Flaw.EMAIL: ("not an e-mail address", "n'est pas une adresse électronique"),
        Flaw.PHONE: ("not a telephone number", "n'est pas un numéro de téléphone"),
        Flaw.URL: ("not a web address", "n'est pas une adresse web"),
        Flaw.SIREN: ("not a SIREN (9 digits)", "n'est pas un SIREN (9 chiffres)"),
        Flaw.SIRET: ("not a SIRET (14 digits)", "n'est pas un SIRET (14 chiffres)"),
        Flaw.VAT: ("not a VAT number", "n'est pas un numéro de TVA"),
        Flaw.APPROXIMATE: (
            "the closest value was taken; the text is kept",
            "la valeur la plus proche a été retenue ; le texte est conservé",
        ),
        Flaw.SEVERAL: (
            "several values: the first was taken, the text is kept",
            "plusieurs valeurs : la première a été retenue, le texte est conservé",
        ),
        Flaw.TOO_LONG: ("longer than the field allows", "plus long que le champ ne le permet"),
        Flaw.CHECKSUM: ("the check digit is wrong; kept as it is", "la clé de contrôle est fausse ; conservé tel quel"),
        Flaw.NAF: ("not a NAF code", "n'est pas un code NAF"),
        Flaw.POSTCODE: ("not a postcode", "n'est pas un code postal"),
        Flaw.INSEE: ("not an INSEE commune code", "n'est pas un code INSEE de commune"),
        Flaw.BAND: ("not a workforce band", "n'est pas une tranche d'effectif"),
        Flaw.COORDINATE: ("not a coordinate in degrees", "n'est pas une coordonnée en degrés"),
        Flaw.ROUNDED: ("digits were lost: Excel keeps 15 only", "des chiffres ont été perdus : Excel n'en garde que 15"),
    },
}
"""List by list: members of two lists may share a code, and would then be one key."""


def words(member: Enum, language: str = "en", **values: object) -> str:
    """A member of one of this package's lists in French for `fr`, in English for anything else, with its values filled in."""
    english, french = _WORDS[type(member)][member]
    text = french_typography(french.replace("'", "’")) if language.startswith("fr") else english
    return text % values if values else text


def listed() -> list[Enum]:
    """Every member that has words, for tests and documentation."""
    return [member for members in _WORDS.values() for member in members]
