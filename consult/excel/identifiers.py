"""Identifiers and addresses as cells bring them: texts with their leading zeros, checked, and kept with a doubt when the check fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import phonenumbers
from stdnum.fr import tva as stdnum_tva

from consult.excel.flaws import EMPTY, Flaw, Value, flawed
from consult.excel.text import clean_name
from consult.kernel.french_numbers import is_siren, is_siret

_NOT_DIGITS = re.compile(r"\D")
_LETTER = re.compile(r"[A-Za-zÀ-ÿ]")
_BEFORE_NUMBER = re.compile(r"^\W*(siren|siret|n°|no|rcs)\W*", re.I)
_SCIENTIFIC = re.compile(r"\d+([.,]\d+)?E\+?\d+$", re.I)
_NAF = re.compile(r"(\d{2})[.\s]?(\d{2})\s?([A-Za-z])\b\s*(?:[-–—:(]\s*)?(.*)$", re.S)
_FRENCH_PHONE = re.compile(r"(?:\+33|0033|33)?0?([1-9]\d{8})$")
_PHONE_MARKS = re.compile(r"[\s.\-/()\u00a0\u202f\u2009\u2011_]")
_EMAIL = re.compile(r"[\w.+'%&-]+@[\w-]+(?:\.[\w-]+)+", re.I)
_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?([/?#]\S*)?$", re.I)
_POSTCODE = re.compile(r"(?:F-?\s?)?(\d{2}\s?\d{3})(?:\s+CEDEX.*)?$", re.I)
_CEDEX = re.compile(r"\s*\bc[ée]dex\b\s*\d*", re.I)
_CITY_LINE = re.compile(r"\s*(?:[A-Z]{1,3}-)?(\d{5}|\d{2}\s\d{3}|\d{4})\s*[-–,]?\s*(\D.*)$", re.S)


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()


def siren(cell: object) -> Value:
    """Nine digits as text; zeros that Excel dropped are put back where the check digit then agrees."""
    return _checked(cell, 9, is_siren, Flaw.SIREN)


def siret(cell: object) -> Value:
    """Fourteen digits as text, La Poste's rule included."""
    return _checked(cell, 14, is_siret, Flaw.SIRET)


def _checked(cell: object, length: int, is_valid: Callable[[str], bool], flaw: Flaw) -> Value:
    text = _text(cell)
    if _SCIENTIFIC.match(text):
        return flawed(Flaw.ROUNDED, cell)
    figures = _NOT_DIGITS.sub("", text)
    letters = figures != text and _LETTER.search(_BEFORE_NUMBER.sub("", text))
    if letters or not figures or len(figures) > length and not (length == 9 and len(figures) == 14):
        return flawed(flaw, cell)
    if len(figures) == 14 and length == 9:
        return flawed(flaw, cell, figures[:9])
    padded = figures.zfill(length)
    if is_valid(padded):
        return padded, None, None
    return flawed(Flaw.CHECKSUM, cell, padded) if len(figures) >= length - 1 else flawed(flaw, cell)


def vat(cell: object) -> Value:
    """A VAT number without spaces; French ones are checked."""
    text = re.sub(r"[\s.\u00a0-]", "", _text(cell)).upper()
    if not re.fullmatch(r"[A-Z]{2,3}[0-9A-Z]{5,14}", text):
        return flawed(Flaw.VAT, cell)
    return flawed(Flaw.CHECKSUM, cell, text) if text.startswith("FR") and not stdnum_tva.is_valid(text) else (text, None, None)


def code_and_label(cell: object) -> tuple[str, str] | None:
    """`70.10Z – Activités des sièges sociaux` as (`70.10Z`, `Activités des sièges sociaux`); None when there is no NAF code in front."""
    found = _NAF.match(_text(cell))
    return (f"{found.group(1)}.{found.group(2)}{found.group(3).upper()}", clean_name(found.group(4)).rstrip(")")) if found else None


def naf(cell: object) -> Value:
    """A NAF code as `26.52Z`, its label left aside."""
    found = code_and_label(cell)
    return (found[0], None, None) if found else flawed(Flaw.NAF, cell)


