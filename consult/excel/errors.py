"""Why a file cannot be read, in words of both languages. Nothing else leaves the reader: one exception, one closed list of reasons."""

from __future__ import annotations

from enum import Enum


class Reason(str, Enum):
    """The closed list of refusals. `value` is the stable code that goes into logs, JSON and the batch row."""

    EMPTY_FILE = "empty_file"
    FILE_TOO_LARGE = "file_too_large"
    UNKNOWN_EXTENSION = "unknown_extension"
    WRONG_EXTENSION = "wrong_extension"
    NOT_A_WORKBOOK = "not_a_workbook"
    IMAGE = "image"
    PDF = "pdf"
    WEB_PAGE = "web_page"
    OTHER_DOCUMENT = "other_document"
    XML_SPREADSHEET = "xml_spreadsheet"
    OLD_EXCEL = "old_excel"
    ENCRYPTED = "encrypted"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    UNZIPPED_TOO_LARGE = "unzipped_too_large"
    TOO_MANY_PARTS = "too_many_parts"
    ZIP_BOMB = "zip_bomb"
    ODD_COMPRESSION = "odd_compression"
    DUPLICATE_PARTS = "duplicate_parts"
    DTD = "dtd"
    ODD_ENCODING = "odd_encoding"
    UNREADABLE_TEXT = "unreadable_text"
    TOO_MANY_SHEETS = "too_many_sheets"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    CELL_TOO_LONG = "cell_too_long"
    NO_DATA = "no_data"
    NO_SUCH_SHEET = "no_such_sheet"
    TOO_SLOW = "too_slow"
    TOO_HEAVY = "too_heavy"


_ENGLISH: dict[Reason, str] = {
    Reason.EMPTY_FILE: "The file is empty (0 bytes). Export or save it again, then send the new file.",
    Reason.FILE_TOO_LARGE: "The file weighs %(size)s; the limit is %(limit)s. Remove pictures and unused sheets, or split it into "
    "several files.",
    Reason.UNKNOWN_EXTENSION: "Files ending in “%(extension)s” are not read. Save the table as .xlsx, .ods or .csv and send that file.",
    Reason.WRONG_EXTENSION: "The name ends in “%(extension)s” but the content is %(content)s. Rename the file so that it ends in "
    "“%(expected)s”, "
    "or open it in Excel or LibreOffice and save it as .xlsx.",
    Reason.NOT_A_WORKBOOK: "This file is not a spreadsheet. Send a workbook (.xlsx, .xls, .ods) or a text table (.csv).",
    Reason.IMAGE: "This file is a picture, whatever its name says. Send the workbook itself rather than a picture of it.",
    Reason.PDF: "This file is a PDF document, whatever its name says. Ask for the workbook it was made from.",
    Reason.WEB_PAGE: "This file is a web page, whatever its name says. Open it in Excel or LibreOffice and save it as .xlsx.",
    Reason.OTHER_DOCUMENT: "This file is another kind of document (%(content)s). Copy its table into a workbook and save that as .xlsx.",
    Reason.XML_SPREADSHEET: "This file is an Excel 2003 XML spreadsheet. Open it in Excel or LibreOffice and save it as .xlsx.",
    Reason.OLD_EXCEL: "This workbook was written by Excel 4 or older. Open it in LibreOffice and save it as .xlsx.",
    Reason.ENCRYPTED: "The workbook is protected by a password. Open it, remove the password (File, Info, Protect Workbook) and save "
    "it again.",
    Reason.TRUNCATED: "The file is cut short: its end is missing. Download or export it again.",
    Reason.DAMAGED: "The workbook is damaged and cannot be read. Open it in Excel or LibreOffice, let it be repaired, and save it as "
    "a new .xlsx file.",
    Reason.UNZIPPED_TOO_LARGE: "Once unpacked the workbook weighs more than %(limit)s. Remove unused sheets, pictures and formats, or "
    "split it.",
    Reason.TOO_MANY_PARTS: "The workbook is made of %(count)s parts; the limit is %(limit)s. Copy its table into a new workbook.",
    Reason.ZIP_BOMB: "A part of the workbook (%(part)s) unpacks to far more than its size. Copy the table into a new workbook and save it.",
    Reason.ODD_COMPRESSION: "The workbook is compressed in a way spreadsheets do not use. Open it in Excel or LibreOffice and save it "
    "again.",
    Reason.DUPLICATE_PARTS: "The workbook holds the same part twice (%(part)s), so that readers would disagree. Open it, check it, "
    "and save it again.",
    Reason.DTD: "The workbook holds a document type declaration, which spreadsheets never need and which can be a trap. "
    "Open it in Excel or LibreOffice and save it again.",
    Reason.ODD_ENCODING: "A part of the workbook is written in an unusual character encoding (%(encoding)s). "
    "Open it in Excel or LibreOffice and save it again.",
    Reason.UNREADABLE_TEXT: "The text file could not be read in the encoding “%(encoding)s”. Choose another encoding, or save the "
    "file as “CSV UTF-8”.",
    Reason.TOO_MANY_SHEETS: "The workbook has %(count)s sheets; the limit is %(limit)s. Keep the sheets to import and remove the others.",
    Reason.TOO_MANY_ROWS: "Sheet “%(sheet)s” has data beyond row %(limit)s. Split it into several files.",
    Reason.TOO_MANY_COLUMNS: "Sheet “%(sheet)s” has data beyond column %(limit)s. Remove the columns that are not to be imported.",
    Reason.CELL_TOO_LONG: "Cell %(cell)s of sheet “%(sheet)s” holds %(count)s characters; the limit is %(limit)s. Shorten it.",
    Reason.NO_DATA: "The file was read, but no cell is filled. Check that you sent the right file.",
    Reason.NO_SUCH_SHEET: "There is no sheet “%(sheet)s” in this file. Its sheets are: %(sheets)s.",
    Reason.TOO_SLOW: "Reading this file takes too long: it is probably damaged or built in an unusual way. "
    "Copy the table into a new workbook and save it as .xlsx.",
    Reason.TOO_HEAVY: "Reading this file needs too much memory: it is probably damaged or built in an unusual way. "
    "Copy the table into a new workbook and save it as .xlsx.",
}

