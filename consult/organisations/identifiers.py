"""Official identifiers, telephone numbers and addresses: checked, brought to one form, and never lost when the check fails."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import NamedTuple

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum.ch import uid as swiss_uid
from stdnum.eu import vat as european_vat

from consult.kernel.french_numbers import is_siren, is_siret

_NOT_WORD = re.compile(r"[^0-9A-Za-z]")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_HOST = re.compile(r"^[\w-]+(\.[\w-]+)+$")
FREE_MAIL = frozenset(
    "gmail.com outlook.com outlook.fr hotmail.com hotmail.fr live.fr yahoo.fr yahoo.com orange.fr wanadoo.fr free.fr sfr.fr laposte.net "
    "icloud.com gmx.fr gmx.ch bluewin.ch protonmail.com neuf.fr bbox.fr".split()
)
"""Mail hosts that everybody uses: sharing one says nothing about two organisations."""


class Checked(NamedTuple):
    """An identifier as it is kept: `value` when its check passes, else `doubtful` as it was typed."""

    value: str | None
    doubtful: str | None = None


def siren(text: str | None) -> Checked:
    """Check a SIREN: nine digits with the Luhn key."""
    return _french(text, is_siren)


def siret(text: str | None) -> Checked:
    """Check a SIRET: fourteen digits with the Luhn key, or La Poste's own rule."""
    return _french(text, is_siret)


@functools.lru_cache(maxsize=32_768)
def _french(text: str | None, is_valid: Callable[[str], bool]) -> Checked:
    # an import asks four times about each number: to convert it, to match, to guard and to write it
    if not text or not text.strip():
        return Checked(None)
    bare = "".join(text.split()).replace(".", "").replace("-", "")
    passes = is_valid(bare)
    return Checked(bare) if passes else Checked(None, text.strip()[:40])


def vat(text: str | None) -> tuple[str | None, bool]:
    """Return a VAT number without spaces, and whether its check passes; a Swiss one is checked as a UID."""
    if not text or not text.strip():
        return None, True
    bare = _NOT_WORD.sub("", text).upper()[:20]
    return bare, swiss_uid.is_valid(bare[:12]) if bare.startswith("CHE") else european_vat.is_valid(bare)


def foreign(text: str | None) -> tuple[str | None, bool]:
    """Return a foreign registration number as it is kept, and whether it passes the check we know for it (the Swiss UID's)."""
    if not text or not text.strip():
        return None, True
    bare = _NOT_WORD.sub("", text).upper()
    if not bare.startswith("CHE"):
        return text.strip()[:40], True
    return (swiss_uid.format(bare), True) if swiss_uid.is_valid(bare) else (text.strip()[:40], False)


def phone(text: str | None, region: str = "FR") -> str | None:
    """Return a number in E.164, or None when it is no number that could be called from `region`."""
    number = _callable(text, region)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if number else None


def phone_as_kept(text: str | None) -> str | None:
    """Return a number in E.164 when that says all of it, else as it was typed: with an extension, or no number at all."""
    number = _callable(text, "FR")
    return phone(text) if number and not number.extension else (text or "").strip() or None


def _callable(text: str | None, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text or "", region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def written_phone(kept: str | None) -> str:
    """Write a number for reading: `03 81 00 00 00` in France, `+41 32 910 20 30` elsewhere, as typed when it is no valid number."""
    if not kept or not kept.startswith("+"):
        return kept or ""
    try:
        number = phonenumbers.parse(kept)
    except phonenumbers.NumberParseException:
        return kept
    french = phonenumbers.region_code_for_country_code(number.country_code or 0) == "FR"
    form = phonenumbers.PhoneNumberFormat.NATIONAL if french else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


def written_siren(kept: str | None) -> str:
    """Write a SIREN in threes."""
    return f"{kept[:3]} {kept[3:6]} {kept[6:]}" if kept and len(kept) == 9 else kept or ""


def written_siret(kept: str | None) -> str:
    """Write a SIRET in threes and five."""
    return f"{written_siren(kept[:9])} {kept[9:]}" if kept and len(kept) == 14 else kept or ""


def email(text: str | None) -> str | None:
    """Return an address in lower case, or None when it is none. No server is asked."""
    try:
        return validate_email((text or "").strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return None


def website(text: str | None) -> str | None:
    """Return an address of the web with its scheme (https unless said), or None when it is none; only http and https are kept."""
    bare = (text or "").strip()
    scheme = _SCHEME.match(bare)
    if scheme and scheme.group().lower() not in ("http://", "https://"):
        return None
    whole = bare if scheme else f"https://{bare}"
    return whole if _host(whole) and not re.search(r"\s", whole) else None


def domain(site: str | None, address: str | None) -> str | None:
    """Return the domain by which an organisation is known: its site's, else its mail's unless everybody uses that host."""
    host = _host(site or "") or (address or "").rpartition("@")[2].lower()
    host = host.removeprefix("www.")
    return host[:200] if host and host not in FREE_MAIL else None


def _host(url: str) -> str:
    host = _SCHEME.sub("", url).split("/")[0].split("?")[0].split("#")[0].split(":")[0].lower()
    return host if _HOST.match(host) else ""