def phone(cell: object) -> Value:
    """A telephone number as `+33381000000`; one that lost its leading zero is mended; of several the first is taken and the text kept."""
    text = _text(cell)
    found = _FRENCH_PHONE.match(_PHONE_MARKS.sub("", text).replace("(0)", ""))
    if found:
        return f"+33{found.group(1)}", None, None
    parts = [part for part in re.split(r"\s/\s|;|\n|,|\bou\b|\|", text) if len(_NOT_DIGITS.sub("", part)) >= 8]
    if len(parts) > 1:
        first = phone(parts[0])
        return flawed(Flaw.SEVERAL, cell, first[0]) if first[0] else flawed(Flaw.PHONE, cell)
    return _foreign_phone(parts[0].strip() if parts else text, cell)


def _foreign_phone(text: str, cell: object) -> Value:
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return flawed(Flaw.PHONE, cell)
    if not phonenumbers.is_possible_number(number):
        return flawed(Flaw.PHONE, cell)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), None, None


def email(cell: object) -> Value:
    """An address out of `mailto:`, angle brackets or plain text; of several the first is taken and the text kept."""
    text = str(cell)
    found = list(dict.fromkeys(_EMAIL.findall(text.replace("mailto:", ""))))
    if not found:
        return flawed(Flaw.EMAIL, cell)
    local, _, domain = found[0].rstrip(".").rpartition("@")
    address = f"{local}@{domain.lower()}"
    return flawed(Flaw.SEVERAL, cell, address) if len(found) > 1 else (address, None, None)


def url(cell: object) -> Value:
    """A web address with its scheme."""
    text = str(cell).strip().split("\n")[0].strip()
    if re.match(r"https?://\S+$", text, re.I):
        return text, None, None
    bare = re.sub(r"^(https?:?/?/?|//)", "", text, flags=re.I)
    return (f"https://{bare}", None, None) if _DOMAIN.match(bare) else flawed(Flaw.URL, cell)


def five_digits(values: Iterable[object]) -> bool:
    """Whether a column of postcodes is French: most of its values have five digits."""
    lengths = [len(_NOT_DIGITS.sub("", str(value))) for value in values]
    return sum(1 for length in lengths if length == 5) >= 0.5 * max(1, len(lengths))


def postcode_converter(french: bool = True) -> Callable[[object], Value]:
    """A converter to a postcode as text; in a French column four digits get back the zero they lost, elsewhere they are Swiss or
    Belgian."""

    def convert(cell: object) -> Value:
        text = _text(cell)
        found = _POSTCODE.match(text)
        if found:
            return found.group(1).replace(" ", ""), None, None
        if text.isdigit() and len(text) == 4:
            return (text.zfill(5) if french else text), None, None
        bare = clean_name(text)
        return (bare, None, None) if re.fullmatch(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9 -]{2,9}", bare) else flawed(Flaw.POSTCODE, cell)

    return convert


def insee(cell: object) -> Value:
    """The five characters of a commune code as text."""
    text = _text(cell).upper().replace(" ", "").zfill(5)
    return (text, None, None) if re.fullmatch(r"(\d{2}|2[AB])\d{3}", text) else flawed(Flaw.INSEE, cell)


def commune(cell: object) -> Value:
    """A commune's name without the postcode in front or CEDEX behind."""
    name = city_line(cell)[1]
    return (name, None, None) if name else EMPTY


_ADDRESS_END = re.compile(r"\b(\d{5})\s*[-–,]?\s*([^\W\d_][^\d,;]*?)\s*(?:[,-]\s*france)?$", re.I)


def address_end(address: str) -> tuple[str, str]:
    """The postcode and the town with which an address ends; nothing where it ends otherwise."""
    found = _ADDRESS_END.search(_CEDEX.sub("", clean_name(address)).strip(" ,"))
    return (found.group(1), found.group(2).strip()) if found else ("", "")


def city_line(cell: object) -> tuple[str, str]:
    """`25000 Besançon CEDEX 9` as (`25000`, `Besançon`); no postcode when there is none in front."""
    text = _CEDEX.sub("", clean_name(str(cell)))
    found = _CITY_LINE.match(text)
    return (found.group(1).replace(" ", ""), found.group(2).strip()) if found else ("", text.strip())