_FRENCH: dict[Reason, str] = {
    Reason.EMPTY_FILE: "Le fichier est vide (0 octet). Exportez-le ou enregistrez-le de nouveau, puis envoyez le nouveau fichier.",
    Reason.FILE_TOO_LARGE: "Le fichier pèse %(size)s ; la limite est de %(limit)s. Retirez les images et les feuilles inutiles, "
    "ou partagez-le en plusieurs fichiers.",
    Reason.UNKNOWN_EXTENSION: "Les fichiers en « %(extension)s » ne sont pas lus. Enregistrez le tableau en .xlsx, .ods ou .csv et "
    "envoyez ce fichier.",
    Reason.WRONG_EXTENSION: "Le nom se termine par « %(extension)s » mais le contenu est %(content)s. Renommez le fichier pour qu’il "
    "se termine par "
    "« %(expected)s », ou ouvrez-le dans Excel ou LibreOffice et enregistrez-le en .xlsx.",
    Reason.NOT_A_WORKBOOK: "Ce fichier n’est pas un tableur. Envoyez un classeur (.xlsx, .xls, .ods) ou un tableau en texte (.csv).",
    Reason.IMAGE: "Ce fichier est une image, quoi que dise son nom. Envoyez le classeur lui-même plutôt que son image.",
    Reason.PDF: "Ce fichier est un document PDF, quoi que dise son nom. Demandez le classeur dont il est tiré.",
    Reason.WEB_PAGE: "Ce fichier est une page web, quoi que dise son nom. Ouvrez-le dans Excel ou LibreOffice et enregistrez-le en .xlsx.",
    Reason.OTHER_DOCUMENT: "Ce fichier est un autre type de document (%(content)s). Copiez son tableau dans un classeur et "
    "enregistrez-le en .xlsx.",
    Reason.XML_SPREADSHEET: "Ce fichier est une feuille de calcul XML d’Excel 2003. Ouvrez-le dans Excel ou LibreOffice et "
    "enregistrez-le en .xlsx.",
    Reason.OLD_EXCEL: "Ce classeur a été écrit par Excel 4 ou plus ancien. Ouvrez-le dans LibreOffice et enregistrez-le en .xlsx.",
    Reason.ENCRYPTED: "Le classeur est protégé par un mot de passe. Ouvrez-le, retirez le mot de passe (Fichier, Informations, "
    "Protéger le classeur) "
    "et enregistrez-le de nouveau.",
    Reason.TRUNCATED: "Le fichier est tronqué : il en manque la fin. Téléchargez-le ou exportez-le de nouveau.",
    Reason.DAMAGED: "Le classeur est endommagé et ne peut pas être lu. Ouvrez-le dans Excel ou LibreOffice, laissez-le être réparé, "
    "puis enregistrez-le dans un nouveau fichier .xlsx.",
    Reason.UNZIPPED_TOO_LARGE: "Une fois décompressé, le classeur pèse plus de %(limit)s. Retirez les feuilles, images et mises en "
    "forme inutiles, "
    "ou partagez-le.",
    Reason.TOO_MANY_PARTS: "Le classeur est composé de %(count)s parties ; la limite est de %(limit)s. Copiez son tableau dans un "
    "nouveau classeur.",
    Reason.ZIP_BOMB: "Une partie du classeur (%(part)s) se décompresse bien au-delà de sa taille. Copiez le tableau dans un nouveau "
    "classeur "
    "et enregistrez-le.",
    Reason.ODD_COMPRESSION: "Le classeur est compressé d’une façon que les tableurs n’emploient pas. Ouvrez-le dans Excel ou LibreOffice "
    "et enregistrez-le de nouveau.",
    Reason.DUPLICATE_PARTS: "Le classeur contient deux fois la même partie (%(part)s) : les lecteurs ne seraient pas d’accord. "
    "Ouvrez-le, vérifiez-le "
    "et enregistrez-le de nouveau.",
    Reason.DTD: "Le classeur contient une déclaration de type de document, inutile à un tableur et qui peut être un piège. "
    "Ouvrez-le dans Excel ou LibreOffice et enregistrez-le de nouveau.",
    Reason.ODD_ENCODING: "Une partie du classeur est écrite dans un encodage inhabituel (%(encoding)s). Ouvrez-le dans Excel ou "
    "LibreOffice "
    "et enregistrez-le de nouveau.",
    Reason.UNREADABLE_TEXT: "Le fichier texte n’a pas pu être lu dans l’encodage « %(encoding)s ». Choisissez un autre encodage, "
    "ou enregistrez le fichier en « CSV UTF-8 ».",
    Reason.TOO_MANY_SHEETS: "Le classeur a %(count)s feuilles ; la limite est de %(limit)s. Gardez les feuilles à importer et "
    "supprimez les autres.",
    Reason.TOO_MANY_ROWS: "La feuille « %(sheet)s » contient des données au-delà de la ligne %(limit)s. Partagez-la en plusieurs fichiers.",
    Reason.TOO_MANY_COLUMNS: "La feuille « %(sheet)s » contient des données au-delà de la colonne %(limit)s. "
    "Supprimez les colonnes qui ne sont pas à importer.",
    Reason.CELL_TOO_LONG: "La cellule %(cell)s de la feuille « %(sheet)s » contient %(count)s caractères ; la limite est de "
    "%(limit)s. Raccourcissez-la.",
    Reason.NO_DATA: "Le fichier a été lu, mais aucune cellule n’est remplie. Vérifiez que vous avez envoyé le bon fichier.",
    Reason.NO_SUCH_SHEET: "Il n’y a pas de feuille « %(sheet)s » dans ce fichier. Ses feuilles sont : %(sheets)s.",
    Reason.TOO_SLOW: "La lecture de ce fichier prend trop de temps : il est sans doute endommagé ou construit de façon inhabituelle. "
    "Copiez le tableau dans un nouveau classeur et enregistrez-le en .xlsx.",
    Reason.TOO_HEAVY: "La lecture de ce fichier demande trop de mémoire : il est sans doute endommagé ou construit de façon inhabituelle. "
    "Copiez le tableau dans un nouveau classeur et enregistrez-le en .xlsx.",
}

_CONTENT: dict[str, tuple[str, str]] = {
    "xlsx": ("an Excel workbook (.xlsx)", "un classeur Excel (.xlsx)"),
    "xlsb": ("a binary Excel workbook (.xlsb)", "un classeur Excel binaire (.xlsb)"),
    "xls": ("an Excel 97–2003 workbook (.xls)", "un classeur Excel 97–2003 (.xls)"),
    "ods": ("an OpenDocument spreadsheet (.ods)", "une feuille OpenDocument (.ods)"),
    "csv": ("plain text", "du texte simple"),
    "word": ("a Word or Writer text", "un texte Word ou Writer"),
    "slides": ("a slide show", "un diaporama"),
    "database": ("a database", "une base de données"),
    "numbers": ("an Apple Numbers file", "un fichier Apple Numbers"),
    "archive": ("a compressed archive", "une archive compressée"),
    "mail": ("a mail message", "un message électronique"),
}


def french_typography(text: str) -> str:
    """The text with no-break spaces inside quotation marks and before double punctuation."""
    for mark in (";", ":", "!", "?", "»"):
        text = text.replace(f" {mark}", f"\u00a0{mark}")
    return text.replace("« ", "«\u00a0")


class ImportRejected(Exception):
    """A file, or a choice about it, that cannot be read; raised for every such thing and nothing else.

    `code` is a member of `Reason`, `values` the facts for its sentence; `sentence("fr")` and `sentence("en")` say what is wrong and how
    to mend it.
    """

    def __init__(self, code: Reason | str, **values: object) -> None:
        self.code = Reason(code)
        self.values = values
        super().__init__(self.code.value)

    def sentence(self, language: str = "en") -> str:
        """The problem and the way out, in French for `fr` and English for anything else."""
        french = language.startswith("fr")
        values = {name: _in_words(value, french) for name, value in self.values.items()}
        text = french_typography(_FRENCH[self.code]) if french else _ENGLISH[self.code]
        return text % _Known(values)

    def __str__(self) -> str:
        return self.sentence("en")


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def _in_words(value: object, french: bool) -> str:
    if isinstance(value, str):
        if french and value.endswith(" MiB"):
            return value.replace(".", ",").replace(" MiB", "\u00a0Mio")
        words = _CONTENT.get(value)
        return words[1 if french else 0] if words else value
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\u202f" if french else ",")
    return str(value)
